//! Which sites a live run may ask.

use crate::Problem;

/// The most sites that one run asks.
const MOST: usize = 50;

/// What is wrong with the URLs, in a list of rows, of a run that asks the sites themselves.
// In each of the few playgrounds that need it, rather than in the main module.
#[inline(always)]
pub(crate) fn problems<'a>(
    list: &str,
    urls: impl ExactSizeIterator<Item = &'a str>,
) -> Vec<Problem> {
    let problem = |path: String, message: String| Problem { path, message };
    let (mut problems, count) = (Vec::new(), urls.len());
    if count > MOST {
        let message = format!("at most {MOST} sites can be asked, not {count}");
        problems.push(problem(list.to_owned(), message));
    }
    for (i, url) in urls.enumerate().take(MOST) {
        if let Err(why) = site(url) {
            problems.push(problem(format!("{list}[{i}].url"), why.to_owned()));
        }
    }
    problems
}

/// Whether a site may be asked for this URL: it must be of the web, and hold no password.
#[inline(always)]
fn site(url: &str) -> Result<(), &'static str> {
    let is_web = |scheme: &str| {
        let mut known = ["http", "https"].iter();
        known.any(|web| scheme.eq_ignore_ascii_case(web))
    };
    match url.split_once("://").filter(|(scheme, _)| is_web(scheme)) {
        None => Err("must begin with http:// or https://"),
        Some((_, rest)) => {
            let host = rest.split(['/', '?', '#', '\\']).next().unwrap_or("");
            match (host.is_empty(), host.contains('@')) {
                (true, _) => Err("must name a host"),
                (_, true) => Err("must not hold a user name or a password"),
                _ => Ok(()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Entry, Problem};
    use serde_json::json;

    fn problems(urls: &[&str]) -> Vec<String> {
        let page = |url| json!({"url": url, "latency": 1, "bytes": 1});
        let pages: Vec<_> = urls.iter().map(page).collect();
        let entry = Entry::find("fetch-urls").expect("it is listed");
        let found = entry.check(&json!({"urls": pages, "real": true}));
        found.iter().map(Problem::to_string).collect()
    }

    #[test]
    fn only_the_web_is_asked_and_no_password_is_sent() {
        let fine = ["https://example.org", "HTTP://localhost:8080/a?b@c#d"];
        assert_eq!(problems(&fine), Vec::<String>::new());
        let wrong = [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://",
            "http://a:b@c.org/",
        ];
        assert_eq!(
            problems(&wrong),
            [
                "urls[0].url: must begin with http:// or https://",
                "urls[1].url: must begin with http:// or https://",
                "urls[2].url: must name a host",
                "urls[3].url: must not hold a user name or a password",
            ]
        );
        let many = ["https://example.org"; 51];
        assert_eq!(
            problems(&many),
            ["urls: at most 50 sites can be asked, not 51"]
        );
    }
}
