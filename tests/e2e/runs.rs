//! Runs from the first click to the end, in every playground and at every pace.

use interleave_player::Preview;
use interleave_playgrounds::Entry;
use interleave_playgrounds::source::Listing;
use interleave_trace::seconds;

use crate::harness::{Page, Site};
use crate::playground::RUN;

/// The results of a playground's own run, as outside of a browser.
struct Expected {
    /// How long each strategy takes.
    totals: Vec<String>,
    /// How many tasks each has, `main` included.
    tasks: Vec<usize>,
}

impl Expected {
    fn of(entry: &Entry) -> Self {
        let shown: Vec<_> = entry.strategies().iter().filter(|one| one.shown).collect();
        let preview = Preview::of(entry, &shown, &entry.defaults()).expect("a small run");
        let runs = shown
            .iter()
            .map(|one| preview.run(one.mode).expect("a run"));
        let total = |end: Option<&interleave_trace::End>| seconds(end.expect("an end").at.secs());
        let (totals, tasks) = runs
            .map(|(trace, index)| (total(trace.end()), index.task_count()))
            .unzip();
        Self { totals, tasks }
    }
}

/// Sources are loaded when they are shown; they must be those that were compiled.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_code_that_is_shown_is_the_code_that_ran() {
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    let listings = "return [...document.querySelectorAll('.source code')]
        .map(code => [...code.children].map(line => line.textContent).join('\\n'))";
    for entry in Entry::all() {
        page.go_to_playground(entry.slug, "").await;
        page.open_tab("code").await;
        page.wait_for(".source:first-child code").await;
        page.wait_for(".source:last-child code").await;
        let sources = entry.sources().map(|source| Listing::of(source).text);
        assert!(sources[0].contains("async fn"), "{}", entry.slug);
        let shown = page.eval(listings, &[]).await;
        assert_eq!(shown, serde_json::json!(sources), "{}", entry.slug);
    }
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn every_playground_runs_and_keeps_its_word() {
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    for entry in Entry::all() {
        let slug = entry.slug;
        let expected = Expected::of(entry);
        page.go_to_playground(slug, "speed=100").await;
        // By mouse here, by key there.
        if slug.len() % 2 == 0 {
            page.eval("document.activeElement.blur()", &[]).await;
            page.type_text(" ").await;
        } else {
            page.click(RUN).await;
        }
        page.wait_for_end().await;
        let shown = page.shown().await;
        assert_eq!(shown.totals, expected.totals, "{slug}");
        assert!(
            !shown.claims.is_empty() && shown.claims.iter().all(|claim| claim == "holds"),
            "{slug}: {:?}",
            shown.claims
        );
        // Of long lists only the visible lanes exist.
        if expected.tasks.iter().all(|&tasks| tasks <= 8) {
            assert_eq!(
                shown.lanes.len(),
                expected.tasks.iter().sum::<usize>(),
                "{slug}"
            );
        }
        page.open_tab("tasks").await;
        let rows = page.texts("table.tasks tbody tr").await.len();
        assert_eq!(
            rows,
            expected.tasks.iter().sum::<usize>().min(200),
            "{slug}"
        );
    }
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_run_is_paused_stepped_and_resumed() {
    let site = Site::serve();
    let page = Page::open(&site, "#/downloads?speed=0.25").await;
    // Paused before the first event: on a busy machine the run may have continued longer.
    loop {
        page.click(RUN).await;
        page.wait_for_text("[data-test=status]", "running").await;
        page.click(RUN).await;
        page.wait_for_text("[data-test=status]", "paused").await;
        let status = page.text("[data-test=status]").await;
        let at = status
            .split_whitespace()
            .find_map(|word| word.parse::<f64>().ok());
        if at.unwrap_or_else(|| panic!("{status:?} says no instant")) < 0.5 {
            break;
        }
        page.click("[data-test=reset]").await;
        page.wait_for_text("[data-test=status]", "ready").await;
    }
    let before = page.shown().await;
    assert_eq!(page.shown().await, before, "time goes on");
    page.click("[data-test=step]").await;
    page.wait_for_text("[data-test=status]", "paused at 0.5 s")
        .await;
    page.click("[data-test=step]").await;
    page.wait_for_text("[data-test=status]", "paused at 1.0 s")
        .await;
    let lanes = page.shown().await.lanes;
    assert!(
        lanes.contains(&"image.jpg: done at 0.5 s".to_owned()),
        "{lanes:?}"
    );
    // Slow as it is, it would take minutes; the speed is changed while it runs.
    page.click(RUN).await;
    page.choose("[data-test=speed]", "100").await;
    page.wait_for_end().await;
    assert_eq!(page.shown().await.totals, ["38.0 s", "25.0 s", "25.0 s"]);
    page.wait_for_hash("speed=100").await;
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn at_once_or_in_real_time() {
    let site = Site::serve();
    let page = Page::open(&site, "#/downloads").await;
    page.choose("[data-test=pace]", "instant").await;
    page.click(RUN).await;
    page.wait_for_end().await;
    assert_eq!(page.shown().await.totals, ["38.0 s", "25.0 s", "25.0 s"]);
    page.wait_for_hash("pace=instant").await;

    page.goto("#/basic-tasks?pace=live&tasks=A,0.2;B,0.1;C,0.3")
        .await;
    page.wait_for("#field-tasks-2-name").await;
    page.click(RUN).await;
    page.wait_for_end().await;
    let shown = page.shown().await;
    for (total, asked) in shown.totals.iter().zip([0.6, 0.3, 0.3]) {
        let measured: f64 = total.trim_end_matches(" s").parse().expect("seconds");
        assert!(measured >= asked, "{total} for {asked} s");
    }
    assert_eq!(shown.totals.len(), 3);
    // However slow the machine is: a measured claim says by how much it is off, or that it holds.
    assert!(
        shown.claims.iter().all(|claim| !claim.contains("not yet")),
        "{:?}",
        shown.claims
    );

    // A second run in the midst of the first would mix them: the button stops it instead.
    page.goto("#/basic-tasks?pace=live&tasks=A,900").await;
    page.wait_for_none("#field-tasks-1-name").await;
    page.click(RUN).await;
    page.wait_for_text(RUN, "Stop").await;
    page.click(RUN).await;
    page.wait_for_text("[data-test=status]", "stopped").await;
    page.assert_quiet().await;
}
