//! Sorting with one function for items of all types.

use std::cmp::Ordering;
use std::mem;

/// Sorts by a comparison. Equal items keep their order.
///
/// [`slice::sort_by`] is some four kilobytes of WebAssembly for each type of items. Here only places in the list are sorted,
/// so that this code exists once; it is a little slower. Collecting into a [`std::collections::BTreeMap`], or making one from
/// an array, sorts as well: insert one by one there.
pub fn sort_by<T>(items: &mut Vec<T>, mut compare: impl FnMut(&T, &T) -> Ordering) {
    let mut places: Vec<usize> = (0..items.len()).collect();
    sort_places(&mut places, &mut |a, b| compare(&items[a], &items[b]));
    let mut unsorted: Vec<_> = mem::take(items).into_iter().map(Some).collect();
    items.extend(places.iter().filter_map(|&place| unsorted[place].take()));
}

/// Sorts by a key of each item, with [`sort_by`].
pub fn sort_by_key<T, K: Ord>(items: &mut Vec<T>, key: impl Fn(&T) -> K) {
    sort_by(items, |a, b| key(a).cmp(&key(b)));
}

fn sort_places(places: &mut [usize], compare: &mut dyn FnMut(usize, usize) -> Ordering) {
    places.sort_by(|&a, &b| compare(a, b));
}

#[cfg(test)]
mod tests {
    use super::sort_by;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_the_order_of_the_standard_library(items in prop::collection::vec((0u8..9, any::<u8>()), 0..50)) {
            let (mut ours, mut standard) = (items.clone(), items);
            sort_by(&mut ours, |a, b| a.0.cmp(&b.0));
            standard.sort_by_key(|item| item.0);
            prop_assert_eq!(ours, standard);
        }
    }
}
