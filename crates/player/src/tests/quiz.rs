//! Questions, and the grading of answers.

use super::*;
use crate::quiz::{Answer, Answers, Question, questions};
use interleave_playgrounds::Preset;

/// Checks the questions before each preset of each playground, with all strategies and with those that are shown.
fn all_asked(mut check: impl FnMut(&str, &[Question], &Preview)) {
    for entry in Entry::all() {
        for Preset { name, params } in (entry.presets)() {
            let shown: Vec<_> = entry.strategies().iter().filter(|one| one.shown).collect();
            for strategies in [entry.strategies().iter().collect(), shown] {
                let Some(preview) = Preview::of(entry, &strategies, &params) else {
                    continue;
                };
                let asked = questions(entry, &params, &strategies, &preview);
                let again = questions(entry, &params, &strategies, &preview);
                assert_eq!(asked, again);
                check(&format!("{}, {name}", entry.slug), &asked, &preview);
            }
        }
    }
}

#[test]
fn exactly_one_choice_is_right() {
    let mut choices = 0;
    all_asked(|place, asked, preview| {
        for question in asked {
            let Answers::Choice(all) = &question.answers else {
                continue;
            };
            choices += 1;
            assert!((2..=8).contains(&all.len()), "{place}: {question:?}");
            let grade = |i| question.grade(Answer::Choice(i), |mode| preview.run(mode));
            let right = (0..all.len()).filter(|&i| grade(i).unwrap().right);
            assert_eq!(right.count(), 1, "{place}: {question:?}");
            assert!(!grade(all.len()).unwrap().right);
        }
    });
    assert!(choices > 50, "{choices}");
}

#[test]
fn every_playground_asks_something_that_has_an_answer() {
    all_asked(|place, asked, preview| {
        // In that preset, the one task never starts, and no time passes.
        assert!(
            !asked.is_empty() || place == "cancellation, Cancelled at once",
            "{place}"
        );
        for question in asked {
            let grade = |number| question.grade(Answer::Number(number), |mode| preview.run(mode));
            let truth = |text: &str| {
                let digits = |c: char| !c.is_ascii_digit();
                let number = text.trim_start_matches("It is ").split(digits).next();
                number.unwrap().parse::<f64>().unwrap()
            };
            match &question.answers {
                Answers::Choice(_) => {
                    assert_eq!(grade(1.0).map(|grade| grade.right), wrong_kind(question))
                }
                Answers::Count => {
                    let because = grade(-1.0).unwrap().because;
                    assert!(grade(truth(&because)).unwrap().right, "{place}: {because}");
                    assert!(!grade(truth(&because) + 1.0).unwrap().right);
                }
                Answers::Seconds => {
                    let mode = Entry::all().flat_map(|entry| entry.strategies());
                    let mode =
                        mode.filter(|one| question.text.contains(&format!("“{}”", one.title)));
                    let ends =
                        mode.filter_map(|one| preview.run(one.mode)?.0.end().map(|end| end.at));
                    let end = ends
                        .map(|end| end.secs())
                        .find(|&end| grade(end).unwrap().right);
                    let end = end.unwrap_or_else(|| panic!("{place}: {question:?}"));
                    assert!(grade(end * 1.04).unwrap().right);
                    assert!(!grade(end * 1.06 + 0.05).unwrap().right);
                }
            }
        }
    });
}

/// A number does not answer a choice, except where it is compared with one.
fn wrong_kind(question: &Question) -> Option<bool> {
    question.text.starts_with("Will").then_some(false)
}

#[test]
fn answers_are_graded_with_the_reason() {
    let entry = entry("downloads");
    let params = entry.defaults();
    let strategies: Vec<_> = entry.strategies().iter().filter(|one| one.shown).collect();
    let preview = Preview::of(entry, &strategies, &params).unwrap();
    let asked = questions(entry, &params, &strategies, &preview);
    let of = |words: &str| asked.iter().find(|one| one.text.contains(words)).unwrap();
    let slow = of("seconds will “One after another”");
    let grade = |answer| slow.grade(answer, |mode| preview.run(mode)).unwrap();
    assert!(grade(Question::number(" 37,5 ").unwrap()).right);
    let wrong = grade(Question::number("25").unwrap());
    assert!(!wrong.right);
    assert_eq!(
        wrong.because,
        "“One after another” took 38.0 s, since (2 + 50 + 1 + 15 + 8) MB × 0.5 s = 38.0 s."
    );
    // A run that is not over, or was stopped, gives no grade.
    assert_eq!(slow.grade(Answer::Number(38.0), |_| None), None);
    for (text, number) in [
        ("10,000", 10_000.0),
        ("1,000,000.5", 1_000_000.5),
        ("0,125", 0.125),
        ("1,5", 1.5),
        ("12,0000", 12.0),
        ("1000", 1_000.0),
    ] {
        assert_eq!(
            Question::number(text),
            Some(Answer::Number(number)),
            "{text}"
        );
    }
    for text in ["", "x", "-1", "inf", "NaN", "1,000,00", ","] {
        assert_eq!(Question::number(text), None, "{text}");
    }
}
