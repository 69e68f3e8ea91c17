//! Every page fits onto every screen, and a run moves nothing on it.

use serde_json::{Value, json};

use crate::exports::open;
use crate::harness::{Page, Site};
use crate::lab;
use crate::playground::{RUN, slugs};
use crate::recording::fixture;

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
/// where the badge appeared that says how much faster it was, a title was wrapped.
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

/// Text that sticks out of its box, or is cut off at it, or, on buttons and links, at the edge of the window. Text with an
/// ellipsis and text that can be scrolled may be longer than its box.
const WORDS: &str = "
    const BOXES = 'button, .chip, .claim, .result, .tile, .card, .notice, .badge, .check, .outcome, td, th, .playbar, .strategy > header, .transport, .select, .tip';
    const isOf = (style, words) => words.includes(style.overflowX) || words.includes(style.overflowY);
    const lookAtWords = what => {
        // With the card of a task, which lies above the page.
        const walker = document.createTreeWalker(one('.app'), NodeFilter.SHOW_TEXT);
        for (let text = walker.nextNode(); text; text = walker.nextNode()) {
            if (!text.data.trim() || !text.parentElement.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
            const range = document.createRange();
            range.selectNodeContents(text);
            const words = range.getBoundingClientRect();
            if (words.width < 1) continue;
            for (let e = text.parentElement; e && e.matches('.app *'); e = e.parentElement) {
                const style = getComputedStyle(e), box = e.getBoundingClientRect();
                // Only read aloud; may be longer; made to be scrolled.
                if (style.clipPath !== 'none' || style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none') break;
                if (isOf(style, ['auto', 'scroll'])) break;
                if (style.display === 'contents') continue;
                const isOver = words.left < box.left - 1 || words.right > box.right + 1 || words.top < box.top - 2 || words.bottom > box.bottom + 2;
                if (isOver && (e.matches(BOXES) || isOf(style, ['hidden', 'clip']))) {
                    found.push(`${what}: “${text.data.trim().slice(0, 40)}” is ${Math.round(words.width)} wide, and over ${e.cloneNode(false).outerHTML.slice(0, 120)}`);
                    break;
                }
                if (style.position === 'fixed') break;
            }
        }
    };";

/// A playground in each state that a run can be in.
const STATES: &str = "
    const status = () => one('[data-test=status]')?.textContent;
    const open = async (what, hash) => {
        location.hash = hash;
        await until(`${what} is ready`, () => one(`nav [aria-current=page][href='${hash.split('?')[0]}']`) && /ready/.test(status()));
        await frame();
    };
    const run = async (what, state) => {
        one('[data-test=run]').click();
        await until(`${what} is ${state}`, () => state.test(status()));
        await frame();
    };
    await open('weather', '#/weather?speed=1');
    lookAtWords('ready');
    await run('weather', /running/);
    lookAtWords('running');
    one('[data-test=run]').click();
    await until('it is paused', () => /paused/.test(status()));
    lookAtWords('paused');
    await open('a task is changed by hand', '#/compare-strategies?only=return_exceptions&speed=0.25');
    await run('a task is changed by hand', /running/);
    const lane = row => one(`[data-mode=return_exceptions] .lane[data-task='${row}']`);
    const stepIn = async (row, action, outcome) => {
        lane(row).click();
        await until(`${action} is offered`, () => one(`[data-test=${action}]`));
        await frame();
        lookAtWords(`${action} is offered`);
        one(`[data-test=${action}]`).click();
        await until(`a task is ${outcome}`, () => lane(row).ariaLabel.includes(outcome));
        await frame();
        lookAtWords(`a task is ${outcome}`);
    };
    // A task is cancelled, and one fails, by the buttons of their cards.
    await stepIn(1, 'cancel-task', 'cancelled');
    await stepIn(2, 'fail-task', 'failed');
    await until('it is said', () => one('[data-test=stepped-in]'));
    one('#tip .icon-button').click();
    one('[data-test=run]').click();
    await until('the run is paused', () => /paused/.test(status()));
    lookAtWords('a task was changed by hand, paused');
    await open('weather', '#/weather?pace=instant');
    await run('weather', /finished/);
    lookAtWords('over');
    one('[data-test=play]').click();
    await until('the recording plays', () => one('[data-test=back-to-end]:enabled'));
    lookAtWords('recording');
    await open('weather', '#/weather?pace=live&cities=London,15,cloudy,0.05;New York,22,sunny,0.05;Tokyo,18,rainy,0.05');
    await run('live', /finished/);
    lookAtWords('live');
    await open('sentinel', '#/producer-consumer-sentinel?pace=instant');
    await run('sentinel', /deadlocked/);
    lookAtWords('deadlocked');
    await open('predicting', '#/downloads?predict=1&pace=instant');
    one('[data-test=run]').click();
    await until('a question is asked', () => one('.predict-choice, .predict input'));
    await frame();
    lookAtWords('predicting');
    await open('compare', '#/compare-strategies?pace=instant');
    await run('compare', /finished/);
    lookAtWords('compared');";

/// Examines a page by one script, so that the browser is not called for each step.
async fn assert_fits(page: &Page, at: &str, script: &str, arguments: &[Value]) {
    let script = format!(
        "return (async function () {{ {LOOK} {WORDS} {script}; return found; }})(...arguments)"
    );
    let found = page.eval(&script, arguments).await;
    assert_eq!(found, json!([]), "{at}");
}

/// Makes the viewport this large, and waits until the page has noticed.
async fn resize(page: &Page, width: u32, height: u32) {
    page.viewport(width, height);
    page.wait_until(&format!("the viewport is {width} wide"), async || {
        let now = page.eval("return innerWidth", &[]).await;
        (now == json!(width)).then_some(())
    })
    .await;
}

/// Every page, in every state that has parts of its own.
async fn assert_no_page_is_wider((width, height): (u32, u32)) {
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    resize(&page, width, height).await;
    // Themes differ in nothing but colours, which `tests/native/styles.rs` ensures.
    let themes: &[&str] = match width {
        390 => &["light", "dark"],
        _ => &["light"],
    };
    for &theme in themes {
        page.emulate_media(&[("prefers-color-scheme", theme)]);
        let at = format!("{width}x{height}, {theme}");
        page.goto("#/").await;
        page.wait_for(".app:not(.static) .hero").await;
        assert_fits(&page, &at, "await look('the start page')", &[]).await;
        page.goto("#/recording").await;
        page.wait_for("[data-test=choose-recording]").await;
        assert_fits(&page, &at, "await look('without a recording')", &[]).await;
        open(&page, &fixture("problems")).await;
        page.wait_for(".found li").await;
        page.wait_for("#tab-code").await;
        assert_fits(&page, &at, "await look('a recording')", &[]).await;
        // Once more for the whole page, not for each table.
        let tabs = match theme {
            "light" => json!(["log", "tasks", "numbers", "code"]),
            _ => json!(["log"]),
        };
        for slug in slugs() {
            assert_fits(&page, &at, WALK, &[json!(slug), tabs.clone()]).await;
        }
    }
    // Names without a place to break, and a notice with such a name.
    let long = "x".repeat(200);
    let hash = format!("#/downloads?pace=instant&files={long},1;{long},2&{long}={long}");
    page.goto(&hash).await;
    page.wait_for(".notice").await;
    page.click(RUN).await;
    page.wait_for_end().await;
    let tabs = "await lookAtTabs('long names', ['log', 'tasks'])";
    assert_fits(&page, &format!("{width}x{height}"), tabs, &[]).await;
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn no_page_is_wider_than_a_small_phone() {
    assert_no_page_is_wider(SIZES[0]).await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn no_page_is_wider_than_a_phone() {
    assert_no_page_is_wider(SIZES[1]).await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn no_page_is_wider_than_a_tablet() {
    assert_no_page_is_wider(SIZES[2]).await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn no_page_is_wider_than_a_laptop() {
    assert_no_page_is_wider(SIZES[3]).await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn no_page_is_wider_than_a_large_screen() {
    assert_no_page_is_wider(SIZES[4]).await;
}

/// Apart from other pages, since Python would be started for each size.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_lab_is_never_wider_than_the_screen() {
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    for (width, height) in SIZES {
        let at = format!("{width}x{height}");
        resize(&page, width, height).await;
        page.goto("#/lab?program=semaphore").await;
        page.wait_for("[data-test=lab-run]").await;
        assert_fits(&page, &at, "await look('the lab')", &[]).await;
        let (state, _) = lab::run(&page).await;
        assert_eq!(state, "finished");
        page.wait_for("#tab-code").await;
        assert_fits(&page, &at, "await look('a run of the lab')", &[]).await;
        page.goto("#/").await;
        page.wait_for(".hero").await;
    }
    page.assert_quiet().await;
}

/// From a page at 400 % to a large screen, with the widths at which the layout changes.
const WIDTHS: [(u32, u32); 9] = [
    (320, 256),
    (360, 740),
    (390, 844),
    (641, 900),
    (768, 1024),
    (901, 900),
    (1101, 900),
    (1440, 900),
    (2560, 1440),
];

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn no_words_leave_their_box_in_any_state() {
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    for (width, height) in WIDTHS {
        page.viewport(width, height);
        assert_fits(&page, &format!("{width}x{height}"), STATES, &[]).await;
    }
    page.assert_quiet().await;
}

/// What a first visit shows without scrolling: on a phone lanes, on a laptop two strategies.
const FIRST_SCREEN: &str = "
    const [slug] = arguments;
    location.hash = `#/${slug}?speed=1`;
    await until(`${slug} is ready`, () => one(`nav [aria-current=page][href='#/${slug}']`) && /ready/.test(one('[data-test=status]')?.textContent));
    await until('the buttons are there', () => one('.view-toggle') && one('.strategies, .predict-toggle'));
    await frame();
    const foot = () => {
        const bar = one('.transport').getBoundingClientRect();
        return bar.height && bar.bottom >= innerHeight - 1 ? bar.top : innerHeight;
    };
    const lanes = [...document.querySelectorAll('.strategy')].map(e => ({
        head: e.querySelector('header').getBoundingClientRect(),
        lanes: e.querySelector('.lanes').getBoundingClientRect(),
    }));
    const phone = innerWidth <= 640;
    if (phone && foot() - lanes[0].lanes.top < Math.min(3 * 24, lanes[0].lanes.height)) found.push(`${slug}: lanes begin at ${lanes[0].lanes.top} of ${foot()}`);
    if (!phone && lanes[1] && foot() < lanes[1].head.bottom) found.push(`${slug}: the second strategy begins at ${lanes[1].head.top}`);
    if (!phone && lanes[1] && lanes[0].lanes.height <= 6 * 24 && foot() < lanes[1].lanes.bottom) found.push(`${slug}: the second strategy ends at ${lanes[1].lanes.bottom}`);";

/// As [`FIRST_SCREEN`], for a run that begins while the reader looks at the form: the page scrolls to the lanes.
const RUN_FROM_BELOW: &str = "
    location.hash = '#/weather?speed=1';
    await until('weather is ready', () => one(`nav [aria-current=page][href='#/weather']`) && /ready/.test(one('[data-test=status]')?.textContent));
    await until('the form is there', () => one('.view-toggle') && one('form input, .params input'));
    scrollTo(0, 0);
    // Notices and a long lead above push the race out of sight.
    one('main').style.paddingTop = '900px';
    await frame();
    one('[data-test=run]').click();
    await until('lanes are seen', () => one('.lanes').getBoundingClientRect().bottom < innerHeight);
    one('main').style.removeProperty('padding-top');
    one('[data-test=reset]')?.click();";

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_first_screen_shows_what_the_page_is_for() {
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    for (width, height) in [(390, 844), (1440, 900)] {
        page.viewport(width, height);
        for slug in slugs() {
            let at = format!("{width}x{height}");
            assert_fits(&page, &at, FIRST_SCREEN, &[json!(slug)]).await;
        }
        assert_fits(&page, "a run from below", RUN_FROM_BELOW, &[]).await;
    }
    page.assert_quiet().await;
}

/// Addresses and titles in the web scraper's form used to be cut on a tablet.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn texts_in_forms_are_whole_on_a_tablet() {
    let site = Site::serve();
    let page = Page::open(&site, "#/web-scraper").await;
    page.viewport(768, 1024);
    page.wait_for(RUN).await;
    page.wait_for(".params .cell.wide input").await;
    let cut = "return [...document.querySelectorAll('.params .cell.wide input')]
        .filter(input => input.scrollWidth > input.clientWidth).map(input => input.value)";
    assert_eq!(page.eval(cut, &[]).await, json!([]));
    page.assert_quiet().await;
}

/// The sizes of the race's canvases in their own pixels, and in those of the screen.
const CANVASES: &str = "return [...document.querySelectorAll('.race canvas')].map(canvas => {
    const scaled = size => Math.round(size * devicePixelRatio);
    return [canvas.width, canvas.height, scaled(canvas.clientWidth), scaled(canvas.clientHeight)];
})";

/// A window is moved to another screen, or its page is scaled: no size in CSS pixels changes.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn canvases_have_the_pixels_of_the_screen() {
    let site = Site::serve();
    let page = Page::open(&site, "#/weather").await;
    page.wait_for(".overview canvas").await;
    for scale in [2.0, 1.1, 3.0] {
        page.screen(1440, 900, scale);
        page.wait_until(&format!("canvases are sharp at {scale}"), async || {
            // Taking a picture makes the browser tell the page of its new scale.
            page.client().screenshot().await.ok()?;
            let canvases = page.eval(CANVASES, &[]).await;
            let canvases = canvases.as_array().filter(|canvases| canvases.len() > 4)?;
            let is_sharp = |canvas: &Value| canvas[0] == canvas[2] && canvas[1] == canvas[3];
            canvases.iter().all(is_sharp).then_some(())
        })
        .await;
    }
    page.assert_quiet().await;
}

/// Fonts and glyphs differ between machines; nothing moves on any.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_end_of_a_run_moves_nothing_whatever_the_fonts() {
    for (fonts, sheet) in fonts() {
        let site = Site::serve_with_sheet(&sheet);
        let page = Page::open(&site, "").await;
        let loaded = page.eval(LOAD_FONTS, &[]).await;
        assert_eq!(loaded, json!([]), "{fonts}: none of the fonts is here");
        for (width, height) in [SIZES[0], SIZES[2], SIZES[3]] {
            page.viewport(width, height);
            for slug in ["weather", "gather-errors", "retry-backoff"] {
                let at = format!("{fonts}, {width}x{height}");
                assert_fits(&page, &at, WALK, &[json!(slug), json!([])]).await;
            }
        }
        page.assert_quiet().await;
    }
}

/// Fonts whose lines have other heights than those of any font that a machine may have.
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
    // As where a font lacks them, and another font provides them.
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

/// Waits for the fonts of the page, and returns those that fail to load.
const LOAD_FONTS: &str = "
    const faces = [...document.fonts];
    return Promise.allSettled(faces.map(face => face.load())).then(() => faces.filter(face => face.status !== 'loaded').map(face => face.family))";
