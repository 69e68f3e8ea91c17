//! CPython, which the tests compare the programs with, and under which the recorder is tested. It is looked for, never
//! installed; what the recorder's tests need goes into a virtual environment for each version.

use std::{
    cmp::Ordering,
    env, fs,
    path::{Path, PathBuf},
};

use xshell::cmd;

use super::{Tools, announce, probe};
use crate::{
    failure::{Failure, Result},
    recorder,
    version::Version,
};

/// The oldest that has asyncio's task groups and timeouts.
const OLDEST: &str = "3.11";
/// The oldest that the recorder runs under, and the first that it is not made for yet.
const RECORDED: [&str; 2] = ["3.10", "3.15"];

/// A Python with all that the recorder's tests need.
pub struct TestPython {
    /// Its version.
    pub version: Version,
    /// The virtual environment's program.
    pub program: PathBuf,
}

impl Tools<'_> {
    /// A Python that is new enough for the tests.
    pub fn need_python(&mut self) -> Result<PathBuf> {
        find()
    }

    /// Each version that the recorder is tested under, the newest of each minor one. On a person's machine there may be
    /// none, if pip reaches no registry; the output then says so. Where `CI` is set nobody would read that, so it fails.
    pub fn recorder_pythons(&mut self) -> Result<Option<Vec<TestPython>>> {
        let made: Result<Vec<_>> = recorded()
            .into_iter()
            .map(|(version, python)| self.test_python(version, &python))
            .collect();
        match made {
            Ok(pythons) if !pythons.is_empty() => Ok(Some(pythons)),
            Ok(_) => Err(Failure::new(format!(
                "Python {} or later is needed to test the recorder",
                RECORDED[0]
            ))),
            Err(failure) if env::var_os("CI").is_some() => Err(failure),
            Err(failure) => {
                println!("pip does not bring what the recorder's tests need: {failure}");
                Ok(None)
            }
        }
    }

    fn test_python(&self, version: Version, python: &Path) -> Result<TestPython> {
        let home = self.home("recorder-tests", &version.to_string());
        let program = match cfg!(windows) {
            true => home.join("Scripts").join("python.exe"),
            false => home.join("bin").join("python"),
        };
        // A copy of the requirements says that they are installed.
        let (wanted, kept) = (recorder::requirements(), home.join("requirements.txt"));
        if !program.is_file() || !recorder::same(&wanted, &kept) {
            announce(
                &format!("pytest and libraries for Python {version}"),
                "the recorder is tested under each version of Python",
                &home,
            );
            let shell = self.shell;
            cmd!(shell, "{python} -m venv --clear {home}").run()?;
            cmd!(shell, "{program} -m pip install --quiet --disable-pip-version-check --requirement {wanted}").run()?;
            fs::copy(&wanted, &kept)?;
        }
        Ok(TestPython { version, program })
    }
}

/// The newest of each minor version, in order.
fn recorded() -> Vec<(Version, PathBuf)> {
    let [oldest, end] = RECORDED.map(Version::parse);
    let mut found: Vec<_> = all()
        .into_iter()
        .filter(|(version, _)| Some(version) >= oldest.as_ref() && Some(version) < end.as_ref())
        .collect();
    found.reverse();
    found.dedup_by_key(|(version, _)| version.minor());
    found.reverse();
    found
}

/// The newest Python on the PATH or among pyenv's: asyncio differs from version to version, and the runtime follows the
/// newest.
pub fn find() -> Result<PathBuf> {
    let mut found = all();
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

/// All that are installed, from the oldest.
fn all() -> Vec<(Version, PathBuf)> {
    let mut found: Vec<_> = candidates()
        .into_iter()
        .filter_map(|path| Some((probe::version(&path)?, path)))
        .collect();
    found.sort_by(|(one, _), (other, _)| one.partial_cmp(other).unwrap_or(Ordering::Equal));
    found
}

fn candidates() -> Vec<PathBuf> {
    let numbered = (10..21).map(|minor| format!("python3.{minor}"));
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
