//! The Python lab: the reader's own asyncio program, run by CPython in the page and shown as a race.
//!
//! [`state`] is the program, its world and the result of its last run; [`editor`] the text field and the editor that covers
//! it; [`output`] what the program printed; [`world`] how requests are answered; [`gallery`] example programs. Recordings
//! of the lab are read as any others are (`run::recorded`). The page that holds these views is `pages::lab`.

pub mod editor;
pub mod explore;
pub mod files;
pub mod gallery;
pub mod lazy;
pub mod output;
pub mod python;
pub mod state;
pub mod world;
