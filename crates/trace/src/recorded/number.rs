//! Distinct numbers of files and places for two recordings, so that both can be shown together.

use super::Recorded;
use crate::Kind;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

impl Recorded {
    /// Gives files and places numbers that `other` does not use, also in traces and remarks.
    pub fn number_apart(&mut self, other: &Self) {
        let files = free(self.files.keys(), &other.files);
        let sites = free(self.sites.keys(), &other.sites);
        let of = |numbers: &HashMap<u32, u32>, known| numbers.get(&known).copied().unwrap_or(0);
        let named = std::mem::take(&mut self.files).into_iter();
        self.files = named.map(|(it, file)| (of(&files, it), file)).collect();
        let places = std::mem::take(&mut self.sites).into_iter();
        self.sites = places
            .map(|(it, mut site)| {
                site.file = of(&files, site.file);
                (of(&sites, it), site)
            })
            .collect();
        for run in &mut self.runs {
            for remark in &mut run.remarks {
                remark.site = of(&sites, remark.site);
            }
            for event in &mut Arc::make_mut(&mut run.trace).events {
                if let Kind::Wait { line, .. } = &mut event.kind {
                    *line = of(&sites, *line);
                }
            }
        }
    }
}

/// A new number for each known one, from 1 on: 0 means none.
fn free<'a, T>(
    known: impl Iterator<Item = &'a u32>,
    taken: &BTreeMap<u32, T>,
) -> HashMap<u32, u32> {
    let free = (1..=u32::MAX).filter(|number| !taken.contains_key(number));
    known.copied().zip(free).collect()
}
