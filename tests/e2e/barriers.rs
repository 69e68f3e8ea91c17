//! axe-core finds no barrier on any page, in either theme, before and after a run.

use std::collections::HashSet;
use std::sync::LazyLock;

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

/// The violations, each with the first elements that have it.
const FIND: &str = "
    return axe.run({ exclude: arguments[0] }, { resultTypes: ['violations'], ...arguments[1] }).then(({ violations }) =>
        violations.map(({ id, help, nodes }) => `${id} (${help}): ` + nodes.slice(0, 4).map(
            ({ target, any }) => target.join(' ') + (any[0] ? ` [${any[0].message}]` : '')).join(' | ')))";

/// The kinds of elements on the page. A kind is what the rules of axe-core and the style sheets tell elements apart by: tag,
/// classes, states, label and colours of an element, and of the two around it. The order of headings and ids that occur twice
/// count, too; other ids and texts do not.
const KINDS: &str = "
    const named = ['role', 'type', 'tabindex', 'disabled', 'hidden', 'open', 'href', 'for', 'lang', 'title', 'alt', 'style'];
    const own = e => {
        if (!e || e === document.documentElement) return '';
        const has = [...e.attributes].filter(({ name }) => name.startsWith('aria-') || named.includes(name));
        const says = ({ name, value }) => /^(role|type|tabindex|aria-(pressed|selected|current|expanded|hidden|disabled|invalid))$/.test(name)
            ? `${name}=${value}` : name;
        if (e.labels?.length === 0) has.push({ name: 'without a label' });
        return `${e.localName}.${[...e.classList].sort().join('.')}[${has.map(says).sort().join()}]`;
    };
    const without = arguments[0].join(), kinds = new Set();
    const levels = [];
    for (const e of document.body.querySelectorAll('*')) {
        if (without && e.closest(without)) continue;
        const level = /^h([1-6])$/.exec(e.localName)?.[1];
        if (level && level !== levels.at(-1)) levels.push(level);
        const { color, backgroundColor } = getComputedStyle(e);
        const text = e.firstElementChild ? '' : e.textContent.trim() ? `text ${color}` : 'empty';
        kinds.add([own(e), own(e.parentElement), own(e.parentElement?.parentElement), text, backgroundColor].join(' in '));
    }
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
    return [...kinds, `headings ${levels.join('')}`, `twice ${twice.join()}`]";

/// The kinds of elements that have been looked at, each in a theme and a width. Most pages have nothing else, and looks take
/// most of the time.
#[derive(Default)]
struct Seen(HashSet<String>);

impl Seen {
    /// Whether the page has an element of a kind that is new; from now on it is not.
    async fn is_new(&mut self, page: &Page, without: &[&str], at: (&str, u32)) -> bool {
        let kinds = page.eval(KINDS, &[json!(without)]).await;
        let kinds = kinds.as_array().expect("a list").iter();
        let kinds = kinds.filter_map(Value::as_str);
        let before = self.0.len();
        self.0.extend(kinds.map(|kind| format!("{kind}, {at:?}")));
        self.0.len() > before
    }
}

/// How much of a page is looked at: what another look sees is left out, since looks take most of the time.
#[derive(Clone, Copy, Default)]
struct Look {
    /// Selectors of what is left out.
    without: &'static [&'static str],
    /// Only colours, where the page has been examined in the light theme: themes differ in nothing else
    /// (`tests/native/styles.rs`).
    colours: bool,
}

/// The menu of all pages.
const MENU: &str = "nav";
/// The program.
const CODE: &str = ".source";
/// The program in an article. Its container can be scrolled, so that is examined.
const LISTING: &str = ".listing > code";

async fn look(page: &Page, what: &str, found: &mut Vec<String>) {
    look_at(Look::default(), page, what, found).await;
}

async fn look_at(which: Look, page: &Page, what: &str, found: &mut Vec<String>) {
    // Colours in the middle of a transition would be taken for too faint.
    page.wait_until("all motion is over", async || {
        let moving = "return document.getAnimations().some(a => a.playState === 'running' && a.effect.getComputedTiming().iterations !== Infinity)";
        (page.eval(moving, &[]).await == json!(false)).then_some(())
    })
    .await;
    let colours = ["color-contrast", "link-in-text-block"];
    let rules = match which.colours {
        true => json!({ "runOnly": { "type": "rule", "values": colours } }),
        false => json!({}),
    };
    let axe = "return typeof axe === 'object'";
    if page.eval(axe, &[]).await == json!(false) {
        page.eval(&AXE, &[]).await;
    }
    let violations = page.eval(FIND, &[json!(which.without), rules]).await;
    let violations = violations.as_array().into_iter().flatten();
    found.extend(
        violations
            .filter_map(Value::as_str)
            .map(|text| format!("{what}: {text}")),
    );
}

/// axe-core's script.
static AXE: LazyLock<String> = LazyLock::new(|| {
    std::fs::read_to_string(required("INTERLEAVE_AXE")).expect("axe-core's script")
});

fn assert_none(found: &[String]) {
    let count = found.len();
    assert!(found.is_empty(), "{count} barriers:\n{}", found.join("\n"));
}

/// Loads a page anew, in this theme and width, until this is there.
async fn visit(page: &Page, hash: &str, (theme, width): (&str, u32), there: &str) {
    page.viewport(width, 844);
    page.emulate_media(&[
        ("prefers-color-scheme", theme),
        ("prefers-reduced-motion", "reduce"),
    ]);
    page.visit(hash).await;
    page.wait_for(there).await;
}

/// Clicks an element in the middle of the window, where nothing covers it.
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

/// Every playground in this theme, before its run and after.
async fn assert_no_page_has_a_barrier(theme: &str) {
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    let mut found = Vec::new();
    page.emulate_media(&[
        ("prefers-color-scheme", theme),
        ("prefers-reduced-motion", "reduce"),
    ]);
    page.visit("").await;
    page.wait_for(".app:not(.static) .hero").await;
    look(&page, &format!("start, {theme}"), &mut found).await;
    let colours = theme == "dark";
    let mut seen = Seen::default();
    for (place, slug) in slugs().enumerate() {
        let look = |without| Look { without, colours };
        let (ready, finished): (&[_], &[_]) = match place {
            0 => (&[CODE], &[]),
            _ => (&[MENU, CODE], &[MENU]),
        };
        page.go_to_playground(slug, "pace=instant").await;
        for (state, without) in [("ready", ready), ("finished", finished)] {
            if state == "finished" {
                run(&page).await;
            }
            if seen.is_new(&page, without, (theme, 0)).await {
                let said = format!("{slug}, {theme}, {state}");
                look_at(look(without), &page, &said, &mut found).await;
            }
        }
    }
    let which = Look {
        without: &[],
        colours,
    };
    page.go_to_playground("fetch-urls", "pace=instant").await;
    run(&page).await;
    // Parts that only some states show: messages of wrong values, notices, the list of keys.
    page.fill("#field-urls-0-latency", "slow").await;
    page.click(RUN).await;
    page.wait_for(".notice").await;
    look_at(which, &page, &format!("a wrong value, {theme}"), &mut found).await;
    page.click("[data-test=help]").await;
    page.wait_for("dialog[open]").await;
    look_at(
        which,
        &page,
        &format!("the list of keys, {theme}"),
        &mut found,
    )
    .await;
    assert_none(&found);
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn no_page_has_a_barrier_in_light_colours() {
    assert_no_page_has_a_barrier("light").await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn no_page_has_a_barrier_in_dark_colours() {
    assert_no_page_has_a_barrier("dark").await;
}

/// The page of recordings, with one and without.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn no_recording_has_a_barrier() {
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    let mut found = Vec::new();
    for at in [("light", 1440), ("dark", 1440), ("light", NARROW)] {
        let there = "[data-test=choose-recording]";
        visit(&page, "#/recording", at, there).await;
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

/// The Python lab before a run and after it, with an error, and with the results of many runs.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_lab_has_no_barrier() {
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    let mut found = Vec::new();
    for at in [("light", 1440), ("dark", NARROW)] {
        visit(
            &page,
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

/// A page while the chunks after its first picture have not loaded.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_first_picture_has_no_barrier() {
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
            visit(&page, hash, at, "#missing").await;
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
    let site = without_app();
    let page = Page::blank(&site).await;
    let (mut found, mut seen) = (Vec::new(), Seen::default());
    for (place, slug) in slugs().enumerate() {
        // Their menus are alike, and so are the colours of their programs.
        let without: &[_] = match place {
            0 => &[],
            _ => &[MENU, LISTING],
        };
        for at in [("light", 1440), ("dark", NARROW)] {
            visit(&page, &format!("{slug}/"), at, ".static article").await;
            if seen.is_new(&page, without, at).await {
                let which = Look {
                    without,
                    colours: false,
                };
                look_at(which, &page, &format!("{slug}, {at:?}"), &mut found).await;
            }
        }
    }
    assert_none(&found);
}

/// Pages that are shown until the app has started, besides articles, and the one for addresses that do not exist.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn no_static_page_has_a_barrier() {
    let site = without_app();
    let page = Page::blank(&site).await;
    let mut found = Vec::new();
    let own = interleave_playgrounds::front::OWN
        .iter()
        .map(|own| format!("{}/", own.slug));
    let mut pages: Vec<_> = own.map(|path| (path, ".static h1")).collect();
    pages.extend([
        (String::new(), ".static .hero"),
        ("404.html".to_owned(), ".failure"),
        ("downloads/embed.html#?embed=1".to_owned(), ".embed-picture"),
        (
            "downloads/embed.html#?embed=1&seed=7&theme=dark".to_owned(),
            ".embed-picture",
        ),
    ]);
    for (path, there) in &pages {
        for at in [
            ("light", 1440),
            ("dark", 1440),
            ("light", NARROW),
            ("dark", NARROW),
        ] {
            visit(&page, path, at, there).await;
            look(&page, &format!("{path}, {at:?}"), &mut found).await;
        }
    }
    assert_none(&found);
}

/// An article below an app whose texts are missing.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn an_article_below_the_app_has_no_barrier() {
    let site = without_page();
    let page = Page::blank(&site).await;
    let mut found = Vec::new();
    for at in [("light", 1440), ("dark", NARROW)] {
        visit(&page, "downloads/", at, "#meanwhile").await;
        look(&page, &format!("{at:?}"), &mut found).await;
    }
    assert_none(&found);
}

/// Everything that can be opened or chosen, on a desktop and on a phone.
async fn assert_nothing_that_opens_has_a_barrier(theme: &str) {
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    let mut found = Vec::new();
    let which = Look {
        without: &[],
        colours: theme == "dark",
    };
    for at in [(theme, 1440), (theme, NARROW)] {
        let said = |what: &str| format!("{what}, {}, {} wide", at.0, at.1);
        visit(&page, "#/compare-strategies?pace=instant", at, RUN).await;
        run(&page).await;
        click(&page, "[data-test=critical]").await;
        page.wait_for(".path li").await;
        look_at(which, &page, &said("the critical path"), &mut found).await;
        for tab in ["code", "log", "story", "tasks", "compare", "numbers"] {
            click(&page, &format!("#tab-{tab}")).await;
            page.wait_for(&format!("#tab-{tab}[aria-selected=true]"))
                .await;
            look_at(which, &page, &said(tab), &mut found).await;
        }
        click(&page, "[data-test=export]").await;
        page.wait_for("#export-menu").await;
        look_at(which, &page, &said("the export menu"), &mut found).await;
        page.press(Key::Escape).await;
        click(&page, "[data-test=share]").await;
        click(&page, "[data-test=share-embed]").await;
        page.wait_for("dialog[open]").await;
        look_at(which, &page, &said("the embed dialog"), &mut found).await;
        page.press(Key::Escape).await;
        // By key: a finger, or a mouse, would have to find a place where nothing else lies.
        let lane = "document.querySelector('.lane').focus()";
        page.eval(lane, &[]).await;
        page.press(Key::Enter).await;
        page.wait_for("#tip.pinned").await;
        look_at(which, &page, &said("a pinned card"), &mut found).await;

        visit(&page, "#/downloads?pace=instant&predict=1", at, RUN).await;
        page.click(RUN).await;
        page.wait_for("[data-test=question]").await;
        look_at(which, &page, &said("a question"), &mut found).await;
        click(&page, "[data-test=answer]").await;
        look_at(
            which,
            &page,
            &said("a question without an answer"),
            &mut found,
        )
        .await;
        let answer = "const e = document.querySelector('[data-test=question] input');
            e.type === 'radio' ? e.click() : (e.value = '3')";
        page.eval(answer, &[]).await;
        click(&page, "[data-test=answer]").await;
        page.wait_for("[data-test=graded]").await;
        look_at(which, &page, &said("a graded answer"), &mut found).await;

        visit(&page, "#/producer-consumer-sentinel?pace=instant", at, RUN).await;
        run(&page).await;
        click(&page, "[data-test=critical]").await;
        page.wait_for("[data-test=unfinished]").await;
        look_at(which, &page, &said("a deadlock and its path"), &mut found).await;

        let embedded = "#/downloads?embed=1&pace=instant&panels=code,log,story,tasks,form";
        visit(&page, embedded, at, RUN).await;
        run(&page).await;
        page.wait_for("#tab-story").await;
        page.wait_for(".params form").await;
        look_at(which, &page, &said("in a frame"), &mut found).await;
    }
    assert_none(&found);
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn nothing_that_opens_has_a_barrier_in_light_colours() {
    assert_nothing_that_opens_has_a_barrier("light").await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn nothing_that_opens_has_a_barrier_in_dark_colours() {
    assert_nothing_that_opens_has_a_barrier("dark").await;
}
