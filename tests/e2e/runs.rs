//! Runs from the first click to the end, in every playground and at every pace.

use crate::harness::{Page, Site};
use crate::playground::{RUN, SLUGS};

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn every_playground_runs_and_keeps_its_word() {
    // Totals of the strategies, then tasks of one strategy, `main` included.
    let expected: [(&[&str], usize); SLUGS.len()] = [
        (&["2.3 s", "1.0 s"], 4),
        (&["6.0 s", "3.0 s", "3.0 s"], 4),
        (&["38.0 s", "25.0 s", "25.0 s"], 6),
        (&["9.5 s", "2.8 s"], 6),
        (&["3.0 s", "1.0 s"], 4),
    ];
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    for (slug, (totals, tasks)) in SLUGS.into_iter().zip(expected) {
        page.goto(&format!("#/{slug}?speed=64")).await;
        page.wait_for(&format!("nav [aria-current=page][href='#/{slug}']"))
            .await;
        page.wait_for_text("[data-test=status]", "ready").await;
        // Once by hand, once by key.
        for by_key in [false, true] {
            if by_key {
                page.eval("document.activeElement.blur()", &[]).await;
                page.type_text(" ").await;
            } else {
                page.click(RUN).await;
            }
            page.wait_for_end().await;
            let shown = page.shown().await;
            assert_eq!(shown.totals, totals, "{slug}");
            assert!(shown.claims.len() >= 2, "{slug}: {:?}", shown.claims);
            assert!(
                shown.claims.iter().all(|claim| claim == "holds"),
                "{slug}: {:?}",
                shown.claims
            );
            assert_eq!(shown.lanes.len(), totals.len() * tasks, "{slug}");
            page.open_tab("tasks").await;
            let rows = page.texts("table.tasks tbody tr").await;
            assert_eq!(rows.len(), totals.len() * tasks, "{slug}: {rows:?}");
            page.click("[data-test=reset]").await;
            page.wait_for_text("[data-test=status]", "ready").await;
        }
    }
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_run_is_paused_stepped_and_resumed() {
    let site = Site::serve();
    let page = Page::open(&site, "#/downloads?speed=0.25").await;
    page.click(RUN).await;
    page.wait_for_text("[data-test=status]", "running").await;
    page.click(RUN).await;
    page.wait_for_text("[data-test=status]", "paused").await;
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
    // However slow the machine: a measured claim says by how much it is off, or that it holds.
    assert!(
        shown
            .claims
            .iter()
            .all(|claim| !claim.contains("not yet run")),
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
