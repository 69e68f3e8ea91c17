//! Which constants can be reached by which numbers in code.

use std::{
    collections::{BTreeSet, HashMap},
    ops::Range,
};

/// The constant objects of a program, and references to them.
pub struct Addresses {
    /// Where each object lies, in order, and whether nobody writes to it.
    pub objects: Vec<(Range<u32>, bool)>,
    /// The numbers in code that are addresses, each with the objects that it can be one of.
    pub in_code: HashMap<u32, BTreeSet<usize>>,
    /// The objects that an object refers to.
    pub in_data: Vec<BTreeSet<usize>>,
}

impl Addresses {
    /// Of a program of whose constants nothing is known: they stay where they are.
    #[cfg(test)]
    pub fn none() -> Self {
        Self {
            objects: Vec::new(),
            in_code: HashMap::new(),
            in_data: Vec::new(),
        }
    }

    /// Where the constants lie that cannot be reached from code with such numbers in it, in order.
    pub fn out_of_reach(&self, numbers: impl IntoIterator<Item = u32>) -> Vec<Range<u32>> {
        let mut reached = vec![false; self.objects.len()];
        let mut todo: Vec<usize> = Vec::new();
        for number in numbers {
            todo.extend(self.in_code.get(&number).into_iter().flatten());
        }
        while let Some(object) = todo.pop() {
            if !std::mem::replace(&mut reached[object], true) {
                todo.extend(&self.in_data[object]);
            }
        }
        // Byte by byte, since objects may share some.
        let end = self
            .objects
            .iter()
            .map(|(object, _)| object.end)
            .max()
            .unwrap_or(0);
        let start = self.objects.first().map_or(0, |(object, _)| object.start);
        let mut is_away = vec![false; (end - start) as usize];
        let bytes =
            |object: &Range<u32>| (object.start - start) as usize..(object.end - start) as usize;
        for (object, _) in self.objects.iter().filter(|(_, is_constant)| *is_constant) {
            is_away[bytes(object)].fill(true);
        }
        for ((object, is_constant), reached) in self.objects.iter().zip(reached) {
            if reached || !is_constant {
                is_away[bytes(object)].fill(false);
            }
        }
        let mut runs: Vec<Range<u32>> = Vec::new();
        for address in (start..end).filter(|address| is_away[(address - start) as usize]) {
            match runs.last_mut() {
                Some(run) if run.end == address => run.end += 1,
                _ => runs.push(address..address + 1),
            }
        }
        runs
    }
}
