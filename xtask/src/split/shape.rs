//! What instructions take from the operand stack and leave on it, and what their labels carry.

use walrus::{
    FunctionId, InstrLocId, LocalFunction, Module, ValType,
    ir::{Instr, InstrSeqId, InstrSeqType},
};

/// How many operands an instruction takes, and how many it leaves. `None` for what the app's compiler does not make.
pub fn arity(module: &Module, function: &LocalFunction, instr: &Instr) -> Option<(usize, usize)> {
    let block = |seq: InstrSeqId| {
        let (params, results) = types_of(module, function.block(seq).ty);
        (params.len(), results.len())
    };
    let called = |function: FunctionId| {
        let ty = module.types.get(module.funcs.get(function).ty());
        (ty.params().len(), ty.results().len())
    };
    Some(match instr {
        Instr::Block(block_) => block(block_.seq),
        Instr::Loop(loop_) => block(loop_.seq),
        Instr::IfElse(branch) => {
            let (params, results) = block(branch.consequent);
            (params + 1, results)
        }
        Instr::Call(call) => called(call.func),
        Instr::CallIndirect(call) => {
            let ty = module.types.get(call.ty);
            (ty.params().len() + 1, ty.results().len())
        }
        Instr::LocalGet(_)
        | Instr::GlobalGet(_)
        | Instr::Const(_)
        | Instr::MemorySize(_)
        | Instr::RefNull(_)
        | Instr::RefFunc(_)
        | Instr::TableSize(_) => (0, 1),
        Instr::LocalSet(_) | Instr::GlobalSet(_) | Instr::Drop(_) | Instr::BrIf(_) => (1, 0),
        Instr::LocalTee(_)
        | Instr::Unop(_)
        | Instr::Load(_)
        | Instr::MemoryGrow(_)
        | Instr::TableGet(_)
        | Instr::RefIsNull(_) => (1, 1),
        Instr::Binop(_) | Instr::TableGrow(_) => (2, 1),
        Instr::Select(_) => (3, 1),
        Instr::Store(_) | Instr::TableSet(_) => (2, 0),
        Instr::MemoryCopy(_) | Instr::MemoryFill(_) | Instr::TableFill(_) => (3, 0),
        // What these take is the business of where they go, and nothing comes after them.
        Instr::Br(_) | Instr::Return(_) | Instr::Unreachable(_) => (0, 0),
        Instr::BrTable(_) => (1, 0),
        _ => return None,
    })
}

/// Whether nothing that follows an instruction in its sequence is ever executed.
pub fn goes_away(instr: &Instr) -> bool {
    matches!(
        instr,
        Instr::Br(_) | Instr::BrTable(_) | Instr::Return(_) | Instr::Unreachable(_)
    )
}

/// The sequences inside of an instruction, and whether each is run whenever the instruction is.
pub fn inner(instr: &Instr) -> Vec<(InstrSeqId, bool)> {
    match instr {
        Instr::Block(block) => vec![(block.seq, true)],
        Instr::Loop(loop_) => vec![(loop_.seq, true)],
        Instr::IfElse(branch) => vec![(branch.consequent, false), (branch.alternative, false)],
        _ => Vec::new(),
    }
}

/// The labels that an instruction may go to.
pub fn targets(instr: &Instr) -> Vec<InstrSeqId> {
    match instr {
        Instr::Br(br) => vec![br.block],
        Instr::BrIf(br) => vec![br.block],
        Instr::BrTable(br) => br.blocks.iter().copied().chain([br.default]).collect(),
        _ => Vec::new(),
    }
}

/// What a sequence takes and leaves.
pub fn types_of(module: &Module, ty: InstrSeqType) -> (Vec<ValType>, Vec<ValType>) {
    match ty {
        InstrSeqType::Simple(result) => (Vec::new(), result.into_iter().collect()),
        InstrSeqType::MultiValue(ty) => {
            let ty = module.types.get(ty);
            (ty.params().to_vec(), ty.results().to_vec())
        }
    }
}

/// Where an instruction stands in the file, in bytes.
pub fn place(at: InstrLocId) -> u32 {
    if at.is_default() { 0 } else { at.data() }
}
