//! The page of a playground: the finished race, what it shows in words, its figures and its programs.

use interleave_geometry::svg;
use interleave_playgrounds::highlight::{self, Language};
use interleave_playgrounds::{CARDS, Card, from, source, source::Listing};
use interleave_trace::export::{Race, Run};
use interleave_trace::{Stats, count, seconds};
use serde_json::json;

use crate::{
    Address, Problem,
    finished::Finished,
    frame::{self, frame},
    head::{Said, head},
    html::Html,
    oembed,
    picture::{self, Pictures},
    template::{Page, Place, Template},
};

/// The style sheet that only these pages need.
pub const SHEET: &str = include_str!("article.css");
/// Of a longer story only the first and the last sentences are shown.
const FIRST_SENTENCES: usize = 8;
const LAST_SENTENCES: usize = 4;

/// The name of the style sheet's file: another one for other content.
pub fn sheet_name() -> String {
    format!("article-{:016x}.css", source::fingerprint(SHEET))
}

/// What the pages of a playground are made of.
pub struct Made<'a> {
    /// The app's own page.
    pub template: &'a Template,
    /// Where the site will be served.
    pub address: &'a Address,
    /// Its race.
    pub finished: &'a Finished,
    /// The race, drawn.
    pub pictures: &'a Pictures,
}

/// The page of a playground.
pub fn page(made: &Made<'_>) -> Result<String, Problem> {
    let Made {
        template,
        address,
        finished,
        pictures,
    } = *made;
    let (entry, race) = (finished.entry, finished.race());
    let card = entry.card();
    let path = frame::page(card.slug);
    let preview = picture::path(card.slug, "png");
    let said = Said {
        path: &path,
        title: card.title,
        description: entry.lead,
        picture: (&preview, &pictures.words),
        data: json!({
            "@type": "LearningResource",
            "name": card.title,
            "description": entry.lead,
            "teaches": plain(card.aim),
            "learningResourceType": "interactive simulation",
            "educationalUse": "self-directed learning",
            "about": ["asyncio", "asynchronous programming", card.section.title()],
            "isPartOf": { "@type": "Course", "name": "Interleave", "url": address.best("") },
        }),
    };
    let mut head = head(address, &said);
    oembed::link(&mut head, address, card);
    head.void("link", &[("rel", "stylesheet"), ("href", &sheet_name())]);
    let body = frame("article", Some(card.slug), |html| {
        html.element("article", &[], |html| {
            self::head_of(html, finished);
            stage(html, finished, pictures);
            // Styles what follows from here on: the title and the race are shown without waiting for it.
            let later = [("rel", "stylesheet"), ("href", template.later_sheet())];
            html.void("link", &later);
            what_it_shows(html, finished, &race);
            claims(html, finished);
            programs(html, finished);
        });
        foot(html, card);
    });
    template.page(Page {
        title: format!("{} · Interleave", card.title),
        description: entry.lead.to_owned(),
        head,
        body,
        place: Place::Folder(card.slug),
    })
}

/// A text without the marks of code in it.
fn plain(words: &str) -> String {
    words.replace('`', "")
}

fn head_of(html: &mut Html, finished: &Finished) {
    let card = finished.entry.card();
    html.element("header", &[("class", "page-head")], |html| {
        html.with_words("h1", &[], card.heading);
        html.with_words("p", &[("class", "subtitle")], card.subtitle);
        // Narrow screens show two lines of the lead, as the app does, and all of it if the app does not load.
        let more = [("class", "lead-toggle"), ("aria-hidden", "true")];
        html.with_text("span", &more, "More");
        html.with_text("p", &[("class", "lead")], finished.entry.lead);
        if !card.articles.is_empty() {
            html.element(
                "ul",
                &[("class", "refs"), ("aria-label", "Articles")],
                |html| {
                    for &article in card.articles {
                        html.with_text("li", &[], &from(article));
                    }
                },
            );
        }
    });
    html.element("p", &[("class", "to-live")], |html| {
        let live = frame::live(card.slug);
        html.with_text(
            "a",
            &[("class", "button primary"), ("href", &live)],
            "Run it",
        );
        html.with_text("span", &[], "Change its numbers, and run it again.");
    });
}

/// The race, in the same place and with the same room around it as in the app.
fn stage(html: &mut Html, finished: &Finished, pictures: &Pictures) {
    let strategies = finished.entry.strategies();
    html.element("div", &[("class", "stage")], |html| {
        html.element("div", &[("class", "column")], |html| {
            html.element("div", &[("class", "first-run-place")], |_| {});
            html.element("div", &[("class", "choices")], |html| {
                if strategies.len() > 1 {
                    let list = [("class", "chips strategies"), ("aria-label", "Strategies")];
                    html.element("ul", &list, |html| {
                        for strategy in strategies {
                            let class = if strategy.shown { "chip shown" } else { "chip" };
                            html.with_text("li", &[("class", class)], strategy.title);
                        }
                    });
                }
                // Keeps room for a button of the app.
                let toggle = [("class", "chip predict-toggle"), ("aria-hidden", "true")];
                html.element("span", &toggle, |html| {
                    html.element("svg", &[("class", "icon")], |_| {});
                    html.text("Predict");
                });
            });
            html.element("figure", &[], |html| {
                pictures.element(html, picture::Place::Article, &pictures.words);
            });
        });
    });
}

fn what_it_shows(html: &mut Html, finished: &Finished, race: &Race<'_>) {
    html.element("section", &[], |html| {
        html.with_text("h2", &[], "What it shows");
        html.with_words("p", &[], finished.entry.card().aim);
        html.element("div", &scrolled("table-scroll", "Totals"), |html| {
            totals(html, race)
        });
        for (strategy, sentences) in finished.stories() {
            html.with_text("h3", &[], strategy.title);
            story(html, &sentences);
        }
    });
}

/// What narrow screens scroll can be scrolled by keys, too.
fn scrolled<'a>(class: &'a str, label: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("class", class),
        ("role", "region"),
        ("aria-label", label),
        ("tabindex", "0"),
    ]
}

/// A row for each strategy.
fn totals(html: &mut Html, race: &Race<'_>) {
    html.element("table", &[("class", "totals")], |html| {
        html.element("thead", &[], |html| {
            html.element("tr", &[], |html| {
                for title in ["Strategy", "Expression", "Takes", "Compared", "Tasks"] {
                    html.with_text("th", &[("scope", "col")], title);
                }
            });
        });
        html.element("tbody", &[], |html| {
            for run in &race.runs {
                html.element("tr", &[], |html| {
                    html.with_text("th", &[("scope", "row")], run.title);
                    html.element("td", &[], |html| html.with_text("code", &[], run.headline));
                    html.with_text("td", &[("class", "num")], &takes(run));
                    html.with_text("td", &[("class", "num")], &compared(race, run));
                    html.with_text("td", &[], &tasks(run));
                });
            }
        });
    });
}

/// How long a run takes, and how it ends if it does not complete.
fn takes(run: &Run<'_>) -> String {
    let at = seconds(run.now.secs());
    match svg::verdict(run) {
        "finished" => at,
        verdict => format!("{verdict} at {at}"),
    }
}

fn compared(race: &Race<'_>, run: &Run<'_>) -> String {
    match race.ratio(run) {
        Some(ratio) if ratio >= 1.0 => format!("{ratio:.2}× faster"),
        Some(ratio) => format!("{:.2}× slower", 1.0 / ratio),
        None => "–".to_owned(),
    }
}

/// How the tasks of a run have ended.
fn tasks(run: &Run<'_>) -> String {
    let stats = run.index.stats();
    let ended = Stats::OUTCOMES.iter().filter_map(|&outcome| {
        let ended = stats.ended_with(outcome);
        (ended > 0).then(|| format!("{} {}", count(ended), outcome.label()))
    });
    let ended: Vec<_> = ended.collect();
    match ended.is_empty() {
        true => "–".to_owned(),
        false => ended.join(", "),
    }
}

fn story(html: &mut Html, sentences: &[(f64, String)]) {
    let left_out = sentences
        .len()
        .saturating_sub(FIRST_SENTENCES + LAST_SENTENCES);
    html.element("ol", &[("class", "sentences")], |html| {
        for (place, (at, sentence)) in sentences.iter().enumerate() {
            if left_out > 1 && (FIRST_SENTENCES..FIRST_SENTENCES + left_out).contains(&place) {
                if place == FIRST_SENTENCES {
                    let words = format!("… {} more …", count(left_out));
                    html.with_text("li", &[("class", "left-out")], &words);
                }
                continue;
            }
            html.element("li", &[], |html| {
                html.with_text("time", &[], &format!("{at:.3} s"));
                html.text(" ");
                html.with_text("span", &[], sentence);
            });
        }
    });
}

fn claims(html: &mut Html, finished: &Finished) {
    let claims: Vec<_> = finished.claims().collect();
    if claims.is_empty() {
        return;
    }
    html.element("section", &[], |html| {
        html.with_text("h2", &[], "Expected and measured");
        html.element("div", &[("class", "claims")], |html| {
            for (claim, measured) in &claims {
                html.element("article", &[("class", "claim")], |html| {
                    html.with_text("h3", &[], &claim.label);
                    html.element("p", &[("class", "measured")], |html| {
                        let figure = measured.map(|measured| claim.measure.words(measured));
                        html.with_text(
                            "span",
                            &[("class", "num")],
                            figure.as_deref().unwrap_or("–"),
                        );
                    });
                    html.with_text("p", &[("class", "says")], &claim.says());
                    html.with_text("code", &[("class", "formula")], &claim.formula);
                });
            }
        });
    });
}

fn programs(html: &mut Html, finished: &Finished) {
    let [rust, python] = finished.entry.sources();
    for (language, name, source) in [
        (Language::Python, "Python", python),
        (Language::Rust, "Rust", rust),
    ] {
        html.element("section", &[], |html| {
            html.with_text("h2", &[], &format!("The program in {name}"));
            let label = format!("{name} source");
            let pre = scrolled("listing", &label);
            html.element("pre", &pre, |html| {
                html.element("code", &[], |html| {
                    code(html, &Listing::of(source).text, language)
                });
            });
        });
    }
}

/// A program in the colours of the app.
fn code(html: &mut Html, source: &str, language: Language) {
    let lines = highlight::lines(source, language);
    for (number, line) in lines.into_iter().enumerate() {
        if number > 0 {
            html.text("\n");
        }
        for (token, piece) in line {
            match token.class() {
                "" => html.text(piece),
                class => html.with_text("span", &[("class", class)], piece),
            }
        }
    }
}

/// The steps of the course before and after it.
fn foot(html: &mut Html, card: &Card) {
    let place = CARDS
        .iter()
        .position(|it| it.slug == card.slug)
        .unwrap_or_default();
    let step = |html: &mut Html, card: &Card, rel: &str, word: &str| {
        let page = frame::page(card.slug);
        html.element(
            "a",
            &[("class", rel), ("rel", rel), ("href", &page)],
            |html| {
                html.with_text("span", &[("class", "muted small")], word);
                html.with_words("strong", &[], card.heading);
                if rel == "next" {
                    html.with_words("span", &[("class", "small")], card.aim);
                }
            },
        );
    };
    html.element(
        "nav",
        &[("class", "course-foot"), ("aria-label", "Course")],
        |html| {
            if let Some(before) = place.checked_sub(1).and_then(|place| CARDS.get(place)) {
                step(html, before, "prev", "Previous");
            }
            let words = format!("{} of {}", place + 1, CARDS.len());
            html.with_text("p", &[("class", "muted small")], &words);
            if let Some(after) = CARDS.get(place + 1) {
                step(html, after, "next", "Next");
            }
        },
    );
}
