//! Reads the lines of a recording, one by one.

use super::run::{Row, Run};
use super::{FORMAT, Recorded, RecordedRun, Site, SourceFile, VERSION};
use crate::{TaskId, head};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// More loops than these are not kept apart from each other.
const MAX_RUNS: usize = 10_000;
/// What the program printed outside of any loop, in lines.
const MAX_OUTSIDE: usize = 10_000;

/// Reads a recording.
///
/// # Errors
///
/// If it is no recording, or nothing of it can be read. What is wrong further down is [`Recorded::problem`].
pub fn open(text: &str) -> Result<Recorded, String> {
    let first = text.lines().next().unwrap_or_default();
    let head: Head = serde_json::from_str(first)
        .map_err(|error| format!("it is another kind of file (line 1: {error})"))?;
    head::check((head.format.as_deref(), head.version), FORMAT, VERSION)?;
    let mut reader = Reader::default();
    let problem = reader.lines(text);
    let (outside, problem) = (reader.outside, problem.err());
    let finished = reader.runs.into_values().filter_map(Run::finish);
    let mut runs: Vec<RecordedRun> = finished.collect::<Result<_, _>>()?;
    runs.sort_by_key(|run| run.began);
    match (runs.is_empty(), problem) {
        (true, Some(problem)) => Err(problem),
        (true, None) => Err("no task has run in it".to_owned()),
        (false, problem) => Ok(Recorded {
            program: head.program,
            python: head.python,
            files: reader.files,
            sites: reader.sites,
            runs,
            outside,
            problem,
        }),
    }
}

#[derive(Deserialize)]
struct Head {
    format: Option<String>,
    version: Option<u64>,
    #[serde(default)]
    program: String,
    #[serde(default)]
    python: String,
}

/// A line that defines something. What it is, is said by `define`; unknown ones are passed over.
#[derive(Deserialize)]
#[serde(tag = "define", rename_all = "snake_case")]
enum Definition {
    Run {
        id: u64,
        #[serde(rename = "loop", default)]
        event_loop: String,
    },
    File {
        id: u32,
        name: String,
        #[serde(default)]
        user: bool,
        source: Option<String>,
    },
    Site {
        id: u32,
        file: u32,
        line: u32,
        function: String,
    },
    Object {
        id: u64,
        kind: String,
        name: String,
        limit: Option<u64>,
    },
    #[serde(other)]
    Unknown,
}

/// A lock or the like.
#[derive(Clone, Debug)]
pub struct Object {
    /// Its kind, in the format's words.
    pub kind: String,
    /// Its variable, or nothing.
    pub name: String,
    /// Permits, or places.
    pub limit: Option<u64>,
}

/// What has been read so far.
#[derive(Default)]
struct Reader {
    files: BTreeMap<u32, SourceFile>,
    sites: BTreeMap<u32, Site>,
    objects: HashMap<u64, Object>,
    runs: BTreeMap<u64, Run>,
    /// In which run each task is, and its number there.
    tasks: HashMap<u64, (u64, TaskId)>,
    /// A task whose name may follow.
    new: Option<New>,
    outside: Vec<String>,
}

/// A task that has been created, but not yet in its trace: before Python 3.13 its name comes on the next line.
struct New {
    at: u64,
    number: u64,
    run: u64,
    parent: Option<u64>,
    name: String,
    /// Whether its parent creates it now, rather than before the recording begins.
    is_new: bool,
}

impl Reader {
    /// Reads all lines behind the header; stops at one that is not sound, and says which.
    fn lines(&mut self, text: &str) -> Result<(), String> {
        // A line without its break was cut off.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let cut_off = whole.len() + 1 < text.len();
        let mut count = 1;
        let mut read = Ok(());
        for line in whole.lines().skip(1) {
            count += 1;
            read = self.line(line);
            if read.is_err() {
                break;
            }
        }
        // A task that was created on the last sound line is there, whatever came after it.
        let read = read.and(self.create_new());
        read.map_err(|why| format!("line {count}: {why}"))?;
        match cut_off {
            true => Err(format!("line {}: it is cut off", count + 1)),
            false => Ok(()),
        }
    }

    fn line(&mut self, line: &str) -> Result<(), String> {
        if line.starts_with('{') {
            let definition = serde_json::from_str(line).map_err(|error| error.to_string())?;
            return self.define(definition);
        }
        let values: Vec<Value> = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let row = Row::new(&values)?;
        match row.kind {
            "name" => self.name(&row),
            _ => self.create_new().and_then(|()| self.event(&row)),
        }
    }

    fn define(&mut self, definition: Definition) -> Result<(), String> {
        match definition {
            Definition::Run { id, event_loop } => {
                if self.runs.len() >= MAX_RUNS {
                    return Err(format!("there must be at most {MAX_RUNS} runs"));
                }
                self.runs.entry(id).or_insert_with(|| Run::new(event_loop));
            }
            Definition::File {
                id,
                name,
                user,
                source,
            } => {
                self.files.insert(id, SourceFile { name, user, source });
            }
            Definition::Site {
                id,
                file,
                line,
                function,
            } => {
                let site = Site {
                    file,
                    line,
                    function,
                };
                self.sites.insert(id, site);
            }
            Definition::Object {
                id,
                kind,
                name,
                limit,
            } => {
                self.objects.insert(id, Object { kind, name, limit });
            }
            Definition::Unknown => {}
        }
        Ok(())
    }

    /// The name of the task that has just been created; later ones cannot change a trace.
    fn name(&mut self, row: &Row) -> Result<(), String> {
        match &mut self.new {
            Some(new) if Some(new.number) == row.task => row.text(0)?.clone_into(&mut new.name),
            _ => {}
        }
        Ok(())
    }

    fn create_new(&mut self) -> Result<(), String> {
        let Some(new) = self.new.take() else {
            return Ok(());
        };
        let parent = new.parent.and_then(|parent| self.tasks.get(&parent));
        let parent = parent.filter(|(run, _)| *run == new.run).map(|(_, id)| *id);
        let run = self.runs.get_mut(&new.run);
        let run = run.ok_or_else(|| format!("created: there is no run {}", new.run))?;
        let id = run.create(new.at, parent, &new.name, new.is_new)?;
        self.tasks.insert(new.number, (new.run, id));
        Ok(())
    }

    fn event(&mut self, row: &Row) -> Result<(), String> {
        match (row.kind, row.task) {
            ("created", Some(number)) | ("known", Some(number)) => {
                let is_there = self.tasks.contains_key(&number);
                match (is_there, row.kind) {
                    (true, "created") => return Err(format!("created: task {number} is there")),
                    (true, _) => return Ok(()),
                    (false, _) => {}
                }
                self.new = Some(New {
                    at: row.at,
                    number,
                    run: row.number(0)?,
                    parent: row.number(1).ok(),
                    name: row.text(2)?.to_owned(),
                    is_new: row.kind == "created",
                });
                Ok(())
            }
            (_, Some(number)) => {
                let (run, id) = *self
                    .tasks
                    .get(&number)
                    .ok_or_else(|| format!("task: there is no task {number}"))?;
                let lookup = Lookup {
                    run,
                    tasks: &self.tasks,
                    objects: &self.objects,
                    files: &self.files,
                    sites: &self.sites,
                };
                // Runs are never taken out, so this one is there.
                match self.runs.get_mut(&run) {
                    Some(run) => run.event(row, id, &lookup),
                    None => Ok(()),
                }
            }
            (_, None) => self.of_no_task(row),
        }
    }

    fn of_no_task(&mut self, row: &Row) -> Result<(), String> {
        match row.kind {
            "print" | "log" if self.outside.len() < MAX_OUTSIDE => {
                self.outside.push(row.printed()?);
            }
            "callback" => {
                let (run, nanos, name) = (row.number(0)?, row.number(1)?, row.text(2)?);
                if let Some(run) = self.runs.get_mut(&run) {
                    run.callback(row.at, nanos, name)?;
                }
            }
            "closed" => {
                if let Some(run) = self.runs.get_mut(&row.number(0)?) {
                    run.close(row.at);
                }
            }
            "hang" => {
                let stuck = row.cycle()?;
                let run = stuck.and_then(|task| self.tasks.get(&task));
                if let Some(run) = run.and_then(|(run, _)| self.runs.get_mut(run)) {
                    run.hangs(row.lines()?);
                }
            }
            "exit" => self.runs.values_mut().for_each(|run| run.seen(row.at)),
            _ => {}
        }
        Ok(())
    }
}

/// What an event of one run refers to.
pub struct Lookup<'a> {
    run: u64,
    tasks: &'a HashMap<u64, (u64, TaskId)>,
    objects: &'a HashMap<u64, Object>,
    files: &'a BTreeMap<u32, SourceFile>,
    sites: &'a BTreeMap<u32, Site>,
}

impl Lookup<'_> {
    /// A task of the same run.
    pub fn task(&self, number: u64) -> Option<TaskId> {
        let (run, id) = self.tasks.get(&number)?;
        (*run == self.run).then_some(*id)
    }

    /// A lock or the like.
    pub fn object(&self, number: u64) -> Result<&Object, String> {
        let found = self.objects.get(&number);
        found.ok_or_else(|| format!("object: there is no object {number}"))
    }

    /// A place in words, for remarks.
    pub fn place(&self, site: u64) -> String {
        let site = u32::try_from(site).ok().and_then(|it| self.sites.get(&it));
        let file = site.and_then(|site| self.files.get(&site.file));
        match (site, file) {
            (Some(site), Some(file)) => format!("{}:{}", file.name, site.line),
            _ => "an unknown place".to_owned(),
        }
    }
}
