//! A list that grows with the events read, and keeps its items when an index goes back.

use std::fmt::{Debug, Formatter, Result};
use std::ops::Deref;

/// The part of a list up to the present instant. Traces only grow, so items that were made once are reused.
#[derive(Clone)]
pub struct Grown<T> {
    all: Vec<T>,
    seen: usize,
}

impl<T> Grown<T> {
    /// Adds an item; if the list has one at this place already, that is used.
    pub fn push(&mut self, item: T) {
        if self.seen == self.all.len() {
            self.all.push(item);
        }
        self.seen += 1;
    }

    /// Replaces the last item.
    pub fn amend(&mut self, item: T) {
        if let Some(last) = self.seen.checked_sub(1) {
            self.all[last] = item;
        }
    }

    /// Every item that was ever added, even if it is after the present instant.
    pub fn known(&mut self) -> &mut [T] {
        &mut self.all
    }

    /// Goes back or forward to where `seen` items had been added.
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
