//! A pool of connections: article 0's program, which fetches users and updates their statistics.

use interleave_runtime::{Cx, Error, Pool, Result, Row, Schema, Table, Task, wait_all};
use interleave_trace::time::round_micros;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The users, the pool, and how long everything takes.
#[derive(Clone)]
pub struct Params {
    /// The connections of the pool.
    max_size: usize,
    create_pool: f64,
    fetch: f64,
    update: f64,
    /// The users to fetch and to update.
    user_ids: Vec<u32>,
    /// The users that exist.
    known: Vec<u32>,
}

/// What the tasks share.
#[derive(Clone)]
struct Database {
    pool: Pool,
    users: Table,
    fetch: f64,
    update: f64,
}

const USERS: Schema = Schema {
    database: "db-pool",
    table: "users",
    unique: None,
};

/// Opens the pool.
async fn connect(cx: &Cx, p: &Params) -> Result<Database> {
    cx.note("creating the pool");
    let users = Table::new(USERS);
    let mut known = BTreeSet::new();
    known.extend(&p.known);
    let rows = known.into_iter().copied().map(user).collect();
    users.fill(cx, rows, p.create_pool).await?; // @connect
    let (pool, fetch, update) = (Pool::new(p.max_size), p.fetch, p.update);
    Ok(Database {
        pool,
        users,
        fetch,
        update,
    })
}

/// Fetches a user; nothing if there is none.
fn fetch(cx: &Cx, db: &Database, id: u32) -> Task<Option<Row>> {
    let db = db.clone();
    let fetch = cx.task(&format!("fetch {id}"), |cx| async move {
        let connection = db.pool.acquire(&cx).await; // @acquire
        cx.running(&connection);
        let row = db.users.get(&cx, id, db.fetch).await?; // @fetch
        cx.done(if row.is_some() { "row" } else { "no row" });
        Ok(row)
    });
    fetch.starts_queued()
}

/// Counts a login of a user; returns how many rows that has changed.
fn update(cx: &Cx, db: &Database, id: u32, checks: bool) -> Task<usize> {
    let db = db.clone();
    let update = cx.task(&format!("update {id}"), |cx| async move {
        let connection = db.pool.acquire(&cx).await; // @acquire
        cx.running(&connection);
        let changed = db.users.increase(&cx, id, "logins", 1, db.update).await?; // @update
        drop(connection);
        // As published, it is not looked at how many rows have been changed.
        if checks && changed == 0 {
            cx.print(format!("No user {id}: nothing to update"));
            return Err(Error::Failed(format!("no user {id}")));
        }
        let updated = format!("Updated stats for user {id}");
        if checks {
            cx.print(&updated);
        }
        cx.done(updated);
        Ok(changed)
    });
    update.starts_queued()
}

/// As published: a coroutine does nothing before gather starts it. So no update begins
/// before the last fetch has ended.
async fn article(cx: &Cx, p: &Params, db: &Database) -> Result<Value> {
    let ids = || p.user_ids.iter().copied();
    let fetches: Vec<_> = ids().map(|id| fetch(cx, db, id)).collect();
    let updates: Vec<_> = ids().map(|id| update(cx, db, id, false)).collect();
    let rows = wait_all(fetches.into_iter().map(|task| task.spawn(cx))).await; // @fetches article
    let fetched_at = round_micros(cx.now());
    wait_all(updates.into_iter().map(|task| task.spawn(cx))).await; // @updates
    let valid = rows.iter().flatten().flatten().count();
    cx.print(format!("Processed {valid} valid users"));
    Ok(json!({ "valid_users": valid, "fetched_at": fetched_at }))
}

/// Repaired: all tasks are started before the first is awaited.
async fn fixed(cx: &Cx, p: &Params, db: &Database) -> Result<Value> {
    let ids = || p.user_ids.iter().copied();
    let fetches: Vec<_> = ids().map(|id| fetch(cx, db, id).spawn(cx)).collect();
    let updates: Vec<_> = ids().map(|id| update(cx, db, id, true).spawn(cx)).collect(); // @ fixed
    let rows = wait_all(fetches).await; // @rows
    let changed = wait_all(updates).await; // @counts
    let valid = rows.iter().flatten().flatten().count();
    let updated: usize = changed.into_iter().flatten().sum();
    cx.print(format!("Processed {valid} valid users, updated {updated}"));
    Ok(json!({ "valid_users": valid, "updated": updated }))
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    let db = connect(&cx, &p).await?;
    let mut results = match mode {
        Mode::Article => article(&cx, &p, &db).await?,
        Mode::Fixed => fixed(&cx, &p, &db).await?,
    };
    results["peak_connections"] = db.pool.peak().into();
    Ok(results)
}

/// The row of a user without logins.
fn user(id: u32) -> Row {
    Row::from_iter([
        ("id".to_owned(), id.into()),
        ("logins".to_owned(), 0.into()),
    ])
}

// The page

use crate::page::*;

params!(
    Params,
    max_size,
    create_pool,
    fetch,
    update,
    user_ids,
    known
);
use std::cmp::Reverse;
use std::collections::BinaryHeap;

const ARTICLE: &str = "The article: twenty connections";

playground! {
    title: "Connection pool",
    subtitle: "Seven users, a fetch and an update for each",
    lead: "A task takes a connection from the pool for each statement, and waits if none is free. \
           As published, the updates start when the last fetch has ended, although the program \
           says that all operations run concurrently, and users that do not exist are reported as \
           updated.",
    aim: "Share a few connections among many tasks, and check which operations really overlap.",
    articles: [0],
    strategies: {
        Article: "As published: gather, then gather",
        Fixed: "Repaired: all tasks start at once",
    },
    outside: Outside::Database(USERS),
    own_duration: |task| {
        let value = match task.split(' ').next()? {
            "fetch" => "/fetch",
            "update" => "/update",
            _ => return None,
        };
        Some(value.to_owned())
    },
}

fn fields() -> Vec<Field> {
    let ids = || List::of("user", FieldKind::whole(0, u32::MAX, ""), json!(1));
    vec![
        Field::list("user_ids", "Users to fetch and to update", ids()),
        Field::list("known", "Users that exist", ids()),
        Field::whole("max_size", "Connections", 0, 10_000, ""),
        Field::seconds("create_pool", "Opening the pool"),
        Field::seconds("fetch", "A fetch").varies(),
        Field::seconds("update", "An update").varies(),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let article = Params {
        max_size: 20,
        create_pool: 0.1,
        fetch: 0.2,
        update: 0.1,
        user_ids: vec![1, 2, 3, 4, 5, 100, 101],
        known: (1..=5).collect(),
    };
    let connections = |max_size| Params {
        max_size,
        ..article.clone()
    };
    let many = Params {
        max_size: 10,
        user_ids: (1..=60).collect(),
        known: (1..=57).collect(),
        ..article.clone()
    };
    vec![
        (ARTICLE, article.clone()),
        ("Three connections", connections(3)),
        (
            "One connection: one statement after another",
            connections(1),
        ),
        ("Sixty users, ten connections", many),
        ("No connection: nothing can go on", connections(0)),
    ]
}

/// When the last of these statements ends if each takes the connection that is free first.
fn last_end(start: Time, connections: usize, statements: &[f64]) -> Time {
    let bound = connections.min(statements.len());
    let mut free: BinaryHeap<_> = vec![Reverse(start); bound].into();
    for &seconds in statements {
        if let Some(mut first) = free.peek_mut() {
            first.0 = first.0.after(seconds);
        }
    }
    let last = free.into_iter().map(|Reverse(at)| at).max();
    last.unwrap_or(start)
}

fn claims(p: &Params, preset: &str) -> Vec<Claim> {
    let (users, connections) = (p.user_ids.len(), p.max_size);
    if connections == 0 && users > 0 {
        let never = |mode: Mode, label| {
            let formula = "no connection will ever be free";
            mode.claim(Measure::Ends, label, 0.0, formula)
        };
        return vec![
            never(Mode::Article, "as published: does it end?"),
            never(Mode::Fixed, "repaired: does it end?"),
        ];
    }
    let open = Time::ZERO.after(p.create_pool);
    let (fetches, updates) = (vec![p.fetch; users], vec![p.update; users]);
    let fetched = last_end(open, connections, &fetches);
    let published = last_end(fetched, connections, &updates).secs();
    let both: Vec<f64> = [fetches, updates].concat();
    let repaired = last_end(open, connections, &both).secs();
    let formula = format!(
        "{} + {users} fetches, then {users} updates, {connections} at a time = {}",
        p.create_pool,
        seconds(published)
    );
    let slow = Mode::Article.takes("as published: two phases", published, formula);
    let formula = format!(
        "{} + {} statements, {connections} at a time = {}",
        p.create_pool,
        2 * users,
        seconds(repaired)
    );
    let fast = Mode::Fixed.takes("repaired: all at once", repaired, formula);
    let of_article = preset == ARTICLE;
    let slow = slow
        .said(of_article, "\"Execute all operations concurrently\"")
        .but(
            "The second gather starts its coroutines when the first has returned: no update \
             begins before the last fetch has ended.",
        );
    let mut known = BTreeSet::<&u32>::new();
    known.extend(&p.known);
    let missing = p.user_ids.iter().filter(|id| !known.contains(id)).count();
    let formula = format!("{users} fetches + {users} updates = {}", 2 * users);
    let label = "as published: statements that are reported as done";
    let done = Mode::Article.counts(Measure::Done, label, 2 * users, formula);
    let formula = format!("{missing} of {users} ids have no row");
    let label = "repaired: users that are reported as missing";
    let reported = Mode::Fixed.counts(Measure::Failures, label, missing, formula);
    let mut claims = Claim::compared(slow, fast);
    claims.extend([
        done.said(of_article, "\"Updated stats for user 100\"").but(
            "Users 100 and 101 do not exist. An UPDATE that finds no row is no error: the number \
             of rows that it has changed has to be looked at.",
        ),
        reported,
    ]);
    claims
}
