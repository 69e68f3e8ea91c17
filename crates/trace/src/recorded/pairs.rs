//! Pairs the event loops and tasks of two recordings of a program.

use super::RecordedRun;
use crate::{Index, TaskId, Trace, sort_by};
use std::collections::{HashMap, VecDeque};

/// The places of paired event loops, in the order of the first recording; then the loops that only the second has.
/// Loops form a pair if their first tasks have the same name; the remaining ones are paired in order.
pub fn loops(before: &[RecordedRun], after: &[RecordedRun]) -> Vec<(Option<usize>, Option<usize>)> {
    let mut named: HashMap<&str, VecDeque<usize>> = HashMap::new();
    for (place, run) in after.iter().enumerate() {
        named.entry(&run.title).or_default().push_back(place);
    }
    let same = |run: &RecordedRun| named.get_mut(&*run.title)?.pop_front();
    let mut found: Vec<_> = before.iter().map(same).collect();
    let mut left: Vec<usize> = named.into_values().flatten().collect();
    sort_by(&mut left, Ord::cmp);
    let mut left = VecDeque::from(left);
    for one in found.iter_mut().filter(|one| one.is_none()) {
        *one = left.pop_front();
    }
    let pairs = found.into_iter().enumerate();
    let pairs = pairs.map(|(place, other)| (Some(place), other));
    pairs
        .chain(left.into_iter().map(|place| (None, Some(place))))
        .collect()
}

/// The paired tasks of two runs.
pub struct Tasks {
    /// The tasks that are in both runs, in the order of the first.
    pub both: Vec<(TaskId, TaskId)>,
    /// The tasks that are in one run only.
    pub alone: [Vec<TaskId>; 2],
}

impl Tasks {
    /// Tasks form a pair if they have the same name and the same parent, in the order of creation. For the
    /// remaining ones the same name is enough: the change may be that another task creates them.
    pub fn of(before: (&Trace, &Index), after: (&Trace, &Index)) -> Self {
        let mut counterpart: Vec<Option<TaskId>> = vec![None; before.1.task_count()];
        let mut taken = vec![false; after.1.task_count()];
        let mut of_parent: HashMap<(TaskId, &str), VecDeque<TaskId>> = HashMap::new();
        for (id, task) in after.1.tasks() {
            if let Some(parent) = task.parent {
                let key = (parent, plain(after.0.name(id)));
                of_parent.entry(key).or_default().push_back(id);
            }
        }
        for (id, task) in before.1.tasks() {
            let same = match task.parent {
                None => (!taken.is_empty()).then_some(TaskId::MAIN),
                // A task is created after its parent.
                Some(parent) => {
                    counterpart
                        .get(parent.index())
                        .copied()
                        .flatten()
                        .and_then(|parent| {
                            let key = (parent, plain(before.0.name(id)));
                            of_parent.get_mut(&key)?.pop_front()
                        })
                }
            };
            if let Some(same) = same {
                counterpart[id.index()] = Some(same);
                taken[same.index()] = true;
            }
        }
        let mut named: HashMap<&str, VecDeque<TaskId>> = HashMap::new();
        for (id, _) in after.1.tasks().filter(|(id, _)| !taken[id.index()]) {
            let name = plain(after.0.name(id));
            named.entry(name).or_default().push_back(id);
        }
        let mut tasks = Self {
            both: Vec::new(),
            alone: [Vec::new(), Vec::new()],
        };
        for (id, _) in before.1.tasks() {
            let by_name = || named.get_mut(plain(before.0.name(id)))?.pop_front();
            match counterpart[id.index()].or_else(by_name) {
                Some(same) => tasks.both.push((id, same)),
                None => tasks.alone[0].push(id),
            }
        }
        tasks.alone[1].extend(named.into_values().flatten());
        sort_by(&mut tasks.alone[1], Ord::cmp);
        tasks
    }
}

/// A task's name without the number that traces append to a repeated name.
pub fn plain(name: &str) -> &str {
    match name.rsplit_once(" #") {
        Some((plain, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => plain,
        _ => name,
    }
}
