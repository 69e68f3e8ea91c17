//! `cargo xtask e2e` and `cargo xtask shots`: the end-to-end tests alone, and pictures taken by their harness, which has
//! a server and a browser already.

use std::{path::Path, thread};

use xshell::{Cmd, Shell, cmd};

use crate::{
    build,
    failure::{Failure, Result},
    paths,
    tools::{Browser, Tools},
};

/// Names `dist/` to the end-to-end tests, which refuse to run without it.
pub const DIST: &str = "INTERLEAVE_DIST";
/// Names axe-core's script to the test that looks for barriers.
const AXE: &str = "INTERLEAVE_AXE";
/// Names the folder of Pyodide as shipped to the bench, which compares the lab with it.
const PYODIDE: &str = "INTERLEAVE_PYODIDE";
/// Name Node.js and the script of Lighthouse to the bench; both empty where there is none.
const NODE: &str = "INTERLEAVE_NODE";
const LIGHTHOUSE: &str = "INTERLEAVE_LIGHTHOUSE";
/// The message where Lighthouse cannot be installed.
const WITHOUT_LIGHTHOUSE: &str = "no page was measured by Lighthouse: it is not here";
/// The message where axe-core cannot be installed.
pub const WITHOUT_AXE: &str = "no page was looked at for barriers: axe-core is not here";
/// The argument that asks for Firefox.
pub const FIREFOX: &str = "--firefox";
/// The variables that name drivers: the tests run in the browser whose variable is set.
const DRIVERS: [&str; 2] = ["CHROMEDRIVER", "GECKODRIVER"];
/// The test that takes pictures.
const SHOTS: &str = "shots::shots";
/// The test that needs axe-core.
const BARRIERS: &str = "barriers::";
/// The test that takes measurements.
const BENCH: &str = "bench::bench";

/// Runs the tests whose names contain one of the filters, or all; in Firefox, if that is the first argument.
pub fn run(shell: &Shell, args: &[String]) -> Result {
    let (firefox, filters) = match args.split_first() {
        Some((first, rest)) if first == FIREFOX => (true, rest),
        _ => (false, args),
    };
    with_site(shell, firefox, |tools, browser| {
        let axe = tools.axe()?;
        cargo_test(shell, browser, axe.as_deref(), filters)?;
        if axe.is_none() {
            println!("LEFT OUT: {WITHOUT_AXE}");
        }
        Ok(())
    })
}

/// Takes a picture of each page that the arguments name by its URL hash, or of the start page.
pub fn shots(shell: &Shell, hashes: &[String]) -> Result {
    let folder = paths::target().join("shots");
    shell.create_dir(&folder)?;
    let _folder = shell.push_env("INTERLEAVE_SHOTS", &folder);
    let _hashes = shell.push_env("INTERLEAVE_SHOTS_OF", hashes.join("\n"));
    with_site(shell, false, |_, browser| {
        let test = cmd!(
            shell,
            "cargo test --workspace --test e2e -- --ignored --nocapture --exact {SHOTS}"
        );
        Ok(in_browser(test, browser).run()?)
    })
}

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Everything.
    Full,
    /// What must hold on any machine.
    Short,
    /// How soon pages are shown, by Lighthouse.
    Lighthouse,
}

/// Takes measurements of a site that is built anew; the short form fails on what must hold on any machine only.
pub fn bench(shell: &Shell, options: &[String]) -> Result {
    let form = match options {
        [] => Form::Full,
        [option] if option == "--short" => Form::Short,
        [option] if option == "--lighthouse" => Form::Lighthouse,
        _ => {
            return Err(Failure::new(format!(
                "cargo xtask bench takes --short, --lighthouse or nothing, but got `{}`",
                options.join(" ")
            )));
        }
    };
    let mut tools = Tools::new(shell)?;
    build::need(&mut tools)?;
    build::site(shell, &tools)?;
    with_site(shell, false, |_, browser| bench_site(shell, browser, form))
}

/// Takes measurements, the environment being set.
pub fn bench_site(shell: &Shell, browser: &Browser, form: Form) -> Result {
    let mut tools = Tools::new(shell)?;
    let _pyodide = shell.push_env(PYODIDE, tools.pyodide()?);
    let word = match form {
        Form::Full => "full",
        Form::Short => "short",
        Form::Lighthouse => "lighthouse",
    };
    let _form = shell.push_env("INTERLEAVE_BENCH", word);
    let lighthouse = match form {
        Form::Short => None,
        Form::Full | Form::Lighthouse => tools.lighthouse(),
    };
    if form != Form::Short && lighthouse.is_none() {
        println!("LEFT OUT: {WITHOUT_LIGHTHOUSE}");
    }
    let (node, script) = lighthouse
        .map(|it| (it.node, it.script))
        .unwrap_or_default();
    let _node = shell.push_env(NODE, node);
    let _lighthouse = shell.push_env(LIGHTHOUSE, script);
    let _json = shell.push_env("INTERLEAVE_BENCH_JSON", paths::target().join("bench.json"));
    let test = cmd!(
        shell,
        "cargo test --workspace --test e2e -- --ignored --nocapture --exact {BENCH}"
    );
    Ok(in_browser(test, browser).run()?)
}

/// Runs the tests, the environment being set. They are `#[ignore]`d for a plain `cargo test`, which has no site for them.
/// Without axe-core's script one of them is left out.
///
/// `--workspace` shares a build with the native tests: for one package alone, dependencies lack features that other
/// packages ask for, and are compiled once more.
pub fn cargo_test(
    shell: &Shell,
    browser: &Browser,
    axe: Option<&Path>,
    filters: &[String],
) -> Result {
    let left_out = match axe {
        Some(_) => [SHOTS, BENCH].as_slice(),
        None => &[SHOTS, BENCH, BARRIERS],
    };
    // Half as many again as there are cores: many tests wait for the time of a run, or for the server.
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let threads = (cores + cores.div_ceil(2)).to_string();
    let skip = left_out.iter().flat_map(|test| ["--skip", test]);
    let mut test = cmd!(
        shell,
        "cargo test --workspace --test e2e -- --include-ignored --test-threads {threads} {skip...} {filters...}"
    );
    if let Some(script) = axe {
        test = test.env(AXE, script);
    }
    Ok(in_browser(test, browser).run()?)
}

/// A command whose tests run in this browser.
pub fn in_browser<'a>(test: Cmd<'a>, browser: &Browser) -> Cmd<'a> {
    let test = DRIVERS.into_iter().fold(test, Cmd::env_remove);
    test.env(browser.variable, &browser.driver)
}

/// Finds the browser and sets the environment. The site is built only where there is none: a release build takes longer
/// than the tests.
fn with_site(
    shell: &Shell,
    firefox: bool,
    run: impl FnOnce(&mut Tools<'_>, &Browser) -> Result,
) -> Result {
    let mut tools = Tools::new(shell)?;
    let browser = if firefox {
        tools.need_firefox()?
    } else {
        tools.need_browser()?
    };
    if paths::dist().join("index.html").exists() {
        println!(
            "using the site in {}, as built last by `cargo xtask build`",
            paths::dist().display()
        );
    } else {
        build::need(&mut tools)?;
        build::site(shell, &tools)?;
    }
    let _dist = shell.push_env(DIST, paths::dist());
    run(&mut tools, &browser)
}
