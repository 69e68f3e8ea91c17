//! `cargo xtask e2e` and `cargo xtask shots`: the end-to-end tests alone, and pictures taken by their harness, which has
//! a server and a browser already.

use xshell::{Shell, cmd};

use crate::{
    build,
    failure::{Failure, Result},
    paths,
    tools::Tools,
};

/// Names `dist/` to the end-to-end tests, which refuse to run without it.
pub const DIST: &str = "INTERLEAVE_DIST";
/// Names ChromeDriver to the browser tests and to the end-to-end tests.
pub const CHROMEDRIVER: &str = "CHROMEDRIVER";
/// Names axe-core's script to the test that looks for barriers; empty where there is none.
pub const AXE: &str = "INTERLEAVE_AXE";
/// The test that takes pictures.
const SHOTS: &str = "shots::shots";
/// The test that takes measurements.
const BENCH: &str = "bench::bench";

/// Runs the tests whose names contain one of the filters, or all.
pub fn run(shell: &Shell, filters: &[String]) -> Result {
    with_site(shell, || cargo_test(shell, filters))
}

/// Takes a picture of each page that the arguments name by its URL hash, or of the start page.
pub fn shots(shell: &Shell, hashes: &[String]) -> Result {
    let folder = paths::target().join("shots");
    shell.create_dir(&folder)?;
    let _folder = shell.push_env("INTERLEAVE_SHOTS", &folder);
    let _hashes = shell.push_env("INTERLEAVE_SHOTS_OF", hashes.join("\n"));
    with_site(shell, || {
        cmd!(
            shell,
            "cargo test -p interleave --test e2e -- --ignored --nocapture --exact {SHOTS}"
        )
        .run()?;
        Ok(())
    })
}

/// Takes measurements of a site that is built anew; the short form fails on what must hold on any machine only.
pub fn bench(shell: &Shell, options: &[String]) -> Result {
    let is_short = match options {
        [] => false,
        [option] if option == "--short" => true,
        _ => {
            return Err(Failure::new(format!(
                "cargo xtask bench takes --short or nothing, but got `{}`",
                options.join(" ")
            )));
        }
    };
    let mut tools = Tools::new(shell)?;
    build::need(&mut tools)?;
    build::site(shell, &tools)?;
    with_site(shell, || bench_site(shell, is_short))
}

/// Takes measurements, the environment being set.
pub fn bench_site(shell: &Shell, is_short: bool) -> Result {
    let _form = shell.push_env("INTERLEAVE_BENCH", if is_short { "short" } else { "full" });
    let _json = shell.push_env("INTERLEAVE_BENCH_JSON", paths::target().join("bench.json"));
    cmd!(
        shell,
        "cargo test -p interleave --test e2e -- --ignored --nocapture --exact {BENCH}"
    )
    .run()?;
    Ok(())
}

/// Runs the tests, the environment being set. They are `#[ignore]`d for a plain `cargo test`, which has no site for them.
pub fn cargo_test(shell: &Shell, filters: &[String]) -> Result {
    cmd!(
        shell,
        "cargo test -p interleave --test e2e -- --include-ignored --skip {SHOTS} --skip {BENCH} {filters...}"
    )
    .run()?;
    Ok(())
}

/// Finds the browser and sets the environment. The site is built only where there is none: a release build takes longer
/// than the tests.
fn with_site(shell: &Shell, run: impl FnOnce() -> Result) -> Result {
    let mut tools = Tools::new(shell)?;
    let browser = tools.need_browser()?;
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
    let _driver = shell.push_env(CHROMEDRIVER, browser.driver);
    let _axe = shell.push_env(AXE, tools.axe().unwrap_or_default());
    run()
}
