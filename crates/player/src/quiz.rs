//! Questions before a run, and the grading of answers by the run. All of it follows from params and traces.

use crate::Preview;
use interleave_playgrounds::{Claim, Entry, Measure, Strategy};
use interleave_trace::Time;
use interleave_trace::decimal;
use interleave_trace::{Index, Outcome, Task, TaskId, Trace, Verdict, seconds, sort_by};
use serde_json::Value;

/// A finished run that a question is about.
type Run<'a> = (&'a Trace, &'a Index);

/// Which figure of the runs is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Figure {
    /// How long a strategy takes.
    Makespan,
    /// Which of some tasks ends first.
    First,
    /// Which of some tasks ends last.
    Last,
    /// How many tasks do not end as done.
    NotDone,
    /// Whether the strategy comes to an end by itself.
    Ends,
    /// Which strategy has the shortest run.
    Fastest,
}

/// How a question is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answers {
    /// With a number of seconds.
    Seconds,
    /// With a whole number.
    Count,
    /// With one of these.
    Choice(Vec<String>),
}

/// What was answered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answer {
    /// A number.
    Number(f64),
    /// The place of the choice in its list.
    Choice(usize),
}

/// A question that a run will answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The question in words.
    pub text: String,
    /// How it is answered.
    pub answers: Answers,
    figure: Figure,
    /// The strategy that the question is about; for [`Figure::Fastest`], those to choose from.
    strategies: Vec<&'static Strategy>,
    /// How the figure follows from the params, where that is known.
    formula: Option<String>,
}

/// An answer, graded by the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grade {
    /// Whether it was right.
    pub right: bool,
    /// The right answer, and why, in a sentence or two.
    pub because: String,
}

/// The most tasks in one choice.
const MOST_CHOICES: usize = 5;
/// A guess of a duration may be off by this part of it,
const TOLERANCE: f64 = 0.05;
/// or by this many seconds, whichever is more.
const SLACK: f64 = 0.05;
/// Strategies whose times differ by less than this part count as equally fast.
const TIE: f64 = 0.005;

/// All questions about the runs that these params lead to, in an order that does not change.
pub fn questions(
    entry: &Entry,
    params: &Value,
    strategies: &[&'static Strategy],
    preview: &Preview,
) -> Vec<Question> {
    let claims = entry.claims(params);
    let runs: Vec<_> = strategies
        .iter()
        .filter_map(|&strategy| Some((strategy, preview.run(strategy.mode)?)))
        .collect();
    // The most telling kind comes first: each kind of question about every strategy, then the next kind.
    let figures = [
        Figure::Ends,
        Figure::Fastest,
        Figure::Makespan,
        Figure::First,
        Figure::NotDone,
        Figure::Last,
    ];
    let ask = |figure| {
        let (runs, claims) = (&runs, &claims);
        let fastest = (figure == Figure::Fastest)
            .then(|| fastest(runs))
            .into_iter()
            .flatten();
        let others = runs.iter().filter(move |_| figure != Figure::Fastest);
        fastest.chain(others.filter_map(move |&(one, run)| about(figure, one, run, claims)))
    };
    figures.into_iter().flat_map(ask).collect()
}

/// The question which of the runs is the shortest, if one of them is.
fn fastest(runs: &[(&'static Strategy, Run<'_>)]) -> Option<Question> {
    let ends: Option<Vec<f64>> = runs.iter().map(|&(_, run)| makespan(run)).collect();
    let mut ends = ends.filter(|ends| ends.len() > 1)?;
    sort_by(&mut ends, f64::total_cmp);
    (ends[0] < ends[1] * (1.0 - TIE)).then(|| Question {
        text: "Which strategy will be done first?".to_owned(),
        answers: Answers::Choice(runs.iter().map(|(one, _)| one.title.to_owned()).collect()),
        figure: Figure::Fastest,
        strategies: runs.iter().map(|&(one, _)| one).collect(),
        formula: None,
    })
}

/// A question about one strategy, if it makes sense there.
fn about(
    figure: Figure,
    strategy: &'static Strategy,
    run: Run<'_>,
    claims: &[Claim],
) -> Option<Question> {
    let title = strategy.title;
    let mut formula = None;
    let (text, answers) = match figure {
        Figure::Makespan => {
            makespan(run).filter(|&end| end > 0.0)?;
            let measure = Measure::Makespan(strategy.mode);
            let claim = claims.iter().find(|claim| claim.measure == measure);
            formula = claim.map(|claim| claim.formula.clone());
            let text = format!("How many seconds will “{title}” take?");
            (text, Answers::Seconds)
        }
        Figure::First | Figure::Last => {
            let word = if figure == Figure::First {
                "first"
            } else {
                "last"
            };
            let text = format!("“{title}”: which of these tasks will end {word}?");
            (text, Answers::Choice(choices(figure, run)?))
        }
        Figure::NotDone => {
            let stats = run.1.stats();
            let not_done = stats.ended_count() - stats.ended_with(Outcome::Ok);
            let text = format!(
                "“{title}”: how many of its {} tasks will not end as done, but fail, time out, hang, be cancelled or \
                 never start?",
                stats.created
            );
            (not_done > 0 && stats.created > 1).then_some((text, Answers::Count))?
        }
        Figure::Ends => {
            let hangs = matches!(run.0.end()?.verdict, Verdict::Deadlocked(_));
            let text = format!("Will “{title}” come to an end by itself?");
            let choices = ["Yes, it ends", "No, it gets stuck"].map(str::to_owned);
            (hangs).then_some((text, Answers::Choice(choices.into())))?
        }
        Figure::Fastest => return None,
    };
    Some(Question {
        text,
        answers,
        figure,
        strategies: vec![strategy],
        formula,
    })
}

/// The seconds that a completed run took; `None` if it did not complete.
fn makespan((trace, _): Run<'_>) -> Option<f64> {
    let end = trace.end()?;
    (end.verdict == Verdict::Completed).then(|| end.at.secs())
}

/// The names and ends of tasks that ended, without `main` and without those that hang or never started.
fn ends<'a>((trace, index): Run<'a>) -> Vec<(&'a str, Time)> {
    let own = |(id, task): (TaskId, &'a Task)| {
        let end = task.end.filter(|end| {
            !matches!(end.outcome, Outcome::Hung | Outcome::NeverStarted) && id != TaskId::MAIN
        })?;
        Some((trace.text(task.name), end.at))
    };
    index.tasks().filter_map(own).collect()
}

/// Whether `a` is a better answer than `b`.
fn precedes(figure: Figure, a: Time, b: Time) -> bool {
    if figure == Figure::First {
        a < b
    } else {
        a > b
    }
}

/// Tasks to choose from, in the order in which they were made: one that ends first or last, and some that do not.
fn choices(figure: Figure, run: Run<'_>) -> Option<Vec<String>> {
    let ends = ends(run);
    let best = ends.iter().map(|&(_, at)| at);
    let best = best.reduce(|a, b| if precedes(figure, b, a) { b } else { a })?;
    let (tied, others): (Vec<_>, Vec<_>) = (0..ends.len()).partition(|&i| ends[i].1 == best);
    // Spread over all, the first and the last of them included.
    let count = others.len().min(MOST_CHOICES - 1);
    let spread = |i| others[i * (others.len() - 1) / (count - 1).max(1)];
    let mut places: Vec<usize> = (0..count).map(spread).collect();
    places.push(*tied.get(tied.len() / 2)?);
    sort_by(&mut places, Ord::cmp);
    (count > 0).then(|| places.into_iter().map(|i| ends[i].0.to_owned()).collect())
}

impl Question {
    /// Grades an answer by the runs of the strategies, given by name; `None` if a run that the question is about has not
    /// ended yet, or was stopped.
    pub fn grade<'a>(
        &self,
        answer: Answer,
        run: impl Fn(&'static str) -> Option<Run<'a>>,
    ) -> Option<Grade> {
        let ended = |mode| {
            run(mode).filter(|(trace, index)| {
                let over = trace.end().is_some_and(|end| !end.verdict.is_cut_short());
                over && index.events_read() == trace.events().len()
            })
        };
        let title = self.strategies.first()?.title;
        let own = ended(self.strategies.first()?.mode);
        let (right, because) = match self.figure {
            Figure::Makespan => {
                let (truth, Answer::Number(guess)) = (makespan(own?)?, answer) else {
                    return None;
                };
                let right = (guess - truth).abs() <= (truth * TOLERANCE).max(SLACK);
                let why = self.formula.as_ref();
                let why = why.map_or(String::new(), |formula| format!(", since {formula}"));
                (right, format!("“{title}” took {}{why}.", seconds(truth)))
            }
            Figure::First | Figure::Last => self.order(answer, own?)?,
            Figure::NotDone => {
                let (_, index) = own?;
                let stats = index.stats();
                let truth = stats.ended_count() - stats.ended_with(Outcome::Ok);
                let ways = interleave_trace::Stats::OUTCOMES.into_iter();
                let ways = ways.filter(|&way| stats.ended_with(way) > 0);
                let ways = ways.map(|way| format!("{} {}", stats.ended_with(way), way.label()));
                let ways = ways.collect::<Vec<_>>().join(", ");
                let because = format!("It is {truth}. Of {} tasks: {ways}.", stats.created);
                (answer == Answer::Number(truth as f64), because)
            }
            Figure::Ends => {
                let end = own?.0.end()?;
                let at = seconds(end.at.secs());
                let because = match &end.verdict {
                    Verdict::Deadlocked(stuck) => {
                        let first = stuck.first().map_or("", |words| words);
                        format!(
                            "It got stuck at {at}, where nothing could go on any more: {first}."
                        )
                    }
                    _ => format!("It ended by itself at {at}."),
                };
                let stuck = matches!(end.verdict, Verdict::Deadlocked(_));
                (answer == Answer::Choice(usize::from(stuck)), because)
            }
            Figure::Fastest => {
                let time = |one: &&'static Strategy| Some((one.title, makespan(ended(one.mode)?)?));
                let times: Vec<_> = self.strategies.iter().map(time).collect::<Option<_>>()?;
                self.least(answer, &times)?
            }
        };
        Some(Grade { right, because })
    }

    /// Whether none of the tasks to choose from ended before the chosen one, or after it for [`Figure::Last`]; and why.
    fn order(&self, answer: Answer, run: Run<'_>) -> Option<(bool, String)> {
        let (Answers::Choice(names), Answer::Choice(place)) = (&self.answers, answer) else {
            return None;
        };
        let ends = ends(run);
        let end = |name: &String| {
            let found = ends.iter().find(|(own, _)| own == name)?;
            Some((found.0, found.1))
        };
        let chosen = names.get(place).and_then(end);
        let mut all: Vec<_> = names.iter().filter_map(end).collect();
        sort_by(&mut all, |a, b| a.1.cmp(&b.1));
        if self.figure == Figure::Last {
            all.reverse();
        }
        let &(name, at) = all.first()?;
        let right = chosen.is_some_and(|(_, chosen)| chosen == at);
        let mut because = format!("{name} ended at {}", seconds(at.secs()));
        if let Some((next, at)) = all.get(1) {
            because += &format!(", then came {next} at {}", seconds(at.secs()));
            if self.figure == Figure::Last {
                let (last, before) = (seconds(all[0].1.secs()), seconds(at.secs()));
                because = format!("{name} ended at {last}, after {next} at {before}");
            }
        }
        Some((right, because + "."))
    }

    /// Whether no strategy took less time than the chosen one, up to [`TIE`]; and why.
    fn least(&self, answer: Answer, times: &[(&str, f64)]) -> Option<(bool, String)> {
        let Answer::Choice(place) = answer else {
            return None;
        };
        let mut sorted = times.to_vec();
        sort_by(&mut sorted, |a, b| a.1.total_cmp(&b.1));
        let (_, least) = *sorted.first()?;
        let right = times
            .get(place)
            .is_some_and(|(_, time)| *time <= least * (1.0 + TIE));
        let all = sorted
            .iter()
            .map(|(title, time)| format!("“{title}” took {}", seconds(*time)));
        Some((right, all.collect::<Vec<_>>().join(", ") + "."))
    }

    /// A typed guess as an answer; `None` unless it is a number that is not negative. `10,000` is ten thousand, as the page
    /// writes it; any other comma is a decimal one.
    pub fn number(text: &str) -> Option<Answer> {
        let text = text.trim();
        let plain = match is_grouped(text) {
            true => text.replace(',', ""),
            false => text.replace(',', "."),
        };
        let number = decimal::parse(&plain)?;
        (number >= 0.0).then_some(Answer::Number(number))
    }
}

/// Whether commas group the digits of a number by thousands.
fn is_grouped(text: &str) -> bool {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let are_digits = |group: &str| group.bytes().all(|digit| digit.is_ascii_digit());
    let begins = (1..=3).contains(&first.len()) && are_digits(first) && !first.starts_with('0');
    begins && groups.all(|group| group.len() == 3 && are_digits(group))
}
