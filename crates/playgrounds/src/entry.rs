//! A playground without its types, so that pages and players can hold any.

use super::{
    Benchmark, Card, Claim, Field, Outside, Param, Playground, Problem, Section, Strategy, check,
    source,
};
use interleave_runtime::Runtime;
use interleave_trace::Answer;
use serde_json::Value;

/// A named set of params. The first of a playground is its default.
#[derive(Clone, Debug)]
pub struct Preset {
    /// What readers see.
    pub name: &'static str,
    /// The params object, without `mode`.
    pub params: Value,
}

/// A playground with its params as JSON, so that all of them fit into one list.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The name in URLs, in kebab-case.
    pub slug: &'static str,
    // By functions, so that the entry of one playground does not refer to the words of all.
    card: fn() -> &'static Card,
    /// What there is to see, in a sentence or two.
    pub lead: &'static str,
    strategies: fn() -> &'static [Strategy],
    /// The fields of its params.
    pub fields: fn() -> Vec<Field>,
    /// Sets of params; the first is the default.
    pub presets: fn() -> Vec<Preset>,
    /// Draws what is random from a seed; wrong params stay as they are.
    pub draw: Option<fn(&Value, u64) -> Value>,
    /// What its live runs reach outside of the page.
    pub outside: Outside,
    /// What its page can measure in the reader's browser.
    pub benchmark: Option<Benchmark>,
    /// When `main` has its result.
    pub answer: Answer,
    /// The strategy whose results are shown as cards, one a task.
    pub result_cards: Option<&'static str>,
    /// The fingerprints of its Rust and its Python source: what a page loads must be what was compiled.
    pub fingerprints: [u64; 2],
    own_duration: fn(&str) -> Option<String>,
    own_row: fn(&str) -> Option<(&str, &'static str)>,
    check: fn(&Value) -> Vec<Problem>,
    start: fn(&Runtime, &str, &Value) -> Result<(), Problem>,
    claims: fn(&Value, &str) -> Vec<Claim>,
    #[cfg(not(target_arch = "wasm32"))]
    sources: [&'static str; 2],
}

impl Entry {
    /// The entry of a playground.
    pub const fn of<P: Playground>() -> Self {
        Self {
            slug: P::CARD.slug,
            card: || const { &P::CARD },
            lead: P::LEAD,
            strategies: || P::STRATEGIES,
            fields: P::fields,
            presets: presets::<P>,
            draw: match P::DRAW {
                Some(_) => Some(draw::<P>),
                None => None,
            },
            outside: P::OUTSIDE,
            benchmark: P::BENCHMARK,
            answer: P::ANSWER,
            result_cards: match P::RESULT_CARDS {
                Some(place) => Some(P::STRATEGIES[place].mode),
                None => None,
            },
            // At compile time: the sources must not come with it.
            fingerprints: const {
                [
                    source::fingerprint(P::SOURCES[0]),
                    source::fingerprint(P::SOURCES[1]),
                ]
            },
            own_duration: P::own_duration,
            own_row: P::own_row,
            check: |params| checked::<P>(params).err().unwrap_or_default(),
            start: start::<P>,
            claims: claims::<P>,
            #[cfg(not(target_arch = "wasm32"))]
            sources: P::SOURCES,
        }
    }

    /// The entry of programs that were recorded elsewhere: their runs are shown as those of a playground, but there is
    /// nothing to run, to set or to claim. `strategies` are the event loops of the recording that is open.
    pub(crate) const fn recorded(
        slug: &'static str,
        card: fn() -> &'static Card,
        strategies: fn() -> &'static [Strategy],
    ) -> Self {
        Self {
            slug,
            card,
            lead: "",
            strategies,
            fields: Vec::new,
            presets: || {
                vec![Preset {
                    name: "",
                    params: Value::Null,
                }]
            },
            draw: None,
            outside: Outside::Nothing,
            benchmark: None,
            answer: Answer::Return,
            result_cards: None,
            fingerprints: [0; 2],
            own_duration: |_| None,
            own_row: |_| None,
            check: |_| Vec::new(),
            start: |_, _, _| {
                Err(Problem {
                    path: "recording".to_owned(),
                    message: "cannot be run again here".to_owned(),
                })
            },
            claims: |_, _| Vec::new(),
            #[cfg(not(target_arch = "wasm32"))]
            sources: [""; 2],
        }
    }

    /// Whether it is that of a program that was recorded elsewhere.
    pub fn is_recorded(&self) -> bool {
        self.slug == super::recorded::SLUG
    }

    /// What is said of it without running it.
    pub fn card(&self) -> &'static Card {
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

    /// Its sources in Rust and in Python. In the browser pages load them when they are to be shown.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn sources(&self) -> [&'static str; 2] {
        self.sources
    }

    /// Where its source is, from the page's own place; `extension` is "rs" or "py".
    pub fn source_path(&self, extension: &str) -> String {
        format!(
            "playgrounds/{}/{}.{extension}",
            self.card().section.folder(),
            self.name()
        )
    }

    /// Whether its gauges show how many operations are in flight, too: where limits are the subject, and in whole
    /// programs, which have some.
    pub fn shows_in_flight(&self) -> bool {
        // A program that fetches pages has a gauge of its connections, which is the same.
        matches!(self.card().section, Section::Limit | Section::Programs)
            && self.outside != Outside::Pages
    }

    /// The default params.
    pub fn defaults(&self) -> Value {
        (self.presets)().swap_remove(0).params
    }

    /// The strategy with this name.
    pub fn strategy(&self, mode: &str) -> Option<&'static Strategy> {
        let mut strategies = self.strategies().iter();
        strategies.find(|strategy| strategy.mode == mode)
    }

    /// Everything that is wrong with a params object.
    pub fn check(&self, params: &Value) -> Vec<Problem> {
        (self.check)(params)
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
    ) -> Result<(), Problem> {
        (self.start)(runtime, strategy.mode, params)
    }

    /// What follows from the params; nothing if they are wrong.
    pub fn claims(&self, params: &Value) -> Vec<Claim> {
        let presets = (self.presets)();
        let preset = presets.iter().find(|preset| preset.params == *params);
        (self.claims)(params, preset.map_or("", |preset| preset.name))
    }

    /// Where its params say how long a task takes, where that does not follow from its fields.
    pub(crate) fn own_duration(&self, task: &str) -> Option<String> {
        (self.own_duration)(task)
    }

    /// The row that a task is named after, and the column that says how long it takes.
    pub(crate) fn own_row<'a>(&self, task: &'a str) -> Option<(&'a str, &'static str)> {
        (self.own_row)(task)
    }
}

/// Params as the program takes them. There is no other way to them, so nothing is derived from wrong ones.
fn checked<P: Playground>(params: &Value) -> Result<P::Params, Vec<Problem>> {
    let right = |problems: Vec<_>| match problems.is_empty() {
        true => Ok(()),
        false => Err(problems),
    };
    right(check(&P::fields(), params))?;
    let params = P::Params::read(params).ok_or_else(|| {
        vec![Problem {
            path: "params".to_owned(),
            message: "are not what the program takes".to_owned(),
        }]
    })?;
    right(P::problems(&params))?;
    Ok(params)
}

fn presets<P: Playground>() -> Vec<Preset> {
    let preset = |(name, params): (_, P::Params)| Preset {
        name,
        params: params.write(),
    };
    P::presets().into_iter().map(preset).collect()
}

fn draw<P: Playground>(params: &Value, seed: u64) -> Value {
    match (checked::<P>(params), P::DRAW) {
        (Ok(parsed), Some(draw)) => draw(parsed, seed).write(),
        _ => params.clone(),
    }
}

fn start<P: Playground>(runtime: &Runtime, mode: &str, params: &Value) -> Result<(), Problem> {
    let mut modes = P::MODES.iter();
    let Some(mode) = modes.find(|known| known.name() == mode) else {
        return Err(Problem {
            path: "mode".to_owned(),
            message: format!("{mode:?} is no strategy of this playground"),
        });
    };
    match checked::<P>(params) {
        Ok(params) => {
            runtime.start(|cx| mode.program(cx, params));
            Ok(())
        }
        Err(problems) => problems.into_iter().next().map_or(Ok(()), Err),
    }
}

fn claims<P: Playground>(params: &Value, preset: &str) -> Vec<Claim> {
    checked::<P>(params).map_or_else(|_| Vec::new(), |params| P::claims(&params, preset))
}
