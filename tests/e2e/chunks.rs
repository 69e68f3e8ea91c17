//! The app comes in chunks: a main module, the chunk of the playground that the link names, and the rest behind them.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::json;

use crate::harness::{Page, Reply, Site, is_firefox, without_worker};
use crate::playground::RUN;

/// A playground that the start page does not begin with.
const OTHER: &str = "#/rate-limiter?speed=100";

/// The files of each chunk, as the page lists them.
pub fn files(site: &Site) -> BTreeMap<String, Vec<String>> {
    let html = String::from_utf8(site.file("index.html")).expect("the page is UTF-8");
    let list = html.split_once("name=\"chunks\" content='");
    let list = list.and_then(|(_, list)| list.split_once('\''));
    let (list, _) = list.expect("the page lists its chunks");
    serde_json::from_str(list).expect("the list is JSON")
}

/// The chunks of playgrounds, and the files of each.
pub fn playgrounds(site: &Site) -> impl Iterator<Item = (String, Vec<String>)> {
    let names: Vec<_> = interleave_playgrounds::CARDS
        .iter()
        .map(|card| card.slug.replace('-', "_"))
        .collect();
    files(site)
        .into_iter()
        .filter(move |(name, _)| names.contains(name))
}

/// Whether a path is a module of this chunk's own.
pub fn is_of(path: &str, chunk: &str) -> bool {
    path.starts_with(&format!("{chunk}-")) && path.ends_with(".wasm")
}

/// How often a chunk was asked for.
fn requests_of(site: &Site, chunk: &str) -> usize {
    let requests = site.requests();
    requests.iter().filter(|path| is_of(path, chunk)).count()
}

/// A site that has a chunk only after so many requests for it.
pub fn late(chunk: &'static str, failures: usize) -> Site {
    let asked = AtomicUsize::new(0);
    Site::serve_altered(move |path, reply| {
        match is_of(path, chunk) && asked.fetch_add(1, Ordering::SeqCst) < failures {
            true => Reply::not_found(),
            false => without_worker(path, reply),
        }
    })
}

/// A site without the chunk that pages need after the first picture.
pub fn without_page() -> Site {
    late("page", usize::MAX)
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_start_page_draws_what_is_near_and_each_playground_comes_once() {
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    let drawn = "return [...document.querySelectorAll('.cards > li')].map(it => !!it.querySelector('.mini canvas'))";
    let all = page
        .wait_until("the first picture", async || {
            let drawn = page.eval(drawn, &[]).await;
            (drawn[0] == json!(true)).then(|| drawn.as_array().map_or(0, Vec::len))
        })
        .await;
    assert_eq!(page.eval(drawn, &[]).await[all - 1], json!(false));
    for place in 0..all {
        let scroll = "document.querySelectorAll('.cards > li')[arguments[0]].scrollIntoView()";
        page.eval(scroll, &[json!(place)]).await;
        page.wait_until("a picture", async || {
            (page.eval(drawn, &[]).await[place] == json!(true)).then_some(())
        })
        .await;
    }
    page.goto(OTHER).await;
    page.click(RUN).await;
    page.wait_for_end().await;
    for (name, files) in playgrounds(&site) {
        for file in files {
            let asked = site.requests();
            let asked = asked.iter().filter(|path| **path == file).count();
            assert_eq!(asked, 1, "{name}");
        }
    }
    page.assert_quiet().await;
}

/// A site that keeps the main module until the file that is awaited has been asked for, and has none if that is not.
fn side_by_side(awaited: &Arc<Mutex<Option<String>>>) -> Site {
    let awaited = Arc::clone(awaited);
    Site::serve_altered(move |path, reply| {
        let mut file = awaited.lock().unwrap();
        if file.as_deref() == Some(path) {
            *file = None;
        }
        drop(file);
        let late = Instant::now() + Duration::from_secs(10);
        while is_of(path, "interleave") && awaited.lock().unwrap().is_some() {
            if Instant::now() > late {
                return Reply::not_found();
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        without_worker(path, reply)
    })
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_link_loads_its_own_playground_side_by_side_with_the_app_and_no_other() {
    let awaited = Arc::default();
    let site = side_by_side(&awaited);
    let page = Page::blank(&site).await;
    for (name, own) in playgrounds(&site) {
        page.goto(&format!("#/{}", name.replace('_', "-"))).await;
        *awaited.lock().unwrap() = own.last().cloned();
        page.reload().await;
        page.wait_for(RUN).await;
        page.wait_for("[data-test=export]").await;
        let all = "return performance.getEntriesByType('resource').map(({ name }) => name.split('/').pop())";
        let all = page.eval(all, &[]).await;
        let loaded = |file: &String| all.as_array().is_some_and(|all| all.contains(&json!(file)));
        for (other, files) in playgrounds(&site).filter(|(other, _)| *other != name) {
            let stem = other.replace('_', "-");
            // Some have a module in common, which is neither's own.
            let mut its = files.iter().filter(|file| is_of(file, &stem));
            assert!(!its.any(loaded), "{name} loads {other}");
        }
    }
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_first_run_needs_only_its_playground_on_any_screen() {
    let site = without_page();
    let still = ("prefers-reduced-motion", "reduce");
    let dark = ("prefers-color-scheme", "dark");
    for (width, height, media) in [
        (360, 700, &[][..]),
        (700, 1000, &[dark][..]),
        (1440, 900, &[still][..]),
        (2560, 1440, &[still, dark][..]),
    ] {
        let page = Page::blank(&site).await;
        page.viewport(width, height);
        page.emulate_media(media);
        page.goto("").await;
        page.wait_for(".hero canvas").await;
        page.goto(OTHER).await;
        page.wait_for_playground().await;
        // Runs all the same.
        page.wait_for("#missing").await;
        page.click(RUN).await;
        page.wait_for_end().await;
        page.wait_for_none("#failure").await;
    }
}

/// Counts how many listen to the network's return.
const COUNT_ONLINE: &str = "
    [window.onlineAdded, window.onlineLeft] = [0, 0];
    const [add, remove] = [window.addEventListener, window.removeEventListener];
    window.addEventListener = function (name, ...rest) {
        if (name === 'online') { onlineAdded += 1; onlineLeft += 1; }
        return add.call(this ?? window, name, ...rest);
    };
    window.removeEventListener = function (name, ...rest) {
        if (name === 'online') onlineLeft -= 1;
        return remove.call(this ?? window, name, ...rest);
    };";

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_chunk_is_asked_for_until_it_comes() {
    const FAILURES: usize = 2;
    let site = late("page", FAILURES);
    let page = Page::blank(&site).await;
    // The drivers of other browsers cannot put a script before those of the page.
    let counted = (!is_firefox()).then(|| {
        let script = json!({ "source": COUNT_ONLINE });
        page.devtools("Page.addScriptToEvaluateOnNewDocument", &script)
    });
    page.goto("#/downloads").await;
    page.wait_for_text("#missing[role=status]", "have not arrived yet")
        .await;
    page.wait_for("[data-test=export]").await;
    page.wait_for_none("#missing").await;
    assert_eq!(requests_of(&site, "page"), FAILURES + 1);
    if let Some(counted) = counted {
        let is_clean = "return onlineAdded >= arguments[0] && onlineLeft === 0";
        let is_clean = page.eval(is_clean, &[json!(FAILURES)]).await;
        assert_eq!(
            is_clean,
            json!(true),
            "a listener to the network's return is left"
        );
        page.devtools("Page.removeScriptToEvaluateOnNewDocument", &counted);
    }
}

/// On a phone: not with all that is above them, but when the reader comes near, and at last without that.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn form_and_panels_are_made_when_near_printed_or_after_a_time() {
    const PANEL: &str = ".panel [role=tab]";
    const COUNT: &str = "return document.querySelectorAll(arguments[0]).length";
    const NO_LAST: &str = "const set = setTimeout;
        window.last = [];
        window.setTimeout = (then, millis, ...rest) => millis >= 5000 ? last.push(then) : set(then, millis, ...rest);";
    const NEVER_NEAR: &str =
        "window.IntersectionObserver = class { observe() {} unobserve() {} disconnect() {} };";
    if is_firefox() {
        return;
    }
    let site = Site::serve_altered(without_worker);
    let page = Page::blank(&site).await;
    page.viewport(412, 823);
    let scripts = [
        (NO_LAST.to_owned(), "scrolled"),
        (NEVER_NEAR.to_owned(), "waited for"),
        (format!("{NO_LAST}{NEVER_NEAR}"), "printed"),
    ];
    for (script, case) in scripts {
        let script = json!({ "source": script });
        let added = page.devtools("Page.addScriptToEvaluateOnNewDocument", &script);
        page.visit("weather/").await;
        // It comes after them where they come at once.
        page.wait_for(".app:not(.static) .course-foot").await;
        if case != "waited for" {
            page.next_frame().await;
            assert_eq!(page.eval(COUNT, &[json!(PANEL)]).await, json!(0), "{case}");
        }
        match case {
            "scrolled" => {
                let scroll = "document.querySelector('.stage > .panel').scrollIntoView()";
                page.eval(scroll, &[]).await;
            }
            "printed" => {
                let count = "addEventListener('afterprint', () => {
                        window.printed = document.querySelectorAll('.params form, [role=tab]').length;
                    })";
                page.eval(count, &[]).await;
                page.devtools("Page.printToPDF", &json!({}));
                assert_ne!(page.eval("return window.printed", &[]).await, json!(0));
            }
            _ => {}
        }
        page.wait_for(PANEL).await;
        page.wait_for(".params form").await;
        if case == "scrolled" {
            // What its reader has done there is kept when the time is over, too.
            page.eval("document.querySelector('#tab-log').click()", &[])
                .await;
            page.wait_for("#tab-log[aria-selected=true]").await;
            page.eval("last.forEach(then => then())", &[]).await;
            page.next_frame().await;
            page.next_frame().await;
            let chosen = "return document.querySelector('[role=tab][aria-selected=true]').id";
            assert_eq!(page.eval(chosen, &[]).await, json!("tab-log"));
        }
        page.devtools("Page.removeScriptToEvaluateOnNewDocument", &added);
    }
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn chunks_of_an_old_version_are_said_to_be_gone() {
    let site = without_page();
    let page = Page::open(&site, "#/downloads?speed=100").await;
    page.wait_for_text("#missing", "have not arrived yet").await;
    // The worker says so by itself, too, when it sees that a file is gone.
    page.eval("dispatchEvent(new Event('interleave:update'))", &[])
        .await;
    page.wait_for_text("#missing", "there is a new version")
        .await;
    page.wait_for_none("#failure").await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_link_whose_playground_is_late_says_so_and_opens_when_it_comes() {
    // The request ahead of the app and the app's own.
    let site = late("downloads", 3);
    let page = Page::open(&site, "#/downloads?speed=100").await;
    page.wait_for_text("#missing", "have not arrived yet").await;
    page.click(RUN).await;
    page.wait_for_end().await;
    page.wait_for_none("#missing").await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_page_before_stays_until_a_late_playground_comes() {
    let site = late("rate-limiter", 2);
    let page = Page::open(&site, "#/downloads").await;
    page.wait_for("[data-test=export]").await;
    page.goto(OTHER).await;
    page.wait_for("#missing").await;
    assert_eq!(page.text("h1").await, "File downloads");
    page.wait_for_text("h1", "Rate limiter").await;
    page.click(RUN).await;
    page.wait_for_end().await;
}

/// The app opened the later link with the code that the former one needs, and so without its params.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_link_that_is_followed_before_the_app_has_started_opens_whole() {
    let has_come = Arc::new(AtomicBool::new(false));
    let site = Site::serve_altered({
        let has_come = Arc::clone(&has_come);
        move |path, reply| match is_of(path, "start") && !has_come.load(Ordering::SeqCst) {
            true => Reply::not_found(),
            false => without_worker(path, reply),
        }
    });
    let page = Page::open(&site, "").await;
    page.wait_for("#missing").await;
    page.goto("#/downloads?pace=instant&only=sequential&files=a.zip,7")
        .await;
    has_come.store(true, Ordering::SeqCst);
    page.eval("dispatchEvent(new Event('online'))", &[]).await;
    page.wait_for_text("[data-test=status]", "ready").await;
    page.click(RUN).await;
    page.wait_for_end().await;
    assert_eq!(page.shown().await.lanes.len(), 2);
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn what_is_asked_for_before_its_chunk_is_there_is_done_when_it_is() {
    let site = late("page", 3);
    let page = Page::open(&site, "#/downloads?predict=1").await;
    page.wait_for("#missing").await;
    // Keys, a button whose code is missing, and Run, which has to ask first.
    page.type_text("?").await;
    page.click(RUN).await;
    page.wait_for("dialog.help[open]").await;
    page.wait_for("form.predict").await;
    page.wait_for_none("#missing").await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_frame_asks_for_all_that_it_begins_with_side_by_side_with_the_app() {
    let awaited = Arc::default();
    let site = side_by_side(&awaited);
    *awaited.lock().unwrap() = files(&site)["embed"].last().cloned();
    let page = Page::open(&site, "#/rate-limiter?embed=1&speed=100").await;
    page.wait_for("[data-test=whole]").await;
    page.click(RUN).await;
    page.wait_for_end().await;
    page.assert_quiet().await;
}

/// It waited for the chunk of whole pages: form, panels, dialogs, most of which it does not show.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_frame_runs_before_the_chunk_of_whole_pages_has_come() {
    let site = without_page();
    let page = Page::open(&site, "#/rate-limiter?embed=1&speed=100").await;
    page.wait_for("[data-test=whole]").await;
    page.wait_for("#missing").await;
    page.click(RUN).await;
    page.wait_for_end().await;
    page.wait_for_none("#failure").await;
}
