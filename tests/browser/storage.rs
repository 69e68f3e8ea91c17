//! What live runs store: tables in IndexedDB, files in the origin private file system.

use crate::harness::{Page, js, until};
use futures_util::FutureExt as _;
use futures_util::future::join_all;
use interleave::driver::{Player, Remark};
use interleave::web;
use interleave::web::database::IndexedDb;
use interleave::web::disk::Disk;
use interleave_player::{Pace, Phase, Plan};
use interleave_playgrounds::Entry;
use interleave_runtime::{Change, Database, Files, Row, Schema, Statement};
use interleave_trace::{Outcome, TaskId};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

/// A table of users, whose names are unique.
const fn users_in(database: &'static str) -> Schema {
    Schema {
        database,
        table: "users",
        unique: Some("username"),
    }
}

/// A table without rows. Each test has its own: tests do not wait for each other.
async fn table(name: &'static str) -> IndexedDb {
    let database = IndexedDb::open(users_in(name)).await.unwrap();
    let none = database.transact(Statement::Fill(Vec::new())).await;
    assert_eq!(none, Ok(Vec::new()));
    database
}

fn row(value: Value) -> Row {
    value.as_object().cloned().unwrap()
}

fn users(names: &[&str]) -> Vec<Row> {
    names
        .iter()
        .map(|name| row(json!({ "username": name })))
        .collect()
}

async fn insert(database: &IndexedDb, names: &[&str]) -> Result<Vec<Row>, String> {
    database.transact(Statement::Insert(users(names))).await
}

async fn names(database: &IndexedDb) -> Vec<String> {
    let rows = database.transact(Statement::All).await.unwrap();
    let name = |row: Row| row["username"].as_str().unwrap().to_owned();
    rows.into_iter().map(name).collect()
}

/// Replaces a method while this lives.
struct Stub(&'static str);

impl Stub {
    /// The method's name, and the body of what is called instead.
    fn of(method: &'static str, body: &str) -> Self {
        js(&format!(
            "const real = {method}; {method} = function () {{ {body} }}; {method}.real = real;"
        ));
        Self(method)
    }

    /// The browser throws this error instead.
    fn throws(method: &'static str, error: &str) -> Self {
        Self::of(method, &format!("throw new DOMException('no', '{error}')"))
    }

    /// The browser's promise is rejected with this error.
    fn rejects(method: &'static str, error: &str) -> Self {
        let body = format!("return Promise.reject(new DOMException('no', '{error}'))");
        Self::of(method, &body)
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        js(&format!("{0} = {0}.real", self.0));
    }
}

/// The same as of tables in memory: `crates/runtime/src/tests/tables.rs`.
#[wasm_bindgen_test]
async fn statements_do_what_they_do_in_memory() {
    let database = table("test-statements").await;
    let filled = vec![
        row(json!({ "username": "a", "id": 1 })),
        row(json!({ "username": "b", "id": 7 })),
    ];
    let fill = Statement::Fill(filled.clone());
    assert_eq!(database.transact(fill).await, Ok(filled));
    // A row without a key gets the one behind the greatest.
    let inserted = insert(&database, &["c", "d"]).await.unwrap();
    assert_eq!([&inserted[0]["id"], &inserted[1]["id"]], [8, 9]);
    // The names "a" and key 7 are taken, and a refused row undoes the rows of its statement.
    let refused = Err("UNIQUE constraint failed: users.username".to_owned());
    assert_eq!(insert(&database, &["e", "f", "a"]).await, refused);
    let again = vec![row(json!({ "username": "g", "id": 7 }))];
    let refused = Err("UNIQUE constraint failed: users.id".to_owned());
    assert_eq!(database.transact(Statement::Insert(again)).await, refused);
    assert_eq!(names(&database).await, ["a", "b", "c", "d"]);
    // The keys of refused rows are free again.
    assert_eq!(insert(&database, &["e"]).await.unwrap()[0]["id"], 10);

    assert_eq!(database.transact(Statement::Get(100)).await, Ok(Vec::new()));
    let missing = Statement::Increase(101, "logins", 1);
    assert_eq!(database.transact(missing).await, Ok(Vec::new()));
    let changed = database.transact(Statement::Increase(7, "logins", 2)).await;
    assert_eq!(changed.unwrap()[0]["logins"], 2);
    let found = database.transact(Statement::Get(7)).await.unwrap();
    assert_eq!(
        found,
        [row(json!({ "username": "b", "id": 7, "logins": 2 }))]
    );
}

#[wasm_bindgen_test]
async fn rows_outlive_their_connection_and_two_connections_lose_nothing() {
    let first = table("test-connections").await;
    insert(&first, &["a"]).await.unwrap();
    drop(first);
    let first = IndexedDb::open(users_in("test-connections")).await.unwrap();
    let second = IndexedDb::open(users_in("test-connections")).await.unwrap();
    assert_eq!(names(&second).await, ["a"]);
    let increase = |database: &IndexedDb| database.transact(Statement::Increase(1, "logins", 1));
    let both = (0..20).map(|i| increase(if i % 2 == 0 { &first } else { &second }));
    for answer in join_all(both).await {
        assert_eq!(answer.unwrap().len(), 1);
    }
    let found = first.transact(Statement::Get(1)).await.unwrap();
    assert_eq!(found[0]["logins"], 20);
    // Both want the same name: one gets it.
    let (one, other) = futures_util::join!(insert(&first, &["b"]), insert(&second, &["b"]));
    assert_ne!(one.is_ok(), other.is_ok(), "{one:?} {other:?}");
    assert_eq!(names(&first).await, ["a", "b"]);
}

/// However far a transaction has got when its future is dropped: all of it is done, or nothing.
#[wasm_bindgen_test]
async fn a_dropped_statement_leaves_nothing_half_written() {
    let database = table("test-dropped").await;
    let many: Vec<String> = (0..50).map(|i| format!("user{i}")).collect();
    let many: Vec<&str> = many.iter().map(|name| &**name).collect();
    let mut undone = 0;
    for turns in 0..20 {
        let mut inserting = database.transact(Statement::Insert(users(&many)));
        let mut is_done = (&mut inserting).now_or_never().is_some();
        for _ in 0..turns {
            web::turn().await;
            is_done |= (&mut inserting).now_or_never().is_some();
            if is_done {
                break;
            }
        }
        drop(inserting);
        let count = names(&database).await.len();
        assert!([0, many.len()].contains(&count), "{count} after {turns}");
        assert!(count > 0 || !is_done, "what was done has been undone");
        undone += usize::from(count == 0);
        database
            .transact(Statement::Fill(Vec::new()))
            .await
            .unwrap();
    }
    assert!(undone > 0, "none was dropped in time");
}

#[wasm_bindgen_test]
async fn a_full_storage_is_said_and_nothing_is_written() {
    let database = table("test-full").await;
    insert(&database, &["a"]).await.unwrap();
    let full = Err("the storage is full: nothing was written".to_owned());
    {
        let _full = Stub::throws("IDBObjectStore.prototype.add", "QuotaExceededError");
        assert_eq!(insert(&database, &["b"]).await, full);
        // All rows are taken out before the first is put in.
        let fill = Statement::Fill(vec![row(json!({ "username": "c", "id": 1 }))]);
        assert_eq!(database.transact(fill).await, full);
    }
    assert_eq!(names(&database).await, ["a"]);
    assert!(insert(&database, &["b"]).await.is_ok());
}

/// A player, and the remarks to its reader.
fn player() -> (Player, Rc<RefCell<Vec<Remark>>>) {
    let said = Rc::<RefCell<Vec<Remark>>>::default();
    let told = Rc::clone(&said);
    let player = Player::new(|_| (), move |remark| told.borrow_mut().push(remark));
    (player, said)
}

fn live(slug: &str, modes: &[&str]) -> Plan {
    let entry = Entry::find(slug).unwrap();
    let strategies = modes.iter().map(|mode| entry.strategy(mode).unwrap());
    Plan {
        entry,
        params: entry.defaults(),
        strategies: strategies.collect(),
        pace: Pace::Live,
        speed: 1.0,
        preview: None,
    }
}

/// Each task with its outcome and result.
fn ends(player: &Player, mode: &str) -> Vec<(String, Outcome, String)> {
    player.with(|session| {
        let run = session.unwrap().run(mode).unwrap();
        let trace = run.trace().unwrap();
        let tasks = run.index().tasks().filter(|&(id, _)| id != TaskId::MAIN);
        let end = |(_, task): (TaskId, &interleave_trace::Task)| {
            let end = task.end.unwrap();
            let [name, detail] = [task.name, end.detail].map(|text| trace.text(text).to_owned());
            (name, end.outcome, detail)
        };
        tasks.map(end).collect()
    })
}

async fn ended(player: &Player) {
    let says = || format!("{:?}", player.phase());
    until("the run ends", || player.phase() == Phase::Finished, says).await;
}

#[wasm_bindgen_test]
async fn live_users_are_rows_of_the_browsers_database() {
    let (player, said) = player();
    let mut plan = live("user-database", &["concurrent", "one_transaction"]);
    plan.params["existing"] = json!(["bob"]);
    player.start(plan).unwrap();
    ended(&player).await;
    assert!(said.borrow().is_empty(), "{said:?}");
    let refused = "UNIQUE constraint failed: users.username";
    let end = |name: &str, outcome, detail: &str| (name.to_owned(), outcome, detail.to_owned());
    let expected = [
        end("create alice", Outcome::Ok, "id 2"),
        end("create bob", Outcome::Error, refused),
        end("create charlie", Outcome::Ok, "id 3"),
        end("get 2", Outcome::Ok, "alice, alice@example.com"),
        end("get 3", Outcome::Ok, "charlie, charlie@example.com"),
    ];
    assert_eq!(ends(&player, "concurrent"), expected);
    let expected = [end("create all", Outcome::Error, refused)];
    assert_eq!(ends(&player, "one_transaction"), expected);
    let database = IndexedDb::open(users_in("user-database")).await.unwrap();
    assert_eq!(names(&database).await, ["bob"]);
}

#[wasm_bindgen_test]
async fn live_statistics_are_updated_of_the_users_that_exist() {
    let (player, said) = player();
    player.start(live("db-pool", &["fixed"])).unwrap();
    ended(&player).await;
    assert!(said.borrow().is_empty(), "{said:?}");
    let ends = ends(&player, "fixed");
    let found = |detail: &str| ends.iter().filter(|end| end.2 == detail).count();
    assert_eq!([found("row"), found("no row")], [5, 2]);
    assert_eq!([found("no user 100"), found("no user 101")], [1, 1]);
    let schema = Schema {
        unique: None,
        ..users_in("db-pool")
    };
    let database = IndexedDb::open(schema).await.unwrap();
    let rows = database.transact(Statement::All).await.unwrap();
    let logins: Vec<_> = rows
        .iter()
        .map(|row| (&row["id"], &row["logins"]))
        .collect();
    let expected = [1, 2, 3, 4, 5].map(|id| (json!(id), json!(1)));
    assert_eq!(logins, expected.each_ref().map(|(id, logins)| (id, logins)));
}

#[wasm_bindgen_test]
async fn a_run_without_storage_does_not_start_and_says_why() {
    let (player, said) = player();
    let _denied = Stub::throws("IDBFactory.prototype.open", "SecurityError");
    player
        .start(live("user-database", &["concurrent"]))
        .unwrap();
    let says = || format!("{said:?}");
    until("it is said", || !said.borrow().is_empty(), says).await;
    let said = said.borrow();
    let [Remark::Failed(why)] = &said[..] else {
        panic!("{said:?}");
    };
    assert!(
        why.starts_with("This browser lets the page store nothing: "),
        "{why}"
    );
    assert_eq!(player.phase(), Phase::Ready);
}

#[wasm_bindgen_test]
async fn the_table_is_shown_after_a_live_run_and_can_be_emptied() {
    let page = Page::open("#/user-database?pace=live&only=concurrent").await;
    page.click("[data-test=run]").await;
    page.until_status("finished").await;
    let rows = || page.all(".stored tbody tr").len();
    page.until("its rows", || rows() == 3).await;
    assert_eq!(
        page.texts(".stored tbody tr:first-child td")[..2],
        ["1", "alice"]
    );
    page.click(".stored button").await;
    page.until("no rows", || {
        page.text(".stored").contains("It has no rows.")
    })
    .await;
    let database = IndexedDb::open(users_in("user-database")).await.unwrap();
    assert_eq!(names(&database).await, Vec::<String>::new());
}

async fn write(disk: &Disk, text: &str) -> Result<Vec<u8>, String> {
    disk.change("a.txt".to_owned(), Change::Write(text.into()))
        .await
}

async fn read(disk: &Disk) -> Result<Vec<u8>, String> {
    disk.change("a.txt".to_owned(), Change::Read).await
}

#[wasm_bindgen_test]
async fn files_are_written_continued_read_and_removed() {
    let disk = Disk::open("test-files", None).await.unwrap();
    write(&disk, "one").await.unwrap();
    let more = Change::Append(", zwölf".into());
    disk.change("a.txt".to_owned(), more).await.unwrap();
    assert_eq!(read(&disk).await, Ok("one, zwölf".into()));
    write(&disk, "anew").await.unwrap();
    assert_eq!(read(&disk).await, Ok("anew".into()));
    disk.change("a.txt".to_owned(), Change::Remove)
        .await
        .unwrap();
    assert_eq!(read(&disk).await, Err("no such file: a.txt".to_owned()));
    // The next run removes what an earlier one has left.
    write(&disk, "left").await.unwrap();
    let disk = Disk::open("test-files", None).await.unwrap();
    assert_eq!(read(&disk).await, Err("no such file: a.txt".to_owned()));
}

#[wasm_bindgen_test]
async fn what_a_browser_refuses_of_files_is_said_and_leaves_the_file_as_it_was() {
    let disk = Disk::open("test-refused", None).await.unwrap();
    write(&disk, "one").await.unwrap();
    for (method, error, expected) in [
        (
            "FileSystemWritableFileStream.prototype.write",
            "QuotaExceededError",
            "the storage is full: a.txt was not written",
        ),
        (
            "FileSystemFileHandle.prototype.createWritable",
            "NoModificationAllowedError",
            "a.txt is held by another tab",
        ),
    ] {
        let refused = {
            let _stub = Stub::rejects(method, error);
            write(&disk, "two").await
        };
        assert_eq!(refused, Err(expected.to_owned()));
        assert_eq!(read(&disk).await, Ok("one".into()));
    }
    let create = "FileSystemFileHandle.prototype.createWritable";
    js(&format!("globalThis.kept = {create}; delete {create};"));
    let refused = write(&disk, "two").await;
    js(&format!("{create} = kept; delete globalThis.kept;"));
    let lacks = "This browser cannot write files here: it lacks createWritable";
    assert_eq!(refused, Err(lacks.to_owned()));
    // The stream that was aborted holds the file no longer.
    write(&disk, "three").await.unwrap();
    assert_eq!(read(&disk).await, Ok("three".into()));
}
