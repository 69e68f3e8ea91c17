//! The part that comes first.

use std::collections::{BTreeMap, HashMap, HashSet};

use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind,
    Module, ValType, ir::Value, passes::gc,
};

use super::{
    module::{function_table, functions, signature, widen},
    plan::Plan,
    rest::Shared,
    stubs::{Stub, Stubs},
};
use crate::failure::Result;

/// What the first imports from `start.js`: `load` has the rest loaded before it returns.
const REST: &str = "rest";

/// The module of all else, with stubs for what was moved, and with exports for what the rest needs of it.
pub fn first(plan: &Plan<'_>, shared: &BTreeMap<Shared, String>) -> Result<Module> {
    let mut module = plan.module()?;
    let functions = functions(&module);
    let table = function_table(&module)?;
    let ty = module.types.add(&[], &[]);
    let (load, _) = module.add_import_func(REST, "load", ty);
    let zero = ConstExpr::Value(Value::I32(0));
    let slot = module.globals.add_local(ValType::I32, true, false, zero);
    let mut stubs = Stubs {
        load,
        slot,
        table,
        by_type: BTreeMap::new(),
    };
    widen(&mut module, table, plan.called.len());

    // In the table.
    let moved: HashSet<FunctionId> = plan.moved.iter().map(|&number| functions[number]).collect();
    let segments: Vec<_> = module.elements.iter().map(|element| element.id()).collect();
    for segment in segments {
        let ElementItems::Functions(mut items) = module.elements.get(segment).items.clone() else {
            continue;
        };
        for id in &mut items {
            if moved.contains(id) {
                let ty = module.funcs.get(*id).ty();
                *id = stubs.of(&mut module, ty).stub;
            }
        }
        module.elements.get_mut(segment).items = ElementItems::Functions(items);
    }
    let called: Vec<_> = plan
        .called
        .iter()
        .map(|&number| functions[number])
        .collect();
    let mut added = Vec::new();
    let mut slots = HashMap::new();
    for (place, &id) in called.iter().enumerate() {
        let ty = module.funcs.get(id).ty();
        let Stub { stub, call } = stubs.of(&mut module, ty);
        added.push(stub);
        slots.insert(id, ((plan.slots + place) as i32, call));
    }
    let added = module.elements.add(
        ElementKind::Active {
            table,
            offset: ConstExpr::Value(Value::I32(plan.slots as i32)),
        },
        ElementItems::Functions(added),
    );
    module.tables.get_mut(table).elem_segments.insert(added);

    // Where they are called.
    let own: HashSet<FunctionId> = stubs
        .by_type
        .values()
        .flat_map(|stub| [stub.stub, stub.call])
        .collect();
    for (id, function) in module.funcs.iter_local_mut() {
        if !own.contains(&id) && !moved.contains(&id) {
            stubs.redirect(function, &slots);
        }
    }
    for id in called {
        let (params, results) = signature(&module, module.funcs.get(id).ty());
        let arguments: Vec<_> = params.iter().map(|&ty| module.locals.add(ty)).collect();
        let mut body = FunctionBuilder::new(&mut module.types, &params, &results);
        for &argument in &arguments {
            body.func_body().local_get(argument);
        }
        let (slot, call) = slots[&id];
        body.func_body().i32_const(slot).call(call);
        module.funcs.get_mut(id).kind = FunctionKind::Local(body.local_func(arguments));
    }

    let memories: Vec<_> = module.memories.iter().map(|memory| memory.id()).collect();
    let tables: Vec<_> = module.tables.iter().map(|table| table.id()).collect();
    let globals: Vec<_> = module.globals.iter().map(|global| global.id()).collect();
    for (&shared, name) in shared {
        let item: ExportItem = match shared {
            Shared::Function(number) => functions[number].into(),
            Shared::Memory(number) => memories[number].into(),
            Shared::Table(number) => tables[number].into(),
            Shared::Global(number) => globals[number].into(),
        };
        module.exports.add(name, item);
    }
    gc::run(&mut module);
    Ok(module)
}
