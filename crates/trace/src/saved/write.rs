//! Writes a race as a file that [`super::open`] reads.

use super::{FORMAT, REVISION, VERSION};
use crate::export::{Race, Run, number, quoted};
use crate::{Event, Kind, LogKind, ResourceId, Trace, Verdict, WaitFor};
use std::fmt::Write;

/// The whole race, up to the end of the recording, shown or not.
pub fn save(race: &Race<'_>) -> String {
    let mut out = format!(
        "{{\n\"format\": {}, \"version\": {VERSION}, \"revision\": {REVISION},\n\"playground\": {},\n\"params\": {},\n\"seed\": {},\n\
         \"pace\": {},\n",
        quoted(FORMAT),
        quoted(race.slug),
        race.params,
        race.seed,
        quoted(race.pace),
    );
    if let Some(source) = race.source {
        // A text, since many tools would round such a large number.
        let _ = writeln!(out, "\"source\": \"{source}\",");
    }
    out.push_str("\"runs\": [\n");
    for (i, run) in race.runs.iter().enumerate() {
        if i > 0 {
            out.push_str(",\n");
        }
        self::run(&mut out, run);
    }
    out.push_str("\n]\n}\n");
    out
}

fn run(out: &mut String, run: &Run<'_>) {
    let trace = run.trace;
    let last = trace.events().last().map_or(run.now, |event| event.at);
    let (at, verdict) = match trace.end() {
        None => (run.now.max(last), &Verdict::Stopped),
        Some(end) => (end.at, &end.verdict),
    };
    let (word, pending) = match verdict {
        Verdict::Completed => ("completed", None),
        Verdict::Stopped => ("stopped", None),
        Verdict::LimitReached => ("limit_reached", None),
        Verdict::Deadlocked(pending) => ("deadlocked", Some(pending)),
    };
    // Here and below: writing to a string cannot fail.
    let _ = write!(
        out,
        "{{\"strategy\": {}, \"end\": {{\"at\": {}, \"verdict\": \"{word}\"",
        quoted(run.mode),
        at.0
    );
    if let Some(pending) = pending {
        let pending: Vec<_> = pending.iter().map(|words| quoted(words)).collect();
        let _ = write!(out, ", \"pending\": [{}]", pending.join(", "));
    }
    out.push_str("}, \"events\": [");
    for (i, event) in trace.events().iter().enumerate() {
        out.push_str(if i == 0 { "\n[" } else { ",\n[" });
        row(out, trace, event);
        out.push(']');
    }
    out.push_str("\n]}");
}

fn row(out: &mut String, trace: &Trace, event: &Event) {
    let text = |text| quoted(trace.text(text));
    let _ = write!(out, "{},{},", event.at.0, event.task.0);
    let _ = match event.kind {
        Kind::Created { parent, name } => {
            let parent = parent.map_or_else(|| "null".to_owned(), |parent| parent.0.to_string());
            write!(out, "\"created\",{parent},{}", text(name))
        }
        Kind::State { state, text: words } => {
            write!(out, "\"state\",\"{}\",{}", state.word(), text(words))
        }
        Kind::Wait { on, line } => {
            let (word, more, of) = wait(on);
            let _ = write!(out, "\"wait\",\"{word}\",{line}");
            let _ = more.map_or(Ok(()), |more| write!(out, ",{more}"));
            self::of(out, of)
        }
        Kind::Woken { by, asked } => {
            let by = by.map_or_else(|| "null".to_owned(), |by| by.0.to_string());
            write!(out, "\"woken\",{by},{asked}")
        }
        Kind::Polled { nanos } => write!(out, "\"held\",{nanos}"),
        Kind::Blocks { line } => write!(out, "\"blocks\",{line}"),
        Kind::Ended { outcome, detail } => {
            write!(out, "\"ended\",\"{}\",{}", outcome.word(), text(detail))
        }
        Kind::NeverRetrieved => write!(out, "\"never_retrieved\""),
        Kind::Amount { total, unit } => {
            write!(out, "\"amount\",{},{}", number(total), text(unit))
        }
        Kind::Progress { done, total } => {
            write!(out, "\"progress\",{},{}", number(done), number(total))
        }
        Kind::Gauge {
            gauge,
            value,
            whole,
            of,
        } => {
            let _ = write!(out, "\"gauge\",{},{},{whole}", text(gauge), number(value));
            self::of(out, of)
        }
        Kind::Resource { kind, name } => {
            write!(out, "\"resource\",\"{}\",{}", kind.word(), text(name))
        }
        Kind::Holds { resource, taken } => write!(out, "\"holds\",{},{taken}", resource.0),
        Kind::Log { kind, text: words } => {
            let kind = match kind {
                LogKind::Print => "print",
                LogKind::Note => "note",
            };
            write!(out, "\"log\",\"{kind}\",{}", text(words))
        }
        Kind::SteppedIn { fails } => write!(out, "\"stepped_in\",{fails}"),
    };
}

/// The number of a resource, if it is known.
fn of(out: &mut String, of: ResourceId) -> std::fmt::Result {
    match of {
        ResourceId::UNKNOWN => Ok(()),
        of => write!(out, ",{}", of.0),
    }
}

/// The word for a kind of wait, its argument, and the resource.
fn wait(on: WaitFor) -> (&'static str, Option<u64>, ResourceId) {
    let none = ResourceId::UNKNOWN;
    match on {
        WaitFor::Timer { until } => ("timer", Some(until.0), none),
        WaitFor::Task(task) => ("task", Some(task.0.into()), none),
        WaitFor::Tasks(count) => ("tasks", Some(count.into()), none),
        WaitFor::First(count) => ("first", Some(count.into()), none),
        WaitFor::Permit(of) => ("permit", None, of),
        WaitFor::Connection => ("connection", None, none),
        WaitFor::Lock(of) => ("lock", None, of),
        WaitFor::Event(of) => ("event", None, of),
        WaitFor::Notify(of) => ("notify", None, of),
        WaitFor::Barrier(of) => ("barrier", None, of),
        WaitFor::Token(of) => ("token", None, of),
        WaitFor::Item(of) => ("item", None, of),
        WaitFor::Slot(of) => ("slot", None, of),
        WaitFor::Consumer => ("taker", None, none),
        WaitFor::Callback { until } => ("callback", Some(until.0), none),
        WaitFor::ItemsDone(count, of) => ("items_done", Some(count.into()), of),
        WaitFor::SharedFetch => ("flight", None, none),
        WaitFor::Response => ("response", None, none),
        WaitFor::Storage => ("storage", None, none),
        WaitFor::Thread => ("thread", None, none),
        WaitFor::Socket => ("socket", None, none),
        WaitFor::Process => ("process", None, none),
        WaitFor::Future => ("future", None, none),
        WaitFor::Turn => ("turn", None, none),
    }
}
