//! Modules as walrus reads them: what of them is asked for again and again.

use walrus::{
    ConstExpr, ElementItems, ElementKind, FunctionId, LocalFunction, Module, ModuleConfig, TableId,
    TypeId, ValType,
    ir::{Instr, Value},
};

use super::shape;
use crate::{
    failure::{Failure, Result},
    scripts::Names,
};

/// Reads a module that [`renamed`] has written.
pub fn parse(wasm: &[u8]) -> Result<Module> {
    ModuleConfig::new()
        .generate_name_section(false)
        .generate_producers_section(false)
        .parse(wasm)
        .map_err(unreadable)
}

/// The module with new names for what it imports and exports, and without what the linker has said of the file that it was
/// made of, which is true no more.
pub fn renamed(wasm: &[u8], names: &Names) -> Result<Vec<u8>> {
    let mut module = ModuleConfig::new()
        .generate_producers_section(false)
        .parse(wasm)
        .map_err(unreadable)?;
    for import in module.imports.iter_mut() {
        rename(&mut import.name, names);
    }
    for export in module.exports.iter_mut() {
        rename(&mut export.name, names);
    }
    let customs = module.customs.iter();
    let stale: Vec<_> = customs
        .filter(|(_, section)| section.name() == "linking" || section.name().starts_with("reloc."))
        .map(|(id, _)| id)
        .collect();
    for id in stale {
        module.customs.delete(id);
    }
    Ok(module.emit_wasm())
}

fn rename(name: &mut String, names: &Names) {
    if let Some(new) = names.get(name) {
        name.clone_from(new);
    }
}

fn unreadable(error: impl std::fmt::Display) -> Failure {
    Failure::new(format!("the app's WebAssembly cannot be read: {error:#}"))
}

/// All functions, in the order that gives them their numbers.
pub fn functions(module: &Module) -> Vec<FunctionId> {
    module.funcs.iter().map(|function| function.id()).collect()
}

pub fn function_table(module: &Module) -> Result<TableId> {
    let table = module.tables.main_function_table().ok().flatten();
    table.ok_or_else(|| Failure::new("the app's WebAssembly has not one function table"))
}

/// Makes room for so many more functions.
pub fn widen(module: &mut Module, table: TableId, by: usize) {
    let table = module.tables.get_mut(table);
    table.initial += by as u64;
    table.maximum = table.maximum.map(|maximum| maximum + by as u64);
}

/// The functions that a function calls by name. Those that it calls in other ways cannot be known, unless by the table.
pub fn calls(function: &LocalFunction) -> Result<Vec<FunctionId>> {
    let mut called = Vec::new();
    let mut seqs = vec![function.entry_block()];
    while let Some(seq) = seqs.pop() {
        for (instr, _) in &function.block(seq).instrs {
            seqs.extend(shape::inner(instr).into_iter().map(|(seq, _)| seq));
            match instr {
                Instr::Call(call) => called.push(call.func),
                Instr::RefFunc(_)
                | Instr::CallRef(_)
                | Instr::ReturnCall(_)
                | Instr::ReturnCallIndirect(_)
                | Instr::ReturnCallRef(_) => {
                    return Err(Failure::new(
                        "the app calls functions in a way that is not understood",
                    ));
                }
                _ => {}
            }
        }
    }
    Ok(called)
}

/// What functions of a type take and give.
pub fn signature(module: &Module, ty: TypeId) -> (Vec<ValType>, Vec<ValType>) {
    let ty = module.types.get(ty);
    (ty.params().to_vec(), ty.results().to_vec())
}

/// What fills a table, and from which slot on.
pub fn segments(module: &Module, table: TableId) -> Result<Vec<(usize, Vec<FunctionId>)>> {
    let mut segments = Vec::new();
    for element in module.elements.iter() {
        match (&element.kind, &element.items) {
            (
                ElementKind::Active {
                    table: filled,
                    offset: ConstExpr::Value(Value::I32(offset)),
                },
                ElementItems::Functions(items),
            ) if *filled == table => segments.push((*offset as usize, items.clone())),
            (ElementKind::Active { table: filled, .. }, _) if *filled == table => {
                return Err(Failure::new(
                    "the app's function table is filled in a way that is not understood",
                ));
            }
            _ => {}
        }
    }
    Ok(segments)
}
