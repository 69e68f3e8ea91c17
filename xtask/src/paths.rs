//! The paths of the project, its outputs, and the folder that tools are installed into.

use std::{env, path::PathBuf};

use crate::failure::{Failure, Result};

/// The root of the repository: the parent of this crate.
///
/// Cargo tells it at run time too. The answer compiled in may be that of another checkout, where the two share a target
/// folder.
pub fn project() -> PathBuf {
    let xtask = set("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    xtask.parent().unwrap_or(&xtask).to_path_buf()
}

/// Where the release site is built.
pub fn dist() -> PathBuf {
    project().join("dist")
}

/// The app as the linker has written it.
pub fn linked() -> PathBuf {
    target().join("wasm32-unknown-unknown/release/interleave.wasm")
}

/// Cargo's build folder, which people move with `CARGO_TARGET_DIR`.
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| project().join("target"), |dir| project().join(dir))
}

/// Where cargo keeps the sources of the crates that the app depends on.
pub fn crates() -> Result<PathBuf> {
    let home = set("CARGO_HOME").or_else(|| {
        let home = set(if cfg!(windows) { "USERPROFILE" } else { "HOME" });
        home.map(|home| home.join(".cargo"))
    });
    let home = home.ok_or_else(|| Failure::new("cargo's folder is not known: set CARGO_HOME"))?;
    Ok(home.join("registry").join("src"))
}

/// The folder that holds all tools that the chores have installed: `$INTERLEAVE_TOOLS`, or one in the user's cache.
pub fn tools() -> Result<PathBuf> {
    if let Some(dir) = set("INTERLEAVE_TOOLS") {
        return Ok(project().join(dir));
    }
    let cache = if cfg!(windows) {
        set("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        set("HOME").map(|home| home.join("Library/Caches"))
    } else {
        set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache")))
    };
    let cache = cache.ok_or_else(|| {
        Failure::new("no home folder is known to put tools into: set INTERLEAVE_TOOLS to a folder of your choice")
    })?;
    Ok(cache.join("interleave").join("tools"))
}

/// A variable that names a path; an empty one counts as absent.
fn set(name: &str) -> Option<PathBuf> {
    env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}
