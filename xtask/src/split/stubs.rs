//! What stands in the first part for functions of the rest.
//!
//! Control comes to them through the function table, whose slots the rest fills when it is instantiated. Until then there
//! is a stub in each, one for each type of function: it has the rest loaded, then calls what is in its slot by then. It
//! knows its slot by a global, which whoever calls through the table sets.

use std::collections::{BTreeMap, HashMap};

use walrus::{
    FunctionBuilder, FunctionId, GlobalId, LocalFunction, Module, TableId, TypeId, ValType,
    ir::{Call, Const, Instr, InstrLocId, Value},
};

use super::{module::signature, shape};

/// What stands in for functions of one type.
#[derive(Clone, Copy)]
pub struct Stub {
    /// Is in the slots until the rest fills them.
    pub stub: FunctionId,
    /// Calls what is in a slot, which is its last argument.
    pub call: FunctionId,
}

/// Stubs for each type of function.
pub struct Stubs {
    /// Has the rest loaded.
    pub load: FunctionId,
    /// The slot that is called.
    pub slot: GlobalId,
    /// The function table.
    pub table: TableId,
    /// Those that there are so far.
    pub by_type: BTreeMap<TypeId, Stub>,
}

impl Stubs {
    /// The stub for a type of functions.
    pub fn of(&mut self, module: &mut Module, ty: TypeId) -> Stub {
        if let Some(&stub) = self.by_type.get(&ty) {
            return stub;
        }
        let (mut params, results) = signature(module, ty);
        let arguments: Vec<_> = params.iter().map(|&ty| module.locals.add(ty)).collect();
        let slot = module.locals.add(ValType::I32);
        let mut stub = FunctionBuilder::new(&mut module.types, &params, &results);
        let mut body = stub.func_body();
        body.global_get(self.slot).local_set(slot).call(self.load);
        for &argument in &arguments {
            body.local_get(argument);
        }
        body.local_get(slot).call_indirect(ty, self.table);
        let stub = stub.finish(arguments, &mut module.funcs);

        params.push(ValType::I32);
        let arguments: Vec<_> = params.iter().map(|&ty| module.locals.add(ty)).collect();
        let mut call = FunctionBuilder::new(&mut module.types, &params, &results);
        let mut body = call.func_body();
        body.local_get(arguments[params.len() - 1])
            .global_set(self.slot);
        for &argument in &arguments {
            body.local_get(argument);
        }
        body.call_indirect(ty, self.table);
        let call = call.finish(arguments, &mut module.funcs);
        let stub = Stub { stub, call };
        self.by_type.insert(ty, stub);
        stub
    }

    /// Lets a function call by slots what has one, and through the table only so that the slot is known.
    pub fn redirect(
        &self,
        function: &mut LocalFunction,
        slots: &HashMap<FunctionId, (i32, FunctionId)>,
    ) {
        let mut seqs = vec![function.entry_block()];
        while let Some(seq) = seqs.pop() {
            let instrs = std::mem::take(&mut function.block_mut(seq).instrs);
            let mut now: Vec<(Instr, InstrLocId)> = Vec::with_capacity(instrs.len());
            for (instr, at) in instrs {
                seqs.extend(shape::inner(&instr).into_iter().map(|(seq, _)| seq));
                match &instr {
                    Instr::Call(call) if slots.contains_key(&call.func) => {
                        let (slot, func) = slots[&call.func];
                        now.push((
                            Const {
                                value: Value::I32(slot),
                            }
                            .into(),
                            at,
                        ));
                        now.push((Call { func }.into(), at));
                    }
                    Instr::CallIndirect(call) if self.by_type.contains_key(&call.ty) => {
                        let func = self.by_type[&call.ty].call;
                        now.push((Call { func }.into(), at));
                    }
                    _ => now.push((instr, at)),
                }
            }
            function.block_mut(seq).instrs = now;
        }
    }
}
