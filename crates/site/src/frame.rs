//! The frame around every page: menu and brand, in the markup and styles of the app, so that little moves when the app
//! replaces it.

use interleave_playgrounds::{CARDS, Section, front};

use crate::html::Html;

/// The bars of the brand: place and size.
const BARS: [[&str; 5]; 3] = [
    ["b1", "1", "4", "13", "4"],
    ["b2", "6", "10", "17", "4"],
    ["b3", "3", "16", "10", "4"],
];

/// A page with its menu: a list of all pages if it is one of them, else only the brand.
pub fn frame(class: &str, here: Option<&str>, write: impl FnOnce(&mut Html)) -> Html {
    Html::of(|html| {
        html.element("div", &[("class", "app static")], |html| {
            html.element(
                "nav",
                &[("class", "menu"), ("aria-label", "Playgrounds")],
                |html| {
                    html.element("div", &[("class", "menu-bar")], brand);
                    if let Some(here) = here {
                        menu(html, here);
                    }
                },
            );
            html.element("main", &[("class", class)], write);
        });
    })
}

fn brand(html: &mut Html) {
    html.element("a", &[("class", "brand"), ("href", "./")], |html| {
        html.element(
            "svg",
            &[("viewBox", "0 0 24 24"), ("aria-hidden", "true")],
            |html| {
                for [class, x, y, width, height] in BARS {
                    let place = [("x", x), ("y", y), ("width", width), ("height", height)];
                    let [x, y, width, height] = place;
                    html.element(
                        "rect",
                        &[("class", class), x, y, width, height, ("rx", "2")],
                        |_| {},
                    );
                }
            },
        );
        html.text("Interleave");
    });
}

fn menu(html: &mut Html, here: &str) {
    html.element("div", &[("class", "menu-body")], |html| {
        html.element("div", &[("class", "menu-find")], |_| {});
        html.element("div", &[("class", "menu-list")], |html| {
            html.element("ul", &[], |html| {
                for own in front::OWN {
                    item(html, own.slug, own.name, here);
                }
            });
            for section in Section::ALL {
                html.with_text("h2", &[], section.title());
                html.element("ul", &[], |html| {
                    for card in CARDS.iter().filter(|card| card.section == section) {
                        item(html, card.slug, card.title, here);
                    }
                });
            }
        });
    });
}

fn item(html: &mut Html, name: &str, title: &str, here: &str) {
    let href = page(name);
    let mut attributes = vec![("href", href.as_str())];
    if name == here {
        attributes.push(("aria-current", "page"));
    }
    html.element("li", &[], |html| html.with_text("a", &attributes, title));
}

/// The page of this name in links, as a path from the site's own folder.
pub fn page(slug: &str) -> String {
    format!("{slug}/")
}

/// The same in the app.
pub fn live(slug: &str) -> String {
    format!("#/{slug}")
}
