//! `cargo xtask recorder`: the tests of the recorder of Python programs, in `python/`, under each CPython that is
//! installed.
//!
//! They mostly wait for programs that they start, so all versions are tested side by side.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use xshell::Shell;

use crate::{
    failure::{Failure, Result},
    paths,
    tools::{TestPython, Tools},
};

/// The message where the tests cannot be run.
pub const LEFT_OUT: &str = "tests of the recorder: pip brings no pytest here";

/// Runs these tests alone.
pub fn run(shell: &Shell) -> Result {
    let mut tools = Tools::new(shell)?;
    match tools.recorder_pythons()? {
        Some(pythons) => test(&pythons),
        None => Err(Failure::new(LEFT_OUT)),
    }
}

/// Runs the tests, and shows the output of those that failed.
pub fn test(pythons: &[TestPython]) -> Result {
    let running = pythons.iter().map(Running::start);
    let running: Vec<_> = running.collect::<Result<_>>()?;
    let mut failed = Vec::new();
    for mut one in running {
        let passed = one.process.wait()?.success();
        let said = fs::read_to_string(&one.said)?;
        match passed {
            true => println!(
                "Python {}: {}",
                one.version,
                said.lines().last().unwrap_or_default()
            ),
            false => {
                println!("{said}");
                failed.push(one.version.clone());
            }
        }
    }
    match failed.is_empty() {
        true => Ok(()),
        false => Err(Failure::new(format!(
            "the recorder's tests failed under Python {}",
            failed.join(", ")
        ))),
    }
}

/// The tests under one Python. Their output is kept until they end.
struct Running {
    version: String,
    process: Child,
    said: PathBuf,
}

impl Running {
    fn start(python: &TestPython) -> Result<Self> {
        let version = python.version.to_string();
        fs::create_dir_all(paths::target())?;
        let said = paths::target().join(format!("recorder-tests-{version}.log"));
        let file = File::create(&said)?;
        let process = Command::new(&python.program)
            // Its cache would be written into the source.
            .args(["-m", "pytest", "-p", "no:cacheprovider"])
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .current_dir(folder())
            .stdin(Stdio::null())
            .stderr(file.try_clone()?)
            .stdout(file)
            .spawn()?;
        Ok(Self {
            version,
            process,
            said,
        })
    }
}

impl Drop for Running {
    /// After another one has failed to start. Killing one that has ended does nothing.
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The recorder.
fn folder() -> PathBuf {
    paths::project().join("python")
}

/// What its tests need from pip.
pub fn requirements() -> PathBuf {
    folder().join("tests").join("requirements.txt")
}

/// Whether two files have the same content; a missing one counts as empty.
pub fn same(one: &Path, other: &Path) -> bool {
    matches!((fs::read(one), fs::read(other)), (Ok(one), Ok(other)) if one == other)
}
