//! The built page, `index.html`: what it refers to, read and changed element by element.

use std::{
    cell::RefCell,
    fs,
    path::{Path, PathBuf},
};

use lol_html::{
    RewriteStrSettings, element,
    html_content::{ContentType, Element},
    rewrite_str,
};

use crate::failure::{Failure, Result};

/// The page of a built site.
pub struct Page {
    path: PathBuf,
    html: String,
}

impl Page {
    /// Reads the page of the site in this folder.
    pub fn read(dist: &Path) -> Result<Self> {
        let path = dist.join("index.html");
        let html = fs::read_to_string(&path)?;
        Ok(Self { path, html })
    }

    /// Writes it back.
    pub fn write(&self) -> Result {
        Ok(fs::write(&self.path, &self.html)?)
    }

    /// The values of an attribute of all elements that a selector finds, in order.
    pub fn all(&self, selector: &str, attribute: &str) -> Result<Vec<String>> {
        let found = RefCell::new(Vec::new());
        self.rewritten(selector, |element| {
            found.borrow_mut().extend(element.get_attribute(attribute));
        })?;
        Ok(found.into_inner())
    }

    /// The value of an attribute of the one element that a selector finds.
    pub fn the(&self, selector: &str, attribute: &str) -> Result<String> {
        let mut all = self.all(selector, attribute)?;
        match (all.pop(), all.pop()) {
            (Some(one), None) => Ok(one),
            (found, _) => Err(Failure::new(format!(
                "index.html has {} {selector} with {attribute}",
                if found.is_some() {
                    "more than one"
                } else {
                    "no"
                }
            ))),
        }
    }

    /// Sets an attribute of all elements that a selector finds.
    pub fn set(&mut self, selector: &str, attribute: &str, value: &str) -> Result {
        self.html = self.rewritten(selector, |element| {
            // Refused only for names that no attribute can have.
            let _ = element.set_attribute(attribute, value);
        })?;
        Ok(())
    }

    /// Puts elements before the first that a selector finds, and removes all that it finds.
    pub fn replace(&mut self, selector: &str, html: &str) -> Result {
        let first = RefCell::new(Some(html));
        self.html = self.rewritten(selector, |element| match first.take() {
            Some(html) => element.replace(html, ContentType::Html),
            None => element.remove(),
        })?;
        Ok(())
    }

    /// Puts elements behind the one that a selector finds.
    pub fn add_after(&mut self, selector: &str, html: &str) -> Result {
        self.html = self.rewritten(selector, |element| element.after(html, ContentType::Html))?;
        Ok(())
    }

    fn rewritten(&self, selector: &str, change: impl Fn(&mut Element<'_, '_>)) -> Result<String> {
        let settings = RewriteStrSettings::new().append_element_content_handler(element!(
            selector,
            |element| {
                change(element);
                Ok(())
            }
        ));
        rewrite_str(&self.html, settings)
            .map_err(|error| Failure::new(format!("index.html: {error}")))
    }
}

/// The path in the site's folder of a file that a page refers to.
pub fn file(href: &str) -> &str {
    href.trim_start_matches("./")
}
