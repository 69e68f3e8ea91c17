//! Lets the linker say what it knows of addresses, for `cargo xtask build`, which splits the app (`xtask/src/split/`).

use std::env;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=INTERLEAVE_SPLIT");
    let is_web = env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|target| target == "wasm32");
    if is_web && env::var_os("INTERLEAVE_SPLIT").is_some() {
        println!("cargo:rustc-link-arg-bin=interleave=--emit-relocs");
    }
}
