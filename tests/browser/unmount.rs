//! A page that is gone leaves nothing behind.

use crate::harness::{Counter, Page, document, js, press};
use interleave::web;
use wasm_bindgen_test::wasm_bindgen_test;

/// The loops of a run held the player, so a run continued after its page was unmounted.
#[wasm_bindgen_test]
async fn a_run_ends_with_its_page() {
    let errors = Counter::of("console.error");
    for round in 0..20 {
        let pace = ["simulated&speed=0.25", "live"][round % 2];
        // It needs no network: the tests have none.
        let page = Page::open(&format!("#/basic-tasks?pace={pace}")).await;
        page.click("[data-test=run]").await;
        page.until_status("running").await;
    }
    let frames = Counter::of("window.requestAnimationFrame");
    let timers = Counter::of("window.setTimeout");
    for _ in 0..10 {
        web::frame().await;
    }
    assert_eq!(frames.calls(), 10, "those of this test");
    assert_eq!(timers.calls(), 0);
    assert_eq!(errors.calls(), 0);
}

#[wasm_bindgen_test]
async fn no_listener_for_keys_or_links_is_left() {
    let errors = Counter::of("console.error");
    let page = Page::open("#/downloads").await;
    let body = document().body().unwrap();
    assert!(press(&body, "?"), "the page uses this key");
    drop(page);
    web::frame().await;
    for key in ["?", " ", "ArrowRight", "r", "s", "[", "]", "t"] {
        assert!(!press(&body, key), "somebody has used {key:?}");
    }
    let title = document().title();
    js("location.hash = '#/weather'; window.dispatchEvent(new Event('resize'))");
    for _ in 0..5 {
        web::frame().await;
    }
    assert_eq!(document().title(), title);
    assert_eq!(errors.calls(), 0);
}
