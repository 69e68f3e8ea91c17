//! The playgrounds: each a program of the articles, with its params, page and claims.
//!
//! A playground is one `.rs` file that implements [`Playground`], the same
//! program in a `.py` file beside it, and one line in [`for_each_playground`](crate::for_each_playground). Its form, URL,
//! tests, place in the menu and exports follow.

mod check;
mod claims;
pub mod coordinate;
mod form;
mod lever;
pub mod limit;
mod list;
mod measure;
pub mod source;
pub mod start;
#[cfg(test)]
mod tests;

pub use check::{Problem, check};
pub use claims::{Claim, in_turn, terms};
pub use form::{Field, FieldKind, List, MAX_ROWS, MAX_SECONDS, Map, Rows};
pub use lever::{Lever, in_pointer, step};
pub use list::CARDS;
pub use measure::Measure;

pub use interleave_trace::num::{Num, repr};

use interleave_runtime::{Cx, Result, Runtime};
use interleave_trace::Answer;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The titles of the articles, by number.
pub const ARTICLES: [&str; 5] = [
    "26. Asynchronous Programming in Python",
    "Better Python: Async/Await and Concurrent Programming",
    "Python Async Programming - Essential Guide",
    "Asynchronous Programming in Python",
    "Async Programming in Python: A Practical Guide",
];

/// A part of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// What concurrency is.
    Start,
    /// Who waits for whom, and what becomes of the others.
    Coordinate,
    /// Not too much at once: permits, tokens, queues, pauses.
    Limit,
}

impl Section {
    /// All sections in the order of the menu.
    pub const ALL: [Self; 3] = [Self::Start, Self::Coordinate, Self::Limit];

    /// The heading in the menu.
    pub fn title(self) -> &'static str {
        match self {
            Self::Start => "Start here",
            Self::Coordinate => "Coordinate",
            Self::Limit => "Limit",
        }
    }

    /// The folder of its playgrounds, beside this file and on the site.
    fn folder(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Coordinate => "coordinate",
            Self::Limit => "limit",
        }
    }
}

/// What a playground's page says besides its run.
#[derive(Clone, Copy, Debug)]
pub struct Card {
    /// The name in URLs, in kebab-case.
    pub slug: &'static str,
    /// The heading.
    pub title: &'static str,
    /// What there is to see, in a sentence or two.
    pub lead: &'static str,
    /// Where in the menu it stands.
    pub section: Section,
    /// The articles whose program this is: places in [`ARTICLES`].
    pub articles: &'static [usize],
    /// The strategy whose results are shown as cards, one a task; `None` where results are dull.
    pub cards: Option<&'static str>,
    /// This file. Empty in the browser, where pages load it when it is to be shown.
    pub rust: &'static str,
    /// The same program in Python; empty in the browser too.
    pub python: &'static str,
}

impl Card {
    /// Sources weigh as much as what is compiled from them, and few are read in one visit.
    const fn without_sources_in_the_browser(mut self) -> Self {
        if cfg!(target_arch = "wasm32") {
            (self.rust, self.python) = ("", "");
        }
        self
    }
}

/// One way to run the same work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strategy {
    /// The name in params and links.
    pub mode: &'static str,
    /// The heading of its lanes.
    pub title: &'static str,
    /// The expression that makes the difference, as it stands in the source.
    pub headline: &'static str,
    /// Whether it runs unless the reader chooses otherwise.
    pub shown: bool,
}

impl Strategy {
    /// A strategy that runs unless the reader chooses otherwise: its name, title and headline.
    pub const fn shown(mode: &'static str, title: &'static str, headline: &'static str) -> Self {
        Self {
            mode,
            title,
            headline,
            shown: true,
        }
    }

    /// A strategy that runs if the reader chooses it.
    pub const fn hidden(mode: &'static str, title: &'static str, headline: &'static str) -> Self {
        Self {
            shown: false,
            ..Self::shown(mode, title, headline)
        }
    }
}

/// A named set of params. The first of a playground is its default.
#[derive(Clone, Debug)]
pub struct Preset {
    /// What readers see.
    pub name: &'static str,
    /// The params object, without `mode`.
    pub params: Value,
}

/// Draws what is random in params from a seed.
pub type Draw<P> = fn(P, u64) -> P;

/// A program of an article as a playground.
pub trait Playground: 'static {
    /// Its params: plain data, with the article's numbers as defaults.
    type Params: Serialize + DeserializeOwned + 'static;

    /// What its page says.
    const CARD: Card;
    /// The ways to run it. The first is the slow one that others are compared with.
    const STRATEGIES: &'static [Strategy];

    /// The fields of its params.
    fn fields() -> Vec<Field>;

    /// Sets of params; the first is the default.
    fn presets() -> Vec<(&'static str, Self::Params)>;

    /// The program itself, for one of its strategies.
    fn program(
        cx: Cx,
        mode: &'static str,
        params: Self::Params,
    ) -> impl Future<Output = Result<Value>> + 'static;

    /// What follows from the params; `preset` is the name of the set these are, if they are one.
    fn claims(params: &Self::Params, preset: Option<&str>) -> Vec<Claim>;

    /// What is wrong with params whose fields are right one by one.
    fn problems(_: &Self::Params) -> Vec<Problem> {
        Vec::new()
    }

    /// Where its params say how long a task takes, as a JSON pointer: for tasks whose name is not
    /// that of their row, and for those that share one duration.
    fn own_duration(_task: &str) -> Option<String> {
        None
    }

    /// Whether it sends requests, which a live run needs somebody to answer.
    const FETCHES: bool = false;

    /// When `main` has what it waits for.
    const ANSWER: Answer = Answer::Return;

    /// Draws what is random from a seed. `None` where nothing is.
    const DRAW: Option<Draw<Self::Params>> = None;
}

/// A playground with its params as JSON, so that all of them fit into one list.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The name in URLs, in kebab-case.
    pub slug: &'static str,
    // By functions, so that whoever shows one playground does not refer to the words of all.
    card: fn() -> Card,
    strategies: fn() -> &'static [Strategy],
    /// The fields of its params.
    pub fields: fn() -> Vec<Field>,
    /// Sets of params; the first is the default.
    pub presets: fn() -> Vec<Preset>,
    /// Draws what is random from a seed.
    pub draw: Option<fn(&Value, u64) -> Value>,
    /// Whether it sends requests, which a live run needs somebody to answer.
    pub fetches: bool,
    /// When `main` has what it waits for.
    pub answer: Answer,
    /// The fingerprints of its Rust and its Python source: what a page loads must be what was compiled.
    pub fingerprints: [u64; 2],
    own_duration: fn(&str) -> Option<String>,
    problems: fn(&Value) -> Vec<Problem>,
    start: fn(&Runtime, &'static str, &Value) -> std::result::Result<(), Problem>,
    claims: fn(&Value, Option<&str>) -> Vec<Claim>,
}

impl Entry {
    /// The entry of a playground.
    pub const fn of<P: Playground>() -> Self {
        Self {
            slug: P::CARD.slug,
            card: || const { P::CARD.without_sources_in_the_browser() },
            strategies: || P::STRATEGIES,
            fields: P::fields,
            presets: presets::<P>,
            draw: match P::DRAW {
                Some(_) => Some(draw::<P>),
                None => None,
            },
            fetches: P::FETCHES,
            answer: P::ANSWER,
            fingerprints: [
                source::fingerprint(P::CARD.rust),
                source::fingerprint(P::CARD.python),
            ],
            own_duration: P::own_duration,
            problems: problems::<P>,
            start: start::<P>,
            claims: claims::<P>,
        }
    }

    /// What its page says.
    pub fn card(&self) -> Card {
        (self.card)()
    }

    /// The ways to run it. The first is the one that others are compared with.
    pub fn strategies(&self) -> &'static [Strategy] {
        (self.strategies)()
    }

    /// The name in traces, with underscores.
    pub fn name(&self) -> String {
        self.slug.replace('-', "_")
    }

    /// Where its source is, from the page's own place; `extension` is "rs" or "py".
    pub fn source_path(&self, extension: &str) -> String {
        format!(
            "playgrounds/{}/{}.{extension}",
            self.card().section.folder(),
            self.name()
        )
    }

    /// Whether its gauges show how many operations are in flight, too: where limits are the subject.
    pub fn shows_in_flight(&self) -> bool {
        self.card().section == Section::Limit
    }

    /// The default params.
    pub fn defaults(&self) -> Value {
        (self.presets)().swap_remove(0).params
    }

    /// The strategy with this name.
    pub fn strategy(&self, mode: &str) -> Option<&'static Strategy> {
        self.strategies()
            .iter()
            .find(|strategy| strategy.mode == mode)
    }

    /// Everything that is wrong with a params object.
    pub fn check(&self, params: &Value) -> Vec<Problem> {
        let problems = check(&(self.fields)(), params);
        if problems.is_empty() {
            return (self.problems)(params);
        }
        problems
    }

    /// Starts the program in a runtime.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with the params.
    pub fn start(
        &self,
        runtime: &Runtime,
        strategy: &Strategy,
        params: &Value,
    ) -> std::result::Result<(), Problem> {
        match self.check(params).into_iter().next() {
            Some(problem) => Err(problem),
            None => (self.start)(runtime, strategy.mode, params),
        }
    }

    /// What follows from the params; nothing if they are wrong.
    pub fn claims(&self, params: &Value) -> Vec<Claim> {
        let presets = (self.presets)();
        let preset = presets.iter().find(|preset| preset.params == *params);
        (self.claims)(params, preset.map(|preset| preset.name))
    }
}

fn parse<P: Playground>(params: &Value) -> std::result::Result<P::Params, Problem> {
    P::Params::deserialize(params).map_err(|error| Problem {
        path: "params".to_owned(),
        message: error.to_string(),
    })
}

fn presets<P: Playground>() -> Vec<Preset> {
    let preset = |(name, params)| Preset {
        name,
        params: serde_json::to_value(params).unwrap_or_default(),
    };
    P::presets().into_iter().map(preset).collect()
}

fn draw<P: Playground>(params: &Value, seed: u64) -> Value {
    match (parse::<P>(params), P::DRAW) {
        (Ok(parsed), Some(draw)) => serde_json::to_value(draw(parsed, seed)).unwrap_or_default(),
        _ => params.clone(),
    }
}

fn start<P: Playground>(
    runtime: &Runtime,
    mode: &'static str,
    params: &Value,
) -> std::result::Result<(), Problem> {
    let params = parse::<P>(params)?;
    runtime.start(|cx| P::program(cx, mode, params));
    Ok(())
}

fn problems<P: Playground>(params: &Value) -> Vec<Problem> {
    parse::<P>(params).map_or_else(|problem| vec![problem], |params| P::problems(&params))
}

fn claims<P: Playground>(params: &Value, preset: Option<&str>) -> Vec<Claim> {
    parse::<P>(params).map_or_else(|_| Vec::new(), |params| P::claims(&params, preset))
}
