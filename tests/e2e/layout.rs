//! Every page fits onto every screen.

use serde_json::{Value, json};

use crate::harness::{Page, Site};
use crate::playground::{RUN, slugs};

/// From a small phone to a large screen.
const SIZES: [(u32, u32); 5] = [
    (360, 740),
    (390, 844),
    (768, 1024),
    (1440, 900),
    (2560, 1440),
];

/// What a look at the page finds goes to `found`: everything that sticks out to the right, if the page can be scrolled
/// sideways at all.
const LOOK: &str = "
    const found = [];
    const one = selector => document.querySelector(selector);
    const frame = () => new Promise(requestAnimationFrame);
    const until = async (what, isSo) => {
        const patience = performance.now() + 20_000;
        while (!isSo()) {
            if (performance.now() > patience) throw new Error(`waited in vain until ${what}`);
            await frame();
        }
    };
    const look = async what => {
        await frame();
        const page = document.scrollingElement;
        if (page.scrollWidth <= innerWidth) return;
        const wide = [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > innerWidth + 0.5);
        found.push(`${what}: the page is ${page.scrollWidth} wide`, ...wide.slice(0, 8).map(e => e.cloneNode(false).outerHTML));
    };
    const lookAtTabs = async (what, tabs) => {
        for (const tab of tabs) {
            one(`#tab-${tab}`).click();
            await until(`${tab} is open`, () => one(`#tab-${tab}[aria-selected=true]`));
            // Sources are loaded when they are asked for.
            if (tab === 'code') await until('the code is there', () => [0, 1].every(i => document.querySelectorAll('.source code')[i]?.textContent));
            await look(`${what}, ${tab}`);
        }
    };";

/// From one playground to the next, in the page that is loaded: ready, run, and tab by tab.
const WALK: &str = "
    const [slug, tabs] = arguments, status = () => one('[data-test=status]')?.textContent;
    location.hash = `#/${slug}?pace=instant`;
    await until(`${slug} is ready`, () => one(`nav [aria-current=page][href='#/${slug}']`) && /ready/.test(status()));
    await look(`${slug}, ready`);
    one('[data-test=run]').click();
    await until(`${slug} is over`, () => /finished|deadlocked/.test(status()));
    await lookAtTabs(slug, tabs)";

/// Looks around by a script, so that the browser is not asked for each step.
async fn assert_fits(page: &Page, at: &str, script: &str, arguments: &[Value]) {
    let script =
        format!("return (async function () {{ {LOOK} {script}; return found; }})(...arguments)");
    let found = page.eval(&script, arguments).await;
    assert_eq!(found, json!([]), "{at}");
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn no_page_is_wider_than_the_screen() {
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    let possible = |&(width, _): &(u32, u32)| width >= Page::narrowest();
    for (width, height) in SIZES.into_iter().filter(possible) {
        page.viewport(width, height);
        page.wait_until(&format!("the viewport is {width} wide"), async || {
            let now = page.eval("return innerWidth", &[]).await;
            (now == json!(width)).then_some(())
        })
        .await;
        for theme in ["light", "dark"] {
            page.emulate_media(&[("prefers-color-scheme", theme)]);
            let at = format!("{width}x{height}, {theme}");
            page.goto("#/").await;
            page.wait_for(".hero").await;
            assert_fits(&page, &at, "await look('the start page')", &[]).await;
            // A theme is nothing but colours: once more for the whole, not for each table.
            let tabs = match theme {
                "light" => json!(["log", "tasks", "numbers", "code"]),
                _ => json!(["log"]),
            };
            for slug in slugs() {
                assert_fits(&page, &at, WALK, &[json!(slug), tabs.clone()]).await;
            }
        }
        // Names without a place to break, and a notice that holds one.
        let long = "x".repeat(200);
        let hash = format!("#/downloads?pace=instant&files={long},1;{long},2&{long}={long}");
        page.goto(&hash).await;
        page.wait_for(".notice").await;
        page.click(RUN).await;
        page.wait_for_end().await;
        let tabs = "await lookAtTabs('long names', ['log', 'tasks'])";
        assert_fits(&page, &format!("{width}x{height}"), tabs, &[]).await;
    }
    page.assert_quiet().await;
}

/// Where the badge came that says how much faster a run was, the title broke in two, and all below it moved.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_end_of_a_run_moves_nothing() {
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    let tops = "return [...document.querySelectorAll('.strategy .lane')].map(lane => lane.getBoundingClientRect().top + scrollY)";
    let possible = |&(width, _): &(u32, u32)| width >= Page::narrowest();
    for (width, height) in SIZES.into_iter().filter(possible) {
        page.viewport(width, height);
        page.visit("#/weather?pace=instant").await;
        page.wait_for("[data-test=export]").await;
        page.next_frame().await;
        let before = page.eval(tops, &[]).await;
        page.click(RUN).await;
        page.wait_for_end().await;
        page.wait_for(".badge.faster").await;
        page.next_frame().await;
        assert_eq!(page.eval(tops, &[]).await, before, "{width}x{height}");
    }
    page.assert_quiet().await;
}
