//! Context managers: a connection, and when it is closed, after articles 1 and 2.

use interleave_runtime::{Cx, Error, Result};
use interleave_trace::time::round_micros;
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A query, and how it goes.
#[derive(Clone)]
pub struct Query {
    sql: String,
    /// In seconds.
    duration: f64,
    /// What it fails with after its duration. Without words, it does not.
    error: Option<String>,
}

/// What is asked of the connection, and how long everything takes, in seconds.
#[derive(Clone)]
pub struct Params {
    connect: f64,
    close: f64,
    queries: Vec<Query>,
    /// When the task is cancelled, in the strategy in which it is; never if absent.
    cancel_after: Option<f64>,
}

/// A connection to a database. A clone is the same connection.
#[derive(Clone)]
struct Connection {
    p: Rc<Params>,
    /// Whether it is open; `None` before the Python class has set the attribute.
    connected: Rc<Cell<Option<bool>>>,
    values: Rc<RefCell<Vec<String>>>,
}

/// A step of the connection, with a lane of its own.
async fn step(cx: Cx, line: String, seconds: f64, error: Option<String>) -> Result<()> {
    cx.print(line);
    cx.sleep(seconds).await; // @step
    match error.filter(|why| !why.is_empty()) {
        Some(why) => Err(Error::Failed(why)),
        None => Ok(()),
    }
}

impl Connection {
    async fn connect(&self, cx: &Cx) -> Result<()> {
        let line = "Connecting to database...".to_owned();
        let task = cx.task("connect", |cx| step(cx, line, self.p.connect, None));
        task.await?; // @connect
        self.connected.set(Some(true));
        Ok(())
    }

    async fn close(&self, cx: &Cx) -> Result<()> {
        let line = "Closing database connection...".to_owned();
        let task = cx.task("close", |cx| step(cx, line, self.p.close, None));
        task.await?; // @close
        self.connected.set(Some(false));
        Ok(())
    }

    async fn execute_query(&self, cx: &Cx, query: &Query) -> Result<String> {
        match self.connected.get() {
            Some(true) => {}
            Some(false) => return Err(failed("RuntimeError: Not connected to database")),
            // What Python says of an attribute that __init__ has not set.
            None => return Err(failed(ABSENT)), // @ before_connecting
        }
        let Query {
            sql,
            duration,
            error,
        } = query.clone();
        let line = format!("Executing: {sql}");
        let task = cx.task(&sql, |cx| step(cx, line, duration, error));
        task.await?; // @query
        Ok(format!("Results for: {sql}"))
    }

    /// The block inside of `async with`.
    async fn queries(self, cx: Cx) -> Result<()> {
        for query in &self.p.queries {
            let value = self.execute_query(&cx, query).await?;
            self.values.borrow_mut().push(value);
        }
        Ok(())
    }
}

/// What `async with` does: it closes the connection however the queries end, also when the
/// task is cancelled.
async fn with_connection(cx: &Cx, db: &Connection) -> Result<()> {
    db.connect(cx).await?;
    let ended = cx.catch_cancel(db.clone().queries(cx.clone())).await;
    db.close(cx).await?;
    ended
}

/// `close` is the last line, which an error does not reach.
async fn without_manager(cx: &Cx, db: &Connection) -> Result<()> {
    db.connect(cx).await?;
    db.clone().queries(cx.clone()).await?;
    db.close(cx).await // @ last_line
}

/// In Rust a guard releases what it holds when it is dropped, however its scope is left.
struct Guard<'a> {
    cx: &'a Cx,
    db: &'a Connection,
}

impl Drop for Guard<'_> {
    /// But `drop` is no `async fn`: it can start a task that closes, and cannot await it.
    fn drop(&mut self) {
        let (line, close) = ("Closing database connection...".to_owned(), self.db.p.close);
        let _left_behind = self.cx.spawn("close", |cx| step(cx, line, close, None)); // @ guard
    }
}

async fn with_guard(cx: &Cx, db: &Connection) -> Result<()> {
    db.connect(cx).await?;
    let _guard = Guard { cx, db };
    db.clone().queries(cx.clone()).await
}

/// The task is cancelled; it ends when the connection is closed.
async fn cancelled(cx: &Cx, db: &Connection) -> Result<()> {
    let own = db.clone();
    let task = cx.spawn(
        "queries",
        |cx| async move { with_connection(&cx, &own).await },
    );
    if let Some(after) = db.p.cancel_after {
        cx.sleep(after).await; // @cancel
        task.cancel(); // @ cancelled
    }
    match task.await /* @task */ {
        Err(Error::Cancelled) => cx.print("Cancelled"),
        ended => return ended,
    }
    Ok(())
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    let db = Connection::new(p, mode);
    let ended = match mode {
        Mode::Article => with_connection(&cx, &db).await, // @ article
        Mode::LastLine => without_manager(&cx, &db).await,
        Mode::Cancelled => cancelled(&cx, &db).await,
        Mode::Guard => with_guard(&cx, &db).await,
        Mode::BeforeConnecting | Mode::BeforeConnectingFixed => {
            db.clone().queries(cx.clone()).await
        }
    };
    let values = db.values.take();
    match ended {
        Err(Error::Failed(why)) => {
            cx.print(format!("Query failed: {why}"));
            let at = round_micros(cx.now());
            Ok(json!({ "values": values, "raised": why, "raised_at": at }))
        }
        ended => ended.map(|()| json!({ "values": values })),
    }
}

impl Connection {
    fn new(p: Params, mode: Mode) -> Self {
        // Repaired: __init__ sets connected, too.
        let connected = (mode == Mode::BeforeConnectingFixed).then_some(false); // @ before_connecting_fixed
        Self {
            p: Rc::new(p),
            connected: Rc::new(Cell::new(connected)),
            values: Rc::default(),
        }
    }
}

const ABSENT: &str = "AttributeError: 'Connection' object has no attribute 'connected'";

fn failed(why: &str) -> Error {
    Error::Failed(why.to_owned())
}

// The page

use crate::page::*;

params!(Query, sql, duration, error);
params!(Params, connect, close, queries, cancel_after);

const ARTICLE: &str = "Article 1: two queries";

playground! {
    title: "Context managers",
    subtitle: "`async with` closes the connection however its block is left",
    lead: "A connection is opened, used for queries, and closed. `async with` closes it when a query \
           fails and when the task is cancelled, too; a close() in the last line does not. Rust's \
           guards run when they are dropped, but cannot await.",
    aim: "Close a connection whether the work with it succeeds, fails or is cancelled.",
    articles: [1, 2],
    strategies: {
        Article: "async with",
        LastLine: "close() as the last line",
        Cancelled: "async with, in a task that is cancelled",
        Guard: "A guard, in Rust",
        BeforeConnecting: "As published: a query before connecting",
        BeforeConnectingFixed: "Repaired: a query before connecting",
    },
    own_duration: |task| match task {
        "connect" | "close" => Some(format!("/{task}")),
        _ => None,
    },
}

fn fields() -> Vec<Field> {
    let fresh = json!({ "sql": "SELECT {n}", "duration": 0.5 });
    let columns = [
        Field::text("sql", "Query"),
        Field::seconds("duration", "Duration"),
        Field::error(),
    ];
    vec![
        Field::rows("queries", "Queries", Rows::objects("query", fresh, columns)),
        Field::seconds("connect", "Time to connect"),
        Field::seconds("close", "Time to close"),
        Field::seconds("cancel_after", "Cancelled after").optional(),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let params = |duration, cancel_after| {
        let query = |sql: &str| Query {
            sql: sql.to_owned(),
            duration,
            error: None,
        };
        Params {
            connect: 0.1,
            close: 0.1,
            queries: ["SELECT * FROM users", "SELECT * FROM orders"]
                .map(query)
                .into(),
            cancel_after: Some(cancel_after),
        }
    };
    let article = params(0.5, 0.4);
    let mut fails = article.clone();
    fails.queries[0].error = Some("no such table: users".to_owned());
    let mut slow = params(0.5, 0.05);
    slow.close = 0.6;
    vec![
        (ARTICLE, article),
        ("Article 2: shorter queries", params(0.2, 0.4)),
        ("The first query fails", fails),
        ("Cancelled while it connects; closing takes longer", slow),
    ]
}

fn claims(p: &Params, preset: &str) -> Vec<Claim> {
    let fails = |query: &Query| query.error.as_ref().is_some_and(|why| !why.is_empty());
    let failing = p.queries.iter().position(fails);
    let begun = &p.queries[..failing.map_or(p.queries.len(), |place| place + 1)];
    let durations: Vec<f64> = begun.iter().map(|query| query.duration).collect();
    let connected = Time::ZERO.after(p.connect);
    let worked = durations
        .iter()
        .fold(connected, |at, &seconds| at.after(seconds));
    let closed = worked.after(p.close).secs();
    let queries = match durations.is_empty() {
        true => "no query".to_owned(),
        false => terms(durations.iter().copied(), " + "),
    };
    let formula = format!(
        "{} + {queries} + {} = {}",
        p.connect,
        p.close,
        seconds(closed)
    );
    let closes = |mode| Measure::Lines(mode, CLOSING);
    let mut claims = vec![
        Mode::Article.takes("async with: connect, queries, close", closed, formula),
        Mode::Article.counts(closes, "async with: closed", 1, "however the block is left"),
        match failing {
            Some(_) => Mode::LastLine.counts(closes, LAST_LINE, 0, "the error comes before it"),
            None => Mode::LastLine.counts(closes, LAST_LINE, 1, "no query fails"),
        },
    ];
    if let Some(after) = p.cancel_after {
        let at = Time::ZERO.after(after);
        // While it connects there is nothing to close yet; at a tie either may be first.
        let told = match at {
            _ if at < connected => Some((at, 0)),
            _ if at > connected && at < worked => Some((at.after(p.close), 1)),
            _ => None,
        };
        if let Some((ends, count)) = told {
            let (at, ends) = (at.secs(), ends.secs());
            let formula = match count {
                0 => format!("cancelled at {}, before it is open", seconds(at)),
                _ => format!("cancelled at {at} + close {} = {}", p.close, seconds(ends)),
            };
            claims.push(Mode::Cancelled.takes(
                "cancelled: until the task has ended",
                ends,
                formula,
            ));
            let how = "async with sees the CancelledError, if it has connected";
            claims.push(Mode::Cancelled.counts(closes, "cancelled: closed", count, how));
        }
    }
    if Time::ZERO.after(p.close) > Time::ZERO {
        let how = "main returns, and cancels the task that drop() has started";
        claims.push(Mode::Guard.cancelled("guard: cancelled before it has closed", 1, how));
    }
    if !p.queries.is_empty() {
        let of = |words| move |mode| Measure::Lines(mode, words);
        let how = "connected is not set before __aenter__";
        let label = "as published: AttributeError";
        let published = Mode::BeforeConnecting.counts(of("AttributeError"), label, 1, how);
        let words = "raise RuntimeError(\"Not connected to database\")";
        claims.push(published.said(preset == ARTICLE, words).but(
            "Before __aenter__ has run there is no attribute connected: the check itself raises \
             AttributeError.",
        ));
        let label = "repaired: RuntimeError";
        let how = "__init__ sets connected to False";
        claims.push(Mode::BeforeConnectingFixed.counts(of("RuntimeError"), label, 1, how));
    }
    claims
}

const CLOSING: &str = "Closing database connection";
const LAST_LINE: &str = "last line: closed";
