//! The page. Components are wiring; what they show is made elsewhere.
//!
//! In reading order:
//!
//! - `app`: [`App`], the state that components share
//! - `shell`: frame, menu, notices, keys
//! - `lasting`: state that outlives those who read it
//! - `later`: what a first visit can do without
//! - `start`: the start page
//! - `page`: a playground's page; `controls` above it
//! - `replay`: what says whether one sees a run or its recording; `axis`: the slider over it
//! - `embed`: the same in a frame of another page
//! - `predict`: what is asked before a run
//! - `share`: links, and what puts a playground into another page; `drop`: the menus
//! - `export`, `open`: what a race is exported as; recordings that are opened
//! - `race`: axis, lanes, loop strip; `gauges` under the lanes; `painter` draws them on `paper`, `overlay` what is over them
//! - `scope`: the stretch of time that they show; `overview`, `gestures`: how it is changed
//! - `sift`: which lanes are shown; `squeeze`: all of them in little room, drawn by `density`
//! - `touch`, `handle`: a bar is taken by its end; `step_in`: a task is cancelled, or fails, by hand
//! - `card`: what there is to know of a task; `path`: the critical path
//! - `claims`, `results`: what the article says; what came out
//! - `params`: the form; `place`: where its values stand; `collections`: lists and maps in it
//! - `lit`: code and time, linked both ways
//! - `panel`: code, log, story, tasks, numbers, comparison in tabs
//! - `telling`: what is read out to those who do not see it

mod app;
mod axis;
mod card;
mod claims;
mod code;
mod collections;
mod compare;
mod controls;
mod density;
mod drop;
mod embed;
mod export;
mod foresee;
mod gauges;
mod gestures;
mod handle;
mod hint;
mod icon;
mod keys;
mod lanes;
mod lasting;
mod later;
mod legend;
mod lit;
mod log;
mod look;
mod notice;
mod numbers;
mod open;
mod overlay;
mod overview;
mod page;
mod painter;
mod panel;
mod paper;
mod params;
mod path;
mod place;
mod predict;
mod race;
mod replay;
mod results;
mod rows;
mod scope;
mod share;
mod shell;
mod shown;
mod sift;
mod squeeze;
mod start;
mod step_in;
mod story;
mod surface;
mod tasks;
mod telling;
mod theme;
mod touch;

pub use app::{App, Notice, Tone};
pub use shell::Shell;
