//! How a wall clock advances virtual time: at some speed, pausable.
//!
//! Plain arithmetic; the owner of the wall clock passes its readings in.

use interleave_trace::Time;

/// Maps wall time, in seconds from any origin, to virtual time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pacer {
    /// Virtual time at `wall`.
    time: Time,
    /// The wall time at which the pace was last changed.
    wall: f64,
    /// Virtual seconds per second.
    speed: f64,
    running: bool,
}

impl Pacer {
    /// Starts to run, at virtual time 0. The speed must be positive.
    pub fn start(wall: f64, speed: f64) -> Self {
        Self {
            time: Time::ZERO,
            wall,
            speed,
            running: true,
        }
    }

    /// The virtual time at `wall`.
    pub fn now(&self, wall: f64) -> Time {
        if self.running {
            // While the wall clock is behind, virtual time does not move.
            self.time.after((wall - self.wall) * self.speed)
        } else {
            self.time
        }
    }

    /// The real seconds from `wall` until virtual time `at`; `None` while paused.
    pub fn until(&self, at: Time, wall: f64) -> Option<f64> {
        self.running.then(|| (at - self.now(wall)) / self.speed)
    }

    /// Pauses virtual time.
    pub fn pause(&mut self, wall: f64) {
        self.rebase(wall);
        self.running = false;
    }

    /// Resumes virtual time.
    pub fn resume(&mut self, wall: f64) {
        self.rebase(wall);
        self.running = true;
    }

    /// Changes the speed from here on.
    pub fn set_speed(&mut self, wall: f64, speed: f64) {
        self.rebase(wall);
        self.speed = speed;
    }

    /// Moves virtual time forward to `at`, as a step to the next event does; never back.
    pub fn jump(&mut self, wall: f64, at: Time) {
        self.rebase(wall);
        self.time = self.time.max(at);
    }

    /// Moves virtual time to `at`, forward or back, to show a recorded instant.
    pub fn seek(&mut self, wall: f64, at: Time) {
        self.rebase(wall);
        self.time = at;
    }

    /// Whether virtual time is running, not paused.
    pub fn is_running(&self) -> bool {
        self.running
    }

    fn rebase(&mut self, wall: f64) {
        self.time = self.now(wall);
        self.wall = wall;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SPEEDS;
    use proptest::prelude::*;

    #[test]
    fn changing_speed_does_not_jump() {
        let mut pacer = Pacer::start(100.0, 8.0);
        assert_eq!(pacer.now(101.0), Time::from_secs(8.0));
        pacer.set_speed(101.0, 0.5);
        assert_eq!(pacer.now(101.0), Time::from_secs(8.0));
        assert_eq!(pacer.now(103.0), Time::from_secs(9.0));
        assert_eq!(pacer.until(Time::from_secs(10.0), 103.0), Some(2.0));
    }

    #[test]
    fn paused_time_stands_still_and_is_not_made_up_for() {
        let mut pacer = Pacer::start(0.0, 1.0);
        pacer.pause(3.0);
        assert_eq!(pacer.until(Time::from_secs(4.0), 50.0), None);
        pacer.jump(60.0, Time::from_secs(5.0));
        pacer.resume(100.0);
        assert_eq!(pacer.now(101.0), Time::from_secs(6.0));
    }

    proptest! {
        #[test]
        fn time_never_goes_back(steps in prop::collection::vec((0u8..4, 0.0f64..9.0, 0usize..10), 1..40)) {
            let (mut pacer, mut wall, mut last) = (Pacer::start(0.0, 1.0), 0.0, Time::ZERO);
            for (kind, by, speed) in steps {
                wall += by - 0.5; // Some clocks go back a little.
                match kind {
                    0 => pacer.pause(wall),
                    1 => pacer.resume(wall),
                    2 => pacer.set_speed(wall, SPEEDS[speed]),
                    _ => {}
                }
                prop_assert!(pacer.now(wall.max(0.0)) >= Time::ZERO);
                let now = pacer.now(wall);
                // Without a change of pace, a clock that goes back may show less again.
                pacer.jump(wall, last);
                prop_assert!(pacer.now(wall) >= last);
                last = now.max(last);
            }
        }
    }
}
