//! A trace made from untrusted events: it accepts only events that a runtime could have recorded.
//!
//! These properties of a trace are checked, since its readers rely on them:
//!
//! - The first event creates `main`; every other task is created by an existing one, and a task
//!   has no events before it is created.
//! - Times never decrease. Holds of the loop do not overlap, and none begins before time 0.
//! - A task ends once, and does not change its state after that. In a run that was not stopped every task
//!   ends, but not every item: in a run that completed, it may not have been taken, or not ended.
//! - Figures are finite, and counts and lengths are small enough for the page.

use crate::Time;
use crate::{
    Event, Kind, LogKind, MAX_GAUGES, Recorder, ResourceId, ResourceKind, TaskId, Text, Trace,
    Verdict, WaitFor,
};
use std::collections::HashSet;

/// The most events of one run: as many as a runtime records, and the events that its last step before the limit may add.
const MAX_EVENTS: usize = crate::MAX_EVENTS + 1_000_000;
/// The longest name of a task or a gauge, in bytes.
const MAX_NAME: usize = 10_000;
/// The longest other text, in bytes.
const MAX_TEXT: usize = 10_000_000;
/// The greatest figure.
const MAX_FIGURE: f64 = 1e15;

/// Adds events to a trace, each after a check.
#[derive(Debug, Default)]
pub struct Restore {
    recorder: Recorder,
    /// The end of the last hold of the loop.
    free: Time,
    /// How many tasks have ended.
    ended: usize,
    /// The items that have not ended: they never hold the loop, and wait for a consumer.
    items: HashSet<TaskId>,
}

impl Restore {
    /// The number of events so far.
    pub fn count(&self) -> usize {
        self.recorder.events().len()
    }

    /// Records a new task.
    pub fn create(
        &mut self,
        at: Time,
        task: TaskId,
        parent: Option<TaskId>,
        name: &str,
    ) -> Result<(), String> {
        self.check_time(at)?;
        let next = self.recorder.task_count();
        if task.index() != next {
            return Err(format!(
                "task: the next new task is number {next}, not {}",
                task.0
            ));
        }
        match parent {
            None if next == 0 => {}
            None => return Err("parent: only task 0 has none".to_owned()),
            Some(parent) if next > 0 => self.check_task("parent", parent)?,
            Some(_) => return Err("parent: task 0 has none".to_owned()),
        }
        let name = self.text("name", name, MAX_NAME)?;
        self.recorder.create_as(at, parent, name);
        Ok(())
    }

    /// Records a new semaphore, lock or the like.
    pub fn resource(
        &mut self,
        at: Time,
        task: TaskId,
        kind: ResourceKind,
        name: &str,
    ) -> Result<(), String> {
        check_length("name", name, MAX_NAME)?;
        // The checks are those of any other event.
        let name = self.recorder.intern(name);
        self.push(at, task, Kind::Resource { kind, name })
    }

    /// Stores the name of a gauge.
    pub fn gauge(&mut self, name: &str) -> Result<Text, String> {
        check_length("gauge", name, MAX_NAME)?;
        let gauge = self.recorder.intern_gauge(name);
        gauge.ok_or_else(|| format!("gauge: there must be at most {MAX_GAUGES}"))
    }

    /// Stores any other text.
    pub fn words(&mut self, field: &str, text: &str) -> Result<Text, String> {
        self.text(field, text, MAX_TEXT)
    }

    fn text(&mut self, field: &str, text: &str, most: usize) -> Result<Text, String> {
        check_length(field, text, most)?;
        Ok(self.recorder.intern(text))
    }

    /// Records any event except the creation of a task.
    pub fn push(&mut self, at: Time, task: TaskId, kind: Kind) -> Result<(), String> {
        self.check_time(at)?;
        self.check_task("task", task)?;
        match kind {
            Kind::Polled { nanos } => {
                let start = at.0.checked_sub(nanos).map(Time);
                if start.is_none_or(|start| start < self.free) {
                    return Err("held: the loop was held by another task".to_owned());
                }
                self.free = at;
                self.items.remove(&task);
            }
            Kind::Wait { on, .. } => match on {
                WaitFor::Permit(of)
                | WaitFor::Lock(of)
                | WaitFor::Event(of)
                | WaitFor::Notify(of)
                | WaitFor::Barrier(of)
                | WaitFor::Token(of)
                | WaitFor::Item(of)
                | WaitFor::Slot(of)
                | WaitFor::ItemsDone(_, of) => self.check_resource(of)?,
                WaitFor::Task(other) => self.check_task("wait", other)?,
                on if on.is_passive() && self.is_new(task) => {
                    self.items.insert(task);
                }
                _ => {}
            },
            Kind::Woken { by, .. } => {
                if let Some(by) = by {
                    self.check_task("by", by)?;
                }
            }
            Kind::Amount { total, .. } => check_figure("total", total)?,
            Kind::Progress { done, total } => {
                check_figure("done", done)?;
                check_figure("total", total)?;
            }
            Kind::Gauge { value, of, .. } => {
                check_figure("value", value)?;
                self.check_resource(of)?;
            }
            Kind::Holds { resource, .. } => self.check_resource(resource)?,
            Kind::Created { .. } => return Err("created: misses its parent".to_owned()),
            Kind::State { .. } | Kind::Ended { .. } | Kind::Log { .. } => {}
            Kind::Resource { .. } | Kind::SteppedIn { .. } => {}
            Kind::NeverRetrieved | Kind::Blocks { .. } => {}
        }
        let before = self.count();
        self.recorder.push(at, task, kind);
        if self.count() == before {
            return Err(format!("task: number {} has ended already", task.0));
        }
        if matches!(kind, Kind::Ended { .. }) {
            self.ended += 1;
            self.items.remove(&task);
        }
        Ok(())
    }

    /// The whole trace, once its end is known.
    pub fn finish(mut self, at: Time, verdict: Verdict) -> Result<Trace, String> {
        let tasks = self.recorder.task_count();
        if tasks == 0 {
            return Err("events: must create task 0".to_owned());
        }
        self.check_time(at).map_err(|why| format!("end: {why}"))?;
        let open = match verdict {
            Verdict::Stopped | Verdict::LimitReached => 0,
            Verdict::Completed => tasks - self.ended - self.items.len(),
            Verdict::Deadlocked(_) => tasks - self.ended,
        };
        if open > 0 {
            return Err(format!("end: {open} of {tasks} tasks have not ended"));
        }
        if let Verdict::Deadlocked(pending) = &verdict {
            if pending.len() > tasks {
                return Err("end: pending: is longer than there are tasks".to_owned());
            }
            if pending.iter().any(|words| words.len() > MAX_TEXT) {
                return Err(format!(
                    "end: pending: texts must have at most {MAX_TEXT} bytes"
                ));
            }
        }
        self.recorder.finish(at, verdict);
        Ok(self.recorder.into_trace())
    }

    fn check_time(&self, at: Time) -> Result<(), String> {
        let last = self
            .recorder
            .events()
            .last()
            .map_or(Time::ZERO, |last| last.at);
        if at < last {
            return Err(format!("time: {} comes after {}", at.0, last.0));
        }
        if self.count() >= MAX_EVENTS {
            return Err(format!("there must be at most {MAX_EVENTS} events"));
        }
        Ok(())
    }

    /// Whether the last event is the creation of this task, which is not `main`.
    fn is_new(&self, task: TaskId) -> bool {
        let is_it = |last: &Event| last.task == task && matches!(last.kind, Kind::Created { .. });
        task != TaskId::MAIN && self.recorder.events().last().is_some_and(is_it)
    }

    fn check_task(&self, field: &str, task: TaskId) -> Result<(), String> {
        if task.index() < self.recorder.task_count() {
            Ok(())
        } else {
            Err(format!("{field}: there is no task {} yet", task.0))
        }
    }

    fn check_resource(&self, id: ResourceId) -> Result<(), String> {
        match self.recorder.resources().len() {
            known if id.0 as usize <= known => Ok(()),
            _ => Err(format!("resource: there is no resource {} yet", id.0)),
        }
    }
}

/// Adds the event [`Kind::SteppedIn`] before each remark that stands for it in files of revision 0.
pub fn remarks_to_events(trace: Trace) -> Trace {
    let mut recorder = Recorder::from(trace);
    recorder.insert_before(|trace, event| {
        let Kind::Log {
            kind: LogKind::Note,
            text,
        } = event.kind
        else {
            return None;
        };
        let fails = match trace.text(text) {
            "cancelled by the reader" => false,
            "failed by the reader" => true,
            _ => return None,
        };
        Some(Kind::SteppedIn { fails })
    });
    recorder.into_trace()
}

fn check_figure(field: &str, figure: f64) -> Result<(), String> {
    if figure.abs() <= MAX_FIGURE {
        Ok(())
    } else {
        Err(format!("{field}: must be from -1e15 to 1e15, not {figure}"))
    }
}

fn check_length(field: &str, text: &str, most: usize) -> Result<(), String> {
    match text.len() {
        long if long > most => Err(format!(
            "{field}: must have at most {most} bytes, not {long}"
        )),
        _ => Ok(()),
    }
}
