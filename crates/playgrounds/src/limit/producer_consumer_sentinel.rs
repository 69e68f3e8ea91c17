//! Producers, a queue, consumers, and a `None` that ends the work, or never: article 1.

use interleave_runtime::{Cx, Queue, Result, gather};
use interleave_trace::time::round_micros;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The queue, and how long everything takes.
#[derive(Clone)]
pub struct Params {
    /// The places in the queue; no limit if 0.
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
        queue.put(&cx, Some(Item::new(&cx, &name))).await?; // @put
        cx.print(format!("Producer {id} produced {name}"));
        cx.sleep(pause).await; // @pause
    }
    if mode == Mode::Article {
        cx.note("puts None");
        queue.put(&cx, None).await?; // @last
    }
    cx.print(format!("Producer {id} finished"));
    Ok(())
}

async fn consumer(cx: Cx, id: usize, queue: Work, times: ByItem, mode: Mode) -> Result<()> {
    while let Some(Item { name, lane }) = /* @get */ queue.get(&cx).await? {
        let me = format!("Consumer {id}");
        cx.running(&name);
        lane.running(&me);
        cx.print(format!("{me} processing {name}"));
        cx.sleep(times.get(&name).copied().unwrap_or(0.0)).await; // @work
        lane.done(&me);
        cx.keep("processed", [json!([name, id, round_micros(cx.now())])]);
        queue.task_done(&cx)?;
    }
    if mode == Mode::Article {
        // For the other consumers. But this None was put too, and is never marked as done.
        cx.note("got None, puts it back"); // @ article
        queue.put(&cx, None).await?; // @back
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
    if mode == Mode::Fixed {
        // Only now, when there is nothing left to do: one None for each consumer.
        for _ in /* @ fixed */ &consumers {
            queue.put(&cx, None).await?; // @tell
        }
    }
    gather(consumers).await?; // @consumers
    cx.print("All work completed!");
    Ok(json!({}))
}

/// `None` says that no more work will come.
type Work = Queue<Option<Item>>;
type Times = Vec<f64>;
type ByItem = Rc<BTreeMap<String, f64>>;

// The page

use crate::page::*;

params!(Params, maxsize, consumers, produce_delays, process_times);

const ARTICLE: &str = "The article: two producers, three consumers";
const EARLY: &str = "Consumers that leave early";

playground! {
    title: "Producer-consumer: sentinel",
    subtitle: "`None` in the queue ends the work, or never does",
    lead: "Producers put items into a queue with three places, consumers take them out, and a None \
           says that no more will come. As published the program never ends: queue.join() waits \
           for a task_done() that nothing calls.",
    aim: "Tell consumers that no more items will come, so that the program ends.",
    articles: [1],
    strategies: {
        Article: "As published: a None from each producer",
        Fixed: "Repaired: a None for each consumer, after join",
    },
    messages: [
        "ValueError: task_done() called too many times",
    ],
    draw: draw,
}

/// Draws pauses and processing times, in the article's ranges.
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

fn fields() -> Vec<Field> {
    let pauses = FieldKind::List(List::of("pause", FieldKind::seconds(), json!(0.3)));
    let producers = List::not_empty("producer", pauses, json!([0.3, 0.3]));
    let times = Map::of("time", FieldKind::seconds(), "item-0-{n}", json!(0.5));
    vec![
        Field::list("produce_delays", "Producers' pauses after items", producers),
        Field::whole("consumers", "Consumers", 1, 1_000, ""),
        super::queue_places(),
        Field::map("process_times", "Processing time of each item", times),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let item = |(i, j): (usize, usize), time| (format!("item-{i}-{j}"), time);
    let times = [
        [0.45, 0.73, 0.26, 0.61, 0.34],
        [0.52, 0.29, 0.78, 0.41, 0.22],
    ];
    let places = || (0..2).flat_map(|i| (0..5).map(move |j| (i, j)));
    let article = Params {
        maxsize: 3,
        consumers: 3,
        produce_delays: vec![
            vec![0.31, 0.15, 0.42, 0.23, 0.17],
            vec![0.12, 0.36, 0.21, 0.47, 0.28],
        ],
        process_times: map_of(places().map(|(i, j)| item((i, j), times[i][j]))),
    };
    let time = |(i, j)| round_micros(0.2 + 0.03 * i as f64 + 0.007 * j as f64);
    let early = Params {
        produce_delays: vec![
            vec![0.1, 0.13, 0.11, 0.14, 0.1],
            vec![0.5, 0.47, 0.48, 0.49, 0.5],
        ],
        process_times: map_of(places().map(|place| item(place, time(place)))),
        ..article.clone()
    };
    let single = Params {
        consumers: 1,
        maxsize: 1,
        produce_delays: vec![vec![0.2; 4]],
        process_times: map_of((0..4).map(|j| item((0, j), 0.5))),
    };
    vec![
        (ARTICLE, article),
        (EARLY, early),
        ("One producer, one consumer, one place", single),
    ]
}

fn claims(p: &Params, preset: &str) -> Vec<Claim> {
    let items: usize = p.produce_delays.iter().map(Vec::len).sum();
    let (producers, consumers) = (p.produce_delays.len(), p.consumers);
    let all = items + producers + consumers;
    let puts = format!(
        "{items} items + {producers} and {consumers} None = {all} puts, but only {items} task_done()"
    );
    let published = Mode::Article.claim(Measure::Ends, "as published: does it end?", 0.0, puts);
    let formula = format!("{items} items + {consumers} None, each with its task_done()");
    let repaired = Mode::Fixed.claim(Measure::Ends, "repaired: does it end?", 1.0, formula);
    let formula = format!("{items} + {producers} + {consumers} = {all}");
    let label = "repaired: items, producers and consumers that are done";
    let mut claims = vec![
        published
            .said(preset == ARTICLE, "\"All work completed!\"")
            .but(
                "The consumers take None without task_done() and put it back: 15 puts, \
             10 task_done(), so queue.join() waits for 5 more for ever, and this line is \
             never printed.",
            ),
        repaired,
        Mode::Fixed.counts(Measure::Done, label, all, formula),
    ];
    if preset == EARLY {
        let stuck = in_turn(p.produce_delays[1][..4].iter().copied());
        let formula = format!("0.5 + 0.47 + 0.48 + 0.49 = {}", seconds(stuck));
        let label = "as published: Producer 1 is stuck, no consumer is left";
        claims.push(Mode::Article.claim(Measure::Hangs, label, stuck, formula));
    }
    claims
}
