//! The source of a playground as its page shows it.

/// Where the program of a `.rs` file ends and its page begins.
pub const PAGE: &str = "// The page";

/// The part of a source file that is the program, and the number of its first line.
///
/// Of a `.rs` file that is all between the module's own docs and [`PAGE`]; of a `.py` file all.
pub fn program(source: &str) -> (usize, &str) {
    let is_intro = |line: &&str| line.starts_with("//!") || line.trim().is_empty();
    let intro: Vec<_> = source.split_inclusive('\n').take_while(is_intro).collect();
    let start = intro.iter().map(|line| line.len()).sum();
    let body = &source[start..];
    let body = body.find(PAGE).map_or(body, |end| &body[..end]);
    (intro.len() + 1, body.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_shown_without_docs_and_page() {
        let source = "//! Docs.\n\nuse x;\nfn f() {}\n\n// The page\nfn g() {}\n";
        assert_eq!(program(source), (3, "use x;\nfn f() {}"));
        assert_eq!(program("import asyncio\n"), (1, "import asyncio"));
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
