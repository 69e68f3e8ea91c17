//! The editor of the Python lab: one script out of `public/editor/editor.js` and CodeMirror, which comes as npm packages.

use std::path::PathBuf;

use xshell::cmd;

use super::Tools;
use crate::{failure::Result, paths};

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
        let why = "the Python lab's editor is made of it";
        self.npm_packages(
            "editor",
            &paths::project().join(SOURCES),
            ("CodeMirror", why),
        )
    }
}
