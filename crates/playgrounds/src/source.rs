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

/// A program as its page shows it, and where in it tasks are suspended.
///
/// Lines that await are marked in the sources of both languages, with the same word in both:
/// `// @word` or `# @word` at the end of a line, or `/* @word */` within one. What is shown has
/// no marks. Where Python has a line of its own for some strategies, these are named behind the
/// word: `# @each sequential`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The number of its first line in the file.
    pub first: usize,
    /// Its text.
    pub text: String,
    /// The marks by the number of their line in the file.
    marks: Vec<(usize, String)>,
}

impl Listing {
    /// The listing of a source file.
    pub fn of(source: &str) -> Self {
        let (first, program) = program(source);
        let (mut text, mut marks) = (String::with_capacity(program.len()), Vec::new());
        for (place, line) in program.lines().enumerate() {
            if place > 0 {
                text.push('\n');
            }
            match split_mark(line) {
                Some((before, mark, after)) => {
                    text.extend([before, after]);
                    marks.push((first + place, mark.to_owned()));
                }
                None => text.push_str(line),
            }
        }
        Self { first, text, marks }
    }

    /// The word that a line is marked with.
    pub fn mark(&self, line: usize) -> Option<&str> {
        let found = self.marks.iter().find(|mark| mark.0 == line)?;
        found.1.split(' ').next()
    }

    /// The lines that are marked with a word, for a strategy; for any if none is given.
    pub fn marked(&self, word: &str, mode: Option<&str>) -> impl Iterator<Item = usize> {
        let holds = move |mark: &str| {
            let mut words = mark.split(' ');
            let same = words.next() == Some(word);
            let mut modes = words.peekable();
            let all = modes.peek().is_none() || mode.is_none();
            same && (all || modes.any(|own| Some(own) == mode))
        };
        let found = self.marks.iter().filter(move |mark| holds(&mark.1));
        found.map(|mark| mark.0)
    }

    /// The lines that are marked.
    pub fn marks(&self) -> impl Iterator<Item = usize> {
        self.marks.iter().map(|mark| mark.0)
    }
}

/// What is before and behind a mark, and the mark.
fn split_mark(line: &str) -> Option<(&str, &str, &str)> {
    if let Some((before, rest)) = line.split_once("/* @") {
        let (mark, after) = rest.split_once(" */")?;
        // One of the spaces around it goes with it.
        return Some((before, mark, after.strip_prefix(' ').unwrap_or(after)));
    }
    let mark = line
        .rsplit_once(" // @")
        .or_else(|| line.rsplit_once("  # @"));
    mark.map(|(before, mark)| (before, mark, ""))
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
    fn marks_are_found_and_not_shown() {
        let source =
            "a.await; // @one\nif /* @two */ b.await {\n    match c /* @three */ {\nd // e@f\n";
        let listing = Listing::of(source);
        assert_eq!(
            listing.text,
            "a.await;\nif b.await {\n    match c {\nd // e@f"
        );
        let marks: Vec<_> = (0..5).map(|line| listing.mark(line)).collect();
        assert_eq!(marks, [None, Some("one"), Some("two"), Some("three"), None]);
        let python = Listing::of("await a  # @one x y\nawait b  # @one z\nc()  # d\n");
        assert_eq!(python.text, "await a\nawait b\nc()  # d");
        let lines = |mode| python.marked("one", mode).collect::<Vec<_>>();
        assert_eq!(lines(Some("y")), [1]);
        assert_eq!(lines(Some("z")), [2]);
        assert!(lines(Some("w")).is_empty());
        assert_eq!(lines(None), [1, 2]);
    }

    /// The marks are written so that nothing of them is left, and both languages know the same words.
    #[test]
    fn the_marks_of_all_playgrounds_are_taken_out_and_agree() {
        for entry in crate::Entry::all() {
            let [rust, python] = [entry.card().rust, entry.card().python].map(Listing::of);
            for listing in [&rust, &python] {
                let text = &listing.text;
                assert!(!text.contains(" @") && !text.contains(" \n"), "{text}");
                assert!(listing.marks().count() > 0, "{}", entry.slug);
            }
            for line in python.marks() {
                let word = python.mark(line).unwrap();
                assert!(
                    rust.marked(word, None).next().is_some(),
                    "{}: {word}",
                    entry.slug
                );
                let modes = python.marks.iter().find(|mark| mark.0 == line).unwrap();
                for mode in modes.1.split(' ').skip(1) {
                    assert!(entry.strategy(mode).is_some(), "{}: {mode}", entry.slug);
                }
            }
        }
    }

    #[test]
    fn sources_are_found_where_pages_look_for_them_and_known_by_their_fingerprints() {
        for entry in crate::Entry::all() {
            let sources = [("rs", entry.card().rust), ("py", entry.card().python)];
            for ((extension, source), known) in sources.into_iter().zip(entry.fingerprints) {
                let path = entry.source_path(extension).replace("playgrounds/", "src/");
                let file = std::fs::read_to_string(&path).unwrap();
                assert_eq!(file, source, "{path}");
                assert_eq!(fingerprint(&file), known, "{path}");
                assert_ne!(fingerprint(&file[1..]), known, "{path}");
            }
        }
    }

    #[test]
    fn programs_fit_into_the_code_panel() {
        for entry in crate::Entry::all() {
            for source in [entry.card().rust, entry.card().python] {
                for line in Listing::of(source).text.lines() {
                    assert!(line.chars().count() <= 92, "{}: {line}", entry.slug);
                }
            }
        }
    }

    #[test]
    fn every_playground_has_a_program_and_a_page_and_true_headlines() {
        for entry in crate::Entry::all() {
            let program = Listing::of(entry.card().rust).text;
            assert!(entry.card().rust.contains(PAGE), "{}", entry.slug);
            let squeezed: String = program.split_whitespace().collect();
            for strategy in entry.strategies() {
                let headline: String = strategy.headline.split_whitespace().collect();
                assert!(
                    squeezed.contains(&headline),
                    "{}: {}",
                    entry.slug,
                    strategy.headline
                );
            }
        }
    }
}
