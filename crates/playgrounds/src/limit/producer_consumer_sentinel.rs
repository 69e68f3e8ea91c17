//! Producers, a queue, consumers, and a `None` that ends the work, or never: article 1.

use interleave_runtime::{Cx, Queue, Result, gather};
use interleave_trace::time::round_micros;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The queue, and how long everything takes.
#[derive(Clone, Serialize, Deserialize)]
pub struct Params {
    /// The room in the queue; without bounds if 0.
    maxsize: usize,
    consumers: usize,
    /// For each producer, its pause after each item.
    produce_delays: Vec<Vec<f64>>,
    /// How long each item takes to process; no time if it is not listed.
    process_times: BTreeMap<String, f64>,
}

/// A piece of work, with a lane of its own.
struct Item {
    name: String,
    lane: Cx,
}

impl Item {
    fn new(cx: &Cx, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            lane: cx.item(name),
        }
    }
}

async fn producer(cx: Cx, id: usize, queue: Work, pauses: Times, mode: Mode) -> Result<()> {
    for (i, pause) in pauses.into_iter().enumerate() {
        let name = format!("item-{id}-{i}");
        queue.put(&cx, Some(Item::new(&cx, &name))).await; // @put
        cx.print(format!("Producer {id} produced {name}"));
        cx.sleep(pause).await; // @pause
    }
    if mode == "article" {
        cx.note("puts None");
        queue.put(&cx, None).await; // @last
    }
    cx.print(format!("Producer {id} finished"));
    Ok(())
}

async fn consumer(cx: Cx, id: usize, queue: Work, times: ByItem, mode: Mode) -> Result<()> {
    while let Some(Item { name, lane }) = /* @get */ queue.get(&cx).await {
        let me = format!("Consumer {id}");
        cx.running(&name);
        lane.running(&me);
        cx.print(format!("{me} processing {name}"));
        cx.sleep(times.get(&name).copied().unwrap_or(0.0)).await; // @work
        lane.done(&me);
        cx.keep("processed", [json!([name, id, round_micros(cx.now())])]);
        queue.task_done(&cx)?;
    }
    if mode == "article" {
        // For the other consumers. But this None was put too, and nobody marks it as done.
        cx.note("got None, puts it back");
        queue.put(&cx, None).await; // @back
    } else {
        queue.task_done(&cx)?;
    }
    cx.print(format!("Consumer {id} finished"));
    Ok(())
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    let queue = Work::new("queue_length", p.maxsize);
    cx.keep("processed", []);
    let start = |(id, pauses): (usize, &Vec<f64>)| {
        let (queue, pauses) = (queue.clone(), pauses.clone());
        cx.spawn(&format!("Producer {id}"), |cx| {
            producer(cx, id, queue, pauses, mode)
        })
    };
    let producers: Vec<_> = p.produce_delays.iter().enumerate().map(start).collect();
    let times = ByItem::new(p.process_times);
    let start = |id| {
        let (queue, times) = (queue.clone(), Rc::clone(&times));
        cx.spawn_queued(&format!("Consumer {id}"), |cx| {
            consumer(cx, id, queue, times, mode)
        })
    };
    let consumers: Vec<_> = (0..p.consumers).map(start).collect();
    gather(producers).await?; // @producers
    cx.note("producers finished");
    queue.join(&cx).await; // @join
    cx.note("queue joined");
    if mode == "fixed" {
        // Only now, when there is nothing left to do: one None for each consumer.
        for _ in &consumers {
            queue.put(&cx, None).await; // @tell
        }
    }
    gather(consumers).await?; // @consumers
    cx.print("All work completed!");
    Ok(json!({}))
}

type Mode = &'static str;
/// `None` says that no more work will come.
type Work = Queue<Option<Item>>;
type Times = Vec<f64>;
type ByItem = Rc<BTreeMap<String, f64>>;

// The page

use crate::{
    Card, Claim, Draw, Field, FieldKind, List, Map, Measure, Playground, Section, Strategy, in_turn,
};
use interleave_trace::seconds;

/// The playground.
pub struct Sentinel;

const ARTICLE: &str = "The article: two producers, three consumers";
const EARLY: &str = "Consumers that leave early";

/// Draws anew what is left to chance, in the article's ranges: pauses and processing times.
fn draw(mut p: Params, seed: u64) -> Params {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut between = |from, to| f64::from(random.u32(from..=to)) / 100.0;
    for pause in p.produce_delays.iter_mut().flatten() {
        *pause = between(10, 50);
    }
    for time in p.process_times.values_mut() {
        *time = between(20, 80);
    }
    p
}

/// What the menu says of it.
pub const CARD: crate::Card = Sentinel::CARD;

/// Makes its entry.
pub fn entry() -> crate::Entry {
    crate::Entry::of::<Sentinel>()
}

impl Playground for Sentinel {
    type Params = Params;

    const CARD: Card = Card {
        slug: "producer-consumer-sentinel",
        title: "Work through a queue, and how it ends",
        lead: "Producers put items into a queue with three places, consumers take them out, \
               and a None says that no more will come. As published the program never \
               ends: see what main still waits for, and what the repair changes.",
        section: Section::Limit,
        articles: &[1],
        cards: None,
        rust: include_str!("producer_consumer_sentinel.rs"),
        python: include_str!("producer_consumer_sentinel.py"),
    };

    const STRATEGIES: &'static [Strategy] = &[
        Strategy::shown(
            "article",
            "As published: each producer ends with None",
            "cx.note(\"got None, puts it back\")",
        ),
        Strategy::shown(
            "fixed",
            "Repaired: one None a consumer, when all is done",
            "for _ in &consumers",
        ),
    ];

    fn fields() -> Vec<Field> {
        let pauses = List {
            noun: "pause",
            item: Box::new(FieldKind::seconds()),
            min: 0,
            fresh: json!(0.3),
        };
        let producers = List {
            noun: "producer",
            item: Box::new(FieldKind::List(pauses)),
            min: 1,
            fresh: json!([0.3, 0.3]),
        };
        let times = Map {
            noun: "time",
            value: Box::new(FieldKind::seconds()),
            fresh_name: "item-0-{n}",
            fresh: json!(0.5),
        };
        vec![
            Field::list(
                "produce_delays",
                "Producers: a pause after each item",
                producers,
            ),
            Field::whole("consumers", "Consumers", 1, 1_000, ""),
            super::queue_places(),
            Field::map("process_times", "Each item takes", times),
        ]
    }

    fn presets() -> Vec<(&'static str, Params)> {
        let item = |(i, j): (usize, usize), time| (format!("item-{i}-{j}"), time);
        let article = Params {
            maxsize: 3,
            consumers: 3,
            produce_delays: vec![
                vec![0.31, 0.15, 0.42, 0.23, 0.17],
                vec![0.12, 0.36, 0.21, 0.47, 0.28],
            ],
            process_times: [
                [0.45, 0.73, 0.26, 0.61, 0.34],
                [0.52, 0.29, 0.78, 0.41, 0.22],
            ]
            .iter()
            .enumerate()
            .flat_map(|(i, times)| (0..).zip(times).map(move |(j, &time)| item((i, j), time)))
            .collect(),
        };
        let places = || (0..2).flat_map(|i| (0..5).map(move |j| (i, j)));
        let time = |(i, j)| round_micros(0.2 + 0.03 * i as f64 + 0.007 * j as f64);
        let early = Params {
            produce_delays: vec![
                vec![0.1, 0.13, 0.11, 0.14, 0.1],
                vec![0.5, 0.47, 0.48, 0.49, 0.5],
            ],
            process_times: places().map(|place| item(place, time(place))).collect(),
            ..article.clone()
        };
        let single = Params {
            consumers: 1,
            maxsize: 1,
            produce_delays: vec![vec![0.2; 4]],
            process_times: (0..4).map(|j| item((0, j), 0.5)).collect(),
        };
        vec![
            (ARTICLE, article),
            (EARLY, early),
            ("One of each, and a queue for one", single),
        ]
    }

    async fn program(cx: Cx, mode: &'static str, params: Params) -> Result<Value> {
        program(cx, mode, params).await
    }

    fn claims(p: &Params, preset: Option<&str>) -> Vec<Claim> {
        let items: usize = p.produce_delays.iter().map(Vec::len).sum();
        let (producers, consumers) = (p.produce_delays.len(), p.consumers);
        let puts = items + producers + consumers;
        let all = items + producers + consumers;
        let ended = |mode, label: &str, expected: f64, formula: String| {
            Claim::new(label, Measure::Ends(mode), expected, formula)
        };
        let said = (preset == Some(ARTICLE)).then_some("\"All work completed!\"");
        let published = ended(
            "article",
            "as published: does it end?",
            0.0,
            format!(
                "{items} items + {producers} and {consumers} None = {puts} puts, \
                 but only {items} task_done()"
            ),
        );
        let mut claims = vec![
            published.said(said).but(
                "The consumers take None without task_done() and put it back: 15 puts, \
                 10 task_done(), so queue.join() waits for 5 more for ever, and this line is \
                 never printed.",
            ),
            ended(
                "fixed",
                "repaired: does it end?",
                1.0,
                format!("{items} items + {consumers} None, each with its task_done()"),
            ),
            Claim::new(
                "repaired: items, producers and consumers that are done",
                Measure::Done("fixed"),
                all as f64,
                format!("{items} + {producers} + {consumers} = {all}"),
            ),
        ];
        if preset == Some(EARLY) {
            let before = &p.produce_delays[1][..4];
            let stuck = in_turn(before.iter().copied());
            let formula = format!("0.5 + 0.47 + 0.48 + 0.49 = {}", seconds(stuck));
            claims.push(Claim::new(
                "as published: Producer 1 is stuck, nobody is left to take its items",
                Measure::Hangs("article"),
                stuck,
                formula,
            ));
        }
        claims
    }

    const DRAW: Option<Draw<Params>> = Some(draw);
}
