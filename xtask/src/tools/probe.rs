//! Looks for programs and asks them for their version. Finding none is an answer, not a failure.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::version::Version;

/// The possible extensions of a program's file.
const ENDINGS: &[&str] = if cfg!(windows) {
    &[".exe", ".cmd", ".bat"]
} else {
    &[""]
};

/// The program of this name in a folder.
pub fn in_folder(folder: &Path, name: &str) -> Option<PathBuf> {
    ENDINGS
        .iter()
        .map(|ending| folder.join(format!("{name}{ending}")))
        .find(|path| path.is_file())
}

/// The first program of this name on the PATH.
pub fn on_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).find_map(|folder| in_folder(&folder, name))
}

/// The version that the program prints for `--version`.
pub fn version(program: &Path) -> Option<Version> {
    version_with_path(program, None)
}

/// The same, for a program that needs another one on the PATH.
pub fn version_with_path(program: &Path, path: Option<&OsStr>) -> Option<Version> {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null());
    if let Some(path) = path {
        command.env("PATH", path);
    }
    let output = command
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    Version::in_output(&String::from_utf8_lossy(&output.stdout))
}
