//! Recordings of real programs, opened on a page of their own: what hangs is shown first, and each finding leads to its
//! place.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::exports::{drop_onto, folder, open, open_all};
use crate::harness::{Page, Reply, Site, is_firefox};
use crate::playground::RUN;

/// The path of a recording of a program, made by the recorder.
pub fn fixture(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/trace/src/tests/recorded");
    folder.join(format!("{name}.jsonl"))
}

/// The deadlock of the fixtures, in one line.
const DEADLOCK: &str =
    "out waits for lock current, which back holds; back waits for lock savings, which out holds.";

/// The parts of the page that run a playground, set its params or compare it with an article.
const OF_PLAYGROUNDS: [&str; 5] = [
    RUN,
    "[data-test=reset]",
    "[data-test=share]",
    ".params",
    ".claims",
];

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_deadlock_is_said_in_one_line_that_leads_to_its_task() {
    let site = Site::serve();
    let page = Page::open(&site, "#/recording").await;
    page.wait_for("[data-test=choose-recording]").await;
    open(&page, &fixture("deadlock_killed")).await;
    let first = page.wait_for_text(".found .wrong button", "Deadlock").await;
    assert!(first.contains(DEADLOCK), "{first}");
    assert_eq!(page.text("h1").await, "deadlock.py");
    assert_eq!(page.hash().await, "#/recording");
    page.wait_for("#tab-code").await;
    for selector in OF_PLAYGROUNDS {
        page.wait_for_none(selector).await;
    }
    // Two tasks wait at one line, which is marked.
    page.wait_for_text(".line.lit", "async with target").await;
    page.wait_for(".line.lit > .waiters[data-count='×2']").await;

    page.click(".found .wrong button").await;
    page.wait_until("the lane of the task has the focus", async || {
        let focused = "return document.activeElement?.closest('.lanes') ? document.activeElement.textContent : ''";
        let focused = page.eval(focused, &[]).await;
        focused.as_str().filter(|name| name.contains("out")).map(drop)
    })
    .await;
    let card = page
        .wait_for_text("#tip", "deadlock.py:7 in transfer")
        .await;
    assert!(card.contains("lock current"), "{card}");

    // The recording can be stepped through, event by event.
    page.click("[data-test=back]").await;
    page.wait_for("[data-test=back-to-end]:enabled").await;
    page.open_tab("tasks").await;
    page.wait_for_text("#panel-body", "back").await;
    // Another recording replaces it.
    open(&page, &fixture("basics")).await;
    page.wait_for_text("h1", "basics.py").await;
    page.wait_for_text(".found .well", "Nothing hangs").await;
    page.wait_for_none(".found .wrong").await;
    page.assert_quiet().await;
}

/// A file that is truncated, or made with intent to harm.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_valid_part_of_a_broken_recording_is_shown() {
    let site = Site::serve();
    let page = Page::open(&site, "#/recording").await;
    page.wait_for("[data-test=choose-recording]").await;
    let folder = folder("recordings");
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).expect("a file");
        path
    };
    let whole = fs::read_to_string(fixture("basics")).expect("the fixture");
    let lines = whole.lines().count();
    let cut = write("cut.jsonl", &whole[..whole.len() - 5]);
    open(&page, &cut).await;
    let said = page.wait_for_text("[data-test=problem]", "not whole").await;
    assert!(
        said.contains(&format!("line {lines}: it is cut off")),
        "{said}"
    );
    page.wait_for_text("h1", "basics.py").await;

    // Names are text, whatever is in them.
    let markup = "<img src=x onerror=document.title=1>";
    let hostile = whole
        .replace("red kettle", markup)
        .replace("basics.py", markup);
    open(&page, &write("hostile.jsonl", &hostile)).await;
    page.wait_for_text("h1", markup).await;
    page.open_tab("tasks").await;
    page.wait_for_text("#panel-body", markup).await;
    page.wait_for_none("main img").await;

    // A file without a complete beginning changes nothing.
    let nothing = write("nothing.jsonl", whole.lines().next().expect("a header"));
    open(&page, &nothing).await;
    page.wait_for_text(".notice.error", "no task has run in it")
        .await;
    assert_eq!(page.text("h1").await, markup);
    page.assert_quiet().await;
}

/// Opened on any page, by drop or paste; and left again.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_recording_is_opened_from_any_page() {
    let site = Site::serve();
    let page = Page::open(&site, "#/downloads?pace=instant").await;
    page.wait_for_playground().await;
    // It is loaded with the code that opens files.
    page.wait_for("[data-test=export]").await;
    if is_firefox() {
        open(&page, &fixture("queues")).await;
    } else {
        drop_onto(&page, &[&fixture("queues")]);
    }
    page.wait_for_text("h1", "queues.py").await;
    page.wait_for_hash("#/recording").await;
    // A playground works as always afterwards.
    page.goto("#/downloads?pace=instant").await;
    page.wait_for_playground().await;
    page.click(RUN).await;
    page.wait_for_end().await;
    let text = fs::read_to_string(fixture("locks")).expect("the fixture");
    let paste = "const data = new DataTransfer();
        data.setData('text/plain', arguments[0]);
        // The first is all browsers', the others are Firefox'.
        const given = { clipboardData: data, dataType: 'text/plain', data: arguments[0] };
        document.body.dispatchEvent(new ClipboardEvent('paste', { ...given, bubbles: true, cancelable: true }))";
    page.eval(paste, &[json!(text)]).await;
    page.wait_for_text("h1", "locks.py").await;
    // The page without a recording explains how to make one.
    page.goto("#/").await;
    page.wait_for(".app:not(.static) .hero").await;
    page.goto("#/recording").await;
    page.wait_for_text(".how-to", "python -m interleave_recorder script.py")
        .await;
    page.assert_quiet().await;
}

/// A recording from after a change: a task has another name, the greatest sleep is longer, and it was made later.
fn changed(name: &str) -> PathBuf {
    let before = fs::read_to_string(fixture("basics")).expect("the fixture");
    let after = before
        .replace("red kettle", "blue kettle")
        .replace("\"started\": \"2026-", "\"started\": \"2027-")
        // What follows the first second of waiting comes late.
        .lines()
        .map(|line| match line.split_once(',') {
            Some((at, rest)) if at.starts_with('[') => {
                let at: u64 = at[1..].parse().expect("a time");
                let at = at + if at > 20_000_000 { 3_000_000_000 } else { 0 };
                format!("[{at},{rest}\n")
            }
            _ => format!("{line}\n"),
        })
        .collect::<String>();
    let path = folder(name).join("after.jsonl");
    fs::write(&path, after).expect("a file");
    path
}

/// The differences of two recordings are listed, and each leads to its place in either.
async fn assert_compared(page: &Page) {
    let table = page.wait_for_text(".differences table", "Total time").await;
    for part in ["red kettle, of main", "blue kettle, of main", "1 task"] {
        assert!(table.contains(part), "{table}");
    }
    let first = page.text(".differences tbody tr").await;
    assert!(first.contains("+"), "{first}");
    page.wait_for(".differences tbody tr.worse").await;
    page.wait_for_text("[data-mode=loop-1] h2", "before: main")
        .await;
    page.wait_for_text("[data-mode=loop-2] h2", "after: main")
        .await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn two_recordings_are_compared_on_one_axis() {
    let site = Site::serve();
    let after = changed("compared");
    let page = Page::open(&site, "#/recording").await;
    page.wait_for("[data-test=choose-recording]").await;
    open(&page, &fixture("basics")).await;
    page.wait_for_text("h1", "basics.py").await;
    // The dialog of the browser cannot be driven: the files go to the input.
    let quiet = "document.querySelector('[data-test=file]').click = () => {}";
    page.eval(quiet, &[]).await;
    page.click("[data-test=compare-with]").await;
    open(&page, &after).await;
    assert_compared(&page).await;
    let said = page.text(".recorded-head").await;
    for part in [
        "before: “basics.jsonl”",
        "after: “after.jsonl”",
        "nothing was uploaded",
    ] {
        assert!(said.contains(part), "{said}");
    }

    // The task that only the second one has, in its lane.
    let blue = ".differences tr:nth-child(3) td[data-side=after] button";
    page.wait_for_text(".differences tr:nth-child(3)", "blue kettle")
        .await;
    page.click(blue).await;
    page.wait_until("the lane of the task has the focus", async || {
        let focused = "const lane = document.activeElement?.closest('[data-mode=loop-2] .lanes');
            return lane ? document.activeElement.textContent : ''";
        let focused = page.eval(focused, &[]).await;
        focused
            .as_str()
            .filter(|name| name.contains("blue kettle"))
            .map(drop)
    })
    .await;
    // Both have their own source.
    page.wait_for("#tab-code").await;
    page.wait_for_text("[data-test=file-choice]", "before: basics.py")
        .await;
    page.wait_for_text("[data-test=file-choice]", "after: basics.py")
        .await;

    // Both at once, in whatever order: the earlier one is "before". The other way to open them is a drop.
    page.goto("#/").await;
    page.wait_for(".app:not(.static) .hero").await;
    page.goto("#/recording").await;
    page.wait_for("[data-test=choose-recording]").await;
    let both = [&*after, &*fixture("basics")];
    match is_firefox() {
        true => open_all(&page, &both).await,
        false => drop_onto(&page, &both),
    }
    assert_compared(&page).await;
    // Another recording alone replaces both.
    open(&page, &fixture("queues")).await;
    page.wait_for_text("h1", "queues.py").await;
    page.wait_for_none(".differences").await;

    // A file that is no recording changes nothing.
    let other = folder("compared-no-recording").join("other.json");
    fs::write(&other, "[1, 2]").expect("a file");
    page.eval(quiet, &[]).await;
    page.click("[data-test=compare-with]").await;
    open(&page, &other).await;
    page.wait_for_text(".notice.error", "“other.json” cannot be opened")
        .await;
    assert_eq!(page.text("h1").await, "queues.py");
    page.assert_quiet().await;
}

/// As `python -m interleave_recorder view` opens the page. A stranger's link leads to no other site.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_link_names_recordings_of_the_same_site_alone() {
    let site = Site::serve_altered(|path, reply| {
        let name = path
            .strip_prefix("runs/")
            .and_then(|name| name.strip_suffix(".jsonl"));
        match name.filter(|name| ["basics", "queues"].contains(name)) {
            None => reply,
            Some(name) => Reply {
                status: 200,
                media_type: "application/x-ndjson",
                is_kept: false,
                body: fs::read(fixture(name)).expect("the fixture"),
            },
        }
    });
    let link = "#/recording?file=runs/basics.jsonl";
    let page = Page::open(&site, link).await;
    page.wait_for_text("h1", "basics.py").await;
    // The address stays, so that the page can be loaded again.
    assert_eq!(page.hash().await, link);
    page.reload().await;
    page.wait_for_text("h1", "basics.py").await;
    page.goto("#/recording?file=runs/queues.jsonl,runs/basics.jsonl")
        .await;
    page.wait_for_text(".differences table", "Total time").await;
    // Another recording replaces that of the link.
    open(&page, &fixture("locks")).await;
    page.wait_for_text("h1", "locks.py").await;
    page.wait_for_hash("#/recording").await;

    page.goto("#/recording?file=//example.org/run.jsonl").await;
    let said = page
        .wait_for_text(".notice.error", "cannot be followed")
        .await;
    assert!(said.contains("//example.org/run.jsonl"), "{said}");
    page.wait_for("[data-test=choose-recording]").await;
    page.assert_quiet().await;
    // A missing file is reported; the browser complains of it as well.
    page.goto("#/recording?file=runs/nothing.jsonl").await;
    page.wait_for_text(".notices", "the server answers 404")
        .await;
}

/// Trace events of other tools, as far as they have data about tasks.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn trace_events_of_other_tools_open_too_and_what_they_lack_is_said() {
    let site = Site::serve();
    let page = Page::open(&site, "#/recording").await;
    page.wait_for("[data-test=choose-recording]").await;
    let folder = folder("trace-events");
    let call = |track: u32, ts: u32, name: &str| json!({"pid": 7, "tid": track, "ts": ts, "ph": "X", "cat": "fee", "dur": 50, "name": name});
    let named = |track: u32, name: &str| json!({"ph": "M", "pid": 7, "tid": track, "name": "thread_name", "args": {"name": name}});
    let (main, fetch) = ("main (/home/me/app.py:9)", "fetch (/home/me/app.py:3)");
    let events = json!([
        named(7, "MainThread"),
        named(8, "Task-1"),
        named(9, "Task-2"),
        call(8, 100, main),
        call(9, 200, fetch),
        call(9, 90_200, fetch),
        call(8, 90_300, main),
        call(7, 0, "<module> (/home/me/app.py:1)"),
    ]);
    let viztracer = folder.join("viztracer.json");
    let text = json!({ "traceEvents": events }).to_string();
    fs::write(&viztracer, text).expect("a file");
    open(&page, &viztracer).await;
    page.wait_for_text("h1", "app.py").await;
    page.wait_for_text("[data-test=missing]", "calls, not waits")
        .await;
    page.open_tab("tasks").await;
    page.wait_for_text("#panel-body", "fetch").await;

    let span = |ph: &str, ts: f64, id: u32, name: &str| json!({"ph": ph, "pid": 1, "ts": ts, "name": name, "cat": "server", "tid": 0, "id": id});
    let spans = [
        span("b", 1.0, 1, "request"),
        span("b", 3.5, 2, "request"),
        span("e", 9e4, 1, "request"),
        span("e", 9e5, 2, "request"),
    ];
    let lines: Vec<_> = spans.iter().map(serde_json::Value::to_string).collect();
    let tokio = folder.join("trace-1.json");
    fs::write(&tokio, format!("[\n{}\n]", lines.join(",\n"))).expect("a file");
    open(&page, &tokio).await;
    page.wait_for_text("h1", "A recording").await;
    page.wait_for_text("[data-test=missing]", "TraceStyle::Threaded")
        .await;
    page.open_tab("tasks").await;
    page.wait_for_text("#panel-body", "request #2").await;
    page.assert_quiet().await;
}
