//! Scales of plots: where a value lies on an axis, and which values are marked.

/// An axis of a plot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scale {
    /// Equal steps are equally long, and whole numbers are marked.
    Linear {
        /// The value at the beginning.
        from: f64,
        /// The value at the end.
        to: f64,
    },
    /// Powers of ten are equally far apart.
    Log {
        /// The exponent at the beginning.
        from: i32,
        /// The exponent at the end.
        to: i32,
    },
}

/// More marks than this are too many for a phone.
const MOST_MARKS: f64 = 8.0;

impl Scale {
    /// A logarithmic axis of whole powers of ten around these values, at least one. Values that are not positive have no place
    /// on it.
    pub fn log(values: impl IntoIterator<Item = f64>) -> Self {
        let positive = values
            .into_iter()
            .filter(|value| value.is_finite() && *value > 0.0);
        let (least, most) = positive.fold((f64::INFINITY, 0.0_f64), |(least, most), value| {
            (least.min(value), most.max(value))
        });
        if most == 0.0 {
            return Self::Log { from: 0, to: 1 };
        }
        let from = (least.log10() + 1e-9).floor() as i32;
        let to = (most.log10() - 1e-9).ceil() as i32;
        Self::Log {
            from,
            to: to.max(from + 1),
        }
    }

    /// Where a value lies, from 0 to 1; `None` beside the axis.
    pub fn place(self, value: f64) -> Option<f64> {
        let place = match self {
            Self::Linear { from, to } => (value - from) / (to - from),
            Self::Log { from, to } => (value.log10() - f64::from(from)) / f64::from(to - from),
        };
        // A value beyond an end by a rounding error is at that end.
        (-1e-9..=1.0 + 1e-9)
            .contains(&place)
            .then(|| place.clamp(0.0, 1.0))
    }

    /// The values that are marked: round ones, few enough for a phone.
    pub fn marks(self) -> Vec<f64> {
        match self {
            Self::Linear { from, to } => {
                let step = round_step((to - from) / MOST_MARKS).max(1.0);
                let first = (from / step - 1e-9).ceil() * step;
                let marks = (0..).map(|mark| first + f64::from(mark) * step);
                marks
                    .take_while(|mark| *mark <= to + step * 1e-9)
                    .take(2 * MOST_MARKS as usize)
                    .collect()
            }
            Self::Log { from, to } => {
                let step = (f64::from(to - from) / MOST_MARKS).ceil().max(1.0) as usize;
                let exponents = (from..=to).step_by(step);
                exponents.map(|exponent| 10_f64.powi(exponent)).collect()
            }
        }
    }
}

/// The next 1, 2 or 5 times a power of ten.
fn round_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.max(1e-12).log10().floor());
    let round = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power);
    round
        .into_iter()
        .find(|step| *step >= least * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linear_axis_has_round_marks() {
        let marks = |from, to| Scale::Linear { from, to }.marks();
        assert_eq!(marks(1.0, 4.0), [1.0, 2.0, 3.0, 4.0]);
        assert_eq!(
            marks(0.0, 16.0),
            [0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0]
        );
        assert_eq!(marks(1.0, 16.0).first(), Some(&2.0));
        assert_eq!(marks(0.0, 30.0), [0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0]);
        assert_eq!(marks(1.0, 2.0), [1.0, 2.0]);
    }

    #[test]
    fn a_log_axis_has_the_powers_of_ten_around_its_values() {
        let scale = Scale::log([10.0, 100_000.0, 0.0, f64::NAN]);
        assert_eq!(scale, Scale::Log { from: 1, to: 5 });
        assert_eq!(scale.marks(), [10.0, 100.0, 1_000.0, 10_000.0, 100_000.0]);
        assert_eq!(Scale::log([0.0025, 0.7]), Scale::Log { from: -3, to: 0 });
        assert_eq!(Scale::log([10.0]), Scale::Log { from: 1, to: 2 });
        assert_eq!(Scale::log([]), Scale::Log { from: 0, to: 1 });
        assert!(Scale::log([1e-9, 1e12]).marks().len() <= 9);
    }

    #[test]
    fn a_value_has_a_place_only_on_the_axis() {
        let linear = Scale::Linear { from: 1.0, to: 5.0 };
        let places = [1.0, 3.0, 5.0, 6.0, f64::NAN].map(|value| linear.place(value));
        assert_eq!(places, [Some(0.0), Some(0.5), Some(1.0), None, None]);
        let log = Scale::log([1.0, 10_000.0]);
        let places = [1.0, 100.0, 10_000.0, 0.0, -1.0].map(|value| log.place(value));
        assert_eq!(places, [Some(0.0), Some(0.5), Some(1.0), None, None]);
    }
}
