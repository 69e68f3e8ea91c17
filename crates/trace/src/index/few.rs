//! A list that is stored inline while it is short.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// A list that stores up to `N` items inline; a longer one is shared with its copies until it changes.
#[derive(Clone, Default)]
pub enum Few<T, const N: usize> {
    /// No item.
    #[default]
    None,
    /// The number of items, and the items; the places after them have no meaning.
    Some(u8, [T; N]),
    /// More than `N` items.
    Many(Arc<Vec<T>>),
}

impl<T: Copy, const N: usize> Few<T, N> {
    /// Adds an item.
    pub fn push(&mut self, item: T) {
        match self {
            Self::None => *self = Self::Some(1, [item; N]),
            Self::Some(len, few) => match few.get_mut(usize::from(*len)) {
                Some(place) => {
                    *place = item;
                    *len += 1;
                }
                None => {
                    let mut many = Vec::with_capacity(2 * N + 2);
                    many.extend_from_slice(few);
                    many.push(item);
                    *self = Self::Many(Arc::new(many));
                }
            },
            Self::Many(many) => Arc::make_mut(many).push(item),
        }
    }
}

impl<T, const N: usize> Deref for Few<T, N> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Self::None => &[],
            Self::Some(len, few) => &few[..usize::from(*len)],
            Self::Many(many) => many,
        }
    }
}

impl<T: Copy, const N: usize> DerefMut for Few<T, N> {
    fn deref_mut(&mut self) -> &mut [T] {
        match self {
            Self::None => &mut [],
            Self::Some(len, few) => &mut few[..usize::from(*len)],
            Self::Many(many) => Arc::make_mut(many).as_mut_slice(),
        }
    }
}

impl<T: std::fmt::Debug, const N: usize> std::fmt::Debug for Few<T, N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::Few;

    #[test]
    fn is_a_list_and_a_copy_of_it_is_another() {
        let mut few = Few::<u32, 3>::None;
        for n in 0..10 {
            assert_eq!(*few, *(0..n).collect::<Vec<_>>());
            let copy = few.clone();
            few.push(n);
            assert_eq!(*copy, *(0..n).collect::<Vec<_>>());
        }
        let copy = few.clone();
        few[4] = 40;
        assert_eq!((few[4], copy[4], few.len()), (40, 4, 10));
    }
}
