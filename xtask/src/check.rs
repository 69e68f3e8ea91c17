//! `cargo xtask check`: the checks that take less than a minute, for every save. `cargo xtask test` begins with the same
//! steps.

use std::path::{Path, PathBuf};

use xshell::{Shell, cmd};

use crate::{
    dependencies,
    failure::Result,
    steps::Steps,
    tools::{Tools, WASM},
};

/// Names the checked Python to the tests that run the programs under CPython.
pub const PYTHON: &str = "INTERLEAVE_PYTHON";
/// The tests of the built site.
const E2E: &str = "e2e";
/// The message where cargo-deny is not installed.
const WITHOUT_DENY: &str =
    "licences and sources of dependencies: cargo-deny is not here (cargo install cargo-deny)";

/// Runs the steps.
pub fn run(shell: &Shell) -> Result {
    let mut steps = Steps::new();
    let python = steps.run("tools", || need(&mut Tools::new(shell)?))?;
    lints(shell, &mut steps)?;
    native(shell, &mut steps, &python)?;
    steps.finish();
    Ok(())
}

/// Finds or installs what the steps need; the Python is for [`native`].
pub fn need(tools: &mut Tools<'_>) -> Result<PathBuf> {
    let python = tools.need_python()?;
    for component in ["rustfmt", "clippy"] {
        tools.need_component(component)?;
    }
    tools.need_wasm_target()?;
    Ok(python)
}

/// Format, lints, and the rules for dependencies.
pub fn lints(shell: &Shell, steps: &mut Steps) -> Result {
    steps.run("format", || {
        Ok(cmd!(shell, "cargo fmt --all --check").run()?)
    })?;
    if Tools::has_cargo_deny() {
        // Advisories need a network; CI looks at them.
        steps.run("dependencies", || {
            Ok(cmd!(shell, "cargo deny --offline check bans licenses sources").run()?)
        })?;
    } else {
        steps.leave_out(WITHOUT_DENY);
    }
    steps.run("lints, host", || {
        let lint = cmd!(
            shell,
            "cargo clippy --workspace --all-targets -- -D warnings"
        );
        Ok(lint.run()?)
    })?;
    // Unit tests within `src/` are native and may use crates that WebAssembly lacks, so the library's own tests are not
    // compiled for it.
    steps.run("lints, WebAssembly", || {
        let lint = cmd!(
            shell,
            "cargo clippy -p interleave --lib --bins --test * --target {WASM} -- -D warnings"
        );
        Ok(lint.run()?)
    })
}

/// The native tests of all crates. Those of the built site are not even compiled; examples are, by the lints.
fn native(shell: &Shell, steps: &mut Steps, python: &Path) -> Result {
    steps.run("tests, native", || {
        let _python = shell.push_env(PYTHON, python);
        let targets = dependencies::tests()?
            .into_iter()
            .filter(|name| name != E2E);
        let tests = targets.flat_map(|name| ["--test".to_owned(), name]);
        // `--workspace` throughout: with fewer packages, dependencies have other features and are compiled once more.
        cmd!(shell, "cargo test --workspace --lib --bins {tests...}").run()?;
        Ok(cmd!(shell, "cargo test --workspace --doc").run()?)
    })
}
