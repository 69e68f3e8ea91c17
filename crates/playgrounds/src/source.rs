//! The source of a playground as its page shows it.

/// Where the program of a `.rs` file ends and its page begins.
pub const PAGE: &str = "// The page";

/// Tells one source from another: FNV-1a, which is no shield against deceit.
pub const fn fingerprint(source: &str) -> u64 {
    let (bytes, mut hash, mut at) = (source.as_bytes(), 0xcbf2_9ce4_8422_2325_u64, 0);
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}

/// The expression that makes the difference for a strategy: it stands in the line of the program that has the
/// strategy's name behind its mark. Of the line, what is before `=`, `=>` or `match` is left out.
pub(crate) const fn headline(source: &str, mode: &[u8]) -> Option<Headline> {
    let bytes = source.as_bytes();
    let mut start = 0;
    while start < bytes.len() {
        let end = find(bytes, b"\n", start, bytes.len());
        if same_at(bytes, PAGE.as_bytes(), start) && end == start + PAGE.len() {
            return None;
        }
        let at_end = find(bytes, b"// @", start, end);
        let within = find(bytes, b"/* @", start, end);
        let mark = if at_end < end { at_end } else { within };
        let closes = find(bytes, b" */", mark, end);
        if mark < end && names(bytes, mode, mark + 4, closes) {
            let mut line = Headline::EMPTY;
            line.push(bytes, start, mark);
            // One of the spaces around a mark within a line goes with it.
            line.push(bytes, closes + 4, end);
            line.trim();
            return Some(line);
        }
        start = end + 1;
    }
    None
}

/// A line of a source, as long as one is being read.
pub(crate) struct Headline {
    bytes: [u8; 200],
    from: usize,
    to: usize,
}

impl Headline {
    const EMPTY: Self = Self {
        bytes: [0; 200],
        from: 0,
        to: 0,
    };

    /// How long the expression is.
    pub(crate) const fn len(&self) -> usize {
        self.to - self.from
    }

    /// The expression.
    pub(crate) const fn bytes<const N: usize>(&self) -> [u8; N] {
        part(&self.bytes, self.from)
    }

    const fn push(&mut self, bytes: &[u8], from: usize, to: usize) {
        let mut at = from;
        while at < to {
            self.bytes[self.to] = bytes[at];
            self.to += 1;
            at += 1;
        }
    }

    const fn trim(&mut self) {
        while self.to > 0 && matches!(self.bytes[self.to - 1], b' ' | b'{' | b';' | b',') {
            self.to -= 1;
        }
        let mut at = 0;
        while at < self.to {
            if self.bytes[at] == b' ' && at == self.from {
                self.from += 1;
            } else if same_at(&self.bytes, b" = ", at) {
                self.from = at + 3;
            } else if same_at(&self.bytes, b" => ", at) {
                self.from = at + 4;
            } else if same_at(&self.bytes, b"match ", at) {
                self.from = at + 6;
            }
            at += 1;
        }
    }
}

/// Whether a mark names a strategy behind its word.
const fn names(bytes: &[u8], mode: &[u8], from: usize, to: usize) -> bool {
    let mut at = find(bytes, b" ", from, to);
    while at < to {
        let end = find(bytes, b" ", at + 1, to);
        if end - at - 1 == mode.len() && same_at(bytes, mode, at + 1) {
            return true;
        }
        at = end;
    }
    false
}

/// Where some bytes begin; the end if they are not there.
const fn find(bytes: &[u8], wanted: &[u8], from: usize, to: usize) -> usize {
    let mut at = from;
    while at + wanted.len() <= to {
        if same_at(bytes, wanted, at) {
            return at;
        }
        at += 1;
    }
    to
}

const fn same_at(bytes: &[u8], wanted: &[u8], at: usize) -> bool {
    let mut i = 0;
    while i < wanted.len() {
        if at + i >= bytes.len() || bytes[at + i] != wanted[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// Whether two texts are the same.
pub(crate) const fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && same_at(a, b, 0)
}

const fn part<const N: usize>(bytes: &[u8], from: usize) -> [u8; N] {
    let (mut part, mut i) = ([0; N], 0);
    while i < N {
        part[i] = bytes[from + i];
        i += 1;
    }
    part
}

/// Bytes that are a text.
#[expect(clippy::panic, reason = "it is called at compile time")]
pub(crate) const fn text(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => panic!("not cut between characters"),
    }
}

/// A module's name as it stands in URLs.
pub(crate) const fn kebab<const N: usize>(name: &str) -> [u8; N] {
    let (mut kebab, mut i) = (part(name.as_bytes(), 0), 0);
    while i < N {
        if kebab[i] == b'_' {
            kebab[i] = b'-';
        }
        i += 1;
    }
    kebab
}

/// The length of a text without its backticks.
pub(crate) const fn plain_len(text: &str) -> usize {
    let (bytes, mut len, mut i) = (text.as_bytes(), 0, 0);
    while i < bytes.len() {
        len += (bytes[i] != b'`') as usize;
        i += 1;
    }
    len
}

/// A text without its backticks.
pub(crate) const fn plain<const N: usize>(text: &str) -> [u8; N] {
    let (bytes, mut plain, mut i, mut to) = (text.as_bytes(), [0; N], 0, 0);
    while i < bytes.len() {
        if bytes[i] != b'`' {
            plain[to] = bytes[i];
            to += 1;
        }
        i += 1;
    }
    plain
}

/// The length of a variant's name in snake case.
pub(crate) const fn snake_len(variant: &str) -> usize {
    let (bytes, mut len, mut i) = (variant.as_bytes(), 0, 0);
    while i < bytes.len() {
        len += 1 + (i > 0 && bytes[i].is_ascii_uppercase()) as usize;
        i += 1;
    }
    len
}

/// A variant's name in snake case.
pub(crate) const fn snake<const N: usize>(variant: &str) -> [u8; N] {
    let (bytes, mut snake, mut i, mut to) = (variant.as_bytes(), [0; N], 0, 0);
    while i < bytes.len() {
        if i > 0 && bytes[i].is_ascii_uppercase() {
            snake[to] = b'_';
            to += 1;
        }
        snake[to] = bytes[i].to_ascii_lowercase();
        to += 1;
        i += 1;
    }
    snake
}

/// A program as its page shows it, and where in it tasks are suspended.
///
/// Lines that await are marked in the sources of both languages, with the same word in both:
/// `// @word` or `# @word` at the end of a line, or `/* @word */` within one. What is shown has
/// no marks. Names of strategies can stand behind the word. In Rust the line is their headline:
/// `// @gather concurrent`, or `// @ concurrent` where nothing awaits. In Python the line is theirs
/// alone: `# @each sequential`.
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
                    // What is a headline only has no word.
                    if !mark.starts_with(' ') {
                        marks.push((first + place, mark.to_owned()));
                    }
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
    mark.map(|(before, mark)| (before.trim_end(), mark, ""))
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
            let [rust, python] = entry.sources().map(Listing::of);
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
            let [rust, python] = entry.sources();
            let sources = [("rs", rust), ("py", python)];
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
            for source in entry.sources() {
                for line in Listing::of(source).text.lines() {
                    assert!(line.chars().count() <= 92, "{}: {line}", entry.slug);
                }
            }
        }
    }

    #[test]
    fn every_playground_has_a_program_and_a_page() {
        for entry in crate::Entry::all() {
            let [rust, _] = entry.sources();
            let listing = Listing::of(rust).text;
            assert!(rust.contains(PAGE), "{}", entry.slug);
            for strategy in entry.strategies() {
                let headline = strategy.headline;
                assert!(
                    listing.contains(headline) && headline.len() > 8,
                    "{}: {headline}",
                    entry.slug
                );
            }
        }
    }

    #[test]
    fn a_headline_is_the_expression_of_the_line_with_the_strategys_name() {
        let source = "\
            //! Docs.\n\
            fn f() {\n\
            \x20   let (a, _) = wait(b).await; // @wait one\n\
            \x20   for c in /* @ two */ d {\n\
            \x20       A => match gather(c).await /* @gather three four */ {\n\
            \x20   while let Some(e) = /* @next five */ next().await {\n\
            \x20   due += 1; // @ six\n\
            // The page\n\
            not(); // @ seven\n";
        let headline = |mode: &str| {
            let line = headline(source, mode.as_bytes())?;
            Some(String::from_utf8_lossy(&line.bytes[line.from..line.to]).into_owned())
        };
        for (mode, expected) in [
            ("one", Some("wait(b).await")),
            ("two", Some("for c in d")),
            ("three", Some("gather(c).await")),
            ("four", Some("gather(c).await")),
            ("five", Some("next().await")),
            ("six", Some("due += 1")),
            ("seven", None),
            ("gather", None),
        ] {
            assert_eq!(headline(mode).as_deref(), expected, "{mode}");
        }
    }
}
