//! Pictures of made-up traces.

use crate::svg::{Theme, svg};
use interleave_trace::testing::{next, trace_of, with_race};
use proptest::prelude::*;

proptest! {
    #[test]
    fn any_trace_gives_the_same_picture_each_time(story in prop::collection::vec(next(), 0..60), unit in 1u64..10_000_000) {
        let trace = trace_of(&story, unit);
        with_race(&trace, |race| assert_eq!(svg(race, Theme::Both), svg(race, Theme::Both)));
    }
}
