//! The editor of the Python lab, where Trunk finds it.

use std::fs;

use crate::{failure::Result, paths, tools::Tools};

/// Its script.
const SCRIPT: &str = "public/lab/editor.js";

/// Makes the script, unless it is up to date: Trunk watches it.
pub fn make(tools: &mut Tools<'_>) -> Result {
    let script = tools.editor_script()?;
    let path = paths::project().join(SCRIPT);
    if fs::read_to_string(&path).ok().as_ref() != Some(&script) {
        fs::write(path, script)?;
    }
    Ok(())
}
