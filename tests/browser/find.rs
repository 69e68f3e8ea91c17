//! The box in which playgrounds are found, and the page that helps to choose.

use crate::harness::{Page, document, press};
use interleave::web;
use interleave_playgrounds::CARDS;
use interleave_playgrounds::guide::{PATTERNS, QUESTIONS};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

const INPUT: &str = ".find input";

fn press_ctrl_k() -> bool {
    let init = web_sys::KeyboardEventInit::new();
    init.set_key("k");
    init.set_ctrl_key(true);
    init.set_bubbles(true);
    init.set_cancelable(true);
    let event =
        web_sys::KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
    !document().body().unwrap().dispatch_event(&event).unwrap()
}

/// The option that Enter opens, as a screen reader hears it.
fn active(page: &Page) -> String {
    let id = page
        .one(INPUT)
        .get_attribute("aria-activedescendant")
        .unwrap();
    let option = page.one(&format!("#{id}"));
    assert_eq!(
        option.get_attribute("aria-selected").as_deref(),
        Some("true")
    );
    assert_eq!(page.all(".find [aria-selected=true]").len(), 1);
    option.text_content().unwrap()
}

#[wasm_bindgen_test]
async fn playgrounds_are_found_by_key_and_by_name() {
    let page = Page::open("#/").await;
    assert!(page.all(".find").is_empty());
    assert!(press_ctrl_k());
    page.until("the box", || !page.all("dialog.find[open]").is_empty())
        .await;
    assert_eq!(
        document()
            .active_element()
            .unwrap()
            .get_attribute("role")
            .as_deref(),
        Some("combobox")
    );
    assert_eq!(page.all(".find [role=option]").len(), CARDS.len());

    page.enter(INPUT, "run_in_executor").await;
    assert!(active(&page).starts_with("Event loop"), "{}", active(&page));
    assert!(page.press(INPUT, "ArrowDown").await);
    assert!(!active(&page).starts_with("Event loop"));
    // Around, and back.
    assert!(page.press(INPUT, "ArrowUp").await);
    assert!(page.press(INPUT, "ArrowUp").await);
    assert!(page.press(INPUT, "ArrowDown").await);
    assert!(active(&page).starts_with("Event loop"));
    assert!(page.press(INPUT, "Enter").await);
    page.until("it is opened", || page.text("h1").starts_with("Event loop"))
        .await;
    assert!(page.all("dialog[open]").is_empty());
    assert_eq!(web::hash(), "#/event-loop");
}

#[wasm_bindgen_test]
async fn the_box_says_when_nothing_matches() {
    let page = Page::open("#/downloads").await;
    page.click("[data-test=find]").await;
    page.until("the box", || !page.all("dialog.find[open]").is_empty())
        .await;
    page.enter(INPUT, "zebra <b>").await;
    assert!(
        page.text(".find [role=status]")
            .starts_with("Nothing matches")
    );
    assert_eq!(
        page.one(INPUT).get_attribute("aria-expanded").as_deref(),
        Some("false")
    );
    assert!(!page.one(INPUT).has_attribute("aria-activedescendant"));
    // There is nothing to open, and the keys of the page have no effect.
    assert!(page.press(INPUT, "Enter").await);
    assert!(!page.press(INPUT, "r").await);
    page.enter(INPUT, "coroutine 'fetch_me' was never awaited")
        .await;
    assert!(
        active(&page).starts_with("Forgotten await"),
        "{}",
        active(&page)
    );
    page.click(".find [aria-label=Close]").await;
    assert!(page.all("dialog[open]").is_empty());
    assert_eq!(page.status(), "ready");
}

/// In a frame of another page, the key is that page's.
#[wasm_bindgen_test]
async fn there_is_no_box_in_a_frame() {
    let page = Page::open("#/downloads?embed=1").await;
    assert!(!press_ctrl_k());
    page.settle().await;
    assert!(page.all(".find").is_empty());
    let body = document().body().unwrap();
    assert!(press(&body, " "));
}

#[wasm_bindgen_test]
async fn the_guide_has_a_link_for_every_answer_and_pattern() {
    let page = Page::open("#/choose").await;
    assert_eq!(page.text("h1"), "Which one do I need?");
    assert_eq!(page.text("nav [aria-current=page]"), "Which one do I need?");
    let answers: usize = QUESTIONS
        .iter()
        .map(|question| question.answers.len())
        .sum();
    assert_eq!(page.all(".questions a").len(), answers);
    assert_eq!(page.all(".patterns tbody a").len(), PATTERNS.len());
    for link in page.all(".choose a") {
        let link: web_sys::HtmlElement = link.unchecked_into();
        assert!(!link.text_content().unwrap().is_empty());
    }
    assert!(page.all(".notice").is_empty());
}
