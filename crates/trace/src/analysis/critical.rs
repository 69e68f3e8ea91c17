//! The critical path of a run: the waits, one after another, that made it as long as it is.
//!
//! It is found backwards. From the last step of the run one asks what that step waited for: a timer,
//! then the wait itself is a part of the path; or another task, then the path goes on there, at the
//! instant at which that one woke the first. So the parts follow each other without a gap, and
//! together they are as long as the run. In a run that was stopped there is no last step to begin
//! with; there one begins with whom it was waiting for.

use super::unfinished::awaited;
use crate::Time;
use crate::index::Index;
use crate::{Kind, TaskId, Trace, WaitFor};
use std::collections::HashMap;

/// What a part of the path was spent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    /// On the loop.
    Running,
    /// Waiting; a timer has rung, or an answer has come.
    Waiting(WaitFor),
    /// Waiting until its time limit, or until the wait was cut short from outside.
    CutShort(WaitFor),
    /// Waiting, when the run was stopped.
    Stopped(WaitFor),
    /// Ready, but another task held the loop; which one, if that is known.
    Blocked(Option<TaskId>),
}

/// A part of the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// Whose time it is.
    pub task: TaskId,
    /// From when.
    pub from: Time,
    /// Until when; later than `from`.
    pub to: Time,
    /// What it was spent on.
    pub spent: Spent,
}

/// The critical path, in the order of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(Vec<Leg>);

impl Path {
    /// The path of a run that is over: to its end, or to where it was stopped or could not go on;
    /// `None` of one that goes on.
    pub fn of(trace: &Trace) -> Option<Self> {
        let end = trace.end()?;
        let stopped = end.verdict.is_cut_short();
        let mut walk = Walk::read(trace);
        let mut at = match stopped {
            true => Point {
                task: awaited(&Index::of(trace)),
                place: usize::MAX,
                at: end.at,
            },
            false => walk.last_step(end.at),
        };
        while let Some(next) = walk.back(at) {
            at = next;
        }
        if let Some(last) = walk.legs.first_mut().filter(|_| stopped) {
            last.spent = match last.spent {
                // A timer that has rung by then was not cut short by it.
                Spent::Waiting(WaitFor::Timer { .. }) => last.spent,
                Spent::Waiting(on) | Spent::CutShort(on) => Spent::Stopped(on),
                spent => spent,
            };
        }
        walk.legs.reverse();
        Some(Self(walk.legs))
    }

    /// Its parts: each begins where the one before ends, the first at the start of the run, the
    /// last ends with the run.
    pub fn legs(&self) -> &[Leg] {
        &self.0
    }
}

/// What the path may turn at.
#[derive(Clone, Copy, Debug)]
enum What {
    Created(Option<TaskId>),
    Wait(WaitFor),
    Woken(Option<TaskId>),
    Held { start: Time },
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    /// The event's place in the trace: many events share an instant.
    place: usize,
    at: Time,
    what: What,
    /// Where among the task's marks its last wait is, or its creation; this one, if it is that.
    wait: usize,
}

/// Where the walk has come to: the task, the place in the trace, and the instant from which on the
/// path is known.
#[derive(Clone, Copy, Debug)]
struct Point {
    task: TaskId,
    place: usize,
    at: Time,
}

impl Point {
    /// Whether the walk comes nearer to the start if it goes here from a place of `task`.
    fn is_before(self, task: TaskId, place: usize) -> bool {
        self.place < place || (self.place == place && self.task != task)
    }
}

/// A wake-up.
#[derive(Clone, Copy, Debug)]
struct Woken {
    place: usize,
    at: Time,
    by: Option<TaskId>,
}

impl Woken {
    /// Where the task was that woke it.
    fn point(self) -> Option<Point> {
        let (place, at) = (self.place, self.at);
        self.by.map(|task| Point { task, place, at })
    }
}

/// What came before a step.
struct Before {
    /// From when on the step could be taken.
    ready: Time,
    /// Where the path goes on.
    next: Point,
    /// What the time between the two was spent on, if it is a part of the path.
    spent: Option<Spent>,
}

/// Where the path goes on, and what the wait was if it is a part of the path.
type Came = (Point, Option<Spent>);

/// Right after the end of a task.
fn end_of(task: TaskId, place: usize, at: Time) -> Point {
    Point {
        task,
        place: place + 1,
        at,
    }
}

struct Walk {
    /// Each task's marks that lie before the walk.
    marks: Vec<Vec<Mark>>,
    /// Each task's end.
    ends: Vec<Option<(usize, Time)>>,
    /// What each task that was waited for by sleeping or by awaiting it came to, and when: for
    /// tasks that wait for several things at once.
    came: HashMap<(TaskId, Time), Came>,
    /// Which task held the loop until when, in order.
    holds: Vec<(Time, TaskId)>,
    /// The legs found, the last one first.
    legs: Vec<Leg>,
}

impl Walk {
    fn read(trace: &Trace) -> Self {
        let tasks = trace.task_count();
        let mut walk = Self {
            marks: vec![Vec::new(); tasks],
            ends: vec![None; tasks],
            came: HashMap::new(),
            holds: Vec::new(),
            legs: Vec::new(),
        };
        for (place, event) in trace.events().iter().enumerate() {
            let (task, at) = (event.task, event.at);
            let what = match event.kind {
                Kind::Created { parent, .. } => What::Created(parent),
                Kind::Wait { on, .. } => What::Wait(on),
                Kind::Woken { by, .. } => What::Woken(by),
                Kind::Polled { nanos } => {
                    walk.holds.push((at, task));
                    let start = Time(at.0 - nanos);
                    What::Held { start }
                }
                Kind::Ended { .. } => {
                    walk.ends[task.index()].get_or_insert((place, at));
                    continue;
                }
                _ => continue,
            };
            let marks = &mut walk.marks[task.index()];
            let wait = match what {
                What::Created(_) | What::Wait(_) => marks.len(),
                What::Woken(_) | What::Held { .. } => marks.last().map_or(0, |mark| mark.wait),
            };
            marks.push(Mark {
                place,
                at,
                what,
                wait,
            });
        }
        for (i, marks) in walk.marks.iter().enumerate() {
            let task = TaskId(i as u32);
            for mark in marks {
                let here = Point {
                    task,
                    place: mark.place,
                    at: mark.at,
                };
                let (at, came) = match mark.what {
                    What::Wait(on @ WaitFor::Timer { until }) => {
                        (until, (here, Some(Spent::Waiting(on))))
                    }
                    What::Wait(WaitFor::Task(other)) => match walk.ends[other.index()] {
                        Some((place, at)) => (at, (end_of(other, place, at), None)),
                        None => continue,
                    },
                    _ => continue,
                };
                walk.came.insert((task, at), came);
            }
        }
        walk
    }

    /// The end of the last step of the run.
    fn last_step(&self, at: Time) -> Point {
        Point {
            task: self.holds.last().map_or(TaskId::MAIN, |&(_, task)| task),
            place: usize::MAX,
            at,
        }
    }

    fn leg(&mut self, task: TaskId, from: Time, to: Time, spent: Spent) {
        if from < to {
            self.legs.push(Leg {
                task,
                from,
                to,
                spent,
            });
        }
    }

    /// What came before: the legs up to `point`, and where they begin. Each call takes its marks
    /// away, so that all calls together are linear.
    fn back(&mut self, point: Point) -> Option<Point> {
        let Point { task, place, at } = point;
        let marks = self.marks.get_mut(task.index())?;
        // When the step began that has come to `point`; its record comes after it.
        let mut began = at;
        while let Some(mark) = marks.pop_if(|mark| mark.place >= place) {
            if let What::Held { start } = mark.what {
                began = start.min(at);
            }
        }
        // Holds that follow each other are one; a wait and what woke it stay, since the walk may
        // come back to an earlier step within the same wait.
        while let Some(mark) = marks.pop_if(|mark| matches!(mark.what, What::Held { .. })) {
            if let What::Held { start } = mark.what
                && mark.at >= began
            {
                began = began.min(start);
            }
        }
        let last = marks.last().copied();
        let before = last.map(|mark| marks[mark.wait]);
        let woken = last.and_then(|mark| match mark.what {
            What::Woken(by) => Some(Woken {
                place: mark.place,
                at: mark.at,
                by,
            }),
            _ => None,
        });
        // Without one, the walk has come to the start of the run, or to a loop in what it was told.
        let Some(before) = before else {
            self.leg(task, Time::ZERO, at, Spent::Running);
            return None;
        };
        let here = Point {
            task,
            place: before.place,
            at: before.at,
        };
        began = began.max(before.at);
        let before = match before.what {
            What::Created(parent) => Self::made(here, parent, woken),
            What::Wait(on) => Some(self.waited(here, on, woken, began, place)),
            What::Woken(_) | What::Held { .. } => None,
        };
        let Some(Before { ready, next, spent }) = before else {
            self.leg(task, Time::ZERO, at, Spent::Running);
            return None;
        };
        let (ready, began) = (ready.min(at), began.max(ready).min(at));
        self.leg(task, began, at, Spent::Running);
        let blocked = Spent::Blocked(self.holder(task, ready, began));
        self.leg(task, ready, began, blocked);
        if let Some(spent) = spent {
            self.leg(task, next.at, ready, spent);
        }
        Some(next)
    }

    /// What came before the first step of a task: its creation, or that a task began to await it
    /// in place. Nothing came before `main`.
    fn made(here: Point, parent: Option<TaskId>, woken: Option<Woken>) -> Option<Before> {
        let next = match (woken, parent) {
            (Some(woken), _) if woken.by.is_some_and(|by| by != here.task) => woken.point()?,
            (_, Some(parent)) => Point {
                task: parent,
                ..here
            },
            (_, None) => return None,
        };
        Some(Before {
            ready: next.at,
            next,
            spent: None,
        })
    }

    /// What came before a step that began at `began`, and that is recorded before `place`, of a
    /// task that waited at `here`.
    fn waited(
        &self,
        here: Point,
        on: WaitFor,
        woken: Option<Woken>,
        began: Time,
        place: usize,
    ) -> Before {
        let own = |ready, spent| Before {
            ready,
            next: here,
            spent: Some(spent),
        };
        let told = woken.map_or(began, |woken| woken.at);
        let found = match (on, woken) {
            // A task's end says best what its waiter waited for; one that is awaited in place
            // wakes no task.
            (WaitFor::Task(other), _)
                if other != here.task
                    && self.ends[other.index()].is_some_and(|(ended, at)| {
                        (here.place..place).contains(&ended) && at <= began.max(told)
                    }) =>
            {
                let (ended, at) = self.ends[other.index()].unwrap_or((here.place, here.at));
                Before {
                    ready: at,
                    next: end_of(other, ended, at),
                    spent: None,
                }
            }
            (WaitFor::Timer { until }, _) if until <= told => own(until, Spent::Waiting(on)),
            (_, Some(woken)) => match woken.point().filter(|by| by.task != here.task) {
                Some(next) => Before {
                    ready: woken.at,
                    next,
                    spent: None,
                },
                None => own(woken.at, Spent::CutShort(on)),
            },
            (WaitFor::Timer { .. }, None) => own(began, Spent::CutShort(on)),
            (_, None) => own(began, Spent::Waiting(on)),
        };
        // What does not tell the very instant is worth less than what does: the task may have
        // waited for several things at once.
        let is_exact = found.ready == began && (woken.is_some() || found.next.task != here.task);
        match self.came.get(&(here.task, began)) {
            // Always a step back, also where a timer rang at the instant at which it was set.
            Some(&(next, spent)) if !is_exact && next.is_before(here.task, place) => Before {
                ready: began,
                next,
                spent,
            },
            _ => found,
        }
    }

    /// The task that held the loop last while `task` was ready.
    fn holder(&self, task: TaskId, ready: Time, began: Time) -> Option<TaskId> {
        let until = self.holds.partition_point(|&(end, _)| end <= began);
        let last = self.holds[..until].iter().rev();
        last.take_while(|&&(end, _)| end > ready)
            .map(|&(_, holder)| holder)
            .find(|&holder| holder != task)
    }
}
