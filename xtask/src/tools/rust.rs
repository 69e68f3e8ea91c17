//! The tools of the Rust world: the WebAssembly target, Trunk, wasm-bindgen.

use std::path::Path;

use xshell::cmd;

use super::{Tools, announce, probe};
use crate::{
    dependencies,
    failure::{Failure, Result},
    version::Version,
};

/// The target that browsers run.
pub const WASM: &str = "wasm32-unknown-unknown";

/// Later ones need a newer Rust than this project does.
const TRUNK: &str = "0.21.14";

/// Tools are compiled in a fraction of the time without what their authors' builds spend on making them faster and smaller.
const QUICKLY: [(&str, &str); 3] = [
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
];

impl Tools<'_> {
    /// The standard library for WebAssembly.
    pub fn need_wasm_target(&mut self) -> Result {
        let shell = self.shell;
        // Asking the compiler works without rustup too, as with a distribution's Rust.
        let libs = cmd!(shell, "rustc --print target-libdir --target {WASM}")
            .quiet()
            .ignore_stderr()
            .read();
        if libs.is_ok_and(|libs| Path::new(&libs).is_dir()) {
            return Ok(());
        }
        if probe::on_path("rustup").is_none() {
            return Err(Failure::new(format!(
                "Rust's standard library for {WASM} is missing, and there is no rustup to add it.\n\
                 Install Rust through rustup, or your distribution's package for that target \
                 (on Debian: apt-get install libstd-rust-dev-wasm32)."
            )));
        }
        println!(
            "installing the Rust target {WASM}: the app runs as WebAssembly (by rustup, into its toolchain)"
        );
        cmd!(shell, "rustup target add {WASM}").run().map_err(|error| {
            Failure::new(format!("{error}\nrustup could not add the target. Try by hand: rustup target add {WASM}"))
        })
    }

    /// A component of the Rust toolchain, such as clippy: minimal toolchains lack them.
    pub fn need_component(&mut self, component: &str) -> Result {
        let shell = self.shell;
        let subcommand = if component == "rustfmt" {
            "fmt"
        } else {
            component
        };
        if cmd!(shell, "cargo {subcommand} --version")
            .quiet()
            .ignore_stdout()
            .ignore_stderr()
            .run()
            .is_ok()
        {
            return Ok(());
        }
        println!(
            "installing {component}: the code is checked with it (by rustup, into its toolchain)"
        );
        cmd!(shell, "rustup component add {component}")
            .run()
            .map_err(|error| {
                Failure::new(format!(
                    "{error}
{component} is missing. Add it to your Rust: rustup component add {component}"
                ))
            })
    }

    /// Whether cargo-deny is installed. It is used where it is, and never installed.
    pub fn has_cargo_deny() -> bool {
        probe::on_path("cargo-deny").is_some()
    }

    /// Trunk builds and serves the site.
    pub fn need_trunk(&mut self) -> Result {
        let version =
            Version::parse(TRUNK).ok_or_else(|| Failure::new("Trunk's version is malformed"))?;
        self.need_crate(
            "trunk",
            "trunk",
            &version,
            "it builds and serves the site; takes some five minutes",
        )
    }

    /// wasm-bindgen, whose command line tool must have exactly the version of the library. Its test runner comes with it.
    pub fn need_wasm_bindgen(&mut self) -> Result {
        let version = dependencies::version_of("wasm-bindgen")?;
        let why = "it joins WebAssembly and JavaScript, in exactly the version of Cargo.lock; takes some two minutes";
        self.need_crate("wasm-bindgen-cli", "wasm-bindgen", &version, why)
    }

    /// A program of a crate, in one version. The crate counts as installed if `program` is.
    pub(super) fn need_crate(
        &mut self,
        krate: &str,
        program: &str,
        version: &Version,
        why: &str,
    ) -> Result {
        let is_right = |path: &Path| probe::version(path).is_some_and(|found| found == *version);
        if probe::on_path(program).is_some_and(|path| is_right(&path)) {
            return Ok(());
        }
        let home = self.home(krate, &version.to_string());
        let bin = home.join("bin");
        if !probe::in_folder(&bin, program).is_some_and(|path| is_right(&path)) {
            announce(&format!("{krate} {version}"), why, &home);
            self.cargo_install(krate, version, &home)?;
        }
        self.put_on_path(&bin);
        Ok(())
    }

    /// `cargo install`, away from this project: neither its target folder nor its `.cargo/config.toml` concern a tool.
    pub(super) fn cargo_install(&self, krate: &str, version: &Version, home: &Path) -> Result {
        let shell = self.shell;
        shell.create_dir(home)?;
        let _away = shell.push_dir(home);
        let version = version.to_string();
        let install = || {
            cmd!(
                shell,
                "cargo install {krate} --version {version} --root {home}"
            )
            .env_remove("CARGO_TARGET_DIR")
            .envs(QUICKLY)
        };
        if install().arg("--locked").run().is_ok() {
            return Ok(());
        }
        // A registry mirror may lag behind the lock file that the crate was published with.
        println!(
            "{krate} cannot be installed with the dependencies it was published with: trying with the newest ones"
        );
        install().run().map_err(|error| {
            Failure::new(format!(
                "{error}\n{krate} could not be installed (the reason stands above). It needs a C compiler and the crate \
                 registry. Try by hand:\n  cargo install {krate} --version {version} --root {}\n\
                 or put {krate} {version} on your PATH.",
                home.display()
            ))
        })
    }
}
