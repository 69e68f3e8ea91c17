//! Which locals will still be read.

use std::collections::{BTreeSet, HashMap};

use walrus::{
    LocalFunction, LocalId,
    ir::{Instr, InstrSeqId},
};

use super::shape;

/// Locals.
pub type Locals = BTreeSet<LocalId>;

/// What is still read where control goes.
#[derive(Default)]
pub struct Onward {
    /// At the labels of sequences: behind a block, at the head of a loop.
    pub labels: HashMap<InstrSeqId, Locals>,
    /// Behind the ends of sequences. The same, but for loops.
    pub ends: HashMap<InstrSeqId, Locals>,
}

/// Which locals are read from the first of some instructions on, before they are written.
///
/// `after` are those that are read behind the last of them. `onward` has the same of all labels that the instructions may
/// go to; what is inside of them is added.
pub fn before(
    function: &LocalFunction,
    instrs: &[(Instr, walrus::InstrLocId)],
    after: &Locals,
    onward: &mut Onward,
) -> Locals {
    let mut live = after.clone();
    for (instr, _) in instrs.iter().rev() {
        match instr {
            Instr::LocalGet(get) => {
                live.insert(get.local);
            }
            Instr::LocalSet(set) => {
                live.remove(&set.local);
            }
            Instr::LocalTee(tee) => {
                live.remove(&tee.local);
            }
            Instr::Block(block) => {
                onward.labels.insert(block.seq, live.clone());
                live = inside(function, block.seq, &live, onward);
            }
            Instr::Loop(loop_) => {
                // What an iteration reads is read behind every branch back to it.
                let mut again = Locals::new();
                loop {
                    onward.labels.insert(loop_.seq, again.clone());
                    let first = inside(function, loop_.seq, &live, onward);
                    if first.is_subset(&again) {
                        break;
                    }
                    again.extend(first);
                }
                live = again;
            }
            Instr::IfElse(branch) => {
                let mut either = Locals::new();
                for arm in [branch.consequent, branch.alternative] {
                    onward.labels.insert(arm, live.clone());
                    either.extend(inside(function, arm, &live, onward));
                }
                live = either;
            }
            Instr::BrIf(br) => live.extend(onward.at(br.block)),
            Instr::Br(_) | Instr::BrTable(_) => {
                live = shape::targets(instr)
                    .into_iter()
                    .flat_map(|label| onward.at(label))
                    .collect();
            }
            Instr::Return(_) | Instr::Unreachable(_) => live.clear(),
            _ => {}
        }
    }
    live
}

/// The same of a whole sequence.
fn inside(
    function: &LocalFunction,
    seq: InstrSeqId,
    after: &Locals,
    onward: &mut Onward,
) -> Locals {
    onward.ends.insert(seq, after.clone());
    before(function, &function.block(seq).instrs, after, onward)
}

impl Onward {
    /// Of all sequences of a function.
    pub fn of(function: &LocalFunction) -> Self {
        let (entry, nothing) = (function.entry_block(), Locals::new());
        let mut onward = Self::default();
        onward.labels.insert(entry, nothing.clone());
        inside(function, entry, &nothing, &mut onward);
        onward
    }

    fn at(&self, label: InstrSeqId) -> Locals {
        self.labels.get(&label).cloned().unwrap_or_default()
    }
}
