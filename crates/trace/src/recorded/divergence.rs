//! The first point at which two runs of a program differ.

use crate::analysis::{resource, seconds};
use crate::{Event, Kind, State, TaskId, Text, Time, Trace, WaitFor};
use std::mem;

/// The first point at which two runs differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Divergence {
    /// When: the earlier of the two instants.
    pub at: Time,
    /// The next event of each run, as a clause: "fetch 1 sleeps until 2.0 s".
    pub next: [String; 2],
}

/// Compares two runs event by event: time, task and kind. Lines of sources and durations of steps do not count,
/// so that two versions of a program can be compared. `None` if all events are equal.
pub fn divergence(before: &Trace, after: &Trace) -> Option<Divergence> {
    let traces = [before, after];
    let (one, other) = (before.events(), after.events());
    let is_alike =
        |(one, other): &(&Event, &Event)| compared(before, one) == compared(after, other);
    let place = one.iter().zip(other).take_while(is_alike).count();
    let next = [one.get(place), other.get(place)];
    let at = next.iter().flatten().map(|event| event.at).min()?;
    let clause = |side: usize| match next[side] {
        Some(event) => clause(traces[side], event),
        None => "the run is over".to_owned(),
    };
    Some(Divergence {
        at,
        next: [0, 1].map(clause),
    })
}

/// The compared parts of an event: all of it, with the content of its text, since each trace has texts of its own. Lines and
/// durations are left out, and so are names of gauges, which contain limits.
fn compared<'a>(trace: &'a Trace, event: &Event) -> (Event, &'a str) {
    let mut event = *event;
    let text = match &mut event.kind {
        Kind::Created { name: text, .. }
        | Kind::State { text, .. }
        | Kind::Ended { detail: text, .. }
        | Kind::Amount { unit: text, .. }
        | Kind::Resource { name: text, .. }
        | Kind::Log { text, .. } => mem::take(text),
        Kind::Gauge { gauge, .. } => {
            *gauge = Text::default();
            Text::default()
        }
        Kind::Wait { line, .. } | Kind::Blocks { line } => {
            *line = 0;
            Text::default()
        }
        Kind::Polled { nanos } => {
            *nanos = 0;
            Text::default()
        }
        _ => Text::default(),
    };
    (event, trace.text(text))
}

/// An event in words, with its task.
fn clause(trace: &Trace, event: &Event) -> String {
    let task = trace.name(event.task);
    let by = |by: &Option<TaskId>| match by {
        Some(by) if *by != event.task => format!(" by {}", trace.name(*by)),
        _ => String::new(),
    };
    let does = match &event.kind {
        Kind::Created { .. } => "is created".to_owned(),
        Kind::State { state, .. } => match state {
            State::Queued => "queues".to_owned(),
            State::Running => "runs".to_owned(),
            State::Backoff => "backs off".to_owned(),
        },
        Kind::Wait { on, .. } => match on {
            WaitFor::Timer { until } => format!("sleeps until {}", seconds(until.secs())),
            on => format!("waits {}", on.phrase(trace)),
        },
        Kind::Woken { by: who, asked } => match asked {
            true => format!("is cancelled{}", by(who)),
            false => format!("is woken{}", by(who)),
        },
        Kind::Ended { outcome, detail } => match trace.text(*detail) {
            "" => format!("ends: {}", outcome.label()),
            detail => format!("ends: {} ({})", outcome.label(), first_line(detail)),
        },
        Kind::Holds {
            resource: id,
            taken,
        } => match taken {
            true => format!("takes {}", resource(trace, *id)),
            false => format!("releases {}", resource(trace, *id)),
        },
        Kind::Gauge { gauge, value, .. } => format!("sets {} to {value}", trace.text(*gauge)),
        Kind::Log { text, .. } => format!("prints “{}”", first_line(trace.text(*text))),
        _ => "takes a step".to_owned(),
    };
    format!("{task} {does}")
}

/// The beginning of a text, on one line.
fn first_line(text: &str) -> String {
    /// In characters.
    const MOST: usize = 60;
    let line = text.lines().next().unwrap_or_default();
    let is_whole = line.len() == text.len() && line.chars().count() <= MOST;
    match is_whole {
        true => line.to_owned(),
        false => line.chars().take(MOST).chain(['…']).collect(),
    }
}
