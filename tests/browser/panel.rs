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
        "code", "log", "story", "tasks", "numbers", "compare", "code", "compare", "code", "compare",
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
                .contains("Nothing has been run yet"),
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

/// A column of the comparison, from its first row to its last.
fn column(page: &Page, place: usize) -> Vec<String> {
    page.texts(&format!("table.compare tbody td:nth-child({place})"))
}

#[wasm_bindgen_test]
async fn strategies_are_compared_before_and_after_they_have_run() {
    let page = Page::open("#/compare-strategies?pace=instant&only=gather,try_join_all").await;
    page.click("#tab-compare").await;
    let sources = || page.texts("table.compare thead small");
    // Whether or not they are raced, the table has all eight.
    assert_eq!(sources(), ["preview"; 8]);
    let rows = page.texts("table.compare tbody th");
    let names = ["quick", "fails", "slow", "slowest"];
    assert!(rows[0].starts_with("Main gets"), "{rows:?}");
    assert_eq!(rows[3..], names);
    let gather = [
        "raised: fails failed",
        "2.0 s",
        "slowslowest",
        "done1.0 s",
        "failed2.0 s",
        "done3.0 s",
        "cancelled4.0 s",
    ];
    let try_join_all = [
        "failed: fails failed",
        "2.0 s",
        "none",
        "done1.0 s",
        "failed2.0 s",
        "cancelled2.0 s",
        "cancelled2.0 s",
    ];
    assert_eq!(
        (column(&page, 3), column(&page, 8)),
        (
            gather.map(str::to_owned).to_vec(),
            try_join_all.map(str::to_owned).to_vec()
        )
    );
    page.click("[data-test=run]").await;
    page.until_status("finished").await;
    assert_eq!(
        sources()
            .iter()
            .filter(|source| *source == "recorded")
            .count(),
        2
    );
    assert_eq!(sources()[1], "recorded");
    assert_eq!(
        (column(&page, 3), column(&page, 8)),
        (
            gather.map(str::to_owned).to_vec(),
            try_join_all.map(str::to_owned).to_vec()
        )
    );
    let region = page.one("[role=tabpanel] [role=region]");
    assert_eq!(region.get_attribute("tabindex").as_deref(), Some("0"));
    drop(page);

    // With one strategy there is nothing to compare.
    let page = Page::open("#/task-group").await;
    assert_eq!(page.all("#tab-compare").len(), 0);
    assert_eq!(page.all("#tab-numbers").len(), 1);
}

#[wasm_bindgen_test]
async fn there_is_no_speed_up_against_what_never_ends() {
    let page = Page::open("#/producer-consumer-sentinel?pace=instant").await;
    page.click("[data-test=run]").await;
    page.until_status("deadlocked").await;
    page.click("#tab-numbers").await;
    let rows = page.texts("table.numbers tbody tr");
    let row = rows.iter().find(|row| row.starts_with("Speed-up")).unwrap();
    assert!(
        row.ends_with("none: it hangsnone: the first hangs"),
        "{row}"
    );
}

#[wasm_bindgen_test]
async fn gauges_list_waiting_tasks_in_order() {
    let page = Page::open("#/at-scale?pace=instant&only=bounded&tasks=12&permits=4").await;
    let line = || page.texts("[data-test=in-line]");
    assert_eq!(line(), ["", ""]);
    page.click("[data-test=run]").await;
    page.until_status("finished").await;
    assert_eq!(line(), ["no task waits", "at most 4 at once"]);
    drop(page);

    let page = Page::open("#/at-scale?only=bounded&tasks=12&permits=4").await;
    let line = || page.texts("[data-test=in-line]");
    // The first step shows the start.
    page.click("[data-test=step]").await;
    assert_eq!(
        line(),
        [
            "held by task 1, task 2, task 3 +1; waiting: task 5, task 6, task 7 +5",
            "at most 4 at once"
        ]
    );
}

#[wasm_bindgen_test]
async fn gauges_count_what_is_in_flight() {
    let page = Page::open("#/cache?pace=instant").await;
    assert_eq!(page.texts(".gauge .name"), ["in flight", "in flight"]);
    let most = || page.texts("[data-test=in-line]");
    let now = || page.texts(".gauge .now");
    assert_eq!(
        (now(), most()),
        (vec![String::new(); 2], vec![String::new(); 2])
    );
    page.click("[data-test=run]").await;
    page.until_status("finished").await;
    assert_eq!(now(), ["0", "0"]);
    assert_eq!(most(), ["at most 5 at once", "at most 2 at once"]);
    drop(page);

    // Back in a recording: two fetches, or one that two requests wait for.
    let page = Page::open("#/cache?pace=instant&at=0.2").await;
    let most = || page.texts("[data-test=in-line]");
    let now = || page.texts(".gauge .now");
    assert_eq!(now(), ["3", "2"]);
    page.click("[data-test=back]").await;
    assert_eq!(now(), ["2", "1"]);
    assert_eq!(most(), ["at most 2 at once", "at most 1 at once"]);
    drop(page);

    // Where limits are not the subject, gauges are what programs set.
    let page = Page::open("#/downloads?only=bounded").await;
    assert_eq!(page.texts(".gauge .name"), ["permits in use"]);
}

/// The tests' server has no sources. The end-to-end tests, which have the site, test that they are shown.
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

/// The story scrolled a frame after it had changed, also when it had been closed by then.
#[wasm_bindgen_test]
async fn a_tab_may_be_left_at_any_moment_of_a_run() {
    let page = Page::open("#/downloads?speed=16").await;
    page.click("[data-test=run]").await;
    while page.status() == "running" {
        page.one("#tab-story").click();
        leptos::task::tick().await;
        page.one("#tab-log").click();
        page.settle().await;
    }
    assert_eq!(page.status(), "finished");
}
