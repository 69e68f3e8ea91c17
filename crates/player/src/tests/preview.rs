//! Previews that are made bit by bit.

use super::{entry, plan};
use crate::Pace;
use crate::{BuildStep, Preview, PreviewBuilder};
use interleave_playgrounds::{CARDS, Entry};
use interleave_trace::Index;
use proptest::prelude::*;

fn bit_by_bit(
    mut draft: PreviewBuilder,
    steps: &mut impl Iterator<Item = usize>,
) -> Option<Preview> {
    loop {
        match draft.advance(steps.next().expect("endless")) {
            BuildStep::Unfinished(more) => draft = more,
            BuildStep::Finished(preview) => return preview,
        }
    }
}

proptest! {
    #[test]
    fn a_preview_is_the_same_in_whatever_bits_it_is_made(
        playground in 0..CARDS.len(),
        bits in prop::collection::vec(1usize..200, 1..20),
    ) {
        let entry = Entry::all().nth(playground).unwrap();
        let all: Vec<_> = entry.strategies().iter().collect();
        let params = entry.defaults();
        let draft = PreviewBuilder::of(entry, &all, &params).expect("the defaults can be run");
        let whole = Preview::of(entry, &all, &params);
        let bits = bit_by_bit(draft, &mut bits.into_iter().cycle());
        prop_assert_eq!(whole.is_some(), bits.is_some());
        for strategy in all {
            let run = |preview: &Option<Preview>| {
                let (trace, index) = preview.as_ref()?.run(strategy.mode)?;
                assert_eq!(index.events_read(), trace.events().len());
                assert_eq!(index.stats(), Index::of(trace).stats());
                Some((trace.events().to_vec(), trace.end().cloned()))
            };
            prop_assert_eq!(run(&whole), run(&bits));
        }
    }
}

#[test]
fn what_takes_too_many_steps_is_given_up_in_bits_too() {
    let mut plan = plan(entry("at-scale"), Pace::Simulated, 1.0);
    plan.params["tasks"] = 100_000.into();
    let draft = PreviewBuilder::of(plan.entry, &plan.strategies, &plan.params).unwrap();
    assert!(bit_by_bit(draft, &mut std::iter::repeat(7_000)).is_none());
}
