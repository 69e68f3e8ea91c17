//! Pyodide, which is CPython as WebAssembly: the site's lab runs programs with it.

use std::{fs, path::PathBuf};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha256};

use super::{Tools, announce};
use crate::failure::{Failure, Result};

/// The npm package's version. When it changes, so do the hashes, what `public/lab/worker.js` knows of it, and
/// `public/lab/licences.txt`.
pub const PYODIDE: &str = "314.0.7";
/// The files of the package that the site is made of, and their SHA-256. Whatever a registry or a cache does to the
/// package, no other file gets into the site.
pub const HASHES: [(&str, &str); 4] = [
    (
        "pyodide.asm.wasm",
        "zDbjyrBP38mmP/E+tS6uK5Eb9GwCXMeygfOUvT3h1eY=",
    ),
    (
        "pyodide.asm.mjs",
        "983I7OgGeM63EvjmXr5tOoMgOhgMOZhl9JYSoFFpNjU=",
    ),
    (
        "pyodide.mjs",
        "bx1g979Sm+swDw9HmDySHTmCNjZAuiCvDjjv3dvGYQk=",
    ),
    (
        "python_stdlib.zip",
        "+hlX5XdwaPxPdDf5bYYK4vvpwZcyugbITgBOwW3X3Xo=",
    ),
];

impl Tools<'_> {
    /// The folder that holds these files, each checked.
    pub fn pyodide(&mut self) -> Result<PathBuf> {
        let home = self.home("pyodide", PYODIDE);
        let folder = home.join("node_modules").join("pyodide");
        if !HASHES.iter().all(|(name, _)| folder.join(name).is_file()) {
            let npm = self.npm()?;
            if let Some(folder) = &npm.node_folder {
                self.put_on_path(folder);
            }
            announce(
                &format!("Pyodide {PYODIDE}"),
                "the site's lab runs Python programs with it",
                &home,
            );
            let package = format!("pyodide@{PYODIDE}");
            self.npm_install(&npm, &home, &package).map_err(|failure| {
                Failure::new(format!(
                    "Pyodide, which the lab is made of, does not come through npm: {failure}\n\
                     Where there is no network, put the files of npm's package {package} into {}.",
                    folder.display()
                ))
            })?;
        }
        for (name, expected) in HASHES {
            let path = folder.join(name);
            let content = fs::read(&path).map_err(|error| {
                Failure::new(format!("{} cannot be read: {error}", path.display()))
            })?;
            if integrity(&content) != format!("sha256-{expected}") {
                return Err(Failure::new(format!(
                    "{} is not the file that Pyodide {PYODIDE} has under this name: delete {} and try again",
                    path.display(),
                    home.display()
                )));
            }
        }
        Ok(folder)
    }
}

/// The hash by which a browser checks a file.
pub fn integrity(content: &[u8]) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(content)))
}
