//! robots.txt: which paths of a host a program may ask for, and how long it pauses in between.
//!
//! RFC 9309, for a program that goes by the rules for all: those of `User-agent: *`.

/// The rules of a robots.txt.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Robots {
    /// Whether paths are allowed that a pattern matches.
    rules: Vec<(bool, String)>,
    /// The pause between two requests, in seconds.
    pub crawl_delay: Option<f64>,
}

impl Robots {
    /// The rules where the host did not answer: nothing is allowed.
    pub fn unknown() -> Self {
        Self {
            rules: vec![(false, "/".to_owned())],
            crawl_delay: None,
        }
    }

    /// Reads the rules; what is not understood says nothing.
    pub fn parse(text: &str) -> Self {
        let mut robots = Self::default();
        // A group begins with the programs that it is for.
        let (mut is_for_all, mut in_head) = (false, false);
        for line in text.split('\n') {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else {
                continue;
            };
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            let names = key == "user-agent";
            match &*key {
                "user-agent" => is_for_all = (in_head && is_for_all) || value == "*",
                "allow" | "disallow" if is_for_all && !value.is_empty() => {
                    robots.rules.push((key == "allow", value.to_owned()));
                }
                "crawl-delay" if is_for_all => {
                    robots.crawl_delay = seconds(value);
                }
                _ => {}
            }
            in_head = names;
        }
        robots
    }

    /// Whether a path may be asked for: the longest pattern decides, and of equal ones that which allows.
    pub fn allows(&self, path: &str) -> bool {
        let rules = self.rules.iter();
        let matching = rules.filter(|(_, pattern)| matches(pattern, path));
        let longest = matching.max_by_key(|(allows, pattern)| (pattern.len(), *allows));
        longest.is_none_or(|(allows, _)| *allows)
    }
}

/// A number of seconds such as 2 or 0.5. The parser of all that a float may be weighs half as much as the whole program.
fn seconds(text: &str) -> Option<f64> {
    /// As many digits are exact.
    const DIGITS: usize = 15;
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{part}");
    let is_number = !whole.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || whole.len() > DIGITS {
        return None;
    }
    let digits = digits.get(..DIGITS).unwrap_or(&digits);
    let places = u32::try_from(digits.len() - whole.len()).ok()?;
    Some(digits.parse::<u64>().ok()? as f64 / 10_u64.pow(places) as f64)
}

/// Whether a path begins as a pattern says: `*` is any text, and `$` in the end the end of the path.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, to_end) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = path.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    for (i, part) in parts.iter().enumerate() {
        if to_end && i + 1 == parts.len() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    !to_end || rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_pattern_decides() {
        let robots = Robots::parse(
            "# all\nUser-agent: other\nDisallow: /\n\nuser-agent: a\nUser-Agent: *\nDisallow: /private # no\n\
             Allow: /private/open\nDisallow:\nCrawl-delay: 1.5\nUser-agent: b\nDisallow: /b\nnonsense",
        );
        assert_eq!(robots.crawl_delay, Some(1.5));
        for (path, allowed) in [
            ("/", true),
            ("/b", true),
            ("/private", false),
            ("/private/x", false),
            ("/private/open/x", true),
            ("/public/private", true),
        ] {
            assert_eq!(robots.allows(path), allowed, "{path}");
        }
    }

    #[test]
    fn delays_are_numbers_of_seconds() {
        for (text, delay) in [
            ("2", Some(2.0)),
            ("0.5", Some(0.5)),
            ("3.", Some(3.0)),
            ("0.1000000000000000000000000001", Some(0.1)),
            ("999999999999999", Some(999_999_999_999_999.0)),
            ("1000000000000000", None),
            (".5", None),
            ("", None),
            ("-1", None),
            ("1e9", None),
            ("1.5s", None),
            ("1.2.3", None),
            ("\u{663}", None),
        ] {
            assert_eq!(seconds(text), delay, "{text}");
            let robots = Robots::parse(&format!("User-agent: *\nCrawl-delay: {text}"));
            assert_eq!(robots.crawl_delay, delay, "{text}");
        }
    }

    #[test]
    fn patterns_have_stars_and_ends() {
        let robots = Robots::parse("User-agent: *\nDisallow: /*.pdf$\nDisallow: /a*b/c");
        for (path, allowed) in [
            ("/x.pdf", false),
            ("/x.pdf.pdf", false),
            ("/x.pdf?y", true),
            ("/a/b/c/d", false),
            ("/ab/c", false),
            ("/a/c", true),
        ] {
            assert_eq!(robots.allows(path), allowed, "{path}");
        }
    }

    #[test]
    fn without_rules_all_is_allowed_and_without_an_answer_nothing() {
        assert!(Robots::parse("").allows("/x"));
        assert!(Robots::parse("User-agent: *\nDisallow:").allows("/x"));
        assert!(!Robots::unknown().allows("/"));
    }
}
