//! Pages that are no playground's: the one that helps to choose, with its whole text, and the others with a description.

use interleave_player::view;
use interleave_playgrounds::front::{self, Own};
use interleave_playgrounds::guide::{PATTERNS, QUESTIONS, STEPS};
use interleave_playgrounds::{CARDS, Card};
use serde_json::json;

use crate::{
    Address, Problem, article,
    frame::{self, frame},
    head::{START_PICTURE, Said, head},
    html::Html,
    template::{Page, Place, Template},
};

/// One of these pages.
pub fn page(template: &Template, address: &Address, own: Own) -> Result<String, Problem> {
    let path = frame::page(own.slug);
    let said = Said {
        path: &path,
        title: own.name,
        description: own.lead,
        picture: (START_PICTURE, front::WATCH),
        data: json!({
            "@type": "WebPage",
            "name": own.name,
            "description": own.lead,
            "isPartOf": { "@type": "WebSite", "name": "Interleave", "url": address.best("") },
        }),
    };
    let mut head = head(address, &said);
    for sheet in [template.later_sheet(), &article::sheet_name()] {
        head.void("link", &[("rel", "stylesheet"), ("href", sheet)]);
    }
    let body = frame("start", Some(own.slug), |html| match own.slug {
        slug if slug == front::CHOOSE.slug => {
            html.element("div", &[("class", "choose")], |html| {
                begin(html, own);
                questions(html);
                patterns(html);
                steps(html);
            });
        }
        slug => html.element("div", &[("class", "recordings")], |html| {
            begin(html, own);
            if slug == front::RECORDING.slug {
                recorder(html);
            }
        }),
    });
    template.page(Page {
        title: format!("{} · Interleave", own.title),
        description: own.lead.to_owned(),
        head,
        body,
        place: Place::Folder(own.slug),
    })
}

fn begin(html: &mut Html, own: Own) {
    html.with_text("h1", &[], own.heading);
    html.with_text("p", &[("class", "lead")], own.lead);
}

fn questions(html: &mut Html) {
    html.element("div", &[("class", "questions")], |html| {
        for question in QUESTIONS {
            html.element("section", &[("class", "card")], |html| {
                html.with_text("h2", &[], question.question);
                html.element("dl", &[], |html| {
                    for answer in question.answers {
                        html.element("div", &[], |html| {
                            html.with_words("dt", &[], answer.when);
                            html.element("dd", &[], |html| {
                                html.words(answer.then);
                                html.text(" ");
                                link(html, answer.link);
                            });
                        });
                    }
                });
            });
        }
    });
}

fn patterns(html: &mut Html) {
    html.element("section", &[], |html| {
        let title = "The same patterns in Python, Rust and JavaScript";
        html.with_text("h2", &[("id", "patterns")], title);
        let region = [
            ("class", "table-scroll"),
            ("role", "region"),
            ("aria-labelledby", "patterns"),
            ("tabindex", "0"),
        ];
        html.element("div", &region, |html| {
            html.element("table", &[("class", "patterns")], |html| {
                html.element("thead", &[], |html| {
                    html.element("tr", &[], |html| {
                        for title in ["asyncio", "what for", "Rust", "JavaScript", "playground"] {
                            html.with_text("th", &[("scope", "col")], title);
                        }
                    });
                });
                html.element("tbody", &[], |html| {
                    for pattern in PATTERNS {
                        html.element("tr", &[], |html| {
                            html.with_words("th", &[("scope", "row")], pattern.python);
                            html.with_text("td", &[], pattern.does);
                            html.with_words("td", &[], pattern.rust);
                            html.with_words("td", &[], pattern.javascript);
                            html.element("td", &[], |html| link(html, pattern.link));
                        });
                    }
                });
            });
        });
    });
}

fn steps(html: &mut Html) {
    html.element("section", &[], |html| {
        html.with_text("h2", &[], "From sequential to concurrent, in four steps");
        html.element("ol", &[("class", "steps")], |html| {
            for step in STEPS {
                html.element("li", &[("class", "card")], |html| {
                    html.with_text("h3", &[], step.title);
                    html.with_words("p", &[], step.text);
                    html.element("p", &[("class", "links")], |html| {
                        for (word, hash) in [("Before", step.before), ("After", step.after)] {
                            let page = view::page("", hash, "");
                            html.element("a", &[("class", "button"), ("href", &page)], |html| {
                                html.text(word);
                                let of = format!(": {}", step.title);
                                html.with_text("span", &[("class", "visually-hidden")], &of);
                            });
                        }
                    });
                });
            }
        });
    });
}

/// A link to a playground, by its title.
fn link(html: &mut Html, hash: &str) {
    let page = view::page("", hash, "");
    let is_of = |card: &&Card| page.split('/').next() == Some(card.slug);
    let heading = CARDS.iter().find(is_of).map_or("", |card| card.heading);
    html.with_words("a", &[("href", &page)], heading);
}

fn recorder(html: &mut Html) {
    html.element("section", &[("class", "card how-to")], |html| {
        html.with_text("h2", &[], "Make a recording");
        html.element("ol", &[], |html| {
            for (says, command) in front::RECORDER {
                html.element("li", &[], |html| {
                    html.with_text("p", &[], says);
                    html.element("pre", &[], |html| html.with_text("code", &[], command));
                });
            }
        });
    });
}
