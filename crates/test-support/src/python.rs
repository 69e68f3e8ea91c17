//! Runs the Python twins under CPython, in virtual time.

use super::{Case, fixtures};
use interleave_playgrounds::Entry;
use serde_json::{Value, json};
use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

/// A Python interpreter and its version, such as 3.13.
pub struct Python {
    /// How it is called.
    pub command: PathBuf,
    /// Major and minor.
    pub version: (u32, u32),
}

/// The oldest that has task groups and timeouts.
const OLDEST: (u32, u32) = (3, 11);

/// The newest Python that this machine has, on the PATH or among pyenv's: asyncio differs from version to version, and
/// the runtime follows the newest. `$INTERLEAVE_PYTHON` names another one.
pub static NEWEST: LazyLock<Python> = LazyLock::new(|| {
    let named = env::var_os("INTERLEAVE_PYTHON").map(PathBuf::from);
    let candidates = named.map_or_else(candidates, |named| vec![named]);
    let found = candidates.into_iter().filter_map(asked);
    let newest = found.max_by_key(|python| python.version);
    let newest = newest.filter(|python| python.version >= OLDEST);
    let newest = newest.unwrap_or_else(|| panic!("this test needs Python 3.11 or newer"));
    let (major, minor) = newest.version;
    println!("Python {major}.{minor}: {}", newest.command.display());
    newest
});

fn candidates() -> Vec<PathBuf> {
    let numbered = (OLDEST.1..OLDEST.1 + 10).map(|minor| format!("python3.{minor}").into());
    let mut all: Vec<PathBuf> = numbered
        .chain(["python3".into(), "python".into()])
        .collect();
    let home = env::var_os("HOME").map(PathBuf::from);
    let root = env::var_os("PYENV_ROOT").map(PathBuf::from);
    let root = root.or_else(|| Some(home?.join(".pyenv")));
    let versions = root.and_then(|root| std::fs::read_dir(root.join("versions")).ok());
    let versions = versions.into_iter().flatten().filter_map(Result::ok);
    all.extend(versions.map(|version| version.path().join("bin/python3")));
    all
}

/// Asks a Python for its version; none if there is no such command, or it does not work.
fn asked(command: PathBuf) -> Option<Python> {
    let question = "import sys; print(sys.version_info[0], sys.version_info[1])";
    let answer = Command::new(&command)
        .args(["-c", question])
        .output()
        .ok()?;
    let answer = String::from_utf8(answer.stdout).ok()?;
    let mut numbers = answer.split_whitespace().map(str::parse);
    let version = (numbers.next()?.ok()?, numbers.next()?.ok()?);
    Some(Python { command, version })
}

/// Whether this machine's Python does what the newest one does in this case. Up to 3.11, `wait_for` makes a task of
/// its own of what it waits for.
fn can_tell(case: &Case) -> bool {
    let is_old = NEWEST.version < (3, 12);
    let waits = matches!(
        (case.slug, case.mode),
        ("timeouts", "wait_for") | ("producer-consumer-timeout", "article")
    );
    if is_old && waits {
        println!(
            "left out, since it needs Python 3.12: {} {}",
            case.slug, case.mode
        );
    }
    !(is_old && waits)
}

/// Whether the Python twin has a strategy.
pub fn has(entry: &Entry, mode: &str) -> bool {
    !rust_only(entry.sources()[1]).any(|lacks| lacks == mode)
}

/// The Python function of a strategy: one that has the name of a keyword has an underscore behind it.
pub fn function(mode: &str) -> String {
    match mode {
        "async" | "await" | "with" | "for" => format!("{mode}_"),
        _ => mode.to_owned(),
    }
}

/// The strategies of which a `.py` file says that Python has none: `# Rust only: a, b. ...`.
pub fn rust_only(python: &str) -> impl Iterator<Item = &str> {
    let notes = python.lines();
    let notes = notes.filter_map(|line| line.strip_prefix("# Rust only: "));
    let modes = notes.filter_map(|note| note.split('.').next());
    modes.flat_map(|modes| modes.split(", "))
}

/// The presets in every mode that Python has, and the fixtures. Of a hundred thousand tasks CPython has nothing to say that
/// it has not said of ten thousand, and takes its time.
pub fn cases(entry: &Entry) -> Vec<Case> {
    let presets = (entry.presets)().into_iter().flat_map(|preset| {
        let strategies = entry.strategies().iter();
        let strategies = strategies.filter(|strategy| has(entry, strategy.mode));
        strategies.map(move |strategy| Case {
            slug: entry.slug,
            mode: strategy.mode,
            params: preset.params.clone(),
        })
    });
    let fixtures = fixtures().into_iter().map(|fixture| fixture.case);
    let fixtures = fixtures.filter(|case| case.slug == entry.slug && has(entry, case.mode));
    presets
        .filter(|case| case.tasks() <= 10_000)
        .chain(fixtures)
        .filter(can_tell)
        .collect()
}

/// What Python is to run of a playground; with `stops`, it also says where tasks are suspended.
pub fn job(entry: &Entry, cases: &[Case], stops: bool) -> Value {
    let runs: Vec<_> = cases
        .iter()
        .map(|case| json!({ "mode": case.mode, "params": case.params }))
        .collect();
    json!({ "path": source(entry), "runs": runs, "stops": stops })
}

/// The `.py` file of a playground: the one of that name, in whatever section.
fn source(entry: &Entry) -> PathBuf {
    let sections = Path::new(env!("CARGO_MANIFEST_DIR")).join("../playgrounds/src");
    let folders = std::fs::read_dir(sections)
        .unwrap()
        .map(|folder| folder.unwrap().path());
    let mut files = folders.map(|folder| folder.join(entry.name() + ".py"));
    let file = files.find(|file| file.exists());
    let file = file.unwrap_or_else(|| panic!("{}.py is nowhere", entry.name()));
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(
        text,
        entry.sources()[1],
        "the page shows another file than {}",
        file.display()
    );
    file
}

/// Has one Python process do all jobs.
pub fn run(jobs: &Value) -> Value {
    let script = "../playgrounds/tests/python/virtual_run.py";
    run_script(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join(script),
        &jobs.to_string(),
    )
}

/// Runs a script with this input, which may import what is in `python` beside this crate's sources; what it prints, as
/// JSON.
pub fn run_script(script: &Path, input: &str) -> Value {
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("python");
    let mut child = Command::new(&NEWEST.command)
        .arg("-B")
        .arg(script)
        .env("PYTHONPATH", modules)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // If it has ended already, its stderr says why.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    let name = script.display();
    assert!(output.status.success(), "{name} failed:\n{stderr}");
    serde_json::from_slice(&output.stdout).unwrap()
}
