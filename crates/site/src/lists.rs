//! Lists of the site's pages, for machines.

use std::fmt::Write as _;

use interleave_playgrounds::{CARDS, Section, front};

use crate::{Address, frame};

/// `sitemap.xml`: the start page and all others. Its addresses are whole, so none is made if the site's own is unknown.
pub fn sitemap(address: &Address) -> Option<String> {
    let start = address.whole("")?;
    let own = front::OWN.iter().map(|own| own.slug);
    let pages = own.chain(CARDS.iter().map(|card| card.slug));
    let pages = pages.filter_map(|name| address.whole(&frame::page(name)));
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for url in std::iter::once(start).chain(pages) {
        let url = url.replace('&', "&amp;");
        // Writing to a text never fails.
        let _ = writeln!(xml, "  <url><loc>{url}</loc></url>");
    }
    Some(xml + "</urlset>\n")
}

/// `robots.txt`, which counts only at the root of a host.
pub fn robots(address: &Address) -> String {
    let sitemap = address.whole("sitemap.xml");
    let sitemap = sitemap.map(|url| format!("\nSitemap: {url}\n"));
    format!("User-agent: *\nAllow: /\n{}", sitemap.unwrap_or_default())
}

/// `llms.txt`: the site for language models, in Markdown.
pub fn llms(address: &Address) -> String {
    let mut text = format!(
        "# Interleave\n\n> {}\n\n\
         Each page below is an article: the finished race in words and as an SVG picture, totals for each strategy, and the \
         program in Python and in Rust. In a browser the page becomes a simulator in which the numbers can be changed.\n",
        front::ABOUT
    );
    for section in Section::ALL {
        let _ = writeln!(text, "\n## {}\n", section.title());
        for card in CARDS.iter().filter(|card| card.section == section) {
            let page = address.best(&frame::page(card.slug));
            let _ = writeln!(text, "- [{}]({page}): {}", card.title, card.aim);
        }
    }
    let _ = writeln!(text, "\n## {}\n", front::RECORDING.heading);
    for own in front::OWN {
        let page = address.best(&frame::page(own.slug));
        let _ = writeln!(text, "- [{}]({page}): {}", own.name, own.lead);
    }
    text
}
