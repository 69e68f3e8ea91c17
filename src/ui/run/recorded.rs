//! Reads recordings of the reader's own programs, in slices: a long one takes seconds, in which the page goes on.

use super::open::{UNREADABLE, refuse};
use super::open_file::OpenFile;
use crate::chunk;
use crate::ui::state::app::App;
use crate::ui::state::program::Program;
use crate::web::{self, files};
use interleave_player::Session;
use interleave_playgrounds::Entry;
use interleave_trace::recorded::{Opening, Recorded, RecordedRun};
use interleave_trace::{Index, Time, Trace, Verdict};
use leptos::prelude::*;
use std::rc::Rc;
use web_sys::Blob;

/// How much is read at once, in bytes: some milliseconds of work.
const SLICE: f64 = 262_144.0;
/// How many events are looked through at once: some milliseconds of work, too.
const EVENTS: usize = 20_000;
/// A longer file would take more memory than browsers have to give.
const MAX_BYTES: f64 = 600e6;
/// More event loops than this are not shown: each has a place on the page.
const MOST_LOOPS: usize = 200;
/// So many are shown at first.
const FIRST_LOOPS: usize = 6;

/// Reads a recording from the file of that name, and shows it. What is on the page stays until then.
pub fn open(app: App, opener: OpenFile, name: String, file: Blob) {
    if file.size() > MAX_BYTES {
        let why = format!("it has more than {} MB", MAX_BYTES / 1e6);
        return refuse(app, &name, &why);
    }
    let number = opener.begin(&name);
    let opened = async move {
        let read = async {
            let recorded = read(opener, number, &file).await?;
            Ok(Opened::of(recorded).await)
        };
        let read: Result<_, String> = read.await;
        // Another file may have been opened meanwhile, or the page closed.
        if !opener.ends(number) {
            return;
        }
        match read {
            Ok(opened) => untrack(|| opened.show(app, &name)),
            Err(why) => refuse(app, &name, &why),
        }
    };
    chunk::after(opened, || {});
}

async fn read(opener: OpenFile, number: u32, file: &Blob) -> Result<Recorded, String> {
    let mut opening = Opening::default();
    let size = file.size();
    let mut at = 0.0;
    while at < size && !opening.is_broken() {
        let to = (at + SLICE).min(size);
        let bytes = files::bytes(file, at, to).await;
        let bytes = bytes.ok_or_else(|| UNREADABLE.to_owned())?;
        opening.push(&bytes)?;
        at = to;
        if !opener.comes_on(number, at / size) {
            return Err("another file was opened".to_owned());
        }
    }
    // What follows takes a moment: first the page says so.
    web::turn().await;
    opening.finish()
}

/// A recording that has been looked through.
struct Opened {
    program: Program,
    loops: Vec<(String, String, bool)>,
    runs: Vec<(Trace, Index)>,
}

impl Opened {
    /// Looks through a recording, some of its events at a time.
    async fn of(mut recorded: Recorded) -> Self {
        let mut found = std::mem::take(&mut recorded.runs);
        let left_out = found.len().saturating_sub(MOST_LOOPS);
        found.truncate(MOST_LOOPS);
        let loops = loops(&found);
        let mut program = Program::of_recording(recorded, left_out);
        let mut runs = Vec::new();
        for run in found {
            let mut index = Index::default();
            while index.read_on(&run.trace, Time::MAX, EVENTS) == EVENTS {
                web::turn().await;
            }
            let trace = program.add(run, &index);
            runs.push((trace, index));
        }
        Self {
            program,
            loops,
            runs,
        }
    }

    /// Puts it onto its page.
    fn show(self, app: App, name: &str) {
        let entry = Entry::open_recording(self.loops);
        let program = Rc::new(self.program);
        let session = Session::of_recording(name, entry, self.runs, program, Rc::new(web::now));
        app.show(session, 0);
        // A new page starts at its top, for screen readers too.
        if let Some(main) = web::element("main") {
            let _ = main.focus();
        }
        web::scroll_to_top();
    }
}

/// The title of each event loop, the class of the loop, and whether it is shown at first: those that did not end by
/// themselves before the others.
fn loops(runs: &[RecordedRun]) -> Vec<(String, String, bool)> {
    let is_well = |run: &RecordedRun| {
        let end = run.trace.end();
        end.is_some_and(|end| end.verdict == Verdict::Completed) && run.hang.is_none()
    };
    let mut order: Vec<usize> = (0..runs.len()).collect();
    order.sort_by_key(|&place| is_well(&runs[place]));
    order.truncate(FIRST_LOOPS);
    let loop_of = |(place, run): (usize, &RecordedRun)| {
        let title = match runs.len() {
            1 => run.title.clone(),
            _ => format!("{}: {}", place + 1, run.title),
        };
        let class = run.event_loop.rsplit('.').next().unwrap_or_default();
        (title, class.to_owned(), order.contains(&place))
    };
    runs.iter().enumerate().map(loop_of).collect()
}
