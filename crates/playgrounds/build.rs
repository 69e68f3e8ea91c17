//! Makes the list of the playgrounds: of each section's `mod.rs`, the lines `pub mod NAME;`, in their order.
//!
//! What is missing beside such a line, or has none, stops the build with a message that says what to do.

#[path = "src/words.rs"]
mod words;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs, io};

/// The folders of playgrounds, in the order of the menu: `Section::ALL` names the same.
const SECTIONS: [&str; 6] = [
    "start",
    "coordinate",
    "limit",
    "resources",
    "blocking",
    "programs",
];

fn main() -> io::Result<()> {
    let (mut list, mut found) = (String::new(), String::new());
    println!("cargo::rerun-if-changed=src/words.rs");
    for section in SECTIONS {
        let folder = Path::new("src").join(section);
        println!("cargo::rerun-if-changed={}", folder.display());
        let text = fs::read_to_string(folder.join("mod.rs"))?;
        let names: Vec<&str> = text.lines().filter_map(declared).collect();
        let helpers = text
            .lines()
            .filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
        for problem in problems(&folder, &names, &helpers.collect::<Vec<_>>())? {
            println!("cargo::error={problem}");
        }
        for name in names {
            let _ = write!(list, "{section}::{name}, ");
            let read = |extension| fs::read_to_string(folder.join(name).with_extension(extension));
            if let (Ok(rust), Ok(python)) = (read("rs"), read("py")) {
                let words = words::of(&rust, &python);
                let lists = [words.python, words.rust, words.messages];
                let [python, rust, raised] = lists.map(|words| format!("&{words:?}"));
                let _ = write!(
                    found,
                    "Names {{ python: {python}, rust: {rust}, raised: {raised}, messages: \
                     super::{section}::{name}::Mode::MESSAGES }}, "
                );
            }
        }
    }
    let text = format!(
        "/// Calls a macro with every playground, in the order of the menu: `$callback! {{ section::module, ... }}`.
///
/// Each module has the enum `Mode`, whose `CARD` is what the menu says, and `entry()`, which alone refers to its code.
#[macro_export]
macro_rules! for_each_playground {{
    ($callback:ident) => {{ $callback! {{ {list}}} }};
}}
"
    );
    let out = env::var_os("OUT_DIR").unwrap_or_default();
    fs::write(Path::new(&out).join("list.rs"), text)?;
    let text = format!(
        "/// What playgrounds are found by, in the order of the menu.\npub(crate) static NAMES: &[Names] = &[{found}];\n"
    );
    fs::write(Path::new(&out).join("names.rs"), text)
}

/// The module that a line declares.
fn declared(line: &str) -> Option<&str> {
    line.strip_prefix("pub mod ")?.strip_suffix(';')
}

/// What is missing: of each playground there is a line, a `.rs` and a `.py` file.
fn problems(folder: &Path, names: &[&str], helpers: &[&str]) -> io::Result<Vec<String>> {
    let mut files: BTreeSet<(String, String)> = BTreeSet::new();
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        let part =
            |part: Option<&std::ffi::OsStr>| part.map(|part| part.to_string_lossy().into_owned());
        if let (Some(name), Some(extension)) = (part(path.file_stem()), part(path.extension())) {
            files.insert((name, extension));
        }
    }
    let has =
        |name: &str, extension: &str| files.contains(&(name.to_owned(), extension.to_owned()));
    let (shown, mut problems) = (folder.display(), Vec::new());
    for name in names {
        for (extension, what) in [
            ("rs", "the program in Rust"),
            ("py", "the same program in Python"),
        ] {
            if !has(name, extension) {
                problems.push(format!(
                    "{shown}/mod.rs lists `{name}`, but {shown}/{name}.{extension} is missing: it is {what}"
                ));
            }
        }
    }
    for (name, extension) in &files {
        let known = |list: &[&str]| list.contains(&name.as_str());
        if !known(names)
            && !known(helpers)
            && name != "mod"
            && ["rs", "py"].contains(&extension.as_str())
        {
            problems.push(format!(
                "{shown}/{name}.{extension} belongs to no playground: add the line `pub mod {name};` to {shown}/mod.rs, \
                 where its place is its place in the menu"
            ));
        }
    }
    Ok(problems)
}
