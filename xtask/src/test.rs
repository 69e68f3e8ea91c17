//! `cargo xtask test`: everything that must hold, from the quick to the slow. Stops at the first failure. It begins with
//! the steps of [`check`].
//!
//! The order also saves compiling: clippy and rustdoc share what `cargo check` makes of the dependencies, once for the host
//! and once for WebAssembly; native and end-to-end tests share one build, as do browser tests and `serve`. The release site
//! is built beside the steps that do not need it: most of its time is spent on one core, in linking the app.
//!
//! Browser tests live in `tests/`.

use std::{
    ffi::OsString,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Instant,
};

use xshell::{Shell, cmd};

use crate::{
    build, check, e2e,
    failure::{Failure, Result},
    paths, recorder,
    steps::Steps,
    tools::{Browser, TestPython, Tools, WASM},
};

/// How long one browser test may take, in seconds: a shared machine is slow at times.
const BROWSER_TEST_SECONDS: &str = "300";

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
    let site = SiteBuild::start()?;
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
    // The end-to-end tests are compiled with the others, and run further down.
    steps.run("tests, native", || {
        let tests = cmd!(shell, "cargo test --workspace").env(check::PYTHON, &env.python);
        ok(tests.run())
    })?;
    match &env.recorder {
        Some(pythons) => steps.run("tests, recorder", || recorder::test(pythons))?,
        None => steps.leave_out(recorder::LEFT_OUT),
    }
    for browser in &env.browsers {
        steps.run(&format!("tests, browser: {}", browser.name), || {
            in_browser(shell, browser)
        })?;
    }
    steps.run("release build", || site.finish())?;
    for browser in &env.browsers {
        steps.run(&format!("tests, end to end: {}", browser.name), || {
            e2e::cargo_test(shell, browser, env.axe.as_deref(), &[])
        })?;
    }
    if env.axe.is_none() {
        steps.leave_out(e2e::WITHOUT_AXE);
    }
    steps.run("bench, short", || {
        e2e::bench_site(shell, &env.browsers[0], e2e::Form::Short)
    })?;
    steps.finish();
    Ok(())
}

/// `cargo xtask build`, under way. Its output is kept until it is waited for.
struct SiteBuild {
    process: Child,
    start: Instant,
}

impl SiteBuild {
    fn start() -> Result<Self> {
        println!("\nThe release site is being built beside the next steps.");
        fs::create_dir_all(paths::target())?;
        let said = File::create(Self::said())?;
        let process = Command::new(std::env::current_exe()?)
            .arg("build")
            .current_dir(paths::project())
            .stdin(Stdio::null())
            .stderr(said.try_clone()?)
            .stdout(said)
            .spawn()?;
        let start = Instant::now();
        Ok(Self { process, start })
    }

    /// The file that keeps its output.
    fn said() -> PathBuf {
        paths::target().join("release-build.log")
    }

    /// Waits for its end and prints its output.
    fn finish(mut self) -> Result {
        let status = self.process.wait()?;
        print!("{}", fs::read_to_string(Self::said())?);
        let seconds = self.start.elapsed().as_secs();
        match status.success() {
            true => println!("built within {seconds} s, beside the steps before"),
            false => return Err(Failure::new("`cargo xtask build` failed")),
        }
        Ok(())
    }
}

impl Drop for SiteBuild {
    /// After a failure it is waited for: ending it alone would leave its compilers running, and the next build would wait
    /// for them.
    fn drop(&mut self) {
        if let Ok(None) = self.process.try_wait() {
            println!("\nwaiting for the release build, which is under way");
            let _ = self.process.wait();
        }
    }
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

/// What the steps need, found or installed before the first of them, so that a missing browser is reported now rather than
/// after half an hour.
struct Env {
    /// The PATH with all tools.
    path: OsString,
    /// The browsers that the tests run in.
    browsers: Vec<Browser>,
    /// axe-core's script, where it can be installed.
    axe: Option<PathBuf>,
    /// A Python that is new enough.
    python: PathBuf,
    /// The Pythons that the recorder is tested under, if pip can install what its tests need.
    recorder: Option<Vec<TestPython>>,
}

impl Env {
    fn find(shell: &Shell, firefox: bool) -> Result<Self> {
        let mut tools = Tools::new(shell)?;
        let python = check::need(&mut tools)?;
        let recorder = tools.recorder_pythons()?;
        let mut browsers = vec![tools.need_browser()?];
        if firefox {
            browsers.push(tools.need_firefox()?);
        }
        let axe = tools.axe()?;
        build::need(&mut tools)?;
        let path = tools.path()?;
        Ok(Self {
            path,
            browsers,
            axe,
            python,
            recorder,
        })
    }
}
