//! The editor of the Python lab: one script out of `public/editor/editor.js` and CodeMirror, which comes as npm packages.

use std::{fs, path::PathBuf};

use xshell::cmd;

use super::{Tools, announce, node::Npm};
use crate::{
    failure::{Failure, Result},
    paths,
    scripts::hash,
};

/// Where the sources are, with the exact versions and hashes of all packages.
const SOURCES: &str = "public/editor";

impl Tools<'_> {
    /// The editor's script.
    pub fn editor_script(&mut self) -> Result<String> {
        self.need_esbuild()?;
        let packages = self.editor_packages()?;
        let shell = self.shell;
        let _path = shell.push_env("PATH", self.path()?);
        // The sources are elsewhere than the packages.
        let _packages = shell.push_env("NODE_PATH", packages);
        let source = paths::project().join(SOURCES).join("editor.js");
        let options = [
            "--bundle",
            "--minify",
            "--format=iife",
            "--charset=utf8",
            "--target=es2022",
            // They are in public/lab/licences.
            "--legal-comments=none",
            "--log-level=warning",
        ];
        Ok(cmd!(shell, "esbuild {source} {options...}").read()?)
    }

    /// The folder `node_modules` with the packages of the editor. Each set of versions has a folder of its own.
    fn editor_packages(&mut self) -> Result<PathBuf> {
        let sources = paths::project().join(SOURCES);
        let lock = fs::read(sources.join("package-lock.json"))?;
        let home = self.home("editor", &hash(&lock));
        let packages = home.join("node_modules");
        if packages.join(".package-lock.json").is_file() {
            return Ok(packages);
        }
        let npm = self.npm()?;
        if let Some(folder) = &npm.node_folder {
            self.put_on_path(folder);
        }
        announce("CodeMirror", "the Python lab's editor is made of it", &home);
        let shell = self.shell;
        shell.create_dir(&home)?;
        for file in ["package.json", "package-lock.json"] {
            fs::copy(sources.join(file), home.join(file))?;
        }
        let _path = shell.push_env("PATH", self.path()?);
        let _home = shell.push_dir(&home);
        let Npm {
            program, script, ..
        } = npm;
        // Checks each package against the hash in the lock.
        cmd!(
            shell,
            "{program} {script...} ci --ignore-scripts --no-audit --no-fund --loglevel error"
        )
        .run()?;
        if packages.is_dir() {
            Ok(packages)
        } else {
            Err(Failure::new(format!("{} is missing", packages.display())))
        }
    }
}
