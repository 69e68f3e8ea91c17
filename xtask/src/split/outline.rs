//! Moves regions that are not executed into functions of their own, so that they can be left for later.

use std::collections::HashMap;

use walrus::{
    FunctionBuilder, FunctionId, FunctionKind, InstrLocId, LocalFunction, LocalId, Module, ValType,
    ir::{
        Block, Br, BrIf, BrTable, Const, Drop, IfElse, Instr, InstrSeqId, InstrSeqType, LocalGet,
        LocalSet, Loop, RefNull, Return, Unreachable, Value,
    },
};

use super::{
    pieces::Start,
    regions::{self, Exit, Region},
    shape,
};

/// Instructions as walrus keeps them.
type Instrs = Vec<(Instr, InstrLocId)>;

/// Moves what is not executed of the functions that are out of them. `hit` says of all pieces whether they are executed.
pub fn run(module: &mut Module, hit: &HashMap<FunctionId, HashMap<Start, bool>>) {
    let mut ids: Vec<_> = hit.keys().copied().collect();
    ids.sort_unstable();
    for id in ids {
        let whole = module.funcs.get(id);
        let FunctionKind::Local(function) = &whole.kind else {
            continue;
        };
        if whole.name.as_deref().is_some_and(is_fickle) {
            continue;
        }
        let regions = regions::of(module, function, &hit[&id]);
        for region in regions.iter().filter(|region| is_worth_it(region)) {
            let outlined = outlined(module, id, region);
            let site = site(module, id, region, outlined);
            let FunctionKind::Local(function) = &mut module.funcs.get_mut(id).kind else {
                continue;
            };
            let instrs = &mut function.block_mut(region.seq).instrs;
            instrs.truncate(region.at);
            instrs.extend(site.into_iter().map(|instr| (instr, InstrLocId::default())));
        }
    }
}

/// Where the way through a function depends on the very data, such as where hashes collide and how many digits a number
/// has. One visit says little of the next, so these stay whole, and together with what they call of this kind.
const FICKLE: [&str; 12] = [
    "__rustc::",
    "alloc::string::",
    "compiler_builtins::",
    "core::char::",
    "core::fmt::",
    "core::hash::",
    "core::num::",
    "core::slice::",
    "core::str::",
    "dlmalloc::",
    "hashbrown::",
    "indexmap::",
];

/// Whether a function, by its name, belongs to what is [`FICKLE`]. What only says that something cannot go on does not.
pub fn is_fickle(name: &str) -> bool {
    if name.contains("_fail") || name.contains("capacity_overflow") {
        return false;
    }
    // `<core[c5930c85a12de822]::fmt::Formatter>::pad`
    let name = name.trim_start_matches(['<', '&', '[']);
    let (name, rest) = name.split_once("::").unwrap_or((name, ""));
    let of_crate = name.split('[').next().unwrap_or(name);
    FICKLE.iter().any(|path| {
        path.split_once("::")
            .is_some_and(|(fickle, within)| of_crate == fickle && rest.starts_with(within))
    })
}

/// Whether a region is longer than what stands in for it.
fn is_worth_it(region: &Region) -> bool {
    let locals = region.reads.len() + region.writes.len();
    let goes = match region.exits.len() {
        0 => 1,
        1 => 2 * usize::from(!region.is_free),
        2 => 2 + 2 * usize::from(!region.is_free),
        more => 3 + more,
    };
    region.bytes as usize > 2 * locals + goes + CALL
}

/// What it costs to call a function of the second part, in bytes.
const CALL: usize = 7;

/// The number by which a region says where it goes.
fn code(region: &Region, exit: usize) -> Option<i32> {
    match region.exits.len() {
        0 | 1 => None,
        // As a condition.
        2 => Some(1 - exit as i32),
        _ => Some(exit as i32),
    }
}

/// The type of a function that is made of a region: it takes the locals that the region reads, and gives what it leaves on
/// the stack, where it goes, and the locals that it writes.
fn signature(module: &Module, region: &Region) -> (Vec<ValType>, Vec<ValType>) {
    let types = |locals: &[LocalId]| -> Vec<ValType> {
        locals
            .iter()
            .map(|&local| module.locals.get(local).ty())
            .collect()
    };
    let mut results = region.values.clone();
    results.extend(code(region, 0).map(|_| ValType::I32));
    results.extend(types(&region.writes));
    (types(&region.reads), results)
}

/// What stands in for a region: a call, then what has to be done to go where it goes.
fn site(module: &mut Module, id: FunctionId, region: &Region, outlined: FunctionId) -> Vec<Instr> {
    let mut site: Vec<Instr> = Vec::new();
    site.extend(
        region
            .reads
            .iter()
            .map(|&local| Instr::from(LocalGet { local })),
    );
    site.push(walrus::ir::Call { func: outlined }.into());
    site.extend(
        region
            .writes
            .iter()
            .rev()
            .map(|&local| Instr::from(LocalSet { local })),
    );
    let go = |exit: &Exit| exit.label.map(|block| Instr::from(Br { block }));
    match region.exits.as_slice() {
        [] => site.push(Unreachable {}.into()),
        [only] => site.extend(go(only).filter(|_| !region.is_free)),
        [first, last] => {
            site.extend(first.label.map(|block| Instr::from(BrIf { block })));
            if !last.carries {
                site.extend(region.values.iter().map(|_| Instr::from(Drop {})));
            }
            site.extend(go(last).filter(|_| !region.is_free));
        }
        [.., last] => {
            let mut labels: Vec<_> = region.exits.iter().filter_map(|exit| exit.label).collect();
            match last.label {
                Some(_) => {
                    #[expect(
                        clippy::expect_used,
                        reason = "the last exit has one, as was just seen"
                    )]
                    let default = labels.pop().expect("the last has a label");
                    site.push(
                        BrTable {
                            blocks: labels.into(),
                            default,
                        }
                        .into(),
                    );
                }
                None => {
                    // What comes after a loop has no label of its own.
                    let ty = InstrSeqType::new(&mut module.types, &[], &region.values);
                    let function = local_mut(module, id);
                    let mut block = function.builder_mut().dangling_instr_seq(ty);
                    let default = block.id();
                    site.push(
                        BrTable {
                            blocks: labels.into(),
                            default,
                        }
                        .into(),
                    );
                    block
                        .instrs_mut()
                        .extend(site.drain(..).map(|instr| (instr, InstrLocId::default())));
                    site.push(Block { seq: default }.into());
                }
            }
        }
    }
    site
}

/// The function that is made of a region.
fn outlined(module: &mut Module, id: FunctionId, region: &Region) -> FunctionId {
    let (params, results) = signature(module, region);
    let mut locals: HashMap<LocalId, LocalId> = HashMap::new();
    let mut args = Vec::new();
    for &read in &region.reads {
        let ty = module.locals.get(read).ty();
        let arg = module.locals.add(ty);
        locals.insert(read, arg);
        args.push(arg);
    }
    let mut used = Vec::new();
    let function = local(module, id);
    locals_of(
        function,
        &function.block(region.seq).instrs[region.at..],
        &mut used,
    );
    used.extend(&region.writes);
    for local in used {
        let ty = module.locals.get(local).ty();
        locals.entry(local).or_insert_with(|| module.locals.add(ty));
    }

    let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
    // A block an exit, the first innermost; behind each, what the function returns there.
    let mut blocks = Vec::new();
    for exit in &region.exits {
        let carried: &[ValType] = if exit.carries { &region.values } else { &[] };
        let ty = InstrSeqType::new(&mut module.types, &[], carried);
        blocks.push(builder.dangling_instr_seq(ty).id());
    }
    let mut labels: HashMap<InstrSeqId, InstrSeqId> = HashMap::new();
    for (exit, &block) in region.exits.iter().zip(&blocks) {
        labels.extend(exit.label.map(|label| (label, block)));
    }
    let function = local(module, id);
    let returns = labels.get(&function.entry_block()).copied();
    let instrs = &function.block(region.seq).instrs[region.at..];
    let mut copier = Copier {
        function,
        builder: &mut builder,
        locals: &locals,
        labels,
        returns,
    };
    let mut body = copier.copy(instrs);
    let reaches_end = !instrs.iter().any(|(instr, _)| shape::goes_away(instr));
    let end = region.exits.last().zip(blocks.last());
    body.push(plain(match end.filter(|_| reaches_end) {
        Some((_, &block)) => Br { block }.into(),
        None => Unreachable {}.into(),
    }));
    for (number, (exit, &block)) in region.exits.iter().zip(&blocks).enumerate() {
        *builder.instr_seq(block).instrs_mut() = body;
        body = vec![plain(Block { seq: block }.into())];
        if !exit.carries {
            body.extend(region.values.iter().map(|&ty| plain(nothing(ty))));
        }
        body.extend(code(region, number).map(|code| {
            plain(
                Const {
                    value: Value::I32(code),
                }
                .into(),
            )
        }));
        body.extend(region.writes.iter().map(|local| {
            plain(
                LocalGet {
                    local: locals[local],
                }
                .into(),
            )
        }));
        body.push(plain(Return {}.into()));
    }
    *builder.func_body().instrs_mut() = body;
    builder.finish(args, &mut module.funcs)
}

/// A value that nobody looks at.
fn nothing(ty: ValType) -> Instr {
    let value = match ty {
        ValType::I32 => Value::I32(0),
        ValType::I64 => Value::I64(0),
        ValType::F32 => Value::F32(0.0),
        ValType::F64 => Value::F64(0.0),
        ValType::V128 => Value::V128(0),
        ValType::Ref(ty) => return RefNull { ty }.into(),
    };
    Const { value }.into()
}

fn plain(instr: Instr) -> (Instr, InstrLocId) {
    (instr, InstrLocId::default())
}

fn local(module: &Module, id: FunctionId) -> &LocalFunction {
    module.funcs.get(id).kind.unwrap_local()
}

fn local_mut(module: &mut Module, id: FunctionId) -> &mut LocalFunction {
    module.funcs.get_mut(id).kind.unwrap_local_mut()
}

fn locals_of(function: &LocalFunction, instrs: &[(Instr, InstrLocId)], used: &mut Vec<LocalId>) {
    for (instr, _) in instrs {
        match instr {
            Instr::LocalGet(get) => used.push(get.local),
            Instr::LocalSet(set) => used.push(set.local),
            Instr::LocalTee(tee) => used.push(tee.local),
            _ => {}
        }
        for (seq, _) in shape::inner(instr) {
            locals_of(function, &function.block(seq).instrs, used);
        }
    }
}

/// Copies instructions of one function into another.
struct Copier<'a> {
    function: &'a LocalFunction,
    builder: &'a mut FunctionBuilder,
    locals: &'a HashMap<LocalId, LocalId>,
    labels: HashMap<InstrSeqId, InstrSeqId>,
    /// Where to go instead of returning.
    returns: Option<InstrSeqId>,
}

impl Copier<'_> {
    fn copy(&mut self, instrs: &[(Instr, InstrLocId)]) -> Instrs {
        instrs
            .iter()
            .map(|(instr, at)| (self.copy_one(instr), *at))
            .collect()
    }

    fn copy_one(&mut self, instr: &Instr) -> Instr {
        match instr {
            Instr::Block(block) => Block {
                seq: self.copy_seq(block.seq),
            }
            .into(),
            Instr::Loop(loop_) => Loop {
                seq: self.copy_seq(loop_.seq),
            }
            .into(),
            Instr::IfElse(branch) => IfElse {
                consequent: self.copy_seq(branch.consequent),
                alternative: self.copy_seq(branch.alternative),
            }
            .into(),
            Instr::Br(br) => Br {
                block: self.labels[&br.block],
            }
            .into(),
            Instr::BrIf(br) => BrIf {
                block: self.labels[&br.block],
            }
            .into(),
            Instr::BrTable(br) => BrTable {
                blocks: br.blocks.iter().map(|label| self.labels[label]).collect(),
                default: self.labels[&br.default],
            }
            .into(),
            Instr::Return(_) => match self.returns {
                Some(block) => Br { block }.into(),
                None => Return {}.into(),
            },
            Instr::LocalGet(get) => LocalGet {
                local: self.locals[&get.local],
            }
            .into(),
            Instr::LocalSet(set) => LocalSet {
                local: self.locals[&set.local],
            }
            .into(),
            Instr::LocalTee(tee) => walrus::ir::LocalTee {
                local: self.locals[&tee.local],
            }
            .into(),
            other => other.clone(),
        }
    }

    fn copy_seq(&mut self, seq: InstrSeqId) -> InstrSeqId {
        let ty = self.function.block(seq).ty;
        let own = self.builder.dangling_instr_seq(ty).id();
        self.labels.insert(seq, own);
        let instrs = self.copy(&self.function.block(seq).instrs);
        *self.builder.instr_seq(own).instrs_mut() = instrs;
        own
    }
}
