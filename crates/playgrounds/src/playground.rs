//! What makes a program a playground: a trait, and the macro that fills in what follows from the
//! program's own file.

use super::{Card, Claim, Field, Param, Problem};
use interleave_runtime::{Cx, Result, Schema};
use interleave_trace::Answer;
use serde_json::Value;

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

/// What a live run reaches outside of its page, which has to be made ready before it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outside {
    /// Nothing but the time.
    Nothing,
    /// A server that answers its requests.
    Network,
    /// A server for documents, and a cache that keeps them. What is found in them is in the results, as `documents`.
    Pages,
    /// Threads for its blocking work.
    Threads,
    /// A database with this table.
    Database(Schema),
    /// File storage, and a server for downloads.
    Files,
}

/// What the page of a playground can measure in the reader's browser, besides its runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Benchmark {
    /// How much faster more workers compute.
    SpeedUp,
    /// What tasks, threads and processes cost that wait.
    IoModels,
    /// What up to 100,000 sleeping tasks cost, beside plain promises.
    ManyTasks,
}

/// Draws what is random in params from a seed.
pub type Draw<P> = fn(P, u64) -> P;

/// The strategies of a program, of which each is a way to run the same work.
///
/// Most implementations are written by the macro `playground!`.
pub trait Playground: Copy + 'static {
    /// Its params: plain data, with the article's numbers as defaults.
    type Params: Param + 'static;

    /// What is said of it without running it.
    const CARD: Card;
    /// What there is to see, in a sentence or two.
    const LEAD: &'static str;
    /// Its source in Rust and in Python.
    const SOURCES: [&'static str; 2];
    /// Its strategies. The first is the one that others are compared with.
    const MODES: &'static [Self];
    /// What is said of its strategies, in the same order.
    const STRATEGIES: &'static [Strategy];

    /// The place of this strategy among all.
    fn place(self) -> usize;

    /// The fields of its params.
    fn fields() -> Vec<Field>;

    /// Sets of params; the first is the default.
    fn presets() -> Vec<(&'static str, Self::Params)>;

    /// The program itself, run by this strategy.
    fn program(self, cx: Cx, params: Self::Params)
    -> impl Future<Output = Result<Value>> + 'static;

    /// What follows from the params; `preset` is the name of the set these are, empty for none.
    fn claims(params: &Self::Params, preset: &str) -> Vec<Claim>;

    /// What is wrong with params whose fields are right one by one.
    fn problems(_: &Self::Params) -> Vec<Problem> {
        Vec::new()
    }

    /// Where its params say how long a task takes, as a JSON pointer: for tasks whose name is not
    /// that of their row, and for those that share one duration.
    fn own_duration(_task: &str) -> Option<String> {
        None
    }

    /// Of a task that is named after a row and what is done with it ("fetch page1"): the row's name, and the column that
    /// says how long the task takes.
    fn own_row(_task: &str) -> Option<(&str, &'static str)> {
        None
    }

    /// Messages of Python itself that it explains, for those who look for one.
    const MESSAGES: &'static [&'static str] = &[];

    /// What its live runs reach outside of the page.
    const OUTSIDE: Outside = Outside::Nothing;

    /// What its page can measure in the reader's browser.
    const BENCHMARK: Option<Benchmark> = None;

    /// When `main` has its result.
    const ANSWER: Answer = Answer::Return;

    /// The place of the strategy whose results are shown as cards, one a task; none where they are dull.
    const RESULT_CARDS: Option<usize> = None;

    /// Draws what is random from a seed. `None` where nothing is.
    const DRAW: Option<Draw<Self::Params>> = None;

    /// The name in params and links.
    fn name(self) -> &'static str {
        Self::STRATEGIES[self.place()].mode
    }
}

/// What follows from where a playground's file lies; the list of playgrounds says it of each.
pub(crate) trait Listed {
    /// The name in URLs.
    const SLUG: &'static str;
    /// The section whose folder it lies in.
    const SECTION: super::Section;
    /// Its source in Rust and in Python.
    const SOURCES: [&'static str; 2];
}

/// Makes the program of a file a playground: its strategies become the enum `Mode`.
///
/// The file has the program itself, `program(Cx, Mode, Params)`, and three functions about its params: `fields`,
/// `presets` and `claims`. A strategy's name in links is the variant's in snake case; its headline is the line of the
/// program with that name behind its mark, as in `// @gather concurrent`.
macro_rules! playground {
    (
        title: $title:literal,
        subtitle: $subtitle:literal,
        lead: $lead:literal,
        aim: $aim:literal,
        articles: [$($article:literal),*],
        strategies: { $($mode:ident $(($hidden:ident))?: $words:literal,)+ },
        $($key:ident: $value:expr,)*
    ) => {
        /// The strategies.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Mode {
            $(#[doc = $words] $mode,)+
        }

        /// Makes the playground's entry; what else refers to its code goes through this.
        pub fn entry() -> $crate::Entry {
            $crate::Entry::of::<Mode>()
        }

        impl $crate::Playground for Mode {
            type Params = Params;

            const CARD: $crate::Card = $crate::Card {
                slug: <Self as $crate::playground::Listed>::SLUG,
                title: {
                    use $crate::source;
                    const PLAIN: [u8; source::plain_len($title)] = source::plain($title);
                    source::text(&PLAIN)
                },
                heading: $title,
                subtitle: $subtitle,
                aim: $aim,
                section: <Self as $crate::playground::Listed>::SECTION,
                articles: &[$($article),*],
            };
            const LEAD: &'static str = $lead;
            const SOURCES: [&'static str; 2] =
                <Self as $crate::playground::Listed>::SOURCES;
            const MODES: &'static [Self] = &[$(Self::$mode),+];
            const STRATEGIES: &'static [$crate::Strategy] = &[$({
                use $crate::source;
                const VARIANT: &str = stringify!($mode);
                const NAME: [u8; source::snake_len(VARIANT)] = source::snake(VARIANT);
                const PROGRAM: &str = <Mode as $crate::playground::Listed>::SOURCES[0];
                const LINE: source::Headline = match source::headline(PROGRAM, &NAME) {
                    Some(line) => line,
                    None => panic!(concat!(
                        "no line of the program is the headline of `", stringify!($mode),
                        "`: write its name (in snake case) behind the mark of the line that makes the difference, as in `// @gather name`"
                    )),
                };
                const HEADLINE: [u8; LINE.len()] = LINE.bytes();
                const HIDDEN: &[&str] = &[$(stringify!($hidden))?];
                $crate::Strategy {
                    mode: source::text(&NAME),
                    title: $words,
                    headline: source::text(&HEADLINE),
                    shown: HIDDEN.is_empty(),
                }
            }),+];

            fn place(self) -> usize {
                self as usize
            }

            fn fields() -> Vec<$crate::Field> {
                fields()
            }

            fn presets() -> Vec<(&'static str, Params)> {
                presets()
            }

            fn program(
                self,
                cx: interleave_runtime::Cx,
                params: Params,
            ) -> impl Future<Output = interleave_runtime::Result<serde_json::Value>> + 'static {
                program(cx, self, params)
            }

            fn claims(params: &Params, preset: &str) -> Vec<$crate::Claim> {
                claims(params, preset)
            }

            $($crate::playground::option!($key $value);)*
        }
    };
}

/// What only some playgrounds say of themselves.
macro_rules! option {
    (outside $value:expr) => {
        const OUTSIDE: $crate::Outside = $value;
    };
    (benchmark $value:expr) => {
        const BENCHMARK: Option<$crate::Benchmark> = Some($value);
    };
    (messages $value:expr) => {
        const MESSAGES: &'static [&'static str] = &$value;
    };
    (answer $value:expr) => {
        const ANSWER: interleave_trace::Answer = $value;
    };
    (result_cards $value:expr) => {
        const RESULT_CARDS: Option<usize> = Some($value as usize);
    };
    (draw $value:expr) => {
        const DRAW: Option<$crate::Draw<Params>> = Some($value);
    };
    (problems $value:expr) => {
        fn problems(params: &Params) -> Vec<$crate::Problem> {
            let problems: fn(&Params) -> Vec<$crate::Problem> = $value;
            problems(params)
        }
    };
    (own_duration $value:expr) => {
        fn own_duration(task: &str) -> Option<String> {
            let own: fn(&str) -> Option<String> = $value;
            own(task)
        }
    };
    (own_row $value:expr) => {
        fn own_row(task: &str) -> Option<(&str, &'static str)> {
            let own: fn(&str) -> Option<(&str, &'static str)> = $value;
            own(task)
        }
    };
}

pub(crate) use {option, playground};
