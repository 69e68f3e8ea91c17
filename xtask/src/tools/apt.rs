//! Installs Debian's packages: browsers, which can be installed in the system alone.

use std::env;

use xshell::cmd;

use super::{Tools, probe};
use crate::failure::{Failure, Result};

impl Tools<'_> {
    /// Installs packages, on Debian and its like, as root or with a sudo that asks for no password. A failure tells the
    /// person what to do `by_hand`.
    pub(super) fn install_by_apt(&self, packages: &[&str], why: &str, by_hand: &str) -> Result {
        let shell = self.shell;
        let names = packages.join(" and ");
        let missing = |reason: &str| {
            Failure::new(format!(
                "{names} must be installed: {why}. {reason}\n{by_hand}"
            ))
        };
        if probe::on_path("apt-get").is_none() {
            return Err(missing("There is no apt-get here to do it with."));
        }
        // `env` runs a command as it is, and passes a variable through sudo.
        let root = cmd!(shell, "id -u")
            .quiet()
            .read()
            .is_ok_and(|id| id == "0");
        let (run_as, options) = if root {
            ("env", Vec::new())
        } else {
            ("sudo", through_sudo())
        };
        let options = &options;
        if cmd!(shell, "{run_as} {options...} true")
            .quiet()
            .ignore_stderr()
            .run()
            .is_err()
        {
            return Err(missing(
                "It takes root, which this user does not have without a password.",
            ));
        }
        println!("installing {names}: {why} (by apt-get, system-wide)");
        // The package lists of a fresh machine are empty or old.
        let apt_get = [
            "DEBIAN_FRONTEND=noninteractive",
            "apt-get",
            "--quiet=2",
            "--yes",
        ];
        let update = cmd!(shell, "{run_as} {options...} {apt_get...} update");
        let install = cmd!(
            shell,
            "{run_as} {options...} {apt_get...} install --no-install-recommends {packages...}"
        );
        update
            .run()
            .and_then(|()| install.run())
            .map_err(|error| missing(&format!("apt-get could not do it ({error}).")))
    }
}

/// The arguments between sudo and a command. sudo drops the environment, and with it the settings of the network's proxy.
fn through_sudo() -> Vec<String> {
    let proxies = ["http_proxy", "https_proxy", "no_proxy"];
    let proxies = proxies.iter().filter_map(|name| {
        let value = env::var(name).or_else(|_| env::var(name.to_uppercase()));
        Some(format!("{name}={}", value.ok()?))
    });
    let own = ["-n", "env"].map(str::to_owned);
    own.into_iter().chain(proxies).collect()
}
