//! One WebAssembly module into two that share memory, tables and globals.
//!
//! Functions that are not needed at first are taken out of the first module. Where it can still reach one, by a call, a
//! table or an export, a stub stays behind: it has the rest loaded if that has not happened yet, then calls the function
//! through a slot of the function table that the rest fills when it is instantiated.
//!
//! Functions are known by their number: their place among all functions of the module as it is parsed.

use std::collections::BTreeSet;

use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind,
    GlobalKind, ImportKind, ImportedFunction, Module, ModuleConfig, TableId, ValType,
    ir::{UnaryOp, Value},
    passes::gc,
};

use crate::failure::{Failure, Result};

/// What the rest imports from the first.
const FIRST: &str = "first";
/// What the first imports from `start.js`: `load` has the rest loaded before it returns.
const REST: &str = "rest";

/// Both modules.
pub struct Parts {
    /// What is instantiated at once.
    pub first: Vec<u8>,
    /// What comes later.
    pub rest: Vec<u8>,
}

/// The module with every function calling `profile.hit` with its number.
pub fn instrumented(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = parse(wasm)?;
    let functions = functions(&module);
    let ty = module.types.add(&[ValType::I32], &[]);
    let (hit, _) = module.add_import_func("profile", "hit", ty);
    for (number, function) in functions.into_iter().enumerate() {
        if let FunctionKind::Local(local) = &mut module.funcs.get_mut(function).kind {
            let mut body = local.builder_mut().func_body();
            body.const_at(0, Value::I32(number as i32)).call_at(1, hit);
        }
    }
    Ok(module.emit_wasm())
}

/// Both parts, given for each function whether it is needed at first.
pub fn split(wasm: &[u8], needed: &[bool]) -> Result<Parts> {
    let whole = parse(wasm)?;
    let table = function_table(&whole)?;
    let moved: Vec<usize> = functions(&whole)
        .iter()
        .enumerate()
        .filter(|&(number, &id)| {
            matches!(whole.funcs.get(id).kind, FunctionKind::Local(_))
                && !needed.get(number).copied().unwrap_or(false)
        })
        .map(|(number, _)| number)
        .collect();
    let slots = whole.tables.get(table).initial;
    let (rest, shared) = rest(wasm, &moved, slots)?;
    Ok(Parts {
        first: first(wasm, &moved, slots, &shared)?,
        rest,
    })
}

/// Something that the rest needs of the first: its kind, and its place among all of that kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shared {
    Function(usize),
    Memory(usize),
    Table(usize),
    Global(usize),
}

impl Shared {
    /// The name under which it is exported and imported.
    fn name(self) -> String {
        match self {
            Self::Function(number) => format!("{number}"),
            Self::Memory(number) => format!("m{number}"),
            Self::Table(number) => format!("t{number}"),
            Self::Global(number) => format!("g{number}"),
        }
    }
}

/// The module of the functions that are moved, and what it shares with the first.
fn rest(wasm: &[u8], moved: &[usize], slots: u64) -> Result<(Vec<u8>, BTreeSet<Shared>)> {
    let mut module = parse(wasm)?;
    let functions = functions(&module);
    let table = function_table(&module)?;
    module.start = None;
    delete_all(&mut module);

    let mut imports = Vec::new();
    let mut import = |module: &mut Module, shared: Shared, kind: ImportKind| {
        let id = module.imports.add(FIRST, &shared.name(), kind);
        imports.push((id, shared));
        id
    };
    let moved_set: BTreeSet<usize> = moved.iter().copied().collect();
    for (number, &id) in functions.iter().enumerate() {
        let function = module.funcs.get(id);
        if moved_set.contains(&number) || !matches!(function.kind, FunctionKind::Local(_)) {
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

    let filled = module.elements.add(
        ElementKind::Active {
            table,
            offset: ConstExpr::Value(Value::I32(slots as i32)),
        },
        ElementItems::Functions(moved.iter().map(|&number| functions[number]).collect()),
    );
    module.tables.get_mut(table).elem_segments.insert(filled);
    widen(&mut module, table, moved.len());
    // Nothing is exported: the segment has to be told to stay, by way of its table.
    let root = module.exports.add("keep", table);
    gc::run(&mut module);
    module.exports.delete(root);

    let left: BTreeSet<_> = module.imports.iter().map(|import| import.id()).collect();
    let shared = imports.into_iter().filter(|(id, _)| left.contains(id));
    let shared = shared.map(|(_, shared)| shared).collect();
    Ok((module.emit_wasm(), shared))
}

/// The module of all else, with stubs for what was moved, and with exports for what the rest needs of it.
fn first(wasm: &[u8], moved: &[usize], slots: u64, shared: &BTreeSet<Shared>) -> Result<Vec<u8>> {
    let mut module = parse(wasm)?;
    let functions = functions(&module);
    let table = function_table(&module)?;
    let ty = module.types.add(&[], &[]);
    let (load, _) = module.add_import_func(REST, "load", ty);
    let zero = ConstExpr::Value(Value::I32(0));
    let ready = module.globals.add_local(ValType::I32, true, false, zero);
    module.exports.add("rest_ready", ready);
    widen(&mut module, table, moved.len());

    for (place, &number) in moved.iter().enumerate() {
        let id = functions[number];
        let ty = module.funcs.get(id).ty();
        let (params, results) = {
            let ty = module.types.get(ty);
            (ty.params().to_vec(), ty.results().to_vec())
        };
        let arguments: Vec<_> = params.iter().map(|&ty| module.locals.add(ty)).collect();
        let mut stub = FunctionBuilder::new(&mut module.types, &params, &results);
        let mut body = stub.func_body();
        body.global_get(ready).unop(UnaryOp::I32Eqz).if_else(
            None,
            |then| {
                then.call(load);
            },
            |_| {},
        );
        for &argument in &arguments {
            body.local_get(argument);
        }
        body.i32_const((slots as usize + place) as i32)
            .call_indirect(ty, table);
        module.funcs.get_mut(id).kind = FunctionKind::Local(stub.local_func(arguments));
    }

    let memories: Vec<_> = module.memories.iter().map(|memory| memory.id()).collect();
    let tables: Vec<_> = module.tables.iter().map(|table| table.id()).collect();
    let globals: Vec<_> = module.globals.iter().map(|global| global.id()).collect();
    for &shared in shared {
        let item: ExportItem = match shared {
            Shared::Function(number) => functions[number].into(),
            Shared::Memory(number) => memories[number].into(),
            Shared::Table(number) => tables[number].into(),
            Shared::Global(number) => globals[number].into(),
        };
        module.exports.add(&shared.name(), item);
    }
    gc::run(&mut module);
    Ok(module.emit_wasm())
}

fn parse(wasm: &[u8]) -> Result<Module> {
    ModuleConfig::new()
        .generate_name_section(false)
        .generate_producers_section(false)
        .parse(wasm)
        .map_err(|error| Failure::new(format!("the app's WebAssembly cannot be read: {error:#}")))
}

/// All functions, in the order that gives them their numbers.
fn functions(module: &Module) -> Vec<FunctionId> {
    module.funcs.iter().map(|function| function.id()).collect()
}

fn function_table(module: &Module) -> Result<TableId> {
    let table = module.tables.main_function_table().ok().flatten();
    table.ok_or_else(|| Failure::new("the app's WebAssembly has not one function table"))
}

/// Makes room for so many more functions.
fn widen(module: &mut Module, table: TableId, by: usize) {
    let table = module.tables.get_mut(table);
    table.initial += by as u64;
    table.maximum = table.maximum.map(|maximum| maximum + by as u64);
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

#[cfg(test)]
mod tests {
    use super::*;
    use walrus::RefType;

    /// Two exported functions, of which the second calls the first and a third one.
    fn whole() -> Vec<u8> {
        let mut module = Module::default();
        let table = RefType::FUNCREF;
        module.tables.add_local(false, 0, None, table);
        let memory = module.memories.add_local(false, false, 1, None, None);
        module.exports.add("memory", memory);
        let mut function = |name: &str, calls: &[FunctionId]| {
            let mut builder = FunctionBuilder::new(&mut module.types, &[ValType::I32], &[]);
            let argument = module.locals.add(ValType::I32);
            for &called in calls {
                builder.func_body().local_get(argument).call(called);
            }
            let id = builder.finish(vec![argument], &mut module.funcs);
            if !name.is_empty() {
                module.exports.add(name, id);
            }
            id
        };
        let one = function("one", &[]);
        let three = function("", &[]);
        function("two", &[one, three]);
        module.emit_wasm()
    }

    fn imports(module: &Module) -> Vec<(&str, &str)> {
        let imports = module.imports.iter();
        imports
            .map(|import| (import.module.as_str(), import.name.as_str()))
            .collect()
    }

    #[test]
    fn each_function_is_in_one_part_and_each_part_has_what_it_needs() {
        let wasm = whole();
        let module = parse(&wasm).unwrap();
        let numbers = functions(&module);
        let number = |name: &str| {
            let id = module.exports.get_func(name).unwrap();
            numbers.iter().position(|&other| other == id).unwrap()
        };
        // Needed at first: `one`, alone.
        let needed: Vec<bool> = (0..numbers.len()).map(|at| at == number("one")).collect();
        let parts = split(&wasm, &needed).unwrap();
        let (first, rest) = (parse(&parts.first).unwrap(), parse(&parts.rest).unwrap());

        // `one`, and a stub for `two`; the third function is called by `two` alone.
        assert_eq!(first.funcs.iter_local().count(), 2);
        assert_eq!(imports(&first), [("rest", "load")]);
        // `two` and the third function; `one` is imported, and so is the table that both fill and use.
        assert_eq!(rest.funcs.iter_local().count(), 2);
        let one = number("one").to_string();
        let mut wanted = imports(&rest);
        wanted.sort_unstable();
        assert_eq!(wanted, [("first", one.as_str()), ("first", "t0")]);
        for (_, name) in wanted {
            assert!(
                first.exports.iter().any(|export| export.name == name),
                "{name}"
            );
        }
        for name in ["one", "two", "memory", "rest_ready"] {
            assert!(
                first.exports.iter().any(|export| export.name == name),
                "{name}"
            );
        }
        assert_eq!(rest.exports.iter().count(), 0);
    }

    #[test]
    fn every_function_of_its_own_reports_itself() {
        let wasm = whole();
        let module = parse(&instrumented(&wasm).unwrap()).unwrap();
        assert_eq!(imports(&module), [("profile", "hit")]);
        let hit = module.funcs.iter().next().unwrap().id();
        for (_, function) in module.funcs.iter_local() {
            let body = function.block(function.entry_block());
            assert!(matches!(&body.instrs[1].0, walrus::ir::Instr::Call(call) if call.func == hit));
        }
    }

    #[test]
    fn what_is_no_webassembly_is_refused() {
        assert!(split(b"<!doctype html>", &[]).is_err());
    }
}
