//! `interleave-site DIST`: writes the static pages into a built site. `$INTERLEAVE_URL` says where it will be served.

use std::{env, path::Path, process::ExitCode};

use interleave_site::{Address, write};

fn main() -> ExitCode {
    let Some(dist) = env::args_os().nth(1) else {
        eprintln!("usage: interleave-site DIST");
        return ExitCode::from(2);
    };
    let url = env::var("INTERLEAVE_URL").unwrap_or_default();
    match Address::of(&url).and_then(|address| write(Path::new(&dist), &address)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}
