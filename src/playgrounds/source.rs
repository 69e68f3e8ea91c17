//! The source of a playground as its page shows it.

/// Where the program of a `.rs` file ends and its page begins.
pub const PAGE: &str = "// The page";

/// Tells one source from another: FNV-1a, which is no shield against those who want to deceive.
pub const fn fingerprint(source: &str) -> u64 {
    let (bytes, mut hash, mut at) = (source.as_bytes(), 0xcbf2_9ce4_8422_2325_u64, 0);
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}

/// The part of a source file that is the program, and the number of its first line.
///
/// Of a `.rs` file that is all between the module's own docs and [`PAGE`]; of a `.py` file all.
pub fn program(source: &str) -> (usize, &str) {
    let is_intro = |line: &&str| line.starts_with("//!") || line.trim().is_empty();
    let intro: Vec<_> = source.split_inclusive('\n').take_while(is_intro).collect();
    let start = intro.iter().map(|line| line.len()).sum();
    let is_program = |line: &&str| line.trim_end() != PAGE;
    let body = source[start..].split_inclusive('\n').take_while(is_program);
    let end = start + body.map(str::len).sum::<usize>();
    (intro.len() + 1, source[start..end].trim_end())
}

/// The strategies of which a `.py` file says that Python has none: `# Rust only: a, b. ...`.
pub fn rust_only(python: &str) -> impl Iterator<Item = &str> {
    let notes = python.lines();
    let notes = notes.filter_map(|line| line.strip_prefix("# Rust only: "));
    let modes = notes.filter_map(|note| note.split('.').next());
    modes.flat_map(|modes| modes.split(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_shown_without_docs_and_page() {
        // "The pages" in a doc comment used to be taken for the marker.
        let source = "//! Docs.\n\n/// The pages.\nfn f() {}\n\n// The page\nfn g() {}\n";
        assert_eq!(program(source), (3, "/// The pages.\nfn f() {}"));
        assert_eq!(program("import asyncio\n"), (1, "import asyncio"));
    }

    #[test]
    fn a_python_program_says_which_strategies_it_lacks() {
        let python = "import x\n\n# Rust only: join_all, select. They drop.\n# Others.\n";
        assert_eq!(
            rust_only(python).collect::<Vec<_>>(),
            ["join_all", "select"]
        );
        assert_eq!(rust_only("import asyncio\n").count(), 0);
    }

    #[test]
    fn sources_are_found_where_pages_look_for_them_and_known_by_their_fingerprints() {
        for entry in crate::playgrounds::ALL {
            let sources = [("rs", entry.card.rust), ("py", entry.card.python)];
            for ((extension, source), known) in sources.into_iter().zip(entry.fingerprints) {
                let path = format!("src/{}", entry.source_path(extension));
                let file = std::fs::read_to_string(&path).unwrap();
                assert_eq!(file, source, "{path}");
                assert_eq!(fingerprint(&file), known, "{path}");
                assert_ne!(fingerprint(&file[1..]), known, "{path}");
            }
        }
    }

    #[test]
    fn programs_fit_into_the_code_panel() {
        for entry in crate::playgrounds::ALL {
            for source in [entry.card.rust, entry.card.python] {
                for line in program(source).1.lines() {
                    assert!(line.chars().count() <= 92, "{}: {line}", entry.card.slug);
                }
            }
        }
    }

    #[test]
    fn every_playground_has_a_program_and_a_page_and_true_headlines() {
        for entry in crate::playgrounds::ALL {
            let (_, program) = program(entry.card.rust);
            assert!(entry.card.rust.contains(PAGE), "{}", entry.card.slug);
            let squeezed: String = program.split_whitespace().collect();
            for strategy in entry.strategies {
                let headline: String = strategy.headline.split_whitespace().collect();
                assert!(
                    squeezed.contains(&headline),
                    "{}: {}",
                    entry.card.slug,
                    strategy.headline
                );
            }
        }
    }
}
