//! The trace as JSON, in the format of the reference traces.
//!
//! Times are seconds from the start of the program, rounded to a microsecond.

use crate::index::{Index, Span, Task};
use crate::{Kind, LogKind, Outcome, State, TaskId, Trace, Verdict};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// A whole run.
#[derive(Debug, Serialize)]
pub struct Document<'a> {
    /// The playground's name, with underscores.
    pub playground: &'a str,
    /// The strategy that ran.
    pub mode: &'a str,
    /// The params object, unchanged.
    pub params: &'a Value,
    tasks: Vec<TaskRow<'a>>,
    counters: Map<String, Value>,
    log: Vec<LogRow<'a>>,
    makespan: Option<f64>,
    deadlock: Option<Deadlock<'a>>,
    /// The results of the program.
    pub results: Value,
}

#[derive(Debug, Serialize)]
struct TaskRow<'a> {
    name: &'a str,
    created: f64,
    spans: Vec<SpanRow>,
    outcome: Option<&'static str>,
    detail: &'a str,
}

#[derive(Clone, Debug, Serialize)]
struct SpanRow {
    state: &'static str,
    start: f64,
    end: Option<f64>,
}

#[derive(Debug, Serialize)]
struct LogRow<'a> {
    t: f64,
    task: &'a str,
    kind: &'static str,
    text: &'a str,
}

#[derive(Debug, Serialize)]
struct Deadlock<'a> {
    t: f64,
    pending: &'a [String],
}

impl<'a> Document<'a> {
    /// The document of a finished run.
    pub fn new(
        playground: &'a str,
        mode: &'a str,
        params: &'a Value,
        trace: &'a Trace,
        results: Value,
    ) -> Self {
        let index = Index::of(trace);
        let tasks = index.tasks().filter(|&(id, _)| id != TaskId::MAIN);
        let end = trace.end();
        Self {
            playground,
            mode,
            params,
            tasks: tasks.map(|(_, task)| task_row(trace, task)).collect(),
            counters: counters(trace, &index),
            log: log(trace, &index),
            makespan: end
                .filter(|end| end.verdict == Verdict::Completed)
                .map(|end| end.at.micros()),
            deadlock: end.and_then(|end| match &end.verdict {
                Verdict::Deadlocked(pending) => Some(Deadlock {
                    t: end.at.micros(),
                    pending,
                }),
                Verdict::Completed | Verdict::Stopped | Verdict::LimitReached => None,
            }),
            results,
        }
    }
}

fn task_row<'a>(trace: &'a Trace, task: &Task) -> TaskRow<'a> {
    let span_row = |span: Span| SpanRow {
        state: span.state.word(),
        start: span.start.micros(),
        end: span.end.map(|end| end.micros()),
    };
    TaskRow {
        name: trace.text(task.name),
        created: task.created.micros(),
        spans: tidy(task.spans().map(span_row)),
        outcome: task.end.map(|end| end.outcome.word()),
        detail: task.end.map_or("", |end| trace.text(end.detail)),
    }
}

/// Drops spans shorter than the resolution, like spans of no length: their
/// neighbours are joined, and a task that ran keeps one.
fn tidy(spans: impl Iterator<Item = SpanRow>) -> Vec<SpanRow> {
    let running = State::Running.word();
    let (mut kept, mut blink): (Vec<SpanRow>, _) = (Vec::new(), None);
    for span in spans {
        match kept.last_mut() {
            _ if span.end == Some(span.start) => {
                if span.state == running {
                    blink = Some((kept.len(), span));
                }
            }
            Some(last) if last.state == span.state => last.end = span.end,
            _ => kept.push(span),
        }
    }
    if let Some((place, blink)) = blink
        && kept.iter().all(|span| span.state != running)
    {
        kept.insert(place, blink);
    }
    kept
}

fn counters(trace: &Trace, index: &Index) -> Map<String, Value> {
    let rows = index.gauges().iter().map(|gauge| {
        let samples = gauge
            .samples
            .iter()
            .map(|&(t, value)| json!([t.micros(), number(value, gauge.whole)]));
        (trace.text(gauge.name).to_owned(), samples.collect())
    });
    rows.collect()
}

/// A number as in the reference traces: a count is an integer.
fn number(value: f64, whole: bool) -> Value {
    if whole && value.fract() == 0.0 && value.abs() < 9e15 {
        json!(value as i64)
    } else {
        json!(crate::time::round_micros(value))
    }
}

fn log<'a>(trace: &'a Trace, index: &Index) -> Vec<LogRow<'a>> {
    let name = |id: TaskId| index.task(id).map_or("", |task| trace.text(task.name));
    let rows = index.log().iter().filter_map(|&place| {
        let event = trace.events()[place as usize];
        let is_main = event.task == TaskId::MAIN;
        // For `main`, the reference traces only have log lines.
        let (kind, text) = match event.kind {
            Kind::Log { kind, text } => (log_word(kind), trace.text(text)),
            _ if is_main => return None,
            Kind::Created { .. } => ("created", ""),
            Kind::State { state, text } => (State::word(state), trace.text(text)),
            Kind::Ended { outcome, detail } => (Outcome::word(outcome), trace.text(detail)),
            _ => return None,
        };
        Some(LogRow {
            t: event.at.micros(),
            task: name(event.task),
            kind,
            text,
        })
    });
    rows.collect()
}

fn log_word(kind: LogKind) -> &'static str {
    match kind {
        LogKind::Print => "print",
        LogKind::Note => "note",
    }
}
