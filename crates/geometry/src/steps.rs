//! A gauge as steps on the pixels of a viewport.

use crate::layout::Viewport;
use interleave_trace::Time;

/// The corners of the line through these values up to the viewport's present: place and value, at most two for each pixel.
///
/// Of the values that fall into one pixel, the last one and the greatest are kept.
pub fn steps(samples: &[(Time, f64)], view: &Viewport) -> Vec<(f64, f64)> {
    let until = view.now.min(Time::from_secs(view.to));
    let end = samples.partition_point(|&(at, _)| at <= until);
    let first = samples
        .partition_point(|&(at, _)| at < Time::from_secs(view.from))
        .saturating_sub(1);
    let mut corners: Vec<(f64, f64)> = Vec::new();
    let mut at = first;
    while at < end {
        let x = view.x(samples[at].0).max(0.0);
        let pixel = Time::from_secs(view.time_at(x + 1.0));
        let next = (at + samples[at..end].partition_point(|&(time, _)| time < pixel)).max(at + 1);
        let within = samples[at..next].iter().map(|&(_, value)| value);
        let (greatest, last) = (within.clone().fold(f64::MIN, f64::max), samples[next - 1].1);
        if greatest > last {
            corners.push((x, greatest));
        }
        corners.push((x, last));
        at = next;
    }
    if let Some(&(_, last)) = corners.last() {
        corners.push((view.x(until), last));
    }
    corners
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(now: f64) -> Viewport {
        Viewport {
            from: 0.0,
            to: 10.0,
            width: 100.0,
            first_row: 0,
            rows: 1,
            now: Time::from_secs(now),
        }
    }

    fn samples(samples: impl IntoIterator<Item = (f64, f64)>) -> Vec<(Time, f64)> {
        let sample = |(at, value)| (Time::from_secs(at), value);
        samples.into_iter().map(sample).collect()
    }

    #[test]
    fn a_line_reaches_to_the_present_and_no_further() {
        let gauge = samples([(1.0, 2.0), (4.0, 1.0), (8.0, 3.0)]);
        assert_eq!(
            steps(&gauge, &view(5.0)),
            [(10.0, 2.0), (40.0, 1.0), (50.0, 1.0)]
        );
        assert_eq!(steps(&gauge, &view(0.5)), []);
    }

    #[test]
    fn peaks_within_a_pixel_are_kept_and_the_rest_is_not() {
        let many = (0..100_000).map(|i| (f64::from(i) * 1e-4, f64::from(i % 7)));
        let corners = steps(&samples(many), &view(10.0));
        assert!(corners.len() <= 202, "{}", corners.len());
        assert!(corners.iter().any(|&(_, value)| value == 6.0));
    }
}
