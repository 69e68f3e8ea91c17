//! Colours source code: enough of Rust's and Python's grammar to tell words apart.
//!
//! Every character of the source comes out again, in order, so that what is
//! shown is the text of the file.

/// A language that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Rust.
    Rust,
    /// Python.
    Python,
}

/// What a piece of source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// Anything that is not coloured.
    Plain,
    /// A word of the language.
    Keyword,
    /// A text; in Python also a docstring.
    Text,
    /// A comment.
    Comment,
    /// A number.
    Number,
    /// The name of a function where it is defined or called.
    Function,
    /// The name of a type.
    Type,
    /// A macro call of Rust.
    Macro,
    /// An attribute of Rust, a decorator of Python.
    Attribute,
}

impl Token {
    /// The class in the style sheet; empty for what is not coloured.
    pub fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Keyword => "tk-kw",
            Self::Text => "tk-str",
            Self::Comment => "tk-com",
            Self::Number => "tk-num",
            Self::Function => "tk-fn",
            Self::Type => "tk-type",
            Self::Macro => "tk-mac",
            Self::Attribute => "tk-attr",
        }
    }
}

const RUST: &[&str] = &[
    "as", "async", "await", "break", "const", "continue", "crate", "else", "enum", "false", "fn",
    "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "type", "use", "where",
    "while",
];
const PYTHON: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// Splits source into lines of coloured pieces, without the line ends.
pub fn lines(source: &str, language: Language) -> Vec<Vec<(Token, &str)>> {
    let mut lines = vec![Vec::new()];
    let mut rest = source;
    while !rest.is_empty() {
        let (token, len) = next(rest, language);
        let (piece, after) = rest.split_at(len);
        rest = after;
        for (i, part) in piece.split('\n').enumerate() {
            if i > 0 {
                lines.push(Vec::new());
            }
            if let (false, Some(line)) = (part.is_empty(), lines.last_mut()) {
                line.push((token, part));
            }
        }
    }
    lines
}

/// The first token of `rest` and its length in bytes, at least one character.
fn next(rest: &str, language: Language) -> (Token, usize) {
    let python = language == Language::Python;
    let line = rest.find('\n').unwrap_or(rest.len());
    let comment = if python { "#" } else { "//" };
    if rest.starts_with(comment) {
        return (Token::Comment, line);
    }
    if !python && rest.starts_with("#[") {
        let end = rest[..line].rfind(']').map_or(line, |end| end + 1);
        return (Token::Attribute, end);
    }
    if python && rest.starts_with('@') {
        return (Token::Attribute, line);
    }
    let Some(first) = rest.chars().next() else {
        return (Token::Plain, rest.len());
    };
    if let Some(len) = text(rest, python) {
        return (Token::Text, len);
    }
    if first.is_ascii_digit() {
        let is_digit = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let whole = rest.find(|c| !is_digit(c)).unwrap_or(rest.len());
        // A point belongs to a number only with a digit behind it: `0.5`, but not `0..5`.
        let fraction = rest[whole..]
            .strip_prefix('.')
            .filter(|after| after.starts_with(|c: char| c.is_ascii_digit()));
        let len = fraction.map_or(whole, |after| {
            whole + 1 + after.find(|c| !is_digit(c)).unwrap_or(after.len())
        });
        return (Token::Number, len);
    }
    if first.is_ascii_alphabetic() || first == '_' {
        let len = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        return (word(&rest[..len], &rest[len..], python), len);
    }
    (Token::Plain, first.len_utf8())
}

fn word(word: &str, after: &str, python: bool) -> Token {
    let keywords = if python { PYTHON } else { RUST };
    if keywords.contains(&word) {
        Token::Keyword
    } else if !python && after.starts_with('!') && !after.starts_with("!=") {
        Token::Macro
    } else if word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.contains(|c: char| c.is_ascii_lowercase())
    {
        Token::Type
    } else if after.starts_with('(') {
        Token::Function
    } else {
        Token::Plain
    }
}

/// The length of the text literal at the start of `rest`, prefix and quotes included.
fn text(rest: &str, python: bool) -> Option<usize> {
    let prefix = rest
        .find(|c: char| !c.is_ascii_alphabetic())
        .filter(|&len| {
            let known: &[&str] = if python {
                &["", "f", "r", "b", "rb", "fr"]
            } else {
                &["", "b"]
            };
            known.contains(&&rest[..len])
        })?;
    let body = &rest[prefix..];
    let quote = body
        .chars()
        .next()
        .filter(|&c| c == '"' || (c == '\'' && python))?;
    let triple: String = std::iter::repeat_n(quote, 3).collect();
    if python && body.starts_with(&triple) {
        let end = body[3..].find(&triple).map_or(body.len(), |end| end + 6);
        return Some(prefix + end);
    }
    let mut escaped = false;
    for (i, c) in body.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' if python => return Some(prefix + i),
            c if c == quote => return Some(prefix + i + c.len_utf8()),
            _ => {}
        }
    }
    Some(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(source: &str, language: Language) -> String {
        let join =
            |line: Vec<(Token, &str)>| line.into_iter().map(|(_, piece)| piece).collect::<String>();
        lines(source, language)
            .into_iter()
            .map(join)
            .collect::<Vec<_>>()
            .join("\n")
    }

    fn classes(source: &str, language: Language) -> Vec<(Token, &str)> {
        let coloured =
            |(token, piece): &(Token, &str)| *token != Token::Plain && !piece.trim().is_empty();
        lines(source, language)
            .into_iter()
            .flatten()
            .filter(coloured)
            .collect()
    }

    #[test]
    fn rust_words() {
        use Token::*;
        assert_eq!(
            classes(
                "#[x]\nasync fn f(n: Num) { print!(\"a \\\" b\", 0.5) } // c",
                Language::Rust
            ),
            [
                (Attribute, "#[x]"),
                (Keyword, "async"),
                (Keyword, "fn"),
                (Function, "f"),
                (Type, "Num"),
                (Macro, "print"),
                (Text, "\"a \\\" b\""),
                (Number, "0.5"),
                (Comment, "// c"),
            ]
        );
        assert_eq!(
            classes("0..5", Language::Rust),
            [(Number, "0"), (Number, "5")]
        );
    }

    #[test]
    fn python_words() {
        use Token::*;
        assert_eq!(
            classes(
                "\"\"\"Doc.\nMore.\"\"\"\nawait gather(f'{x}')  # c",
                Language::Python
            ),
            [
                (Text, "\"\"\"Doc."),
                (Text, "More.\"\"\""),
                (Keyword, "await"),
                (Function, "gather"),
                (Text, "f'{x}'"),
                (Comment, "# c"),
            ]
        );
    }

    proptest! {
        #[test]
        fn nothing_is_lost(source in "[a-z\"'#\\\\/!.0-9 \n(){}é]{0,60}") {
            prop_assert_eq!(shown(&source, Language::Rust), source.clone());
            prop_assert_eq!(shown(&source, Language::Python), source);
        }
    }

    #[test]
    fn the_sources_of_all_playgrounds_come_out_whole() {
        for entry in crate::Entry::all() {
            let [rust, python] = entry.sources();
            assert_eq!(shown(rust, Language::Rust), rust);
            assert_eq!(shown(python, Language::Python), python);
        }
    }
}
