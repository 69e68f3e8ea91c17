//! The tools that the commands need: found where they are, installed where they are not.
//!
//! One module for each tool. It first looks on the PATH and in our own folder ([`crate::paths::tools`]), prints in one line
//! what it installs, why and where, and otherwise fails with what the person has to do. Nothing is installed among the
//! user's own commands, except a browser by the system's package manager, which cannot be installed elsewhere.

mod apt;
mod axe;
mod browser;
mod editor;
mod esbuild;
mod firefox;
mod lighthouse;
mod node;
mod probe;
mod pyodide;
mod python;
mod rust;
mod wasm_opt;

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

use xshell::Shell;

use crate::{failure::Result, paths};
pub use browser::Browser;
pub use pyodide::integrity;
pub use python::TestPython;
pub use rust::WASM;

/// Collects the folders of the tools that the PATH lacks.
pub struct Tools<'sh> {
    /// Runs the installers.
    shell: &'sh Shell,
    /// Holds one folder for each tool that we have installed.
    root: PathBuf,
    /// Goes before the PATH.
    folders: Vec<PathBuf>,
}

impl<'sh> Tools<'sh> {
    /// No tool looked for so far.
    pub fn new(shell: &'sh Shell) -> Result<Self> {
        Ok(Self {
            shell,
            root: paths::tools()?,
            folders: Vec::new(),
        })
    }

    /// The PATH under which the tools asked for so far are found.
    pub fn path(&self) -> Result<OsString> {
        let path = env::var_os("PATH").unwrap_or_default();
        Ok(env::join_paths(
            self.folders.iter().cloned().chain(env::split_paths(&path)),
        )?)
    }

    /// Where the tool of this name and version is installed.
    fn home(&self, name: &str, version: &str) -> PathBuf {
        self.root.join(format!("{name}-{version}"))
    }

    /// Puts a tool's folder before the PATH.
    fn put_on_path(&mut self, folder: &Path) {
        if !self.folders.iter().any(|known| known == folder) {
            self.folders.push(folder.to_path_buf());
        }
    }
}

/// Prints what is about to be installed, why, and where to.
fn announce(what: &str, why: &str, place: &Path) {
    println!("installing {what}: {why} (into {})", place.display());
}
