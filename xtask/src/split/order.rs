//! Functions in an order in which those that are alike are near each other, since what is repeated soon after costs
//! less when it is compressed.

use std::{
    collections::{BTreeSet, HashMap},
    convert::Infallible,
};

use wasm_encoder::{
    CodeSection, FunctionSection,
    reencode::{Error, Reencode},
};
use wasmparser::{CodeSectionReader, FunctionSectionReader, Parser, Payload, TypeRef};

use crate::failure::{Failure, Result};

/// So many bytes that are the same make two functions alike.
const LENGTH: usize = 4;
/// What is in more functions than this makes none of them alike.
const COMMON: usize = 600;

/// The same module with its functions in another order.
pub fn by_likeness(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut imported = 0;
    let mut bodies: Vec<&[u8]> = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes()),
            _ => {}
        }
    }
    let order = order(&bodies);
    let mut places = vec![0; order.len()];
    for (place, &function) in order.iter().enumerate() {
        places[function] = place as u32;
    }
    let mut module = wasm_encoder::Module::new();
    Reorder {
        imported,
        order,
        places,
    }
    .parse_core_module(&mut module, Parser::new(0), wasm)
    .map_err(|error| {
        Failure::new(format!(
            "the app's functions cannot be put in order: {error}"
        ))
    })?;
    Ok(module.finish())
}

/// Each function after the one that it is most like, of those that are left.
fn order(bodies: &[&[u8]]) -> Vec<usize> {
    let pieces: Vec<BTreeSet<&[u8]>> = bodies
        .iter()
        .map(|body| body.windows(LENGTH).collect())
        .collect();
    let mut with: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (function, pieces) in pieces.iter().enumerate() {
        for &piece in pieces {
            with.entry(piece).or_default().push(function);
        }
    }
    with.retain(|_, functions| (2..=COMMON).contains(&functions.len()));

    let mut left: BTreeSet<usize> = (0..bodies.len()).collect();
    let mut order = Vec::with_capacity(bodies.len());
    let mut next = (0..bodies.len()).max_by_key(|&function| bodies[function].len());
    while let Some(function) = next {
        left.remove(&function);
        order.push(function);
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for &other in pieces[function]
            .iter()
            .filter_map(|piece| with.get(piece))
            .flatten()
        {
            *shared.entry(other).or_default() += 1;
        }
        // A share of the whole, so that a long function is not like every other one.
        let likeness = |&other: &usize| {
            let shared = shared.get(&other).copied().unwrap_or(0);
            (
                1000 * shared / (pieces[other].len() + 8),
                std::cmp::Reverse(other),
            )
        };
        next = left.iter().copied().max_by_key(likeness);
    }
    order
}

struct Reorder {
    imported: u32,
    /// The functions in their new order.
    order: Vec<usize>,
    /// The new place of each.
    places: Vec<u32>,
}

impl Reencode for Reorder {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> std::result::Result<u32, Error<Infallible>> {
        Ok(match function.checked_sub(self.imported) {
            Some(own) => self.imported + self.places[own as usize],
            None => function,
        })
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> std::result::Result<(), Error<Infallible>> {
        let types = section
            .into_iter()
            .collect::<wasmparser::Result<Vec<_>>>()?;
        for &function in &self.order {
            functions.function(types[function]);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> std::result::Result<(), Error<Infallible>> {
        let mut bodies = section
            .into_iter()
            .map(|body| Ok(Some(body?)))
            .collect::<wasmparser::Result<Vec<_>>>()?;
        for function in self.order.clone() {
            if let Some(body) = bodies[function].take() {
                self.parse_function_body(code, body)?;
            }
        }
        Ok(())
    }
}
