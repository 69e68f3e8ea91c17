//! Pages within frames, and the snippets that make them.

use crate::harness::{Page, document, press};
use interleave::web;
use interleave_player::view::PANELS;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn a_frame_has_what_its_link_asks_for() {
    let page = Page::open("#/downloads?embed=1").await;
    assert_eq!(page.text("h1"), "File downloads");
    assert_eq!(
        page.all("nav, .params, .panel, .claims, [data-test=share]")
            .len(),
        0
    );
    assert_eq!(page.all(".race").len(), 1);
    let link = page.one("[data-test=whole]");
    assert_eq!(link.get_attribute("href").as_deref(), Some("#/downloads"));
    assert_eq!(link.get_attribute("rel").as_deref(), Some("noopener"));

    let page = Page::open(&format!(
        "#/downloads?only=bounded&embed=1&panels={}",
        PANELS.join(",")
    ))
    .await;
    let shown = ".race, .claims, .params, .panel, #tab-code, #tab-log, #tab-story, #tab-tasks, #tab-numbers, #tab-compare";
    assert_eq!(page.all(shown).len(), 10);
    let link = page.one("[data-test=whole]").get_attribute("href").unwrap();
    assert_eq!(link, "#/downloads?only=bounded");

    let page = Page::open("#/downloads?embed=1&panels=log,tasks").await;
    assert!(page.all(".race").is_empty());
    assert_eq!(page.texts("[role=tab]"), ["Log", "Tasks"]);
    assert!(page.press("#tab-log", "ArrowLeft").await);
    assert_eq!(page.text("[aria-selected=true]"), "Tasks");
    assert!(page.press("#tab-tasks", "ArrowRight").await);
    assert_eq!(page.text("[aria-selected=true]"), "Log");
}

/// The page around a frame decides its theme: the reader's choice for the app is not changed.
#[wasm_bindgen_test]
async fn a_frame_s_theme_is_not_kept() {
    web::save("interleave.theme", None);
    let page = Page::open("#/downloads?embed=1&theme=dark").await;
    let root = document().document_element().unwrap();
    assert_eq!(root.get_attribute("data-theme").as_deref(), Some("dark"));
    assert_eq!(web::load("interleave.theme"), None);
    // Nor do keys have an effect that go beyond the run.
    assert!(!press(&document().body().unwrap(), "t"));
    assert!(!press(&document().body().unwrap(), "?"));
    drop(page);
    web::set_root_attribute("data-theme", None);
}

#[wasm_bindgen_test]
async fn a_frame_runs_by_itself_once_it_is_seen_but_never_live() {
    let seen = async |hash: &str| {
        let page = Page::open(hash).await;
        // In view, however long the list of tests above it grows meanwhile; without style sheets, titles are high.
        let main = page.one("main");
        main.set_attribute("style", "position: fixed; inset: 0; overflow: auto")
            .unwrap();
        page.one(".race").scroll_into_view();
        page
    };
    let page = seen("#/downloads?embed=1&autoplay=1&speed=100&only=concurrent").await;
    page.until_status("finished").await;
    assert_eq!(page.totals(), ["25.0 s"]);

    // A live run may send requests: that takes a press.
    let page = seen("#/downloads?embed=1&autoplay=1&pace=live").await;
    for _ in 0..20 {
        page.settle().await;
    }
    assert_eq!(page.status(), "ready");
    // Out of view nothing happens.
    let page = seen("#/downloads?embed=1&autoplay=1&speed=0.25").await;
    page.until_status("running").await;
    let stage = page.one("main");
    stage.set_attribute("hidden", "").unwrap();
    page.until_status("paused").await;
    stage.remove_attribute("hidden").unwrap();
    page.until_status("running").await;
}

#[wasm_bindgen_test]
async fn the_snippet_follows_what_is_chosen() {
    let page = Page::open("#/downloads?only=bounded").await;
    page.click("[data-test=share]").await;
    page.click("[data-test=share-embed]").await;
    page.until("the dialog opens", || {
        page.all("dialog.embed-dialog[open]").len() == 1
    })
    .await;
    let snippet = || page.value_of_text("[data-test=embed-snippet]");
    assert!(
        snippet().contains("#/downloads?only=bounded&amp;embed=1\""),
        "{}",
        snippet()
    );
    assert!(
        snippet().contains("title=\"Playground: File downloads\" loading=\"lazy\" width=\"100%\"")
    );
    assert!(!snippet().contains("<script"));
    page.choose("[data-test=embed-theme]", "dark").await;
    page.click("[data-test=embed-autoplay]").await;
    page.click("[data-test=embed-log]").await;
    let link =
        "#/downloads?only=bounded&amp;embed=1&amp;theme=dark&amp;autoplay=1&amp;panels=race,log\"";
    assert!(snippet().contains(link), "{}", snippet());
    // The last panel stays.
    page.click("[data-test=embed-log]").await;
    page.click("[data-test=embed-race]").await;
    assert!(snippet().contains("autoplay=1\""), "{}", snippet());
    page.click("[data-test=embed-follow]").await;
    assert!(snippet().contains("type: \"hello\""));
    page.enter("[data-test=embed-height]", "640").await;
    assert!(snippet().contains("height=\"640\""));
}
