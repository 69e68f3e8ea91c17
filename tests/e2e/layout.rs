//! Every page fits onto every screen, and a run moves nothing on it.

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
    // What the parts of the race have above them. A list of what everybody waits for is news, and may take room.
    const places = () => {
        const news = [...document.querySelectorAll('.deadlock')];
        for (const list of news) list.style.display = 'none';
        const parts = [...document.querySelectorAll('.strategy > header, .strategy .lanes, .strategy .gauge, .strategy .loop')];
        const places = parts.map(e => `${e.className || e.tagName} at ${e.getBoundingClientRect().top + scrollY}`);
        for (const list of news) list.style.removeProperty('display');
        return places;
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

/// From one playground to the next, in the page that is loaded: ready, run, and tab by tab. A run must not move anything:
/// where the badge came that says how much faster it was, a title broke in two.
const WALK: &str = "
    const [slug, tabs] = arguments, status = () => one('[data-test=status]')?.textContent;
    location.hash = `#/${slug}?pace=instant`;
    await until(`${slug} is ready`, () => one(`nav [aria-current=page][href='#/${slug}']`) && /ready/.test(status()));
    await look(`${slug}, ready`);
    const before = places();
    one('[data-test=run]').click();
    await until(`${slug} is over`, () => /finished|deadlocked/.test(status()));
    await look(`${slug}, over`);
    found.push(...places().flatMap((now, i) => now === before[i] ? [] : `${slug}: ${before[i]} moves: ${now}`));
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

/// Which fonts and glyphs come is a machine's affair; nothing moves on any.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_end_of_a_run_moves_nothing_whatever_the_fonts() {
    for (fonts, sheet) in fonts() {
        let site = Site::serve_with_sheet(&sheet);
        let page = Page::open(&site, "").await;
        let loaded = page.eval(LOAD_FONTS, &[]).await;
        assert_eq!(loaded, json!([]), "{fonts}: none of the fonts is here");
        let possible = |&&(width, _): &&(u32, u32)| width >= Page::narrowest();
        for &(width, height) in [SIZES[0], SIZES[2], SIZES[3]].iter().filter(possible) {
            page.viewport(width, height);
            for slug in ["weather", "gather-errors", "retry-backoff"] {
                let at = format!("{fonts}, {width}x{height}");
                assert_fits(&page, &at, WALK, &[json!(slug), json!([])]).await;
            }
        }
        page.assert_quiet().await;
    }
}

/// Fonts that lie otherwise in their lines than any that a machine may have.
fn fonts() -> [(&'static str, String); 3] {
    let face = |family: &str, ascent: u32, descent: u32, more: &str| {
        let names = match family {
            "Mono" => [
                "DejaVu Sans Mono",
                "Liberation Mono",
                "Noto Sans Mono",
                "Consolas",
                "Menlo",
                "Courier New",
            ],
            _ => [
                "DejaVu Sans",
                "Liberation Sans",
                "Noto Sans",
                "Roboto",
                "Arial",
                "Helvetica",
            ],
        };
        let sources = names.map(|name| format!("local('{name}')")).join(", ");
        format!(
            "@font-face {{ font-family: '{family}'; src: {sources}; ascent-override: {ascent}%; descent-override: {descent}%; {more} }}"
        )
    };
    let used = ":root:root { --sans: 'Sans'; --mono: 'Mono' }";
    // As where a font lacks them, and another one steps in.
    let symbols =
        "size-adjust: 115%; unicode-range: U+30-39, U+D7, U+2026, U+2190-21FF, U+2700-27BF";
    [
        (
            "high letters",
            face("Sans", 140, 60, "") + &face("Mono", 70, 20, "") + used,
        ),
        (
            "high code",
            face("Sans", 80, 70, "") + &face("Mono", 140, 20, "") + used,
        ),
        (
            "other digits",
            face("Sans", 93, 24, "")
                + &face("Sans", 160, 80, symbols)
                + &face("Mono", 93, 24, "")
                + used,
        ),
    ]
}

/// Waits for the fonts of the page, and gives those that do not come.
const LOAD_FONTS: &str = "
    const faces = [...document.fonts];
    return Promise.allSettled(faces.map(face => face.load())).then(() => faces.filter(face => face.status !== 'loaded').map(face => face.family))";
