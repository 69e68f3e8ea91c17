//! A list that grows with the events read, and keeps what it knows when an index goes back.

use std::fmt::{Debug, Formatter, Result};
use std::ops::Deref;

/// What has been seen of a list. Traces only grow, so what was read once need not be made again.
#[derive(Clone)]
pub struct Grown<T> {
    all: Vec<T>,
    seen: usize,
}

impl<T> Grown<T> {
    /// One more item: that which is known, if there is one.
    pub fn push(&mut self, item: T) {
        if self.seen == self.all.len() {
            self.all.push(item);
        }
        self.seen += 1;
    }

    /// Puts another item in the place of the last one.
    pub fn amend(&mut self, item: T) {
        if let Some(last) = self.seen.checked_sub(1) {
            self.all[last] = item;
        }
    }

    /// Every item that is known, seen or not.
    pub fn known(&mut self) -> &mut [T] {
        &mut self.all
    }

    /// Goes to where `seen` items had been seen.
    pub fn see(&mut self, seen: usize) {
        self.seen = seen.min(self.all.len());
    }
}

impl<T> Default for Grown<T> {
    fn default() -> Self {
        let (all, seen) = (Vec::new(), 0);
        Self { all, seen }
    }
}

impl<T> Deref for Grown<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.all[..self.seen]
    }
}

impl<T: Debug> Debug for Grown<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        (**self).fmt(f)
    }
}
