//! The pages: what they contain, and how they show a run.

use crate::harness::{Page, js};
use interleave_player::Preview;
use interleave_playgrounds::{CARDS, Entry, FieldKind};
use interleave_trace::Verdict;
use serde_json::Value;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn the_start_page_leads_to_every_playground() {
    let page = Page::open("").await;
    assert_eq!(page.all("h1").len(), 1);
    for entry in Entry::all() {
        let link = format!(".cards a[href='#/{}']", entry.slug);
        assert_eq!(page.text(&link), entry.card().title);
    }
    assert!(page.all("[data-test=run]").is_empty());
}

#[wasm_bindgen_test]
async fn every_page_has_its_form_lanes_and_claims_and_runs() {
    for entry in Entry::all() {
        let slug = entry.slug;
        let page = Page::open(&format!("#/{slug}?pace=instant")).await;
        assert_eq!(page.text("h1"), entry.card().title);
        assert_eq!(page.status(), "ready");
        assert_eq!(page.text("[data-test=run] .label"), "Run");
        assert_eq!(page.text("nav [aria-current=page]"), entry.card().title);

        // Every value has an input, and so has every row of a list or a map; a list of numbers is typed as one text.
        let params = entry.defaults();
        for field in (entry.fields)() {
            let rows = match (&field.kind, &params[field.key]) {
                (FieldKind::Rows(_), Value::Array(rows)) => rows.len(),
                (FieldKind::Map(_), Value::Object(rows)) => rows.len(),
                (FieldKind::List(list), Value::Array(rows))
                    if !matches!(*list.item, FieldKind::Number { .. }) =>
                {
                    rows.len()
                }
                _ => 1,
            };
            let inputs = page.all(&format!("[id^='field-{}']", field.key)).len();
            assert!(inputs >= rows, "{slug}: {inputs} inputs for {}", field.key);
        }
        // Before a run, the lanes are those that will be.
        let shown: Vec<_> = entry.strategies().iter().filter(|one| one.shown).collect();
        assert_eq!(page.all("section.strategy").len(), shown.len());
        let preview = Preview::of(entry, &shown, &params).unwrap();
        for strategy in &shown {
            let lanes = format!("[data-mode={}] button.lane", strategy.mode);
            let lanes = page.all(&lanes);
            // Only the visible ones have a button. A program may have no task but main.
            let tasks = preview.run(strategy.mode).unwrap().0.task_count();
            assert!(lanes.len() >= tasks.min(2), "{slug}: {} lanes", lanes.len());
            assert!(lanes.len() <= tasks, "{slug}: {} lanes", lanes.len());
            for lane in lanes {
                let label = lane.get_attribute("aria-label").unwrap();
                assert!(label.ends_with(": not yet"), "{label}");
            }
        }
        let claims = page.texts("[data-test=claim] .check");
        assert!(claims.len() >= 2, "{slug}: {} claims", claims.len());
        assert!(
            claims.iter().all(|claim| claim.contains("not yet run")),
            "{claims:?}"
        );
        assert!(page.totals().iter().all(|total| total == "–"));

        // Some programs never end, to demonstrate just that.
        let ends = shown
            .iter()
            .map(|one| preview.run(one.mode).unwrap().0.end());
        let hangs = ends
            .flatten()
            .any(|end| matches!(end.verdict, Verdict::Deadlocked(_)));
        page.click("[data-test=run]").await;
        page.until_status(if hangs { "deadlocked" } else { "finished" })
            .await;
        assert_eq!(page.text("[data-test=run] .label"), "Run again");
        let claims = page.texts("[data-test=claim] .check");
        assert!(
            claims.iter().all(|claim| claim == "holds"),
            "{slug}: {claims:?}"
        );
        assert!(
            page.totals().iter().all(|total| total.ends_with(" s")),
            "{:?}",
            page.totals()
        );
        for lane in page.all("button.lane") {
            let label = lane.get_attribute("aria-label").unwrap();
            assert!(label.contains(" at "), "{label}");
        }
        assert!(
            page.all(".notice").is_empty(),
            "{:?}",
            page.texts(".notice")
        );
    }
}

#[wasm_bindgen_test]
async fn a_run_can_be_paused_stepped_resumed_and_forgotten() {
    let page = Page::open("#/downloads").await;
    let label = || page.text("[data-test=run] .label");
    page.click("[data-test=run]").await;
    page.until_status("running").await;
    assert_eq!(label(), "Pause");
    page.click("[data-test=run]").await;
    assert_eq!(
        (page.status(), label()),
        ("paused".to_owned(), "Resume".to_owned())
    );
    let totals = page.totals();
    page.settle().await;
    assert_eq!(page.totals(), totals);

    page.click("[data-test=step]").await;
    assert_ne!(page.totals(), totals);
    page.choose("[data-test=speed]", "100").await;
    page.click("[data-test=run]").await;
    page.until_status("finished").await;
    assert_eq!(page.totals(), ["38.0 s", "25.0 s", "25.0 s"]);

    page.click("[data-test=reset]").await;
    assert_eq!(
        (page.status(), label()),
        ("ready".to_owned(), "Run".to_owned())
    );
    assert_eq!(page.totals(), ["–"; 3]);
    // From the start, step by step.
    let mut steps = 0;
    while page.status() != "finished" {
        page.click("[data-test=step]").await;
        steps += 1;
        assert!(steps < 30);
    }
    assert!(steps > 8, "{steps}");
    assert_eq!(page.totals(), ["38.0 s", "25.0 s", "25.0 s"]);
}

#[wasm_bindgen_test]
async fn two_clicks_on_run_make_one_run() {
    let page = Page::open("#/downloads?speed=100").await;
    let run = page.one("[data-test=run]");
    for _ in 0..4 {
        // Run, pause, resume, pause.
        run.click();
    }
    page.settle().await;
    assert_eq!(page.status(), "paused");
    run.click();
    page.until_status("finished").await;
    assert_eq!(page.totals(), ["38.0 s", "25.0 s", "25.0 s"]);
}

#[wasm_bindgen_test]
async fn a_live_run_can_be_stopped_but_not_paused() {
    let page = Page::open("#/basic-tasks?pace=live&tasks=A,900").await;
    page.click("[data-test=run]").await;
    page.until_status("running").await;
    assert_eq!(page.text("[data-test=run] .label"), "Stop");
    assert!(page.one("[data-test=step]").has_attribute("disabled"));
    page.click("[data-test=run]").await;
    page.until_status("stopped").await;
}

#[wasm_bindgen_test]
async fn strategies_are_chosen_but_never_none() {
    let page = Page::open("#/downloads?pace=instant&only=concurrent").await;
    assert_eq!(page.all("section.strategy").len(), 1);
    // The only one stays.
    page.click(".strategies [aria-pressed=true]").await;
    assert_eq!(page.all("section.strategy").len(), 1);
    page.one(".strategies .chip:first-child").click();
    page.settle().await;
    let modes: Vec<_> = page
        .all("section.strategy")
        .iter()
        .filter_map(|strategy| strategy.get_attribute("data-mode"))
        .collect();
    assert_eq!(modes, ["sequential", "concurrent"]);
}

#[wasm_bindgen_test]
async fn a_link_that_makes_no_sense_gets_a_notice_and_the_defaults() {
    let page = Page::open("#/downloads?files=a.zip,many&speed=7&what=ever").await;
    let notices = page.texts(".notice").join("\n");
    for part in ["files", "speed", "what"] {
        assert!(notices.contains(part), "{notices}");
    }
    assert_eq!(page.value("#field-files-1-name"), "video.mp4");
    // Notices that have been read can be dismissed, one by one.
    let count = page.all(".notice").len();
    page.click(".notice:first-child button").await;
    assert_eq!(page.all(".notice").len(), count - 1);
    drop(page);

    let page = Page::open("#/nowhere").await;
    assert!(page.text(".notice").contains("nowhere"));
    assert_eq!(page.all(".cards > li").len(), CARDS.len());
}

/// The address used to be overwritten if it was due to follow the form just when a link was opened: browsers send the event of a
/// link a moment later.
#[wasm_bindgen_test]
async fn a_link_that_is_opened_while_the_address_is_behind_has_the_last_word() {
    let page = Page::open("#/downloads").await;
    page.choose("[data-test=pace]", "instant").await;
    // After this the address is overdue, and both wait for their turn.
    js(
        "const end = performance.now() + 400; while (performance.now() < end); location.hash = '#/weather'",
    );
    page.until("the link is opened", || {
        page.text("nav [aria-current=page]").starts_with("Weather")
    })
    .await;
}
