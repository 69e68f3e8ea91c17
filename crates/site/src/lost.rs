//! `404.html`: many hosts show it for an address that does not exist. It links back to the site.

use interleave_playgrounds::front;

use crate::{
    Address, Problem,
    frame::{self, frame},
    html::Html,
    template::Template,
};

/// The page. It has no scripts: the app would not know what to show.
pub fn page(template: &Template, address: &Address) -> Result<String, Problem> {
    let (sheet, icon) = template.links()?;
    let colours = template.theme_colours()?;
    // It is shown at any depth, so the addresses in it must not depend on that. If the site's own address is unknown, this
    // holds for addresses right below it.
    let folder = address.folder().unwrap_or("./");
    let of = |path: &str| format!("{folder}{}", path.trim_start_matches("./"));
    let choose = frame::page(front::CHOOSE.slug);
    let html = Html::of(|html| {
        html.element("html", &[("lang", "en")], |html| {
            html.element("head", &[], |html| {
                html.void("meta", &[("charset", "utf-8")]);
                let policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'self'; form-action 'none'";
                html.void("meta", &[("http-equiv", "Content-Security-Policy"), ("content", policy)]);
                html.void("meta", &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")]);
                html.void("meta", &[("name", "robots"), ("content", "noindex")]);
                html.void("meta", &[("name", "color-scheme"), ("content", "light dark")]);
                for [colour, theme] in &colours {
                    html.void("meta", &[("name", "theme-color"), ("content", colour), ("media", theme)]);
                }
                html.with_text("title", &[], "Not found · Interleave");
                html.void("base", &[("href", folder)]);
                html.void("link", &[("rel", "icon"), ("href", &of(&icon))]);
                html.void("link", &[("rel", "stylesheet"), ("href", &of(&sheet))]);
            });
            html.element("body", &[], |html| {
                let page = frame("failure", None, |html| {
                    html.with_text("h1", &[], "There is no such page");
                    html.with_text("p", &[], "The address may be mistyped, or the page may have moved.");
                    html.element("p", &[("class", "links")], |html| {
                        html.with_text("a", &[("class", "button primary"), ("href", "./")], front::TITLE);
                        html.with_text("a", &[("class", "button"), ("href", &choose)], front::CHOOSE.name);
                    });
                });
                html.piece(page);
            });
        });
    });
    Ok(format!("<!doctype html>{}\n", html.markup()))
}
