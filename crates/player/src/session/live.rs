//! Live runs. Real time passes in them, so running tasks has priority over drawing.

use super::{BUDGET, Next, Run, Session};
use interleave_runtime::Status;
use interleave_trace::Time;

/// More events than this between two frames are many: reading and drawing them would delay the tasks that are due next.
const MUCH: usize = 2_000;

/// The most frames in a row that are skipped.
const MOST_LEFT_OUT: u32 = 6;

/// Whether there is time to draw this frame.
#[derive(Default)]
pub(super) struct FrameSkip {
    /// How many events had been recorded and not shown at the last frame.
    unread: usize,
    /// How many frames in a row have been skipped.
    left_out: u32,
}

impl Session {
    pub(super) fn tick_live(&mut self) -> Next {
        loop {
            let Some(current) = self.runs.iter().position(|run| run.status != Status::Ended) else {
                self.head = self.recorded();
                if self.following {
                    self.show_end();
                }
                return Next::Nothing;
            };
            if !self.runs[current].record.has_begun() && self.begin(current).is_err() {
                // Does not happen: the params were checked when the first run began.
                return Next::Nothing;
            }
            let run = &mut self.runs[current];
            let Some(runtime) = run.record.runtime() else {
                return Next::Nothing;
            };
            run.status = runtime.run_until(Time::MAX, BUDGET);
            let now = runtime.now();
            let next = match run.status {
                Status::Busy => Next::Now,
                Status::Sleeping(next) => Next::In(next - now),
                Status::AwaitingIo => Next::Answer,
                Status::Ended => continue,
            };
            self.head = now;
            if self.following && self.unread() < MUCH {
                self.show(Time::MAX);
            }
            return next;
        }
    }

    /// Updates a live run between two events: its present follows the wall clock, and so does a replay of its recording.
    pub fn touch(&mut self) -> Next {
        if self.is_over() {
            return self.replay();
        }
        let current = self.runs.iter().find(|run| run.status != Status::Ended);
        if let Some((run, runtime)) = current.and_then(|run| Some((run, run.record.runtime()?))) {
            self.head = runtime.read_now();
            // A task that is due should not wait for the drawing because the frame came first.
            if matches!(run.status, Status::Sleeping(next) if next <= self.head) {
                self.tick_live();
            }
        }
        if self.following {
            let unread = self.unread();
            let is_much = unread >= self.frame_skip.unread + MUCH;
            self.frame_skip = match is_much && self.frame_skip.left_out < MOST_LEFT_OUT {
                true => FrameSkip {
                    unread,
                    left_out: self.frame_skip.left_out + 1,
                },
                false => FrameSkip::default(),
            };
            if !self.skips_frame() {
                self.show(Time::MAX);
            }
        }
        self.replay();
        Next::Now
    }

    /// Whether this frame is not drawn, since there are too many events to read and draw.
    pub fn skips_frame(&self) -> bool {
        self.frame_skip.left_out > 0 && !self.is_over()
    }

    /// How many events have been recorded and not shown.
    fn unread(&self) -> usize {
        let unread = |run: &Run| Some(run.trace()?.events().len() - run.index().events_read());
        self.runs.iter().filter_map(unread).sum()
    }
}
