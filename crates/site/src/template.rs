//! The app's own page, as the build has left it: each page is this one with other content. So all have the same policy,
//! styles and scripts, and the app can start in each.

use std::cell::{Cell, RefCell};

use lol_html::{RewriteStrSettings, element, html_content::ContentType, rewrite_str};

use crate::{Problem, embed, html::Html};

/// What a page has instead of the template's own content.
pub struct Page {
    /// The title.
    pub title: String,
    /// What the page is about.
    pub description: String,
    /// What is added to its head.
    pub head: Html,
    /// The static content that is shown until the app has started.
    pub body: Html,
    /// The path of the page.
    pub place: Place,
}

/// The path of a page, and when the app replaces it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The start page.
    Start,
    /// A page in a folder of the name that it has in links.
    Folder(&'static str),
    /// The page for frames, in the same folder: the app is not loaded before the frame is near the view.
    Frame(&'static str),
}

/// The app's own page.
pub struct Template {
    html: String,
    description: String,
    sheet: String,
}

impl Template {
    /// Reads the page of a built site.
    pub fn of(html: &str) -> Result<Self, Problem> {
        let (chunks, description) = (Cell::default(), Cell::default());
        visit(
            html,
            &[
                ("meta[name=chunks]", &|element| {
                    chunks.set(element.get_attribute("content").unwrap_or_default());
                }),
                ("meta[name=description]", &|element| {
                    description.set(element.get_attribute("content").unwrap_or_default());
                }),
            ],
        )?;
        // The attribute's text is markup: quotes in it may be entities.
        let chunks: String = chunks.into_inner();
        let chunks = chunks.replace("&quot;", "\"");
        let chunks: serde_json::Value = serde_json::from_str(&chunks)
            .map_err(|error| Problem(format!("index.html: chunks: {error}")))?;
        let files = chunks["page"].as_array().into_iter().flatten();
        let mut sheets = files
            .filter_map(|file| file.as_str())
            .filter(|file| file.ends_with(".css"));
        let sheet = sheets
            .next()
            .ok_or_else(|| Problem("index.html: chunks: no style sheet of pages".to_owned()))?;
        Ok(Self {
            html: html.to_owned(),
            description: description.into_inner(),
            sheet: sheet.to_owned(),
        })
    }

    /// The description of the app's page.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The style sheet that the app loads after its first picture.
    pub fn later_sheet(&self) -> &str {
        &self.sheet
    }

    /// A page made from it.
    pub fn page(&self, page: Page) -> Result<String, Problem> {
        let (head, body) = (page.head.markup(), page.body.markup());
        let title = Html::of(|html| html.text(&page.title)).markup();
        let titled = |element: &mut Element<'_, '_>| {
            element.set_inner_content(&title, ContentType::Html);
        };
        let described = |element: &mut Element<'_, '_>| {
            // Refused only for names that no attribute can have.
            let _ = element.set_attribute("content", &page.description);
            element.after(&head, ContentType::Html);
        };
        let name = match page.place {
            Place::Start => None,
            Place::Folder(name) | Place::Frame(name) => Some(name),
        };
        let readable = |element: &mut Element<'_, '_>| element.append(&body, ContentType::Html);
        let mut changes: Vec<Change<'_>> = vec![
            ("title", &titled),
            ("meta[name=description]", &described),
            ("#app", &readable),
        ];
        let base = |element: &mut Element<'_, '_>| {
            let policy = element.get_attribute("content").unwrap_or_default();
            let policy = policy.replace("base-uri 'none'", "base-uri 'self'");
            let _ = element.set_attribute("content", &policy);
            // Before all that refers to files. boot.js reads from it which page this is.
            let html = Html::of(|html| {
                html.void("base", &[("href", "../")]);
                let mut meta = vec![("name", "page"), ("content", name.unwrap_or_default())];
                if matches!(page.place, Place::Frame(_)) {
                    meta.push(("data-embed", "1"));
                }
                html.void("meta", &meta);
            });
            element.after(&html.markup(), ContentType::Html);
        };
        if name.is_some() {
            changes.push(("meta[http-equiv=Content-Security-Policy]", &base));
        }
        // What the browser would load at once gets another attribute: on a page with something to read, styles come first.
        // boot.js restores the attribute if the link asks for something else, start.js loads the files after the first
        // paint, and in frames crates/site/src/embed.js does so when the frame is near the view.
        let later = |element: &mut Element<'_, '_>| {
            let rel = element.get_attribute("rel").unwrap_or_default();
            element.remove_attribute("rel");
            let _ = element.set_attribute("data-rel", &rel);
        };
        let script = embed::script_name();
        let start = |element: &mut Element<'_, '_>| {
            for (name, value) in [("type", "text/plain"), ("id", "start")] {
                let _ = element.set_attribute(name, value);
            }
            let html = Html::of(|html| {
                let attributes = [("type", "module"), ("src", script.as_str())];
                html.element("script", &attributes, |_| {});
            });
            element.after(&html.markup(), ContentType::Html);
        };
        changes.extend([
            ("#app-wasm", &later as &dyn Fn(&mut Element<'_, '_>)),
            ("#app-js", &later),
        ]);
        if matches!(page.place, Place::Frame(_)) {
            changes.push(("script[type=module]", &start));
        }
        visit(&self.html, &changes)
    }

    /// The colours of the browser around the page, each with the theme that it is for.
    pub fn theme_colours(&self) -> Result<Vec<[String; 2]>, Problem> {
        let found = RefCell::new(Vec::new());
        let settings = RewriteStrSettings::new().append_element_content_handler(element!(
            "meta[name=theme-color]",
            |element| {
                let value = |name| element.get_attribute(name).unwrap_or_default();
                found.borrow_mut().push(["content", "media"].map(value));
                Ok(())
            }
        ));
        rewrite_str(&self.html, settings)
            .map_err(|error| Problem(format!("index.html: {error}")))?;
        Ok(found.into_inner())
    }

    /// The style sheet of the first picture, and the icon.
    pub fn links(&self) -> Result<(String, String), Problem> {
        let (sheet, icon) = (Cell::default(), Cell::default());
        visit(
            &self.html,
            &[
                ("link[rel=stylesheet]", &|element| {
                    sheet.set(element.get_attribute("href").unwrap_or_default());
                }),
                ("link[rel=icon]", &|element| {
                    icon.set(element.get_attribute("href").unwrap_or_default());
                }),
            ],
        )?;
        Ok((sheet.into_inner(), icon.into_inner()))
    }
}

type Element<'a, 'b> = lol_html::html_content::Element<'a, 'b>;
/// A change to the one element that a selector finds.
type Change<'a> = (&'a str, &'a dyn Fn(&mut Element<'_, '_>));

/// Changes one element for each selector. A page without such an element is not what the build makes.
fn visit(html: &str, changes: &[Change<'_>]) -> Result<String, Problem> {
    let found = vec![Cell::new(0); changes.len()];
    let mut settings = RewriteStrSettings::new();
    for ((selector, change), found) in changes.iter().zip(&found) {
        settings = settings.append_element_content_handler(element!(*selector, |element| {
            found.set(found.get() + 1);
            change(element);
            Ok(())
        }));
    }
    let rewritten =
        rewrite_str(html, settings).map_err(|error| Problem(format!("index.html: {error}")))?;
    for ((selector, _), found) in changes.iter().zip(&found) {
        if found.get() != 1 {
            let count = found.get();
            return Err(Problem(format!("index.html has {count} {selector}, not 1")));
        }
    }
    Ok(rewritten)
}
