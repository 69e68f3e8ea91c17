//! axe-core, which looks for barriers in the page. Only the end-to-end tests use it: no visitor ever loads it.

use std::{env, path::PathBuf};

use super::{Tools, announce};
use crate::failure::{Failure, Result};

/// The npm package's version.
const AXE: &str = "4.14.1";

impl Tools<'_> {
    /// The script. On a person's machine it may be `None`: the tests that need it are then left out, and the output says
    /// so. Where `CI` is set nobody would read that, so it fails.
    pub fn axe(&mut self) -> Result<Option<PathBuf>> {
        match self.axe_by_npm() {
            Ok(script) => Ok(Some(script)),
            Err(failure) if env::var_os("CI").is_some() => Err(Failure::new(format!(
                "axe-core does not come through npm here: {failure}"
            ))),
            Err(failure) => {
                println!("axe-core does not come through npm here: {failure}");
                Ok(None)
            }
        }
    }

    fn axe_by_npm(&mut self) -> Result<PathBuf> {
        let home = self.home("axe-core", AXE);
        let script = home
            .join("node_modules")
            .join("axe-core")
            .join("axe.min.js");
        if !script.is_file() {
            let npm = self.npm()?;
            if let Some(folder) = &npm.node_folder {
                self.put_on_path(folder);
            }
            announce(
                &format!("axe-core {AXE}"),
                "an end-to-end test looks for barriers with it",
                &home,
            );
            self.npm_install(&npm, &home, &format!("axe-core@{AXE}"))?;
        }
        if script.is_file() {
            Ok(script)
        } else {
            Err(Failure::new(format!("{} is missing", script.display())))
        }
    }
}
