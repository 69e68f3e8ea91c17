//! What the start page says, and pages that are no playground's. The app shows it, and so do the pages that need no script.

use crate::CARDS;

/// The name of the site, and the title of its start page.
pub const TITLE: &str = "Interleave: see async run";
/// The heading.
pub const HEADING: &str = "See async run.";
/// What this is.
pub const ABOUT: &str = "Programs that teach asyncio usually print a few lines: what happens in between stays invisible. \
                         Here each of them draws itself while it runs: the same work one after another and together, \
                         on one time axis. Change a number, and run it again.";
/// The playground that is shown first.
pub const FIRST: &str = "downloads";
/// What leads to it.
pub const WATCH: &str = "Watch five downloads race";

/// A page that is no playground's.
#[derive(Clone, Copy, Debug)]
pub struct Own {
    /// Its name in links: `#/lab`.
    pub slug: &'static str,
    /// Its title, before that of the site.
    pub title: &'static str,
    /// What menus call it.
    pub name: &'static str,
    /// Its heading.
    pub heading: &'static str,
    /// What it is for.
    pub lead: &'static str,
}

/// The page that helps to choose.
pub const CHOOSE: Own = Own {
    slug: "choose",
    title: "Choose",
    name: "Which one do I need?",
    heading: "Which one do I need?",
    lead: "A few questions about your own program. Each answer leads to a playground that shows it.",
};
/// The page of recordings.
pub const RECORDING: Own = Own {
    slug: "recording",
    title: "Recording",
    name: "Record your own program",
    heading: "Your own program",
    lead: "Record an asyncio program and open the recording here. It shows what each task waits for and since when, and \
           which line blocks the event loop. Nothing is uploaded: the file is read by this page, on your device.",
};
/// The Python lab.
pub const LAB: Own = Own {
    slug: "lab",
    title: "Python lab",
    name: "Python lab",
    heading: "Python lab",
    lead: "Paste an asyncio program and press Run: CPython runs it here, in virtual time, and its tasks are drawn on a \
           timeline. Nothing is uploaded. The program has neither network nor storage: time, requests and threads are \
           played.",
};
/// All of them, as menus have them.
pub const OWN: [Own; 3] = [CHOOSE, RECORDING, LAB];

/// How a program is recorded, command by command.
pub const RECORDER: [(&str, &str); 3] = [
    (
        "Install the recorder once, from a checkout of this project. It needs nothing else.",
        "pip install ./python",
    ),
    (
        "Run your program with it. It behaves as it does without the recorder.",
        "python -m interleave_recorder script.py",
    ),
    (
        "Does it hang? Press Ctrl-C, or ask for a report when no task has run for ten seconds.",
        "python -m interleave_recorder --stuck 10 script.py",
    ),
];

/// What the start page says of one's own program: texts, each with the page that it leads to, if it leads to one.
pub const OWN_PROGRAM: [(&str, Option<Own>); 5] = [
    ("Paste an asyncio program into the ", None),
    ("Python lab", Some(LAB)),
    (
        ": it runs in this page, without an installation. Or record a program on your own machine with one command, and see \
         what each task waits for, and why the program hangs: ",
        None,
    ),
    ("Open a recording", Some(RECORDING)),
    (".", None),
];

/// What is said of the course.
pub fn course() -> String {
    format!(
        "{} playgrounds in reading order. What you have run is marked, on this device only.",
        CARDS.len()
    )
}
