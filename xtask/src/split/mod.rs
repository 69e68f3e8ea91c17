//! Splits the app's WebAssembly in two: what a first visit runs, and the rest, which is loaded behind its back.
//!
//! What a first visit runs is not guessed, but measured: headless browsers open the built site, with every piece of every
//! function ([`pieces`]) reporting that it was executed, and look at the start page, at one playground and at one run
//! ([`profile`]). What was not executed of functions that were is made into functions of their own ([`outline`]); then
//! [`parts`] moves all functions that were not called into a module of their own, and [`data`] the constants that only
//! those refer to, as the linker tells ([`linked`], [`addresses`]). `public/start.js` loads that module when the page
//! stands, or at once when somebody is quicker and calls what is in it. Nothing in the app itself knows of the split:
//! without a browser to measure with, and under `trunk serve`, it is whole.

mod addresses;
mod data;
mod first;
mod linked;
mod live;
mod module;
mod order;
mod outline;
mod parts;
mod pieces;
mod plan;
mod profile;
mod regions;
mod rest;
mod shape;
mod stubs;
#[cfg(test)]
mod tests;

use std::{fs, path::Path};

use xshell::{Shell, cmd};

use crate::{
    failure::{Failure, Result},
    paths,
    scripts::{Names, hash},
    tools::Tools,
};

/// Splits the app in `dist`, if there is a browser that can tell how, and lets wasm-opt make it smaller.
///
/// `names` has the new names of what the app imports and exports.
pub fn site(shell: &Shell, dist: &Path, tools: &Tools<'_>, names: &Names) -> Result {
    let page = dist.join("index.html");
    let html = fs::read_to_string(&page)?;
    let name = wasm_name(&html)?;
    let whole = module::renamed(&fs::read(dist.join(name))?, names)?;
    fs::write(dist.join(name), &whole)?;
    let Some(browser) = tools.chromium() else {
        println!(
            "The app stays in one piece: there is no Chromium here to find out what a first visit needs."
        );
        return optimise(shell, &dist.join(name));
    };
    let addresses = linked::addresses(&fs::read(paths::linked())?)?;
    let needed = profile::first_visit(dist, name, &pieces::instrumented(&whole)?, &browser)?;
    let parts = parts::split(&whole, &needed, &addresses)?;

    let (first, rest) = (dist.join("first.wasm"), dist.join("rest.wasm"));
    for (path, part) in [(&first, &parts.first), (&rest, &parts.rest)] {
        fs::write(path, part)?;
        optimise(shell, path)?;
    }
    let first_content = order::by_likeness(&fs::read(&first)?)?;
    fs::write(&first, &first_content)?;

    // `start.js` finds the rest by the name of the first. Where the app is cut may differ from one build to the next, and two
    // files of one name must never differ: so the name tells what is in both.
    let both = [first_content, fs::read(&rest)?].concat();
    let stem = name.strip_suffix("_bg.wasm").unwrap_or(name);
    let stem = format!("{stem}-{}", hash(&both));
    fs::rename(first, dist.join(format!("{stem}.wasm")))?;
    fs::rename(rest, dist.join(format!("{stem}-rest.wasm")))?;
    fs::remove_file(dist.join(name))?;
    fs::write(&page, html.replace(name, &format!("{stem}.wasm")))?;
    Ok(())
}

/// Makes a module smaller, once compressed. What is alike and stays so costs little then: a function that is called once
/// stays one, unless it is tiny, and what is computed twice is computed twice. For speed, rather than for the last byte:
/// that is the smaller one, too.
fn optimise(shell: &Shell, module: &Path) -> Result {
    let size = [
        "--one-caller-inline-max-function-size=30",
        "--skip-pass=local-cse",
    ];
    let strip = [
        "--strip-debug",
        "--strip-producers",
        "--strip-target-features",
    ];
    Ok(cmd!(
        shell,
        "wasm-opt -Os {size...} {strip...} {module} -o {module}"
    )
    .run()?)
}

/// The file name in the page's link `app-wasm`.
fn wasm_name(html: &str) -> Result<&str> {
    html.split(['"', '/', '=', ' ', '>'])
        .find(|word| word.ends_with("_bg.wasm"))
        .ok_or_else(|| Failure::new("index.html names no WebAssembly file"))
}
