//! Versions of tools: read from what `tool --version` prints, and compared.

use std::fmt;

/// A version as far as tools are compared by it: up to three numbers, missing ones being zero. The text is kept, since
/// "132" and "132.0.0" are the same version but not the same name.
#[derive(Clone, Debug)]
pub struct Version {
    /// The numbers, compared in order.
    numbers: [u32; 3],
    /// As it was written.
    text: String,
}

impl Version {
    /// Reads `1`, `1.2`, `1.2.3`, and longer ones such as Chromium's four numbers, of which the first three count.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('v');
        let mut numbers = [0; 3];
        for (index, part) in text.split('.').enumerate() {
            // "1.2.3-beta" and "3.13.0rc1": the number counts, what follows it does not.
            let digits = part
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(part.len());
            let number = part[..digits].parse().ok()?;
            if let Some(slot) = numbers.get_mut(index) {
                *slot = number;
            }
            if digits < part.len() {
                break;
            }
        }
        Some(Self {
            numbers,
            text: text.to_owned(),
        })
    }

    /// The first word that is a version in what a tool prints about itself: "wasm-opt version 132 (version_132)".
    pub fn in_output(output: &str) -> Option<Self> {
        output.split_whitespace().find_map(|word| {
            let word = word.strip_prefix('v').unwrap_or(word);
            word.starts_with(|c: char| c.is_ascii_digit())
                .then(|| Self::parse(word))
                .flatten()
        })
    }

    /// The first number, by which Chromium and ChromeDriver must agree.
    pub fn major(&self) -> u32 {
        self.numbers[0]
    }

    /// The second number: each minor version of Python has its own asyncio.
    pub fn minor(&self) -> u32 {
        self.numbers[1]
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.numbers == other.numbers
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        self.numbers.partial_cmp(&other.numbers)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    #[test]
    fn reads_what_tools_print() {
        let said = |output: &str| Version::in_output(output).map(|version| version.to_string());
        assert_eq!(said("trunk 0.21.14\n").as_deref(), Some("0.21.14"));
        assert_eq!(said("wasm-bindgen 0.2.130").as_deref(), Some("0.2.130"));
        assert_eq!(
            said("wasm-opt version 132 (version_132)").as_deref(),
            Some("132")
        );
        assert_eq!(said("Python 3.11.7").as_deref(), Some("3.11.7"));
        assert_eq!(
            said("Chromium 156.0.8078.79 built on Debian").as_deref(),
            Some("156.0.8078.79")
        );
        assert_eq!(said("v20.20.2").as_deref(), Some("20.20.2"));
        assert_eq!(said("no version here"), None);
    }

    #[test]
    fn compares_numbers_and_not_text() {
        assert!(version("3.9") < version("3.11"));
        assert!(version("0.21.14") > version("0.21.9"));
        assert_eq!(version("132"), version("132.0.0"));
        assert!(version("3.13.0rc1") > version("3.12.9"));
    }

    #[test]
    fn chromium_and_its_driver_agree_by_the_first_number() {
        assert_eq!(version("156.0.8078.79").major(), 156);
    }

    #[test]
    fn refuses_what_is_no_version() {
        for text in ["", "abc", "1..2", "."] {
            assert!(Version::parse(text).is_none(), "{text}");
        }
    }
}
