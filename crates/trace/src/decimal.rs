//! Decimal numbers as people write them: in forms, links, answers and choices.

use serde_json::Number;
use std::borrow::Cow;

/// Reads a finite number, exact to the last bit: in the syntax of JSON, and as people write it, such as `.5`, `5.`, `+5` and
/// `007`. Pasted texts may have spaces around it, or the typographic minus.
///
/// JSON's parser is in the app anyway. The standard library's would add a table of 10 KB, which does not compress.
pub fn parse(text: &str) -> Option<f64> {
    let text = plain(text);
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(&text)),
    };
    let (whole, rest) = split(digits);
    let (fraction, exponent) = rest.strip_prefix('.').map_or(("", rest), split);
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    if !exponent.is_empty() && !exponent.starts_with(['e', 'E']) {
        return None;
    }
    // JSON requires a digit on both sides of the point, and forbids leading zeros.
    let whole = whole.trim_start_matches('0');
    serde_json::from_str(&format!("{sign}{:0>1}.{:0<1}{exponent}", whole, fraction)).ok()
}

/// Reads a number as [`parse`] does; one that is written as a whole number is exact.
pub fn number(text: &str) -> Option<Number> {
    let text = plain(text);
    let whole = text.parse::<i64>().map(Number::from);
    let whole = whole.or_else(|_| text.parse::<u64>().map(Number::from));
    let number = || parse(&text).and_then(Number::from_f64);
    whole.ok().or_else(number)
}

/// The text without the spaces around it, and with an ASCII minus.
fn plain(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    match text.strip_prefix('\u{2212}') {
        Some(digits) => Cow::Owned(format!("-{digits}")),
        None => Cow::Borrowed(text),
    }
}

/// Splits a text into leading digits and the remainder.
fn split(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit());
    text.split_at(end.unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::{number, parse};
    use proptest::prelude::*;

    #[test]
    fn takes_what_people_write_and_nothing_else() {
        for (text, number) in [
            ("0", 0.0),
            ("007", 7.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("+1.25", 1.25),
            ("-.5e-1", -0.05),
            ("1E3", 1000.0),
            (" 1 ", 1.0),
            ("\u{a0}\u{2212}1.5\n", -1.5),
            ("-0", 0.0),
            ("18446744073709551616", 18_446_744_073_709_551_616.0),
        ] {
            assert_eq!(parse(text), Some(number), "{text}");
        }
        for wrong in [
            "",
            " ",
            ".",
            "-",
            "- 1",
            "1 2",
            "1. 5",
            "e5",
            "1e",
            "1e 5",
            "\u{2212}-1",
            "1.5x",
            "0x10",
            "inf",
            "NaN",
            "1e999",
            "1,5",
            "--1",
        ] {
            assert_eq!(parse(wrong), None, "{wrong:?}");
            assert_eq!(number(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn keeps_whole_numbers_that_are_written_as_such() {
        for (text, normal) in [
            ("007", "7"),
            ("+5", "5"),
            (" -3", "-3"),
            ("\u{2212}3", "-3"),
            ("18446744073709551615", "18446744073709551615"),
            ("5.", "5.0"),
            ("1e3", "1000.0"),
            ("-.5", "-0.5"),
        ] {
            assert_eq!(number(text).unwrap().to_string(), normal, "{text}");
        }
    }

    proptest! {
        #[test]
        fn is_exact(number in proptest::num::f64::NORMAL | proptest::num::f64::ZERO) {
            for text in [format!("{number}"), format!("{number:e}")] {
                prop_assert_eq!(parse(&text).map(f64::to_bits), Some(number.to_bits()), "{}", text);
            }
        }

        #[test]
        fn agrees_with_the_standard_library(text in "[-+]?[0-9]{0,20}[.]?[0-9]{0,20}(e[-+]?[0-9]{1,2})?") {
            prop_assert_eq!(parse(&text), text.parse().ok(), "{}", text);
        }
    }
}
