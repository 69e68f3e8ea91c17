//! Firefox and geckodriver, for tests in a second browser.

use std::{env, path::PathBuf};

use super::{Tools, browser::Browser, probe};
use crate::{
    failure::{Failure, Result},
    version::Version,
};

/// Names geckodriver to the browser tests and to the end-to-end tests.
const VARIABLE: &str = "GECKODRIVER";

/// The crate's version, and the oldest that will do: the first that lets tests run scripts of Firefox itself.
const GECKODRIVER: &str = "0.36.0";

/// What a person can do where it cannot be installed.
const BY_HAND: &str = "Install Firefox, then try again:\n\
    - Debian: apt-get install firefox-esr\n\
    - Ubuntu: Firefox from packages.mozilla.org; the snap cannot be driven from outside\n\
    - Fedora: dnf install firefox; Arch: pacman -S firefox; macOS: brew install --cask firefox\n\
    - elsewhere: from mozilla.org, with its folder on the PATH.";

impl Tools<'_> {
    /// Firefox with its driver.
    pub fn need_firefox(&mut self) -> Result<Browser> {
        if !is_there() {
            self.install_by_apt(&["firefox-esr"], "the tests run in Firefox, too", BY_HAND)?;
        }
        if !is_there() {
            return Err(Failure::new(format!(
                "Firefox is still missing.\n{BY_HAND}"
            )));
        }
        Ok(Browser {
            name: "Firefox",
            variable: VARIABLE,
            driver: self.geckodriver()?,
        })
    }

    fn geckodriver(&mut self) -> Result<PathBuf> {
        let version = Version::parse(GECKODRIVER)
            .ok_or_else(|| Failure::new("geckodriver's version is malformed"))?;
        let named = env::var_os(VARIABLE).filter(|path| !path.is_empty());
        if let Some(path) = named.map(PathBuf::from) {
            return match probe::version(&path) {
                Some(its) if its >= version => Ok(path),
                Some(its) => Err(Failure::new(format!(
                    "{} is geckodriver {its}, and the tests need {version} (chosen by {VARIABLE})",
                    path.display()
                ))),
                None => Err(Failure::new(format!(
                    "{} does not run (chosen by {VARIABLE})",
                    path.display()
                ))),
            };
        }
        let on_path = probe::on_path("geckodriver");
        if let Some(path) = on_path
            && probe::version(&path).is_some_and(|its| its >= version)
        {
            return Ok(path);
        }
        self.need_crate(
            "geckodriver",
            "geckodriver",
            &version,
            "it drives Firefox; takes some two minutes",
        )?;
        let bin = self.home("geckodriver", GECKODRIVER).join("bin");
        probe::in_folder(&bin, "geckodriver")
            .ok_or_else(|| Failure::new(format!("there is no geckodriver in {}", bin.display())))
    }
}

/// Whether the driver will find a Firefox. Where it is not on the PATH, the driver looks in the usual place.
fn is_there() -> bool {
    let usual = if cfg!(target_os = "macos") {
        "/Applications/Firefox.app"
    } else {
        "C:\\Program Files\\Mozilla Firefox"
    };
    probe::on_path("firefox").is_some() || PathBuf::from(usual).exists()
}
