//! axe-core finds no barrier on any page, in either theme, before and after a run.

use serde_json::{Value, json};

use crate::articles::without_app;
use crate::chunks::without_page;
use crate::exports::open;
use crate::harness::{Key, Page, Site, required};
use crate::lab;
use crate::playground::{RUN, slugs};
use crate::recording::fixture;

/// As narrow as a phone, in pixels.
const NARROW: u32 = 390;

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

/// axe-core's script.
fn axe() -> String {
    std::fs::read_to_string(required("INTERLEAVE_AXE")).expect("axe-core's script")
}

fn assert_none(found: &[String]) {
    let count = found.len();
    assert!(found.is_empty(), "{count} barriers:\n{}", found.join("\n"));
}

/// Loads a page anew, in this theme and width, with axe-core in it once this is there.
async fn visit(page: &Page, axe: &str, hash: &str, (theme, width): (&str, u32), there: &str) {
    page.viewport(width, 844);
    page.emulate_media(&[
        ("prefers-color-scheme", theme),
        ("prefers-reduced-motion", "reduce"),
    ]);
    page.visit(hash).await;
    page.wait_for(there).await;
    page.eval(axe, &[]).await;
}

/// Clicks something in the middle of the window, where nothing lies over it.
async fn click(page: &Page, selector: &str) {
    page.wait_for(selector).await;
    let script = "document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })";
    page.eval(script, &[json!(selector)]).await;
    page.click(selector).await;
}

async fn run(page: &Page) {
    page.click(RUN).await;
    page.wait_for_end().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn no_page_has_a_barrier() {
    let axe = axe();
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
            run(&page).await;
            look(&page, &format!("{slug}, {theme}, finished"), &mut found).await;
        }
        page.go_to_playground("fetch-urls", "pace=instant").await;
        run(&page).await;
        // What only some states show: messages of wrong values, notices, the list of keys.
        page.fill("#field-urls-0-latency", "slow").await;
        page.click(RUN).await;
        page.wait_for(".notice").await;
        look(&page, &format!("a wrong value, {theme}"), &mut found).await;
        page.click("[data-test=help]").await;
        page.wait_for("dialog[open]").await;
        look(&page, &format!("the list of keys, {theme}"), &mut found).await;
    }
    assert_none(&found);
    page.assert_quiet().await;
}

/// The page of recordings, with one and without.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn no_recording_has_a_barrier() {
    let axe = axe();
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    let mut found = Vec::new();
    for at in [("light", 1440), ("dark", 1440), ("light", NARROW)] {
        let there = "[data-test=choose-recording]";
        visit(&page, &axe, "#/recording", at, there).await;
        look(&page, &format!("without a recording, {at:?}"), &mut found).await;
        for name in ["deadlock_killed", "problems"] {
            open(&page, &fixture(name)).await;
            page.wait_for(".found li").await;
            page.wait_for("#tab-code").await;
            look(&page, &format!("{name}, {at:?}"), &mut found).await;
        }
    }
    assert_none(&found);
    page.assert_quiet().await;
}

/// The Python lab before a run and after it, with an error, and with what many runs came to.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_lab_has_no_barrier() {
    let axe = axe();
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    let mut found = Vec::new();
    for at in [("light", 1440), ("dark", NARROW)] {
        visit(
            &page,
            &axe,
            "#/lab?program=trap_lost_update",
            at,
            ".lab-editor.rich",
        )
        .await;
        look(&page, &format!("the lab, {at:?}"), &mut found).await;
        let (state, _) = lab::run(&page).await;
        assert_eq!(state, "finished");
        page.wait_for("#tab-code").await;
        page.click("[data-test=lab-schedules]").await;
        page.wait_for("[data-test=lab-outcome]:nth-child(2)").await;
        page.wait_for_text("[data-test=lab-explored]", "schedules")
            .await;
        look(&page, &format!("a run of the lab, {at:?}"), &mut found).await;
        lab::put(&page, "import asyncio\nasyncio.run(main())\n").await;
        let (state, _) = lab::run(&page).await;
        assert_eq!(state, "failed");
        page.wait_for("[data-test=lab-why]").await;
        look(&page, &format!("an error in the lab, {at:?}"), &mut found).await;
    }
    assert_none(&found);
    page.assert_quiet().await;
}

/// What a page shows as long as the chunks behind its first picture have not come.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_first_picture_has_no_barrier() {
    let axe = axe();
    let site = without_page();
    let page = Page::open(&site, "").await;
    let mut found = Vec::new();
    for at in [
        ("light", 1440),
        ("light", NARROW),
        ("dark", 1440),
        ("dark", NARROW),
    ] {
        for hash in ["", "#/downloads"] {
            visit(&page, &axe, hash, at, "#missing").await;
            look(&page, &format!("{hash}, {at:?}"), &mut found).await;
        }
        run(&page).await;
        look(&page, &format!("finished, {at:?}"), &mut found).await;
    }
    assert_none(&found);
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn no_article_has_a_barrier() {
    let axe = axe();
    let site = without_app();
    let page = Page::blank(&site).await;
    let mut found = Vec::new();
    for slug in slugs() {
        for at in [("light", 1440), ("dark", NARROW)] {
            visit(&page, &axe, &format!("{slug}/"), at, ".static article").await;
            look(&page, &format!("{slug}, {at:?}"), &mut found).await;
        }
    }
    visit(&page, &axe, "404.html", ("light", NARROW), ".failure").await;
    look(&page, "404.html", &mut found).await;
    assert_none(&found);
}

/// What is opened, chosen or asked for, on a desk and on a phone.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn nothing_that_opens_has_a_barrier() {
    let axe = axe();
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    let mut found = Vec::new();
    for at in [
        ("light", 1440),
        ("light", NARROW),
        ("dark", 1440),
        ("dark", NARROW),
    ] {
        let said = |what: &str| format!("{what}, {}, {} wide", at.0, at.1);
        visit(&page, &axe, "#/compare-strategies?pace=instant", at, RUN).await;
        run(&page).await;
        click(&page, "[data-test=critical]").await;
        page.wait_for(".path li").await;
        look(&page, &said("the critical path"), &mut found).await;
        for tab in ["code", "log", "story", "tasks", "compare", "numbers"] {
            click(&page, &format!("#tab-{tab}")).await;
            page.wait_for(&format!("#tab-{tab}[aria-selected=true]"))
                .await;
            look(&page, &said(tab), &mut found).await;
        }
        click(&page, "[data-test=export]").await;
        page.wait_for("#export-menu").await;
        look(&page, &said("the export menu"), &mut found).await;
        page.press(Key::Escape).await;
        click(&page, "[data-test=share]").await;
        click(&page, "[data-test=share-embed]").await;
        page.wait_for("dialog[open]").await;
        look(&page, &said("the embed dialog"), &mut found).await;
        page.press(Key::Escape).await;
        // By key: a finger, or a mouse, would have to find a place where nothing else lies.
        let lane = "document.querySelector('.lane').focus()";
        page.eval(lane, &[]).await;
        page.press(Key::Enter).await;
        page.wait_for("#tip.pinned").await;
        look(&page, &said("a pinned card"), &mut found).await;

        visit(&page, &axe, "#/downloads?pace=instant&predict=1", at, RUN).await;
        page.click(RUN).await;
        page.wait_for("[data-test=question]").await;
        look(&page, &said("a question"), &mut found).await;
        click(&page, "[data-test=answer]").await;
        look(&page, &said("a question without an answer"), &mut found).await;
        let answer = "const e = document.querySelector('[data-test=question] input');
            e.type === 'radio' ? e.click() : (e.value = '3')";
        page.eval(answer, &[]).await;
        click(&page, "[data-test=answer]").await;
        page.wait_for("[data-test=graded]").await;
        look(&page, &said("a graded answer"), &mut found).await;

        visit(
            &page,
            &axe,
            "#/producer-consumer-sentinel?pace=instant",
            at,
            RUN,
        )
        .await;
        run(&page).await;
        click(&page, "[data-test=critical]").await;
        page.wait_for("[data-test=unfinished]").await;
        look(&page, &said("a deadlock and its path"), &mut found).await;

        let embedded = "#/downloads?embed=1&pace=instant&panels=code,log,story,tasks,form";
        visit(&page, &axe, embedded, at, RUN).await;
        run(&page).await;
        page.wait_for("#tab-story").await;
        page.wait_for(".params form").await;
        look(&page, &said("in a frame"), &mut found).await;
    }
    assert_none(&found);
    page.assert_quiet().await;
}
