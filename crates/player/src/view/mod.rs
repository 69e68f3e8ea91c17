//! The URL's hash and the view that it stands for. Pure: no browser, no clock.
//!
//! A link shows the same run to everyone, and teachers write links by hand:
//!
//! ```text
//! #/                                            the start page
//! #/choose                                      which playground answers which question
//! #/recording                                   the page of recordings of one's own programs
//! #/lab                                         the Python lab; see `lab` for what its links hold
//! #/downloads                                   a playground with its defaults
//! #/downloads?seconds_per_mb=0.25               one number changed
//! #/downloads?files=a.zip,2;b.zip,8.5           other files: rows split by ; and columns by ,
//! #/downloads?only=concurrent&pace=instant      one strategy, without pacing
//! #/weather?seed=7                              random params, drawn from seed 7
//! #/downloads?at=3.2                            run without pacing, and shown as it was at 3.2 s
//! #/downloads?embed=1&autoplay=1                embedded in another page, run when it is seen
//! ```
//!
//! Settings that are left out have their defaults, so a link only has those that differ.
//!
//! | key | value | default |
//! |---|---|---|
//! | `only` | the strategies that run, split by `,` | those that the playground shows |
//! | `pace` | `simulated`, `instant` or `live` | `simulated` |
//! | `speed` | one of [`SPEEDS`] | `8` |
//! | `seed` | a whole number | `0`: the playground's own numbers, nothing drawn |
//! | `at` | the instant to show, in seconds; not at the live pace | none: nothing is run yet |
//! | `predict` | `1`: each run asks first what will come out | `0` |
//! | `embed` | `1`: shown in a frame of another page | `0` |
//! | `theme` | with `embed`: `light` or `dark` | the reader's |
//! | `autoplay` | with `embed`: `1`: runs when it comes into view | `0` |
//! | `panels` | with `embed`: some of [`PANELS`], split by `,` | `race` |
//! | a field of the params | see below | the first preset's; with a seed, drawn from it |
//!
//! A field whose name is one of the other keys has a prefix, as in `p.seed`.
//!
//! Values of params:
//!
//! - A number as in JSON. `2` and `2.0` differ, as they do in Python.
//! - A flag: `true` or `false`.
//! - A text without quotes. In it `+` is a space, and `%XX` any other byte of UTF-8: `%2C` a comma,
//!   `%3B` a semicolon, `%2B` a plus, `%26` an ampersand, `%25` a per cent sign.
//! - Rows: `a,1;b,2`, the columns in the order of the form. Rows within a row are in
//!   parentheses: `alice,(mail,1;chat,2);bob,(mail,3)`.
//! - A list: `0.1,0.2`; a list of lists: `0.1,0.2;0.5`.
//! - Values by name: `a:1,b:0.5`, where `%3A` is a colon within a name.
//! - `!` alone: absent. So is an empty value of an optional field, unless it is a text, and so
//!   are columns that are missing at the end of a row.
//! - `!` and JSON: exactly that value, as in `!null`.
//!
//! A link is untrusted input. [`parse`] takes any text: parts that cannot be used are
//! left out and named in a notice. Params are used as a whole or not at all, since
//! a run with half of them would be neither the sender's nor the default.

mod embed;
mod linked;
mod params;
mod problems;
#[cfg(test)]
mod tests;
mod text;

pub use embed::{Embed, FOLLOW_HEIGHT, FRAME, PANELS, THEMES, frame, page, snippet};
pub use linked::recording_files;

use crate::{DEFAULT_SPEED, Pace, SPEEDS, lab};
use interleave_playgrounds::recorded::SLUG;
use interleave_playgrounds::{Entry, Problem};
use interleave_trace::Time;
use interleave_trace::decimal;
use problems::{MAX_PROBLEMS, Problems, problem};
use serde_json::Value;
use std::borrow::Cow;
use text::{decode, quote};

/// The longest hash that is read or made, in bytes.
pub const MAX_LENGTH: usize = 256 * 1024;

/// What a link shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Route {
    /// The start page.
    Start,
    /// The page that helps to choose.
    Choose,
    /// The page of recordings of one's own programs; the link holds no recording.
    Recording,
    /// The Python lab. What the link holds for it is read by [`crate::lab`].
    Lab,
    /// A playground.
    Playground(View),
}

/// A playground with all that decides its run.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// The playground's name in URLs.
    pub slug: &'static str,
    /// Its params, without `mode`.
    pub params: Value,
    /// The seed from which random params were last drawn; 0 if they were not.
    pub seed: u64,
    /// How its time passes.
    pub pace: Pace,
    /// Virtual seconds per second of a simulated run: one of [`SPEEDS`].
    pub speed: f64,
    /// The strategies that run, in the playground's order; at least one.
    pub strategies: Vec<&'static str>,
    /// The instant of the recording that is shown; `None` at the live pace, and where nothing is run yet.
    pub at: Option<Time>,
    /// Whether each run asks first what will come out.
    pub predict: bool,
    /// How it is shown in a frame of another page, if it is in one.
    pub embed: Option<Embed>,
}

impl View {
    /// The playground with its defaults.
    pub fn of(entry: &Entry) -> Self {
        Self {
            slug: entry.slug,
            params: entry.defaults(),
            seed: 0,
            pace: Pace::default(),
            speed: DEFAULT_SPEED,
            strategies: shown(entry),
            at: None,
            predict: false,
            embed: None,
        }
    }

    /// The playground; `None` only if the slug was made up.
    pub fn entry(&self) -> Option<&'static Entry> {
        match self.slug {
            SLUG => Some(Entry::of_recording()),
            slug => Entry::find(slug),
        }
    }
}

/// The strategies that run unless the reader chooses; the first if none is marked.
fn shown(entry: &Entry) -> Vec<&'static str> {
    let shown = entry.strategies().iter().filter(|strategy| strategy.shown);
    let modes: Vec<_> = shown.map(|strategy| strategy.mode).collect();
    if modes.is_empty() {
        entry
            .strategies()
            .iter()
            .take(1)
            .map(|strategy| strategy.mode)
            .collect()
    } else {
        modes
    }
}

/// The params that a link's own are compared with: drawn from the seed, if there is one. So a link as short as `?seed=7`
/// shares a draw.
fn base(entry: &Entry, seed: u64) -> Value {
    let defaults = entry.defaults();
    let drawn = entry
        .draw
        .filter(|_| seed != 0)
        .map(|draw| draw(&defaults, seed));
    drawn
        .filter(|drawn| entry.check(drawn).is_empty())
        .unwrap_or(defaults)
}

/// Keys that are not params.
const RESERVED: [&str; 10] = [
    "only", "pace", "speed", "seed", "at", "predict", "embed", "theme", "autoplay", "panels",
];
/// The latest instant of a link, in seconds: beyond it, a number of seconds is not exact to the nanosecond.
const LATEST: f64 = 1e6;

/// The hash of a route, with its `#`.
///
/// # Errors
///
/// The params are too much for a link: it would be longer than [`MAX_LENGTH`].
pub fn format(route: &Route) -> Result<String, Problem> {
    let view = match route {
        Route::Start => return Ok("#/".to_owned()),
        Route::Choose => return Ok(["#/", CHOOSE].concat()),
        Route::Recording => return Ok(["#/", SLUG].concat()),
        Route::Lab => return Ok(["#/", lab::SLUG].concat()),
        Route::Playground(view) if view.slug == SLUG => return format(&Route::Recording),
        Route::Playground(view) => view,
    };
    let mut hash = format!("#/{}", view.slug);
    let Some(entry) = view.entry() else {
        return Ok(hash);
    };
    let mut separator = '?';
    let mut add = |key: &str, value: &str| {
        hash.extend([separator.encode_utf8(&mut [0; 4]), key, "=", value]);
        separator = '&';
    };
    if view.strategies != shown(entry) {
        add("only", &view.strategies.join(","));
    }
    if view.pace != Pace::default() {
        add("pace", view.pace.word());
    }
    if view.speed != DEFAULT_SPEED {
        add("speed", &view.speed.to_string());
    }
    if view.seed != 0 {
        add("seed", &view.seed.to_string());
    }
    if let Some(at) = view.at {
        add("at", &at.secs().to_string());
    }
    if view.predict {
        add("predict", "1");
    }
    if let Some(embed) = &view.embed {
        embed.write(&mut add);
    }
    let base = base(entry, view.seed);
    for field in (entry.fields)() {
        let value = view.params.get(field.key);
        if value != base.get(field.key) {
            let prefix = if RESERVED.contains(&field.key) {
                "p."
            } else {
                ""
            };
            add(&[prefix, field.key].concat(), &params::write(&field, value));
        }
    }
    if hash.len() > MAX_LENGTH {
        return Err(problem(
            "params",
            format!("are too much for a link ({} characters)", hash.len()),
        ));
    }
    Ok(hash)
}

/// The route of a hash, and a problem for each part that could not be used.
///
/// For any text, the route is valid and the work is bounded.
pub fn parse(hash: &str) -> (Route, Vec<Problem>) {
    let (route, problems) = parse_path(hash);
    let Route::Playground(mut view) = route else {
        return (route, problems);
    };
    let mut problems = Problems(problems);
    let hash = hash.strip_prefix('#').unwrap_or(hash);
    let query = hash.split_once('?').map_or("", |(_, query)| query);
    if hash.len() > MAX_LENGTH {
        let message =
            format!("is longer than {MAX_LENGTH} characters; only its playground is shown");
        problems.add("link", message);
    } else if let Some(entry) = view.entry() {
        settings(entry, query, &mut view, &mut problems);
    }
    (Route::Playground(view), problems.0)
}

/// As [`parse`], without the query after the question mark. Most links have none, and need no parser of numbers.
pub fn parse_path(hash: &str) -> (Route, Vec<Problem>) {
    let hash = hash.strip_prefix('#').unwrap_or(hash);
    let path = hash.split_once('?').map_or(hash, |(path, _)| path);
    let path = path.trim_matches('/');
    if path.is_empty() {
        return (Route::Start, Vec::new());
    }
    if path == CHOOSE {
        return (Route::Choose, Vec::new());
    }
    if path == SLUG {
        return (Route::Recording, Vec::new());
    }
    if path == lab::SLUG {
        return (Route::Lab, Vec::new());
    }
    let mut problems = Problems::default();
    let slug = slug(path);
    let Some(entry) = slug.as_deref().and_then(Entry::find) else {
        problems.add("link", format!("there is no playground {}", quote(path)));
        return (Route::Start, problems.0);
    };
    (Route::Playground(View::of(entry)), problems.0)
}

/// The name in links of the page that helps to choose: no playground has this name.
const CHOOSE: &str = "choose";

/// Whether a hash asks for the page that helps to choose.
pub fn is_choose(hash: &str) -> bool {
    playground(hash).is_some_and(|name| name == CHOOSE)
}

/// Whether a hash is that of the Python lab.
pub fn is_lab(hash: &str) -> bool {
    playground(hash).is_some_and(|name| name == lab::SLUG)
}

/// Whether a hash asks for the page of recordings.
pub fn is_recording(hash: &str) -> bool {
    playground(hash).is_some_and(|name| name == SLUG)
}

/// The name of the playground in a hash, whether there is one of this name or not.
pub fn playground(hash: &str) -> Option<String> {
    let hash = hash.strip_prefix('#').unwrap_or(hash);
    let path = hash.split_once('?').map_or(hash, |(path, _)| path);
    slug(path.trim_matches('/')).map(Cow::into_owned)
}

/// Whether a hash asks for the page within a frame.
pub fn is_embedded(hash: &str) -> bool {
    let query = hash.split_once('?').map_or("", |(_, query)| query);
    query.split('&').any(|pair| pair == "embed=1")
}

fn slug(path: &str) -> Option<Cow<'_, str>> {
    (path.len() <= MAX_SLUG).then(|| decode(path)).flatten()
}

/// The longest name of a playground in a link, in bytes.
const MAX_SLUG: usize = 200;

/// Reads the query, which follows the question mark.
fn settings(entry: &Entry, query: &str, view: &mut View, problems: &mut Problems) {
    let fields = (entry.fields)();
    let mut seen = Vec::new();
    let mut given = Vec::new();
    let mut embed = embed::Asked::default();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let reserved = RESERVED.iter().find(|&&reserved| reserved == key);
        let name = key.strip_prefix("p.").unwrap_or(key);
        let field = fields
            .iter()
            .find(|field| field.key == name && reserved.is_none());
        let Some(known) = reserved.copied().or(field.map(|field| field.key)) else {
            problems.add(&quote(key), "is not a setting that is known here");
            continue;
        };
        if seen.contains(&(known, field.is_some())) {
            problems.add(known, "is given twice; the first one counts");
            continue;
        }
        seen.push((known, field.is_some()));
        match (field, known) {
            (Some(field), _) => given.push((field, value)),
            (None, "only") => strategies(entry, value, view, problems),
            (None, "pace") => match Pace::ALL.iter().find(|pace| pace.word() == value) {
                Some(&pace) => view.pace = pace,
                None => {
                    let known = Pace::ALL.map(Pace::word).join(", ");
                    problems.add(
                        "pace",
                        format!("must be one of {known}, not {}", quote(value)),
                    );
                }
            },
            (None, "speed") => {
                let speed = decimal::parse(value);
                match speed.and_then(|speed| SPEEDS.iter().find(|&&known| known == speed)) {
                    Some(&speed) => view.speed = speed,
                    None => {
                        let known = SPEEDS.map(|speed| speed.to_string()).join(", ");
                        let message = format!("must be one of {known}, not {}", quote(value));
                        problems.add("speed", message);
                    }
                }
            }
            (None, "at") => match decimal::parse(value).filter(|at| (0.0..=LATEST).contains(at)) {
                Some(at) => view.at = Some(Time::from_secs(at)),
                None => {
                    let message = format!("must be an instant in seconds, not {}", quote(value));
                    problems.add("at", message);
                }
            },
            (None, "predict") => view.predict = embed::flag(known, value, problems),
            (None, key) if embed::KEYS.contains(&key) => embed.read(key, value, problems),
            (None, _) => match decimal::number(value).and_then(|seed| seed.as_u64()) {
                Some(seed) => view.seed = seed,
                None => {
                    problems.add(
                        "seed",
                        format!("must be a whole number, not {}", quote(value)),
                    );
                }
            },
        }
    }
    if view.pace == Pace::Live && view.at.take().is_some() {
        problems.add(
            "at",
            "is for runs in virtual time; a live one has to be run first",
        );
    }
    view.embed = embed.finish(problems);
    view.params = base(entry, view.seed);
    match params::read(&given, &view.params, |params| entry.check(params)) {
        Ok(params) => view.params = params,
        Err(wrong) => {
            for problem in wrong {
                problems.add(&problem.path, problem.message);
            }
            problems.add("params", "are all as they come, because of that");
        }
    }
}

fn strategies(entry: &Entry, value: &str, view: &mut View, problems: &mut Problems) {
    let value = decode(value).unwrap_or_default();
    let asked: Vec<&str> = value.split(',').take(MAX_PROBLEMS).collect();
    let known = || entry.strategies().iter().map(|strategy| strategy.mode);
    for mode in asked
        .iter()
        .filter(|&&mode| !known().any(|known| known == mode))
    {
        let list: Vec<_> = known().collect();
        problems.add(
            "only",
            format!("must name some of {}, not {}", list.join(", "), quote(mode)),
        );
    }
    let chosen: Vec<_> = known().filter(|mode| asked.contains(mode)).collect();
    if !chosen.is_empty() {
        view.strategies = chosen;
    }
}
