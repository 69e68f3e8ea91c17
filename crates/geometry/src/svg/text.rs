//! Text in a picture: escaped, and cut where there is no room. There is nothing to measure it with, so widths are
//! estimated, on the wide side.

use std::fmt::{self, Display, Write};

/// A text escaped for XML. Control characters and those that XML forbids are left out; line breaks become spaces.
pub struct Escaped<'a>(pub &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                '\n' | '\r' | '\t' => f.write_char(' ')?,
                c if c.is_control() || is_forbidden(c) => {}
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// Whether a character is not allowed in XML, or changes the direction of the text after it.
fn is_forbidden(c: char) -> bool {
    matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// About how wide a text is in a sans-serif font of this size.
pub fn width(text: &str, size: f64) -> f64 {
    text.chars().map(em).sum::<f64>() * size
}

/// How much wider bold text is.
pub const BOLD: f64 = 1.12;

/// About how wide a character is, in parts of the font's size.
fn em(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.32,
        'f' | 't' | 'r' | ' ' | '(' | ')' | '[' | ']' | '-' | '/' | '"' => 0.4,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.98,
        'A'..='Z' | '×' | '+' | '=' | '<' | '>' => 0.76,
        c if c < '\u{1100}' => 0.63,
        _ => 1.05,
    }
}

/// A text cut to fit into `room`: the middle of a long one is left out, since names often begin alike.
pub fn fit(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let tail_at = text
        .char_indices()
        .rev()
        .nth(TAIL - 1)
        .map_or(0, |(at, _)| at);
    let tail = match &text[tail_at..] {
        tail if text.chars().count() > 2 * TAIL && width(tail, size) < room * 0.6 => tail,
        _ => "",
    };
    let mut left = room - width("…", size) - width(tail, size);
    let head: String = text
        .chars()
        .take_while(|&c| {
            left -= em(c) * size;
            left > 0.0
        })
        .collect();
    format!("{}…{tail}", head.trim_end())
}

/// How many characters at the end of a long name are always shown.
const TAIL: usize = 9;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_text_and_control_characters_are_gone() {
        let hostile = "<script>&'\"\u{0}\u{7}\u{202e}\u{ffff}\n]]>";
        assert_eq!(
            Escaped(hostile).to_string(),
            "&lt;script&gt;&amp;&#39;&quot; ]]&gt;"
        );
    }

    #[test]
    fn long_names_keep_their_ends() {
        assert_eq!(fit("short", 13.0, 100.0), "short");
        let long = fit("https://example.org/a/very/long/path/item-17", 13.0, 150.0);
        assert!(long.contains('…') && long.ends_with("/item-17"), "{long}");
        assert!(width(&long, 13.0) <= 150.0);
        assert!(width(&fit(&"木".repeat(100), 13.0, 150.0), 13.0) <= 150.0);
    }
}
