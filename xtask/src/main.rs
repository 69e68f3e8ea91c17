//! `cargo xtask`: the chores of this repository.
//!
//! In reading order:
//!
//! - [`serve`], [`build`], [`check`], [`mod@test`], [`fuzz`], [`e2e`], [`recorder`]: one module a command; [`steps`]: the steps of those that test;
//! - [`chunks`], [`scripts`], [`styles`]: what a release build does to make a first visit short; [`page`], [`wasm`]: the
//!   files that they change;
//! - [`lab`], [`editor`]: Python for the lab of the site, and its editor;
//! - [`offline`]: what the built site needs to work offline, and for its versions not to mix;
//! - [`tools`]: what the commands need, found or installed;
//! - [`version`], [`dependencies`]: versions of tools, and of what the app depends on;
//! - [`paths`], [`failure`]: where things are, and the message when something is missing.
//!
//! A command fails with one readable message and a non-zero exit status. The message has all that a person has to do by
//! hand.

mod build;
mod check;
mod chunks;
mod dependencies;
mod e2e;
mod editor;
mod failure;
mod fuzz;
mod lab;
mod offline;
mod optimize;
mod page;
mod paths;
mod recorder;
mod scripts;
mod serve;
mod steps;
mod styles;
mod test;
mod tools;
mod version;
mod wasm;

use std::process::ExitCode;

use failure::{Failure, Result};
use xshell::Shell;

/// Printed for `cargo xtask`, `cargo xtask help` and for a command that does not exist.
const HELP: &str = "\
Usage: cargo xtask <command>

  serve [options of trunk serve]   build for development, serve, rebuild and reload on change
  build                            build the release site into dist/
  check                            format, lints and native tests: quick, for every save
  test [--firefox]                 these, docs, the recorder, browser tests, release build, end-to-end tests;
                                   in Chromium, and with --firefox in Firefox too
  fuzz [count] [seed] [--kind K]   compares `count` random programs (100,000) of each kind in the runtime and under
                                   CPython; kinds are tasks, limits, groups, locks, queues and mixed
  browser [--firefox]              browser tests only, in Chromium or in Firefox
  lab                              Python for the lab, which a plain `trunk serve` does not bring
  e2e [--firefox] [filter ...]     end-to-end tests only, of the site that dist/ holds; in Chromium or in Firefox
  recorder                         tests of the recorder of Python programs only, under each CPython from 3.10 on
  bench [--short | --lighthouse]   measures the release site: a table, and target/bench.json
  shots [#hash ...]                screenshots of the release site into target/shots: light and dark, three widths

Missing tools are installed into a folder of their own (a cache folder of the user's, or $INTERLEAVE_TOOLS), never
among the user's own commands. A tool of the right version on the PATH is used as it is.

Environment: INTERLEAVE_TOOLS  where tools are installed
             CHROMEDRIVER      the ChromeDriver that the tests use
             GECKODRIVER       the geckodriver that the tests use with --firefox
             INTERLEAVE_URL    where the site will be served: pages say so to search engines and chats";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nerror: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the command that the arguments name.
fn run(args: &[String]) -> Result {
    let (command, rest) = match args.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", args),
    };
    let shell = Shell::new()?;
    shell.change_dir(paths::project());
    match command {
        "serve" => serve::run(&shell, rest),
        "build" => no_arguments(command, rest).and_then(|()| build::run(&shell)),
        "check" => no_arguments(command, rest).and_then(|()| check::run(&shell)),
        "test" => test::run(&shell, rest),
        "fuzz" => fuzz::run(&shell, rest),
        "browser" => test::browser(&shell, rest),
        "lab" => no_arguments(command, rest).and_then(|()| lab::run(&shell)),
        "e2e" => e2e::run(&shell, rest),
        "recorder" => no_arguments(command, rest).and_then(|()| recorder::run(&shell)),
        "bench" => e2e::bench(&shell, rest),
        "shots" => e2e::shots(&shell, rest),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        unknown => Err(Failure::new(format!(
            "no such command: {unknown}\n\n{HELP}"
        ))),
    }
}

/// A mistyped option must not be taken for success.
fn no_arguments(command: &str, rest: &[String]) -> Result {
    match rest {
        [] => Ok(()),
        [first, ..] => Err(Failure::new(format!(
            "cargo xtask {command} takes no argument, but got `{first}`"
        ))),
    }
}
