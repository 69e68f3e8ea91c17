//! The Python lab: the reader's own asyncio program, run by CPython in the page and shown as a race.
//!
//! [`state`] is the program, its world and the result of its last run; [`editor`] the text field and the
//! editor that takes its place; [`output`] what the program printed; [`world`] how requests are answered; [`gallery`] programs
//! to begin with. What Python records is read as any recording is (`run::recorded`). The page that holds them is `pages::lab`.

pub mod editor;
pub mod explore;
pub mod files;
pub mod gallery;
pub mod lazy;
pub mod output;
pub mod python;
pub mod state;
pub mod world;
