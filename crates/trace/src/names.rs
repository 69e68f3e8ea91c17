//! Unique names: a repeated name gets a number.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Gives each task a name of its own.
///
/// A repeated name gets ` #2`, the next time ` #3`. A number is skipped if the name with it is taken, and a name that
/// looks as if it had a number is treated like any other:
///
/// ```
/// let mut names = interleave_trace::UniqueNames::default();
/// let given = ["A", "A", "A #2", "A", "B #2", "B", "B"].map(|name| names.give(name).into_owned());
/// assert_eq!(given, ["A", "A #2", "A #2 #2", "A #3", "B #2", "B", "B #3"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UniqueNames {
    /// Each name that is taken, with the last number that was appended to it.
    taken: HashMap<Box<str>, u32, BuildHasherDefault<Quick>>,
}

impl UniqueNames {
    /// The bytes of the table and of the names in it.
    pub(crate) fn bytes(&self) -> usize {
        let names: usize = self.taken.keys().map(|name| name.len()).sum();
        size_of::<(Box<str>, u32)>() * self.taken.capacity() + names
    }

    /// The unique name for `name`; it is taken from now on.
    pub fn give<'a>(&mut self, name: &'a str) -> Cow<'a, str> {
        let Some(&last) = self.taken.get(name) else {
            self.taken.insert(name.into(), 1);
            return Cow::Borrowed(name);
        };
        let mut number = last;
        let unique = loop {
            number += 1;
            let numbered = format!("{name} #{number}");
            if !self.taken.contains_key(&*numbered) {
                break numbered;
            }
        };
        if let Some(last) = self.taken.get_mut(name) {
            *last = number;
        }
        self.taken.insert(unique.as_str().into(), 1);
        Cow::Owned(unique)
    }
}

/// Hashes names with FNV-1a, which is fast: every new task needs a lookup. Names that are chosen to collide slow down only
/// their own run.
#[derive(Clone)]
struct Quick(u64);

impl Default for Quick {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::UniqueNames;
    use proptest::prelude::*;
    use std::collections::HashSet;

    proptest! {
        #[test]
        fn no_name_is_given_twice(names in prop::collection::vec("a( #[23]){0,3}", 0..40)) {
            let mut unique = UniqueNames::default();
            let mut given = HashSet::new();
            for name in &names {
                let name = unique.give(name).into_owned();
                prop_assert!(given.insert(name.clone()), "{name:?} again in {names:?}");
            }
        }
    }
}
