//! What holds of every run, whatever its params: the same params give the same document to the
//! byte, every span that starts ends exactly once, and the claims of the page are true.
use interleave_playgrounds::Entry;
use interleave_runtime::{Ports, Runtime, Status};
use interleave_test_support::Case;
use interleave_test_support::any::any_case;
use interleave_trace::Time;
use interleave_trace::{Index, Kind, Outcome, TaskId, Trace, Verdict};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// However often it is run.
    #[test]
    fn the_same_params_give_the_same_document(case in any_case()) {
        prop_assert_eq!(case.document(), case.document());
    }

    /// Of runs that are left to end.
    #[test]
    fn every_span_that_starts_ends_exactly_once(case in any_case()) {
        let runtime = case.start();
        runtime.run();
        let trace = runtime.trace();
        // Some of the articles' programs never end.
        let ended = trace.end().is_some_and(|end| end.verdict != Verdict::Stopped);
        prop_assert!(ended, "{:?}", trace.end());
        check_spans(&trace)?;
    }

    /// Of runs that are stopped: at any instant, and also in the middle of one.
    /// What was recorded up to there is what the whole run records.
    #[test]
    fn a_stopped_run_is_the_beginning_of_the_whole_one(
        case in any_case(),
        at in 0.0..20.0,
        steps in 0usize..60,
    ) {
        let whole = case.start();
        whole.run();
        let whole = whole.trace().clone();
        for (limit, budget) in [(Time::from_secs(at), usize::MAX), (Time::MAX, steps)] {
            let runtime = case.start();
            let status = runtime.run_until(limit, budget);
            runtime.stop();
            let trace = runtime.trace();
            let verdict = trace.end().map(|end| end.verdict.clone());
            let expected = match status {
                Status::Ended => whole.end().map(|end| end.verdict.clone()),
                _ => Some(Verdict::Stopped),
            };
            prop_assert_eq!(verdict, expected);
            let events = trace.events();
            prop_assert_eq!(events, &whole.events()[..events.len()]);
            check_spans(&trace)?;
        }
    }

    /// Of tasks that main leaves behind: each ends once, cancelled when it returns.
    #[test]
    fn what_main_leaves_behind_is_cancelled(
        sleeps in prop::collection::vec(0u32..50, 0..12),
        main_sleeps in 0u32..50,
    ) {
        let (runtime, _) = sleepers(&sleeps, main_sleeps);
        runtime.run();
        let trace = runtime.trace();
        check_spans(&trace)?;
        let index = Index::of(&trace);
        for (&seconds, (_, task)) in sleeps.iter().zip(index.tasks().skip(1)) {
            let end = task.end.map(|end| (end.outcome, end.at.secs()));
            let expected = match seconds < main_sleeps {
                true => (Outcome::Ok, f64::from(seconds)),
                // At a tie it depends on who was made first.
                false if seconds == main_sleeps => continue,
                false => (Outcome::Cancelled, f64::from(main_sleeps)),
            };
            prop_assert_eq!(end, Some(expected));
        }
    }

    /// Dropping a runtime, or stopping it, drops what its tasks hold.
    #[test]
    fn a_dropped_run_leaves_nothing_behind(
        sleeps in prop::collection::vec(0u32..50, 0..12),
        steps in 0usize..40,
        stop in any::<bool>(),
    ) {
        let (runtime, held) = sleepers(&sleeps, 50);
        let _ = runtime.run_until(Time::MAX, steps);
        if stop {
            runtime.stop();
            prop_assert_eq!(Rc::strong_count(&held), 1);
        }
        drop(runtime);
        prop_assert_eq!(Rc::strong_count(&held), 1);
    }

    /// A page's claims are figures that its params' own runs show.
    #[test]
    fn every_claim_holds(case in any_case()) {
        check_claims(case.entry(), &case.params)?;
    }
}

#[test]
fn every_claim_about_a_preset_holds() {
    for entry in Entry::all() {
        for preset in (entry.presets)() {
            assert_eq!(
                entry.check(&preset.params),
                [],
                "{}: {}",
                entry.slug,
                preset.name
            );
            assert!(!entry.claims(&preset.params).is_empty(), "{}", entry.slug);
            let checked = check_claims(entry, &preset.params);
            assert!(checked.is_ok(), "{}: {checked:?}", preset.name);
        }
    }
}

/// Tokens that come faster than a trace can tell apart: it used to be claimed how many of them
/// come in one period.
#[test]
fn claims_about_the_fastest_limits_hold() {
    let limits = [
        (1_000, 0.001),
        (5_000, 0.001),
        (10_000, 0.001),
        (499, 0.001),
        (501, 0.001),
    ];
    for (rate, per) in limits
        .into_iter()
        .chain([(7_777, 0.013), (9_999, 0.03), (3, 0.0011)])
    {
        let entry = Entry::find("rate-limiter").unwrap();
        let params = json!({ "rate": rate, "per": per, "n": 10_000, "latency": 0 });
        let checked = check_claims(entry, &params);
        assert!(checked.is_ok(), "{rate} in {per}: {checked:?}");
    }
}

/// A program that starts tasks which sleep so many seconds, sleeps itself, and returns without
/// waiting for them. All of them hold on to the same thing.
fn sleepers(sleeps: &[u32], main_sleeps: u32) -> (Runtime, Rc<()>) {
    let (runtime, held) = (Runtime::new(Ports::simulated()), Rc::new(()));
    let (sleeps, holds) = (sleeps.to_vec(), Rc::clone(&held));
    runtime.start(|cx| async move {
        for seconds in sleeps {
            let holds = Rc::clone(&holds);
            drop(cx.spawn("sleeper", |cx| async move {
                cx.sleep(f64::from(seconds)).await;
                drop(holds);
                Ok(())
            }));
        }
        cx.sleep(f64::from(main_sleeps)).await;
        drop(holds);
        Ok(Value::Null)
    });
    (runtime, held)
}

fn check_claims(entry: &Entry, params: &Value) -> Result<(), TestCaseError> {
    let runs: BTreeMap<_, _> = entry
        .strategies()
        .iter()
        .map(|strategy| {
            let case = Case {
                slug: entry.slug,
                mode: strategy.mode,
                params: params.clone(),
            };
            let runtime = case.start();
            runtime.run();
            let trace = runtime.trace().clone();
            let index = Index::of(&trace);
            (strategy.mode, (trace, index))
        })
        .collect();
    for claim in entry.claims(params) {
        let run = |mode| runs.get(mode).map(|(trace, index)| (trace, index));
        let Some(measured) = claim.measure.read(run) else {
            return Err(TestCaseError::fail(format!(
                "{}: not measured",
                claim.label
            )));
        };
        prop_assert!(claim.holds(measured), "{:?}: measured {}", claim, measured);
        prop_assert!(claim.but.is_none() || claim.said.is_some(), "{:?}", claim);
    }
    Ok(())
}

/// Each task is created once, ends at most once, and does nothing after its end; its spans follow
/// each other without a gap from its creation to its end. In a run that completed, all have ended,
/// but for items that nobody took out of a queue; in one that hangs, all have ended or hang.
fn check_spans(trace: &Trace) -> Result<(), TestCaseError> {
    let mut alive = BTreeSet::new();
    let mut known = BTreeSet::new();
    for event in trace.events() {
        match event.kind {
            Kind::Created { .. } => {
                prop_assert!(
                    known.insert(event.task),
                    "{:?} is created twice",
                    event.task
                );
                alive.insert(event.task);
            }
            Kind::Ended { .. } => {
                prop_assert!(alive.remove(&event.task), "{:?} ends again", event.task);
            }
            Kind::State { .. } => {
                prop_assert!(
                    alive.contains(&event.task),
                    "{event:?} of a task that has ended"
                );
            }
            _ => {}
        }
    }
    let completed = trace
        .end()
        .is_some_and(|end| end.verdict == Verdict::Completed);
    let index = Index::of(trace);
    let is_item = |id: &TaskId| index.task(*id).is_some_and(|task| task.polls().is_empty());
    prop_assert!(
        !completed || alive.iter().all(is_item),
        "{alive:?} never end"
    );
    for (id, task) in index.tasks().filter(|&(id, _)| id != TaskId::MAIN) {
        let mut at = task.created;
        let spans: Vec<_> = task.spans().collect();
        for (i, span) in spans.iter().enumerate() {
            // A visit that took no time, perhaps in the midst of a span that it does not part.
            if span.end == Some(span.start) {
                prop_assert!(
                    (task.created..=at).contains(&span.start),
                    "{id:?}: {span:?}"
                );
                continue;
            }
            prop_assert_eq!(span.start, at, "{:?}: a gap before {:?}", id, span);
            prop_assert!(
                span.end.is_some() || i + 1 == spans.len(),
                "{:?}: {:?}",
                id,
                spans
            );
            at = span.end.unwrap_or(at);
        }
        match task.end {
            Some(end) if end.outcome != Outcome::Hung => {
                prop_assert_eq!(at, end.at, "{:?}: {:?}", id, spans)
            }
            _ => prop_assert!(spans.last().is_some_and(|span| span.end.is_none())),
        }
    }
    Ok(())
}
