//! The player with the browser's own frames and timers.

use crate::harness::{Counter, js, until};
use interleave::driver::Player;
use interleave::web;
use interleave_player::Pace;
use interleave_player::{Phase, Plan, Preview, Session};
use interleave_playgrounds::Entry;
use interleave_runtime::Ports;
use interleave_trace::Verdict;
use serde_json::{Value, json};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

/// A player, and the number of its reports.
fn player() -> (Player, Rc<Cell<usize>>) {
    let shown = Rc::new(Cell::new(0));
    let count = Rc::clone(&shown);
    let player = Player::new(move |_| count.set(count.get() + 1), |_| ());
    (player, shown)
}

fn plan(slug: &str, modes: &[&str], params: Option<Value>, pace: Pace) -> Plan {
    let entry = Entry::find(slug).unwrap();
    let strategies = modes.iter().map(|mode| entry.strategy(mode).unwrap());
    Plan {
        entry,
        params: params.unwrap_or_else(|| entry.defaults()),
        strategies: strategies.collect(),
        pace,
        speed: 100.0,
        preview: None,
    }
}

async fn until_finished(player: &Player) {
    let says = || format!("{:?}", player.phase());
    until("the run ends", || player.phase() == Phase::Finished, says).await;
}

/// When a task was created and when it ended, in seconds.
fn times(player: &Player, mode: &str, name: &str) -> (f64, f64) {
    player.with(|session| {
        let run = session.unwrap().run(mode).unwrap();
        let trace = run.trace().unwrap();
        let mut tasks = run.index().tasks().map(|(_, task)| task);
        let task = tasks.find(|task| trace.text(task.name) == name).unwrap();
        (task.created.secs(), task.end.unwrap().at.secs())
    })
}

/// Fails unless every run's trace is the one that the instant pace makes.
fn assert_as_foreseen(player: &Player, plan: &Plan) {
    let preview = Preview::of(plan.entry, &plan.strategies, &plan.params).unwrap();
    player.with(|session| {
        let session = session.unwrap();
        assert_eq!(session.plan.params, plan.params);
        assert_eq!(session.runs().len(), plan.strategies.len());
        for run in session.runs() {
            let (expected, _) = preview.run(run.strategy.mode).unwrap();
            assert!(*run.trace().unwrap() == *expected, "{}", run.strategy.mode);
        }
    });
}

#[wasm_bindgen_test]
async fn a_live_run_takes_its_time_and_measures_it() {
    let (player, shown) = player();
    let jobs = [("A", 0.06), ("B", 0.03), ("C", 0.09)];
    let plan = plan(
        "basic-tasks",
        &["sequential", "gather"],
        Some(json!({ "tasks": jobs })),
        Pace::Live,
    );
    let began = web::now();
    player.start(plan).unwrap();
    until_finished(&player).await;
    // 180 ms one after another, then 90 ms together: strategies do not compete.
    assert!(web::now() - began >= 0.269, "{}", web::now() - began);
    for (name, asked) in jobs {
        for mode in ["sequential", "gather"] {
            let (created, ended) = times(&player, mode, name);
            assert!(
                ended - created >= asked,
                "{mode}: {name} took {}",
                ended - created
            );
        }
    }
    let ends = |mode| ["A", "B", "C"].map(|name| times(&player, mode, name).1);
    let [a, b, c] = ends("sequential");
    assert!(a < b && b < c, "{a} {b} {c}");
    let [a, b, c] = ends("gather");
    assert!(b < a && a < c, "{a} {b} {c}");
    assert!(shown.get() > 2);
}

#[wasm_bindgen_test]
async fn however_many_sleep_one_timer_is_armed() {
    js(
        "const set = window.setTimeout, clear = window.clearTimeout, armed = new Set();
        window.undoTimers = () => { window.setTimeout = set; window.clearTimeout = clear; };
        window.mostArmed = 0;
        window.setTimeout = (call, ...rest) => {
            const id = set((...all) => { armed.delete(id); call(...all); }, ...rest);
            armed.add(id);
            window.mostArmed = Math.max(window.mostArmed, armed.size);
            return id;
        };
        window.clearTimeout = (id) => { armed.delete(id); clear(id); };
        window.stillArmed = () => armed.size;",
    );
    let (player, _) = player();
    let jobs: Vec<_> = (0..100)
        .map(|n| (format!("T{n}"), 0.01 + f64::from(n % 7) * 0.01))
        .collect();
    let params = json!({ "tasks": jobs });
    player
        .start(plan("basic-tasks", &["gather"], Some(params), Pace::Live))
        .unwrap();
    until_finished(&player).await;
    web::frame().await;
    let (most, still) = (js("return mostArmed"), js("return stillArmed()"));
    js("undoTimers()");
    assert_eq!(most.as_f64(), Some(1.0));
    assert_eq!(still.as_f64(), Some(0.0), "a timer is left");
}

#[wasm_bindgen_test]
async fn a_simulated_run_is_as_foreseen_and_takes_real_frames() {
    let (player, shown) = player();
    let plan = plan(
        "downloads",
        &["sequential", "concurrent", "bounded"],
        None,
        Pace::Simulated,
    );
    let began = web::now();
    player.start(plan.clone()).unwrap();
    until_finished(&player).await;
    // 38 s at 100 times the speed.
    assert!(web::now() - began >= 0.379, "{}", web::now() - began);
    assert!(shown.get() > 3, "{}", shown.get());
    assert_as_foreseen(&player, &plan);
}

#[wasm_bindgen_test]
async fn a_second_start_replaces_the_first() {
    for pace in [Pace::Simulated, Pace::Live] {
        let (player, _) = player();
        let jobs = |seconds: f64| Some(json!({ "tasks": [["A", seconds], ["B", seconds]] }));
        let slow = plan("basic-tasks", &["sequential", "gather"], jobs(900.0), pace);
        let quick = plan("basic-tasks", &["gather"], jobs(0.25), pace);
        player.start(slow.clone()).unwrap();
        player.start(slow).unwrap();
        web::frame().await;
        player.start(quick.clone()).unwrap();
        // One loop a frame, however many runs there were before.
        let frames = Counter::of("window.requestAnimationFrame");
        for _ in 0..5 {
            web::frame().await;
        }
        assert!(frames.calls() <= 11, "{} frames asked for", frames.calls());
        until_finished(&player).await;
        if pace == Pace::Simulated {
            assert_as_foreseen(&player, &quick);
        } else {
            assert!(times(&player, "gather", "B").1 < 900.0);
        }
    }
}

#[wasm_bindgen_test]
async fn a_pause_stands_still_and_asks_for_no_frames() {
    let (player, _) = player();
    let mut plan = plan(
        "downloads",
        &["sequential", "concurrent"],
        None,
        Pace::Simulated,
    );
    plan.speed = 8.0;
    player.start(plan.clone()).unwrap();
    let now = || player.with(|session| session.unwrap().now());
    until("time goes on", || now().secs() > 0.2, String::new).await;
    player.pause();
    assert_eq!(player.phase(), Phase::Paused);
    web::frame().await;
    let (paused, frames) = (now(), Counter::of("window.requestAnimationFrame"));
    for _ in 0..5 {
        web::frame().await;
    }
    assert_eq!(frames.calls(), 5, "those of this test");
    assert_eq!(now(), paused);
    drop(frames);
    player.set_speed(100.0);
    player.play();
    until_finished(&player).await;
    assert_as_foreseen(&player, &plan);
}

/// Calls the player when it is dropped, as a listener to aborted requests may.
struct Asks(Player, Rc<Cell<usize>>);

impl Drop for Asks {
    fn drop(&mut self) {
        assert_ne!(self.0.phase(), Phase::Running);
        self.1.set(self.1.get() + 1);
    }
}

/// The session before was dropped while the player had lent it out: code that then read it from the player panicked.
#[wasm_bindgen_test]
async fn a_session_that_is_dropped_may_ask_for_the_next_one() {
    let (player, _) = player();
    let dropped = Rc::new(Cell::new(0));
    let show = || {
        let asks = Asks(player.clone(), Rc::clone(&dropped));
        let wall = move || {
            let _ = &asks;
            web::now()
        };
        let plan = plan("basic-tasks", &["gather"], None, Pace::Simulated);
        let mut session = Session::start(plan, Rc::new(wall), Ports::simulated()).unwrap();
        session.stop();
        player.show(session);
    };
    show();
    show();
    assert_eq!(dropped.get(), 1);
    player.reset();
    assert_eq!((dropped.get(), player.phase()), (2, Phase::Ready));
}

#[wasm_bindgen_test]
async fn steps_end_a_run_without_any_time_passing() {
    let (player, _) = player();
    let plan = plan(
        "downloads",
        &["sequential", "concurrent"],
        None,
        Pace::Simulated,
    );
    let mut steps = 0;
    while player.phase() != Phase::Finished {
        player.step(|| plan.clone()).unwrap();
        steps += 1;
        assert!(steps < 20);
    }
    // 0, 0.5, 1, 4, 7.5, 25, 26, 26.5, 34 and 38 s.
    assert_eq!(steps, 10);
    assert_as_foreseen(&player, &plan);
}

#[wasm_bindgen_test]
async fn stopping_a_live_run_keeps_what_has_happened() {
    let (player, _) = player();
    let params = json!({ "tasks": [["A", 0.02], ["B", 900.0]] });
    let plan = plan(
        "basic-tasks",
        &["gather", "sequential"],
        Some(params),
        Pace::Live,
    );
    player.start(plan).unwrap();
    let has_ended = |name: &str| {
        player.with(|session| {
            let run = session.unwrap().run("gather").unwrap();
            let trace = run.trace().unwrap();
            let mut tasks = run.index().tasks().map(|(_, task)| task);
            tasks.any(|task| trace.text(task.name) == name && task.end.is_some())
        })
    };
    until("A ends", || has_ended("A"), String::new).await;
    player.stop();
    assert_eq!(player.phase(), Phase::Finished);
    let verdicts = player.with(|session| {
        let runs = session.unwrap().runs().iter();
        runs.map(|run| run.end().unwrap().verdict)
            .collect::<Vec<_>>()
    });
    assert_eq!(verdicts, [Verdict::Stopped]);
    assert!(has_ended("A") && !has_ended("B"));
    let frames = Counter::of("window.requestAnimationFrame");
    for _ in 0..3 {
        web::frame().await;
    }
    assert_eq!(frames.calls(), 3, "those of this test");
}
