//! Two style sheets out of those that the page names: one that the first picture waits for, and one for what comes later.
//! Ten would be eight requests too many, and what is alike in them is compressed once.

use std::{fs, path::Path};

use crate::{
    failure::{Failure, Result},
    scripts::{hash, integrity},
};

/// The sheets of what is not there at first, by how the names of their files begin: a page shows it when the rest of the app
/// has come (`ui::Later`), and `start.js` loads them before that.
const LATER: [&str; 4] = ["params-", "visible-range-", "panel-", "predict-"];

/// Joins the style sheets of the page in this folder, in their order. `minify` makes a sheet smaller.
pub fn join(dist: &Path, minify: impl Fn(&str) -> Result<String>) -> Result {
    let page = dist.join("index.html");
    let html = fs::read_to_string(&page)?;
    let (mut first, mut later) = (String::new(), String::new());
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
                let is_later = LATER.iter().any(|start| name.starts_with(start));
                let css = if is_later { &mut later } else { &mut first };
                css.push_str(&fs::read_to_string(&path)?);
                fs::remove_file(path)?;
            }
        }
    }
    behind.push_str(rest);
    let before = before.ok_or_else(|| Failure::new("index.html names no style sheet"))?;

    let (first, later) = (minify(&first)?, minify(&later)?);
    let name = |css: &str| format!("style-{}.css", hash(css.as_bytes()));
    let links = format!(
        "<link href=./{} integrity={} rel=stylesheet><meta content=./{} name=style>",
        name(&first),
        integrity(first.as_bytes()),
        name(&later)
    );
    for css in [first, later] {
        fs::write(dist.join(name(&css)), css)?;
    }
    Ok(fs::write(page, before + &links + &behind)?)
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
    fn the_sheets_become_two_in_their_order() {
        let name = format!("interleave-xtask-{}-styles", std::process::id());
        let dist = std::env::temp_dir().join(name);
        fs::create_dir_all(&dist).unwrap();
        fs::write(dist.join("a-1.css"), "a{}").unwrap();
        fs::write(dist.join("b-2.css"), "b{}").unwrap();
        fs::write(dist.join("panel-3.css"), "panel{}").unwrap();
        let html = "<head><link href=icon.svg rel=icon><link href=./b-2.css integrity=x rel=stylesheet><meta>\
                    <link href=panel-3.css rel=stylesheet><link rel=\"stylesheet\" href=\"a-1.css\"/><script></script>";
        fs::write(dist.join("index.html"), html).unwrap();
        join(&dist, |css| Ok(css.to_uppercase())).unwrap();
        let html = fs::read_to_string(dist.join("index.html")).unwrap();
        let (mut sheets, mut left) = (Vec::new(), 0);
        for entry in fs::read_dir(&dist).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            left += 1;
            if name.ends_with(".css") {
                sheets.push((fs::read_to_string(dist.join(&name)).unwrap(), name));
            }
        }
        fs::remove_dir_all(&dist).unwrap();
        sheets.sort();
        let [(first, first_name), (later, later_name)] = &*sheets else {
            panic!("two sheets, not {sheets:?}");
        };
        assert_eq!(
            (first.as_str(), later.as_str(), left),
            ("B{}A{}", "PANEL{}", 3)
        );
        let link = html
            .strip_prefix("<head><link href=icon.svg rel=icon>")
            .unwrap();
        assert!(
            link.starts_with(&format!("<link href=./{first_name} integrity=sha384-")),
            "{html}"
        );
        assert!(
            link.ends_with(&format!(
                " rel=stylesheet><meta content=./{later_name} name=style><meta><script></script>"
            )),
            "{html}"
        );
    }

    #[test]
    fn a_page_without_sheets_is_not_what_trunk_built() {
        let dist =
            std::env::temp_dir().join(format!("interleave-xtask-{}-bare", std::process::id()));
        fs::create_dir_all(&dist).unwrap();
        fs::write(dist.join("index.html"), "<head></head>").unwrap();
        let joined = join(&dist, |css| Ok(css.to_owned()));
        fs::remove_dir_all(&dist).unwrap();
        assert!(joined.is_err());
    }
}
