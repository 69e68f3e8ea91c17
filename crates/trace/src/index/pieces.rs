//! A list in pieces, each shared with its copies until it changes.

use std::ops::{Index, IndexMut};
use std::sync::Arc;

/// How many items a piece has. Changes at one time are mostly of neighbours: so a change copies few unchanged items,
/// and a copy of the list few pieces.
const PIECE: usize = 32;

/// A list whose copies are cheap; a change of an item copies its piece.
#[derive(Clone, Debug)]
pub struct Pieces<T> {
    pieces: Vec<Arc<Vec<T>>>,
    len: usize,
}

impl<T> Default for Pieces<T> {
    fn default() -> Self {
        let (pieces, len) = (Vec::new(), 0);
        Self { pieces, len }
    }
}

impl<T> Pieces<T> {
    /// How many items there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// The item at a place.
    pub fn get(&self, at: usize) -> Option<&T> {
        self.pieces.get(at / PIECE)?.get(at % PIECE)
    }

    /// All items in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.pieces.iter().flat_map(|piece| piece.iter())
    }
}

impl<T: Clone> Pieces<T> {
    /// The item at a place, to be changed.
    pub fn get_mut(&mut self, at: usize) -> Option<&mut T> {
        Arc::make_mut(self.pieces.get_mut(at / PIECE)?).get_mut(at % PIECE)
    }

    /// Adds an item.
    pub fn push(&mut self, item: T) {
        if self.len.is_multiple_of(PIECE) {
            self.pieces.push(Arc::new(Vec::with_capacity(PIECE)));
        }
        if let Some(last) = self.pieces.last_mut() {
            Arc::make_mut(last).push(item);
        }
        self.len += 1;
    }
}

impl<T> Index<usize> for Pieces<T> {
    type Output = T;

    fn index(&self, at: usize) -> &T {
        &self.pieces[at / PIECE][at % PIECE]
    }
}

impl<T: Clone> IndexMut<usize> for Pieces<T> {
    fn index_mut(&mut self, at: usize) -> &mut T {
        &mut Arc::make_mut(&mut self.pieces[at / PIECE])[at % PIECE]
    }
}

#[cfg(test)]
mod tests {
    use super::{PIECE, Pieces};

    #[test]
    fn is_a_list_and_a_change_is_not_seen_in_copies() {
        let mut pieces = Pieces::default();
        let count = 2 * PIECE + 1;
        for n in 0..count {
            assert_eq!((pieces.len(), pieces.get(n)), (n, None));
            let copy = pieces.clone();
            pieces.push(n);
            assert!(copy.iter().copied().eq(0..n));
        }
        let copy = pieces.clone();
        pieces[PIECE] = 0;
        if let Some(last) = pieces.get_mut(count - 1) {
            *last = 1;
        }
        assert!(copy.iter().copied().eq(0..count));
        let changed = |&at: &usize| pieces[at] != copy[at];
        assert!((0..count).filter(changed).eq([PIECE, count - 1]));
    }
}
