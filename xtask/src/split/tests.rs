//! A program does the same in one piece and in two, whatever is in which.

use wasmi::{Caller, Engine, Extern, Func, Instance, Linker, Module, Store, Val};

use super::{
    addresses::Addresses,
    module::{functions, parse},
    order, outline,
    parts::{self, Parts},
    pieces,
};

/// Every kind of way out of a piece: to blocks with and without values, to loops, by tables of branches, by returning, not
/// at all; with locals that are read, written and both; calls by name and through the table.
const PROGRAM: &str = r#"(module
  (type $unary (func (param i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 8) "\05\00\00\00\07\00\00\00")
  (global $calls (export "calls") (mut i32) (i32.const 0))
  (table 3 3 funcref)
  (elem (i32.const 0) $double $guarded $load)

  (func $double (param i32) (result i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (i32.mul (local.get 0) (i32.const 2)))
  (func $guarded (param $n i32) (result i32)
    (if (i32.gt_s (local.get $n) (i32.const 9)) (then (unreachable)))
    (i32.add (local.get $n) (i32.const 100)))
  (func $load (param $n i32) (result i32)
    (i32.load offset=8 (i32.shl (i32.and (local.get $n) (i32.const 1)) (i32.const 2))))

  (func (export "unused") (result i32) (i32.const 1))

  (func (export "indirect") (param $n i32) (param $m i32) (result i32)
    (i32.add
      (call_indirect (type $unary) (local.get $n) (i32.rem_u (local.get $m) (i32.const 3)))
      (call $double (local.get $m))))

  (func (export "steps") (param $n i32) (param $limit i32) (result i32)
    (local $steps i32)
    (block $done
      (loop $again
        (br_if $done (i32.le_s (local.get $n) (i32.const 1)))
        (if (i32.and (local.get $n) (i32.const 1))
          (then
            (local.set $n (i32.add (i32.mul (local.get $n) (i32.const 3)) (i32.const 1)))
            (br_if $done (i32.gt_s (local.get $steps) (local.get $limit))))
          (else (local.set $n (i32.shr_u (local.get $n) (i32.const 1)))))
        (local.set $steps (i32.add (local.get $steps) (i32.const 1)))
        (br $again)))
    (i32.add (i32.mul (local.get $steps) (i32.const 1000)) (local.get $n)))

  (func (export "choose") (param $n i32) (param $m i32) (result i32)
    (local $out i32) (local $wide i64)
    (block $default
      (block $two
        (block $one
          (block $zero (br_table $zero $one $two $default (local.get $n)))
          (local.set $out (i32.const 10))
          (br_if $default (i32.eqz (local.get $m)))
          (local.set $wide (i64.const 5))
          (br_table $one $two $default (local.get $m)))
        (if (i32.eq (local.get $m) (i32.const 3)) (then (return (i32.const -1))))
        (local.set $out (i32.add (local.get $out) (i32.const 20))))
      (local.set $wide (i64.add (local.get $wide) (i64.extend_i32_s (local.get $m))))
      (local.set $out (i32.add (local.get $out) (i32.wrap_i64 (local.get $wide)))))
    (local.get $out))

  (func (export "values") (param $n i32) (param $m i32) (result i32)
    (local $kept i32)
    (i32.add
      (local.get $m)
      (block $value (result i32)
        (drop (br_if $value (i32.const 7) (i32.eqz (local.get $n))))
        (local.set $kept (i32.mul (local.get $n) (local.get $m)))
        (if (result i32) (i32.gt_s (local.get $m) (local.get $n))
          (then (local.set $n (i32.const 3)) (call $double (local.get $kept)))
          (else
            (drop (br_if $value (i32.const 8) (i32.eq (local.get $m) (i32.const 1))))
            (br_if $value (local.get $kept) (i32.eq (local.get $n) (i32.const 4)))))))
    (i32.sub (local.get $n)))

  (func (export "tail") (param $n i32) (param $m i32) (result i32)
    (loop $again
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (if (i32.gt_s (local.get $n) (i32.const 0))
        (then
          (local.set $m (i32.add (local.get $m) (local.get $n)))
          (br_if $again (i32.lt_s (local.get $m) (i32.const 12)))
          (if (i32.and (local.get $m) (i32.const 1)) (then (br $again)))
          (local.set $m (i32.add (local.get $m) (i32.const 1000))))))
    (local.get $m)))"#;

/// What a program gives for many inputs, and what it leaves behind.
fn outcomes(parts: &Parts) -> (Vec<Option<i32>>, i32, bool) {
    let engine = Engine::default();
    let rest = Module::new(&engine, &parts.rest[..]).expect("the rest is valid");
    let mut store = Store::new(&engine, false);
    let mut linker = Linker::<bool>::new(&engine);
    let load = Func::wrap(&mut store, move |mut caller: Caller<'_, bool>| {
        *caller.data_mut() = true;
        let mut linker = Linker::<bool>::new(caller.engine());
        for import in rest.imports() {
            let export = caller
                .get_export(import.name())
                .expect("an export of the first");
            linker
                .define(import.module(), import.name(), export)
                .unwrap();
        }
        linker
            .instantiate_and_start(&mut caller, &rest)
            .expect("the rest fits");
    });
    linker.define("rest", "load", load).unwrap();
    let first = order::by_likeness(&parts.first).unwrap();
    let first = Module::new(&engine, &first[..]).expect("the first is valid");
    let instance = linker.instantiate_and_start(&mut store, &first).unwrap();

    let mut given = Vec::new();
    for name in ["indirect", "steps", "choose", "values", "tail"] {
        let function = instance
            .get_typed_func::<(i32, i32), i32>(&store, name)
            .unwrap();
        for (n, m) in (-1..12).flat_map(|n| (-1..6).map(move |m| (n, m))) {
            given.push(function.call(&mut store, (n, m)).ok());
        }
    }
    let calls = instance
        .get_export(&store, "calls")
        .and_then(Extern::into_global);
    let Some(Val::I32(calls)) = calls.map(|calls| calls.get(&store)) else {
        panic!("the global is exported");
    };
    (given, calls, *store.data())
}

/// What the program's functions give for many inputs.
fn call<T>(store: &mut Store<T>, instance: &Instance) -> Vec<Option<i32>> {
    let mut given = Vec::new();
    for name in ["indirect", "steps", "choose", "values", "tail"] {
        let function = instance
            .get_typed_func::<(i32, i32), i32>(&*store, name)
            .unwrap();
        for (n, m) in (-1..12).flat_map(|n| (-1..6).map(move |m| (n, m))) {
            given.push(function.call(&mut *store, (n, m)).ok());
        }
    }
    given
}

/// How many pieces a module has.
fn count(wasm: &[u8]) -> usize {
    let module = parse(wasm).unwrap();
    let local = functions(&module)
        .into_iter()
        .filter_map(|id| match &module.funcs.get(id).kind {
            walrus::FunctionKind::Local(local) => Some(pieces::of(local).len()),
            _ => None,
        });
    local.sum()
}

#[test]
fn a_program_does_the_same_wherever_it_is_cut() {
    let wasm = wat::parse_str(PROGRAM).unwrap();
    let pieces = count(&wasm);
    let whole = |is_needed: &mut dyn FnMut() -> bool| {
        let hits: Vec<bool> = (0..pieces).map(|_| is_needed()).collect();
        outcomes(&parts::split(&wasm, &hits, &Addresses::none()).unwrap())
    };
    let expected = whole(&mut || true);
    assert!(!expected.2, "what is in one piece loads nothing");
    assert!(expected.0.iter().any(Option::is_none) && expected.0.iter().any(Option::is_some));

    let mut loads = 0;
    // Few pieces cold, most, and all in between.
    for seed in 1..400_u32 {
        let mut random = seed.wrapping_mul(0x9e37_79b9);
        let part = seed % 8;
        let found = whole(&mut || {
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            random % 8 >= part
        });
        let differs = found
            .0
            .iter()
            .zip(&expected.0)
            .position(|(found, expected)| found != expected);
        assert_eq!((differs, found.1), (None, expected.1), "seed {seed}");
        loads += u32::from(found.2);
    }
    assert!(loads > 300, "the rest was needed {loads} times only");
}

#[test]
fn what_was_measured_needs_nothing_of_the_rest() {
    let wasm = wat::parse_str(PROGRAM).unwrap();
    let engine = Engine::default();
    let mut store = Store::new(&engine, vec![false; count(&wasm)]);
    let mut linker = Linker::new(&engine);
    let hit =
        |mut caller: Caller<'_, Vec<bool>>, piece: i32| caller.data_mut()[piece as usize] = true;
    linker.func_wrap("profile", "hit", hit).unwrap();
    let module = Module::new(&engine, pieces::instrumented(&wasm).unwrap()).unwrap();
    let instance = linker.instantiate_and_start(&mut store, &module).unwrap();
    let expected = call(&mut store, &instance);
    assert!(
        store.data().iter().any(|hit| !hit),
        "nothing is left for the rest"
    );

    let parts = parts::split(&wasm, store.data(), &Addresses::none()).unwrap();
    let (given, _, loads) = outcomes(&parts);
    assert_eq!(given, expected);
    assert!(!loads);
}

#[test]
fn what_is_no_webassembly_is_refused() {
    assert!(parts::split(b"<!doctype html>", &[], &Addresses::none()).is_err());
}

#[test]
fn what_depends_on_the_data_is_known_by_its_name() {
    for name in [
        "<core[c5930c85a12de822]::fmt::Formatter>::pad",
        "core::num::flt2dec::strategy::dragon::format_exact",
        "hashbrown::raw::RawTable<T,A>::reserve_rehash",
    ] {
        assert!(outline::is_fickle(name), "{name}");
    }
    for name in [
        "core::option::unwrap_failed",
        "core::slice::index::slice_index_fail",
        "interleave::main",
        "<T as core::any::Any>::type_id",
    ] {
        assert!(!outline::is_fickle(name), "{name}");
    }
}
