//! Spans of Rust programs, such as those of Tokio's tasks, as written by the crate `tracing-chrome`: in its style
//! `Async` by number, from their beginnings to their ends; in its style `Threaded` each time that a thread enters them.

use super::events::{Chrome, Event};
use super::{Lines, Told, nanos};
use crate::{sort_by, sort_by_key};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};

/// The root task around all spans, which is not in the file.
const ALL: u64 = 1;

/// A span.
struct Span {
    number: u64,
    name: u32,
}

/// How many open spans of one number are searched for the span that ends.
const DEEPEST: usize = 1000;

/// A span that a thread is in: its number, its key (the span around it, and its name), and the start.
type Inside = (u64, (u64, u32), u64);

/// The file as a recording.
pub fn told(file: &Chrome) -> Result<Told, String> {
    let nanos = nanos(&file.events);
    let mut events: Vec<&Event> = file.events.iter().collect();
    // Several threads write, so the file is only nearly in order.
    sort_by(&mut events, |one, other| one.ts.total_cmp(&other.ts));
    let by_number = events.iter().any(|event| event.ph == b'b');
    let mut lines = Lines::new("");
    lines.at(
        0,
        ALL,
        &[
            json!("created"),
            json!(1),
            json!(null),
            json!("all spans"),
            json!(0),
        ],
    );
    lines.at(0, ALL, &[json!("start")]);
    let end = events.last().map_or(0, |event| nanos(event.ts));
    let mut spans = Spans {
        file,
        lines,
        number: ALL,
        ends: HashMap::new(),
    };
    match by_number {
        true => spans.by_number(&events, &nanos),
        false => spans.by_thread(&events, &nanos),
    }
    if spans.number == ALL {
        return Err(
            "it tells of no tasks: neither VizTracer's of asyncio, nor spans of tracing-chrome"
                .to_owned(),
        );
    }
    let Spans {
        mut lines, ends, ..
    } = spans;
    let mut ends: Vec<_> = ends.into_iter().collect();
    // An inner span ends before the one around it.
    sort_by_key(&mut ends, |&(number, at)| (at, std::cmp::Reverse(number)));
    for (number, at) in ends {
        lines.at(at, number, &[json!("end"), json!("ok")]);
    }
    lines.at(end, ALL, &[json!("end"), json!("ok")]);
    let mut missing = vec![
        "The file tells when spans begin and end: what they wait for, who wakes them, and whether they fail is not in it."
            .to_owned(),
    ];
    missing.push(match by_number {
        true => "When a span holds its thread is not in it either: `TraceStyle::Threaded` writes that.".to_owned(),
        false => "Spans of the same name and fields, one after the other, cannot be told apart: they are one lane. \
                  `TraceStyle::Async` tells them apart. All threads are drawn as one loop."
            .to_owned(),
    });
    Ok(Told {
        text: lines.finish(end),
        missing,
    })
}

struct Spans<'a> {
    file: &'a Chrome,
    lines: Lines,
    /// The number of the last span.
    number: u64,
    /// When each span has ended, so far.
    ends: HashMap<u64, u64>,
}

impl Spans<'_> {
    fn begins(&mut self, at: u64, event: &Event, parent: u64) -> u64 {
        self.number += 1;
        let name = self.file.texts.get(event.name);
        let site = self.site(event);
        let number = self.number;
        let created = [
            json!("created"),
            json!(1),
            json!(parent),
            json!(name),
            json!(site),
        ];
        self.lines.at(at, number, &created);
        self.lines.at(at, number, &[json!("start")]);
        number
    }

    fn site(&mut self, event: &Event) -> u32 {
        let place = event.place.map(|place| self.file.texts.get(place));
        let Some((file, line)) = place.and_then(|place| place.rsplit_once(':')) else {
            return 0;
        };
        let name = self.file.texts.get(event.name);
        let name = name.split(' ').next().unwrap_or(name);
        self.lines
            .site(file, line.parse().unwrap_or(0), name, |_| None)
    }

    /// Reads spans that have numbers: inner spans have the number of the outermost.
    fn by_number(&mut self, events: &[&Event], nanos: &impl Fn(f64) -> u64) {
        let mut open: HashMap<u32, Vec<Span>> = HashMap::new();
        for event in events {
            let at = nanos(event.ts);
            let within = open.entry(event.id).or_default();
            match event.ph {
                b'b' => {
                    let parent = within.last().map_or(ALL, |span| span.number);
                    let number = self.begins(at, event, parent);
                    within.push(Span {
                        number,
                        name: event.name,
                    });
                }
                b'e' => {
                    // Its fields, which are a part of the name, may have changed since.
                    let deepest = within.len().saturating_sub(DEEPEST);
                    let same = within[deepest..]
                        .iter()
                        .rposition(|span| span.name == event.name)
                        .map(|place| deepest + place);
                    let place = same.or(within.len().checked_sub(1));
                    if let Some(place) = place {
                        self.ends.insert(within.remove(place).number, at);
                    }
                }
                _ => {}
            }
        }
    }

    /// Reads spans that threads enter repeatedly.
    fn by_thread(&mut self, events: &[&Event], nanos: &impl Fn(f64) -> u64) {
        // The spans that no thread is in.
        let mut idle: HashMap<(u64, u32), BTreeSet<u64>> = HashMap::new();
        let mut inside: HashMap<u32, Vec<Inside>> = HashMap::new();
        for event in events {
            let at = nanos(event.ts);
            let stack = inside.entry(event.track).or_default();
            match event.ph {
                b'B' => {
                    let parent = stack.last().map_or(ALL, |(number, ..)| *number);
                    let key = (parent, event.name);
                    let same = idle.get_mut(&key).and_then(BTreeSet::pop_first);
                    let number = same.unwrap_or_else(|| self.begins(at, event, parent));
                    stack.push((number, key, at));
                }
                b'E' => {
                    let Some((number, key, since)) = stack.pop() else {
                        continue;
                    };
                    let is_outermost = stack.is_empty();
                    idle.entry(key).or_default().insert(number);
                    if is_outermost && at > since {
                        let site = self.site(event);
                        let step = [
                            json!("step"),
                            json!(at - since),
                            json!("future"),
                            json!(site),
                            json!(0),
                            json!(""),
                        ];
                        self.lines.at(at, number, &step);
                    }
                    self.ends.insert(number, at);
                }
                _ => {}
            }
        }
    }
}
