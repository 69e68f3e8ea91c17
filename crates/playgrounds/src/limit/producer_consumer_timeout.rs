//! Consumers that leave when no item comes in time: article 2's producer and consumers.

use interleave_runtime::{Cx, Error, Queue, Result, gather, wait_all};
use interleave_trace::time::round_micros;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;

/// A producer: its name, and the number of its items.
#[derive(Clone)]
pub struct Producer(String, usize);

/// The queue, and how long everything takes.
#[derive(Clone)]
pub struct Params {
    /// The places in the queue; no limit if 0.
    maxsize: usize,
    producers: Vec<Producer>,
    consumers: Vec<String>,
    /// A producer's pause after each item.
    produce_time: f64,
    process_time: f64,
    /// How long a consumer waits for an item before it leaves.
    timeout: f64,
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

/// What all tasks share.
struct Shop {
    p: Params,
    queue: Queue<Item>,
    processed: RefCell<Vec<Value>>,
}

async fn producer(cx: Cx, shop: Rc<Shop>, Producer(me, items): Producer) -> Result<()> {
    for i in 1..=items {
        let name = format!("{me}-Item-{i}");
        shop.queue.put(&cx, Item::new(&cx, &name)).await?; // @put
        cx.print(format!("Produced: {name}"));
        cx.sleep(shop.p.produce_time).await; // @pause
    }
    Ok(())
}

/// Works on one item.
async fn process(cx: &Cx, shop: &Shop, me: &str, Item { name, lane }: Item) -> Result<()> {
    cx.running(&name);
    lane.running(me);
    cx.print(format!("Processing: {name}"));
    cx.sleep(shop.p.process_time).await; // @work
    lane.done(me);
    let done = json!([name, me, round_micros(cx.now())]);
    shop.processed.borrow_mut().push(done);
    shop.queue.task_done(cx)
}

/// As published: it takes a queue that stays empty for the end of the work.
async fn impatient(cx: Cx, shop: Rc<Shop>, me: String) -> Result<()> {
    loop {
        let (own, queue) = (cx.clone(), shop.queue.clone());
        let get = async move { queue.get(&own).await }; // @impatient
        match cx.wait_for(shop.p.timeout, get).await /* @impatient article */ {
            Ok(item) => process(&cx, &shop, &me, item).await?,
            Err(Error::TimedOut) => {
                cx.done("left: no item in time");
                return Ok(());
            }
            Err(error) => return Err(error),
        }
    }
}

/// Repaired: it works until main cancels it, when nothing is left.
async fn patient(cx: Cx, shop: Rc<Shop>, me: String) -> Result<()> {
    loop {
        let item = shop.queue.get(&cx).await?; // @get
        process(&cx, &shop, &me, item).await?;
    }
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    let shop = Rc::new(Shop {
        queue: Queue::new("queue_length", p.maxsize),
        processed: RefCell::default(),
        p,
    });
    let start = |me: &Producer| {
        let (shop, me) = (Rc::clone(&shop), me.clone());
        cx.spawn(&me.0.clone(), |cx| producer(cx, shop, me))
    };
    let producers: Vec<_> = shop.p.producers.iter().map(start).collect();
    match mode {
        Mode::Article => {
            let start = |me: &String| {
                let (shop, name) = (Rc::clone(&shop), me.clone());
                cx.spawn_queued(me, |cx| impatient(cx, shop, name))
            };
            let consumers = shop.p.consumers.iter().map(start);
            gather(producers.into_iter().chain(consumers)).await?; // @all
        }
        Mode::Fixed => {
            let start = |me: &String| {
                let (shop, name) = (Rc::clone(&shop), me.clone());
                cx.spawn_queued(me, |cx| patient(cx, shop, name))
            };
            let consumers: Vec<_> = shop.p.consumers.iter().map(start).collect();
            gather(producers).await?; // @producers
            shop.queue.join(&cx).await; // @join fixed
            for consumer in &consumers {
                consumer.cancel();
            }
            wait_all(consumers).await; // @consumers
        }
    }
    let processed = shop.processed.borrow();
    Ok(json!({
        "processed": *processed,
        "last_item_done": processed.last().map(|last| &last[2]),
        "left_in_queue": shop.queue.len(),
    }))
}

// The page

use crate::page::*;

params!(
    Params,
    maxsize,
    producers,
    consumers,
    produce_time,
    process_time,
    timeout
);
params!(Producer(name, items));

/// More items than this would be more than a page can hold.
const MOST_ITEMS: usize = 100_000;

const ARTICLE: &str = "The article: ten items, two consumers";
const SLOW: &str = "A slow producer: an item every 2.5 s";

playground! {
    title: "Producer-consumer: timeout",
    subtitle: "Consumers leave when the queue stays empty",
    lead: "Each consumer waits two seconds for the next item, then leaves. With a fast producer that \
           only costs time at the end. With a slow one the consumers leave too early: the queue \
           fills up, and the producer waits for ever.",
    aim: "See why a queue that is empty for a while is no sign that the work is done.",
    articles: [2],
    strategies: {
        Article: "As published: wait_for with a timeout",
        Fixed: "Repaired: queue.join, then cancel",
    },
    problems: problems,
    own_duration: |task| task.contains("-Item-").then(|| "/process_time".to_owned()),
}

fn fields() -> Vec<Field> {
    let columns = [Field::name(), Field::whole("items", "Items", 1, 10_000, "")];
    let producers = Rows::tuples("producer", json!(["Producer-{n}", 10]), columns);
    let name = FieldKind::Text { max: 200 };
    let consumers = List::not_empty("consumer", name, json!("Consumer-{n}"));
    vec![
        Field::rows("producers", "Producers", producers),
        Field::list("consumers", "Consumers", consumers),
        super::queue_places(),
        Field::seconds("produce_time", "Pause after each item").varies(),
        Field::seconds("process_time", "Processing time of an item").varies(),
        Field::seconds("timeout", "Timeout of a consumer"),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let producer = |name: &str| Producer(name.to_owned(), 10);
    let article = Params {
        maxsize: 5,
        producers: vec![producer("Producer-1")],
        consumers: vec!["Consumer-1".to_owned(), "Consumer-2".to_owned()],
        produce_time: 0.1,
        process_time: 0.2,
        timeout: 2.0,
    };
    let slow = Params {
        produce_time: 2.5,
        ..article.clone()
    };
    let crowd = Params {
        producers: vec![producer("Producer-1"), producer("Producer-2")],
        process_time: 0.5,
        ..article.clone()
    };
    vec![
        (ARTICLE, article),
        (SLOW, slow),
        ("Two producers, slow consumers", crowd),
    ]
}

fn problems(p: &Params) -> Vec<Problem> {
    let items: usize = p.producers.iter().map(|producer| producer.1).sum();
    Problem::too_many("producers", "items", items, MOST_ITEMS)
}

fn claims(p: &Params, preset: &str) -> Vec<Claim> {
    let why = "every item is taken out and marked as done";
    let ends = Mode::Fixed.claim(Measure::Ends, "repaired: does it end?", 1.0, why);
    match p.producers[..] {
        [Producer(_, items)] => {
            let known = of_one_producer(p, items, preset == SLOW);
            [ends].into_iter().chain(known).collect()
        }
        _ => vec![ends],
    }
}

/// What follows for a single producer: it is so fast that no consumer leaves before the end, or so
/// slow that all do.
fn of_one_producer(p: &Params, items: usize, is_slow_preset: bool) -> Vec<Claim> {
    let (pause, work, limit) = (p.produce_time, p.process_time, p.timeout);
    let round = p.consumers.len() as f64 * pause;
    // A hair's breadth is left to the clock's rounding.
    let keep_up = round >= work - 1e-9;
    let none_leaves = round - work < limit - 1e-6 && round < limit - 1e-6;
    let all_leave = pause > limit + work + 1e-6;
    let pauses = |count: usize| std::iter::repeat_n(pause, count);
    if keep_up && none_leaves && items >= p.consumers.len() && work > 0.0 {
        let done = in_turn(pauses(items - 1).chain([work]));
        let end = in_turn(pauses(items - 1).chain([work, limit]));
        let made = in_turn(pauses(items));
        let published = format!(
            "{} × {pause} + {work} = {} for the last item, + {limit} s of timeout = {}",
            items - 1,
            seconds(done),
            seconds(end)
        );
        let repaired = format!("max({}, {})", seconds(made), seconds(done));
        return vec![
            Mode::Article.takes("as published: the last timeout", end.max(made), published),
            Mode::Fixed.takes("repaired: the last item", done.max(made), repaired),
        ];
    }
    if !all_leave || limit <= 0.0 {
        return Vec::new();
    }
    if p.maxsize == 0 || items < p.maxsize + 2 {
        let end = in_turn(pauses(items));
        let formula = format!("{items} × {pause} = {}: no consumer is left", seconds(end));
        let label = "as published: the producer ends alone, its items stay in the queue";
        return vec![Mode::Article.takes(label, end, formula)];
    }
    let stuck = in_turn(pauses(p.maxsize + 1));
    let formula = format!("({} + 1) × {pause} = {}", p.maxsize, seconds(stuck));
    let label = "as published: the queue is full, and no consumer is left";
    let hangs = Mode::Article.claim(Measure::Hangs, label, stuck, formula);
    vec![hangs.said(is_slow_preset, "\"Run producer-consumer pattern\"").but(
        "With an item every 2.5 s instead of every 0.1 s, the consumers leave at 2.0 and 2.2 s, \
         the queue fills, and the producer blocks for ever at 15 s with 9 of 10 items unprocessed.",
    )]
}
