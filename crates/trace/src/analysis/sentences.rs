//! The words of a story's sentences, and of the parts of a critical path.

use super::critical::{Leg, Spent};
use super::narrate::{Line, What};
use super::words::{listed, resource, seconds};
use crate::Time;
use crate::{Outcome, State, TaskId, Trace, WaitFor};

impl Leg {
    /// The activity of its task, without the name: "sleeps for 4.0 s".
    pub fn does(&self, trace: &Trace) -> String {
        let time = seconds(self.to - self.from);
        match self.spent {
            Spent::Running => format!("holds the loop for {time}"),
            Spent::Blocked(Some(other)) => {
                let other = trace.name(other);
                format!("is ready, but {other} holds the loop, for {time}")
            }
            Spent::Blocked(None) => format!("waits for its turn on the loop for {time}"),
            Spent::Waiting(WaitFor::Timer { .. }) => format!("sleeps for {time}"),
            Spent::CutShort(WaitFor::Timer { .. }) => {
                format!("sleeps until its time limit, for {time}")
            }
            Spent::Stopped(WaitFor::Timer { .. }) => {
                format!("has slept for {time} when the run is stopped")
            }
            Spent::Stopped(on) => {
                let on = on.phrase(trace);
                format!("has waited {on} for {time} when the run is stopped")
            }
            Spent::Waiting(on) => format!("waits {} for {time}", on.phrase(trace)),
            Spent::CutShort(on) => {
                let on = on.phrase(trace);
                format!("waits {on} until its time limit, for {time}")
            }
        }
    }
}

/// One duration, or a range from the shortest to the longest.
fn range(least: Time, most: Time) -> String {
    let (least, most) = (seconds(least.secs()), seconds(most.secs()));
    if least == most {
        least
    } else {
        format!("{} to {most}", least.trim_end_matches(" s"))
    }
}

impl Line {
    /// How the task of this sentence ended, if the sentence is about that.
    pub fn outcome(&self) -> Option<Outcome> {
        match self.what {
            What::Ended(outcome, ..) => Some(outcome),
            What::Returned => Some(Outcome::Ok),
            What::Over { deadlocked: true } | What::Cycle(_) => Some(Outcome::Hung),
            _ => None,
        }
    }

    /// The sentence.
    pub fn words(&self, trace: &Trace) -> String {
        let name = |id: TaskId| trace.name(id);
        let named = self.tasks.iter().take(self.count as usize);
        let named: Vec<_> = named.map(|&id| name(id)).collect();
        let who = listed(&named, self.count as usize);
        let verb = |one: &'static str, many: &'static str| if self.count == 1 { one } else { many };
        match self.what {
            What::Started { by } => format!("{} starts {who}.", name(by)),
            What::Sleeps(least, most) => {
                format!(
                    "{who} {} for {}.",
                    verb("sleeps", "sleep"),
                    range(least, most)
                )
            }
            What::Waits(WaitFor::Consumer, ..) if self.count > 1 => {
                format!("{who} wait for a consumer.")
            }
            What::Waits(on, holders, count) => {
                let waits = verb("waits", "wait");
                let held = match count {
                    0 => String::new(),
                    1 => format!("; {} holds it", name(holders[0])),
                    count => {
                        let holders = holders.map(name);
                        format!("; {} hold them", listed(&holders, count as usize))
                    }
                };
                format!("{who} {waits} {}{held}.", on.phrase(trace))
            }
            What::Woken { by, on } => {
                let (by, continues) = (name(by), verb("continues", "continue"));
                match on {
                    WaitFor::Permit(_) => format!("{by} releases its permit; {who} {continues}."),
                    WaitFor::Connection => {
                        format!("{by} releases its connection; {who} {continues}.")
                    }
                    WaitFor::Lock(id) => {
                        format!("{by} releases {}; {who} {continues}.", resource(trace, id))
                    }
                    WaitFor::Event(_) => format!("{by} sets the event; {who} {continues}."),
                    WaitFor::Notify(_) => format!("{by} notifies {who}."),
                    WaitFor::Barrier(_) => {
                        format!("{by} is the last at the barrier; {who} {continues}.")
                    }
                    WaitFor::Item(_) => format!("{by} puts an item for {who}."),
                    WaitFor::Slot(_) => format!("{by} takes an item; there is room for {who}."),
                    WaitFor::ItemsDone(..) => {
                        format!("{by} is done with the last item; {who} {continues}.")
                    }
                    WaitFor::SharedFetch => format!("What {by} has fetched reaches {who}."),
                    WaitFor::Token(_) => {
                        format!("{by} has its token; {who} {} next.", verb("is", "are"))
                    }
                    _ => format!("{who} {continues}: {by} has ended."),
                }
            }
            What::Taken { by } => format!("{} takes {who}.", trace.text(by)),
            What::Asked { by: Some(by) } => format!("{} cancels {who}.", name(by)),
            What::Asked { by: None } => format!("You cancel {who}."),
            What::TimeUp => format!("The time limit of {who} expires."),
            What::Ended(outcome, least, most, why) => {
                let is = verb("is", "are");
                let (took, why) = (range(least, most), trace.text(why));
                match outcome {
                    Outcome::Ok => format!("{who} {is} done after {took}."),
                    Outcome::Error if why.is_empty() => {
                        format!("{who} {} after {took}.", verb("fails", "fail"))
                    }
                    Outcome::Error => {
                        format!("{who} {} after {took}: {why}.", verb("fails", "fail"))
                    }
                    Outcome::Cancelled => format!("{who} {is} cancelled after {took}."),
                    Outcome::Timeout => {
                        format!("{who} {} after {took}.", verb("times out", "time out"))
                    }
                    Outcome::NeverStarted => format!("{who} never {}.", verb("starts", "start")),
                    Outcome::Hung => format!("{who} {} for ever.", verb("waits", "wait")),
                }
            }
            What::Remark(State::Backoff, text) => {
                let backs = verb("backs", "back");
                format!("{who} {backs} off: {}.", trace.text(text))
            }
            What::Remark(_, text) => format!("{who}: {}.", trace.text(text)),
            What::Blocked(time) => format!(
                "The loop was blocked by {who} for {}; no other task could run.",
                seconds(time.secs())
            ),
            What::Returned => "main returns.".to_owned(),
            What::Cycle(on) => {
                // In a longer cycle, the last named task waits for one that is not named.
                let more = (self.count as usize).saturating_sub(named.len());
                let told = named.len() - usize::from(more > 0);
                let holders = named.iter().cycle().skip(1);
                let links = named.iter().zip(holders).zip(on).take(told);
                let link = |((task, by), on): ((&&str, &&str), Option<_>)| match on {
                    None => format!("{task} waits for {by}"),
                    Some(on) => format!("{task} waits for {}, held by {by}", resource(trace, on)),
                };
                let links: Vec<_> = links.map(link).collect();
                let rest = match more {
                    0 => String::new(),
                    _ => format!("; and so on, {} tasks", self.count),
                };
                format!("A cycle: {}{rest}.", links.join("; "))
            }
            What::Over { deadlocked: true } => format!(
                "Deadlock at {}: no task can continue.",
                seconds(self.at.secs())
            ),
            What::Over { deadlocked: false } => {
                format!("The run is over after {}.", seconds(self.at.secs()))
            }
        }
    }
}
