//! What the sources must not contain, and rules that the compiler cannot check. The borders between crates need no test:
//! `cargo tree` shows them.
use interleave_playgrounds::Entry;
use std::fs;
use std::path::{Path, PathBuf};

/// A source file: its path from the root of the repository, with `/`, and its text.
pub struct Source {
    pub path: String,
    pub text: String,
}

impl Source {
    /// Whether it is the module or belongs to it: `src/player` is `src/player.rs` and all in `src/player/`.
    fn is_of(&self, module: &str) -> bool {
        let rest = self.path.strip_prefix(module);
        rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    }

    /// Its lines with their numbers, without those that are comments only.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(i, line)| (i + 1, line));
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// The lines on which an unwelcome word is.
    fn lines_with(&self, unwelcome: impl Fn(&str) -> bool) -> Vec<String> {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let found = self
            .code()
            .filter(|(_, line)| line.split(|c| !is_part(c)).any(&unwelcome));
        found
            .map(|(number, line)| format!("{}:{number}: {}", self.path, line.trim()))
            .collect()
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("an entry of a folder").path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// All Rust files of some folders of the repository.
pub fn sources(folders: &[&str]) -> Vec<Source> {
    let paths = folders
        .iter()
        .flat_map(|folder| files(&root().join(folder), "rs"));
    let read = |path: PathBuf| Source {
        text: fs::read_to_string(&path).expect("a text"),
        path: relative(&path),
    };
    let sources: Vec<_> = paths.map(read).collect();
    assert!(!sources.is_empty());
    sources
}

fn relative(path: &Path) -> String {
    let path = path.strip_prefix(root()).expect("a path in the repository");
    path.to_string_lossy().replace('\\', "/")
}

pub fn assert_none(found: impl IntoIterator<Item = String>, rule: &str) {
    let found: Vec<_> = found.into_iter().collect();
    assert!(found.is_empty(), "{rule}:\n{}", found.join("\n"));
}

/// `cargo tree` shows the borders between the crates; these are those of a crate to the browser, and they could be
/// crossed by one line of a manifest.
#[test]
fn no_crate_but_the_app_names_the_browser() {
    let of_the_browser = |word: &str| {
        ["leptos", "web_sys", "js_sys", "gloo", "wasm_bindgen"]
            .iter()
            .any(|name| {
                word.strip_prefix(name)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
            })
    };
    assert_none(
        sources(&["crates"])
            .iter()
            .flat_map(|source| source.lines_with(of_the_browser)),
        "the browser reaches these through ports only",
    );
}

#[test]
fn only_the_driver_spawns_onto_the_browsers_executor() {
    let sources = sources(&["src"]);
    let others = sources.iter().filter(|source| {
        // A chunk that is loaded stays for good, turns end with the last work, and a transaction is aborted when its answer is
        // dropped.
        let of = ["src/driver", "src/chunk", "src/turns", "src/web/database"];
        !of.iter().any(|place| source.is_of(place))
    });
    assert_none(
        others.flat_map(|source| source.lines_with(|word| word == "spawn_local")),
        "a task that nobody aborts outlives its run",
    );
}

#[test]
fn no_text_becomes_markup_or_code() {
    let names = [
        "inner_html",
        "outer_html",
        "adjacent_html",
        "eval",
        "document_write",
    ];
    let unwelcome = |word: &str| {
        let bare = word
            .strip_prefix("set_")
            .or(word.strip_prefix("insert_"))
            .unwrap_or(word);
        names.contains(&bare)
    };
    let sources = sources(&["src"]);
    assert_none(
        sources
            .iter()
            .flat_map(|source| source.lines_with(unwelcome)),
        "names come from links, and links from strangers",
    );
}

/// `style:left=...` and `style=("--depth", ...)` set one property each, which a strict Content-Security-Policy allows; it
/// refuses `style="..."`.
#[test]
fn no_style_attributes() {
    let is_attribute = |line: &str| {
        line.match_indices("style=").any(|(at, found)| {
            let before = line[..at].chars().next_back();
            let own = before.is_none_or(|c| !c.is_alphanumeric() && !"_-:".contains(c));
            own && !line[at + found.len()..].starts_with('(')
        })
    };
    assert!(is_attribute("<p style=\"left: 0\">") && is_attribute("style=move || x"));
    assert!(!is_attribute("style=(\"--depth\", x)") && !is_attribute("bar_style=x"));
    let sources = sources(&["src"]);
    let of_ui = sources.iter().filter(|source| source.is_of("src/ui"));
    let found = of_ui.flat_map(|source| {
        let lines = source.code().filter(|(_, line)| is_attribute(line));
        lines.map(|(number, line)| format!("{}:{number}: {}", source.path, line.trim()))
    });
    assert_none(
        found,
        "styles belong into style/, and single properties into style:",
    );
}

#[test]
fn every_source_file_says_what_it_is() {
    let sources = sources(&["crates", "src", "tests", "examples", "xtask/src"]);
    let silent = sources
        .iter()
        .filter(|source| !source.text.starts_with("//!"));
    assert_none(
        silent.map(|source| source.path.clone()),
        "a file begins with its docs",
    );
}

/// Macros for unfinished work are denied by lints.
#[test]
fn nothing_is_left_to_do() {
    let is_mark = |word: &str| ["TODO", "FIXME", "XXX"].contains(&word);
    let sources = sources(&["crates", "src", "examples", "xtask/src"]);
    let found = sources.iter().flat_map(|source| {
        let lines = source.text.lines().enumerate();
        let left =
            lines.filter(|(_, line)| line.split(|c: char| !c.is_alphanumeric()).any(is_mark));
        left.map(|(i, line)| format!("{}:{}: {}", source.path, i + 1, line.trim()))
    });
    assert_none(found, "do it, or write it down as an issue");
}

#[test]
fn every_playground_is_one_rust_and_one_python_file() {
    let folder = root().join("crates/playgrounds/src");
    let of = |extension: &str| -> Vec<(PathBuf, String)> {
        let name = |path: &Path| {
            path.file_stem()
                .map(|name| name.to_string_lossy().into_owned())
        };
        let all = files(&folder, extension).into_iter();
        // A folder for each section: files beside the folders are machinery.
        let within = all.filter(|path| path.parent() != Some(&folder));
        let named = within.filter_map(|path| name(&path).map(|name| (path, name)));
        named.filter(|(_, name)| name != "mod").collect()
    };
    let (rust, python) = (of("rs"), of("py"));
    let text = |path: &Path| fs::read_to_string(path).expect("a text");
    for entry in Entry::all() {
        for (files, shown) in [&rust, &python].into_iter().zip(entry.sources()) {
            let file = files.iter().find(|(_, name)| *name == entry.name());
            let (path, _) = file.unwrap_or_else(|| panic!("{}: a file is missing", entry.slug));
            assert_eq!(
                text(path),
                shown,
                "{} is not what its page shows",
                relative(path)
            );
        }
    }
    let programs = rust
        .iter()
        .filter(|(path, _)| text(path).contains("impl Playground for"));
    let unlisted = programs.chain(&python);
    let unlisted = unlisted.filter(|(_, name)| !Entry::all().any(|entry| entry.name() == *name));
    assert_none(
        unlisted.map(|(path, _)| relative(path)),
        "not in the list of playgrounds",
    );
}
