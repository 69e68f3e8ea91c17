//! The tables of live runs, in the browser's IndexedDB: a database for each playground, with one table.
//!
//! A statement is one transaction, which is undone when its future is dropped, or when anything in it fails.

use futures_util::future::{AbortHandle, abortable};
use idb::{
    CursorDirection, Database as Connection, DatabaseEvent, Factory, IndexParams, KeyPath,
    ObjectStore, ObjectStoreParams, Transaction, TransactionMode, TransactionResult,
};
use interleave_runtime::{Answered, Database, Row, Schema, Statement};
use serde_json::Value;
use std::rc::Rc;
use tokio::sync::oneshot;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

/// The object store with the rows.
const ROWS: &str = "rows";

type Answer = Result<Vec<Row>, String>;

/// An open database.
pub struct IndexedDb {
    connection: Rc<Connection>,
    schema: Schema,
}

impl IndexedDb {
    /// Opens the database of a table; makes both if they are not there.
    ///
    /// # Errors
    ///
    /// The browser has no database for this page: a message for the reader.
    pub async fn open(schema: Schema) -> Result<Self, String> {
        let denied = |error| match words(&error) {
            full if full == FULL => full,
            why => format!("This browser lets the page store nothing: {why}"),
        };
        let name = format!("interleave-{}", schema.database);
        let mut request = Factory::new()
            .and_then(|factory| factory.open(&name, Some(1)))
            .map_err(denied)?;
        request.on_upgrade_needed(move |event| {
            // If this fails there is no object store, which every transaction reports.
            let _ = event.database().map(|database| make(&database, schema));
        });
        let connection = Rc::new(request.await.map_err(denied)?);
        Ok(Self { connection, schema })
    }
}

impl Drop for IndexedDb {
    fn drop(&mut self) {
        // Transactions that are under way come to their end first.
        self.connection.close();
    }
}

fn make(database: &Connection, schema: Schema) -> Result<(), idb::Error> {
    let mut params = ObjectStoreParams::new();
    params.key_path(Some(KeyPath::new_single("id")));
    let store = database.create_object_store(ROWS, params)?;
    if let Some(column) = schema.unique {
        let mut params = IndexParams::new();
        params.unique(true);
        store.create_index(column, KeyPath::new_single(column), Some(params))?;
    }
    Ok(())
}

impl Database for IndexedDb {
    fn transact(&self, statement: Statement) -> Answered<Vec<Row>> {
        let (connection, schema) = (Rc::clone(&self.connection), self.schema);
        let (sender, receiver) = oneshot::channel();
        let (work, abort) = abortable(async move {
            // The receiver is gone if this has been dropped.
            let _ = sender.send(execute(&connection, schema, statement).await);
        });
        // A transaction commits by itself when it has nothing to do; the run's own steps may come too late for it.
        spawn_local(async move {
            let _ = work.await;
        });
        let abort = AbortOnDrop(abort);
        Box::pin(async move {
            let _abort = abort;
            let answer = receiver.await;
            answer.unwrap_or_else(|_| Err(UNDONE.to_owned()))
        })
    }
}

const UNDONE: &str = "the browser has undone the transaction";
const FULL: &str = "the storage is full: nothing was written";

struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Undoes a transaction that is dropped before it is committed.
struct Undo(Option<Transaction>);

impl Drop for Undo {
    fn drop(&mut self) {
        if let Some(transaction) = self.0.take() {
            // Where the browser has undone it already, there is nothing to undo.
            let _ = transaction.abort();
        }
    }
}

async fn execute(connection: &Connection, schema: Schema, statement: Statement) -> Answer {
    let mode = match statement {
        Statement::Get(_) | Statement::All => TransactionMode::ReadOnly,
        _ => TransactionMode::ReadWrite,
    };
    let said = |error| words(&error);
    let transaction = connection.transaction(&[ROWS], mode).map_err(said)?;
    let store = transaction.object_store(ROWS).map_err(said)?;
    let mut undo = Undo(Some(transaction));
    let rows = done(&store, schema, statement).await?;
    let Some(transaction) = undo.0.take() else {
        return Ok(rows);
    };
    match transaction.commit().map_err(said)?.await.map_err(said)? {
        TransactionResult::Committed => Ok(rows),
        TransactionResult::Aborted => match store.transaction().error() {
            Some(error) => Err(words(&idb::Error::DomException(error))),
            None => Err(UNDONE.to_owned()),
        },
    }
}

async fn done(store: &ObjectStore, schema: Schema, statement: Statement) -> Answer {
    let said = |error| words(&error);
    match statement {
        Statement::Fill(rows) => {
            store.clear().map_err(said)?.await.map_err(said)?;
            for row in &rows {
                store
                    .add(&to_js(row)?, None)
                    .map_err(said)?
                    .await
                    .map_err(said)?;
            }
            Ok(rows)
        }
        Statement::Insert(rows) => {
            let mut inserted = Vec::with_capacity(rows.len());
            for row in rows {
                inserted.push(insert(store, schema, row).await?);
            }
            Ok(inserted)
        }
        Statement::Get(id) => {
            let key = JsValue::from(id);
            let found = store.get(key).map_err(said)?.await.map_err(said)?;
            found.iter().map(from_js).collect()
        }
        Statement::Increase(id, column, by) => {
            let key = JsValue::from(id);
            let found = store.get(key).map_err(said)?.await.map_err(said)?;
            let Some(found) = found else {
                return Ok(Vec::new());
            };
            let mut row = from_js(&found)?;
            schema.increase(&mut row, column, by);
            store
                .put(&to_js(&row)?, None)
                .map_err(said)?
                .await
                .map_err(said)?;
            Ok(vec![row])
        }
        Statement::All => {
            let found = store
                .get_all(None, None)
                .map_err(said)?
                .await
                .map_err(said)?;
            found.iter().map(from_js).collect()
        }
    }
}

/// Inserts a row, unless its key or its unique text is there.
async fn insert(store: &ObjectStore, schema: Schema, mut row: Row) -> Result<Row, String> {
    let said = |error| words(&error);
    if !row.contains_key("id") {
        let last = store.open_key_cursor(None, Some(CursorDirection::Prev));
        let last = last.map_err(said)?.await.map_err(said)?;
        let last = last.and_then(|cursor| cursor.key().ok()?.as_f64());
        row.insert(
            "id".to_owned(),
            (last.unwrap_or(0.0) as u32).saturating_add(1).into(),
        );
    }
    let key = to_js_value(row.get("id").unwrap_or(&Value::Null))?;
    if store
        .get_key(key)
        .map_err(said)?
        .await
        .map_err(said)?
        .is_some()
    {
        return Err(schema.refused("id"));
    }
    if let Some(column) = schema.unique {
        let text = to_js_value(row.get(column).unwrap_or(&Value::Null))?;
        let index = store.index(column).map_err(said)?;
        if index
            .get_key(text)
            .map_err(said)?
            .await
            .map_err(said)?
            .is_some()
        {
            return Err(schema.refused(column));
        }
    }
    store
        .add(&to_js(&row)?, None)
        .map_err(said)?
        .await
        .map_err(said)?;
    Ok(row)
}

fn to_js(row: &Row) -> Result<JsValue, String> {
    let text = serde_json::to_string(row).map_err(|error| error.to_string())?;
    js_sys::JSON::parse(&text).map_err(|_| "a row that is no JSON".to_owned())
}

fn to_js_value(value: &Value) -> Result<JsValue, String> {
    js_sys::JSON::parse(&value.to_string()).map_err(|_| "a value that is no JSON".to_owned())
}

fn from_js(value: &JsValue) -> Result<Row, String> {
    let text = js_sys::JSON::stringify(value)
        .ok()
        .and_then(|text| text.as_string());
    let row = text.and_then(|text| serde_json::from_str(&text).ok());
    row.ok_or_else(|| "a row that is no JSON".to_owned())
}

/// What the browser says of an error.
fn words(error: &idb::Error) -> String {
    let words = error.to_string();
    match words.contains("QuotaExceededError") {
        true => FULL.to_owned(),
        false => words,
    }
}
