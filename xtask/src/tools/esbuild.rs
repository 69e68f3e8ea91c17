//! esbuild, which makes the scripts and style sheets of the release build small.

use std::env;

use super::{Tools, announce, probe};
use crate::failure::{Failure, Result};

/// The npm package's version.
const ESBUILD: &str = "0.28.2";

impl Tools<'_> {
    /// esbuild, for release builds. On a person's machine it may be missing: then scripts and style sheets stay as they are,
    /// and that is said. Where `CI` is set nobody would read that.
    pub fn need_esbuild(&mut self) -> Result {
        match self.esbuild_by_npm() {
            Ok(()) => Ok(()),
            Err(failure) if env::var_os("CI").is_some() => Err(Failure::new(format!(
                "esbuild does not come through npm here: {failure}"
            ))),
            Err(failure) => {
                println!(
                    "esbuild does not come through npm here, so scripts and style sheets stay as large as they are: {failure}"
                );
                Ok(())
            }
        }
    }

    fn esbuild_by_npm(&mut self) -> Result {
        if self.has_esbuild() {
            return Ok(());
        }
        let home = self.home("esbuild", ESBUILD);
        let bin = home.join("node_modules").join(".bin");
        let npm = self.npm()?;
        if let Some(folder) = &npm.node_folder {
            self.put_on_path(folder);
        }
        if probe::in_folder(&bin, "esbuild").is_none() {
            announce(
                &format!("esbuild {ESBUILD}"),
                "it makes the scripts and style sheets of the release build smaller",
                &home,
            );
            self.npm_install(&npm, &home, &format!("esbuild@{ESBUILD}"))?;
        }
        match probe::in_folder(&bin, "esbuild") {
            Some(_) => {
                self.put_on_path(&bin);
                Ok(())
            }
            None => Err(Failure::new(format!("{} holds no esbuild", bin.display()))),
        }
    }

    /// Whether there is an esbuild among the tools found so far.
    pub fn has_esbuild(&self) -> bool {
        probe::on_path("esbuild").is_some()
            || self
                .folders
                .iter()
                .any(|folder| probe::in_folder(folder, "esbuild").is_some())
    }
}
