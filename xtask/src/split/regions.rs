//! Regions of functions that are not executed, though the functions are: what can be moved out of them.
//!
//! A region is the end of a sequence. Control comes to it in one place, and leaves it for labels around it.

use std::collections::{BTreeSet, HashMap, HashSet};

use walrus::{
    InstrLocId, LocalFunction, LocalId, Module, ValType,
    ir::{Instr, InstrSeqId},
};

use super::{
    live::{self, Locals, Onward},
    pieces::{self, Start},
    shape,
};

/// The end of a sequence, from an instruction on.
#[derive(Debug)]
pub struct Region {
    /// The sequence.
    pub seq: InstrSeqId,
    /// Its first instruction that belongs to the region.
    pub at: usize,
    /// Where it goes, each once.
    pub exits: Vec<Exit>,
    /// Whether the last exit is where control comes anyway, behind the sequence.
    pub is_free: bool,
    /// What it leaves on the stack for those exits that carry something.
    pub values: Vec<ValType>,
    /// The locals that it needs.
    pub reads: Vec<LocalId>,
    /// The locals that it changes and somebody else needs.
    pub writes: Vec<LocalId>,
    /// How long it is, in bytes.
    pub bytes: u32,
}

/// Where control goes from a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exit {
    /// The label of this sequence; none is what follows the loop that the region is the end of.
    pub label: Option<InstrSeqId>,
    /// Whether it takes the region's values along.
    pub carries: bool,
}

/// The regions of a function, of which none is inside another.
pub fn of(module: &Module, function: &LocalFunction, hit: &HashMap<Start, bool>) -> Vec<Region> {
    let executed = pieces::executed(function, hit);
    let mut cold: Vec<(InstrSeqId, usize)> = executed
        .into_iter()
        .filter(|&(seq, length)| length < function.block(seq).instrs.len())
        .collect();
    if cold.is_empty() {
        return Vec::new();
    }
    cold.sort_unstable();
    let onward = Onward::of(function);
    let finder = Finder {
        module,
        function,
        onward,
        loops: loops(function),
    };
    cold.into_iter()
        .filter_map(|(seq, at)| finder.region(seq, at))
        .collect()
}

struct Finder<'a> {
    module: &'a Module,
    function: &'a LocalFunction,
    onward: Onward,
    loops: HashSet<InstrSeqId>,
}

impl Finder<'_> {
    fn region(&self, seq: InstrSeqId, executed: usize) -> Option<Region> {
        let End { at, height, falls } = self.end(seq, executed)?;
        let block = self.function.block(seq);
        let instrs = &block.instrs[at..];
        let used = Used::of(self.function, instrs);

        // Where it goes, and what it takes along.
        let mut exits: Vec<(Option<InstrSeqId>, Vec<ValType>)> = used
            .leaves_for
            .iter()
            .map(|&label| (Some(label), self.carried(label)))
            .collect();
        let has_free_label = height == 0 && !self.loops.contains(&seq);
        if falls {
            let label = has_free_label.then_some(seq);
            let results = shape::types_of(self.module, block.ty).1;
            exits.retain(|exit| exit.0 != label);
            exits.push((label, results[height..].to_vec()));
        } else if let Some(own) = exits
            .iter()
            .position(|exit| exit.0 == Some(seq))
            .filter(|_| has_free_label)
        {
            let own = exits.remove(own);
            exits.push(own);
        }
        let is_free =
            falls || has_free_label && exits.last().is_some_and(|exit| exit.0 == Some(seq));
        let values = exits
            .iter()
            .map(|exit| &exit.1)
            .find(|values| !values.is_empty());
        let values = values.cloned().unwrap_or_default();
        let carrying = exits.iter().filter(|exit| !exit.1.is_empty()).count();
        if exits
            .iter()
            .any(|exit| !exit.1.is_empty() && exit.1 != values)
            || carrying > 0 && carrying < exits.len() && exits.len() > 2
        {
            return None;
        }

        // What goes in and out by locals.
        let mut needed = Locals::new();
        for (label, _) in &exits {
            needed.extend(match label {
                Some(label) => &self.onward.labels[label],
                None => &self.onward.ends[&seq],
            });
        }
        let writes: Locals = used.written.intersection(&needed).copied().collect();
        let mut outside = Onward::default();
        for &label in &used.leaves_for {
            outside.labels.insert(label, writes.clone());
        }
        let after = if falls { writes.clone() } else { Locals::new() };
        let reads = live::before(self.function, instrs, &after, &mut outside);
        Some(Region {
            seq,
            at,
            exits: exits
                .into_iter()
                .map(|(label, values)| Exit {
                    label,
                    carries: !values.is_empty(),
                })
                .collect(),
            is_free,
            values,
            reads: reads.into_iter().collect(),
            writes: writes.into_iter().collect(),
            bytes: shape::place(block.end).saturating_sub(shape::place(instrs[0].1)),
        })
    }

    /// The longest end of a sequence, not before `executed`, that takes nothing from the stack that lay there before it.
    fn end(&self, seq: InstrSeqId, executed: usize) -> Option<End> {
        let block = self.function.block(seq);
        let mut height = shape::types_of(self.module, block.ty).0.len();
        // For each instruction: how high the stack is before it, and how low it gets.
        let mut heights = Vec::new();
        let mut falls = true;
        for (instr, _) in &block.instrs {
            let (pops, pushes) = shape::arity(self.module, self.function, instr)?;
            let taken = pops
                + match instr {
                    Instr::Br(br) => self.carried(br.block).len(),
                    Instr::BrIf(br) => self.carried(br.block).len(),
                    Instr::BrTable(br) => self.carried(br.default).len(),
                    Instr::Return(_) => self.carried(self.function.entry_block()).len(),
                    _ => 0,
                };
            heights.push((height, height.checked_sub(taken)?));
            height = (height + pushes).checked_sub(pops)?;
            if shape::goes_away(instr) {
                falls = false;
                break;
            }
        }
        let mut end = None;
        let mut lowest = usize::MAX;
        for (at, &(height, low)) in heights.iter().enumerate().skip(executed).rev() {
            lowest = lowest.min(low);
            if lowest >= height {
                end = Some(End { at, height, falls });
            }
        }
        end
    }

    /// What a branch to a label takes along.
    fn carried(&self, label: InstrSeqId) -> Vec<ValType> {
        let (params, results) = shape::types_of(self.module, self.function.block(label).ty);
        if self.loops.contains(&label) {
            params
        } else {
            results
        }
    }
}

/// The end of a sequence.
struct End {
    /// Its first instruction.
    at: usize,
    /// How many values lie on the stack there.
    height: usize,
    /// Whether control comes to what follows the sequence by reaching its last instruction.
    falls: bool,
}

/// What some instructions use.
#[derive(Default)]
struct Used {
    written: Locals,
    /// Labels that are not inside.
    leaves_for: BTreeSet<InstrSeqId>,
}

impl Used {
    fn of(function: &LocalFunction, instrs: &[(Instr, InstrLocId)]) -> Self {
        let mut used = Self::default();
        let mut inside = HashSet::new();
        used.see(function, instrs, &mut inside);
        used.leaves_for.retain(|label| !inside.contains(label));
        used
    }

    fn see(
        &mut self,
        function: &LocalFunction,
        instrs: &[(Instr, InstrLocId)],
        inside: &mut HashSet<InstrSeqId>,
    ) {
        for (instr, _) in instrs {
            match instr {
                Instr::LocalSet(set) => drop(self.written.insert(set.local)),
                Instr::LocalTee(tee) => drop(self.written.insert(tee.local)),
                Instr::Return(_) => drop(self.leaves_for.insert(function.entry_block())),
                _ => self.leaves_for.extend(shape::targets(instr)),
            }
            for (seq, _) in shape::inner(instr) {
                inside.insert(seq);
                self.see(function, &function.block(seq).instrs, inside);
            }
        }
    }
}

/// The sequences that are the bodies of loops.
fn loops(function: &LocalFunction) -> HashSet<InstrSeqId> {
    let mut loops = HashSet::new();
    let mut todo = vec![function.entry_block()];
    while let Some(seq) = todo.pop() {
        for (instr, _) in &function.block(seq).instrs {
            if let Instr::Loop(loop_) = instr {
                loops.insert(loop_.seq);
            }
            todo.extend(shape::inner(instr).into_iter().map(|(seq, _)| seq));
        }
    }
    loops
}
