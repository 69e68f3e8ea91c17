//! `cargo xtask test`: everything that must hold, from the quick to the slow. Stops at the first failure. It begins with
//! the steps of [`check`].
//!
//! The order also saves compiling: clippy and rustdoc share what `cargo check` makes of the dependencies, once for the
//! host and once for WebAssembly; native and end-to-end tests share one build, as do browser tests and `serve`.
//!
//! Browser tests live in `tests/`.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use xshell::{Shell, cmd};

use crate::{
    build, check, e2e,
    failure::{Failure, Result},
    paths,
    steps::Steps,
    tools::{Browser, Tools, WASM},
};

/// How long one browser test may take, in seconds: a shared machine is slow at times.
const BROWSER_TEST_SECONDS: &str = "120";

/// Runs the browser tests alone; in Firefox, if asked to.
pub fn browser(shell: &Shell, args: &[String]) -> Result {
    let mut tools = Tools::new(shell)?;
    let browser = match args {
        [] => tools.need_browser()?,
        [first] if first == e2e::FIREFOX => tools.need_firefox()?,
        _ => {
            return Err(Failure::new(format!(
                "cargo xtask browser takes {} or nothing, but got `{}`",
                e2e::FIREFOX,
                args.join(" ")
            )));
        }
    };
    tools.need_wasm_target()?;
    tools.need_wasm_bindgen()?;
    let _path = shell.push_env("PATH", tools.path()?);
    in_browser(shell, &browser)
}

/// Runs the browser tests, the tools being there.
fn in_browser(shell: &Shell, browser: &Browser) -> Result {
    none_hidden(&paths::project().join("src"))?;
    let test = cmd!(
        shell,
        "cargo test -p interleave --profile dev --test * --target {WASM}"
    )
    .env(
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
        "wasm-bindgen-test-runner",
    )
    .env("WASM_BINDGEN_TEST_TIMEOUT", BROWSER_TEST_SECONDS);
    ok(e2e::in_browser(test, browser).run())
}

/// Runs all steps; those that need a browser in Firefox, too, if asked to.
pub fn run(shell: &Shell, args: &[String]) -> Result {
    let firefox = match args {
        [] => false,
        [first] if first == e2e::FIREFOX => true,
        _ => {
            return Err(Failure::new(format!(
                "cargo xtask test takes {} or nothing, but got `{}`",
                e2e::FIREFOX,
                args.join(" ")
            )));
        }
    };
    let mut steps = Steps::new();
    let env = steps.run("tools", || Env::find(shell, firefox))?;
    let _dist = shell.push_env(e2e::DIST, paths::dist());
    let _path = shell.push_env("PATH", &env.path);

    check::lints(shell, &mut steps)?;
    steps.run("documentation", || {
        let _deny = shell.push_env("RUSTDOCFLAGS", "-D warnings");
        cmd!(
            shell,
            "cargo doc --workspace --no-deps --document-private-items"
        )
        .run()?;
        ok(cmd!(
            shell,
            "cargo doc -p interleave --no-deps --document-private-items --target {WASM}"
        )
        .run())
    })?;
    check::native(shell, &mut steps, &env.python)?;
    for browser in &env.browsers {
        steps.run(&format!("tests, browser: {}", browser.name), || {
            in_browser(shell, browser)
        })?;
    }
    steps.run("release build", || build::site(shell, &env.tools))?;
    for browser in &env.browsers {
        steps.run(&format!("tests, end to end: {}", browser.name), || {
            e2e::cargo_test(shell, browser, env.axe.as_deref(), &[])
        })?;
    }
    if env.axe.is_none() {
        steps.leave_out(e2e::WITHOUT_AXE);
    }
    steps.run("bench, short", || {
        e2e::bench_site(shell, &env.browsers[0], true)
    })?;
    steps.finish();
    Ok(())
}

/// A browser test within `src/` would never run: better to fail than to skip it.
fn none_hidden(folder: &Path) -> Result {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            none_hidden(&path)?;
        } else if path.extension().is_some_and(|ending| ending == "rs")
            && std::fs::read_to_string(&path)?.contains("wasm_bindgen_test")
        {
            let path = path.display();
            return Err(Failure::new(format!(
                "{path} holds a browser test, which only runs in tests/: move it there"
            )));
        }
    }
    Ok(())
}

/// A step only succeeds or fails.
fn ok(result: xshell::Result<()>) -> Result {
    Ok(result?)
}

/// What the steps need, found or installed before the first of them: better to hear of a missing browser now than after
/// half an hour.
struct Env<'sh> {
    /// For the release build.
    tools: Tools<'sh>,
    /// The PATH with all tools.
    path: OsString,
    /// Those that the tests run in.
    browsers: Vec<Browser>,
    /// axe-core's script, where it can be had.
    axe: Option<PathBuf>,
    /// A Python that is new enough.
    python: PathBuf,
}

impl<'sh> Env<'sh> {
    fn find(shell: &'sh Shell, firefox: bool) -> Result<Self> {
        let mut tools = Tools::new(shell)?;
        let python = check::need(&mut tools)?;
        let mut browsers = vec![tools.need_browser()?];
        if firefox {
            browsers.push(tools.need_firefox()?);
        }
        let axe = tools.axe()?;
        build::need(&mut tools)?;
        let path = tools.path()?;
        Ok(Self {
            tools,
            path,
            browsers,
            axe,
            python,
        })
    }
}
