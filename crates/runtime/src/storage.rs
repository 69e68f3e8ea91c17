//! Statements and files, and the ports through which a run reaches a database and a disk.

use crate::network::{Report, Request};
use serde_json::{Map, Value};
use std::pin::Pin;

/// A row: values by column. Its key is the whole number `id`.
pub type Row = Map<String, Value>;

/// The name of a table, and its unique column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema {
    /// The database that it is in.
    pub database: &'static str,
    /// Its name.
    pub table: &'static str,
    /// The column whose texts must be unique, besides the key.
    pub unique: Option<&'static str>,
}

impl Schema {
    /// The error for a row whose value in this column exists already: the message of SQLite.
    pub fn refused(self, column: &str) -> String {
        format!("UNIQUE constraint failed: {}.{column}", self.table)
    }

    /// Adds `by` to a number of a row.
    pub fn increase(self, row: &mut Row, column: &str, by: i64) {
        let before = row.get(column).and_then(Value::as_i64).unwrap_or(0);
        row.insert(column.to_owned(), before.saturating_add(by).into());
    }
}

/// A statement: one transaction.
#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    /// Replaces all rows by these, which have keys and are unique.
    Fill(Vec<Row>),
    /// Inserts rows: all or none. A row without a key gets the next one after the greatest.
    Insert(Vec<Row>),
    /// Reads the row with this key.
    Get(u32),
    /// Adds a whole number to a column of the row with this key.
    Increase(u32, &'static str, i64),
    /// Reads all rows, by key.
    All,
}

/// A future of a port; its error is a message for the reader.
pub type Answered<T> = Pin<Box<dyn Future<Output = std::result::Result<T, String>>>>;

/// Keeps the rows of a table outside of the run.
pub trait Database {
    /// Executes a statement in one transaction: all of it or nothing. The answer is the affected or selected rows, as
    /// they are after it. Dropping the future undoes the transaction, unless it is being committed.
    fn transact(&self, statement: Statement) -> Answered<Vec<Row>>;
}

/// An operation on a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Its contents are replaced.
    Write(Vec<u8>),
    /// These bytes are appended.
    Append(Vec<u8>),
    /// It is read; only this operation has an answer.
    Read,
    /// It is removed.
    Remove,
}

/// Keeps files outside of the run.
pub trait Files {
    /// Does an operation on a file as a whole. Dropping the future leaves the file as it was, unless it is being closed.
    fn change(&self, name: String, change: Change) -> Answered<Vec<u8>>;

    /// Sends a request, and writes the body of the answer to a file, chunk by chunk. Dropping the future aborts the request,
    /// and leaves the file as it was.
    fn download(&self, name: String, request: Request, report: Report) -> Answered<()>;
}
