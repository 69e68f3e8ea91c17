//! Tests of sessions under a wall clock that only the tests advance.
//!
//! # What must stay true
//!
//! - The pace never changes a trace; strategies race in step; a deadlock of one stops no other (`simulated`).
//! - Stepping back undoes stepping, and any instant of a finished run can be shown (`replay`).
//! - Every playground's runs are opened from a file as they were (`saved`).
//! - A run that would never end is stopped, at any pace (`endless`).
//! - A histogram has every seed, and its bars lead to runs that take that long (`spread`).
//! - Exactly one of a question's choices is right, at every preset (`quiz`).
//! - Wrong params are refused before anything starts.
//! - Time never goes back (in `pacer.rs`).

mod compare;
mod endless;
mod live;
mod preview;
mod quiz;
mod replay;
mod requests;
mod saved;
mod simulated;
mod spread;
mod stepping_in;
mod steps;

use crate::Pace;
use crate::{Next, Phase, Plan, Preview, Session, Showing};
use interleave_playgrounds::{
    CARDS, Card, Claim, Entry, Field, Param, Playground, Section, Strategy,
};
use interleave_runtime::{Cx, Ports, Result, gather};
use interleave_trace::Time;
use interleave_trace::Trace;
use interleave_trace::export::Document;
use serde_json::{Value, json};
use std::cell::Cell;
use std::rc::Rc;

/// A wall clock that stands still until it is moved, except that each reading may take some time.
#[derive(Clone, Default)]
struct Wall {
    now: Rc<Cell<f64>>,
    /// By how much a reading advances it: a busy loop that waits for it must come to an end.
    per_reading: f64,
}

impl Wall {
    fn pass(&self, seconds: f64) {
        self.now.set(self.now.get() + seconds);
    }

    fn reader(&self) -> Rc<dyn Fn() -> f64> {
        let wall = self.clone();
        Rc::new(move || {
            wall.pass(wall.per_reading);
            wall.now.get()
        })
    }
}

fn entry(slug: &str) -> &'static Entry {
    Entry::find(slug).expect("a playground")
}

/// The plan that Run would start, with the playground's defaults and all of its strategies.
fn plan(entry: &'static Entry, pace: Pace, speed: f64) -> Plan {
    Plan {
        entry,
        params: entry.defaults(),
        strategies: entry.strategies().iter().collect(),
        pace,
        speed,
        preview: None,
    }
}

/// A session whose wall clock is at an odd origin, as a page's is.
fn start(plan: Plan) -> (Session, Wall) {
    let wall = Wall::default();
    wall.pass(1234.5);
    let session = Session::start(plan, wall.reader(), Ports::simulated()).expect("good params");
    (session, wall)
}

/// The finished runs of a plan.
fn foreseen(plan: &Plan) -> Preview {
    Preview::of(plan.entry, &plan.strategies, &plan.params).expect("a small run")
}

/// The instants at which something happens in any run, in order, each once.
fn instants(plan: &Plan, preview: &Preview) -> Vec<Time> {
    let mut instants = Vec::new();
    for strategy in &plan.strategies {
        let (trace, _) = preview.run(strategy.mode).expect("every strategy");
        instants.extend(trace.events().iter().map(|event| event.at));
    }
    instants.sort();
    instants.dedup();
    instants
}

/// Fails unless each run shows all that has happened up to `now`, and nothing that has not.
fn assert_shows_exactly(session: &Session, preview: &Preview, now: Time) {
    for run in session.runs() {
        let mode = run.strategy.mode;
        let (whole, _) = preview.run(mode).expect("every strategy");
        let due = whole
            .events()
            .iter()
            .filter(|event| event.at <= now)
            .count();
        assert_eq!(run.index().events_read(), due, "{mode} at {now:?}");
        let over = whole.end().is_some_and(|end| end.at <= now);
        assert_eq!(run.end().is_some(), over, "{mode} at {now:?}");
    }
}

/// Fails unless the finished session's traces equal those of the instant pace, to the byte.
fn assert_same_traces(session: &Session, preview: &Preview) {
    assert_eq!(session.phase(), Phase::Finished);
    let params = &session.plan.params;
    for run in session.runs() {
        let mode = run.strategy.mode;
        let (expected, _) = preview.run(mode).expect("every strategy");
        let trace = run.trace().expect("a run that has begun");
        assert!(*trace == *expected, "{mode}: another trace");
        let bytes = |trace: &Trace| {
            let document = Document::new("x", mode, params, trace, Value::Null);
            serde_json::to_vec(&document).expect("JSON")
        };
        assert_eq!(bytes(&trace), bytes(expected), "{mode}");
        assert_eq!(run.index().events_read(), expected.events().len(), "{mode}");
    }
}

/// Ticks as the driver does, with frames 16 ms apart, until the session has nothing more to do; at most this many times.
fn run_frames(session: &mut Session, wall: &Wall, most: usize) -> Next {
    let mut next = session.tick();
    for _ in 0..most {
        if matches!(next, Next::Nothing | Next::Resume) {
            break;
        }
        wall.pass(0.016);
        next = session.tick();
    }
    next
}

/// A playground unlike those of the articles: it holds the loop, and it can get stuck.
#[derive(Clone, Copy)]
enum Awkward {
    Blocks,
    Sleeps,
    GetsStuck,
    Spins,
    SpinsForEver,
}

/// The params of its tasks.
#[derive(Clone)]
struct Params {
    /// How long the loop is held.
    hold: f64,
}

impl Param for Params {
    fn read(value: &Value) -> Option<Self> {
        let hold = f64::read(&value["hold"])?;
        Some(Self { hold })
    }

    fn write(&self) -> Value {
        json!({ "hold": self.hold })
    }
}

impl Awkward {
    const ENTRY: Entry = Entry::of::<Self>();

    fn entry() -> &'static Entry {
        static ENTRY: Entry = Awkward::ENTRY;
        &ENTRY
    }

    fn strategies(modes: &[&str]) -> Vec<&'static Strategy> {
        let modes = modes.iter().map(|mode| Self::entry().strategy(mode));
        modes.map(|mode| mode.expect("a strategy")).collect()
    }
}

const fn strategy(mode: &'static str) -> Strategy {
    Strategy {
        mode,
        title: mode,
        headline: "",
        shown: true,
    }
}

impl Playground for Awkward {
    type Params = Params;

    const CARD: Card = Card {
        slug: "awkward",
        title: "Awkward",
        heading: "Awkward",
        subtitle: "",
        aim: "",
        section: Section::Start,
        articles: &[],
    };
    const LEAD: &'static str = "";
    const SOURCES: [&'static str; 2] = [""; 2];
    const MODES: &'static [Self] = &[
        Self::Blocks,
        Self::Sleeps,
        Self::GetsStuck,
        Self::Spins,
        Self::SpinsForEver,
    ];

    const STRATEGIES: &'static [Strategy] = &[
        strategy("blocks"),
        strategy("sleeps"),
        strategy("gets_stuck"),
        strategy("spins"),
        strategy("spins_for_ever"),
    ];

    fn place(self) -> usize {
        self as usize
    }

    fn fields() -> Vec<Field> {
        vec![Field::seconds("hold", "Hold")]
    }

    fn presets() -> Vec<(&'static str, Params)> {
        vec![("Two seconds", Params { hold: 2.0 })]
    }

    async fn program(self, cx: Cx, params: Params) -> Result<Value> {
        if matches!(self, Self::SpinsForEver) {
            loop {
                cx.sleep(0.0).await;
            }
        }
        let holder = cx.spawn("holder", async move |cx: Cx| {
            cx.sleep(1.0).await;
            match self {
                Self::Blocks => cx.block(params.hold),
                Self::Sleeps => cx.sleep(params.hold).await,
                Self::GetsStuck => std::future::pending().await,
                Self::Spins => {
                    for _ in 0..100_000 {
                        cx.sleep(0.0).await;
                    }
                }
                Self::SpinsForEver => {}
            }
            Ok(Value::Null)
        });
        let bystander = cx.spawn("bystander", async move |cx: Cx| {
            cx.sleep(1.5).await;
            Ok(Value::Null)
        });
        gather([holder, bystander]).await?;
        Ok(json!({}))
    }

    fn claims(_: &Params, _: &str) -> Vec<Claim> {
        Vec::new()
    }
}

#[test]
fn wrong_params_are_refused_before_anything_starts() {
    let entry = entry("downloads");
    let mut plan = plan(entry, Pace::Simulated, 1.0);
    plan.params["seconds_per_mb"] = json!(-1);
    let refused = Session::start(plan.clone(), Wall::default().reader(), Ports::simulated());
    assert_eq!(
        refused.err().map(|problem| problem.path),
        Some("seconds_per_mb".to_owned())
    );
    assert!(Preview::of(entry, &plan.strategies, &plan.params).is_none());
}

#[test]
fn a_preview_is_what_the_run_will_be() {
    for entry in Entry::all() {
        let plan = plan(entry, Pace::Instant, 1.0);
        let preview = foreseen(&plan);
        let (mut session, _) = start(plan);
        while session.tick() == Next::Now {}
        assert_same_traces(&session, &preview);
        assert_eq!(session.now(), preview.end(), "{}", entry.slug);
    }
}

#[test]
fn what_takes_too_many_steps_is_not_previewed_but_runs() {
    let mut plan = plan(Awkward::entry(), Pace::Instant, 1.0);
    plan.strategies = Awkward::strategies(&["spins"]);
    assert!(Preview::of(plan.entry, &plan.strategies, &plan.params).is_none());
    let wall = Wall {
        per_reading: 0.01,
        ..Wall::default()
    };
    let mut session = Session::start(plan, wall.reader(), Ports::simulated()).expect("good params");
    // The browser gets its turns.
    assert_eq!(session.tick(), Next::Now);
    let mut ticks = 1;
    while session.tick() == Next::Now {
        ticks += 1;
        assert!(ticks < 100);
    }
    assert_eq!(session.phase(), Phase::Finished);
    assert_eq!(session.now(), Time::from_secs(1.5));
}
