//! Statements and files, and the ports through which a run reaches a database and a disk.

use crate::network::{Report, Request};
use serde_json::{Map, Value};
use std::pin::Pin;

/// A row: values by column. Its key is the whole number `id`.
pub type Row = Map<String, Value>;

/// What a table is called, and what is unique in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema {
    /// The database that it is in.
    pub database: &'static str,
    /// Its name.
    pub table: &'static str,
    /// The column in which no text comes twice, besides the key.
    pub unique: Option<&'static str>,
}

impl Schema {
    /// What is said of a row whose value in this column is there already: in the words of SQLite.
    pub fn refused(self, column: &str) -> String {
        format!("UNIQUE constraint failed: {}.{column}", self.table)
    }

    /// Adds to a number of a row.
    pub fn increase(self, row: &mut Row, column: &str, by: i64) {
        let before = row.get(column).and_then(Value::as_i64).unwrap_or(0);
        row.insert(column.to_owned(), before.saturating_add(by).into());
    }
}

/// What is done in one transaction.
#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    /// Makes these the only rows; they have keys, and are unique.
    Fill(Vec<Row>),
    /// Inserts rows: all or none. A row without a key gets the one behind the greatest.
    Insert(Vec<Row>),
    /// Reads the row with this key.
    Get(u32),
    /// Adds a whole number to a column of the row with this key.
    Increase(u32, &'static str, i64),
    /// Reads all rows, by key.
    All,
}

/// What a future of a port ends with; the error is a message for the reader.
pub type Answered<T> = Pin<Box<dyn Future<Output = std::result::Result<T, String>>>>;

/// Keeps the rows of a table outside of the run.
pub trait Database {
    /// Does what a statement says, in one transaction: all of it or nothing. The answer is the rows that it is about, as
    /// they are after it. Dropping the future undoes the transaction, unless it is being committed.
    fn transact(&self, statement: Statement) -> Answered<Vec<Row>>;
}

/// What is done with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is written anew.
    Write(Vec<u8>),
    /// Something is written at its end.
    Append(Vec<u8>),
    /// It is read; this alone has an answer.
    Read,
    /// It is removed.
    Remove,
}

/// Keeps files outside of the run.
pub trait Files {
    /// Does something with a file, as a whole. Dropping the future leaves the file as it was, unless it is being closed.
    fn change(&self, name: String, change: Change) -> Answered<Vec<u8>>;

    /// Sends a request, and writes what comes to a file, piece by piece. Dropping the future aborts the request, and leaves
    /// the file as it was.
    fn download(&self, name: String, request: Request, report: Report) -> Answered<()>;
}
