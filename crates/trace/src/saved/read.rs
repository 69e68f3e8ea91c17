//! Reads the files that [`super::save`] writes, and refuses all others, with the field and line of the problem.

use super::params::Params;
use super::restore::{Restore, remarks_to_events};
use super::{FORMAT, MAX_BYTES, Saved, VERSION};
use crate::Time;
use crate::head;
use crate::{
    Kind, LogKind, Outcome, ResourceId, ResourceKind, State, TaskId, Trace, Verdict, WaitFor,
};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, SeqAccess, Visitor};
use serde_json::error::Category;
use std::fmt;

/// The most runs: more than any playground has strategies.
const MAX_RUNS: usize = 100;
/// The most pending tasks: a run has fewer tasks. A million empty texts take 3 MB in the file, and 24 MB in memory.
const MAX_PENDING: usize = 1_000_000;

/// Reads a saved race.
///
/// # Errors
///
/// The first problem, and where it is.
pub fn open(text: &str) -> Result<Saved, String> {
    if text.len() > MAX_BYTES {
        return Err(format!("it must have at most {} MB", MAX_BYTES >> 20));
    }
    // The version comes first: a file of another version need not be readable.
    let head: Head = serde_json::from_str(text).map_err(|error| match error.classify() {
        Category::Data => format!("it is another kind of file ({error})"),
        Category::Eof if !text.trim().is_empty() => format!("it ends too early ({error})"),
        _ => format!("it is not JSON ({error})"),
    })?;
    head::check((head.format.as_deref(), head.version), FORMAT, VERSION)?;
    let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut runs = file.runs.0;
    if head.revision == 0 {
        let complete = |(strategy, trace)| (strategy, remarks_to_events(trace));
        runs = runs.into_iter().map(complete).collect();
    }
    Ok(Saved {
        playground: file.playground,
        params: file.params.0,
        seed: file.seed,
        pace: file.pace,
        // A text that is not a fingerprint matches no source.
        source: file.source.parse().ok(),
        runs,
    })
}

#[derive(Deserialize)]
struct Head {
    format: Option<String>,
    version: Option<u64>,
    #[serde(default)]
    revision: u64,
}

#[derive(Deserialize)]
struct File {
    playground: String,
    params: Params,
    #[serde(default)]
    seed: u64,
    #[serde(default)]
    pace: String,
    #[serde(default)]
    source: String,
    runs: Runs,
}

/// The runs, each of which becomes a trace as soon as it has been read.
struct Runs(Vec<(String, Trace)>);

impl<'de> Deserialize<'de> for Runs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(RunsVisitor)
    }
}

struct RunsVisitor;

impl<'de> Visitor<'de> for RunsVisitor {
    type Value = Runs;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list of runs")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Runs, A::Error> {
        let refused = |why| A::Error::custom(format_args!("runs: {why}"));
        let number = || refused(format!("there must be from 1 to {MAX_RUNS}"));
        let mut runs: Vec<(String, Trace)> = Vec::new();
        while let Some(run) = list.next_element::<RunOfFile>()? {
            if runs.len() == MAX_RUNS {
                return Err(number());
            }
            let RunOfFile {
                strategy,
                end,
                events,
            } = run;
            if runs.iter().any(|(other, _)| *other == strategy) {
                return Err(refused(format!("{strategy:?} is there twice")));
            }
            let verdict = match end.verdict {
                VerdictWord::Completed => Verdict::Completed,
                VerdictWord::Stopped => Verdict::Stopped,
                VerdictWord::LimitReached => Verdict::LimitReached,
                VerdictWord::Deadlocked => Verdict::Deadlocked(end.pending.0.into()),
            };
            let trace = events.0.finish(Time(end.at), verdict);
            let trace = trace.map_err(|why| refused(format!("{strategy:?}: {why}")))?;
            runs.push((strategy, trace));
        }
        match runs.is_empty() {
            true => Err(number()),
            false => Ok(Runs(runs)),
        }
    }
}

#[derive(Deserialize)]
struct RunOfFile {
    strategy: String,
    end: EndOfRun,
    events: Events,
}

#[derive(Deserialize)]
struct EndOfRun {
    at: u64,
    verdict: VerdictWord,
    #[serde(default)]
    pending: Pending,
}

/// What each task waits for in a deadlock.
#[derive(Default)]
struct Pending(Vec<String>);

impl<'de> Deserialize<'de> for Pending {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(PendingVisitor)
    }
}

struct PendingVisitor;

impl<'de> Visitor<'de> for PendingVisitor {
    type Value = Pending;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list of texts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Pending, A::Error> {
        let mut pending = Vec::new();
        while let Some(words) = list.next_element()? {
            if pending.len() == MAX_PENDING {
                let why = format_args!("end: pending: there must be at most {MAX_PENDING} texts");
                return Err(A::Error::custom(why));
            }
            pending.push(words);
        }
        Ok(Pending(pending))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum VerdictWord {
    Completed,
    Stopped,
    LimitReached,
    Deadlocked,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum KindWord {
    Created,
    State,
    Wait,
    Woken,
    Held,
    Ended,
    Amount,
    Progress,
    Gauge,
    Log,
    Resource,
    Holds,
    SteppedIn,
    NeverRetrieved,
    Blocks,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum WaitWord {
    Timer,
    Task,
    Tasks,
    First,
    Permit,
    Connection,
    Lock,
    Event,
    Notify,
    Barrier,
    Token,
    Item,
    Slot,
    Taker,
    Callback,
    ItemsDone,
    Flight,
    Response,
    Storage,
    Thread,
    Socket,
    Process,
    Future,
    Turn,
}

/// The events of a run: checked one by one while they are read, so that a file takes no more memory than
/// its trace.
struct Events(Restore);

impl<'de> Deserialize<'de> for Events {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(EventsVisitor)
    }
}

struct EventsVisitor;

impl<'de> Visitor<'de> for EventsVisitor {
    type Value = Events;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list of events")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Events, A::Error> {
        let mut restore = Restore::default();
        while list.next_element_seed(Row(&mut restore))?.is_some() {}
        Ok(Events(restore))
    }
}

/// One event, which is added to the trace.
struct Row<'a>(&'a mut Restore);

impl<'de> DeserializeSeed<'de> for Row<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Row<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an event: [time, task, kind, ...]")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut row: A) -> Result<(), A::Error> {
        let number = self.0.count() + 1;
        let refused = |why| A::Error::custom(format_args!("event {number}: {why}"));
        let at = Time(value(&mut row, "time")?);
        let task = TaskId(value(&mut row, "task")?);
        let kind: KindWord = value(&mut row, "kind")?;
        let restore = self.0;
        let mut words = |row: &mut A, field| {
            let text: String = value(row, field)?;
            restore.words(field, &text).map_err(refused)
        };
        let kind = match kind {
            KindWord::Created => {
                let parent: Option<u32> = value(&mut row, "parent")?;
                let name: String = value(&mut row, "name")?;
                let created = restore.create(at, task, parent.map(TaskId), &name);
                created.map_err(refused)?;
                return no_more(row);
            }
            KindWord::State => {
                let state: String = value(&mut row, "state")?;
                let state = State::ALL.into_iter().find(|known| known.word() == state);
                Kind::State {
                    state: state.ok_or_else(|| refused("state: is not known".to_owned()))?,
                    text: words(&mut row, "text")?,
                }
            }
            KindWord::Wait => {
                let (on, line) = (value(&mut row, "wait")?, value(&mut row, "line")?);
                let on = wait(on, &mut row)?;
                Kind::Wait { on, line }
            }
            KindWord::Woken => Kind::Woken {
                by: value::<Option<u32>, A>(&mut row, "by")?.map(TaskId),
                asked: value(&mut row, "asked")?,
            },
            KindWord::Held => Kind::Polled {
                nanos: value(&mut row, "held")?,
            },
            KindWord::Ended => {
                let outcome: String = value(&mut row, "outcome")?;
                let outcomes = crate::Stats::OUTCOMES;
                let outcome = outcomes.into_iter().find(|known| known.word() == outcome);
                let outcome: Outcome =
                    outcome.ok_or_else(|| refused("outcome: is not known".to_owned()))?;
                Kind::Ended {
                    outcome,
                    detail: words(&mut row, "detail")?,
                }
            }
            KindWord::Blocks => Kind::Blocks {
                line: value(&mut row, "line")?,
            },
            KindWord::NeverRetrieved => Kind::NeverRetrieved,
            KindWord::Amount => Kind::Amount {
                total: value(&mut row, "total")?,
                unit: words(&mut row, "unit")?,
            },
            KindWord::Progress => Kind::Progress {
                done: value(&mut row, "done")?,
                total: value(&mut row, "total")?,
            },
            KindWord::Gauge => {
                let gauge: String = value(&mut row, "gauge")?;
                Kind::Gauge {
                    gauge: restore.gauge(&gauge).map_err(refused)?,
                    value: value(&mut row, "value")?,
                    whole: value(&mut row, "whole")?,
                    of: of(&mut row)?,
                }
            }
            KindWord::Log => {
                let kind: String = value(&mut row, "log")?;
                let kind = match kind.as_str() {
                    "print" => LogKind::Print,
                    "note" => LogKind::Note,
                    _ => return Err(refused("log: must be print or note".to_owned())),
                };
                Kind::Log {
                    kind,
                    text: words(&mut row, "text")?,
                }
            }
            KindWord::Resource => {
                let kind: String = value(&mut row, "resource")?;
                let kind = ResourceKind::ALL
                    .into_iter()
                    .find(|known| known.word() == kind);
                let kind = kind.ok_or_else(|| refused("resource: is not known".to_owned()))?;
                let name: String = value(&mut row, "name")?;
                let made = restore.resource(at, task, kind, &name);
                made.map_err(refused)?;
                return no_more(row);
            }
            KindWord::Holds => Kind::Holds {
                resource: ResourceId(value(&mut row, "resource")?),
                taken: value(&mut row, "taken")?,
            },
            KindWord::SteppedIn => Kind::SteppedIn {
                fails: value(&mut row, "fails")?,
            },
        };
        restore.push(at, task, kind).map_err(refused)?;
        no_more(row)
    }
}

fn wait<'de, A: SeqAccess<'de>>(word: WaitWord, row: &mut A) -> Result<WaitFor, A::Error> {
    Ok(match word {
        WaitWord::Timer => WaitFor::Timer {
            until: Time(value(row, "until")?),
        },
        WaitWord::Task => WaitFor::Task(TaskId(value(row, "task")?)),
        WaitWord::Tasks => WaitFor::Tasks(value(row, "count")?),
        WaitWord::First => WaitFor::First(value(row, "count")?),
        WaitWord::Permit => WaitFor::Permit(of(row)?),
        WaitWord::Connection => WaitFor::Connection,
        WaitWord::Lock => WaitFor::Lock(of(row)?),
        WaitWord::Event => WaitFor::Event(of(row)?),
        WaitWord::Notify => WaitFor::Notify(of(row)?),
        WaitWord::Barrier => WaitFor::Barrier(of(row)?),
        WaitWord::Token => WaitFor::Token(of(row)?),
        WaitWord::Item => WaitFor::Item(of(row)?),
        WaitWord::Slot => WaitFor::Slot(of(row)?),
        WaitWord::Taker => WaitFor::Consumer,
        WaitWord::Callback => WaitFor::Callback {
            until: Time(value(row, "until")?),
        },
        WaitWord::ItemsDone => WaitFor::ItemsDone(value(row, "count")?, of(row)?),
        WaitWord::Flight => WaitFor::SharedFetch,
        WaitWord::Response => WaitFor::Response,
        WaitWord::Storage => WaitFor::Storage,
        WaitWord::Thread => WaitFor::Thread,
        WaitWord::Socket => WaitFor::Socket,
        WaitWord::Process => WaitFor::Process,
        WaitWord::Future => WaitFor::Future,
        WaitWord::Turn => WaitFor::Turn,
    })
}

/// The resource at the end of a row; rows of revision 0 have none.
fn of<'de, A: SeqAccess<'de>>(row: &mut A) -> Result<ResourceId, A::Error> {
    let number: Option<u32> = row.next_element()?;
    Ok(number.map_or(ResourceId::UNKNOWN, ResourceId))
}

/// The next value of a row.
fn value<'de, T: Deserialize<'de>, A: SeqAccess<'de>>(
    row: &mut A,
    field: &str,
) -> Result<T, A::Error> {
    let value = row.next_element()?;
    value.ok_or_else(|| A::Error::custom(format_args!("{field}: is missing")))
}

fn no_more<'de, A: SeqAccess<'de>>(mut row: A) -> Result<(), A::Error> {
    match row.next_element::<IgnoredAny>()? {
        None => Ok(()),
        Some(_) => Err(A::Error::custom("an event has too many values")),
    }
}
