//! The tabs under the race.

use crate::harness::{Counter, Page};
use wasm_bindgen_test::wasm_bindgen_test;

const TAB: &str = "[role=tab][aria-selected=true]";

#[wasm_bindgen_test]
async fn tabs_are_moved_through_by_keyboard() {
    let page = Page::open("#/downloads").await;
    let mut seen = vec![page.one(TAB).id()];
    for key in [
        "ArrowRight",
        "ArrowRight",
        "ArrowRight",
        "ArrowRight",
        "ArrowRight",
        "ArrowLeft",
        "Home",
        "End",
    ] {
        let tab = page.one(TAB).id();
        assert!(page.press(&format!("#{tab}"), key).await);
        let now = page.one(TAB);
        assert_eq!(now.get_attribute("tabindex").as_deref(), Some("0"));
        assert_eq!(page.all("[role=tab][tabindex='0']").len(), 1);
        let focused = crate::harness::document().active_element().unwrap();
        assert_eq!(focused.id(), now.id());
        let panel = page.one("[role=tabpanel]").get_attribute("aria-labelledby");
        assert_eq!(panel, Some(now.id()));
        seen.push(now.id());
    }
    let tabs = [
        "code", "log", "story", "tasks", "numbers", "code", "numbers", "code", "numbers",
    ];
    assert_eq!(seen, tabs.map(|tab| format!("tab-{tab}")));
    // Nothing has been stepped by the arrows.
    assert_eq!(page.status(), "ready");
}

#[wasm_bindgen_test]
async fn log_tasks_and_numbers_have_their_rows() {
    let page = Page::open("#/sequential-vs-concurrent?pace=instant").await;
    for tab in ["log", "story", "tasks", "numbers"] {
        page.click(&format!("#tab-{tab}")).await;
        assert!(
            page.text("[role=tabpanel]")
                .contains("Nothing has happened yet"),
            "{tab}"
        );
    }
    // The empty panel offers to run.
    page.click("[role=tabpanel] .empty button").await;
    page.until_status("finished").await;

    page.click("#tab-tasks").await;
    let names = page.texts("table.tasks tbody th");
    assert_eq!(names, ["main", "Task-1", "Task-2", "Task-3"].repeat(2));
    let outcomes = page.texts("table.tasks tbody td:nth-child(4)");
    assert!(
        outcomes.iter().all(|outcome| outcome.trim() == "done"),
        "{outcomes:?}"
    );
    let ended = page.texts("table.tasks tbody td:nth-child(7)");
    let expected = [
        "2.3 s", "1.0 s", "1.5 s", "2.3 s", "1.0 s", "1.0 s", "0.5 s", "0.8 s",
    ];
    assert_eq!(ended, expected);

    page.click("#tab-log").await;
    let lines = page.texts("ol.log li");
    let said = lines.iter().filter(|line| line.contains("Starting Task-"));
    assert_eq!(said.count(), 6, "{lines:?}");
    let times: Vec<f64> = page
        .texts("ol.log time")
        .iter()
        .map(|time| time.trim_end_matches(" s").parse().unwrap())
        .collect();
    assert!(times.is_sorted(), "{times:?}");
    assert_eq!(page.text("#tab-log .count"), lines.len().to_string());
    // Of one strategy only.
    page.click("[aria-labelledby=only] .chip:nth-child(2)")
        .await;
    let own = page.texts("ol.log .strategy-name");
    assert!(
        own.len() < lines.len() && own.iter().all(|name| *name == own[0]),
        "{own:?}"
    );

    page.click("#tab-numbers").await;
    let row = |name: &str| {
        let rows = page.texts("table.numbers tbody tr");
        rows.into_iter().find(|row| row.starts_with(name)).unwrap()
    };
    assert!(
        row("Makespan").ends_with("2.3 s1.0 s"),
        "{}",
        row("Makespan")
    );
    assert!(
        row("Speed-up").ends_with("1.00×2.30×"),
        "{}",
        row("Speed-up")
    );
    assert!(
        row("Peak in flight").ends_with("13"),
        "{}",
        row("Peak in flight")
    );
}

/// The tests' server has no sources. That they are shown is for the end-to-end tests, which have the site.
#[wasm_bindgen_test]
async fn code_that_cannot_be_loaded_is_asked_for_again() {
    let page = Page::open("#/downloads").await;
    let failed = || page.all(".source [role=alert] button").len() == 2;
    page.until("the page says what failed", failed).await;
    let requests = Counter::of("window.fetch");
    page.click(".source:first-child [role=alert] button").await;
    assert_eq!(requests.calls(), 1);
    page.until("the page says what failed again", failed).await;
}

#[wasm_bindgen_test]
async fn long_lists_show_more_on_demand() {
    let tasks: Vec<_> = (0..300).map(|n| format!("T{n},1")).collect();
    let page = Page::open(&format!(
        "#/basic-tasks?pace=instant&only=gather&tasks={}",
        tasks.join(";")
    ))
    .await;
    page.click("[data-test=run]").await;
    page.until_status("finished").await;
    page.click("#tab-tasks").await;
    assert_eq!(page.all("table.tasks tbody tr").len(), 200);
    page.click("[role=tabpanel] .toolbar button").await;
    assert_eq!(page.all("table.tasks tbody tr").len(), 301);
}
