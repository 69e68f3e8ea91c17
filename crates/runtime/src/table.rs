//! A table, in memory or in the database of the run: each of its statements is a transaction of its own.

use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::storage::{Row, Schema, Statement};
use interleave_trace::WaitFor;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::Location;
use std::rc::Rc;

/// A table of rows by `id`, which may have a column of unique texts. A clone is the same table.
///
/// A statement takes the given time, and then happens as a whole; if the run has a database, the database does it, and takes
/// the time that it needs. If the statement fails, or its future is dropped before, it has no effect.
#[derive(Clone)]
pub struct Table(Rc<Inner>);

struct Inner {
    schema: Schema,
    rows: RefCell<Rows>,
}

#[derive(Default)]
struct Rows {
    by_id: BTreeMap<u32, Row>,
    /// The texts of the unique column.
    taken: BTreeSet<String>,
}

impl Table {
    /// A table that has no rows yet.
    pub fn new(schema: Schema) -> Self {
        let rows = RefCell::default();
        Self(Rc::new(Inner { schema, rows }))
    }

    /// Replaces all rows by these, as if it had been opened with them.
    ///
    /// # Errors
    ///
    /// As of [`Table::insert`].
    #[track_caller]
    pub fn fill(
        &self,
        cx: &Cx,
        rows: Vec<Row>,
        seconds: f64,
    ) -> impl Future<Output = Result<()>> + use<> {
        let filled = self.execute(cx, Statement::Fill(rows), seconds);
        async move { filled.await.map(drop) }
    }

    /// Inserts rows, all or none; returns their keys. A row without a key gets the next one after the greatest.
    ///
    /// # Errors
    ///
    /// A key or a unique text exists already, with the message of SQLite.
    #[track_caller]
    pub fn insert(
        &self,
        cx: &Cx,
        rows: Vec<Row>,
        seconds: f64,
    ) -> impl Future<Output = Result<Vec<u32>>> + use<> {
        let inserted = self.execute(cx, Statement::Insert(rows), seconds);
        async move { Ok(inserted.await?.iter().filter_map(key).collect()) }
    }

    /// The row with this key, if there is one.
    #[track_caller]
    pub fn get(
        &self,
        cx: &Cx,
        id: u32,
        seconds: f64,
    ) -> impl Future<Output = Result<Option<Row>>> + use<> {
        let found = self.execute(cx, Statement::Get(id), seconds);
        async move { Ok(found.await?.pop()) }
    }

    /// Adds a whole number to a column of the row with this key; returns how many rows have changed: one or none.
    #[track_caller]
    pub fn increase(
        &self,
        cx: &Cx,
        id: u32,
        column: &'static str,
        by: i64,
        seconds: f64,
    ) -> impl Future<Output = Result<usize>> + use<> {
        let changed = self.execute(cx, Statement::Increase(id, column, by), seconds);
        async move { Ok(changed.await?.len()) }
    }

    /// Executes a statement; returns the affected or selected rows, as they are after it.
    #[track_caller]
    fn execute(
        &self,
        cx: &Cx,
        statement: Statement,
        seconds: f64,
    ) -> impl Future<Output = Result<Vec<Row>>> + use<> {
        let (cx, inner, line) = (cx.clone(), Rc::clone(&self.0), Location::caller().line());
        async move {
            let core = &cx.core;
            if let Some(database) = &core.ports.database {
                let statement = match statement {
                    Statement::Fill(rows) => {
                        Statement::Fill(Rows::default().insert(inner.schema, rows)?)
                    }
                    statement => statement,
                };
                core.waits(WaitFor::Storage, line);
                let _under_way = core.listen();
                return database.transact(statement).await.map_err(Error::Failed);
            }
            cx.sleep(seconds).at_line(line).await;
            inner.rows.borrow_mut().execute(inner.schema, statement)
        }
    }
}

impl Rows {
    fn execute(&mut self, schema: Schema, statement: Statement) -> Result<Vec<Row>> {
        match statement {
            Statement::Fill(rows) => {
                let mut filled = Self::default();
                let rows = filled.insert(schema, rows)?;
                *self = filled;
                Ok(rows)
            }
            Statement::Insert(rows) => self.insert(schema, rows),
            Statement::Get(id) => Ok(self.by_id.get(&id).cloned().into_iter().collect()),
            Statement::Increase(id, column, by) => {
                let row = self.by_id.get_mut(&id).map(|row| {
                    schema.increase(row, column, by);
                    row.clone()
                });
                Ok(row.into_iter().collect())
            }
            Statement::All => Ok(self.by_id.values().cloned().collect()),
        }
    }

    /// Inserts all rows or none.
    fn insert(&mut self, schema: Schema, rows: Vec<Row>) -> Result<Vec<Row>> {
        let mut inserted = Vec::with_capacity(rows.len());
        for row in rows {
            match self.add(schema, row) {
                Ok(row) => inserted.push(row),
                Err(error) => {
                    for row in &inserted {
                        key(row).map(|id| self.by_id.remove(&id));
                        self.taken.remove(unique_text(schema, row));
                    }
                    return Err(error);
                }
            }
        }
        Ok(inserted)
    }

    fn add(&mut self, schema: Schema, mut row: Row) -> Result<Row> {
        let refused = |column| Err(Error::Failed(schema.refused(column)));
        let last = self.by_id.keys().next_back().copied().unwrap_or(0);
        let id = match row.contains_key("id") {
            true => key(&row),
            false => last.checked_add(1),
        };
        let Some(id) = id else {
            return Err(Error::Failed(format!("{}.id is no key", schema.table)));
        };
        if self.by_id.contains_key(&id) {
            return refused("id");
        }
        if let Some(column) = schema.unique
            && !self.taken.insert(unique_text(schema, &row).to_owned())
        {
            return refused(column);
        }
        row.insert("id".to_owned(), id.into());
        self.by_id.insert(id, row.clone());
        Ok(row)
    }
}

/// The text of a row in the unique column.
fn unique_text(schema: Schema, row: &Row) -> &str {
    let value = schema.unique.and_then(|column| row.get(column));
    value.and_then(Value::as_str).unwrap_or_default()
}

/// The key of a row.
fn key(row: &Row) -> Option<u32> {
    row.get("id")?.as_u64()?.try_into().ok()
}
