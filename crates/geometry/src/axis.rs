//! The labels of a time axis: round instants, in a unit that suits the distance between them.

use crate::layout::ticks;

/// A unit of time: the least distance between instants that it is used for, its name, and how many make a second.
const UNITS: [(f64, &str, f64); 3] = [(0.01, "s", 1.0), (1e-5, "ms", 1e3), (0.0, "µs", 1e6)];

/// The label of an instant, with enough digits to tell it from others that are `step` seconds away.
pub fn instant(at: f64, step: f64) -> String {
    let unit = UNITS.into_iter().find(|unit| step >= unit.0 * (1.0 - 1e-9));
    let (_, name, per_second) = unit.unwrap_or(UNITS[0]);
    // A step of 0.5 needs a decimal, and a step of 1 none, despite rounding errors.
    let decimals = (-(step * per_second * (1.0 + 1e-9)).log10().floor()).clamp(0.0, 3.0) as usize;
    format!("{:.decimals$} {name}", at * per_second)
}

/// The marks of a time axis with their labels: as many as fit into `width`, if a character is `character` wide.
pub fn marks(from: f64, to: f64, width: f64, character: f64) -> Vec<(f64, String)> {
    let most = |length: usize| {
        let room = (length as f64 + 2.0) * character;
        (width / room).floor().clamp(1.0, 24.0) as usize
    };
    // Closer marks have longer labels: search for as many as fit with the labels that they will have.
    let mut length = 4;
    loop {
        let places = ticks(from, to, most(length));
        let step = match places[..] {
            [first, second, ..] => second - first,
            _ => to - from,
        };
        let marks: Vec<_> = places
            .into_iter()
            .map(|at| (at, instant(at, step)))
            .collect();
        let longest = marks.iter().map(|(_, words)| words.chars().count()).max();
        match longest {
            Some(longest) if longest > length && most(longest) < most(length) => length = longest,
            _ => return marks,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(from: f64, to: f64, width: f64) -> Vec<String> {
        let marks = marks(from, to, width, 6.5);
        marks.into_iter().map(|(_, words)| words).collect()
    }

    #[test]
    fn units_suit_the_distance() {
        assert_eq!(
            words(0.0, 25.0, 400.0),
            ["0 s", "5 s", "10 s", "15 s", "20 s", "25 s"]
        );
        assert_eq!(
            words(0.0, 1.0, 400.0),
            ["0.0 s", "0.2 s", "0.4 s", "0.6 s", "0.8 s", "1.0 s"]
        );
        assert_eq!(
            words(1.002, 1.004, 200.0),
            ["1002 ms", "1003 ms", "1004 ms"]
        );
        assert_eq!(
            words(1.0, 1.000_002, 300.0),
            ["1000000 µs", "1000001 µs", "1000002 µs"]
        );
        assert_eq!(
            words(0.0, 2e-6, 300.0),
            ["0.0 µs", "0.5 µs", "1.0 µs", "1.5 µs", "2.0 µs"]
        );
    }

    proptest! {
        #[test]
        fn marks_differ_and_have_room(
            (end, share, zoom) in (1e-3f64..1e6, 0.0f64..1.0, 0i32..6),
            width in 100.0f64..2_000.0,
        ) {
            let length = (end / 10f64.powi(zoom)).max(1e-6);
            let from = (end - length).max(0.0) * share;
            let marks = marks(from, from + length, width, 6.5);
            prop_assert!(marks.windows(2).all(|pair| pair[0].1 != pair[1].1), "{:?}", marks);
            let places: Vec<_> = marks.iter().map(|(at, _)| (at - from) / length * width).collect();
            for (pair, (_, words)) in places.windows(2).zip(&marks) {
                let room = words.chars().count() as f64 * 6.5;
                // One or two marks are drawn on any width.
                prop_assert!(pair[1] - pair[0] > room || places.len() <= 2, "{:?} on {}", marks, width);
            }
        }
    }

    #[test]
    fn odd_ranges_have_no_marks() {
        for (from, to) in [
            (1.0, 1.0),
            (f64::NAN, 1.0),
            (2.0, 1.0),
            (0.0, f64::INFINITY),
        ] {
            assert_eq!(words(from, to, 400.0), [""; 0]);
        }
    }
}
