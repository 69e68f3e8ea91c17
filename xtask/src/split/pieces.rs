//! Pieces of functions: stretches of instructions of which all are executed, or none.
//!
//! A piece begins where a function or an arm of an `if` does, and after whatever may go elsewhere. (A call that does not
//! return is followed by more of its piece; it is only ever taken for more than it is.)

use std::collections::HashMap;

use walrus::{
    FunctionKind, LocalFunction, ValType,
    ir::{Instr, InstrSeqId, Value},
};

use super::{
    module::{functions, parse},
    shape,
};
use crate::failure::Result;

/// Where a piece begins: before which instruction of which sequence.
pub type Start = (InstrSeqId, usize);

/// The pieces of a function, in an order that is the same whenever the same module is parsed.
pub fn of(function: &LocalFunction) -> Vec<Start> {
    let mut starts = vec![(function.entry_block(), 0)];
    let mut todo = vec![function.entry_block()];
    while let Some(seq) = todo.pop() {
        let instrs = &function.block(seq).instrs;
        for (at, (instr, _)) in instrs.iter().enumerate() {
            let inner = shape::inner(instr);
            for &(seq, always) in &inner {
                if !always {
                    starts.push((seq, 0));
                }
                todo.push(seq);
            }
            let forks = !inner.is_empty() || matches!(instr, Instr::BrIf(_));
            if forks && at + 1 < instrs.len() {
                starts.push((seq, at + 1));
            }
        }
    }
    starts
}

/// For each sequence that is executed, how many of its instructions are: the others, if any, are its end.
pub fn executed(
    function: &LocalFunction,
    hit: &HashMap<Start, bool>,
) -> HashMap<InstrSeqId, usize> {
    let mut executed = HashMap::new();
    if hit.get(&(function.entry_block(), 0)) != Some(&true) {
        return executed;
    }
    let mut todo = vec![function.entry_block()];
    while let Some(seq) = todo.pop() {
        let instrs = &function.block(seq).instrs;
        let mut length = instrs.len();
        for (at, (instr, _)) in instrs.iter().enumerate() {
            if hit.get(&(seq, at)) == Some(&false) {
                length = at;
                break;
            }
            for (seq, always) in shape::inner(instr) {
                if always || hit.get(&(seq, 0)) == Some(&true) {
                    todo.push(seq);
                } else {
                    executed.insert(seq, 0);
                }
            }
            if shape::goes_away(instr) {
                break;
            }
        }
        executed.insert(seq, length);
    }
    executed
}

/// The module with every piece of its functions calling `profile.hit` with its number.
pub fn instrumented(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = parse(wasm)?;
    let functions = functions(&module);
    let ty = module.types.add(&[ValType::I32], &[]);
    let (hit, _) = module.add_import_func("profile", "hit", ty);
    let mut number = 0;
    for function in functions {
        let FunctionKind::Local(local) = &mut module.funcs.get_mut(function).kind else {
            continue;
        };
        let mut starts = Vec::new();
        for start in of(local) {
            starts.push((start, number));
            number += 1;
        }
        // From the back, so that places stay what they are.
        starts.sort_unstable_by_key(|&((_, at), _)| std::cmp::Reverse(at));
        for ((seq, at), number) in starts {
            let mut seq = local.builder_mut().instr_seq(seq);
            seq.const_at(at, Value::I32(number)).call_at(at + 1, hit);
        }
    }
    Ok(module.emit_wasm())
}
