//! The start page: what this is, and all playgrounds.

use interleave_playgrounds::{CARDS, Section, front};
use serde_json::json;

use crate::{
    Address, Problem,
    frame::{self, frame},
    head::{START_PICTURE, Said, head},
    picture::{self, Pictures},
    template::{Page, Place, Template},
};

/// The page, with the pictures of the first playground.
pub fn page(
    template: &Template,
    address: &Address,
    pictures: &Pictures,
) -> Result<String, Problem> {
    let description = template.description();
    let said = Said {
        path: "",
        title: front::TITLE,
        description,
        picture: (START_PICTURE, front::WATCH),
        data: json!({
            "@type": "Course",
            "name": front::TITLE,
            "description": description,
            "provider": { "@type": "Organization", "name": "Interleave" },
        }),
    };
    let body = frame("start", None, |html| {
        html.element("section", &[("class", "hero")], |html| {
            html.element("div", &[], |html| {
                html.with_text("h1", &[], front::HEADING);
                html.with_text("p", &[], front::ABOUT);
                html.element("p", &[("class", "links")], |html| {
                    let first = frame::page(front::FIRST);
                    html.with_text(
                        "a",
                        &[("class", "button primary"), ("href", &first)],
                        front::WATCH,
                    );
                });
            });
            html.element("div", &[("class", "hero-race")], |html| {
                pictures.element(html, picture::Place::Start, front::WATCH);
            });
        });
        html.element("section", &[("class", "course")], |html| {
            html.with_text("h2", &[], "The course");
            html.with_text("p", &[], &front::course());
        });
        html.element("section", &[("class", "own")], |html| {
            html.with_text("h2", &[], front::RECORDING.heading);
            html.element("p", &[], |html| {
                for (text, page) in front::OWN_PROGRAM {
                    match page {
                        Some(page) => {
                            let page = frame::page(page.slug);
                            html.with_text("a", &[("href", &page)], text);
                        }
                        None => html.text(text),
                    }
                }
            });
        });
        for section in Section::ALL {
            html.element("section", &[], |html| {
                html.with_text("h2", &[], section.title());
                html.element("ul", &[("class", "cards")], |html| {
                    for card in CARDS.iter().filter(|card| card.section == section) {
                        html.element("li", &[("class", "card")], |html| {
                            // The app draws a picture there.
                            html.element("div", &[("class", "mini")], |_| {});
                            html.element("h3", &[], |html| {
                                let page = frame::page(card.slug);
                                html.with_words("a", &[("href", &page)], card.heading);
                            });
                            html.with_words("p", &[("class", "subtitle")], card.subtitle);
                            html.with_text("p", &[], card.aim);
                            html.with_text("p", &[("class", "refs")], &card.origin());
                        });
                    }
                });
            });
        }
    });
    template.page(Page {
        title: front::TITLE.to_owned(),
        description: description.to_owned(),
        head: head(address, &said),
        body,
        place: Place::Start,
    })
}
