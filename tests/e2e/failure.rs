//! The failure page when the app breaks in the midst of its work. `start` tests failures before that.

use crate::harness::{Page, Site, is_firefox};
use crate::playground::RUN;

/// A trap that no panic hook has reported, as a stack overflow makes: a module whose one function is `unreachable`. The
/// page's own timer calls it, since the page does not see what a test's script throws.
const TRAP: &str = "
    const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11];
    window.trap = () => setTimeout(new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes))).exports.f)";

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn after_a_trap_both_ways_out_work() {
    let site = Site::serve_with_script(TRAP);
    let page = Page::open(&site, "#/downloads?seconds_per_mb=0.25&pace=instant").await;
    page.wait_for_playground().await;
    page.eval("trap()", &[]).await;
    page.wait_for_text("#failure[role=alert] pre", "unreachable")
        .await;
    page.wait_for_none(RUN).await;
    // The first button keeps the state.
    page.click("#failure button:first-of-type").await;
    page.wait_for_playground().await;
    assert!(page.hash().await.contains("seconds_per_mb=0.25"));
    page.click(RUN).await;
    page.wait_for_end().await;
    assert_eq!(page.shown().await.totals[0], "19.0 s");

    // The second one drops it, since it may be the cause.
    page.eval("trap()", &[]).await;
    page.click("#failure button + button").await;
    page.wait_for(".app:not(.static) .hero").await;
    assert!(!page.hash().await.contains("seconds_per_mb"));

    // The traps are ours; there must be no other complaint.
    let complaints: Vec<_> = page
        .console()
        .into_iter()
        .filter(|entry| entry.is_complaint())
        .collect();
    assert!(
        complaints
            .iter()
            .all(|entry| entry.message.contains("unreachable")),
        "{complaints:?}"
    );
    // Firefox does not print them.
    let traps = if is_firefox() { 0 } else { 2 };
    assert_eq!(complaints.len(), traps, "{complaints:?}");
}
