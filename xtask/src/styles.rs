//! Makes two style sheets of those that the page names: one that the first picture waits for, and one for the code that is
//! loaded in chunks. Ten would be eight requests too many, and what is alike in them is compressed once.

use std::{fs, path::Path};

use crate::{
    failure::{Failure, Result},
    page::{self, Page},
    scripts::{hash, integrity},
};

/// The sheets that the first picture does not need, by how the names of their files begin: they come with the code of
/// chunks.
const LATER: [&str; 10] = [
    "task-",
    "results-",
    "dialogs-",
    "params-",
    "visible-range-",
    "panel-",
    "predict-",
    "course-",
    "recording-",
    "lab-",
];

/// The style sheets in the page.
const SHEETS: &str = "link[rel=stylesheet]";

/// Joins the style sheets of the page in this folder, in their order. `minify` makes a sheet smaller. Returns the name of
/// the second one.
pub fn join(
    dist: &Path,
    page: &mut Page,
    minify: impl Fn(&str) -> Result<String>,
) -> Result<String> {
    let (mut first, mut later) = (String::new(), String::new());
    for href in page.all(SHEETS, "href")? {
        let name = page::file(&href);
        let path = dist.join(name);
        let css = if LATER.iter().any(|start| name.starts_with(start)) {
            &mut later
        } else {
            &mut first
        };
        css.push_str(&fs::read_to_string(&path)?);
        fs::remove_file(path)?;
    }
    if first.is_empty() || later.is_empty() {
        return Err(Failure::new(
            "index.html names no style sheet, or none for later",
        ));
    }
    let write = |css: &str| {
        let css = minify(css)?;
        let name = format!("style-{}.css", hash(css.as_bytes()));
        fs::write(dist.join(&name), &css)?;
        Ok::<_, Failure>((name, integrity(css.as_bytes())))
    };
    let (first, integrity) = write(&first)?;
    let (later, _) = write(&later)?;
    let link = format!("<link href=\"./{first}\" integrity=\"{integrity}\" rel=\"stylesheet\">");
    page.replace(SHEETS, &link)?;
    Ok(later)
}

#[cfg(test)]
mod tests {
    use super::join;
    use crate::page::Page;
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
        let mut page = Page::read(&dist).unwrap();
        let later = join(&dist, &mut page, |css| Ok(css.to_uppercase())).unwrap();
        page.write().unwrap();
        let html = fs::read_to_string(dist.join("index.html")).unwrap();
        let read = |name: &str| fs::read_to_string(dist.join(name)).unwrap();
        let first = page.the("link[rel=stylesheet]", "href").unwrap();
        let contents = (
            read(&first),
            read(&later),
            fs::read_dir(&dist).unwrap().count(),
        );
        fs::remove_dir_all(&dist).unwrap();
        assert_eq!(contents, ("B{}A{}".to_owned(), "PANEL{}".to_owned(), 3));
        let around: Vec<_> = html
            .split(['<', '>'])
            .filter(|part| !part.is_empty())
            .collect();
        assert_eq!(around[..2], ["head", "link href=icon.svg rel=icon"]);
        assert!(
            around[2].starts_with("link href=\"./style-")
                && around[2].contains("integrity=\"sha384-")
        );
        assert_eq!(around[3..], ["meta", "script", "/script"]);
    }

    #[test]
    fn a_page_without_sheets_is_not_what_trunk_built() {
        let dist =
            std::env::temp_dir().join(format!("interleave-xtask-{}-bare", std::process::id()));
        fs::create_dir_all(&dist).unwrap();
        fs::write(dist.join("index.html"), "<head></head>").unwrap();
        let mut page = Page::read(&dist).unwrap();
        let joined = join(&dist, &mut page, |css| Ok(css.to_owned()));
        fs::remove_dir_all(&dist).unwrap();
        assert!(joined.is_err());
    }
}
