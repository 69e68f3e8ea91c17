//! The address where the site will be served, which only some of the pages and files need.

use crate::Problem;

/// The address of the start page, if it is known.
#[derive(Clone, Debug)]
pub struct Address(Option<String>);

impl Address {
    /// Reads an address; an empty one means that it is unknown.
    ///
    /// # Errors
    ///
    /// It is not one of a site.
    pub fn of(url: &str) -> Result<Self, Problem> {
        if url.is_empty() {
            return Ok(Self(None));
        }
        let rest = ["https://", "http://"]
            .iter()
            .find_map(|scheme| url.strip_prefix(scheme));
        let is_right = rest.is_some_and(|rest| {
            !rest.is_empty()
                && !rest.starts_with('/')
                && !rest.contains(|c: char| {
                    c.is_whitespace() || c.is_control() || "?#\"'<>".contains(c)
                })
        });
        if !is_right {
            return Err(Problem(format!(
                "INTERLEAVE_URL must be the address of the start page, such as \
                 https://example.org/interleave/, not {url:?}"
            )));
        }
        Ok(Self(Some(format!("{}/", url.trim_end_matches('/')))))
    }

    /// The whole address of a path in the site; none if the site's own is unknown.
    pub fn whole(&self, path: &str) -> Option<String> {
        self.0.as_ref().map(|root| format!("{root}{path}"))
    }

    /// The whole address of a path in the site, or the path if the site's own address is unknown.
    pub fn best(&self, path: &str) -> String {
        self.whole(path).unwrap_or_else(|| path.to_owned())
    }

    /// The path of the site on its host, with slashes around it; none if it is unknown.
    pub fn folder(&self) -> Option<&str> {
        let root = self.0.as_deref()?;
        let host = root.split_once("://")?.1;
        host.find('/').map(|at| &host[at..])
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn addresses_end_with_a_slash() {
        for url in ["https://example.org/a/b", "https://example.org/a/b/"] {
            let address = Address::of(url).unwrap();
            let whole = address.whole("c/").unwrap();
            assert_eq!(whole, "https://example.org/a/b/c/");
            assert_eq!(address.folder(), Some("/a/b/"));
        }
        assert_eq!(Address::of("http://host").unwrap().folder(), Some("/"));
        let unknown = Address::of("").unwrap();
        assert_eq!((unknown.whole("a"), unknown.folder()), (None, None));
        assert_eq!(unknown.best("a/"), "a/");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for url in [
            "example.org",
            "https://",
            "https:///a",
            "ftp://a/",
            "https://a/?b",
            "https://a/\"",
            "https://a b/",
        ] {
            assert!(Address::of(url).is_err(), "{url}");
        }
    }
}
