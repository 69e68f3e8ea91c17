//! The playgrounds: programs of five articles about asyncio, each with its params, form and claims.
//!
//! - [`Playground`]: what makes a program one, and the macro `playground!` that derives most of it
//! - [`for_each_playground`]: the list, made from the lines `pub mod NAME;` in each section's `mod.rs`
//! - [`Card`]: what the menu says; [`CARDS`] is all of it, without any code
//! - [`Entry`]: a playground without its types, for pages and players
//! - [`Field`], [`check()`]: the form of params, and what is wrong with them
//! - [`Claim`], [`Measure`]: figures that follow from params, and where in a run they are found
//! - [`Lever`]: which value of the params says how long a task takes
//! - [`recorded`]: the entry of a program that was recorded elsewhere
//! - [`find()`]: playgrounds by title, name or error message
//! - [`front`]: what the start page says
//! - [`guide`]: which playground answers which question
//! - [`highlight`]: colours source code
//! - [`source`]: the code panel's text, its marks and headlines
//! - [`start`], [`coordinate`], [`limit`], [`resources`], [`blocking`], [`programs`]: the sections, in each folder
//!   `NAME.rs` and `NAME.py`
//!
//! CONTRIBUTING.md says how to add a playground.

mod card;
mod check;
mod claims;
pub mod blocking;
pub mod coordinate;
mod entry;
mod find;
mod form;
pub mod front;
mod grants;
pub mod guide;
pub mod highlight;
mod lever;
pub mod limit;
mod list;
mod measure;
mod params;
mod playground;
pub mod programs;
pub mod recorded;
pub mod resources;
mod sites;
pub mod source;
pub mod start;
#[cfg(test)]
mod tests;
mod vary;
#[cfg(test)]
mod words;

pub use card::{ARTICLES, Card, Section, from, pieces};
pub use check::{Problem, check};
pub use claims::{Claim, Figures, in_turn, terms, with_permits};
pub use entry::{Entry, Preset};
pub use find::{Found, find};
pub use form::{Field, FieldKind, List, MAX_ROWS, MAX_SECONDS, Map, Rows};
pub use lever::{Lever, in_pointer, step};
pub use list::{CARDS, slug};
pub use measure::Measure;
pub use params::Param;
pub use playground::{Benchmark, Draw, Outside, Playground, Strategy};

pub use interleave_trace::num::{Num, repr};

/// What the pages of playgrounds are written with.
mod page {
    pub(crate) use crate::params::{map_of, params};
    pub(crate) use crate::playground::playground;
    pub use crate::{
        Benchmark, Claim, Field, FieldKind, Figures, List, MAX_ROWS, Map, Measure, Outside,
        Playground, Problem, Rows, in_pointer, in_turn, terms, with_permits,
    };
    pub use interleave_trace::time::Time;
    pub use interleave_trace::{Outcome, seconds};
}
