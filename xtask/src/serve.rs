//! `cargo xtask serve`: the development server.

use xshell::{Shell, cmd};

use crate::{failure::Result, lab, tools::Tools};

/// Serves the development build until stopped. All arguments go to `trunk serve`.
pub fn run(shell: &Shell, args: &[String]) -> Result {
    let mut tools = Tools::new(shell)?;
    tools.need_wasm_target()?;
    tools.need_trunk()?;
    tools.need_wasm_bindgen()?;
    lab::make(&mut tools)?;
    let _path = shell.push_env("PATH", tools.path()?);
    cmd!(shell, "trunk serve {args...}").run()?;
    Ok(())
}
