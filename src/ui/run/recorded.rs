//! Reads recordings of the reader's own programs, in slices: a long one takes seconds, in which the page stays responsive.

use super::open::{UNREADABLE, refuse};
use super::open_file::OpenFile;
use crate::chunk;
use crate::ui::state::app::{App, Tone};
use crate::ui::state::program::{Pair, Program, Side};
use crate::web::{self, files, own_file};
use interleave_player::Session;
use interleave_player::view::recording_files;
use interleave_playgrounds::Entry;
use interleave_trace::recorded::{
    Compared, Difference, Opening, Recorded, RecordedRun, differences, findings_by_kind,
    pair_loops, without_counterpart,
};
use interleave_trace::{Index, Time, Trace, Verdict, sort_by};
use leptos::prelude::*;
use std::rc::Rc;
use std::sync::Arc;
use web_sys::Blob;

/// How much is read at once, in bytes: some milliseconds of work.
const SLICE: f64 = 262_144.0;
/// How many events are processed at once: some milliseconds of work, too.
const EVENTS: usize = 20_000;
/// The largest file, in bytes: a larger one would take more memory than browsers have to give.
const MAX_BYTES: f64 = 600e6;
/// The most event loops that are shown: each takes room on the page.
const MOST_LOOPS: usize = 200;
/// How many are shown at first.
const FIRST_LOOPS: usize = 6;

/// Where files come from, and where they are shown.
#[derive(Clone, Copy, PartialEq)]
enum From {
    /// The reader has given them.
    Reader {
        /// They are compared with the recording that is open.
        beside: bool,
    },
    /// The address names them.
    Link,
}

/// Reads a recording from the file of that name, and shows it; or two, which are compared. `beside`: it is compared with the
/// one that is open. What is on the page stays until then.
pub fn open(app: App, opener: OpenFile, files: Vec<(String, Blob)>, beside: bool) {
    let number = opener.begin(&names(&files));
    chunk::after(
        read_and_show(app, opener, number, files, From::Reader { beside }),
        || {},
    );
}

/// Opens the recordings that the address names, if it does. They are files of this site.
pub fn open_linked(app: App, opener: OpenFile) {
    let files = match recording_files(&web::hash()) {
        Ok(files) if files.is_empty() => return,
        Ok(files) => files,
        Err(why) => {
            let text = format!("This link cannot be followed: {why}.");
            return app.notices.add(Tone::Error, text);
        }
    };
    let number = opener.begin(&files.join("” and “"));
    let opened = async move {
        let mut loaded = Vec::new();
        for name in files {
            match own_file::load(&name).await {
                Ok(file) => loaded.push((name, file)),
                Err(why) => {
                    if opener.ends(number) {
                        refuse(app, &name, &why);
                    }
                    return;
                }
            }
        }
        read_and_show(app, opener, number, loaded, From::Link).await;
    };
    chunk::after(opened, || {});
}

fn names(files: &[(String, Blob)]) -> String {
    let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
    names.join("” and “")
}

async fn read_and_show(
    app: App,
    opener: OpenFile,
    number: u32,
    files: Vec<(String, Blob)>,
    from: From,
) {
    let read = read_all(opener, number, &files).await;
    let opened = match read {
        Ok(read) => Ok(prepare(app, read, from == From::Reader { beside: true }).await),
        Err(why) => Err(why),
    };
    // Another file may have been opened meanwhile, or the page closed.
    if !opener.ends(number) {
        return;
    }
    match opened {
        Ok(opened) => untrack(|| opened.show(app, from == From::Link)),
        Err((name, why)) => refuse(app, &name, &why),
    }
}

/// Reads files. The error has the name of the first file that cannot be read, and why.
async fn read_all(
    opener: OpenFile,
    number: u32,
    files: &[(String, Blob)],
) -> Result<Vec<Side>, (String, String)> {
    let all: f64 = files.iter().map(|(_, file)| file.size()).sum();
    let mut before = 0.0;
    let mut read = Vec::new();
    for (name, file) in files {
        if file.size() > MAX_BYTES {
            let why = format!("it has more than {} MB", MAX_BYTES / 1e6);
            return Err((name.clone(), why));
        }
        let set_progress = |at: f64| opener.set_progress(number, (before + at) / all);
        let recorded = read_file(file, set_progress).await;
        let recorded = recorded.map_err(|why| (name.clone(), why))?;
        before += file.size();
        read.push(Side {
            name: String::new(),
            from: name.clone(),
            recorded: Rc::new(recorded),
        });
    }
    Ok(read)
}

async fn read_file(file: &Blob, set_progress: impl Fn(f64) -> bool) -> Result<Recorded, String> {
    let mut opening = Opening::default();
    let size = file.size();
    let mut at = 0.0;
    while at < size && !opening.is_broken() {
        let to = (at + SLICE).min(size);
        let bytes = files::bytes(file, at, to).await;
        let bytes = bytes.ok_or_else(|| UNREADABLE.to_owned())?;
        opening.push(&bytes)?;
        at = to;
        if !set_progress(at) {
            return Err("another file was opened".to_owned());
        }
    }
    // The next step takes a moment: the page is painted first.
    web::turn().await;
    opening.finish()
}

/// Analyses what was read, and compares two recordings.
async fn prepare(app: App, mut read: Vec<Side>, beside: bool) -> Opened {
    let open = untrack(|| {
        app.runs
            .session(|session| Program::of(session?)?.sides.last().cloned())
    });
    if let Some(open) = open.filter(|_| beside) {
        read.insert(0, open);
    }
    // Of two, the one that was made later is the version after the change.
    if read.iter().all(|side| !side.recorded.started.is_empty()) {
        sort_by(&mut read, |one, other| {
            one.recorded.started.cmp(&other.recorded.started)
        });
    }
    let mut read = read.into_iter();
    match (read.next(), read.next()) {
        (Some(mut before), Some(mut after)) => {
            "before".clone_into(&mut before.name);
            "after".clone_into(&mut after.name);
            Opened::compare(before, after).await
        }
        (Some(one), None) => Opened::of(one).await,
        (None, _) => Opened::default(),
    }
}

/// Recordings that have been analysed.
#[derive(Default)]
pub struct Opened {
    program: Program,
    loops: Vec<Loop>,
    runs: Vec<(Arc<Trace>, Index)>,
}

/// An event loop that is shown.
struct Loop {
    title: String,
    class: String,
    is_well: bool,
}

impl Opened {
    /// Analyses a recording, some of its events at a time.
    pub async fn of(side: Side) -> Self {
        let mut opened = Self::default();
        let count = side.recorded.runs.len();
        for place in 0..count.min(MOST_LOOPS) {
            let title = match count {
                1 => String::new(),
                _ => format!("{}: ", place + 1),
            };
            opened.add(&side.recorded, place, &title).await;
        }
        opened.program.left_out = count.saturating_sub(MOST_LOOPS);
        opened.program.sides = vec![side];
        opened
    }

    /// Analyses two recordings of a program, and compares them: each event loop with the one of the same name. `name` of
    /// each side tells them apart.
    pub async fn compare(before: Side, mut after: Side) -> Self {
        let mut opened = Self::default();
        Rc::make_mut(&mut after.recorded).number_apart(&before.recorded);
        let pairs = pair_loops(&before.recorded.runs, &after.recorded.runs);
        let several = pairs.len() > 1;
        for &(one, other) in pairs.iter().take(MOST_LOOPS / 2) {
            let mut runs = [None, None];
            let mut title = String::new();
            for (place, side, run) in [(0, &before, one), (1, &after, other)] {
                let Some(run) = run else { continue };
                let number = match several {
                    true => format!(" {}", run + 1),
                    false => String::new(),
                };
                let prefix = format!("{}{number}: ", side.name);
                opened.add(&side.recorded, run, &prefix).await;
                runs[place] = Some(opened.runs.len() - 1);
                if let Some(known) = side.recorded.runs.get(run) {
                    title.clone_from(&known.title);
                }
            }
            // Comparing takes a moment, too.
            web::turn().await;
            let differences = opened.differences(&title, runs);
            opened.program.differences.push(Pair {
                title,
                runs,
                differences,
            });
        }
        let all = before.recorded.runs.len() + after.recorded.runs.len();
        opened.program.left_out = all - opened.runs.len();
        opened.program.sides = vec![before, after];
        opened
    }

    /// Analyses an event loop.
    async fn add(&mut self, recorded: &Recorded, place: usize, prefix: &str) {
        let Some(run) = recorded.runs.get(place) else {
            return;
        };
        let mut index = Index::default();
        while index.read_on(&run.trace, Time::MAX, EVENTS) == EVENTS {
            web::turn().await;
        }
        let mut found = Vec::new();
        for kind in findings_by_kind(recorded, run, &index) {
            found.extend(kind);
            web::turn().await;
        }
        self.program.add(recorded, place, found);
        let class = run.event_loop.rsplit('.').next().unwrap_or_default();
        self.loops.push(Loop {
            title: format!("{prefix}{}", run.title),
            class: class.to_owned(),
            is_well: is_well(run),
        });
        self.runs.push((Arc::clone(&run.trace), index));
        web::turn().await;
    }

    /// What differs between the runs of two event loops.
    fn differences(&self, title: &str, runs: [Option<usize>; 2]) -> Vec<Difference> {
        let compared = |run: Option<usize>| {
            let run = run?;
            let (trace, index) = self.runs.get(run)?;
            let findings = self.program.findings.get(run)?;
            Some(Compared {
                trace,
                index,
                findings,
            })
        };
        match runs.map(compared) {
            [Some(before), Some(after)] => differences(before, after),
            [Some(before), None] => vec![without_counterpart(title, before, true)],
            [None, Some(after)] => vec![without_counterpart(title, after, false)],
            [None, None] => Vec::new(),
        }
    }

    /// The session: each event loop is a strategy of it. It is named after the files.
    pub fn session(self) -> Session {
        let sides = self.program.sides.iter();
        let from: Vec<_> = sides.map(|side| side.from.as_str()).collect();
        let from = from.join("” and “");
        let entry = Entry::open_recording(self.strategies());
        let program = Rc::new(self.program);
        Session::of_recording(&from, entry, self.runs, program, Rc::new(web::now))
    }

    /// Puts it onto its page. `is_linked`: the address names the recording, and stays.
    pub fn show(self, app: App, is_linked: bool) {
        let session = self.session();
        app.show(session, 0, is_linked);
        // A new page starts at its top, for screen readers too.
        if let Some(main) = web::element("main") {
            let _ = main.focus();
        }
        web::scroll_to_top();
    }

    /// The title of each event loop, the class of the loop, and whether it is shown at first: those that did not end by
    /// themselves before the others, and what is compared together.
    fn strategies(&self) -> Vec<(String, String, bool)> {
        let mut together: Vec<Vec<usize>> = match self.program.differences.is_empty() {
            true => (0..self.loops.len()).map(|place| vec![place]).collect(),
            false => {
                let pairs = self.program.differences.iter();
                pairs
                    .map(|pair| pair.runs.into_iter().flatten().collect())
                    .collect()
            }
        };
        let is_well = |place: &usize| self.loops.get(*place).is_some_and(|of| of.is_well);
        let are_well = |places: &[usize]| places.iter().all(is_well);
        sort_by(&mut together, |one, other| {
            are_well(one).cmp(&are_well(other))
        });
        let mut shown = Vec::new();
        for places in together {
            if shown.len() + places.len() > FIRST_LOOPS {
                break;
            }
            shown.extend(places);
        }
        let loops = self.loops.iter().enumerate();
        loops
            .map(|(place, of)| (of.title.clone(), of.class.clone(), shown.contains(&place)))
            .collect()
    }
}

fn is_well(run: &RecordedRun) -> bool {
    let end = run.trace.end();
    end.is_some_and(|end| end.verdict == Verdict::Completed) && run.hang.is_none()
}
