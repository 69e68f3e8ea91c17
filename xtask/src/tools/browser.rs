//! Chromium and ChromeDriver, which run the browser tests and the end-to-end tests.

use std::{
    env,
    path::{Path, PathBuf},
};

use super::{Tools, probe};
use crate::{
    failure::{Failure, Result},
    version::Version,
};

/// The names of Chromium's or Chrome's program. On macOS and Windows it is not on the PATH.
const BROWSERS: &[&str] = &[
    "chromium",
    "google-chrome",
    "google-chrome-stable",
    "chromium-browser",
    "chrome",
];

/// Where macOS has it.
const ON_MACOS: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// The variables that name the folders in which Windows may have it, and where in them.
const ON_WINDOWS: [&str; 3] = ["ProgramFiles", "ProgramFiles(x86)", "LocalAppData"];
const IN_FOLDER: &str = r"Google\Chrome\Application\chrome.exe";

/// What a person can do where it cannot be installed.
const BY_HAND: &str = "Install both in matching versions, then try again:\n\
    - Debian: apt-get install chromium chromium-driver\n\
    - Ubuntu: Chrome from google.com/chrome, and the ChromeDriver of the same version from \
    googlechromelabs.github.io/chrome-for-testing; its own packages only stand for snaps\n\
    - Fedora: dnf install chromium chromedriver; Arch: pacman -S chromium\n\
    - macOS: brew install --cask google-chrome chromedriver\n\
    - elsewhere: Chrome, and the ChromeDriver of the same version; set CHROMEDRIVER to its path if it is not on the PATH.";

/// Names ChromeDriver to the browser tests and to the end-to-end tests.
const CHROMEDRIVER: &str = "CHROMEDRIVER";

/// A browser that can be driven.
pub struct Browser {
    /// As people call it.
    pub name: &'static str,
    /// Names the driver to the browser tests and to the end-to-end tests; of two browsers' variables only one may be set.
    pub variable: &'static str,
    /// The program that drives it, and finds it by itself.
    pub driver: PathBuf,
}

impl Tools<'_> {
    /// Chromium (or Chrome) with its driver.
    pub fn need_browser(&mut self) -> Result<Browser> {
        if let Some(browser) = find()? {
            return Ok(browser);
        }
        self.install_by_apt(
            &["chromium", "chromium-driver"],
            "the tests run in a browser",
            BY_HAND,
        )?;
        find()?.ok_or_else(|| {
            Failure::new(format!(
                "Chromium or ChromeDriver is still missing.\n{BY_HAND}"
            ))
        })
    }
}

/// The driver, if there is one and a browser for it; a failure if the two do not match.
fn find() -> Result<Option<Browser>> {
    let driver = match env::var_os(CHROMEDRIVER).filter(|path| !path.is_empty()) {
        Some(path) => PathBuf::from(path),
        None => match probe::on_path("chromedriver") {
            Some(path) => path,
            None => return Ok(None),
        },
    };
    let driver_version = probe::version(&driver).ok_or_else(|| {
        Failure::new(format!(
            "{} does not run (chosen by CHROMEDRIVER or PATH).\n{BY_HAND}",
            driver.display()
        ))
    })?;
    let browsers = browsers();
    if browsers.is_empty() {
        return Ok(None);
    }
    check_match(&driver, &driver_version, &browsers)?;
    Ok(Some(Browser {
        name: "Chromium",
        variable: CHROMEDRIVER,
        driver,
    }))
}

/// The installed browsers, with their versions. On Windows they do not print them.
fn browsers() -> Vec<(PathBuf, Option<Version>)> {
    let on_path = BROWSERS.iter().filter_map(|name| probe::on_path(name));
    let folders = ON_WINDOWS.iter().filter_map(env::var_os);
    let on_windows = folders.map(|folder| PathBuf::from(folder).join(IN_FOLDER));
    let elsewhere = on_windows.chain([PathBuf::from(ON_MACOS)]);
    on_path
        .chain(elsewhere.filter(|path| path.is_file()))
        .map(|path| {
            // On Windows `--version` would open a window.
            let version = (!cfg!(windows)).then(|| probe::version(&path)).flatten();
            (path, version)
        })
        // The placeholder of a package that is not installed does not run.
        .filter(|(_, version)| cfg!(windows) || version.is_some())
        .collect()
}

/// A driver only drives a browser of its own major version.
fn check_match(
    driver: &Path,
    version: &Version,
    browsers: &[(PathBuf, Option<Version>)],
) -> Result {
    let fits = |browser: &Option<Version>| {
        let told = browser.as_ref();
        told.is_none_or(|told| told.major() == version.major())
    };
    if browsers.iter().any(|(_, browser)| fits(browser)) {
        return Ok(());
    }
    let found: Vec<String> = browsers
        .iter()
        .filter_map(|(path, version)| Some(format!("{} is {}", path.display(), version.as_ref()?)))
        .collect();
    Err(Failure::new(format!(
        "{} is {version}, which drives no browser that is here: {}.\n{BY_HAND}",
        driver.display(),
        found.join(", ")
    )))
}
