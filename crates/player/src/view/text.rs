//! Texts in links: percent-encoding and decoding.

use std::borrow::Cow;

/// A piece of the link in a message, cut short.
pub(super) fn quote(text: &str) -> String {
    let text = decode(text.get(..200).unwrap_or(text)).unwrap_or(Cow::Borrowed(text));
    let mut shown: String = text.chars().take(40).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("{shown:?}")
}

/// Undoes percent-encoding, and turns `+` into a space; `None` if the result is not UTF-8.
///
/// A `%` without two hexadecimal digits stands for itself.
pub(super) fn decode(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains(['%', '+']) {
        return Some(Cow::Borrowed(text));
    }
    let digit = |byte: Option<&u8>| byte.and_then(|&byte| (byte as char).to_digit(16));
    let (bytes, mut decoded, mut i) = (text.as_bytes(), Vec::with_capacity(text.len()), 0);
    while let Some(&byte) = bytes.get(i) {
        i += 1;
        match (byte, digit(bytes.get(i)), digit(bytes.get(i + 1))) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high * 16 + low) as u8);
                i += 2;
            }
            (b'+', ..) => decoded.push(b' '),
            _ => decoded.push(byte),
        }
    }
    String::from_utf8(decoded).ok().map(Cow::Owned)
}

/// Percent-encodes every character that has a meaning in a link or that a mail program might break.
pub(super) fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b':' => {
                out.push(byte as char);
            }
            _ => {
                let digit = |value| {
                    char::from_digit(value, 16)
                        .unwrap_or('0')
                        .to_ascii_uppercase()
                };
                out.extend([
                    '%',
                    digit(u32::from(byte) >> 4),
                    digit(u32::from(byte) & 15),
                ]);
            }
        }
    }
}
