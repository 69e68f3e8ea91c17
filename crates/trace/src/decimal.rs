//! Decimal numbers as they are written.

/// Reads a finite number, to the last bit: as JSON has it, and as people write it, such as `.5`, `5.`, `+5` and `007`.
///
/// JSON's parser is in the app anyway. The standard library's would add a table of 10 KB, which does not compress.
pub fn parse(text: &str) -> Option<f64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, rest) = split(digits);
    let (fraction, exponent) = rest.strip_prefix('.').map_or(("", rest), split);
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    if !exponent.is_empty()
        && (!exponent.starts_with(['e', 'E']) || exponent.ends_with(char::is_whitespace))
    {
        return None;
    }
    // JSON wants a digit on both sides of the point, and no idle zeros in front.
    let whole = whole.trim_start_matches('0');
    serde_json::from_str(&format!("{sign}{:0>1}.{:0<1}{exponent}", whole, fraction)).ok()
}

/// Digits, and what follows them.
fn split(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit());
    text.split_at(end.unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::parse;
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
            ("18446744073709551616", 18_446_744_073_709_551_616.0),
        ] {
            assert_eq!(parse(text), Some(number), "{text}");
        }
        for wrong in [
            "", ".", "-", "e5", "1e", "1 ", " 1", "1e5 ", "1.5x", "0x10", "inf", "NaN", "1e999",
            "1,5", "--1",
        ] {
            assert_eq!(parse(wrong), None, "{wrong:?}");
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
