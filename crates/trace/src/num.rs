//! Numbers that print as Python prints them.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A number of the params: whole or not, so that `2` and `2.0` each print as written.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Num {
    /// Written without a decimal point.
    Int(i64),
    /// Any other number.
    Float(f64),
}

impl Num {
    /// Its value.
    pub fn get(self) -> f64 {
        match self {
            Self::Int(value) => value as f64,
            Self::Float(value) => value,
        }
    }
}

impl fmt::Display for Num {
    /// As Python's `str`: shortest digits, `2.0` for a float that is whole,
    /// an exponent of two digits from 1e16 and below 1e-4.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = match self {
            Self::Int(value) => return write!(f, "{value}"),
            Self::Float(value) => *value,
        };
        let size = value.abs();
        if size != 0.0 && !(1e-4..1e16).contains(&size) {
            let digits = format!("{value:e}");
            let (mantissa, exponent) = digits.split_once('e').unwrap_or((&digits, "0"));
            let (sign, exponent) = match exponent.strip_prefix('-') {
                Some(exponent) => ('-', exponent),
                None => ('+', exponent),
            };
            write!(f, "{mantissa}e{sign}{exponent:0>2}")
        } else {
            write!(f, "{value:?}")
        }
    }
}

/// A text as Python's `repr` shows it, as in the printed list of results.
pub fn repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut shown = String::from(quote);
    for c in text.chars() {
        match c {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            '\\' => shown.push_str("\\\\"),
            c if c == quote => shown.extend(['\\', c]),
            c if is_printable(c) => shown.push(c),
            c => shown.push_str(&match c as u32 {
                code @ ..0x100 => format!("\\x{code:02x}"),
                code @ ..0x10000 => format!("\\u{code:04x}"),
                code => format!("\\U{code:08x}"),
            }),
        }
    }
    shown.push(quote);
    shown
}

/// Python's `str.isprintable`. Rust's `Debug` makes the same distinction, with the same tables; it also
/// escapes a combining mark at the start of a text, so the character is tested after
/// another one.
fn is_printable(c: char) -> bool {
    let text: String = ['x', c].iter().collect();
    let escaped = text.escape_debug().nth(1) == Some('\\');
    !escaped || matches!(c, '\'' | '"')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each pair was printed by CPython 3.11.
    #[test]
    fn numbers_print_as_in_python() {
        for (value, shown) in [
            (Num::Int(2), "2"),
            (Num::Float(2.0), "2.0"),
            (Num::Float(0.1), "0.1"),
            (Num::Float(1e16), "1e+16"),
            (Num::Float(1.5e-7), "1.5e-07"),
            (Num::Float(0.0001), "0.0001"),
            (Num::Float(1e15), "1000000000000000.0"),
            (Num::Float(-0.0), "-0.0"),
            (Num::Float(1.0e100), "1e+100"),
        ] {
            assert_eq!(value.to_string(), shown);
        }
    }

    #[test]
    fn texts_print_as_in_python() {
        for (text, shown) in [
            ("A", "'A'"),
            ("it's", "\"it's\""),
            ("both ' and \"", "'both \\' and \"'"),
            ("a\\b\n\u{1}", "'a\\\\b\\n\\x01'"),
            ("\"quoted\"\0", "'\"quoted\"\\x00'"),
            ("Zürich 東京 🌦", "'Zürich 東京 🌦'"),
            ("e\u{301} \u{301}", "'e\u{301} \u{301}'"),
            (
                "\u{a0}\u{200b}\u{3000}\u{e000}",
                "'\\xa0\\u200b\\u3000\\ue000'",
            ),
            ("\u{e0001}", "'\\U000e0001'"),
        ] {
            assert_eq!(repr(text), shown);
        }
    }
}
