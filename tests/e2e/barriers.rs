//! axe-core finds no barrier on any page, in either theme, before and after a run.

use serde_json::{Value, json};

use crate::harness::{Page, Site};
use crate::playground::{RUN, slugs};

/// The violations, each with the first elements that it is about.
const FIND: &str = "
    return axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(
        ({ id, help, nodes }) => `${id} (${help}): ` + nodes.slice(0, 4).map(
            ({ target, any }) => target.join(' ') + (any[0] ? ` [${any[0].message}]` : '')).join(' | ')))";

async fn look(page: &Page, what: &str, found: &mut Vec<String>) {
    // Colours that are on their way to others would be taken for too faint.
    page.wait_until("all motion is over", async || {
        let moving = "return document.getAnimations().some(a => a.playState === 'running' && a.effect.getComputedTiming().iterations !== Infinity)";
        (page.eval(moving, &[]).await == json!(false)).then_some(())
    })
    .await;
    let violations = page.eval(FIND, &[]).await;
    let violations = violations.as_array().into_iter().flatten();
    found.extend(
        violations
            .filter_map(Value::as_str)
            .map(|text| format!("{what}: {text}")),
    );
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn no_page_has_a_barrier() {
    let Ok(axe) = std::env::var("INTERLEAVE_AXE").and_then(|path| {
        Some(path)
            .filter(|path| !path.is_empty())
            .ok_or(std::env::VarError::NotPresent)
    }) else {
        eprintln!(
            "SKIPPED: axe-core is not here (cargo xtask gets it through npm), so no page was looked at"
        );
        return;
    };
    let axe = std::fs::read_to_string(axe).expect("axe-core's script");
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    let mut found = Vec::new();
    for theme in ["light", "dark"] {
        page.emulate_media(&[
            ("prefers-color-scheme", theme),
            ("prefers-reduced-motion", "reduce"),
        ]);
        page.visit("").await;
        page.wait_for(".hero").await;
        page.eval(&axe, &[]).await;
        look(&page, &format!("start, {theme}"), &mut found).await;
        for slug in slugs() {
            page.go_to_playground(slug, "pace=instant").await;
            look(&page, &format!("{slug}, {theme}, ready"), &mut found).await;
            page.click(RUN).await;
            page.wait_for_end().await;
            look(&page, &format!("{slug}, {theme}, finished"), &mut found).await;
        }
        page.go_to_playground("fetch-urls", "pace=instant").await;
        page.click(RUN).await;
        page.wait_for_end().await;
        // What only some states show: tables, messages of wrong values, notices, the list of keys.
        for tab in ["log", "tasks", "numbers"] {
            page.open_tab(tab).await;
            look(&page, &format!("{tab}, {theme}"), &mut found).await;
        }
        page.fill("#field-urls-0-latency", "slow").await;
        page.click(RUN).await;
        page.wait_for(".notice").await;
        look(&page, &format!("a wrong value, {theme}"), &mut found).await;
        page.click("[data-test=help]").await;
        page.wait_for("dialog[open]").await;
        look(&page, &format!("the list of keys, {theme}"), &mut found).await;
        page.viewport(390, 844);
        page.visit("#/downloads").await;
        page.wait_for_playground().await;
        page.eval(&axe, &[]).await;
        look(&page, &format!("on a phone, {theme}"), &mut found).await;
        page.viewport(1280, 800);
    }
    assert!(
        found.is_empty(),
        "{} barriers:\n{}",
        found.len(),
        found.join("\n")
    );
    page.assert_quiet().await;
}
