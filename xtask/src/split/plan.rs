//! Which function goes into which part.

use std::collections::{BTreeSet, HashMap, HashSet};

use walrus::{ExportItem, FunctionId, FunctionKind, Module};

use super::{
    module::{calls, function_table, functions, parse},
    outline, pieces,
};
use crate::failure::{Failure, Result};

/// Which function goes where.
pub struct Plan<'a> {
    /// The whole.
    wasm: &'a [u8],
    /// For each piece whether it is needed at first.
    hits: &'a [bool],
    /// The numbers of those that are moved.
    pub moved: HashSet<usize>,
    /// The numbers of those moved that are called by others than the table's users, in the order of their slots, which
    /// follow those that the table has anyway.
    pub called: Vec<usize>,
    /// How many slots the table has anyway.
    pub slots: usize,
    /// The names of what is exported anyway.
    pub exported: HashSet<String>,
}

impl<'a> Plan<'a> {
    /// Plans by what was measured.
    pub fn new(wasm: &'a [u8], hits: &'a [bool]) -> Result<Self> {
        let (module, needed) = outlined(wasm, hits)?;
        let functions = functions(&module);
        let moved: HashSet<usize> = (0..functions.len())
            .filter(|&number| !needed.get(number).copied().unwrap_or(false))
            .collect();
        let numbers: HashMap<FunctionId, usize> = functions
            .iter()
            .enumerate()
            .map(|(number, &id)| (id, number))
            .collect();
        let mut called = BTreeSet::new();
        let mut call = |id: FunctionId| {
            let number = numbers[&id];
            if moved.contains(&number) {
                called.insert((module.funcs.get(id).ty(), number));
            }
        };
        for (number, &id) in functions.iter().enumerate() {
            if let (FunctionKind::Local(local), false) =
                (&module.funcs.get(id).kind, moved.contains(&number))
            {
                calls(local)?.into_iter().for_each(&mut call);
            }
        }
        module.start.into_iter().for_each(&mut call);
        for export in module.exports.iter() {
            match export.item {
                ExportItem::Function(id) => call(id),
                // Nobody else may call through it: the slot would not be known.
                ExportItem::Table(id) if id == function_table(&module)? => {
                    return Err(Failure::new(
                        "the app's function table is exported, so it cannot be split",
                    ));
                }
                _ => {}
            }
        }
        let slots = module.tables.get(function_table(&module)?).initial as usize;
        // By type: many that are alike in a row are small.
        let called = called.into_iter().map(|(_, number)| number).collect();
        let exported = module
            .exports
            .iter()
            .map(|export| export.name.clone())
            .collect();
        Ok(Self {
            exported,
            wasm,
            hits,
            moved,
            called,
            slots,
        })
    }

    /// The whole module, in which functions have the numbers that the plan names.
    pub fn module(&self) -> Result<Module> {
        Ok(outlined(self.wasm, self.hits)?.0)
    }
}

/// The module with what is not needed at first in functions of its own, which come last, and for each of the others
/// whether it is needed.
fn outlined(wasm: &[u8], hits: &[bool]) -> Result<(Module, Vec<bool>)> {
    let mut module = parse(wasm)?;
    let mut hits = hits.iter().copied();
    let mut hit = HashMap::new();
    let mut needed = Vec::new();
    for id in functions(&module) {
        let FunctionKind::Local(local) = &module.funcs.get(id).kind else {
            needed.push(true);
            continue;
        };
        let pieces: HashMap<_, _> = pieces::of(local)
            .into_iter()
            .map(|start| (start, hits.next().unwrap_or(false)))
            .collect();
        needed.push(pieces[&(local.entry_block(), 0)]);
        hit.insert(id, pieces);
    }
    add_fickle(&module, &mut needed)?;
    outline::run(&mut module, &hit);
    Ok((module, needed))
}

/// Lets those functions be needed, too, that needed ones may call next time: see [`outline::is_fickle`].
fn add_fickle(module: &Module, needed: &mut [bool]) -> Result {
    let functions = functions(module);
    let is_fickle = |id: FunctionId| {
        let name = module.funcs.get(id).name.as_deref();
        name.is_some_and(outline::is_fickle)
    };
    let numbers: HashMap<FunctionId, usize> = functions
        .iter()
        .enumerate()
        .filter(|&(_, &id)| is_fickle(id))
        .map(|(number, &id)| (id, number))
        .collect();
    let mut todo: Vec<usize> = numbers
        .values()
        .copied()
        .filter(|&number| needed[number])
        .collect();
    while let Some(number) = todo.pop() {
        let FunctionKind::Local(local) = &module.funcs.get(functions[number]).kind else {
            continue;
        };
        for called in calls(local)? {
            if let Some(&called) = numbers.get(&called)
                && !std::mem::replace(&mut needed[called], true)
            {
                todo.push(called);
            }
        }
    }
    Ok(())
}
