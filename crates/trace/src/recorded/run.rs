//! The trace of one event loop, made from the recorder's events, with the same checks as a saved trace.

use super::read::{Lookup, Object};
use super::value::Value;
use super::{About, Hang, RecordedRun, Remark};
use crate::saved::Restore;
use crate::{
    Kind, LogKind, Outcome, ResourceId, ResourceKind, State, TaskId, Text, Time, UniqueNames,
    Verdict, WaitFor,
};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The longest remark, in characters; longer ones are cut.
const MAX_REMARK: usize = 10_000;
/// The most remarks; further ones are in the log only.
const MAX_REMARKS: usize = 10_000;

/// An event: its time, its task, its kind, and the values of the kind.
pub struct Row<'a> {
    /// Nanoseconds since the recording began.
    pub at: u64,
    /// The number of its task.
    pub task: Option<u64>,
    /// Its kind.
    pub kind: &'a str,
    more: &'a [Value<'a>],
}

impl<'a> Row<'a> {
    /// Splits the values of a line.
    pub fn new(values: &'a [Value<'a>]) -> Result<Self, String> {
        let [at, task, kind, more @ ..] = values else {
            return Err("an event: must be [time, task, kind, ...]".to_owned());
        };
        Ok(Self {
            at: at.as_u64().ok_or("time: must be a number")?,
            task: task.as_u64(),
            kind: kind.as_str().ok_or("kind: must be a text")?,
            more,
        })
    }

    /// A number after the kind.
    pub fn number(&self, place: usize) -> Result<u64, String> {
        let value = self.more.get(place).and_then(Value::as_u64);
        value.ok_or_else(|| format!("{}: value {place} must be a number", self.kind))
    }

    /// A text after the kind.
    pub fn text(&self, place: usize) -> Result<&'a str, String> {
        let value = self.more.get(place).and_then(Value::as_str);
        value.ok_or_else(|| format!("{}: value {place} must be a text", self.kind))
    }

    fn flag(&self, place: usize) -> Result<bool, String> {
        let value = self.more.get(place).and_then(Value::as_bool);
        value.ok_or_else(|| format!("{}: value {place} must be true or false", self.kind))
    }

    /// The line of a `print` or a `log`.
    pub fn printed(&self) -> Result<String, String> {
        match self.kind {
            "log" => Ok(format!(
                "{} {}: {}",
                self.text(0)?,
                self.text(1)?,
                self.text(2)?
            )),
            _ => self.text(1).map(str::to_owned),
        }
    }

    /// A task of the first deadlock of a `hang`.
    pub fn cycle(&self) -> Result<Option<u64>, String> {
        let cycles = self.more.get(1).and_then(Value::as_array);
        let cycles = cycles.ok_or("hang: value 1 must be a list")?;
        Ok(cycles.first().and_then(|cycle| cycle.get(0)?.as_u64()))
    }

    /// Whether a `hang` is certain to last for ever, as in virtual time.
    pub fn is_forever(&self) -> bool {
        self.text(0).is_ok_and(|why| why == NOTHING_COMES)
    }

    /// The lines about tasks in the report of a `hang`.
    pub fn lines(&self) -> Result<Vec<String>, String> {
        let lines = self.more.get(2).and_then(Value::as_array);
        let lines = lines.ok_or("hang: value 2 must be a list")?;
        let lines = lines.iter().filter_map(Value::as_str).map(str::trim);
        let of_tasks = lines.filter(|line| line.contains(" waits for "));
        Ok(of_tasks.map(str::to_owned).collect())
    }
}

/// The reason of a `hang` in virtual time.
const NOTHING_COMES: &str = "nothing is ready, and no timer is set";

/// A loop that is being read.
pub struct Run {
    event_loop: String,
    title: String,
    restore: Restore,
    /// When the first task was created.
    began: u64,
    /// The last known instant.
    last: Time,
    /// The end of the last step.
    free: Time,
    names: UniqueNames,
    states: Vec<Of>,
    resources: HashMap<u64, Resource>,
    resource_names: HashMap<&'static str, UniqueNames>,
    /// For each lock, the tasks that hold it.
    held: HashMap<u64, HashSet<TaskId>>,
    /// Tasks that a checkpoint has repeated: their next step of no duration has no new information.
    at_checkpoint: HashSet<TaskId>,
    /// Whether the loop was closed.
    closed: bool,
    /// The report of a deadlock, if no task has taken a step since.
    hung: Option<Vec<String>>,
    remarks: Vec<Remark>,
    hang: Option<Hang>,
}

/// The state of a task so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    New,
    Running,
    Queued,
    Ended,
}

/// A lock or the like that this loop has used.
#[derive(Clone, Copy)]
struct Resource {
    /// [`ResourceId::UNKNOWN`] if traces do not have its kind.
    id: ResourceId,
    /// Its gauge, unless there are too many.
    gauge: Option<Text>,
}

impl Run {
    /// A loop without tasks.
    pub fn new(event_loop: String) -> Self {
        Self {
            event_loop,
            title: String::new(),
            restore: Restore::default(),
            began: 0,
            last: Time::ZERO,
            free: Time::ZERO,
            names: UniqueNames::default(),
            states: Vec::new(),
            resources: HashMap::new(),
            resource_names: HashMap::new(),
            held: HashMap::new(),
            at_checkpoint: HashSet::new(),
            closed: false,
            hung: None,
            remarks: Vec::new(),
            hang: None,
        }
    }

    /// The instant in the trace, which is never before the last one: threads write slightly late.
    fn at(&mut self, at: u64) -> Time {
        self.last = self.last.max(Time(at.saturating_sub(self.began)));
        self.last
    }

    /// The recording lasted at least until `at`.
    pub fn seen(&mut self, at: u64) {
        if !self.closed && !self.states.is_empty() {
            self.at(at);
        }
    }

    /// The loop was closed.
    pub fn close(&mut self, at: u64) {
        self.seen(at);
        self.closed = true;
    }

    /// A deadlock was reported.
    pub fn hangs(&mut self, at: u64, lines: Vec<String>) {
        let at = self.at(at);
        self.hung = Some(lines.clone());
        self.hang = Some(Hang { at, lines });
    }

    fn remark(&mut self, at: Time, task: TaskId, about: About, text: &str, site: u64) {
        if self.remarks.len() < MAX_REMARKS {
            let text = text.chars().take(MAX_REMARK).collect();
            // A number that cannot be that of a site means an unknown place.
            let site = u32::try_from(site).unwrap_or(0);
            self.remarks.push(Remark {
                at,
                task,
                about,
                text,
                site,
            });
        }
    }

    /// Adds a new task, or one that existed before the recording. A task without a known parent counts as made by the first.
    pub fn create(
        &mut self,
        at: u64,
        parent: Option<TaskId>,
        name: &str,
        is_new: bool,
    ) -> Result<TaskId, String> {
        let is_first = self.states.is_empty();
        if is_first {
            self.began = at;
            name.clone_into(&mut self.title);
        }
        let at = self.at(at);
        let id = TaskId(u32::try_from(self.states.len()).map_err(|_| "there are too many tasks")?);
        let parent = match (is_first, parent) {
            (true, _) => None,
            (false, parent) => Some(parent.unwrap_or(TaskId::MAIN)),
        };
        if let Some(parent) = parent
            && is_new
        {
            self.enter_operation(at, parent)?;
        }
        let name = self.names.give(name).into_owned();
        self.restore.create(at, id, parent, &name)?;
        self.states.push(Of::New);
        Ok(id)
    }

    /// A checkpoint in the middle of the file repeats a known task.
    pub fn is_at_a_checkpoint(&mut self, task: TaskId) {
        self.at_checkpoint.insert(task);
    }

    fn push(&mut self, at: Time, task: TaskId, kind: Kind) -> Result<(), String> {
        self.restore.push(at, task, kind)
    }

    fn of(&mut self, task: TaskId) -> &mut Of {
        &mut self.states[task.index()]
    }

    /// Records that the task is inside its operation, if it was not before.
    fn enter_operation(&mut self, at: Time, task: TaskId) -> Result<(), String> {
        if !matches!(self.of(task), Of::New | Of::Queued) {
            return Ok(());
        }
        *self.of(task) = Of::Running;
        let state = State::Running;
        let text = Text::default();
        self.push(at, task, Kind::State { state, text })
    }

    fn note(&mut self, at: Time, task: TaskId, kind: LogKind, text: &str) -> Result<(), String> {
        let text: String = text.chars().take(MAX_REMARK).collect();
        let text = self.restore.words("text", &text)?;
        self.push(at, task, Kind::Log { kind, text })
    }

    /// A callback that held the loop for long.
    pub fn callback(&mut self, at: u64, nanos: u64, name: &str, site: u64) -> Result<(), String> {
        if self.states.is_empty() {
            return Ok(());
        }
        let at = self.at(at);
        self.remark(at, TaskId::MAIN, About::Callback(nanos), name, site);
        let words = format!(
            "The callback {name} held the loop for {} ms",
            nanos / 1_000_000
        );
        self.note(at, TaskId::MAIN, LogKind::Note, &words)
    }

    /// Any other event of a task.
    pub fn event(&mut self, row: &Row, task: TaskId, lookup: &Lookup) -> Result<(), String> {
        let at = self.at(row.at);
        let is_repeated = self.at_checkpoint.remove(&task);
        match row.kind {
            "step" if is_repeated && row.number(0)? == 0 => Ok(()),
            "start" => self.enter_operation(at, task),
            "step" => self.step(row, at, task, lookup),
            "wake" => self.wake(row, at, task, lookup),
            "cancel" => self.cancel(row, at, task, lookup),
            "end" => self.end(row, at, task),
            "holds" => {
                self.enter_operation(at, task)?;
                self.holds(row, at, task, lookup)
            }
            "gauge" => self.gauge(row, at, task, lookup),
            "print" | "log" => {
                self.enter_operation(at, task)?;
                self.note(at, task, LogKind::Print, &row.printed()?)
            }
            "problem" => {
                let text = row.text(1)?;
                let (about, words) = match row.text(0)? {
                    "never_awaited" => (
                        About::NeverAwaited,
                        format!("Coroutine {text} was never awaited"),
                    ),
                    "never_retrieved" => (About::NeverRetrieved, text.to_owned()),
                    "destroyed" => (About::Destroyed, text.to_owned()),
                    _ => (About::Unhandled, text.to_owned()),
                };
                self.remark(at, task, about, text, row.number(2).unwrap_or(0));
                self.note(at, task, LogKind::Note, &words)
            }
            "blocked" => {
                let innermost = row.more.get(1).and_then(|sites| sites.get(0)?.as_u64());
                let place = lookup.place(innermost.unwrap_or(0));
                let nanos = row.number(0)?;
                let about = About::Blocked(nanos);
                self.remark(at, task, about, "", innermost.unwrap_or(0));
                let millis = nanos / 1_000_000;
                let words = format!("Has held the loop for {millis} ms, at {place}");
                self.note(at, task, LogKind::Note, &words)
            }
            _ => Ok(()),
        }
    }

    fn step(&mut self, row: &Row, at: Time, task: TaskId, lookup: &Lookup) -> Result<(), String> {
        let nanos = row.number(0)?;
        self.hung = None;
        if *self.of(task) != Of::Ended {
            self.enter_operation(at, task)?;
        }
        if row.more.len() > 1 && *self.of(task) != Of::Ended {
            let line = u32::try_from(row.number(2)?).map_err(|_| "site: is too great")?;
            let on = self.wait(row, at, task, lookup)?;
            if matches!(
                on,
                WaitFor::Permit(_) | WaitFor::Lock(_) | WaitFor::Item(_) | WaitFor::Slot(_)
            ) {
                *self.of(task) = Of::Queued;
                let (state, text) = (State::Queued, Text::default());
                self.push(at, task, Kind::State { state, text })?;
            }
            self.push(at, task, Kind::Wait { on, line })?;
        }
        let nanos = nanos.min(at.0 - self.free.0);
        self.free = at;
        self.push(at, task, Kind::Polled { nanos })
    }

    /// The wait with which a step ends.
    fn wait(
        &mut self,
        row: &Row,
        at: Time,
        task: TaskId,
        lookup: &Lookup,
    ) -> Result<WaitFor, String> {
        let count = |place| {
            row.number(place)
                .map(|count| u32::try_from(count).unwrap_or(u32::MAX))
        };
        let kind = row.text(1)?;
        let resource = match kind {
            "lock" | "semaphore" | "event" | "condition" | "barrier" | "get" | "put" | "join" => {
                self.resource(row.number(4)?, at, task, lookup)?.id
            }
            _ => ResourceId::UNKNOWN,
        };
        Ok(match kind {
            "turn" => WaitFor::Turn,
            // For some loops the deadline of the timer is not known.
            "sleep" => WaitFor::Timer {
                until: row
                    .number(4)
                    .map_or(at, |until| Time(until.saturating_sub(self.began)).max(at)),
            },
            "task" => match lookup.task(row.number(4)?) {
                Some(other) => WaitFor::Task(other),
                None => WaitFor::Tasks(1),
            },
            "tasks" => WaitFor::Tasks(count(5)?),
            "first" => WaitFor::First(count(5)?),
            "lock" => WaitFor::Lock(resource),
            "semaphore" => WaitFor::Permit(resource),
            "event" => WaitFor::Event(resource),
            "condition" => WaitFor::Notify(resource),
            "barrier" => WaitFor::Barrier(resource),
            "get" => WaitFor::Item(resource),
            "put" => WaitFor::Slot(resource),
            "join" => WaitFor::ItemsDone(count(5)?, resource),
            "thread" => WaitFor::Thread,
            "socket" => WaitFor::Socket,
            "process" => WaitFor::Process,
            _ => WaitFor::Future,
        })
    }

    fn wake(&mut self, row: &Row, at: Time, task: TaskId, lookup: &Lookup) -> Result<(), String> {
        let Some(by) = lookup.task(row.number(0)?) else {
            return Ok(());
        };
        let by = Some(by);
        self.push(at, task, Kind::Woken { by, asked: false })
    }

    fn cancel(&mut self, row: &Row, at: Time, task: TaskId, lookup: &Lookup) -> Result<(), String> {
        // In traces, a time limit is a request by the task itself, and tasks that are left behind are asked by `main`.
        let by = match (row.text(1)?, row.number(0)) {
            ("timeout", _) => task,
            (_, Ok(by)) => lookup.task(by).unwrap_or(TaskId::MAIN),
            (_, Err(_)) => TaskId::MAIN,
        };
        let by = Some(by);
        self.push(at, task, Kind::Woken { by, asked: true })
    }

    fn end(&mut self, row: &Row, at: Time, task: TaskId) -> Result<(), String> {
        let detail = row.text(1).unwrap_or_default();
        let outcome = match row.text(0)? {
            "ok" => Outcome::Ok,
            "error" if detail.starts_with("TimeoutError") => Outcome::Timeout,
            "error" => Outcome::Error,
            _ => Outcome::Cancelled,
        };
        self.ends(at, task, outcome, detail)
    }

    fn ends(
        &mut self,
        at: Time,
        task: TaskId,
        outcome: Outcome,
        detail: &str,
    ) -> Result<(), String> {
        let detail = self.restore.words("detail", detail)?;
        self.push(at, task, Kind::Ended { outcome, detail })?;
        *self.of(task) = Of::Ended;
        Ok(())
    }

    fn holds(&mut self, row: &Row, at: Time, task: TaskId, lookup: &Lookup) -> Result<(), String> {
        let (object, taken) = (row.number(0)?, row.flag(1)?);
        let holders = self.held.entry(object).or_default();
        let changes = match taken {
            true => holders.insert(task),
            false if holders.remove(&task) => true,
            // It may be released by another task than the one that took it.
            false => !std::mem::take(holders).is_empty(),
        };
        let resource = self.resource(object, at, task, lookup)?.id;
        match changes && resource != ResourceId::UNKNOWN {
            true => self.push(at, task, Kind::Holds { resource, taken }),
            false => Ok(()),
        }
    }

    fn gauge(&mut self, row: &Row, at: Time, task: TaskId, lookup: &Lookup) -> Result<(), String> {
        let value = row.number(1)? as f64;
        let Resource { id: of, gauge } = self.resource(row.number(0)?, at, task, lookup)?;
        match gauge {
            Some(gauge) => self.push(
                at,
                task,
                Kind::Gauge {
                    gauge,
                    value,
                    whole: true,
                    of,
                },
            ),
            None => Ok(()),
        }
    }

    /// An object's number in the trace, which it gets when it is first used.
    fn resource(
        &mut self,
        number: u64,
        at: Time,
        task: TaskId,
        lookup: &Lookup,
    ) -> Result<Resource, String> {
        if let Some(&known) = self.resources.get(&number) {
            return Ok(known);
        }
        let object = lookup.object(number)?;
        let Some(kind) = kind(object) else {
            let none = Resource {
                id: ResourceId::UNKNOWN,
                gauge: None,
            };
            return Ok(none);
        };
        let name = match object.name.as_str() {
            "" => String::new(),
            name => {
                let names = self.resource_names.entry(kind.word()).or_default();
                names.give(name).into_owned()
            }
        };
        self.restore.resource(at, task, kind, &name)?;
        let id = ResourceId(u32::try_from(self.resources.len() + 1).unwrap_or(u32::MAX));
        let gauge = self.gauge_name(kind, &name, number, object.limit);
        let made = Resource { id, gauge };
        self.resources.insert(number, made);
        Ok(made)
    }

    /// The name of the gauge of a semaphore or queue; `None` if the trace has the most gauges already.
    fn gauge_name(
        &mut self,
        kind: ResourceKind,
        name: &str,
        number: u64,
        limit: Option<u64>,
    ) -> Option<Text> {
        let what = match kind {
            ResourceKind::Semaphore => "permits in use",
            ResourceKind::Queue => "items",
            _ => return None,
        };
        let name = match name {
            "" => format!("{} {number}", kind.word()),
            name => name.to_owned(),
        };
        let of = match limit {
            Some(limit) if limit > 0 => format!(" of {limit}"),
            _ => String::new(),
        };
        self.restore.gauge(&format!("{name}: {what}{of}")).ok()
    }

    /// The whole trace; `None` if there was no task.
    pub fn finish(mut self) -> Option<Result<RecordedRun, String>> {
        if self.states.is_empty() {
            return None;
        }
        let open: Vec<_> = (0..self.states.len())
            .filter(|&place| self.states[place] != Of::Ended)
            .map(|place| TaskId(place as u32))
            .collect();
        let end = self.last;
        let verdict = match (open.is_empty(), self.hung.take()) {
            (true, _) => Verdict::Completed,
            (false, Some(mut pending)) if !self.closed => {
                for &task in &open {
                    if let Err(why) = self.ends(end, task, Outcome::Hung, "") {
                        return Some(Err(why));
                    }
                }
                pending.truncate(self.states.len());
                Verdict::Deadlocked(pending.into())
            }
            (false, _) => Verdict::Stopped,
        };
        let run = self.restore.finish(end, verdict).map(|mut trace| {
            trace.is_recorded = true;
            RecordedRun {
                title: self.title,
                event_loop: self.event_loop,
                began: self.began,
                trace: Arc::new(trace),
                remarks: self.remarks,
                hang: self.hang,
            }
        });
        Some(run)
    }
}

fn kind(object: &Object) -> Option<ResourceKind> {
    let kinds = ResourceKind::ALL.into_iter();
    kinds.into_iter().find(|kind| kind.word() == object.kind)
}
