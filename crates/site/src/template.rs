//! The app's own page, as the build has left it: each page is this one with other words in it. So each has the same
//! policy, styles and scripts, and the app can start in it.

use std::cell::Cell;

use lol_html::{RewriteStrSettings, element, html_content::ContentType, rewrite_str};

use crate::{Problem, html::Html};

/// What stands in a page instead of the template's own.
pub struct Page {
    /// The title.
    pub title: String,
    /// What the page is about.
    pub description: String,
    /// What is added to its head.
    pub head: Html,
    /// What stands in the place of the app until that is there; on the start page, what stands there without scripts.
    pub body: Html,
    /// The playground whose page it is, in a folder of its name; none for the start page.
    pub playground: Option<&'static str>,
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

    /// What the app's page says that it is about.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The style sheet of what the app loads after its first picture.
    pub fn later_sheet(&self) -> &str {
        &self.sheet
    }

    /// A page made of it.
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
        let place = match page.playground {
            Some(_) => "#app",
            // The app's own page belongs to many links: its words are only for those who cannot have the app.
            None => "noscript",
        };
        let readable = |element: &mut Element<'_, '_>| element.append(&body, ContentType::Html);
        let mut changes: Vec<Change<'_>> = vec![
            ("title", &titled),
            ("meta[name=description]", &described),
            (place, &readable),
        ];
        let base = |element: &mut Element<'_, '_>| {
            let policy = element.get_attribute("content").unwrap_or_default();
            let policy = policy.replace("base-uri 'none'", "base-uri 'self'");
            let _ = element.set_attribute("content", &policy);
            // Before all that refers to files. The app reads which playground it is.
            let html = Html::of(|html| {
                html.void("base", &[("href", "../")]);
                if let Some(slug) = page.playground {
                    html.void("meta", &[("name", "playground"), ("content", slug)]);
                }
            });
            element.after(&html.markup(), ContentType::Html);
        };
        if page.playground.is_some() {
            changes.push(("meta[http-equiv=Content-Security-Policy]", &base));
        }
        visit(&self.html, &changes)
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
/// What is done to the one element that a selector finds.
type Change<'a> = (&'a str, &'a dyn Fn(&mut Element<'_, '_>));

/// Changes one element for each selector. A page in which it is missing is not what the build has left.
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
