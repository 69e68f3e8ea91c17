//! The stretch of time that is shown: zoomed, panned, and kept in step with a run.
//!
//! Plain arithmetic. For any request, the result lies within the race, is in order and not empty.

/// The shortest stretch that can be shown, in seconds.
const SHORTEST: f64 = 1e-6;
/// The share of the window that stays free ahead of the present while it is followed.
const LEAD: f64 = 0.1;

/// The part of a race that is shown. The race's end is an argument of each call, since it may move.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Its first and last instant, in seconds; `None` for all of the race.
    part: Option<(f64, f64)>,
    /// Whether it moves on when the present would leave it.
    follows: bool,
}

impl Default for Window {
    fn default() -> Self {
        Self::WHOLE
    }
}

/// The end of a race, made finite and positive, so that it can be divided by.
fn sound(end: f64) -> f64 {
    if end.is_finite() {
        end.max(SHORTEST)
    } else {
        SHORTEST
    }
}

/// The shortest stretch in which instants can still be told apart.
fn shortest(end: f64) -> f64 {
    SHORTEST.max(end * 1e-12)
}

/// The nearest stretch of this length within the race.
fn within(end: f64, from: f64, length: f64) -> (f64, f64) {
    let from = from.clamp(0.0, end - length);
    (from, (from + length).min(end))
}

impl Window {
    /// All of the race.
    pub const WHOLE: Self = Self {
        part: None,
        follows: true,
    };

    /// Whether all of the race is shown.
    pub fn is_whole(self) -> bool {
        self.part.is_none()
    }

    /// Whether it moves on when the present would leave it.
    pub fn follows(self) -> bool {
        self.follows
    }

    /// The first and the last instant that are shown, in seconds.
    pub fn range(self, end: f64) -> (f64, f64) {
        let end = sound(end);
        self.part.map_or((0.0, end), |(from, to)| {
            within(end, from, (to - from).clamp(shortest(end), end))
        })
    }

    /// The window of these instants. It does not follow the present.
    pub fn of(end: f64, from: f64, to: f64) -> Self {
        let end = sound(end);
        if !(from.is_finite() && to.is_finite()) || (to - from >= end) {
            return Self::WHOLE;
        }
        let length = (to - from).clamp(shortest(end), end);
        Self {
            part: Some(within(end, from, length)),
            follows: false,
        }
    }

    /// Zooms in by `factor`, or out for factors below 1. The instant `at` keeps its place, within the
    /// limits of the race. Still follows the present `now` if it did and `now` is not beyond the window.
    pub fn zoom(self, end: f64, now: f64, at: f64, factor: f64) -> Self {
        let end = sound(end);
        if !(at.is_finite() && factor.is_finite() && factor > 0.0) {
            return self;
        }
        let (from, to) = self.range(end);
        let (at, before) = (at.clamp(from, to), to - from);
        let length = (before / factor).clamp(shortest(end), end);
        if length >= end {
            return Self::WHOLE;
        }
        let (from, to) = within(end, at - (at - from) / before * length, length);
        Self {
            part: Some((from, to)),
            follows: self.follows && now <= to,
        }
    }

    /// Moves by a number of seconds, later or earlier, within the race. No longer follows.
    pub fn pan(self, end: f64, by: f64) -> Self {
        let (from, to) = self.range(end);
        if self.is_whole() || !by.is_finite() {
            return self;
        }
        Self {
            part: Some(within(sound(end), from + by, to - from)),
            follows: false,
        }
    }

    /// Follows the present from here on.
    pub fn following(self) -> Self {
        Self {
            follows: true,
            ..self
        }
    }

    /// The window when the present is `now`: moved forward if it follows and the present would leave it.
    pub fn at(self, end: f64, now: f64) -> Self {
        let (from, to) = self.range(end);
        let length = to - from;
        let from = now - (1.0 - LEAD) * length;
        if self.is_whole() || !self.follows || !now.is_finite() || from + length <= to {
            return self;
        }
        Self {
            part: Some(within(sound(end), from, length)),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(a: (f64, f64), b: (f64, f64)) -> bool {
        (a.0 - b.0).abs() < 1e-9 && (a.1 - b.1).abs() < 1e-9
    }

    #[test]
    fn zooms_about_a_point_and_back_to_the_whole() {
        let near_five = Window::WHOLE.zoom(10.0, 0.0, 5.0, 2.0);
        assert!(near(near_five.range(10.0), (2.5, 7.5)));
        let nearer = near_five.zoom(10.0, 0.0, 2.5, 5.0);
        assert!(near(nearer.range(10.0), (2.5, 3.5)));
        // Out again: as far as the race reaches.
        assert!(near(
            nearer.zoom(10.0, 0.0, 3.0, 0.125).range(10.0),
            (0.0, 8.0)
        ));
        assert!(nearer.zoom(10.0, 0.0, 3.0, 0.01).is_whole());
    }

    #[test]
    fn pans_as_far_as_the_race_reaches_and_stops_following() {
        let window = Window::WHOLE.zoom(10.0, 0.0, 0.0, 5.0);
        assert!(window.follows());
        let panned = window.pan(10.0, 3.0);
        assert!(near(panned.range(10.0), (3.0, 5.0)) && !panned.follows());
        assert!(near(panned.pan(10.0, 100.0).range(10.0), (8.0, 10.0)));
        assert!(near(panned.pan(10.0, -100.0).range(10.0), (0.0, 2.0)));
        assert!(Window::WHOLE.pan(10.0, 1.0).is_whole());
    }

    #[test]
    fn follows_the_present_out_of_its_right_end_only() {
        let window = Window::WHOLE.zoom(100.0, 0.0, 0.0, 10.0);
        assert_eq!(window.at(100.0, 8.9), window);
        assert!(near(window.at(100.0, 50.0).range(100.0), (41.0, 51.0)));
        assert!(near(window.at(100.0, 99.9).range(100.0), (90.0, 100.0)));
        let still = window.pan(100.0, 20.0);
        assert_eq!(still.at(100.0, 50.0), still);
        assert!(near(
            still.following().at(100.0, 50.0).range(100.0),
            (41.0, 51.0)
        ));
        // While the present is further left, the window does not move.
        assert_eq!(still.following().at(100.0, 1.0), still.following());
        // A window on the past stays there.
        let past = Window::WHOLE.zoom(100.0, 50.0, 10.0, 10.0);
        assert!(!past.follows());
    }

    #[test]
    fn a_shorter_race_moves_the_window_into_it() {
        let window = Window::of(100.0, 80.0, 90.0);
        assert!(near(window.range(50.0), (40.0, 50.0)));
        assert!(near(window.range(5.0), (0.0, 5.0)));
        assert!(Window::of(100.0, 0.0, 100.0).is_whole());
    }

    #[derive(Clone, Copy, Debug)]
    enum Act {
        Zoom(f64, f64, f64),
        Pan(f64),
        Of(f64, f64),
        At(f64),
        Following,
    }

    fn number() -> impl Strategy<Value = f64> {
        prop_oneof![
            4 => -10.0f64..2e3,
            2 => (-1.0f64..1.0, -9i32..12).prop_map(|(x, e)| x * 10f64.powi(e)),
            1 => prop::num::f64::ANY,
        ]
    }

    fn act() -> impl Strategy<Value = Act> {
        prop_oneof![
            4 => (number(), number(), number()).prop_map(|(now, at, by)| Act::Zoom(now, at, by)),
            1 => number().prop_map(Act::Pan),
            1 => (number(), number()).prop_map(|(from, to)| Act::Of(from, to)),
            1 => number().prop_map(Act::At),
            1 => Just(Act::Following),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn is_always_a_stretch_of_the_race(
            acts in prop::collection::vec((act(), number()), 1..30),
        ) {
            let mut window = Window::WHOLE;
            for (act, end) in acts {
                window = match act {
                    Act::Zoom(now, at, by) => window.zoom(end, now, at, by),
                    Act::Pan(by) => window.pan(end, by),
                    Act::Of(from, to) => Window::of(end, from, to),
                    Act::At(now) => window.at(end, now),
                    Act::Following => window.following(),
                };
                let (from, to) = window.range(end);
                prop_assert!(0.0 <= from && from < to && to <= sound(end), "{from} {to} of {end}");
                let slack = sound(end) * 1e-12;
                prop_assert!(to - from >= SHORTEST.min(sound(end)) * 0.999 - slack);
            }
        }

        #[test]
        fn the_point_under_the_pointer_stays(
            end in 1e-3f64..1e6,
            share in 0.0f64..=1.0,
            factors in prop::collection::vec(1.0f64..8.0, 1..20),
        ) {
            let mut window = Window::WHOLE;
            let at = share * end;
            for factor in factors {
                window = window.zoom(end, 0.0, at, factor);
                let (from, to) = window.range(end);
                let place = (at - from) / (to - from);
                // Where instants can hardly be told apart, a thousandth of the width may be lost to rounding.
                prop_assert!((place - share).abs() < 1e-3, "{place} was {share}");
            }
        }
    }
}
