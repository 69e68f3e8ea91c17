//! Traces made at random or by hand, for tests. Their events need not be possible in a runtime.

use crate::export::{Race, Run};
use crate::{
    Index, Kind, LogKind, Outcome, Recorder, ResourceId, State, Stats, TaskId, Text, Time, Trace,
    WaitFor,
};
use proptest::prelude::*;
use serde_json::Value;

/// A possible next event of a made-up trace.
#[derive(Clone, Copy, Debug)]
pub enum Next {
    /// A task is created.
    Create,
    /// A task enters a state.
    State(usize, State),
    /// A task ends.
    End(usize, Outcome),
    /// Time passes.
    Wait(u32),
    /// Time passes while a task holds the loop.
    Poll(usize, u32),
    /// A gauge has a value.
    Gauge(u8),
    /// A task prints.
    Print(usize),
    /// A task is suspended at a line: until the end of another task, by a timer, or for a permit.
    Suspend(usize, Option<usize>, Option<u32>, u32),
    /// A task is woken, by another one or from outside, or is asked to end.
    Wake(usize, Option<usize>, bool),
}

/// Any of them.
pub fn next() -> impl Strategy<Value = Next> {
    let state = prop::sample::select(State::ALL.to_vec());
    let outcome = prop::sample::select(Stats::OUTCOMES.to_vec());
    prop_oneof![
        2 => Just(Next::Create),
        6 => (0usize..9, state).prop_map(|(task, state)| Next::State(task, state)),
        1 => (0usize..9, outcome).prop_map(|(task, outcome)| Next::End(task, outcome)),
        4 => (0u32..3_000).prop_map(Next::Wait),
        3 => (0usize..9, 0u32..500).prop_map(|(task, millis)| Next::Poll(task, millis)),
        1 => any::<u8>().prop_map(Next::Gauge),
        1 => (0usize..9).prop_map(Next::Print),
        3 => (0usize..9, any::<Option<u8>>(), any::<Option<u8>>(), 1u32..5).prop_map(
            |(task, other, steps, line)| {
                Next::Suspend(task, other.map(usize::from), steps.map(u32::from), line)
            }
        ),
        2 => (0usize..9, prop::option::of(0usize..9), any::<bool>())
            .prop_map(|(task, by, asked)| Next::Wake(task, by, asked)),
    ]
}

/// A trace with these events; `unit` is how many nanoseconds a step of time has.
pub fn trace_of(story: &[Next], unit: u64) -> Trace {
    let (mut trace, mut now) = (Recorder::default(), Time::ZERO);
    trace.create(now, None, "main");
    for next in story {
        let id = |task: usize| TaskId((task % trace.task_count()) as u32);
        match *next {
            Next::Create => {
                trace.create(now, Some(TaskId::MAIN), "task");
            }
            Next::State(task, state) => {
                let (id, text) = (id(task), Text::default());
                trace.push(now, id, Kind::State { state, text });
            }
            Next::End(task, outcome) => {
                let (id, detail) = (id(task), Text::default());
                trace.push(now, id, Kind::Ended { outcome, detail });
            }
            Next::Wait(steps) => now = Time(now.0 + u64::from(steps) * unit),
            Next::Poll(task, steps) => {
                let (id, nanos) = (id(task), u64::from(steps) * unit);
                now = Time(now.0 + nanos);
                trace.push(now, id, Kind::Polled { nanos });
            }
            Next::Gauge(value) => {
                let gauge = trace.intern_gauge("gauge").unwrap_or_default();
                let value = f64::from(value);
                trace.push(
                    now,
                    TaskId::MAIN,
                    Kind::Gauge {
                        gauge,
                        value,
                        whole: true,
                        of: ResourceId::UNKNOWN,
                    },
                );
            }
            Next::Suspend(task, other, steps, line) => {
                let on = match (other, steps) {
                    (Some(other), _) => WaitFor::Task(id(other)),
                    (None, Some(steps)) => {
                        let until = Time(now.0 + u64::from(steps) * unit);
                        WaitFor::Timer { until }
                    }
                    (None, None) => WaitFor::Permit(ResourceId::UNKNOWN),
                };
                trace.push(now, id(task), Kind::Wait { on, line });
            }
            Next::Wake(task, by, asked) => {
                let (task, by) = (id(task), by.map(id));
                trace.push(now, task, Kind::Woken { by, asked });
            }
            Next::Print(task) => {
                let (id, text) = (id(task), Text::default());
                let kind = LogKind::Print;
                trace.push(now, id, Kind::Log { kind, text });
            }
        }
    }
    trace.into_trace()
}

/// A trace of one task, which enters these states at these seconds, and ends.
pub fn one_task(states: &[(f64, State)], end: Option<(f64, Outcome)>) -> Trace {
    let mut trace = Recorder::default();
    trace.create(Time::ZERO, None, "main");
    let id = trace.create(Time::ZERO, Some(TaskId::MAIN), "task");
    let text = Text::default();
    for &(at, state) in states {
        trace.push(Time::from_secs(at), id, Kind::State { state, text });
    }
    if let Some((at, outcome)) = end {
        let detail = text;
        trace.push(Time::from_secs(at), id, Kind::Ended { outcome, detail });
    }
    trace.into_trace()
}

/// Calls `read` with a race of one run, shown up to its end.
pub fn with_race<T>(trace: &Trace, read: impl FnOnce(&Race<'_>) -> T) -> T {
    let index = Index::of(trace);
    let now = trace.end().map_or(index.stats().now, |end| end.at);
    read(&Race {
        title: "A title",
        slug: "made-up",
        params: &Value::Null,
        seed: 0,
        pace: "instant",
        source: Some(7),
        slow: "slow",
        axis_end: now.secs().max(1e-3),
        in_flight: false,
        runs: vec![Run {
            mode: "fast",
            title: "Fast",
            headline: "fast().await",
            trace,
            index: &index,
            now,
        }],
    })
}
