//! The part that comes later.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use walrus::{
    ConstExpr, ElementItems, ElementKind, FunctionId, FunctionKind, GlobalKind, ImportKind,
    ImportedFunction, Module, ir::Value, passes::gc,
};

use super::{
    module::{function_table, functions, segments, widen},
    plan::Plan,
};
use crate::failure::Result;

/// What the rest imports from the first.
const FIRST: &str = "first";
/// Functions of the first that are not longer than this, in bytes, are in the rest, too, if they are needed there: to
/// export one costs a first visit some bytes, and keeps wasm-opt from making it fit those that call it.
const SMALL: usize = 240;

/// Something that the rest needs of the first: its kind, and its place among all of that kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shared {
    Function(usize),
    Memory(usize),
    Table(usize),
    Global(usize),
}

/// The module of the functions that are moved, and what it shares with the first, under which name.
pub fn rest(plan: &Plan<'_>) -> Result<(Module, BTreeMap<Shared, String>)> {
    let mut module = plan.module()?;
    let functions = functions(&module);
    let table = function_table(&module)?;
    let segments = segments(&module, table)?;
    module.start = None;
    delete_all(&mut module);

    let mut imports = Vec::new();
    let mut import = |module: &mut Module, shared: Shared, kind: ImportKind| {
        let id = module.imports.add(FIRST, "", kind);
        imports.push((id, shared));
        id
    };
    for (number, &id) in functions.iter().enumerate() {
        let function = module.funcs.get(id);
        let FunctionKind::Local(local) = &function.kind else {
            continue;
        };
        let length = local.original_range.as_ref().map_or(0, |range| range.len());
        if plan.moved.contains(&number) || length <= SMALL {
            continue;
        }
        let ty = function.ty();
        let import = import(&mut module, Shared::Function(number), id.into());
        module.funcs.get_mut(id).kind = FunctionKind::Import(ImportedFunction { import, ty });
    }
    let ids: Vec<_> = module.memories.iter().map(|memory| memory.id()).collect();
    for (number, id) in ids.into_iter().enumerate() {
        let import = import(&mut module, Shared::Memory(number), id.into());
        module.memories.get_mut(id).import = Some(import);
    }
    let ids: Vec<_> = module.tables.iter().map(|table| table.id()).collect();
    for (number, id) in ids.into_iter().enumerate() {
        let import = import(&mut module, Shared::Table(number), id.into());
        module.tables.get_mut(id).import = Some(import);
    }
    let ids: Vec<_> = module.globals.iter().map(|global| global.id()).collect();
    for (number, id) in ids.into_iter().enumerate() {
        let import = import(&mut module, Shared::Global(number), id.into());
        module.globals.get_mut(id).kind = GlobalKind::Import(import);
    }

    // What the first has stubs for, in one segment for each row of slots.
    let numbers: HashMap<FunctionId, usize> = functions
        .iter()
        .enumerate()
        .map(|(number, &id)| (id, number))
        .collect();
    let mut fill: BTreeMap<usize, FunctionId> = BTreeMap::new();
    for (offset, items) in segments {
        fill.extend(
            (offset..)
                .zip(items)
                .filter(|(_, id)| plan.moved.contains(&numbers[id])),
        );
    }
    fill.extend((plan.slots..).zip(plan.called.iter().map(|&number| functions[number])));
    let mut fill = fill.into_iter().peekable();
    while let Some((offset, id)) = fill.next() {
        let mut row = vec![id];
        while let Some((_, id)) = fill.next_if(|&(slot, _)| slot == offset + row.len()) {
            row.push(id);
        }
        let segment = module.elements.add(
            ElementKind::Active {
                table,
                offset: ConstExpr::Value(Value::I32(offset as i32)),
            },
            ElementItems::Functions(row),
        );
        module.tables.get_mut(table).elem_segments.insert(segment);
    }
    widen(&mut module, table, plan.called.len());
    // Nothing is exported: the segments have to be told to stay, by way of their table.
    let root = module.exports.add("keep", table);
    gc::run(&mut module);
    module.exports.delete(root);

    let left: BTreeSet<_> = module.imports.iter().map(|import| import.id()).collect();
    imports.retain(|(id, _)| left.contains(id));
    let mut shared = BTreeMap::new();
    let names = (0..)
        .map(short_name)
        .filter(|name| !plan.exported.contains(name));
    for ((id, what), name) in imports.into_iter().zip(names) {
        module.imports.get_mut(id).name.clone_from(&name);
        shared.insert(what, name);
    }
    Ok((module, shared))
}

/// Names as short as can be, of small letters.
fn short_name(mut number: usize) -> String {
    let mut name = String::new();
    loop {
        name.push(char::from(b'a' + (number % 26) as u8));
        if number < 26 {
            return name;
        }
        number = number / 26 - 1;
    }
}

/// Takes away what fills memory and tables and what is exported.
fn delete_all(module: &mut Module) {
    let ids: Vec<_> = module.exports.iter().map(|export| export.id()).collect();
    ids.into_iter().for_each(|id| module.exports.delete(id));
    let ids: Vec<_> = module.data.iter().map(|data| data.id()).collect();
    ids.into_iter().for_each(|id| module.data.delete(id));
    let ids: Vec<_> = module.elements.iter().map(|element| element.id()).collect();
    ids.into_iter().for_each(|id| module.elements.delete(id));
    module
        .memories
        .iter_mut()
        .for_each(|memory| memory.data_segments.clear());
    module
        .tables
        .iter_mut()
        .for_each(|table| table.elem_segments.clear());
}
