//! Every page fits onto every screen.

use serde_json::json;

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

/// Everything that sticks out to the right, if the page can be scrolled sideways at all.
const TOO_WIDE: &str = "
    const page = document.scrollingElement;
    if (innerWidth !== arguments[0]) return null;
    if (page.scrollWidth <= innerWidth) return [];
    const wide = [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > innerWidth + 0.5);
    return ['the page is ' + page.scrollWidth + ' wide', ...wide.slice(0, 8).map(e => e.cloneNode(false).outerHTML)];";

async fn assert_fits(page: &Page, what: &str) {
    let possible = |&(width, _): &(u32, u32)| width >= Page::narrowest();
    for (width, height) in SIZES.into_iter().filter(possible) {
        page.viewport(width, height);
        let too_wide = page
            .wait_until(&format!("the viewport is {width} wide"), async || {
                let found = page.eval(TOO_WIDE, &[json!(width)]).await;
                found.as_array().cloned()
            })
            .await;
        assert!(
            too_wide.is_empty(),
            "{what} at {width}x{height}: {too_wide:#?}"
        );
    }
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn no_page_is_wider_than_the_screen() {
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    for theme in ["light", "dark"] {
        page.emulate_media(&[("prefers-color-scheme", theme)]);
        page.goto("#/").await;
        page.wait_for(".hero").await;
        assert_fits(&page, &format!("the start page, {theme}")).await;
        for slug in slugs() {
            page.go_to_playground(slug, "pace=instant").await;
            assert_fits(&page, &format!("{slug}, {theme}, ready")).await;
            page.click(RUN).await;
            page.wait_for_end().await;
            // A theme is nothing but colours: once more for the whole, not for each table.
            let tabs: &[_] = if theme == "light" {
                &["log", "tasks", "numbers", "code"]
            } else {
                &["log"]
            };
            for &tab in tabs {
                page.open_tab(tab).await;
                assert_fits(&page, &format!("{slug}, {theme}, {tab}")).await;
            }
        }
    }
    // Names without a place to break, and a notice that holds one.
    let long = "x".repeat(200);
    page.visit(&format!(
        "#/downloads?pace=instant&files={long},1;{long},2&{long}={long}"
    ))
    .await;
    page.wait_for(".notice").await;
    page.click(RUN).await;
    page.wait_for_end().await;
    for tab in ["log", "tasks"] {
        page.open_tab(tab).await;
        assert_fits(&page, &format!("long names, {tab}")).await;
    }
    page.assert_quiet().await;
}
