//! The form: what it holds, what it refuses, and which run its values are for.

use crate::harness::Page;
use wasm_bindgen_test::wasm_bindgen_test;

const RUN: &str = "[data-test=run]";
const RATE: &str = "#field-seconds_per_mb";
const PENDING: &str = ".pending-note";

#[wasm_bindgen_test]
async fn a_change_is_for_the_next_run() {
    let page = Page::open("#/downloads?speed=16").await;
    page.click(RUN).await;
    page.until_status("running").await;
    assert!(page.all(PENDING).is_empty());
    page.enter(RATE, "0.25").await;
    assert!(page.text(PENDING).contains("applies to the next run"));
    page.choose("[data-test=speed]", "100").await;
    page.until_status("finished").await;
    assert_eq!(page.totals(), ["38.0 s", "25.0 s", "25.0 s"]);
    let holds = page.texts("[data-test=claim] .check");
    assert!(holds.iter().all(|claim| claim == "holds"), "{holds:?}");
    assert!(page.text(PENDING).contains("applies to the next run"));

    page.click(RUN).await;
    page.until("the next run ends", || page.totals()[0] == "19.0 s")
        .await;
    assert_eq!(page.totals(), ["19.0 s", "12.5 s", "12.5 s"]);
    assert!(page.all(PENDING).is_empty());
}

#[wasm_bindgen_test]
async fn a_wrong_value_is_named_and_kept_and_nothing_is_lost() {
    let page = Page::open("#/downloads?pace=instant").await;
    page.click(RUN).await;
    page.until_status("finished").await;
    page.enter(RATE, "fast").await;
    let error = page.text("#field-seconds_per_mb-error");
    assert!(error.contains("must be a number"), "{error}");
    let input = page.one(RATE);
    assert_eq!(input.get_attribute("aria-invalid").as_deref(), Some("true"));
    let described = input.get_attribute("aria-describedby");
    assert_eq!(described.as_deref(), Some("field-seconds_per_mb-error"));

    page.click(RUN).await;
    let notice = page.text(".notice");
    assert!(
        notice.contains("cannot be run") && notice.contains("seconds_per_mb"),
        "{notice}"
    );
    // The last run is still there, and so is what was typed.
    assert_eq!(page.totals(), ["38.0 s", "25.0 s", "25.0 s"]);
    assert_eq!(page.value(RATE), "fast");
    // Reported once, however often Run is pressed.
    page.click(RUN).await;
    assert_eq!(page.all(".notice").len(), 1);

    page.enter(RATE, "1").await;
    assert!(page.all("#field-seconds_per_mb-error").is_empty());
    page.click(RUN).await;
    page.until("the next run ends", || page.totals()[0] == "76.0 s")
        .await;
    assert!(page.all(".notice").is_empty());
}

#[wasm_bindgen_test]
async fn without_a_run_wrong_values_show_no_picture() {
    let page = Page::open("#/downloads").await;
    assert!(page.all("button.lane").len() > 3);
    page.enter("#field-files-0-size", "-1").await;
    let error = page.text("#field-files-0-size-error");
    assert!(error.contains("-1"), "{error}");
    page.click(RUN).await;
    assert_eq!(page.status(), "ready");
    let notice = page.text(".notice");
    assert!(notice.contains("files[0].size"), "{notice}");
}

#[wasm_bindgen_test]
async fn rows_are_added_and_removed() {
    let page = Page::open("#/downloads?pace=instant").await;
    let names = || {
        let inputs = page.all("[id^=field-files-][id$=-name]").into_iter();
        inputs
            .map(|input| page.value(&format!("#{}", input.id())))
            .collect::<Vec<_>>()
    };
    assert_eq!(names().len(), 5);
    page.click("[data-test=add-row]").await;
    assert_eq!(names()[5], "file-6.bin");
    page.enter("#field-files-5-size", "100").await;
    page.click("[aria-label='Remove file 2']").await;
    assert_eq!(
        names(),
        [
            "document.pdf",
            "image.jpg",
            "archive.zip",
            "music.mp3",
            "file-6.bin"
        ]
    );
    assert_eq!(page.value("#field-files-4-size"), "100");
    page.click(RUN).await;
    page.until_status("finished").await;
    // (2 + 1 + 15 + 8 + 100) MB, half a second each.
    assert_eq!(page.totals()[..2], ["63.0 s", "50.0 s"]);
    // The last one cannot be removed.
    for _ in 0..4 {
        page.click("[aria-label='Remove file 1']").await;
    }
    assert_eq!(names(), ["file-6.bin"]);
    assert!(
        page.one("[aria-label='Remove file 1']")
            .has_attribute("disabled")
    );
}

#[wasm_bindgen_test]
async fn where_there_may_be_no_row_the_last_one_can_be_removed() {
    let page = Page::open("#/api-aggregator").await;
    let remove = "[aria-label='Remove failing call 1']";
    assert!(page.all(remove).is_empty());
    page.click("[data-test=add-row]").await;
    assert_eq!(page.value("#field-failing-0-call"), "orders");
    page.click(remove).await;
    assert!(page.all(remove).is_empty());
}

#[wasm_bindgen_test]
async fn a_list_in_a_row_is_one_text_split_by_semicolons() {
    let page = Page::open("#/pipeline?pace=instant").await;
    let titles = "#field-sources-2-articles";
    assert_eq!(page.value(titles), "Cup final; Web of transfers");
    // The text stays as typed, with a semicolon that nothing follows yet.
    let typed = "Cup final; Web, and more; Chips;";
    page.enter(titles, typed).await;
    assert_eq!(page.value(titles), typed);
    page.click(RUN).await;
    page.until_status("finished").await;
    // 0.9 s to fetch, 0.3 s to parse, ten articles to filter, five to save.
    assert_eq!(page.totals()[0], "2.2 s");
}

#[wasm_bindgen_test]
async fn presets_fill_the_form_and_the_article_s_values_come_back() {
    let page = Page::open("#/sequential-vs-concurrent").await;
    let chosen = || page.value("#preset");
    assert_eq!(chosen(), "0");
    page.choose("#preset", "1").await;
    assert_eq!(page.all("[id^=field-tasks-][id$=-name]").len(), 10);
    page.enter("#field-tasks-0-delay", "7").await;
    assert_eq!(chosen(), "", "these are the reader's own");
    page.click(".params .reset").await;
    assert_eq!(chosen(), "0");
    assert_eq!(page.value("#field-tasks-0-delay"), "1.0");
}

#[wasm_bindgen_test]
async fn a_seed_draws_what_is_random_and_zero_takes_it_back() {
    let page = Page::open("#/weather").await;
    let delays = || {
        let delays = (0..5).map(|row| page.value(&format!("#field-cities-{row}-delay")));
        delays.collect::<Vec<_>>()
    };
    let article = delays();
    page.enter("#seed", "7").await;
    let drawn = delays();
    assert_ne!(drawn, article);
    page.click("[aria-label='Next seed']").await;
    assert_eq!(page.value("#seed"), "8");
    assert_ne!(delays(), drawn);
    page.enter("#seed", "0").await;
    assert_eq!(delays(), article);
    // A link with a seed alone draws the same.
    drop(page);
    let page = Page::open("#/weather?seed=7").await;
    let same: Vec<_> = (0..5)
        .map(|row| page.value(&format!("#field-cities-{row}-delay")))
        .collect();
    assert_eq!(same, drawn);
}

/// A browser leaves an option alone that was chosen once, unless the select itself is told.
#[wasm_bindgen_test]
async fn the_preset_s_name_follows_the_values_however_often_one_chooses() {
    let page = Page::open("#/sequential-vs-concurrent").await;
    for preset in ["1", "0", "1"] {
        page.choose("#preset", preset).await;
    }
    page.click(".params .reset").await;
    assert_eq!(page.value("#preset"), "0");
}

#[wasm_bindgen_test]
async fn the_dice_leave_the_reader_s_own_rows() {
    let page = Page::open("#/weather").await;
    page.click("[data-test=add-row]").await;
    page.enter("#field-cities-5-city", "Oslo").await;
    let before = page.value("#field-cities-0-delay");
    page.click("[aria-label='Next seed']").await;
    assert_eq!(page.value("#field-cities-5-city"), "Oslo");
    assert_ne!(page.value("#field-cities-0-delay"), before);
}

#[wasm_bindgen_test]
async fn a_wrong_seed_is_named() {
    let page = Page::open("#/weather").await;
    let invalid = || page.one("#seed").get_attribute("aria-invalid");
    for wrong in ["abc", "-1", "1e3"] {
        page.enter("#seed", wrong).await;
        assert_eq!(invalid().as_deref(), Some("true"), "{wrong}");
        assert!(page.text("#seed-hint").contains("a whole number"));
    }
    page.enter("#seed", "7").await;
    assert_eq!(invalid(), None);
    assert!(page.text("#seed-hint").contains("Seed 0"));
}

#[wasm_bindgen_test]
async fn a_name_that_is_taken_is_refused_with_the_reason() {
    let page = Page::open("#/producer-consumer-sentinel").await;
    let first = "[aria-label='name of time 1']";
    let second = page.value("[aria-label='name of time 2']");
    page.enter(first, &second).await;
    let error = page.one(first).get_attribute("aria-describedby").unwrap();
    assert!(
        page.text(&format!("#{error}"))
            .contains("another one named")
    );
    page.enter(first, "mine").await;
    assert!(page.all(&format!("#{error}")).is_empty());
    assert_eq!(page.value(first), "mine");
}
