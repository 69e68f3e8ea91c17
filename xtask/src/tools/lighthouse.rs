//! Lighthouse, which measures how soon a phone shows a page and what is wrong with it. Only the bench uses it.

use std::path::PathBuf;

use super::{Tools, probe};
use crate::{
    failure::{Failure, Result},
    paths,
};

/// Where its version is, with the exact versions and hashes of all packages.
const SOURCES: &str = "xtask/lighthouse";

/// How to run it.
pub struct Lighthouse {
    /// Node.js.
    pub node: PathBuf,
    /// Its first argument.
    pub script: PathBuf,
}

impl Tools<'_> {
    /// Lighthouse; `None` where it cannot be installed, which is printed.
    pub fn lighthouse(&mut self) -> Option<Lighthouse> {
        let found = self.lighthouse_by_npm();
        if let Err(failure) = &found {
            println!("Lighthouse does not come through npm here: {failure}");
        }
        found.ok()
    }

    fn lighthouse_by_npm(&mut self) -> Result<Lighthouse> {
        let why = "the bench measures with it how soon a phone shows a page";
        let sources = paths::project().join(SOURCES);
        let packages = self.npm_packages("lighthouse", &sources, ("Lighthouse", why))?;
        let node = match probe::on_path("node") {
            Some(node) => node,
            None => {
                let folder = self.npm()?.node_folder;
                let node = folder.and_then(|folder| probe::in_folder(&folder, "node"));
                node.ok_or_else(|| Failure::new("there is no Node.js"))?
            }
        };
        let script = packages.join("lighthouse").join("cli").join("index.js");
        if script.is_file() {
            Ok(Lighthouse { node, script })
        } else {
            Err(Failure::new(format!("{} is missing", script.display())))
        }
    }
}
