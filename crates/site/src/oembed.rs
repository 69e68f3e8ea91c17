//! The data that a host requests to show a playground when its address is pasted there: `oembed.json` of each playground,
//! as specified by [oEmbed](https://oembed.com/). All its addresses are whole, so there is none if the site's own is
//! unknown.

use interleave_player::view;
use interleave_playgrounds::Card;
use serde_json::{Value, json};

use crate::{Address, finished::Finished, frame, height, html::Html, picture};

/// The path of the data.
pub fn path(slug: &str) -> String {
    format!("{slug}/oembed.json")
}

/// The link to the data, in the head of an article.
pub fn link(head: &mut Html, address: &Address, card: &Card) {
    if let Some(url) = address.whole(&path(card.slug)) {
        let attributes = [
            ("rel", "alternate"),
            ("type", "application/json+oembed"),
            ("title", card.title),
            ("href", url.as_str()),
        ];
        head.void("link", &attributes);
    }
}

/// The data.
pub fn answer(address: &Address, finished: &Finished) -> Option<Value> {
    let card = finished.entry.card();
    let (site, thumbnail) = (address.whole("")?, picture::path(card.slug, "png"));
    let frame = view::page(
        &site,
        &format!("{}?embed=1", frame::live(card.slug)),
        view::FRAME,
    );
    let height = height::of(finished);
    Some(json!({
        "version": "1.0",
        "type": "rich",
        "title": card.title,
        "provider_name": "Interleave",
        "provider_url": site,
        "html": view::frame(&frame, &format!("Playground: {}", card.title), height),
        "width": height::WIDTH,
        "height": height,
        "thumbnail_url": address.whole(&thumbnail)?,
        "thumbnail_width": picture::WIDTH,
        "thumbnail_height": picture::HEIGHT,
    }))
}
