//! One style sheet out of those that the page names: they all come first, so ten are nine requests too many, and what is
//! alike in them is compressed once.

use std::{fs, path::Path};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha256, Sha384};

use crate::failure::{Failure, Result};

/// Joins the style sheets of the page in this folder, in their order.
pub fn join(dist: &Path) -> Result {
    let page = dist.join("index.html");
    let html = fs::read_to_string(&page)?;
    let mut css = String::new();
    // The page before the first of them, and all that is none of them behind it.
    let (mut before, mut behind) = (None, String::new());
    let mut rest = &*html;
    while let Some(at) = rest.find("<link") {
        let end = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
        let (text, tag) = (&rest[..at], &rest[at..end]);
        rest = &rest[end..];
        behind.push_str(text);
        match sheet(tag) {
            None => behind.push_str(tag),
            Some(name) => {
                before.get_or_insert_with(|| std::mem::take(&mut behind));
                let path = dist.join(name);
                css.push_str(&fs::read_to_string(&path)?);
                fs::remove_file(path)?;
            }
        }
    }
    behind.push_str(rest);
    let before = before.ok_or_else(|| Failure::new("index.html names no style sheet"))?;

    let hash: String = Sha256::digest(&css)[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let (name, integrity) = (
        format!("style-{hash}.css"),
        BASE64_STANDARD.encode(Sha384::digest(&css)),
    );
    let link = format!("<link href=./{name} integrity=sha384-{integrity} rel=stylesheet>");
    fs::write(dist.join(name), css)?;
    Ok(fs::write(page, before + &link + &behind)?)
}

/// The file that a link names, if that is a style sheet.
fn sheet(tag: &str) -> Option<&str> {
    let mut attributes = tag
        .trim_start_matches("<link")
        .trim_end_matches(['>', '/'])
        .split_ascii_whitespace()
        .filter_map(|attribute| attribute.split_once('='))
        .map(|(name, value)| (name, value.trim_matches(['"', '\''])));
    let is_sheet = attributes.clone().any(|it| it == ("rel", "stylesheet"));
    let (_, href) = attributes.find(|(name, _)| *name == "href")?;
    is_sheet.then(|| href.trim_start_matches("./"))
}

#[cfg(test)]
mod tests {
    use super::join;
    use std::fs;

    #[test]
    fn the_sheets_become_one_in_their_order() {
        let name = format!("interleave-xtask-{}-styles", std::process::id());
        let dist = std::env::temp_dir().join(name);
        fs::create_dir_all(&dist).unwrap();
        fs::write(dist.join("a-1.css"), "a{}").unwrap();
        fs::write(dist.join("b-2.css"), "b{}").unwrap();
        let html = "<head><link href=icon.svg rel=icon><link href=./b-2.css integrity=x rel=stylesheet><meta>\
                    <link rel=\"stylesheet\" href=\"a-1.css\"/><script></script>";
        fs::write(dist.join("index.html"), html).unwrap();
        join(&dist).unwrap();
        let html = fs::read_to_string(dist.join("index.html")).unwrap();
        let left: Vec<_> = fs::read_dir(&dist)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        let sheet = left
            .iter()
            .find(|name| name.to_string_lossy().ends_with(".css"))
            .unwrap();
        let css = fs::read_to_string(dist.join(sheet)).unwrap();
        fs::remove_dir_all(&dist).unwrap();
        assert_eq!((css.as_str(), left.len()), ("b{}a{}", 2));
        let sheet = sheet.to_string_lossy();
        let link = html
            .strip_prefix("<head><link href=icon.svg rel=icon>")
            .unwrap();
        assert!(
            link.starts_with(&format!("<link href=./{sheet} integrity=sha384-")),
            "{html}"
        );
        assert!(
            link.ends_with(" rel=stylesheet><meta><script></script>"),
            "{html}"
        );
    }

    #[test]
    fn a_page_without_sheets_is_not_what_trunk_built() {
        let dist =
            std::env::temp_dir().join(format!("interleave-xtask-{}-bare", std::process::id()));
        fs::create_dir_all(&dist).unwrap();
        fs::write(dist.join("index.html"), "<head></head>").unwrap();
        let joined = join(&dist);
        fs::remove_dir_all(&dist).unwrap();
        assert!(joined.is_err());
    }
}
