//! The critical path of a run: the chain of waits and steps that determines its length.
//!
//! It is found backwards, from the last step of the run. If that step waited for a timer, the wait
//! itself is a part of the path; if it waited for another task, the path continues in that task, at the
//! instant of the wake-up. So the parts follow each other without a gap, and
//! their sum is the length of the run. In a run that was stopped there is no last step to begin
//! with; there the walk begins with the task that the run was waiting for.

use super::unfinished::awaited;
use crate::Time;
use crate::index::Index;
use crate::{Kind, TaskId, Trace, WaitFor};
use std::collections::HashMap;

/// How the task of a part spent its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    /// On the loop.
    Running,
    /// Waiting; a timer has rung, or an answer has come.
    Waiting(WaitFor),
    /// Waiting until its time limit, or until the wait was cut short from outside.
    CutShort(WaitFor),
    /// Waiting when the run was stopped.
    Stopped(WaitFor),
    /// Ready, while another task held the loop: that task, if it is known.
    Blocked(Option<TaskId>),
}

/// A part of the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// The task.
    pub task: TaskId,
    /// Its start.
    pub from: Time,
    /// Its end; later than `from`.
    pub to: Time,
    /// How the time was spent.
    pub spent: Spent,
}

/// The critical path, in the order of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(Vec<Leg>);

impl Path {
    /// The path of a run that is over: to its end, or to where it was stopped or deadlocked;
    /// `None` if the run is not over.
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
                // A timer that has rung by then was not cut short by the stop.
                Spent::Waiting(WaitFor::Timer { .. }) => last.spent,
                Spent::Waiting(on) | Spent::CutShort(on) => Spent::Stopped(on),
                spent => spent,
            };
        }
        walk.legs.reverse();
        Some(Self(walk.legs))
    }

    /// Its parts: each begins where the one before ends, the first at the start of the run; the
    /// last ends with the run.
    pub fn legs(&self) -> &[Leg] {
        &self.0
    }
}

/// An event that matters to the path.
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
    /// The place, among the task's marks, of its last wait or creation up to this mark.
    wait: usize,
}

/// The position of the walk: the task, the place in the trace, and the instant after which the
/// path is known.
#[derive(Clone, Copy, Debug)]
struct Point {
    task: TaskId,
    place: usize,
    at: Time,
}

impl Point {
    /// Whether the walk comes nearer to the start by a move from `place` of `task` to here.
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
    /// The point of the task that woke it.
    fn point(self) -> Option<Point> {
        let (place, at) = (self.place, self.at);
        self.by.map(|task| Point { task, place, at })
    }
}

/// The cause of a step.
struct Before {
    /// The instant at which the step became possible.
    ready: Time,
    /// Where the path continues.
    next: Point,
    /// How the time between `next` and `ready` was spent, if it is a part of the path.
    spent: Option<Spent>,
}

/// Where the path continues, and the kind of the wait if that is a part of the path.
type Came = (Point, Option<Spent>);

/// The point right after the end of a task.
fn end_of(task: TaskId, place: usize, at: Time) -> Point {
    Point {
        task,
        place: place + 1,
        at,
    }
}

struct Walk {
    /// For each task, its marks before the position of the walk.
    marks: Vec<Vec<Mark>>,
    /// Each task's end.
    ends: Vec<Option<(usize, Time)>>,
    /// The causes of steps by task and instant, from all timers and awaited tasks: for
    /// tasks that wait for several things at once.
    came: HashMap<(TaskId, Time), Came>,
    /// Which task held the loop until when, in order.
    holds: Vec<(Time, TaskId)>,
    /// The legs found so far, the last one first.
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

    /// Walks back over one step: adds the legs up to `point`, and returns where they begin. Each call removes its
    /// marks, so that all calls together are linear.
    fn back(&mut self, point: Point) -> Option<Point> {
        let Point { task, place, at } = point;
        let marks = self.marks.get_mut(task.index())?;
        // The start of the step that leads to `point`; the event of the step comes after it.
        let mut began = at;
        while let Some(mark) = marks.pop_if(|mark| mark.place >= place) {
            if let What::Held { start } = mark.what {
                began = start.min(at);
            }
        }
        // Holds that follow each other are joined; a wait and its wake-up stay, since the walk may
        // return to an earlier step within the same wait.
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
        // Without one, the walk has reached the start of the run, or a cycle in an inconsistent trace.
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

    /// The cause of a task's first step: its creation, or that a task began to await it
    /// in place. `None` for `main`.
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

    /// The cause of a step that began at `began`, and that is recorded before `place`, of a
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
            // The end of an awaited task is the best evidence; a task that is awaited in place
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
        // A cause at exactly this instant is preferred to others: the task may have
        // waited for several things at once.
        let is_exact = found.ready == began && (woken.is_some() || found.next.task != here.task);
        match self.came.get(&(here.task, began)) {
            // The walk must always go back, even if a timer rang at the instant at which it was set.
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
