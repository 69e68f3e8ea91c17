//! Durations, outcomes and waits in words, the same everywhere.

use super::holders::{CONNECTIONS, is_of_semaphore};
use super::wait_queues::Resource;
use crate::index::{IN_FLIGHT, Index};
use crate::{Outcome, ResourceId, ResourceKind, State, TaskId, Trace, WaitFor};

impl Outcome {
    /// The word that readers see.
    pub fn label(self) -> &'static str {
        match self {
            Self::Ok => "done",
            Self::Error => "failed",
            Self::Cancelled => "cancelled",
            Self::Timeout => "timed out",
            Self::Hung => "hung",
            Self::NeverStarted => "never started",
        }
    }
}

impl State {
    /// The word that readers see for a task that is suspended in this state; a task that holds
    /// the loop is "on the loop".
    pub fn label(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "waiting",
            Self::Backoff => "backing off",
        }
    }
}

/// Seconds to the millisecond, with at least one decimal: `25.0 s`, `0.125 s`.
pub fn seconds(seconds: f64) -> String {
    let mut digits = format!("{seconds:.3}");
    while digits.ends_with('0') && !digits.ends_with(".0") {
        digits.pop();
    }
    digits + " s"
}

/// A count, with separators of thousands: `12`, `10,000`.
pub fn count(things: usize) -> String {
    let digits = things.to_string();
    let mut words = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            words.push(',');
        }
        words.push(digit);
    }
    words
}

/// Why a task cannot continue, in words.
pub fn describe(trace: &Trace, index: &Index, id: TaskId) -> String {
    let name = |id: TaskId| index.task(id).map_or("?", |task| trace.text(task.name));
    let own = name(id);
    let task = index.task(id);
    let Some(wait) = task.and_then(|task| task.wait()) else {
        let has_run = task.is_some_and(|task| !task.polls().is_empty());
        return format!(
            "{own} {}",
            if has_run {
                "waits for something unknown"
            } else {
                "has not started"
            }
        );
    };
    let held = match wait.on {
        WaitFor::Lock(id) => {
            let holders: Vec<_> = index.holders(id).map(|id| trace.name(id)).collect();
            match holders.is_empty() {
                true => String::new(),
                false => format!(", held by {}", listed(&holders, holders.len())),
            }
        }
        _ => String::new(),
    };
    format!("{own} {}{held}", wait.on.verb(trace))
}

impl WaitFor {
    /// The words for a task with this wait: "waits for a permit".
    fn verb(self, trace: &Trace) -> String {
        match self {
            Self::Timer { until } => format!("sleeps until {}", seconds(until.secs())),
            on => format!("waits {}", on.phrase(trace)),
        }
    }

    /// The words for a wait, as they follow "waits": "for a permit", or "for a permit of semaphore 2" if there are
    /// several.
    pub fn phrase(self, trace: &Trace) -> String {
        let named = |plain: &str, id, with: &dyn Fn(&str) -> String| match trace.resource(id) {
            Some((kind, Some(name))) => with(&format!("{} {name}", kind.word())),
            _ => plain.to_owned(),
        };
        let plain = match self {
            Self::Timer { until } => return format!("until {}", seconds(until.secs())),
            Self::Task(other) => return format!("for {}", trace.name(other)),
            Self::Tasks(1) => "for a task",
            Self::Tasks(count) => return format!("for {count} tasks"),
            Self::First(count) => return format!("for the first of {count} tasks"),
            Self::Permit(id) => {
                return named("for a permit", id, &|it| format!("for a permit of {it}"));
            }
            Self::Connection => "for a connection",
            Self::Lock(id) => return named("for a lock", id, &|it| format!("for {it}")),
            Self::Event(id) => return named("for an event", id, &|it| format!("for {it}")),
            Self::Notify(id) => {
                return named("to be notified", id, &|it| {
                    format!("to be notified by {it}")
                });
            }
            Self::Barrier(id) => {
                let plain = "for the others at the barrier";
                return named(plain, id, &|it| format!("for the others at {it}"));
            }
            Self::Token(id) => {
                return named("for a token", id, &|it| format!("for a token of {it}"));
            }
            Self::Item(id) => {
                return named("for an item", id, &|it| format!("for an item of {it}"));
            }
            Self::Slot(id) => {
                let plain = "for a free place in the queue";
                return named(plain, id, &|it| format!("for a free place in {it}"));
            }
            Self::Consumer => "for a consumer",
            Self::Callback { until } => {
                return format!("to be called at {}", seconds(until.secs()));
            }
            Self::ItemsDone(left, id) => {
                let queue = named("the queue", id, &str::to_owned);
                return match left {
                    1 => format!("for {queue}: 1 item has not been marked as done"),
                    left => format!("for {queue}: {left} items have not been marked as done"),
                };
            }
            Self::SharedFetch => "for a fetch that is under way",
            Self::Response => "for an answer from the network",
            Self::Storage => "for the storage",
            Self::Thread => "for another thread",
            Self::Socket => "for the network",
            Self::Process => "for a process",
            Self::Future => "for a future",
            Self::Turn => "for its turn on the loop",
        };
        plain.to_owned()
    }

    /// The semaphore, pool or lock that a holder has to release.
    pub fn held(self) -> Option<ResourceId> {
        match self {
            Self::Connection => Some(ResourceId::CONNECTIONS),
            Self::Permit(id) | Self::Lock(id) => Some(id),
            _ => None,
        }
    }
}

/// A resource by its kind and name: "lock A", "semaphore 2", "the lock".
pub fn resource(trace: &Trace, id: ResourceId) -> String {
    match trace.resource(id) {
        Some((kind, Some(name))) => format!("{} {name}", kind.word()),
        Some((kind, None)) => format!("the {}", kind.word()),
        None if id == ResourceId::CONNECTIONS => "a connection".to_owned(),
        None => "a resource".to_owned(),
    }
}

/// The name of a gauge in words: "permits in use", or "permits in use, semaphore db" if there are several. The gauge of a
/// queue has the name of the queue.
pub fn gauge_words(trace: &Trace, index: &Index, gauge: &str) -> String {
    // In a recording, the name of the gauge contains the program's own name of the semaphore or queue.
    if trace.is_recorded && gauge != IN_FLIGHT {
        return gauge.to_owned();
    }
    let plain = |name: &str| name.replace('_', " ");
    let known = index.gauge(trace, gauge);
    match known.and_then(|known| trace.resource(known.of)) {
        None | Some((ResourceKind::Queue, _) | (_, None)) => plain(gauge),
        Some((kind, Some(name))) => {
            let bare = gauge.split(" #").next().unwrap_or(gauge);
            format!("{}, {} {name}", plain(bare), kind.word())
        }
    }
}

/// Names in a list, and how many more there are: "a, b and 3 more".
pub fn listed(names: &[&str], count: usize) -> String {
    let more = count.saturating_sub(names.len());
    match (names, more) {
        ([], more) => format!("{more} tasks"),
        ([one], 0) => (*one).to_owned(),
        ([first @ .., last], 0) => format!("{} and {last}", first.join(", ")),
        (names, more) => format!("{} and {more} more", names.join(", ")),
    }
}

/// The most names in a list; the others are only counted.
const MOST_NAMES: usize = 3;

/// The tasks that hold what a gauge counts, and those that wait for it, in order:
/// `held by page 1, page 2, page 3; waiting: page 4, page 5, page 6 +3`. Empty if there are none. For [`IN_FLIGHT`], where no
/// task waits, it is the greatest number so far.
///
/// Of the items that wait for a consumer only those count that have a place in the queue.
pub fn waiting_list(trace: &Trace, index: &Index, gauge: &str) -> String {
    if gauge == IN_FLIGHT {
        return format!("at most {} at once", index.flight().peak());
    }
    let known = index.gauge(trace, gauge);
    let places = known.and_then(|gauge| gauge.samples.last());
    let places = places.map_or(0, |&(_, value)| value as usize);
    let of = known.map_or(ResourceId::UNKNOWN, |gauge| gauge.of);
    let held = match gauge {
        CONNECTIONS => Some(ResourceId::CONNECTIONS),
        name if is_of_semaphore(trace, name, of) => Some(of),
        _ => None,
    };
    let mut words = String::new();
    if let Some(held) = held {
        let holders = index.holders(held);
        push_names(trace, index, "held by ", holders.len(), holders, &mut words);
    }
    for &(thing, what) in Resource::of_gauge(trace, gauge, of) {
        let queues = index.wait_queues();
        let (of, most) = match thing {
            Resource::Consumer => (ResourceId::UNKNOWN, places),
            _ => (of, usize::MAX),
        };
        let count = queues.len(thing, of).min(most);
        push_names(
            trace,
            index,
            what,
            count,
            queues.iter(thing, of),
            &mut words,
        );
    }
    words
}

/// Adds the first names of some tasks, and how many more there are; nothing if there are none.
fn push_names(
    trace: &Trace,
    index: &Index,
    before: &str,
    count: usize,
    tasks: impl Iterator<Item = TaskId>,
    out: &mut String,
) {
    if count == 0 {
        return;
    }
    if !out.is_empty() {
        out.push_str("; ");
    }
    out.push_str(before);
    for (i, task) in tasks.take(count.min(MOST_NAMES)).enumerate() {
        out.push_str(if i == 0 { "" } else { ", " });
        push_short(
            index.task(task).map_or("?", |task| trace.text(task.name)),
            out,
        );
    }
    if count > MOST_NAMES {
        out.push_str(&format!(" +{}", count - MOST_NAMES));
    }
}

/// A shorter name: a URL without its scheme.
pub fn bare(name: &str) -> String {
    name.replacen("https://", "", 1).replacen("http://", "", 1)
}

/// Adds a name, without its middle if it is long: long names often begin alike, and often end alike.
fn push_short(name: &str, out: &mut String) {
    let name = &*bare(name);
    let place = |nth| {
        name.char_indices()
            .nth(nth)
            .map_or(name.len(), |(at, _)| at)
    };
    match name.chars().count() {
        short if short <= LONG => out.push_str(name),
        long => {
            out.push_str(name[..place(HEAD)].trim_end());
            out.push('…');
            out.push_str(&name[place(long - TAIL)..]);
        }
    }
}

/// Longer names are cut in a list of names, to `HEAD` characters of the beginning and `TAIL` of the end.
const LONG: usize = 20;
const HEAD: usize = 7;
const TAIL: usize = 11;

#[cfg(test)]
mod tests {
    use super::{count, push_short, seconds};

    #[test]
    fn thousands_stand_apart() {
        let words = [0, 12, 999, 1_000, 10_000, 1_234_567].map(count);
        let expected = ["0", "12", "999", "1,000", "10,000", "1,234,567"];
        assert_eq!(words, expected);
    }

    #[test]
    fn long_names_lose_their_middle() {
        let short = |name: &str| {
            let mut out = String::new();
            push_short(name, &mut out);
            out
        };
        assert_eq!(short("a name of twenty cha"), "a name of twenty cha");
        assert_eq!(
            short("4 http://example.org/status/404"),
            "4 examp…/status/404"
        );
        assert_eq!(short("äöüßäöüßäöüßäöüßäöüßäöüß"), "äöüßäöü…öüßäöüßäöüß");
    }

    #[test]
    fn durations_keep_one_decimal_and_no_idle_zeros() {
        for (value, words) in [
            (25.0, "25.0 s"),
            (0.5, "0.5 s"),
            (1.125, "1.125 s"),
            (25.0034, "25.003 s"),
            (0.0, "0.0 s"),
            (100.0, "100.0 s"),
            (1.10, "1.1 s"),
        ] {
            assert_eq!(seconds(value), words);
        }
    }
}
