//! wasm-opt, which makes the release build little more than half as large.
//!
//! It is released as an archive on a code host, from which Trunk would download it. Package registries are reachable from
//! more places, so it comes, in this order, from: the PATH, npm's `binaryen`, the same with a Node.js that pip installs,
//! `cargo install`.

use std::path::{Path, PathBuf};

use super::{Tools, announce, probe};
use crate::{
    failure::{Failure, Result},
    version::Version,
};

/// The npm package's version.
const BINARYEN: &str = "132.0.0";
/// The crate that builds wasm-opt from its C++ source, and its version.
const WASM_OPT_CRATE: &str = "0.116.1";
/// The oldest known to work with what Rust 1.95 makes. Debian 12's 108 accepts it too, but breaks it: the page then stops
/// while starting, since a table of references is filled wrongly.
const OLDEST: &str = "116";

impl Tools<'_> {
    /// wasm-opt, for release builds.
    pub fn need_wasm_opt(&mut self) -> Result {
        if probe::on_path("wasm-opt").is_some_and(|path| is_recent(probe::version(&path))) {
            return Ok(());
        }
        let by_npm = match self.wasm_opt_by_npm() {
            Ok(()) => return Ok(()),
            Err(failure) => failure,
        };
        println!("wasm-opt does not come through npm here ({by_npm}): trying cargo");
        self.wasm_opt_by_cargo().map_err(|by_cargo| {
            Failure::new(format!(
                "wasm-opt {OLDEST} or later is needed to build the release site, and could not be installed.\n\
                 - through npm: {by_npm}\n- through cargo: {by_cargo}\n\
                 Do one of these, then try again:\n\
                 - install Node.js with npm (18 or later), through which wasm-opt comes;\n\
                 - install a C++ compiler (Debian, Ubuntu: apt-get install g++), with which cargo builds wasm-opt;\n\
                 - put a wasm-opt of your own on the PATH (macOS: brew install binaryen)."
            ))
        })
    }

    /// The npm package, which holds wasm-opt compiled to WebAssembly: one download for every system.
    fn wasm_opt_by_npm(&mut self) -> Result {
        let home = self.home("binaryen", BINARYEN);
        let bin = home.join("node_modules").join(".bin");
        let npm = self.npm()?;
        if let Some(folder) = &npm.node_folder {
            self.put_on_path(folder);
        }
        if !self.works(&bin)? {
            announce(
                &format!("binaryen {BINARYEN}"),
                "its wasm-opt makes the release build smaller",
                &home,
            );
            self.npm_install(&npm, &home, &format!("binaryen@{BINARYEN}"))?;
        }
        if !self.works(&bin)? {
            return Err(Failure::new(format!(
                "the wasm-opt in {} does not run",
                bin.display()
            )));
        }
        self.put_on_path(&bin);
        Ok(())
    }

    /// Whether the folder holds a wasm-opt that runs, given the tools found so far.
    fn works(&self, bin: &Path) -> Result<bool> {
        let path = self.path()?;
        Ok(probe::in_folder(bin, "wasm-opt")
            .is_some_and(|program| is_recent(probe::version_with_path(&program, Some(&path)))))
    }

    /// The crate that compiles it. Slow, so it comes last.
    fn wasm_opt_by_cargo(&mut self) -> Result {
        let home = self.home("wasm-opt", WASM_OPT_CRATE);
        let bin = home.join("bin");
        if !self.works(&bin)? {
            if cpp_compiler().is_none() {
                return Err(Failure::new("there is no C++ compiler on the PATH"));
            }
            let version = Version::parse(WASM_OPT_CRATE)
                .ok_or_else(|| Failure::new("wasm-opt's version is malformed"))?;
            announce(
                &format!("wasm-opt {version}"),
                "it makes the release build smaller; takes some twelve minutes",
                &home,
            );
            self.cargo_install("wasm-opt", &version, &home)?;
        }
        self.put_on_path(&bin);
        Ok(())
    }
}

/// Whether a wasm-opt of this version accepts the output of Rust.
fn is_recent(version: Option<Version>) -> bool {
    version
        .zip(Version::parse(OLDEST))
        .is_some_and(|(version, oldest)| version >= oldest)
}

/// A C++ compiler under one of its usual names.
fn cpp_compiler() -> Option<PathBuf> {
    ["c++", "g++", "clang++", "cl"]
        .into_iter()
        .find_map(probe::on_path)
}
