//! JSON as Python writes it: a text may contain an unpaired surrogate, which a Rust string cannot contain.

use serde::Deserialize;

/// The value of a line. Unpaired surrogates become replacement characters; only then the line is copied, to `room`.
pub fn parse<'a, T: Deserialize<'a>>(line: &'a str, room: &'a mut String) -> Result<T, String> {
    let first = match serde_json::from_str(line) {
        Ok(value) => return Ok(value),
        Err(error) => error.to_string(),
    };
    *room = replaced(line).ok_or(first)?;
    serde_json::from_str(room).map_err(|error| error.to_string())
}

/// The line with `\ufffd` for each escaped unpaired surrogate; `None` if there is none.
fn replaced(line: &str) -> Option<String> {
    let mut found = None;
    let mut rest = line;
    let mut before = 0;
    while let Some(place) = rest.find('\\') {
        let escape = &rest[place..];
        let taken = match (half(escape), escape.get(6..).and_then(half)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(_), _) => {
                let text = found.get_or_insert_with(String::new);
                let at = line.len() - escape.len();
                text.push_str(&line[before..at]);
                text.push_str("\\ufffd");
                before = at + 6;
                6
            }
            // The escaped character may be a backslash.
            (None, _) => 1 + escape.chars().nth(1).map_or(0, char::len_utf8),
        };
        rest = &escape[taken..];
    }
    let mut text = found?;
    text.push_str(&line[before..]);
    Some(text)
}

/// The surrogate of an escape at the beginning.
fn half(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let code = u32::from_str_radix(digits, 16).ok()?;
    (0xd800..=0xdfff).contains(&code).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_that_stand_alone_are_replaced_and_pairs_are_kept() {
        let parsed = |line: &str| parse::<Vec<String>>(line, &mut String::new());
        for (line, text) in [
            (r#"["\ud83d\ude42"]"#, "\u{1f642}"),
            (r#"["\ud83d"]"#, "\u{fffd}"),
            (
                r#"["é\uDC00\ud83d\ude42\ud800\ud800 \\ud800"]"#,
                "é\u{fffd}\u{1f642}\u{fffd}\u{fffd} \\ud800",
            ),
            (r#"["\\\ud800\n"]"#, "\\\u{fffd}\n"),
        ] {
            assert_eq!(
                parsed(line).as_deref(),
                Ok(&[text.to_owned()][..]),
                "{line}"
            );
        }
        for line in [
            r#"["\ud8"]"#,
            r#"["\"#,
            r#"["\ud800"#,
            r#"["\é\ud800"]"#,
            "[\"\u{1f642}",
        ] {
            assert!(parsed(line).is_err(), "{line}");
        }
    }
}
