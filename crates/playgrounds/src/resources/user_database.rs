//! A table of users: article 1's program, in which user names are unique.

use interleave_runtime::{Cx, Error, Lock, Result, Row, Schema, Table, gather, wait_all};
use serde_json::{Value, json};
use std::rc::Rc;

/// A user to create.
#[derive(Clone)]
pub struct User {
    username: String,
    email: String,
}

/// The users, and how long everything takes.
#[derive(Clone)]
pub struct Params {
    connect: f64,
    /// How long a transaction takes that writes.
    create: f64,
    get: f64,
    /// The users to create.
    users: Vec<User>,
    /// The names of the users that are there already.
    existing: Vec<String>,
}

const USERS: Schema = Schema {
    database: "user-database",
    table: "users",
    unique: Some("username"),
};

/// The table, which has one writer at a time.
#[derive(Clone)]
struct Users {
    table: Table,
    lock: Lock,
    p: Rc<Params>,
}

impl Users {
    async fn connect(cx: &Cx, p: Params) -> Result<Self> {
        let table = Table::new(USERS);
        let rows = p.existing.iter().map(|name| row(&user(name))).collect();
        table.fill(cx, rows, p.connect).await?; // @connect
        let (lock, p) = (Lock::new(), Rc::new(p));
        Ok(Self { table, lock, p })
    }

    /// Creates users in one transaction: all or none. Returns their keys.
    async fn create(&self, cx: &Cx, users: &[User]) -> Result<Vec<u32>> {
        let _locked = self.lock.acquire(cx).await; // @lock
        cx.running("");
        let rows = users.iter().map(row).collect();
        let keys = self.table.insert(cx, rows, self.p.create).await?; // @create
        cx.done(format!("id {}", listed(&keys)));
        Ok(keys)
    }

    /// Readers do not wait for each other.
    async fn get(self, cx: Cx, key: u32) -> Result<String> {
        let row = self.table.get(&cx, key, self.p.get).await?; // @get
        let row = row.ok_or_else(|| Error::Failed(format!("no user {key}")))?;
        let text = |column: &str| row[column].as_str().unwrap_or_default().to_owned();
        cx.done(format!("{}, {}", text("username"), text("email")));
        Ok(format!("{}: {}", text("username"), text("email")))
    }
}

/// One after another, each in a transaction of its own.
async fn sequential(cx: &Cx, users: &Users) -> Vec<Result<Vec<u32>>> {
    let mut created = Vec::new();
    for user in /* @ sequential */ users.p.users.clone() {
        let users = users.clone();
        let name = format!("create {}", user.username);
        let one = cx.task(&name, |cx| async move { users.create(&cx, &[user]).await });
        created.push(one.starts_queued().await); // @each
    }
    created
}

/// All at once, each in a transaction of its own. A name that is taken is a result as well.
async fn concurrent(cx: &Cx, users: &Users) -> Vec<Result<Vec<u32>>> {
    let start = |user: &User| {
        let (users, user) = (users.clone(), user.clone());
        let name = format!("create {}", user.username);
        cx.spawn_queued(&name, |cx| async move { users.create(&cx, &[user]).await })
    };
    wait_all(users.p.users.iter().map(start)).await // @gather concurrent
}

/// All in one transaction: a name that is taken undoes all of it.
async fn one_transaction(cx: &Cx, users: &Users) -> Vec<Result<Vec<u32>>> {
    let users = users.clone();
    let all = cx.task("create all", |cx| async move {
        users.create(&cx, &users.p.users).await // @ one_transaction
    });
    vec![all.starts_queued().await] // @all
}

/// Fetches the users that were created.
async fn report(cx: &Cx, users: &Users, created: Vec<Result<Vec<u32>>>) -> Result<Value> {
    let shown = |created: &Result<Vec<u32>>| match created {
        Ok(keys) => listed(keys),
        Err(Error::Cancelled) => "CancelledError('')".to_owned(),
        Err(error) => format!("IntegrityError('{error}')"),
    };
    let words: Vec<_> = created.iter().map(shown).collect();
    cx.print(format!("Created users with IDs: [{}]", words.join(", ")));
    let get = |&key: &u32| {
        let users = users.clone();
        cx.spawn(&format!("get {key}"), |cx| users.get(cx, key))
    };
    let keys: Vec<u32> = created.into_iter().flatten().flatten().collect();
    let fetched = gather(keys.iter().map(get)).await?; // @fetched
    cx.print("Fetched users:");
    for user in &fetched {
        cx.print(format!("  {user}"));
    }
    Ok(json!({ "created": keys, "fetched": fetched }))
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    let users = Users::connect(&cx, p).await?;
    let created = match mode {
        Mode::Sequential => sequential(&cx, &users).await,
        Mode::Concurrent => concurrent(&cx, &users).await,
        Mode::OneTransaction => one_transaction(&cx, &users).await,
    };
    report(&cx, &users, created).await
}

fn user(name: &str) -> User {
    User {
        username: name.to_owned(),
        email: format!("{name}@example.com"),
    }
}

fn row(User { username, email }: &User) -> Row {
    let text = |key: &str, value: &String| (key.to_owned(), value.clone().into());
    Row::from_iter([text("username", username), text("email", email)])
}

fn listed(keys: &[u32]) -> String {
    let keys: Vec<_> = keys.iter().map(u32::to_string).collect();
    keys.join(", ")
}

// The page

use crate::page::*;

params!(User, username, email);
params!(Params, connect, create, get, users, existing);
use std::collections::BTreeSet;

const ARTICLE: &str = "The article's three users";

playground! {
    title: "User database",
    subtitle: "Unique names, and one writer at a time",
    lead: "Users are created, then fetched. A name that is taken is refused, and gather hands that \
           over as a result. SQLite has one writer at a time, so transactions that write wait for \
           each other, and only the reads overlap. One transaction for all of them is faster, but \
           then one bad name undoes all.",
    aim: "Find out what a database lets overlap, and what a transaction undoes when it fails.",
    articles: [1],
    strategies: {
        Sequential: "One after another",
        Concurrent: "gather",
        OneTransaction: "One transaction for all",
    },
    messages: [
        "sqlite3.IntegrityError: UNIQUE constraint failed",
        "sqlite3.OperationalError: database is locked",
    ],
    outside: Outside::Database(USERS),
    result_cards: Mode::Concurrent,
    problems: problems,
    own_duration: |task| {
        let value = match task.split(' ').next()? {
            "create" => "/create",
            "get" => "/get",
            _ => return None,
        };
        Some(value.to_owned())
    },
}

/// What is there already has unique names, too.
fn problems(p: &Params) -> Vec<Problem> {
    let mut names = BTreeSet::new();
    let twice = |(i, name)| {
        let is_new = names.insert(name);
        (!is_new).then(|| Problem {
            path: format!("existing[{i}]"),
            message: "is a name that comes twice".to_owned(),
        })
    };
    p.existing.iter().enumerate().filter_map(twice).collect()
}

fn fields() -> Vec<Field> {
    let fresh = json!({ "username": "user{n}", "email": "user{n}@example.com" });
    let columns = [
        Field::text("username", "Name"),
        Field::text("email", "Email"),
    ];
    let users = Rows::objects("user", fresh, columns);
    let names = List::of("name", FieldKind::Text { max: 200 }, json!("user{n}"));
    vec![
        Field::rows("users", "Users to create", users),
        Field::list("existing", "Names that are there already", names),
        Field::seconds("connect", "Connecting"),
        Field::seconds("create", "A transaction that writes").varies(),
        Field::seconds("get", "A read").varies(),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let users = |names: &[&str]| names.iter().map(|name| user(name)).collect::<Vec<_>>();
    let three = ["alice", "bob", "charlie"];
    let article = Params {
        connect: 0.1,
        create: 0.2,
        get: 0.1,
        users: users(&three),
        existing: Vec::new(),
    };
    let duplicate = Params {
        users: users(&["alice", "bob", "alice", "charlie"]),
        ..article.clone()
    };
    let again = Params {
        existing: three.map(str::to_owned).into(),
        ..article.clone()
    };
    let many = Params {
        users: (1..=20).map(|n| user(&format!("user{n}"))).collect(),
        existing: three.map(str::to_owned).into(),
        ..article.clone()
    };
    vec![
        (ARTICLE, article),
        ("A name that comes twice", duplicate),
        ("The program runs a second time", again),
        ("Twenty users", many),
    ]
}

fn claims(p: &Params, preset: &str) -> Vec<Claim> {
    let count = p.users.len();
    let mut taken = BTreeSet::new();
    taken.extend(&p.existing);
    let refused = p
        .users
        .iter()
        .filter(|user| !taken.insert(&user.username))
        .count();
    // Reads are concurrent.
    let takes = |writes: usize, is_read: bool| {
        let writes = std::iter::repeat_n(p.create, writes);
        let read = is_read.then_some(p.get);
        in_turn(std::iter::once(p.connect).chain(writes).chain(read))
    };
    let each = takes(count, refused < count);
    let all = takes(1, refused == 0 && count > 0);
    let formula = |writes: usize, sum: f64| {
        let (connect, create) = (p.connect, p.create);
        format!(
            "{connect} + {writes} × {create} + reading = {}",
            seconds(sum)
        )
    };
    let slow = Mode::Sequential.takes("one after another", each, formula(count, each));
    let label = "gather: one writer at a time";
    let fast = Mode::Concurrent.takes(label, each, formula(count, each));
    let fast = fast.said(preset == ARTICLE, "\"Create users concurrently\"").but(
        "All tasks start at once, but SQLite has one writer at a time: the transactions wait for \
         each other. Only the reads at the end overlap.",
    );
    let label = "one transaction: one write for all";
    let once = Mode::OneTransaction.takes(label, all, formula(1, all));
    let words = format!("{refused} of {count} names are taken");
    let label = "gather: users that are refused";
    let refusals = Mode::Concurrent.counts(Measure::Failures, label, refused, words);
    let (undone, words) = match refused {
        0 => (0, "no name is taken".to_owned()),
        _ => (1, "a name is taken, so all is undone".to_owned()),
    };
    let label = "one transaction: refused";
    let whole = Mode::OneTransaction.counts(Measure::Failures, label, undone, words);
    vec![slow, fast, once, refusals, whole]
}
