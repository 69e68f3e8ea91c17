//! Constants that only the rest refers to come with the rest.

use std::ops::Range;

use walrus::{
    ConstExpr, DataKind, GlobalKind, LocalFunction, MemoryId, Module,
    ir::{Instr, Value},
};

use super::{addresses::Addresses, shape};
use crate::failure::{Failure, Result};

/// So many bytes between two that are moved are sent twice: a segment of its own costs as much.
const GAP: u32 = 12;

/// Moves what `first` cannot reach from its memory into the one that `rest` brings.
pub fn split(first: &mut Module, rest: &mut Module, addresses: &Addresses) -> Result {
    let away = addresses.out_of_reach(numbers(first));
    if away.is_empty() {
        return Ok(());
    }
    let (theirs, ours) = (memory(first)?, memory(rest)?);
    let ids: Vec<_> = first
        .memories
        .get(theirs)
        .data_segments
        .iter()
        .copied()
        .collect();
    for id in ids {
        let data = first.data.get_mut(id);
        let DataKind::Active {
            offset: ConstExpr::Value(Value::I32(base)),
            ..
        } = data.kind
        else {
            return Err(Failure::new(
                "the app's data lies at an address that is computed",
            ));
        };
        let base = base as u32;
        let lies = base..base + data.value.len() as u32;
        let within = |run: &Range<u32>| lies.start <= run.start && run.end <= lies.end;
        let place = |run: &Range<u32>| (run.start - base) as usize..(run.end - base) as usize;
        let mut runs = away.iter().filter(|run| within(run)).cloned().peekable();
        while let Some(mut run) = runs.next() {
            while let Some(next) = runs.next_if(|next| next.start - run.end <= GAP) {
                run.end = next.end;
            }
            let value = data.value[place(&run)].to_vec();
            let offset = ConstExpr::Value(Value::I32(run.start as i32));
            let moved = rest.data.add(
                DataKind::Active {
                    memory: ours,
                    offset,
                },
                value,
            );
            rest.memories.get_mut(ours).data_segments.insert(moved);
        }
        // Rows of zeros are left out of the file by wasm-opt.
        for run in away.iter().filter(|run| within(run)) {
            data.value[place(run)].fill(0);
        }
    }
    Ok(())
}

fn memory(module: &Module) -> Result<MemoryId> {
    let memory = module.memories.iter().next();
    memory
        .map(|memory| memory.id())
        .ok_or_else(|| Failure::new("the app's WebAssembly has no memory"))
}

/// All numbers in a module that may be addresses.
fn numbers(module: &Module) -> Vec<u32> {
    let mut numbers = Vec::new();
    for (_, function) in module.funcs.iter_local() {
        see(function, &mut numbers);
    }
    for global in module.globals.iter() {
        if let GlobalKind::Local(ConstExpr::Value(Value::I32(number))) = global.kind {
            numbers.push(number as u32);
        }
    }
    numbers
}

fn see(function: &LocalFunction, numbers: &mut Vec<u32>) {
    let mut seqs = vec![function.entry_block()];
    while let Some(seq) = seqs.pop() {
        for (instr, _) in &function.block(seq).instrs {
            seqs.extend(shape::inner(instr).into_iter().map(|(seq, _)| seq));
            match instr {
                Instr::Const(constant) => {
                    if let Value::I32(number) = constant.value {
                        numbers.push(number as u32);
                    }
                }
                Instr::Load(load) => numbers.push(load.arg.offset as u32),
                Instr::Store(store) => numbers.push(store.arg.offset as u32),
                _ => {}
            }
        }
    }
}
