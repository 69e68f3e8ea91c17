//! Which file of the page imports which: folders are in layers, and imports are not circular.
use super::architecture::{Source, assert_none, sources};
use std::collections::{BTreeMap, BTreeSet};

/// The folders of the page, from the bottom up.
const FLOORS: [&[&str]; 6] = [
    &["state"],
    &["kit"],
    &["form", "run"],
    &["timeline"],
    &["panels"],
    &["pages"],
];

/// A path as the compiler reads it: modules from the root of the crate, then items.
type Path = Vec<String>;

/// A path that a file names, and the line.
#[derive(Debug, PartialEq)]
struct Import {
    line: usize,
    path: Path,
}

/// The module that a file of `src` is.
fn module(source: &Source) -> Path {
    let path = source.path.strip_prefix("src/").unwrap_or(&source.path);
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    path.split('/').map(str::to_owned).collect()
}

/// Words, `::` and single signs, with their lines.
fn tokens(source: &Source) -> Vec<(usize, &str)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut tokens = Vec::new();
    for (number, line) in source.code() {
        let mut left = line.trim_start();
        while let Some(first) = left.chars().next() {
            let length = match first {
                _ if is_word(first) => left.find(|c| !is_word(c)).unwrap_or(left.len()),
                _ if left.starts_with("::") => 2,
                _ => first.len_utf8(),
            };
            tokens.push((number, &left[..length]));
            left = left[length..].trim_start();
        }
    }
    tokens
}

/// Every path that begins with `crate`, `self` or `super`, groups taken apart: in `use` as well as in the middle of code.
fn imports(source: &Source) -> Vec<Import> {
    let tokens = tokens(source);
    let word = |at: usize| tokens.get(at).map_or("", |token| token.1);
    let own = module(source);
    let mut found = Vec::new();
    for (at, &(line, first)) in tokens.iter().enumerate() {
        let begins = word(at + 1) == "::" && (at == 0 || word(at - 1) != "::");
        let base = match first {
            _ if !begins => continue,
            "crate" => Path::new(),
            "self" => own.clone(),
            "super" => own[..own.len() - 1].to_vec(),
            _ => continue,
        };
        let mut paths = Vec::new();
        take_tree(&word, at + 2, &base, &mut paths);
        found.extend(paths.into_iter().map(|path| Import { line, path }));
    }
    found
}

/// Reads what follows a `::`; returns where it ends.
fn take_tree<'a>(
    word: &impl Fn(usize) -> &'a str,
    mut at: usize,
    base: &Path,
    paths: &mut Vec<Path>,
) -> usize {
    let mut path = base.clone();
    loop {
        match word(at) {
            "{" => {
                at += 1;
                while !matches!(word(at), "}" | "") {
                    at = match word(at) {
                        "," => at + 1,
                        _ => take_tree(word, at, &path, paths),
                    };
                }
                return at + 1;
            }
            "super" => {
                path.pop();
            }
            name => path.push(name.to_owned()),
        }
        if word(at + 1) != "::" {
            break;
        }
        at += 2;
    }
    paths.push(path);
    at += 1;
    // `as` and a name, within a group.
    while !matches!(word(at), "," | "}" | ";" | "") && word(at - 1) == "as" || word(at) == "as" {
        at += 1;
    }
    at
}

#[test]
fn paths_are_read() {
    let source = |path: &str, text: &str| Source {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    let text = "use crate::ui::{state::app::{App, Tone as T}, kit};\n\
                // use crate::not::this;\n\
                use super::super::run::{self, *};\n\
                fn f() { super::card::show(self::X, a::super_::b) }";
    let read: Vec<_> = imports(&source("src/ui/timeline/task/touch.rs", text))
        .into_iter()
        .map(|import| (import.line, import.path.join("::")))
        .collect();
    let expected = [
        (1, "ui::state::app::App"),
        (1, "ui::state::app::Tone"),
        (1, "ui::kit"),
        (3, "ui::timeline::run::self"),
        (3, "ui::timeline::run::*"),
        (4, "ui::timeline::task::card::show"),
        (4, "ui::timeline::task::touch::X"),
    ];
    let expected = expected.map(|(line, path)| (line, path.to_owned()));
    assert_eq!(read, expected);
    let folder = imports(&source("src/ui/form/mod.rs", "use super::state::X;"));
    assert_eq!(folder[0].path.join("::"), "ui::state::X");
}

#[test]
fn no_folder_of_the_page_imports_one_above_it() {
    let floor_of = |module: &[String]| {
        let folder = module.get(1).filter(|_| module[0] == "ui")?;
        FLOORS
            .iter()
            .position(|floor| floor.contains(&folder.as_str()))
    };
    let sources = sources(&["src/ui"]);
    let found = sources.iter().flat_map(|source| {
        let own = floor_of(&module(source));
        let above = imports(source)
            .into_iter()
            .filter(move |import| own.is_some() && floor_of(&import.path) > own);
        above.map(|it| format!("{}:{}: {}", source.path, it.line, it.path.join("::")))
    });
    assert_none(found, "move what both need down");
}

#[test]
fn no_files_of_the_app_import_each_other_in_a_circle() {
    let sources = sources(&["src"]);
    let modules: BTreeSet<Path> = sources.iter().map(module).collect();
    // The file that an item lies in: its longest beginning that is a module.
    let file_of = |path: &Path| {
        let beginnings = (1..=path.len()).rev().map(|length| path[..length].to_vec());
        beginnings.into_iter().find(|path| modules.contains(path))
    };
    let mut needs: BTreeMap<Path, BTreeSet<Path>> = sources
        .iter()
        .map(|source| {
            let own = module(source);
            let files = imports(source)
                .into_iter()
                .filter_map(|import| file_of(&import.path))
                .filter(|file| *file != own);
            (own.clone(), files.collect())
        })
        .collect();
    // A file that needs none of the others that are left, or that none of them needs, is in no circle.
    let is_free = |needs: &BTreeMap<Path, BTreeSet<Path>>, file: &Path| {
        let needs_none = !needs[file].iter().any(|file| needs.contains_key(file));
        needs_none || !needs.values().any(|needed| needed.contains(file))
    };
    while let Some(free) = needs.keys().find(|file| is_free(&needs, file)).cloned() {
        needs.remove(&free);
    }
    let circle = needs.iter().map(|(file, needed)| {
        let needed: Vec<_> = needed
            .iter()
            .filter(|file| needs.contains_key(*file))
            .map(|file| file.join("::"))
            .collect();
        format!("{} needs {}", file.join("::"), needed.join(", "))
    });
    assert_none(circle, "move what both need to a file of its own");
}
