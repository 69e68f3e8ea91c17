//! Rows that pass a filter, updated event by event.

use crate::{Listed, Listing, Rows};
use interleave_trace::testing::*;
use interleave_trace::*;
use interleave_trace::{Filter, Standing};
use proptest::prelude::*;

fn update(listing: &mut Listing, filter: &Filter, trace: &Trace, index: &Index) -> bool {
    let run = Listed {
        trace,
        index: Some(index),
        count: trace.task_count(),
        name: &|id| trace.name(id),
    };
    listing.update(filter, &run)
}

fn ids(rows: Rows<'_>) -> Vec<u32> {
    (0..rows.len())
        .filter_map(|row| rows.id(row))
        .map(|id| id.0)
        .collect()
}

#[test]
fn names_pass_in_part_and_in_any_case() {
    let mut trace = Recorder::default();
    for name in ["main", "Paris", "London", "Sparta", "ÉPARGNE"] {
        trace.create(Time::ZERO, None, name);
    }
    let index = Index::of(&trace);
    let (mut listing, mut filter) = (Listing::default(), Filter::default());
    assert!(update(&mut listing, &filter, &trace, &index));
    assert_eq!(ids(listing.rows()), [0, 1, 2, 3, 4]);
    filter.set_words(" pAr ");
    assert!(update(&mut listing, &filter, &trace, &index));
    assert!(!update(&mut listing, &filter, &trace, &index));
    assert_eq!(ids(listing.rows()), [1, 3, 4]);
    assert_eq!(listing.rows().row(TaskId(3)), Some(1));
    assert_eq!(listing.rows().row(TaskId(2)), None);
    assert_eq!(listing.count(), 5);
    filter.set_words("nobody");
    update(&mut listing, &filter, &trace, &index);
    assert!(listing.rows().is_empty());
}

#[test]
fn standings_have_a_bit_each() {
    for one in Standing::ALL {
        let mut filter = Filter::default();
        filter.toggle(one);
        for other in Standing::ALL {
            assert_eq!(filter.wants(other), one == other, "{one:?} {other:?}");
        }
        filter.toggle(one);
        assert!(filter.is_open());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// After any sequence of updates, a list equals one that is made anew.
    #[test]
    fn a_list_that_is_kept_up_equals_a_fresh_one(
        story in prop::collection::vec(next(), 0..120),
        steps in prop::collection::vec((0u64..3_000, 0u16..1024, prop::sample::select(vec!["", "task #1", "2"])), 1..12),
    ) {
        let trace = trace_of(&story, 1_000_000);
        let (mut index, mut now) = (Index::default(), 0);
        let mut listing = Listing::default();
        let mut filter = Filter::default();
        for (step, wanted, words) in steps {
            // Most steps keep the present filter; some change it or start again from the beginning.
            if step % 3 == 0 {
                filter = Filter::default();
                filter.set_words(words);
                for (bit, standing) in Standing::ALL.into_iter().enumerate() {
                    if wanted & (1 << bit) != 0 {
                        filter.toggle(standing);
                    }
                }
            }
            if step % 10 == 9 {
                (index, now) = (Index::default(), 0);
            }
            now += step;
            index.advance(&trace, Time(now * 1_000_000));
            let before = ids(listing.rows());
            let changed = update(&mut listing, &filter, &trace, &index);
            let mut fresh = Listing::default();
            update(&mut fresh, &filter, &trace, &index);
            prop_assert_eq!(ids(listing.rows()), ids(fresh.rows()));
            prop_assert!(changed || before == ids(listing.rows()));
            for (row, id) in ids(listing.rows()).into_iter().enumerate() {
                prop_assert_eq!(listing.rows().row(TaskId(id)), Some(row));
                let standing = Standing::of(index.task(TaskId(id)));
                prop_assert!(filter.passes(standing) && filter.passes_name(trace.name(TaskId(id))));
            }
        }
    }
}
