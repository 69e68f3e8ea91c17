//! The warnings that a program quotes are those of the compiler and of the interpreter.

use interleave_playgrounds::Entry;
use interleave_test_support::python;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// What the program says of its own warnings.
fn forgotten() -> [&'static str; 2] {
    let entry = Entry::find("pitfall-forgotten-await").unwrap();
    entry.sources()
}

/// A statement that makes a task and does nothing with it, compiled with the attribute that `Task` has.
#[test]
fn rustc_warns_of_a_forgotten_await_as_it_is_quoted() {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/src/task.rs");
    let source = fs::read_to_string(runtime).unwrap();
    let (before, _) = source.split_once("pub struct Task<T>").unwrap();
    let attribute = before.lines().last().unwrap();
    assert!(attribute.starts_with("#[must_use"), "{attribute}");
    let folder = env::temp_dir().join(format!("interleave-warnings-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let program = folder.join("forgotten.rs");
    let text = format!(
        "{attribute}\nstruct Task;\nfn get_data() -> Task {{ Task }}\nfn main() {{ get_data(); }}\n"
    );
    fs::write(&program, text).unwrap();
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut rustc = Command::new(rustc);
    rustc.args(["--edition", "2024", "--emit", "metadata", "--out-dir"]);
    let output = rustc.arg(&folder).arg(&program).output().unwrap();
    fs::remove_dir_all(&folder).unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let [rust, _] = forgotten();
    for words in [
        "unused `Task` that must be used",
        "a task does nothing before it is awaited",
    ] {
        assert!(rust.contains(words), "the program does not quote: {words}");
        assert!(said.contains(words), "rustc does not say: {words}\n{said}");
    }
}

#[test]
fn python_warns_of_a_forgotten_await_as_it_is_quoted() {
    let [_, program] = forgotten();
    let output = Command::new(&python::NEWEST.command)
        .args(["-c", program])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let quoted = program.lines().map(str::trim);
    let quoted = quoted
        .clone()
        .find(|line| line.starts_with("RuntimeWarning: "))
        .unwrap();
    assert!(
        said.contains(quoted),
        "Python does not say: {quoted}\n{said}"
    );
    // And so says the log of the run.
    let entry = Entry::find("pitfall-forgotten-await").unwrap();
    let case = python::cases(entry)
        .into_iter()
        .find(|case| case.mode == "forgotten")
        .unwrap();
    assert!(case.document().contains(quoted));
}
