//! A race as Chrome trace events: the JSON object format that Perfetto and `chrome://tracing` open.
//!
//! - A process for each strategy, named by its title. Its first thread is the event loop: which task holds it when.
//!   After that comes a thread for each task, in order of creation, `main` first.
//! - Complete events (`X`) are the times that a task spends in a state, and within them its holds of the
//!   loop. The format requires events of a thread to nest, so a hold across a change of state is
//!   split there.
//! - Flows (`s` to `f`) lead from a task that wakes or cancels another one to that one. Viewers draw
//!   an arrow between the slices around both ends, so each end has a slice of no length.
//! - Instants (`i`) are outcomes and log lines, of the thread, and the verdict, of the process.
//! - Counters (`C`) are gauges, and how many operations are in flight.
//!
//! Timestamps are microseconds since the program started, with the nanoseconds as decimals. Numbers of
//! threads and flows are unique in the file: some viewers confuse equal ones of two processes. For events with
//! the same timestamp, viewers use the order in the file: a slice comes before the flow that it binds.

use super::{Race, Run, number, quoted};
use crate::Time;
use crate::{IN_FLIGHT, Index, Kind, Span, Task, Verdict, sort_by};
use std::cmp::Reverse;
use std::fmt::{self, Write};

/// The trace events of all runs, including events after the instant that is shown.
pub fn chrome(race: &Race<'_>) -> String {
    let mut out = format!(
        "{{\"displayTimeUnit\":\"ms\",\"otherData\":{{\"app\":\"Interleave\",\"playground\":{},\"pace\":{},\
         \"params\":{}}},\"traceEvents\":[",
        quoted(race.slug),
        quoted(race.pace),
        race.params,
    );
    let (mut next, mut flows) = (1, 0);
    for (place, run) in race.runs.iter().enumerate() {
        let (index, now) = run.whole();
        let (out, pid, flows) = (&mut out, next, &mut flows);
        Process { out, pid, flows }.run(run, &index, now, place);
        next += index.task_count() + 1;
    }
    out.push_str("\n]}\n");
    out
}

/// The events of one run.
struct Process<'a> {
    /// The file so far.
    out: &'a mut String,
    /// The process, and its first thread.
    pid: usize,
    /// How many flows there are in the file.
    flows: &'a mut usize,
}

impl Process<'_> {
    fn run(&mut self, run: &Run<'_>, index: &Index, now: Time, place: usize) {
        let trace = run.trace;
        let name = |name| format!("\"name\":{}", quoted(name));
        let order = |place| format!("\"sort_index\":{place}");
        self.meta("process_name", self.pid, &name(run.title));
        self.meta("process_sort_index", self.pid, &order(place));
        self.meta("thread_name", self.pid, &name("event loop"));
        self.meta("thread_sort_index", self.pid, &order(0));
        for hold in index.polls() {
            let task = index
                .task(hold.task)
                .map_or("", |task| trace.text(task.name));
            self.complete(self.pid, task, "loop", (hold.start, hold.end));
        }
        for (id, task) in index.tasks() {
            let tid = self.pid + 1 + id.index();
            self.meta("thread_name", tid, &name(trace.text(task.name)));
            self.meta("thread_sort_index", tid, &order(1 + id.index()));
            self.task(index, tid, task, now);
        }
        // Tasks with a slice from which they can wake others, by instant.
        let mut waker = None;
        for event in trace.events() {
            let tid = self.pid + 1 + event.task.index();
            match event.kind {
                Kind::Woken {
                    by: Some(by),
                    asked,
                } if by != event.task => {
                    let from = (self.pid + 1 + by.index(), event.at, asked);
                    let has_slice = waker.replace(from) == Some(from);
                    self.flow(from, tid, has_slice);
                }
                Kind::Ended { outcome, detail } => {
                    let args = format!("\"detail\":{}", quoted(trace.text(detail)));
                    self.instant(tid, outcome.label(), "outcome", 't', event.at, &args);
                }
                Kind::Log { text, .. } => {
                    self.instant(tid, trace.text(text), "log", 't', event.at, "");
                }
                Kind::Gauge { gauge, value, .. } => {
                    self.counter(trace.text(gauge), event.at, value);
                }
                _ => {}
            }
        }
        for &(at, value) in index.in_flight() {
            self.counter(IN_FLIGHT, at, value);
        }
        if let Some(end) = trace.end() {
            let word = match end.verdict {
                Verdict::Completed => "finished",
                Verdict::Deadlocked(_) => "deadlocked",
                Verdict::Stopped | Verdict::LimitReached => "stopped",
            };
            self.instant(self.pid, word, "verdict", 'p', end.at, "");
        }
    }

    fn counter(&mut self, name: &str, at: Time, value: f64) {
        let (name, at, value) = (quoted(name), micros(at), number(value));
        self.push(
            self.pid,
            format_args!("\"ph\":\"C\",\"name\":{name},\"ts\":{at},\"args\":{{\"value\":{value}}}"),
        );
    }

    /// Writes states, and within them holds of the loop; a hold is split where the state changes.
    fn task(&mut self, index: &Index, tid: usize, task: &Task, now: Time) {
        let spans: Vec<Span> = task.spans().collect();
        let end = |span: &Span| span.end.unwrap_or(now).max(span.start);
        // Slices with the same start are nested by length; of equal ones, the state contains the hold.
        let mut stretches: Vec<_> = spans
            .iter()
            .map(|span| {
                (
                    (span.start, Reverse(end(span)), 0),
                    span.state.label(),
                    "state",
                )
            })
            .collect();
        let mut at = 0;
        for &place in task.polls() {
            let (mut start, until) = index.polls()[place as usize].times();
            while at < spans.len() && end(&spans[at]) <= start {
                at += 1;
            }
            let mut cut = at;
            while let Some(boundary) = spans.get(cut).map(end).filter(|&cut| cut < until) {
                stretches.push(((start, Reverse(boundary), 1), "on the loop", "loop"));
                (start, cut) = (boundary, cut + 1);
            }
            stretches.push(((start, Reverse(until), 1), "on the loop", "loop"));
        }
        sort_by(&mut stretches, |(a, ..), (b, ..)| a.cmp(b));
        for ((start, Reverse(end), _), name, category) in stretches {
            self.complete(tid, name, category, (start, end));
        }
    }

    /// Writes a flow from a thread, at an instant, to another one.
    fn flow(&mut self, (from, at, asked): (usize, Time, bool), to: usize, has_slice: bool) {
        let (does, is, category) = match asked {
            true => ("asks to end", "asked to end", "cancel"),
            false => ("wakes", "woken", "wake"),
        };
        if !has_slice {
            self.complete(from, does, category, (at, at));
        }
        self.complete(to, is, category, (at, at));
        *self.flows += 1;
        let (id, ts) = (*self.flows, micros(at));
        for (tid, phase) in [(from, "\"s\""), (to, "\"f\",\"bp\":\"e\"")] {
            self.push(
                tid,
                format_args!("\"ph\":{phase},\"name\":\"{does}\",\"cat\":\"{category}\",\"id\":{id},\"ts\":{ts}"),
            );
        }
    }

    fn meta(&mut self, what: &str, tid: usize, args: &str) {
        self.push(
            tid,
            format_args!("\"ph\":\"M\",\"name\":\"{what}\",\"ts\":0,\"args\":{{{args}}}"),
        );
    }

    fn complete(&mut self, tid: usize, name: &str, category: &str, (start, end): (Time, Time)) {
        let (name, ts, dur) = (quoted(name), micros(start), micros(Time(end.0 - start.0)));
        self.push(
            tid,
            format_args!(
                "\"ph\":\"X\",\"name\":{name},\"cat\":\"{category}\",\"ts\":{ts},\"dur\":{dur}"
            ),
        );
    }

    fn instant(
        &mut self,
        tid: usize,
        name: &str,
        category: &str,
        scope: char,
        at: Time,
        args: &str,
    ) {
        let (name, ts) = (quoted(name), micros(at));
        self.push(
            tid,
            format_args!("\"ph\":\"i\",\"name\":{name},\"cat\":\"{category}\",\"s\":\"{scope}\",\"ts\":{ts},\"args\":{{{args}}}"
            ),
        );
    }

    fn push(&mut self, tid: usize, fields: fmt::Arguments<'_>) {
        let comma = if self.out.ends_with('[') { "" } else { "," };
        // Writing to a string cannot fail.
        let _ = write!(
            self.out,
            "{comma}\n{{\"pid\":{},\"tid\":{tid},{fields}}}",
            self.pid
        );
    }
}

/// Exact microseconds.
fn micros(at: Time) -> String {
    match at.0 % 1000 {
        0 => (at.0 / 1000).to_string(),
        nanos => format!("{}.{nanos:03}", at.0 / 1000),
    }
}
