//! One WebAssembly module into two that share memory, tables and globals.
//!
//! What is not needed at first is taken out of the first module: whole functions, and of the others what `outline` can move
//! into functions of their own; then the constants that only those refer to.
//!
//! Functions are known by their number: their place among all functions of the module as it is parsed and outlined.

use super::{addresses::Addresses, data, first::first, plan::Plan, rest::rest};
use crate::failure::Result;

/// Both modules.
pub struct Parts {
    /// What is instantiated at once.
    pub first: Vec<u8>,
    /// What comes later.
    pub rest: Vec<u8>,
}

/// Both parts, given for each piece whether it is needed at first, and what is known of addresses.
pub fn split(wasm: &[u8], hits: &[bool], addresses: &Addresses) -> Result<Parts> {
    let plan = Plan::new(wasm, hits)?;
    let (mut rest, shared) = rest(&plan)?;
    let mut first = first(&plan, &shared)?;
    data::split(&mut first, &mut rest, addresses)?;
    Ok(Parts {
        first: first.emit_wasm(),
        rest: rest.emit_wasm(),
    })
}
