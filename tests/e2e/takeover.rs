//! The app replaces a static page, and nothing moves: what both have stays where it was.

use serde_json::{Value, json};

use crate::chunks::without_page;
use crate::harness::{Page, Reply, Site, is_firefox, without_worker};
use crate::playground::{RUN, slugs};

/// The sides of a box that are the same on both pages.
#[derive(Clone, Copy)]
enum Alike {
    /// All four.
    Whole,
    /// All but the lower one: a picture is as high as its drawing.
    Top,
}
use Alike::{Top, Whole};

/// What a static page and the app have in the same place: the selector of each.
type Parts = &'static [(&'static str, &'static str, Alike)];

const START: Parts = &[
    (".brand", ".brand", Whole),
    ("h1", "h1", Whole),
    (".hero p", ".hero p", Whole),
    (".hero .links", ".hero .links", Whole),
    (".hero-race", ".hero-race", Whole),
    (".course", ".course", Whole),
    (".own", ".own", Whole),
    (".cards > li:first-child", ".cards > li:first-child", Whole),
    (".cards h3", ".cards h3", Whole),
    (
        "main > section:nth-of-type(4)",
        "main > section:nth-of-type(4)",
        Whole,
    ),
];
const PLAYGROUND: Parts = &[
    (".menu", ".menu", Whole),
    (".brand", ".brand", Whole),
    ("h1", "h1", Whole),
    (".subtitle", ".subtitle", Whole),
    (".lead", ".lead", Whole),
    (".refs", ".refs", Whole),
    (".to-live", ".controls", Whole),
    (".choices", ".choices", Whole),
    (".race-picture", ".race", Top),
];
const FRAME: Parts = &[
    ("h1", "h1", Whole),
    (".embed-head a", ".embed-head a", Whole),
    ("figcaption", ".controls", Whole),
    (".race-picture", ".race", Top),
];

/// The site as it is until the app starts, which it never does: its script is empty. The page must not load another one, or
/// it would report that the app cannot be loaded.
fn before_app() -> Site {
    Site::serve_altered(|path, reply| {
        let reply = without_worker(path, reply);
        let is_script = path.starts_with("start-") && path.ends_with(".js");
        let body = match (is_script, std::str::from_utf8(&reply.body)) {
            (true, _) => Vec::new(),
            (false, Ok(page)) if reply.media_type.starts_with("text/html") => page
                .replace("<script integrity=", "<script data-integrity=")
                .into_bytes(),
            (false, _) => reply.body,
        };
        Reply { body, ..reply }
    })
}

/// Left, top, width and height of the first of these elements that is shown, from the top of the page.
async fn place(page: &Page, selector: &str) -> Option<[f64; 4]> {
    let script =
        "const it = [...document.querySelectorAll(arguments[0])].find(it => it.checkVisibility());
        if (!it) return null;
        const { left, top, width, height } = it.getBoundingClientRect();
        return [left, top + scrollY, width, height];";
    let place = page.eval(script, &[json!(selector)]).await;
    let numbers = place.as_array()?.iter().filter_map(Value::as_f64);
    numbers.collect::<Vec<_>>().try_into().ok()
}

async fn places(page: &Page, selectors: impl Iterator<Item = &str>) -> Vec<Option<[f64; 4]>> {
    let mut places = Vec::new();
    for selector in selectors {
        places.push(place(page, selector).await);
    }
    places
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn what_a_static_page_and_the_app_have_is_in_the_same_place() {
    if is_firefox() {
        return; // its windows are not as narrow
    }
    let (before, after) = (before_app(), Site::serve_altered(without_worker));
    let (read, run) = (Page::blank(&before).await, Page::blank(&after).await);
    let mut moved = Vec::new();
    for (path, parts, there) in [
        ("", START, ".app:not(.static) .hero-race .race"),
        ("downloads/", PLAYGROUND, ".legend-row > *"),
        ("weather/", PLAYGROUND, ".legend-row > *"),
        ("at-scale/", PLAYGROUND, ".legend-row > *"),
        ("downloads/embed.html#?embed=1", FRAME, ".legend-row > *"),
    ] {
        for width in [390, 768, 1440] {
            for page in [&read, &run] {
                // Hosts make frames as high as they need, so that they have no bar to scroll.
                let height = if path.contains("embed=1") { 1600 } else { 900 };
                page.viewport(width, height);
                page.visit(path).await;
            }
            run.wait_for(there).await;
            run.wait_until("all views have come", async || {
                let waits = "return document.querySelector('.static, .first-run-place, .playbar-place, .loop-place')";
                run.eval(waits, &[]).await.is_null().then_some(())
            })
            .await;
            run.next_frame().await;
            let old = places(&read, parts.iter().map(|part| part.0)).await;
            let new = places(&run, parts.iter().map(|part| part.1)).await;
            for ((&(name, _, alike), old), new) in parts.iter().zip(old).zip(new) {
                let sides = match alike {
                    Whole => 4,
                    Top => 3,
                };
                let is_same = match (old, new) {
                    (Some(old), Some(new)) => {
                        let pairs = old.iter().zip(&new).take(sides);
                        pairs
                            .map(|(old, new)| (old - new).abs())
                            .fold(0.0, f64::max)
                            < 1.0
                    }
                    (old, new) => old.is_none() && new.is_none(),
                };
                if !is_same {
                    moved.push(format!("{path} at {width}: {name}: {old:?}, then {new:?}"));
                }
            }
        }
    }
    assert!(moved.is_empty(), "{}", moved.join("\n"));
}

/// What moves on a page according to the browser, from its first paint to the last view.
async fn shifts(page: &Page, path: &str) -> Vec<Value> {
    page.visit(path).await;
    page.wait_for(match path {
        "" => ".app:not(.static) .hero-race .race",
        _ => ".legend-row > *",
    })
    .await;
    page.next_frame().await;
    let script = "const done = arguments[0];
        new PerformanceObserver(list => done(list.getEntries().map(it => it.value.toFixed(4) + it.sources.map(({ node, previousRect, currentRect }) =>
            ` ${node?.className ?? node?.nodeName}: ${previousRect.y} to ${currentRect.y}, ${previousRect.height} to ${currentRect.height} high`))))
            .observe({ type: 'layout-shift', buffered: true });
        setTimeout(() => done([]), 500)";
    let shifts = page.client().execute_async(script, vec![]).await;
    shifts
        .expect("shifts")
        .as_array()
        .cloned()
        .unwrap_or_default()
}

/// What moves on these pages according to the browser. A move counts if it happens again: on a busy machine a page once
/// moved, for which no cause was found.
async fn moved(page: &Page, width: u32, paths: impl Iterator<Item = String>) -> Vec<String> {
    let mut moved = Vec::new();
    for path in paths {
        let first = shifts(page, &path).await;
        if first.is_empty() {
            continue;
        }
        let again = shifts(page, &path).await;
        println!("{path} at {width}: {first:?}, then {again:?}");
        if !again.is_empty() {
            moved.push(format!("{path} at {width}: {again:?}"));
        }
    }
    moved
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_browser_sees_nothing_move() {
    if is_firefox() {
        return; // it counts no shifts
    }
    let site = Site::serve_altered(without_worker);
    let page = Page::blank(&site).await;
    let mut found = Vec::new();
    for width in [390, 768, 1440] {
        page.viewport(width, 900);
        let paths = [
            "",
            "downloads/",
            "weather/",
            "downloads/embed.html#?embed=1",
        ];
        found.extend(moved(&page, width, paths.map(str::to_owned).into_iter()).await);
    }
    // On a phone all of them: views below the lanes, such as gauges, move what follows.
    page.viewport(412, 823);
    let all = slugs().map(|slug| format!("{slug}/"));
    found.extend(moved(&page, 412, all).await);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The numbers of the parts of a page: its controls, strategies, cards of the start page.
const PARTS: &str =
    "const parts = app => ['.controls', '.strategy[data-mode] .lanes', '.cards > li']
    .map(it => app.querySelectorAll(it).length);\n";
/// Counts them when the app is first visible.
const FIRST_SEEN: &str = "new MutationObserver((_, observer) => {
    const app = document.querySelector('#app > .app:not(.static)');
    if (!app) return;
    observer.disconnect();
    window.firstSeen = parts(app);
}).observe(document.getElementById('app'), { childList: true });\n";

/// The app makes its page piece by piece, outside the document.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_app_is_whole_when_it_takes_the_place_of_a_page() {
    let site = Site::serve_altered(|path, reply| {
        let reply = without_worker(path, reply);
        let is_script = path.starts_with("start-") && path.ends_with(".js");
        let body = match (is_script, std::str::from_utf8(&reply.body)) {
            (true, Ok(script)) => format!("{PARTS}{FIRST_SEEN}{script}").into_bytes(),
            (false, Ok(page)) if reply.media_type.starts_with("text/html") => {
                page.replace("integrity=", "data-integrity=").into_bytes()
            }
            _ => reply.body,
        };
        Reply { body, ..reply }
    });
    let page = Page::blank(&site).await;
    for (path, there) in [
        ("downloads/", ".legend-row > *"),
        ("weather/", ".legend-row > *"),
        ("downloads/embed.html#?embed=1", ".legend-row > *"),
        ("#/timeouts", ".legend-row > *"),
        ("", ".app:not(.static) .hero-race .race"),
    ] {
        page.visit(path).await;
        page.wait_for(there).await;
        let script = format!("{PARTS} return [window.firstSeen, parts(document)]");
        let seen = page.eval(&script, &[]).await;
        assert_eq!(seen[0], seen[1], "{path:?}");
        assert_ne!(seen[0], json!([0, 0, 0]), "{path:?}");
    }
}

/// Scripts that are still loading hold up `DOMContentLoaded`: on slow lines the text for pages with nothing to read was shown
/// above the article, and pushed it down.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_page_that_can_be_read_is_not_pushed_down_by_the_text_for_an_empty_one() {
    const SLOW: &str = "const listen = document.addEventListener.bind(document);
        document.addEventListener = (name, ...rest) => name === 'DOMContentLoaded' || listen(name, ...rest);
        const set = setTimeout;
        window.timers = [];
        window.setTimeout = (then, ...rest) => { timers.push(then); return set(then, ...rest); };";
    const SHOWN: &str = "timers.forEach(then => then());
        return document.querySelector('#loading')?.checkVisibility() ?? false";
    if is_firefox() {
        return;
    }
    let site = before_app();
    let page = Page::blank(&site).await;
    page.devtools(
        "Page.addScriptToEvaluateOnNewDocument",
        &json!({ "source": SLOW }),
    );
    for (path, there, is_shown) in [
        ("", ".static h1", false),
        ("weather/", ".static h1", false),
        ("choose/", ".static h1", false),
        ("weather/#/downloads", "#loading", true),
    ] {
        page.visit(path).await;
        page.wait_for(there).await;
        let shown = page.eval(SHOWN, &[]).await;
        assert_eq!(shown, json!(is_shown), "{path:?}");
    }
}

/// On a slow line they would share it with the picture, which is the largest part of what a phone shows.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_files_of_the_app_are_requested_after_the_picture_of_an_article() {
    const HELD: &str = "HTMLImageElement.prototype.decode = () =>
            new Promise((shown, failed) => { window.picture = { shown, failed }; });
        const set = setTimeout;
        window.setTimeout = (then, pause, ...rest) => pause === 1000 ? 0 : set(then, pause, ...rest);";
    const REQUESTED: &str = "return performance.getEntriesByType('resource')
        .filter(request => request.name.endsWith('.wasm')).length";
    if is_firefox() {
        return;
    }
    let site = Site::serve();
    let page = Page::blank(&site).await;
    let source = json!({ "source": HELD });
    page.devtools("Page.addScriptToEvaluateOnNewDocument", &source);
    for end in ["shown", "failed"] {
        page.visit("weather/").await;
        page.wait_until("the picture is waited for", async || {
            let waits = page.eval("return 'picture' in window", &[]).await;
            (waits == json!(true)).then_some(())
        })
        .await;
        page.next_frame().await;
        page.next_frame().await;
        assert_eq!(page.eval(REQUESTED, &[]).await, json!(0), "{end}");
        page.eval(&format!("picture.{end}()"), &[]).await;
        page.wait_for(RUN).await;
    }
}

/// The chunk with the menu comes after the app's first page.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_list_of_playgrounds_stays_where_it_is() {
    const LIST: &str = "const list = document.querySelector('.menu-list');
        return list && [list.getBoundingClientRect().top, list.querySelectorAll('a').length]";
    let sites = [
        before_app(),
        without_page(),
        Site::serve_altered(without_worker),
    ];
    let there = [".static h1", "[data-test=run]", "[data-test=find]"];
    let mut lists = Vec::new();
    for (site, there) in sites.iter().zip(there) {
        let page = Page::blank(site).await;
        page.viewport(1440, 900);
        page.visit("weather/").await;
        page.wait_for(there).await;
        lists.push(page.eval(LIST, &[]).await);
    }
    assert!(
        lists[0].is_array() && lists.iter().all(|list| *list == lists[0]),
        "{lists:?}"
    );
}
