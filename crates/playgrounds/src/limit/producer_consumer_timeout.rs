//! Consumers that leave when no item comes in time: article 2's producer and consumers.

use interleave_runtime::{Cx, Error, Queue, Result, gather, wait_all};
use interleave_trace::time::round_micros;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;

/// Who produces how many items.
#[derive(Clone, Serialize, Deserialize)]
#[serde(into = "(String, usize)")]
pub struct Producer {
    name: String,
    items: usize,
}

/// The queue, and how long everything takes.
#[derive(Clone, Serialize, Deserialize)]
pub struct Params {
    /// The room in the queue; without bounds if 0.
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

async fn producer(cx: Cx, shop: Rc<Shop>, me: Producer) -> Result<()> {
    for i in 1..=me.items {
        let name = format!("{}-Item-{i}", me.name);
        shop.queue.put(&cx, Item::new(&cx, &name)).await; // @put
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
        let get = async move { Ok(queue.get(&own).await) }; // @impatient
        match cx.wait_for(shop.p.timeout, get).await /* @impatient */ {
            Ok(item) => process(&cx, &shop, &me, item).await?,
            Err(Error::TimedOut) => {
                cx.done("left: no item in time");
                return Ok(());
            }
            Err(error) => return Err(error),
        }
    }
}

/// Repaired: it works until it is told that there is nothing left.
async fn patient(cx: Cx, shop: Rc<Shop>, me: String) -> Result<()> {
    loop {
        let item = shop.queue.get(&cx).await; // @get
        process(&cx, &shop, &me, item).await?;
    }
}

async fn program(cx: Cx, mode: &str, p: Params) -> Result<Value> {
    let shop = Rc::new(Shop {
        queue: Queue::new("queue_length", p.maxsize),
        processed: RefCell::default(),
        p,
    });
    let start = |me: &Producer| {
        let (shop, me) = (Rc::clone(&shop), me.clone());
        cx.spawn(&me.name.clone(), |cx| producer(cx, shop, me))
    };
    let producers: Vec<_> = shop.p.producers.iter().map(start).collect();
    if mode == "article" {
        let start = |me: &String| {
            let (shop, name) = (Rc::clone(&shop), me.clone());
            cx.spawn_queued(me, |cx| impatient(cx, shop, name))
        };
        let consumers = shop.p.consumers.iter().map(start);
        gather(producers.into_iter().chain(consumers)).await?; // @all
    } else {
        let start = |me: &String| {
            let (shop, name) = (Rc::clone(&shop), me.clone());
            cx.spawn_queued(me, |cx| patient(cx, shop, name))
        };
        let consumers: Vec<_> = shop.p.consumers.iter().map(start).collect();
        gather(producers).await?; // @producers
        shop.queue.join(&cx).await; // @join
        for consumer in &consumers {
            consumer.cancel();
        }
        wait_all(consumers).await; // @consumers
    }
    let processed = shop.processed.borrow();
    Ok(json!({
        "processed": *processed,
        "last_item_done": processed.last().map(|last| &last[2]),
        "left_in_queue": shop.queue.len(),
    }))
}

// The page

use crate::{
    Card, Claim, Field, FieldKind, List, Measure, Playground, Problem, Rows, Section, Strategy,
    in_turn,
};
use interleave_trace::seconds;

/// The playground.
pub struct LeaveAfter;

/// More items than this would be more than a page can hold.
const MOST_ITEMS: usize = 100_000;

const ARTICLE: &str = "The article: ten items, two consumers";
const SLOW: &str = "A slow producer: an item every 2.5 s";

/// In params, a producer is a pair: its name and the number of its items.
impl From<Producer> for (String, usize) {
    fn from(producer: Producer) -> Self {
        (producer.name, producer.items)
    }
}

/// What the menu says of it.
pub const CARD: crate::Card = LeaveAfter::CARD;

/// Makes its entry.
pub fn entry() -> crate::Entry {
    crate::Entry::of::<LeaveAfter>()
}

impl Playground for LeaveAfter {
    type Params = Params;

    const CARD: Card = Card {
        slug: "producer-consumer-timeout",
        title: "Consumers that leave when nothing comes",
        lead: "Each consumer waits for the next item for two seconds, then leaves. When the \
               producer is quick, that only costs time at the end. When it is slow, they \
               leave too early: the queue fills up, and the producer waits for ever.",
        section: Section::Limit,
        articles: &[2],
        cards: None,
        rust: include_str!("producer_consumer_timeout.rs"),
        python: include_str!("producer_consumer_timeout.py"),
    };

    const STRATEGIES: &'static [Strategy] = &[
        Strategy::shown(
            "article",
            "As published: leave after the timeout",
            "cx.wait_for(shop.p.timeout",
        ),
        Strategy::shown(
            "fixed",
            "Repaired: leave when all is done",
            "shop.queue.join(&cx).await",
        ),
    ];

    fn fields() -> Vec<Field> {
        let producers = Rows::tuples(
            "producer",
            vec![
                Field::text("name", "Name"),
                Field::whole("items", "Items", 1, 10_000, ""),
            ],
            json!(["Producer-{n}", 10]),
        );
        let consumers = List {
            noun: "consumer",
            item: Box::new(FieldKind::Text { max: 200 }),
            min: 1,
            fresh: json!("Consumer-{n}"),
        };
        vec![
            Field::rows("producers", "Producers", producers),
            Field::list("consumers", "Consumers", consumers),
            super::queue_places(),
            Field::seconds("produce_time", "Pause after each item"),
            Field::seconds("process_time", "Each item takes"),
            Field::seconds("timeout", "A consumer leaves after"),
        ]
    }

    fn own_duration(task: &str) -> Option<String> {
        let is_item = task.contains("-Item-");
        is_item.then(|| "/process_time".to_owned())
    }

    fn presets() -> Vec<(&'static str, Params)> {
        let article = Params {
            maxsize: 5,
            producers: vec![Producer {
                name: "Producer-1".to_owned(),
                items: 10,
            }],
            consumers: vec!["Consumer-1".to_owned(), "Consumer-2".to_owned()],
            produce_time: 0.1,
            process_time: 0.2,
            timeout: 2.0,
        };
        let slow = Params {
            produce_time: 2.5,
            ..article.clone()
        };
        let mut crowd = article.clone();
        crowd.producers.push(Producer {
            name: "Producer-2".to_owned(),
            items: 10,
        });
        crowd.process_time = 0.5;
        vec![
            (ARTICLE, article),
            (SLOW, slow),
            ("Two producers, more than the consumers can do", crowd),
        ]
    }

    fn problems(p: &Params) -> Vec<Problem> {
        let items: usize = p.producers.iter().map(|producer| producer.items).sum();
        Problem::too_many("producers", "items", items, MOST_ITEMS)
    }

    async fn program(cx: Cx, mode: &'static str, params: Params) -> Result<Value> {
        program(cx, mode, params).await
    }

    fn claims(p: &Params, preset: Option<&str>) -> Vec<Claim> {
        let mut claims = vec![Claim::new(
            "repaired: does it end?",
            Measure::Ends("fixed"),
            1.0,
            "every item is taken out and marked as done".to_owned(),
        )];
        if let [Producer { items, .. }] = &p.producers[..] {
            claims.extend(of_one_producer(p, *items, preset == Some(SLOW)));
        }
        claims
    }
}

/// What can be said beforehand of a single producer: it is so quick that nobody leaves before
/// the end, or so slow that everybody does.
fn of_one_producer(p: &Params, items: usize, is_slow_preset: bool) -> Vec<Claim> {
    let (pause, work, limit) = (p.produce_time, p.process_time, p.timeout);
    let round = p.consumers.len() as f64 * pause;
    // A hair's breadth is left to the clock's rounding.
    let keep_up = round >= work - 1e-9;
    let nobody_leaves = round - work < limit - 1e-6 && round < limit - 1e-6;
    let everybody_leaves = pause > limit + work + 1e-6;
    let pauses = |count: usize| std::iter::repeat_n(pause, count);
    if keep_up && nobody_leaves && items >= p.consumers.len() && work > 0.0 {
        let done = in_turn(pauses(items - 1).chain([work]));
        let end = in_turn(pauses(items - 1).chain([work, limit]));
        let formula = format!(
            "{} × {pause} + {work} = {} for the last item, + {limit} s of waiting = {}",
            items - 1,
            seconds(done),
            seconds(end)
        );
        let made = in_turn(pauses(items));
        let label = "as published: the last consumer sits out its timeout";
        let published = Measure::Makespan("article");
        let repaired = Claim::new(
            "repaired: over when all has been made and the last item is done",
            Measure::Makespan("fixed"),
            done.max(made),
            format!("max({}, {})", seconds(made), seconds(done)),
        );
        return vec![
            Claim::new(label, published, end.max(made), formula),
            repaired,
        ];
    }
    if !everybody_leaves || limit <= 0.0 {
        return Vec::new();
    }
    if p.maxsize == 0 || items < p.maxsize + 2 {
        let end = in_turn(pauses(items));
        let formula = format!(
            "{items} × {pause} = {}: nobody is there any more",
            seconds(end)
        );
        let label = "as published: the producer ends alone, its items stay in the queue";
        return vec![Claim::new(
            label,
            Measure::Makespan("article"),
            end,
            formula,
        )];
    }
    let stuck = in_turn(pauses(p.maxsize + 1));
    let formula = format!("({} + 1) × {pause} = {}", p.maxsize, seconds(stuck));
    let label = "as published: the queue is full, and nobody is left";
    let hangs = Claim::new(label, Measure::Hangs("article"), stuck, formula);
    let said = is_slow_preset.then_some("\"Run producer-consumer pattern\"");
    vec![hangs.said(said).but(
        "With an item every 2.5 s instead of every 0.1 s, the consumers leave at 2.0 and 2.2 s, \
         the queue fills, and the producer blocks for ever at 15 s with 9 of 10 items unprocessed.",
    )]
}
