//! One logical task at an instant.

use super::{Few, Lines, Span, TaskEnd, Wait};
use crate::{Outcome, State, TaskId, Text, Time, WaitFor};

/// One logical task.
#[derive(Clone, Debug)]
pub struct Task {
    /// Its name, unique in the trace.
    pub name: Text,
    /// The task that made it.
    pub parent: Option<TaskId>,
    /// How many ancestors it has; 0 for `main`.
    pub depth: u16,
    /// The task that it made last.
    pub last_child: Option<TaskId>,
    /// When it was created.
    pub created: Time,
    /// When it first entered [`State::Running`].
    pub started: Option<Time>,
    /// How it ended, once it has.
    pub end: Option<TaskEnd>,
    /// The amount that it moves, and the unit.
    pub amount: Option<(f64, Text)>,
    /// The bytes of the answer that it waits for: received, and in all (0: unknown).
    pub received: Option<(f64, f64)>,
    /// The tasks that it woke, and when.
    pub woke: Few<(Time, TaskId), 1>,
    /// How often it backed off.
    pub backoffs: u32,
    /// How many permits and locks it holds.
    pub holds: u32,
    /// The reader has let it fail.
    pub let_fail: bool,
    /// It failed, and its error was never retrieved.
    pub never_retrieved: bool,
    /// The places of its holds in [`Index::polls`](super::Index::polls).
    pub(crate) polls: Few<u32, 3>,
    /// Nanoseconds on the loop.
    pub(crate) ran: u64,
    pub(crate) waits: Few<Wait, 1>,
    /// The line at which it is suspended.
    pub(crate) line: Option<u32>,
    /// Finished spans of some length, by state; neighbours in one state are joined.
    closed: [Few<(Time, Time), 1>; 3],
    /// The last running span of no length.
    blink: Option<(Time, Time)>,
    /// Nanoseconds spent in each state, without the present span.
    spent: [u64; 3],
    /// The present state and its start.
    state: (State, Time),
}

impl Task {
    /// A new task.
    pub(crate) fn new(name: Text, parent: Option<TaskId>, depth: u16, created: Time) -> Self {
        Self {
            name,
            parent,
            depth,
            last_child: None,
            created,
            started: None,
            end: None,
            amount: None,
            received: None,
            woke: Few::None,
            backoffs: 0,
            holds: 0,
            let_fail: false,
            never_retrieved: false,
            polls: Few::None,
            ran: 0,
            waits: Few::None,
            line: None,
            closed: Default::default(),
            blink: None,
            spent: [0; 3],
            state: (State::Queued, created),
        }
    }

    /// The spans of the task, without a gap from its creation to its end.
    ///
    /// Spans of no length are left out, but a task that ran and took no time
    /// keeps one. The last span is open until the task ends, and for ever if it hangs.
    pub fn spans(&self) -> impl Iterator<Item = Span> + '_ {
        let mut rest = State::ALL.map(|state| (state, self.closed(state)));
        let in_order = std::iter::from_fn(move || {
            let next = rest.iter_mut().filter(|(_, list)| !list.is_empty());
            let (state, list) = next.min_by_key(|(_, list)| list[0])?;
            let (start, end) = list[0];
            *list = &list[1..];
            Some(Span {
                state: *state,
                start,
                end: Some(end),
            })
        });
        in_order.chain(self.open())
    }

    /// The finished spans in one state, in order: start and end.
    pub fn closed(&self, state: State) -> &[(Time, Time)] {
        let closed = &self.closed[state as usize];
        let runs = || self.open().is_some_and(|span| span.state == State::Running);
        if state == State::Running && closed.is_empty() && !runs() {
            self.blink.as_slice()
        } else {
            closed
        }
    }

    /// The open span; `None` if the task has ended, unless it hangs.
    pub fn open(&self) -> Option<Span> {
        let lasts = self.end.is_none_or(|end| end.outcome == Outcome::Hung);
        let (state, start) = self.state;
        lasts.then_some(Span {
            state,
            start,
            end: None,
        })
    }

    /// The present state; the last one if the task has ended.
    pub fn state(&self) -> State {
        self.state.0
    }

    /// Seconds spent in `state` up to `now`.
    pub fn time_in(&self, state: State, now: Time) -> f64 {
        let open = self.open().filter(|span| span.state == state);
        let lasts = open.map_or(0.0, |span| now - span.start);
        Time(self.spent[state as usize]).secs() + lasts
    }

    /// When it held the loop, in order: the places in [`Index::polls`](super::Index::polls).
    pub fn polls(&self) -> &[u32] {
        &self.polls
    }

    /// Seconds on the loop.
    pub fn ran(&self) -> f64 {
        Time(self.ran).secs()
    }

    /// The progress of its wait, from 0 to 1: for a timer, the share of the time
    /// that has passed; for an answer, the share that has arrived. `None` if neither is known.
    pub fn progress(&self, now: Time) -> Option<f64> {
        let wait = self.wait()?;
        match wait.on {
            WaitFor::Timer { until } => {
                let whole = until - wait.since;
                (whole > 0.0).then(|| ((now - wait.since) / whole).min(1.0))
            }
            WaitFor::Response => {
                let (done, total) = self.received?;
                (total > 0.0).then(|| (done / total).min(1.0))
            }
            _ => None,
        }
    }

    /// Enters a state; returns the state before, if that was another one.
    pub(crate) fn enter(&mut self, state: State, at: Time) -> Option<State> {
        if state == State::Running {
            self.started.get_or_insert(at);
        }
        let before = self.state.0;
        if before == state {
            return None;
        }
        self.close(at);
        self.state = (state, at);
        Some(before)
    }

    /// Ends the task. A task that hangs keeps its state and its wait for ever.
    pub(crate) fn ends(&mut self, end: TaskEnd, lines: &mut Lines) {
        if end.outcome != Outcome::Hung {
            self.close(end.at);
            self.close_wait(end.at);
            self.leaves_line(lines);
        }
        self.end = Some(end);
    }

    fn close(&mut self, at: Time) {
        let (state, start) = self.state;
        if start == at {
            if state == State::Running {
                self.blink = Some((at, at));
            }
            return;
        }
        self.spent[state as usize] += at.0 - start.0;
        let closed = &mut self.closed[state as usize];
        match closed.last_mut() {
            Some(last) if last.1 == start => last.1 = at,
            _ => closed.push((start, at)),
        }
    }
}
