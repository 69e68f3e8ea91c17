//! A table of a database, in memory: each of its statements is a transaction of its own.

use crate::cx::Cx;
use crate::error::{Error, Result};
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::Location;
use std::rc::Rc;

/// A row: values by column. Its key is the whole number `id`.
pub type Row = Map<String, Value>;

/// A table of rows by `id`, which may have a column of unique texts. A clone is the same table.
///
/// A statement takes as long as it is given, then does all that it does at once. If it fails, or its future is dropped
/// before, it has done nothing.
#[derive(Clone)]
pub struct Table(Rc<Inner>);

struct Inner {
    name: &'static str,
    /// The column in which no text comes twice.
    unique: Option<&'static str>,
    rows: RefCell<Rows>,
}

#[derive(Default)]
struct Rows {
    by_id: BTreeMap<u32, Row>,
    /// The texts of the unique column.
    taken: BTreeSet<String>,
}

/// What is done in one transaction.
enum Statement {
    /// Makes these the only rows.
    Fill(Vec<Row>),
    /// Inserts rows: all or none.
    Insert(Vec<Row>),
    /// Reads the row with this key.
    Get(u32),
    /// Adds a whole number to a column of the row with this key.
    Increase(u32, &'static str, i64),
}

impl Table {
    /// A table that has no rows yet.
    pub fn new(name: &'static str, unique: Option<&'static str>) -> Self {
        let rows = RefCell::default();
        Self(Rc::new(Inner { name, unique, rows }))
    }

    /// Makes these its only rows, as if it had been opened with them.
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

    /// Inserts rows, all or none; returns their keys. A row without a key gets the one behind the greatest.
    ///
    /// # Errors
    ///
    /// A key or a unique text is there already: in the words of SQLite.
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

    /// Adds a whole number to a column of the row with this key; returns how many rows that has changed: one or none.
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

    /// The rows that a statement is about, as they are after it.
    #[track_caller]
    fn execute(
        &self,
        cx: &Cx,
        statement: Statement,
        seconds: f64,
    ) -> impl Future<Output = Result<Vec<Row>>> + use<> {
        let slept = cx.sleep(seconds).at_line(Location::caller().line());
        let inner = Rc::clone(&self.0);
        async move {
            slept.await;
            let mut rows = inner.rows.borrow_mut();
            rows.execute(&inner, statement)
        }
    }
}

impl Rows {
    fn execute(&mut self, table: &Inner, statement: Statement) -> Result<Vec<Row>> {
        match statement {
            Statement::Fill(rows) => {
                let mut filled = Self::default();
                let rows = filled.insert(table, rows)?;
                *self = filled;
                Ok(rows)
            }
            Statement::Insert(rows) => self.insert(table, rows),
            Statement::Get(id) => Ok(self.by_id.get(&id).cloned().into_iter().collect()),
            Statement::Increase(id, column, by) => {
                let row = self.by_id.get_mut(&id).map(|row| {
                    let before = row.get(column).and_then(Value::as_i64).unwrap_or(0);
                    row.insert(column.to_owned(), before.saturating_add(by).into());
                    row.clone()
                });
                Ok(row.into_iter().collect())
            }
        }
    }

    /// All or none.
    fn insert(&mut self, table: &Inner, rows: Vec<Row>) -> Result<Vec<Row>> {
        let mut inserted = Vec::with_capacity(rows.len());
        for row in rows {
            match self.add(table, row) {
                Ok(row) => inserted.push(row),
                Err(error) => {
                    for row in &inserted {
                        key(row).map(|id| self.by_id.remove(&id));
                        self.taken.remove(table.unique_text(row));
                    }
                    return Err(error);
                }
            }
        }
        Ok(inserted)
    }

    fn add(&mut self, table: &Inner, mut row: Row) -> Result<Row> {
        let refused = |column: &str| {
            let words = format!("UNIQUE constraint failed: {}.{column}", table.name);
            Err(Error::Failed(words))
        };
        let last = self.by_id.keys().next_back().copied().unwrap_or(0);
        let id = match row.contains_key("id") {
            true => key(&row),
            false => last.checked_add(1),
        };
        let Some(id) = id else {
            return Err(Error::Failed(format!("{}.id is no key", table.name)));
        };
        if self.by_id.contains_key(&id) {
            return refused("id");
        }
        if let Some(column) = table.unique
            && !self.taken.insert(table.unique_text(&row).to_owned())
        {
            return refused(column);
        }
        row.insert("id".to_owned(), id.into());
        self.by_id.insert(id, row.clone());
        Ok(row)
    }
}

impl Inner {
    /// What a row has in the unique column.
    fn unique_text<'a>(&self, row: &'a Row) -> &'a str {
        let value = self.unique.and_then(|column| row.get(column));
        value.and_then(Value::as_str).unwrap_or_default()
    }
}

/// The key of a row.
fn key(row: &Row) -> Option<u32> {
    row.get("id")?.as_u64()?.try_into().ok()
}
