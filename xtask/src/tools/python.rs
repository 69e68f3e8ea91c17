//! CPython, which the tests compare the programs with. It is looked for, never installed.

use std::path::PathBuf;

use super::{Tools, probe};
use crate::{
    failure::{Failure, Result},
    version::Version,
};

/// The oldest that has asyncio's task groups and timeouts.
const OLDEST: &str = "3.11";

impl Tools<'_> {
    /// A Python that is new enough for the tests.
    pub fn need_python(&mut self) -> Result<PathBuf> {
        find()
    }
}

/// The first Python on the PATH that is new enough.
pub fn find() -> Result<PathBuf> {
    let mut old = Vec::new();
    for name in ["python3", "python"] {
        let Some(path) = probe::on_path(name) else {
            continue;
        };
        match probe::version(&path) {
            Some(version) if Version::parse(OLDEST).is_some_and(|oldest| version >= oldest) => {
                return Ok(path);
            }
            Some(version) => old.push(format!(" {} is {version}.", path.display())),
            None => {}
        }
    }
    Err(Failure::new(format!(
        "Python {OLDEST} or later is needed, as `python3` or `python` on the PATH: the tests run each program under \
         CPython too.{}\nInstall it from your system's packages (Debian, Ubuntu: apt-get install python3; macOS: brew \
         install python; Windows: winget install Python.Python.3.13).",
        old.concat()
    )))
}
