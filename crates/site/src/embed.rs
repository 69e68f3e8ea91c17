//! The page of a playground for frames of other sites: its picture and a link, until the frame is near the view. Then the
//! app replaces them.

use interleave_playgrounds::source;

use crate::{
    Problem,
    article::{self, Made},
    frame,
    html::Html,
    picture,
    template::{Page, Place},
};

/// The script that starts the app when the frame is near the view.
pub const SCRIPT: &str = include_str!("embed.js");

/// The name of the script's file: another one for other content.
pub fn script_name() -> String {
    format!("embed-{:016x}.js", source::fingerprint(SCRIPT))
}

/// The path of the page.
pub fn path(slug: &str) -> String {
    format!("{slug}/embed.html")
}

/// The page of a playground.
pub fn page(made: &Made<'_>) -> Result<String, Problem> {
    let Made {
        template,
        address,
        finished,
        pictures,
    } = *made;
    let card = finished.entry.card();
    let whole = frame::page(card.slug);
    let away = [
        ("href", whole.as_str()),
        ("target", "_blank"),
        ("rel", "noopener"),
    ];
    let head = Html::of(|html| {
        // The article has the same content in more words.
        if let Some(url) = address.whole(&whole) {
            html.void("link", &[("rel", "canonical"), ("href", &url)]);
        }
        html.void(
            "link",
            &[("rel", "stylesheet"), ("href", &article::sheet_name())],
        );
    });
    let body = Html::of(|html| {
        html.element("div", &[("class", "app embedded static")], |html| {
            html.element("main", &[], |html| {
                html.element("header", &[("class", "embed-head")], |html| {
                    html.with_words("h1", &[], card.heading);
                    html.element("a", &away, |html| {
                        html.text("Open in Interleave");
                        let hidden = [("class", "visually-hidden")];
                        html.with_text("span", &hidden, " (in a new tab)");
                    });
                });
                html.element("figure", &[("class", "embed-picture")], |html| {
                    // In the place of the app's controls.
                    let words =
                        "With the playground's own numbers. Those of this page come with the app.";
                    html.element("figcaption", &[], |html| html.with_text("span", &[], words));
                    pictures.element(html, picture::Place::Frame, &pictures.words);
                });
            });
        });
    });
    template.page(Page {
        title: format!("{} · Interleave", card.title),
        description: finished.entry.lead.to_owned(),
        head,
        body,
        place: Place::Frame(card.slug),
    })
}
