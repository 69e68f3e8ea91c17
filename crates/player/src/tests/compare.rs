//! The comparison of strategies, made from their runs, against the known behaviour of each way to wait.

use super::*;
use interleave_trace::{Answer, Column, Comparison, Fate, Outcome};

/// A playground's strategies side by side, at these params.
fn comparison(entry: &'static Entry, params: &Value) -> Comparison {
    let all: Vec<_> = entry.strategies().iter().collect();
    let preview = Preview::of(entry, &all, params).expect("small runs");
    let runs: Vec<_> = all
        .iter()
        .map(|strategy| preview.run(strategy.mode).map(|(trace, _)| trace))
        .collect();
    Comparison::of(&runs, entry.answer)
}

/// A column in short: what main gets, when, which tasks are left, and how and when each task ends.
fn words(column: &Column) -> (String, String, String, String) {
    let when = column
        .when
        .map_or("never".to_owned(), |(first, last)| match first == last {
            true => format!("{}", last.secs()),
            false => format!("{}-{}", first.secs(), last.secs()),
        });
    let fate = |fate: &Fate| match *fate {
        Fate::Absent => "absent".to_owned(),
        Fate::Open => "open".to_owned(),
        Fate::Ended(how, at) => format!("{} {}", how.word(), at.secs()),
    };
    let fates: Vec<_> = column.fates.iter().map(fate).collect();
    (
        column.gets.join("; "),
        when,
        column.left.join(", "),
        fates.join(", "),
    )
}

/// Quick 1 s, one that fails after 2 s, slow 3 s, slowest 4 s; half a second of clean-up; main stays 1.5 s.
#[test]
fn each_way_to_wait_leaves_the_others_to_their_own_fate() {
    let entry = entry("compare-strategies");
    let table = comparison(entry, &entry.defaults());
    assert_eq!(table.tasks, ["quick", "fails", "slow", "slowest"]);
    assert_eq!(table.more, 0);
    let all_run = "ok 1, error 2, ok 3, ok 4";
    let all = "results: quick, fails failed, slow, slowest";
    let one_by_one = "next: quick; next: fails failed; next: slow; next: slowest";
    let expected = [
        ("return_exceptions", all, "4", "", all_run),
        // The siblings run on; those that are not done when main ends are cancelled, and clean up.
        (
            "gather",
            "raised: fails failed",
            "2",
            "slow, slowest",
            "ok 1, error 2, ok 3, cancelled 4",
        ),
        // The siblings are cancelled, and the group waits for their clean-up.
        (
            "task_group",
            "raised: fails failed",
            "2.5",
            "",
            "ok 1, error 2, cancelled 2.5, cancelled 2.5",
        ),
        (
            "first_completed",
            "first: quick",
            "1",
            "fails, slow, slowest",
            "ok 1, error 2, cancelled 3, cancelled 3",
        ),
        ("as_completed", one_by_one, "1-4", "", all_run),
        ("join_all", all, "4", "", all_run),
        // The futures are dropped on the spot: no task is left, and none cleans up.
        (
            "try_join_all",
            "failed: fails failed",
            "2",
            "",
            "ok 1, error 2, cancelled 2, cancelled 2",
        ),
        (
            "select",
            "first: quick",
            "1",
            "",
            "ok 1, cancelled 1, cancelled 1, cancelled 1",
        ),
    ];
    assert_eq!(table.columns.len(), expected.len());
    for ((strategy, column), (mode, gets, when, left, fates)) in
        entry.strategies().iter().zip(&table.columns).zip(expected)
    {
        assert_eq!(strategy.mode, mode);
        let own = words(column.as_ref().expect("a run"));
        assert_eq!(
            own,
            (
                gets.to_owned(),
                when.to_owned(),
                left.to_owned(),
                fates.to_owned()
            ),
            "{mode}"
        );
    }
}

#[test]
fn a_hanging_request_never_has_an_answer() {
    let entry = entry("producer-consumer-sentinel");
    let table = comparison(entry, &entry.defaults());
    let columns = entry.strategies().iter().zip(&table.columns);
    for (strategy, column) in columns {
        let column = column.as_ref().expect("a run");
        let hangs = strategy.mode == "article";
        assert_eq!(column.when.is_none(), hangs, "{}", strategy.mode);
        let last = column.gets.last().expect("words");
        assert_eq!(last == "never returns", hangs, "{last}");
        let hung = column
            .fates
            .iter()
            .any(|fate| matches!(fate, Fate::Ended(Outcome::Hung, _)));
        assert!(!hung || hangs, "{}", strategy.mode);
    }
}

#[test]
fn a_run_that_is_not_there_has_an_empty_column_and_takes_no_rows() {
    let entry = entry("downloads");
    let all: Vec<_> = entry.strategies().iter().collect();
    let preview = Preview::of(entry, &all, &entry.defaults()).expect("small runs");
    let run = |mode| preview.run(mode).map(|(trace, _)| trace);
    let table = Comparison::of(&[None, run("concurrent")], Answer::Return);
    assert_eq!(table.tasks.len(), 5);
    assert_eq!(table.columns[0], None);
    assert!(table.columns[1].is_some());
}

#[test]
fn strategies_of_every_playground_have_tasks_in_common() {
    for entry in Entry::all().filter(|entry| entry.strategies().len() > 1) {
        let table = comparison(entry, &entry.defaults());
        let shared = (0..table.tasks.len()).filter(|&row| {
            let has = |column: &&Option<Column>| {
                column
                    .as_ref()
                    .is_some_and(|column| column.fates[row] != Fate::Absent)
            };
            table.columns.iter().filter(has).count() > 1
        });
        assert!(shared.count() > 0, "{}", entry.slug);
    }
}

#[test]
fn a_great_many_tasks_are_not_all_listed() {
    let entry = entry("at-scale");
    let mut params = entry.defaults();
    params["tasks"] = json!(150);
    let table = comparison(entry, &params);
    assert_eq!((table.tasks.len(), table.more), (100, 50));
}
