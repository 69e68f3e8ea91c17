//! The program in the editor, the world that it runs in, and the result of its last run.

use crate::chunk;
use crate::ui::run::recorded::Opened;
use crate::ui::state::app::App;
use crate::ui::state::program::Side;
use crate::web;
use crate::web::sandbox::{Kind, Message, Sandbox};
use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, Shared};
use interleave_player::lab::{LabProgram, Rule, is_version};
use interleave_trace::recorded::{Opening, Recorded};
use leptos::prelude::*;
use serde_json::Value;
use std::cell::RefCell;
use std::rc::Rc;

/// The most bytes of output that are shown: the page must stay responsive.
const MAX_OUTPUT: usize = 500_000;
/// The storage key of the program that was last in the editor.
const KEY: &str = "interleave.lab";
/// The longest that a race takes to watch, in seconds, if the program's own time is longer.
const WATCHED: f64 = 8.0;

/// The state of the lab's last run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RunState {
    /// Nothing has been run.
    Ready,
    /// Python is being loaded.
    Loading,
    /// The program runs.
    Running,
    /// It has ended.
    Finished,
    /// Nothing is ready, no timer is set, and it has not ended.
    Deadlocked,
    /// It exceeded a limit, or the reader stopped it.
    Stopped,
    /// It ended with an exception, or is not valid Python.
    Failed,
}

impl RunState {
    /// The state in a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Loading => "loading",
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Deadlocked => "deadlocked",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }

    /// Whether a run is under way.
    pub fn is_busy(self) -> bool {
        matches!(self, Self::Loading | Self::Running)
    }

    fn of(word: &str) -> Self {
        match word {
            "finished" => Self::Finished,
            "deadlocked" => Self::Deadlocked,
            "stopped" => Self::Stopped,
            _ => Self::Failed,
        }
    }
}

/// A fix for a program that does not run.
#[derive(Clone, Debug, PartialEq)]
pub struct Hint {
    /// What it does: "Add `import asyncio`".
    pub says: String,
    /// The whole program after the fix.
    pub source: String,
}

/// The result of a run, besides its output and its race.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// Why it did not end by itself; empty if it did.
    pub why: String,
    /// The line of the program that it is about.
    pub line: Option<u32>,
    /// Fixes for the program.
    pub hints: Vec<Hint>,
    /// Libraries that were played rather than real.
    pub played: Vec<String>,
    /// The version of Python.
    pub python: String,
    /// The number of awaits of its main task, at which it may be cancelled.
    pub awaits: u64,
    /// Whether there was an event loop, and so a race.
    pub has_race: bool,
}

impl Answer {
    /// Reads what Python answers.
    fn read(text: &str) -> (RunState, Self) {
        let value: Value = serde_json::from_str(text).unwrap_or_default();
        let word = |value: &Value, key: &str| {
            let text = value.get(key).and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        let list = |key: &str| value.get(key).and_then(Value::as_array).cloned();
        let number = |key: &str| value.get(key).and_then(Value::as_u64);
        let hints = list("hints").unwrap_or_default();
        let hints = hints.iter().map(|hint| Hint {
            says: word(hint, "says"),
            source: word(hint, "source"),
        });
        let played = list("played").unwrap_or_default();
        let played = played.iter().filter_map(Value::as_str).map(str::to_owned);
        let answer = Self {
            why: word(&value, "why"),
            line: number("line").and_then(|line| line.try_into().ok()),
            hints: hints.filter(|hint| !hint.source.is_empty()).collect(),
            played: played.collect(),
            python: word(&value, "python"),
            awaits: number("awaits").unwrap_or(0),
            has_race: false,
        };
        (RunState::of(&word(&value, "state")), answer)
    }
}

/// A run that is over.
pub struct PastRun {
    program: LabProgram,
    recorded: Rc<Recorded>,
    /// What it has printed.
    pub output: String,
    /// How it ended.
    pub state: RunState,
}

impl PastRun {
    /// The run beside another one, under a name of its own.
    fn side(&self, name: String) -> Side {
        Side {
            name,
            from: "program.py".to_owned(),
            recorded: Rc::clone(&self.recorded),
        }
    }

    /// The names of the two runs where they are compared.
    fn names(&self, after: &Self) -> [String; 2] {
        match self.program.source == after.program.source {
            true => [self, after].map(|past| past.program.variation()),
            false => ["before", "after"].map(str::to_owned),
        }
    }
}

/// A piece of what a program printed, and whether it went to stderr.
pub type Printed = (String, bool);

/// Python that is being loaded, or has loaded.
type SharedPython = Shared<LocalBoxFuture<'static, Result<Rc<Sandbox>, String>>>;

/// The state of the lab's page. Copies are the same state.
#[derive(Clone, Copy)]
pub struct Lab {
    app: App,
    /// The program's text.
    pub source: RwSignal<String>,
    /// What `random` is seeded with.
    pub seed: RwSignal<u64>,
    /// The lines that `input()` returns.
    pub inputs: RwSignal<String>,
    /// How requests are answered.
    pub rules: RwSignal<Vec<Rule>>,
    /// The schedule: the order of what is ready at one instant.
    pub schedule: RwSignal<Option<u64>>,
    /// Where the main task is cancelled.
    pub cancel: RwSignal<Option<u64>>,
    /// The state of the last run.
    pub state: RwSignal<RunState>,
    /// The part of Python that is loaded, while it is: 0 to 1.
    pub loaded: RwSignal<f64>,
    /// What the program has printed.
    pub printed: RwSignal<Vec<Printed>>,
    /// The result of the last run.
    pub answer: RwSignal<Answer>,
    /// Whether a run is shown beside the one before the last change.
    pub compares: RwSignal<bool>,
    /// The run that the last one is compared with.
    pub before: RwSignal<Option<Rc<PastRun>>, LocalStorage>,
    last: StoredValue<Option<Rc<PastRun>>, LocalStorage>,
    python: StoredValue<Option<SharedPython>, LocalStorage>,
    /// Tells a run from those before it.
    number: StoredValue<u32>,
}

impl Lab {
    /// The state for a page that begins with this program.
    pub fn new(app: App, program: LabProgram) -> Self {
        let lab = Self {
            app,
            source: RwSignal::new(String::new()),
            seed: RwSignal::new(0),
            inputs: RwSignal::new(String::new()),
            rules: RwSignal::new(Vec::new()),
            schedule: RwSignal::new(None),
            cancel: RwSignal::new(None),
            state: RwSignal::new(RunState::Ready),
            loaded: RwSignal::new(0.0),
            printed: RwSignal::new(Vec::new()),
            answer: RwSignal::new(Answer::default()),
            compares: RwSignal::new(true),
            before: RwSignal::new_local(None),
            last: StoredValue::new_local(None),
            python: StoredValue::new_local(None),
            number: StoredValue::new(0),
        };
        lab.put(program);
        lab
    }

    /// From the context.
    pub fn get() -> Self {
        expect_context()
    }

    /// The program that was last in the editor on this device.
    pub fn kept() -> Option<LabProgram> {
        LabProgram::from_json(&web::load(KEY)?).ok()
    }

    /// Remembers the program on this device. Where storage is denied, it is in the address alone.
    pub fn keep(self) {
        let program = untrack(|| self.program());
        let text = (!program.source.is_empty()).then(|| program.to_json());
        web::save(KEY, text.as_deref());
    }

    /// Puts a program into the editor. Nothing is run.
    pub fn put(self, program: LabProgram) {
        self.source.set(program.source);
        self.seed.set(program.seed);
        self.inputs.set(program.inputs.join("\n"));
        self.rules.set(program.rules);
        self.schedule.set(program.schedule);
        self.cancel.set(program.cancel);
    }

    /// What is in the editor. Tracks all of it.
    pub fn program(self) -> LabProgram {
        let inputs = self.inputs.get();
        LabProgram {
            source: self.source.get(),
            seed: self.seed.get(),
            inputs: match inputs.is_empty() {
                true => Vec::new(),
                false => inputs.lines().map(str::to_owned).collect(),
            },
            rules: self.rules.get(),
            schedule: self.schedule.get(),
            cancel: self.cancel.get(),
        }
    }

    /// Runs the program, or stops the run that is under way.
    pub fn run_or_stop(self) {
        if self.state.get_untracked().is_busy() {
            self.stop();
        } else {
            self.run();
        }
    }

    /// Ends the run that is under way; what it has recorded stays.
    pub fn stop(self) {
        let python = self.python.with_value(Clone::clone);
        if let Some(Ok(sandbox)) = python.as_ref().and_then(Shared::peek) {
            sandbox.stop();
        }
        if self.state.get_untracked() == RunState::Loading {
            self.number.update_value(|number| *number += 1);
            self.state.set(RunState::Ready);
        }
    }

    /// Runs the program.
    pub fn run(self) {
        let program = untrack(|| self.program());
        if let Some(problem) = program.rules.iter().find_map(Rule::problem) {
            return self.fails(&format!("An answer cannot be used: {problem}."));
        }
        self.number.update_value(|number| *number += 1);
        let number = self.number.get_value();
        self.printed.set(Vec::new());
        self.answer.set(Answer::default());
        let run = async move {
            let sandbox = match self.python().await {
                Ok(sandbox) => sandbox,
                Err(why) if self.is_at(number) => {
                    return self.fails(&format!("Python could not be loaded: {why}."));
                }
                Err(_) => return,
            };
            if !self.is_at(number) {
                return;
            }
            self.state.set(RunState::Running);
            let opening = Rc::new(RefCell::new(Opening::default()));
            let printed = Rc::new(RefCell::new(0));
            let take = {
                let opening = Rc::clone(&opening);
                move |message: Message| self.take(number, message, &opening, &printed)
            };
            let request = program.request().to_string();
            let answer = sandbox.run(request, take);
            // While it runs, leaving the page ends it.
            drop(sandbox);
            let answer = answer.await;
            if !self.is_at(number) {
                return;
            }
            match answer {
                Ok(answer) => self.ends(number, program, &answer, opening.take()).await,
                Err(why) => {
                    self.forget_python();
                    self.fails(&format!("Python has failed: {why}."));
                }
            }
        };
        chunk::after(run, || {});
    }

    /// Whether the run of this number is still the last one, and the page is there.
    fn is_at(self, number: u32) -> bool {
        self.number.try_get_value() == Some(number)
    }

    /// Python, loaded if it is not there.
    pub async fn python(self) -> Result<Rc<Sandbox>, String> {
        let python = self.opening();
        if python.peek().is_some() {
            return python.await;
        }
        let state = self.state.get_untracked();
        self.state.set(RunState::Loading);
        let opened = python.await;
        if self.state.try_get_untracked() == Some(RunState::Loading) {
            self.state.set(state);
        }
        opened
    }

    /// Loads Python before anything is run. An error is not reported: the first run tries again, and reports it.
    pub async fn preload(self) {
        let _ = self.opening().await;
    }

    /// Python as it is being loaded, by this call or by an earlier one.
    fn opening(self) -> SharedPython {
        if let Some(python) = self.python.with_value(Clone::clone) {
            return python;
        }
        let progress = move |part: f64| {
            // The page may be closed by now.
            let _ = self.loaded.try_set(part);
        };
        let open = async move {
            let opened = Sandbox::open(progress).await.map(Rc::new);
            if opened.is_err() {
                self.forget_python();
            }
            opened
        };
        let python = open.boxed_local().shared();
        self.python.set_value(Some(python.clone()));
        python
    }

    /// The next run loads Python again.
    fn forget_python(self) {
        // The page may be closed by now.
        let _ = self.python.try_set_value(None);
    }

    fn take(
        self,
        number: u32,
        message: Message,
        opening: &RefCell<Opening>,
        printed: &RefCell<usize>,
    ) {
        if !self.is_at(number) {
            return;
        }
        match message.kind {
            Kind::Recording => {
                // What cannot be read is reported when the recording is finished.
                let _ = opening.borrow_mut().push(message.text.as_bytes());
            }
            Kind::Stdout | Kind::Stderr => {
                let mut text = message.text;
                let mut total = printed.borrow_mut();
                if *total >= MAX_OUTPUT {
                    return;
                }
                *total += text.len();
                if *total >= MAX_OUTPUT {
                    text.push_str("\n… more was printed than is shown here.\n");
                }
                let is_error = message.kind == Kind::Stderr;
                self.printed
                    .update(|printed| printed.push((text, is_error)));
            }
            Kind::Outcome => {}
        }
    }

    async fn ends(self, number: u32, program: LabProgram, answer: &str, opening: Opening) {
        let (state, mut answer) = Answer::read(answer);
        // A run that is stopped before its first line has no recording.
        if let Ok(recorded) = opening.finish()
            && !recorded.runs.is_empty()
        {
            answer.has_race = true;
            let printed = self.printed.get_untracked();
            let past = Rc::new(PastRun {
                program,
                recorded: Rc::new(recorded),
                output: printed.into_iter().map(|(text, _)| text).collect(),
                state,
            });
            self.remember(&past);
            let opened = self.prepare(&past).await;
            if !self.is_at(number) {
                return;
            }
            untrack(|| self.show(opened));
        } else {
            untrack(|| self.app.show_program(None));
        }
        self.answer.set(answer);
        self.state.set(state);
    }

    /// Remembers a finished run. The next version of the program is compared with it, another program with nothing.
    fn remember(self, past: &Rc<PastRun>) {
        let Some(last) = self.last.with_value(Clone::clone) else {
            self.last.set_value(Some(Rc::clone(past)));
            return;
        };
        if last.program != past.program {
            let is_version = is_version(&last.program.source, &past.program.source);
            self.before.set(is_version.then_some(last));
        }
        self.last.set_value(Some(Rc::clone(past)));
    }

    async fn prepare(self, past: &PastRun) -> Opened {
        let compares = self.compares.get_untracked();
        match self.before.get_untracked().filter(|_| compares) {
            Some(before) => {
                let [one, other] = before.names(past);
                Opened::compare(before.side(one), past.side(other)).await
            }
            None => Opened::of(past.side(String::new())).await,
        }
    }

    /// Shows the last run beside the one before, or alone.
    pub fn compare(self, compares: bool) {
        self.compares.set(compares);
        let Some(last) = self.last.with_value(Clone::clone) else {
            return;
        };
        let number = self.number.get_value();
        let show = async move {
            let opened = self.prepare(&last).await;
            if self.is_at(number) {
                untrack(|| self.show(opened));
            }
        };
        chunk::after(show, || {});
    }

    /// Shows the race from its beginning, at a speed at which it can be watched.
    fn show(self, opened: Opened) {
        let app = self.app;
        let session = opened.session();
        let speed = speed(session.recorded().secs());
        app.show_program(Some(session));
        app.set_speed(speed);
        if !web::prefers_stillness() {
            app.runs.seek(interleave_trace::Time::ZERO);
            app.runs.play();
        }
    }

    fn fails(self, why: &str) {
        self.answer.set(Answer {
            why: why.to_owned(),
            ..Answer::default()
        });
        self.state.set(RunState::Failed);
    }
}

/// The speed at which a race of this duration can be watched.
fn speed(seconds: f64) -> f64 {
    let speeds = interleave_player::SPEEDS;
    let fits = |speed: &&f64| seconds / **speed <= WATCHED;
    *speeds
        .iter()
        .find(fits)
        .unwrap_or(&speeds[speeds.len() - 1])
}
