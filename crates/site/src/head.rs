//! The metadata of a page: for search engines, for chats that show a link, and for readers of feeds.

use serde_json::{Value, json};

use crate::{Address, html::Html, picture};

/// The picture that stands for the whole site.
pub const START_PICTURE: &str = "race.png";

/// The metadata of a page.
pub struct Said<'a> {
    /// Its path in the site; empty for the start page.
    pub path: &'a str,
    /// Its name.
    pub title: &'a str,
    /// What it is about.
    pub description: &'a str,
    /// Its picture for chats, and that picture in words.
    pub picture: (&'a str, &'a str),
    /// The structured data for search engines, to which the address is added here.
    pub data: Value,
}

/// The elements for the head of the page.
pub fn head(address: &Address, said: &Said<'_>) -> Html {
    let picture = address.best(said.picture.0);
    let (width, height) = (picture::WIDTH.to_string(), picture::HEIGHT.to_string());
    let mut data = said.data.clone();
    data["@context"] = json!("https://schema.org");
    data["image"] = json!(picture);
    data["inLanguage"] = json!("en");
    data["isAccessibleForFree"] = json!(true);
    Html::of(|html| {
        if let Some(url) = address.whole(said.path) {
            html.void("link", &[("rel", "canonical"), ("href", &url)]);
            html.void("meta", &[("property", "og:url"), ("content", &url)]);
            data["url"] = json!(url);
        }
        for (property, content) in [
            (
                "og:type",
                if said.path.is_empty() {
                    "website"
                } else {
                    "article"
                },
            ),
            ("og:site_name", "Interleave"),
            ("og:title", said.title),
            ("og:description", said.description),
            ("og:image", &picture),
            ("og:image:type", "image/png"),
            ("og:image:width", &width),
            ("og:image:height", &height),
            ("og:image:alt", said.picture.1),
        ] {
            html.void("meta", &[("property", property), ("content", content)]);
        }
        // Title, description and picture are read from the Open Graph properties above.
        html.void(
            "meta",
            &[("name", "twitter:card"), ("content", "summary_large_image")],
        );
        html.data("application/ld+json", &data);
    })
}
