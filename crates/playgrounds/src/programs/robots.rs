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
                    let delay = value.parse::<f64>().ok();
                    robots.crawl_delay = delay.filter(|delay| delay.is_finite() && *delay >= 0.0);
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
