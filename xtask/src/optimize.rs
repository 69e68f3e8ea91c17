//! wasm-opt on the modules of the app: as many at a time as there are cores. Results are kept in `target/wasm-opt/` and
//! used again, so that a build after a small change optimises only what has changed.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use xshell::{Shell, cmd};

use crate::{failure::Result, paths, scripts::hash};

/// Functions that are called once are not inlined, unless they are tiny, and what is computed twice is not shared: repeated
/// code costs little once compressed.
const SIZE: [&str; 3] = [
    "-Os",
    "--one-caller-inline-max-function-size=30",
    "--skip-pass=local-cse",
];
const STRIP: [&str; 3] = [
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// A module, and its wasm-opt options besides [`SIZE`] and [`STRIP`].
pub struct Job {
    /// The file.
    pub module: PathBuf,
    /// More options.
    pub options: &'static [&'static str],
}

impl Job {
    /// The name under which its result is kept: a hash of all that the result depends on.
    fn key(&self, version: &str) -> Result<String> {
        let mut content = fs::read(&self.module)?;
        let options = [&SIZE, self.options, &STRIP].concat().join(" ");
        content.extend(format!("{version} {options}").bytes());
        Ok(format!("{}.wasm", hash(&content)))
    }

    /// Makes the result, unless it is kept already.
    fn run(&self, shell: &Shell, result: &Path) -> Result {
        if result.exists() {
            return Ok(());
        }
        let (module, options) = (&self.module, self.options);
        // Renamed when it is complete: a build may be stopped at any time.
        let part = result.with_extension("part");
        cmd!(
            shell,
            "wasm-opt {SIZE...} {options...} {STRIP...} {module} -o {part}"
        )
        .quiet()
        .ignore_stderr()
        .run()?;
        Ok(fs::rename(part, result)?)
    }
}

/// The modules after wasm-opt, in their order. Kept results of other modules are removed.
pub fn all(shell: &Shell, jobs: &[Job]) -> Result<Vec<Vec<u8>>> {
    let cache = paths::target().join("wasm-opt");
    fs::create_dir_all(&cache)?;
    let version = cmd!(shell, "wasm-opt --version").quiet().read()?;
    let keys = jobs.iter().map(|job| job.key(&version));
    let keys: Vec<_> = keys.collect::<Result<_>>()?;
    let results: Vec<_> = keys.iter().map(|key| cache.join(key)).collect();

    let next = AtomicUsize::new(0);
    let failed = Mutex::new(None);
    let work = |shell: Shell| {
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let (Some(job), Some(result)) = (jobs.get(place), results.get(place)) else {
                return;
            };
            if let Err(failure) = job.run(&shell, result) {
                next.store(jobs.len(), Ordering::Relaxed);
                if let Ok(mut failed) = failed.lock() {
                    *failed = Some(failure);
                }
            }
        }
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for shell in vec![shell.clone(); cores] {
            scope.spawn(|| work(shell));
        }
    });
    if let Ok(Some(failure)) = failed.into_inner() {
        return Err(failure);
    }

    let keys = BTreeSet::from_iter(keys);
    for entry in fs::read_dir(&cache)? {
        let entry = entry?;
        if !keys.contains(&*entry.file_name().to_string_lossy()) {
            fs::remove_file(entry.path())?;
        }
    }
    results.iter().map(|result| Ok(fs::read(result)?)).collect()
}
