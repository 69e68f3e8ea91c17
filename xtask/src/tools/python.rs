//! CPython, which the tests compare the programs with. It is looked for, never installed.

use std::{cmp::Ordering, env, path::PathBuf};

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

/// The newest Python on the PATH or among pyenv's: asyncio differs from version to version, and the runtime follows the
/// newest.
pub fn find() -> Result<PathBuf> {
    let mut found: Vec<_> = candidates()
        .into_iter()
        .filter_map(|path| Some((probe::version(&path)?, path)))
        .collect();
    found.sort_by(|(one, _), (other, _)| one.partial_cmp(other).unwrap_or(Ordering::Equal));
    if let Some((version, path)) = found.pop()
        && Version::parse(OLDEST).is_some_and(|oldest| version >= oldest)
    {
        return Ok(path);
    }
    let old = found
        .iter()
        .map(|(version, path)| format!(" {} is {version}.", path.display()));
    Err(Failure::new(format!(
        "Python {OLDEST} or later is needed, as `python3` or `python` on the PATH: the tests run each program under \
         CPython too.{}\nInstall it from your system's packages (Debian, Ubuntu: apt-get install python3; macOS: brew \
         install python; Windows: winget install Python.Python.3.13).",
        old.collect::<String>()
    )))
}

fn candidates() -> Vec<PathBuf> {
    let numbered = (11..21).map(|minor| format!("python3.{minor}"));
    let names = numbered.chain(["python3".to_owned(), "python".to_owned()]);
    let mut paths: Vec<_> = names.filter_map(|name| probe::on_path(&name)).collect();
    let home = env::var_os("HOME").map(PathBuf::from);
    let root = env::var_os("PYENV_ROOT").map(PathBuf::from);
    let root = root.or_else(|| Some(home?.join(".pyenv")));
    let versions = root.and_then(|root| std::fs::read_dir(root.join("versions")).ok());
    let versions = versions.into_iter().flatten().flatten();
    paths.extend(versions.map(|version| version.path().join("bin/python3")));
    paths
}
