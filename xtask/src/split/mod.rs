//! Splits the app's WebAssembly in two: what a first visit runs, and the rest, which is loaded behind its back.
//!
//! Which functions a first visit runs is not guessed, but measured: a headless browser opens the built site, with every
//! function reporting that it was called, and looks at the start page, at one playground and at one run ([`profile`]).
//! [`parts`] then moves all other functions into a module of their own. `public/start.js` loads that one when the page
//! stands, or at once when somebody is quicker and calls what is in it. Nothing in the app itself knows of the split:
//! without a browser to measure with, and under `trunk serve`, it is whole.

mod parts;
mod profile;

use std::{fs, path::Path};

use crate::{
    failure::{Failure, Result},
    tools::Tools,
};

/// Splits the app in `dist`, if there is a browser that can tell how.
pub fn site(dist: &Path, tools: &Tools<'_>) -> Result {
    let Some(browser) = tools.chromium() else {
        println!(
            "The app stays in one piece: there is no Chromium here to find out what a first visit needs."
        );
        return Ok(());
    };
    let page = dist.join("index.html");
    let html = fs::read_to_string(&page)?;
    let name = wasm_name(&html)?;
    let whole = fs::read(dist.join(name))?;
    let needed = profile::first_visit(dist, name, &parts::instrumented(&whole)?, &browser)?;
    let parts = parts::split(&whole, &needed)?;

    // `start.js` finds the rest by the name of the first. Trunk's name tells the whole from other wholes. Where it is cut may differ from one build to the next, and two
    // files of one name must never differ.
    let stem = name.strip_suffix("_bg.wasm").unwrap_or(name);
    let cut = fingerprint(&parts.first);
    let (first, rest) = (
        format!("{stem}-{cut:016x}.wasm"),
        format!("{stem}-{cut:016x}-rest.wasm"),
    );
    fs::write(dist.join(&first), &parts.first)?;
    fs::write(dist.join(&rest), &parts.rest)?;
    fs::remove_file(dist.join(name))?;
    fs::write(&page, html.replace(name, &first))?;
    Ok(())
}

/// The file name in the page's link `app-wasm`.
fn wasm_name(html: &str) -> Result<&str> {
    html.split(['"', '/', '=', ' ', '>'])
        .find(|word| word.ends_with("_bg.wasm"))
        .ok_or_else(|| Failure::new("index.html names no WebAssembly file"))
}

/// Tells contents apart (FNV-1a).
fn fingerprint(content: &[u8]) -> u64 {
    content.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
