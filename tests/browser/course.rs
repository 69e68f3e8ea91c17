//! The course: what has been run, and the steps from page to page.

use crate::harness::{Page, js};
use interleave::web;
use interleave_playgrounds::CARDS;
use wasm_bindgen_test::wasm_bindgen_test;

const KEY: &str = "interleave.run";

/// Forgets everything, by the button if there is one.
async fn forget(page: &Page) {
    if let Some(button) = page.all("nav [data-test=forget]").first() {
        js("document.querySelector('nav [data-test=forget]').click()");
        assert!(button.is_connected());
        page.settle().await;
    }
    assert_eq!(web::load(KEY), None);
}

#[wasm_bindgen_test]
async fn what_has_been_run_is_marked_and_can_be_forgotten() {
    let page = Page::open("#/downloads?pace=instant").await;
    forget(&page).await;
    assert!(page.all(".has-run, .progress").is_empty());
    page.click("[data-test=run]").await;
    page.until_status("finished").await;
    page.settle().await;
    assert_eq!(web::load(KEY).as_deref(), Some("downloads"));
    assert_eq!(page.texts("nav .has-run"), ["run"]);
    assert_eq!(page.text("nav li:has(.has-run) a"), "File downloads");
    let count = format!("1 of {} run, on this device", CARDS.len());
    assert_eq!(page.text("nav .progress p"), count);
    drop(page);

    let page = Page::open("#/").await;
    assert_eq!(page.texts(".cards .has-run"), ["run"]);
    // It continues with the first one that has not been run.
    let next = page.one(".hero .links a:not(.primary)");
    assert_eq!(
        next.get_attribute("href").as_deref(),
        Some("#/sequential-vs-concurrent")
    );
    page.click("main [data-test=forget]").await;
    assert!(page.all(".has-run, .progress").is_empty());
    assert_eq!(web::load(KEY), None);
}

#[wasm_bindgen_test]
async fn where_storage_is_denied_it_is_remembered_until_the_page_is_left() {
    let page = Page::open("#/timeouts?pace=instant").await;
    forget(&page).await;
    js("for (const name of ['getItem', 'setItem', 'removeItem']) {
            const real = Storage.prototype[name];
            Storage.prototype[name] = function () { throw new DOMException('no', 'SecurityError'); };
            Storage.prototype[name].real = real;
        }");
    page.click("[data-test=run]").await;
    page.until_status("finished").await;
    page.settle().await;
    let marked = page.texts("nav li:has(.has-run) a");
    page.click("nav [data-test=forget]").await;
    let left = page.all("nav .has-run").len();
    js("for (const name of ['getItem', 'setItem', 'removeItem']) {
            Storage.prototype[name] = Storage.prototype[name].real;
        }");
    assert_eq!((marked, left), (vec!["Timeouts".to_owned()], 0));
}

#[wasm_bindgen_test]
async fn next_leads_through_the_whole_course_and_previous_back() {
    for (place, card) in CARDS.iter().enumerate() {
        let page = Page::open(&format!("#/{}", card.slug)).await;
        let of = |rel: &str| {
            let found = page.all(&format!(".course-foot a[rel={rel}]"));
            found.first().and_then(|link| link.get_attribute("href"))
        };
        let link = |place: Option<usize>| Some(format!("#/{}", CARDS.get(place?)?.slug));
        assert_eq!(of("prev"), link(place.checked_sub(1)), "{}", card.slug);
        assert_eq!(of("next"), link(Some(place + 1)), "{}", card.slug);
    }
    // A frame is no step of a course.
    let page = Page::open("#/downloads?embed=1&panels=race,log").await;
    assert!(page.all(".course-foot").is_empty());
}
