//! esbuild, which makes one small script of those that the app needs, and small style sheets.

use super::{Tools, announce, probe};
use crate::failure::{Failure, Result};

/// The npm package's version.
const ESBUILD: &str = "0.28.2";

impl Tools<'_> {
    /// esbuild, for release builds.
    pub fn need_esbuild(&mut self) -> Result {
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
    fn has_esbuild(&self) -> bool {
        probe::on_path("esbuild").is_some()
            || self
                .folders
                .iter()
                .any(|folder| probe::in_folder(folder, "esbuild").is_some())
    }
}
