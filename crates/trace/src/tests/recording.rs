//! Moves to any instant of a trace, from any other.

use super::*;
use crate::index::Index;
use crate::recording::Recording;

/// The whole content of an index, as text.
fn said(index: &Index) -> String {
    format!(
        "{} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        index.events_read(),
        index.tasks().collect::<Vec<_>>(),
        index.gauges(),
        index.polls(),
        index.blocks(),
        index.log(),
        index.waiting().collect::<Vec<_>>(),
        index.flight(),
        index.in_flight(),
        index.stats(),
        index.holders(ResourceId::UNKNOWN).collect::<Vec<_>>(),
        index
            .wait_queues()
            .iter(Resource::Permit, ResourceId::UNKNOWN)
            .collect::<Vec<_>>(),
    )
}

/// A fresh index for an instant.
fn fresh(trace: &Trace, until: Time) -> Index {
    let mut index = Index::default();
    index.advance(trace, until);
    index
}

proptest! {
    #[test]
    fn an_instant_is_the_same_wherever_one_comes_from(
        story in prop::collection::vec(next(), 0..250),
        instants in prop::collection::vec(0u64..400_000, 1..25),
        every in 1usize..40,
        prepared in any::<bool>(),
    ) {
        let trace = trace_of(&story, 1_000_000);
        let mut recording = Recording::marked_every(every);
        while prepared && recording.prepare(&trace) {}
        for millis in instants {
            let until = Time(millis * 1_000_000);
            recording.show(&trace, until);
            prop_assert_eq!(said(recording.index()), said(&fresh(&trace, until)));
        }
    }

    /// Between two moves the trace may grow.
    #[test]
    fn what_is_new_is_read_after_looking_back(
        story in prop::collection::vec(next(), 1..250),
        cuts in prop::collection::vec((0usize..250, 0u64..400_000), 1..9),
        every in 1usize..40,
        prepared in any::<bool>(),
    ) {
        let mut recording = Recording::marked_every(every);
        let mut cuts = cuts;
        cuts.sort();
        for (cut, millis) in cuts {
            let trace = trace_of(&story[..cut.min(story.len())], 1_000_000);
            for until in [Time::MAX, Time(millis * 1_000_000), Time::MAX] {
                recording.show(&trace, until);
                prop_assert_eq!(said(recording.index()), said(&fresh(&trace, until)));
            }
            if prepared {
                recording.prepare(&trace);
            }
        }
    }

    #[test]
    fn waits_of_a_task_do_not_overlap_and_are_counted(story in prop::collection::vec(next(), 0..250)) {
        let trace = trace_of(&story, 1_000_000);
        let index = Index::of(&trace);
        let mut counted = std::collections::BTreeMap::new();
        for (_, task) in index.tasks() {
            let waits = task.waits();
            let ends_first = |pair: &[Wait]| pair[0].until.is_some_and(|end| end <= pair[1].since);
            prop_assert!(waits.windows(2).all(ends_first));
            let suspended: Vec<_> = task.suspensions(0).map(|(wait, end)| (wait.since, end)).collect();
            prop_assert!(suspended.iter().all(|(since, end)| since < end));
            prop_assert!(suspended.windows(2).all(|pair| pair[0].1 <= pair[1].0));
            if let Some(line) = task.waits_at_line() {
                *counted.entry(line).or_insert(0) += 1;
            }
        }
        prop_assert_eq!(index.waiting().collect::<Vec<_>>(), counted.into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn there_are_few_marks_however_long_the_trace() {
    let story: Vec<_> = (0..5_000)
        .map(|i| {
            if i % 2 == 0 {
                Next::Suspend(i, None, None, 1)
            } else {
                Next::Wait(1)
            }
        })
        .collect();
    let trace = trace_of(&story, 1);
    let mut recording = Recording::marked_every(1);
    recording.show(&trace, Time::MAX);
    // Moves forward set no marks.
    assert_eq!(recording.marks(), 0);
    while recording.prepare(&trace) {}
    assert!(recording.marks() <= 32, "{}", recording.marks());
    assert!(recording.marks() >= 16, "{}", recording.marks());
}
