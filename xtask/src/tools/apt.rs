//! What Debian's packages bring: browsers, which have no other place than the system's.

use xshell::cmd;

use super::{Tools, probe};
use crate::failure::{Failure, Result};

impl Tools<'_> {
    /// Installs packages, on Debian and its like, as root or with a sudo that asks for no password. A failure says what a
    /// person can do `by_hand`.
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
        // `env` runs a command as it is, and hands a variable through sudo.
        let root = cmd!(shell, "id -u")
            .quiet()
            .read()
            .is_ok_and(|id| id == "0");
        let (run_as, options): (_, &[&str]) = if root {
            ("env", &[])
        } else {
            ("sudo", &["-n", "env"])
        };
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
        let options = [
            options,
            &[
                "DEBIAN_FRONTEND=noninteractive",
                "apt-get",
                "--quiet=2",
                "--yes",
            ],
        ]
        .concat();
        let options = &options;
        cmd!(shell, "{run_as} {options...} update").run()?;
        cmd!(
            shell,
            "{run_as} {options...} install --no-install-recommends {packages...}"
        )
        .run()
        .map_err(|error| missing(&format!("apt-get could not do it ({error}).")))
    }
}
