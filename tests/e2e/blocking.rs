//! Live runs that block: the page itself is blocked, and threads are Web Workers.

use serde_json::{Value, json};

use crate::harness::{Page, Site};
use crate::live::assert_ends;
use crate::playground::RUN;

/// Watches the turns of the page's event loop, and counts its workers. Frames would say less: a machine that is busy
/// elsewhere draws none for a while, though the page is not blocked.
const WATCH: &str = "
    window.seen = { longest: 0, made: 0, ended: 0 };
    let last = performance.now();
    setInterval(() => {
        const now = performance.now();
        seen.longest = Math.max(seen.longest, now - last);
        last = now;
    }, 20);
    const real = window.Worker;
    window.Worker = class extends real {
        constructor(...all) { super(...all); seen.made += 1; }
        terminate() { super.terminate(); seen.ended += 1; }
    };";

/// A live run to its end: the words of the lanes, the longest time without a turn in seconds, and how many workers were
/// made.
async fn run(page: &Page, hash: &str) -> (Vec<String>, f64, u64) {
    page.goto_ready(hash).await;
    page.next_frame().await;
    page.eval(
        "Object.assign(seen, { longest: 0, made: 0, ended: 0 })",
        &[],
    )
    .await;
    page.click(RUN).await;
    page.wait_for_end().await;
    page.next_frame().await;
    let lanes = page.shown().await.lanes;
    let seen = page.eval("return seen", &[]).await;
    let number = |name: &str| seen[name].as_f64().unwrap_or_else(|| panic!("{seen}"));
    assert_eq!(seen["made"], seen["ended"], "a worker is left: {seen}");
    (lanes, number("longest") / 1e3, number("made") as u64)
}

/// Opens a page that is watched.
async fn watched(site: &Site) -> Page {
    let page = Page::open(site, "#/pitfall-blocking").await;
    page.wait_for(RUN).await;
    page.eval(WATCH, &[]).await;
    page
}

const BLOCKING: &str = "#/pitfall-blocking?pace=live&workers=work,0.7&ticks=3&interval=0.2&only=";

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_blocking_call_stops_the_page_and_the_ways_out_do_not() {
    let site = Site::serve();
    let page = watched(&site).await;

    let (lanes, longest, workers) = run(&page, &format!("{BLOCKING}blocking")).await;
    // The second tick is due at 0.2 s, and comes when the worker no longer blocks the loop.
    let ends = [
        ("main: done at ", 1.1),
        ("ticker: done at ", 1.1),
        ("work: done at ", 0.7),
    ];
    assert_ends(&lanes, &ends);
    assert!(longest >= 0.65, "the page was seen to move: {longest} s");
    assert_eq!(workers, 0);

    let ways_out = [
        ("async", "work: done at ", 0),
        ("executor", "work: done at ", 1),
        ("in_pieces", "work, in pieces: done at ", 0),
    ];
    for (mode, work, workers) in ways_out {
        // A busy machine stops a page too, but not each time.
        let mut longest = Vec::new();
        for seed in 1..=5 {
            let hash = format!("{BLOCKING}{mode}&seed={seed}");
            let (lanes, without_turn, made) = run(&page, &hash).await;
            let ends = [
                ("main: done at ", 0.7),
                ("ticker: done at ", 0.6),
                (work, 0.7),
            ];
            assert_ends(&lanes, &ends);
            assert_eq!(made, workers, "{mode}");
            longest.push(without_turn);
            if without_turn < 0.65 {
                break;
            }
        }
        assert!(
            longest.last() < Some(&0.65),
            "{mode}: the page stops each time, for {longest:?} s"
        );
    }
    page.assert_quiet().await;
}

/// More than two seconds would be a page that hangs: the run says that it blocked for less than it was told to.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_page_is_blocked_for_two_seconds_at_most() {
    let site = Site::serve();
    let page = watched(&site).await;
    let hash = "#/pitfall-blocking?pace=live&workers=work,30&ticks=1&interval=0.1&only=blocking";
    let (lanes, longest, _) = run(&page, hash).await;
    assert_ends(&lanes[..1], &[("main: done at ", 2.0)]);
    assert!((1.9..20.0).contains(&longest), "{longest} s");
    let log = page.log().await.join("\n");
    assert!(log.contains("30"), "{log}");
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn work_in_a_thread_leaves_the_loop_to_the_callback() {
    let site = Site::serve();
    let page = watched(&site).await;
    let called = async |mode: &str| {
        let hash = "#/event-loop?pace=live&callback_after=0.2&blocking=0.8&sleep=0.1&only=";
        let (lanes, longest, workers) = run(&page, &format!("{hash}{mode}")).await;
        assert_ends(&lanes[..1], &[("main: done at ", 0.9)]);
        let log = page.log().await;
        let line = |words: &str| log.iter().position(|line| line.contains(words));
        let order = (line("Callback executed!"), line("Blocking work done"));
        let (Some(callback), Some(done)) = order else {
            panic!("{log:?}");
        };
        (callback < done, longest, workers)
    };
    let (in_time, blocked, workers) = called("blocking").await;
    assert!(
        !in_time && blocked >= 0.75 && workers == 0,
        "{blocked} s, {workers} workers"
    );
    let (in_time, longest, workers) = called("article").await;
    assert!(
        in_time && longest < blocked && workers == 1,
        "{longest} s, {workers} workers"
    );
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn stop_ends_the_worker() {
    let site = Site::serve();
    let page = watched(&site).await;
    let hash = "#/pitfall-blocking?pace=live&workers=work,900&ticks=1&interval=0.1&only=executor";
    page.goto(hash).await;
    page.wait_for_text("[data-test=status]", "ready").await;
    page.click(RUN).await;
    let counted = async |what: &str| {
        page.wait_until(what, async || {
            (page.eval("return seen[arguments[0]]", &[json!(what)]).await == json!(1)).then_some(())
        })
        .await;
    };
    counted("made").await;
    page.click(RUN).await;
    page.wait_for_text("[data-test=status]", "stopped").await;
    counted("ended").await;
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_forgotten_coroutine_is_never_started() {
    let site = Site::serve();
    let page = watched(&site).await;
    let hash = "#/pitfall-forgotten-await?pace=live&duration=0.3&only=";
    let (lanes, ..) = run(&page, &format!("{hash}awaited")).await;
    assert_ends(
        &lanes,
        &[("main: done at ", 0.3), ("get_data: done at ", 0.3)],
    );
    let (lanes, ..) = run(&page, &format!("{hash}forgotten")).await;
    assert_eq!(lanes.len(), 2, "{lanes:?}");
    assert!(lanes[1].starts_with("get_data: never started"), "{lanes:?}");
    let log = page.log().await.join("\n");
    assert!(log.contains("never awaited"), "{log}");
    let claims: Vec<Value> = page
        .shown()
        .await
        .claims
        .into_iter()
        .map(Value::from)
        .collect();
    assert!(claims.contains(&json!("as predicted: 1")), "{claims:?}");
    page.assert_quiet().await;
}

const COMPUTES: &str = "#/cpu-bound?pace=live&jobs=4&numbers=20000&rounds=50&workers=2&only=";

/// All ways come to the same sums; only the pool uses workers, as many as it has, and ends them.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn computing_is_real_and_a_pool_has_its_workers() {
    let site = Site::serve();
    let page = watched(&site).await;
    // The sum of the squares below 20,000.
    let sum = "2666466670000";
    for (mode, workers) in [("sequential", 0), ("concurrent", 0), ("pool", 2)] {
        let (lanes, _, made) = run(&page, &format!("{COMPUTES}{mode}")).await;
        assert_eq!(made, workers, "{mode}");
        assert_eq!(lanes.len(), 5, "{lanes:?}");
        assert!(lanes.iter().all(|lane| lane.contains("done")), "{lanes:?}");
        let log = page.log().await;
        let sums = log.iter().filter(|line| line.contains(sum));
        assert_eq!(sums.count(), 4, "{mode}: {log:?}");
    }
    page.assert_quiet().await;
}

/// One job after another never yields to the loop: the page used to be blocked for two seconds a job.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn jobs_in_a_row_freeze_the_page_for_two_seconds_at_most() {
    let site = Site::serve();
    let page = watched(&site).await;
    let hash = "#/cpu-bound?pace=live&jobs=24&numbers=200000&rounds=20000&only=sequential";
    let (lanes, longest, _) = run(&page, hash).await;
    assert_ends(&lanes[..1], &[("main: done at ", 2.0)]);
    assert!((1.9..20.0).contains(&longest), "{longest} s");
    let log = page.log().await.join("\n");
    assert!(log.contains("would compute for longer"), "{log}");
    page.assert_quiet().await;
}

const MEASURE: &str = "[data-test=measure]";
const MEASURED: &str = "[data-test=measured]";

/// Waits until some workers have been made, and all of them have been ended.
async fn all_ended(page: &Page) {
    page.wait_until("its workers to be ended", async || {
        let seen = page.eval("return seen", &[]).await;
        let all = seen["made"].as_u64() > Some(0) && seen["made"] == seen["ended"];
        all.then_some(())
    })
    .await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_speed_up_is_measured_and_can_be_cancelled() {
    let site = Site::serve();
    let page = Page::open(&site, "#/cpu-bound").await;
    page.wait_for(RUN).await;
    // Two cores, so that it takes as long on any machine.
    let script =
        format!("Object.defineProperty(navigator, 'hardwareConcurrency', {{ value: 2 }}); {WATCH}");
    page.eval(&script, &[]).await;

    page.wait_for(MEASURE).await;
    page.click(MEASURE).await;
    page.wait_for("[data-test=measure-cancel]").await;
    page.click("[data-test=measure-cancel]").await;
    page.wait_for_text(MEASURED, "Cancelled").await;

    page.click(MEASURE).await;
    page.wait_for_text(MEASURED, "All sums are equal and correct")
        .await;
    all_ended(&page).await;
    let rows = "return [...document.querySelectorAll('.measurements tbody tr')].map(row => row.children.length)";
    assert_eq!(page.eval(rows, &[]).await, json!([4, 4]));
    let lines = "return document.querySelectorAll('.chart > svg polyline').length";
    assert_eq!(page.eval(lines, &[]).await, json!(3));
    page.assert_quiet().await;
}

/// The page is left while workers compute: none of them stays.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn leaving_the_page_ends_what_is_measured() {
    let site = Site::serve();
    let page = watched(&site).await;
    page.goto_ready("#/cpu-bound").await;
    page.wait_for(MEASURE).await;
    page.click(MEASURE).await;
    page.wait_until("a worker", async || {
        let made = page.eval("return seen.made", &[]).await;
        (made.as_u64() > Some(0)).then_some(())
    })
    .await;
    page.goto_ready("#/downloads").await;
    all_ended(&page).await;
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_browser_without_workers_says_so_and_so_does_a_hidden_page() {
    let site = Site::serve();
    let page = Page::open(&site, "#/cpu-bound").await;
    page.wait_for(RUN).await;
    let script = "window.Worker = class { constructor() { throw new Error('blocked'); } }";
    page.eval(script, &[]).await;
    page.wait_for(MEASURE).await;
    page.click(MEASURE).await;
    page.wait_for_text(MEASURED, "Web Workers are blocked")
        .await;
    page.wait_for_none("[data-test=measured-hidden]").await;

    let script = "Object.defineProperty(document, 'hidden', { value: true })";
    page.eval(script, &[]).await;
    page.click(MEASURE).await;
    page.wait_for("[data-test=measured-hidden]").await;
    page.assert_quiet().await;
}

/// All numbers of tasks, both ways: as many rows, and three plots with both lines.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn many_tasks_are_measured_beside_promises() {
    let site = Site::serve();
    let page = Page::open(&site, "#/at-scale").await;
    page.wait_for(RUN).await;
    page.wait_for(MEASURE).await;
    page.click(MEASURE).await;
    page.wait_for_text(MEASURED, "100,000 tasks: started after")
        .await;
    let rows = "return [...document.querySelectorAll('.measurements tbody tr')].map(row => row.children.length)";
    assert_eq!(page.eval(rows, &[]).await, json!([7, 7, 7, 7, 7]));
    // Where the first tasks are over before the last have begun, no memory is given: on a busy machine, for most tasks.
    let told = "return [...document.querySelectorAll('.measurements tbody tr')].filter(row => row.children[5].innerText !== 'not told').length";
    let told = page.eval(told, &[]).await;
    assert!(told.as_u64() >= Some(4), "{told}");
    let discs = "return [...document.querySelectorAll('.chart > svg')].map(plot => plot.querySelectorAll('circle').length)";
    assert_eq!(page.eval(discs, &[]).await, json!([5, 5, told]));
    let squares = "return [...document.querySelectorAll('.chart > svg')].slice(0, 2).map(plot => plot.querySelectorAll('rect').length)";
    assert_eq!(page.eval(squares, &[]).await, json!([5, 5]));
    page.assert_quiet().await;
}

/// A row for each way; only the sequential one has a single request in flight, and all workers are ended.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn ways_to_wait_are_measured() {
    let site = Site::serve();
    let page = Page::open(&site, "#/io-models").await;
    page.wait_for(RUN).await;
    page.eval(WATCH, &[]).await;
    page.wait_for(MEASURE).await;
    page.click(MEASURE).await;
    page.wait_for_text(MEASURED, "processes").await;
    all_ended(&page).await;
    let cells = "return [...document.querySelectorAll('.measurements tbody tr')].map(row => [...row.children].map(cell => cell.textContent))";
    let cells = page.eval(cells, &[]).await;
    let rows: Vec<Vec<String>> = serde_json::from_value(cells).expect("texts of cells");
    let names: Vec<_> = rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(
        names,
        ["one after another", "async", "threads", "processes"]
    );
    let peaks: Vec<u32> = rows
        .iter()
        .map(|row| row[2].parse().expect("a number"))
        .collect();
    assert_eq!(peaks[..2], [1, 10], "{rows:?}");
    assert!(
        peaks[2..].iter().all(|peak| (1..=10).contains(peak)),
        "{rows:?}"
    );
    // Ten times a tenth of a second.
    assert!(rows[0][1].ends_with(" s"), "{rows:?}");
    page.assert_quiet().await;
}

/// Live, each thread and each process is a worker of its own.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn requests_in_threads_are_live_workers() {
    let site = Site::serve();
    let page = watched(&site).await;
    let hash =
        "#/io-models?pace=live&requests=3&seconds=0.1&thread_start=0&process_start=0.1&only=";
    for (mode, workers) in [
        ("sequential", 0),
        ("concurrent", 0),
        ("threads", 3),
        ("processes", 3),
    ] {
        let (lanes, _, made) = run(&page, &format!("{hash}{mode}")).await;
        assert_eq!((lanes.len(), made), (4, workers), "{mode}: {lanes:?}");
        assert!(lanes.iter().all(|lane| lane.contains("done")), "{lanes:?}");
    }
    page.assert_quiet().await;
}
