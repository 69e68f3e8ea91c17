//! Reads the lines of a recording, one by one.

use super::lone;
use super::run::{Row, Run};
use super::value::Value;
use super::{FORMAT, Recorded, RecordedRun, Site, SourceFile, VERSION};
use crate::{TaskId, head, sort_by_key};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// The most loops.
const MAX_RUNS: usize = 10_000;
/// The most lines that are kept of the program's output outside of any loop.
const MAX_OUTSIDE: usize = 10_000;

/// The longest line, in bytes: a line is kept in memory until its end arrives.
const MAX_LINE: usize = 32 << 20;

/// The lines of a recording, read chunk by chunk.
#[derive(Default)]
pub struct Lines {
    head: Option<Head>,
    reader: Reader,
    /// The beginning of a line whose end has not arrived.
    rest: Vec<u8>,
    /// How many lines have been read.
    lines: usize,
    /// The first problem, with its line: later lines are ignored.
    problem: Option<String>,
}

impl Lines {
    /// Reads the next bytes of the file.
    ///
    /// # Errors
    ///
    /// It is not a recording. A problem further down ends the reading: see [`Self::is_broken`].
    pub fn push(&mut self, mut piece: &[u8]) -> Result<(), String> {
        while self.problem.is_none() {
            let Some(end) = piece.iter().position(|&byte| byte == b'\n') else {
                self.rest.extend_from_slice(piece);
                if self.rest.len() > MAX_LINE {
                    return self.fails(format!("it has more than {} MB", MAX_LINE >> 20));
                }
                break;
            };
            let (line, behind) = (&piece[..end], &piece[end + 1..]);
            piece = behind;
            match self.rest.is_empty() {
                true => self.line(line)?,
                false => {
                    let mut whole = std::mem::take(&mut self.rest);
                    whole.extend_from_slice(line);
                    self.line(&whole)?;
                    // Its memory is reused for the next line.
                    whole.clear();
                    self.rest = whole;
                }
            }
        }
        Ok(())
    }

    /// Whether a problem has ended the reading.
    pub fn is_broken(&self) -> bool {
        self.problem.is_some()
    }

    fn line(&mut self, line: &[u8]) -> Result<(), String> {
        self.lines += 1;
        let Ok(line) = std::str::from_utf8(line) else {
            return self.fails("it is not UTF-8".to_owned());
        };
        if self.head.is_none() {
            let head: Head = lone::parse(line, &mut String::new())
                .map_err(|error| format!("it is another kind of file (line 1: {error})"))?;
            head::check((head.format.as_deref(), head.version), FORMAT, VERSION)?;
            self.head = Some(head);
            return Ok(());
        }
        match self.reader.line(line.trim_end_matches('\r')) {
            Ok(()) => Ok(()),
            Err(why) => self.fails(why),
        }
    }

    /// Records a problem with the line that was read last.
    fn fails(&mut self, why: String) -> Result<(), String> {
        if self.head.is_none() {
            return Err(format!("it is another kind of file (line 1: {why})"));
        }
        self.problem = Some(format!("line {}: {why}", self.lines));
        Ok(())
    }

    /// The whole recording.
    ///
    /// # Errors
    ///
    /// It is not a recording, or no task has run in it.
    pub fn finish(mut self) -> Result<Recorded, String> {
        let cut_off = !self.rest.is_empty();
        if self.head.is_none() {
            // A file with only a header may lack its line break.
            let rest = std::mem::take(&mut self.rest);
            self.line(&rest)?;
        } else if cut_off && self.problem.is_none() {
            self.lines += 1;
            self.fails("it is cut off".to_owned())?;
        }
        // A task that was created on the last valid line is kept, even if a bad line follows.
        let created = self.reader.create_new();
        if let (Err(why), None) = (created, &self.problem) {
            self.fails(why)?;
        }
        let Self {
            head,
            reader,
            problem,
            ..
        } = self;
        let head = head.unwrap_or_default();
        let finished = reader.runs.into_values().filter_map(|mut run| {
            reader.exit.inspect(|&at| run.seen(at));
            run.finish()
        });
        let mut runs: Vec<RecordedRun> = finished.collect::<Result<_, _>>()?;
        sort_by_key(&mut runs, |run| run.began);
        match (runs.is_empty(), problem) {
            (true, Some(problem)) => Err(problem),
            (true, None) => Err("no task has run in it".to_owned()),
            (false, problem) => Ok(Recorded {
                program: head.program,
                python: head.python,
                started: head.started,
                files: reader.files,
                sites: reader.sites,
                runs,
                outside: reader.outside,
                problem,
                missing: Vec::new(),
            }),
        }
    }
}

#[derive(Default, Deserialize)]
struct Head {
    format: Option<String>,
    version: Option<u64>,
    #[serde(default)]
    program: String,
    #[serde(default)]
    python: String,
    #[serde(default)]
    started: String,
}

/// A definition; `define` is its kind. Unknown kinds are ignored.
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
    /// The name of its variable, or empty.
    pub name: String,
    /// The number of permits or places.
    pub limit: Option<u64>,
}

/// The state of the reader.
#[derive(Default)]
struct Reader {
    files: BTreeMap<u32, SourceFile>,
    sites: BTreeMap<u32, Site>,
    objects: HashMap<u64, Object>,
    runs: BTreeMap<u64, Run>,
    /// The run of each task, and its number there.
    tasks: HashMap<u64, (u64, TaskId)>,
    /// A task whose name may follow.
    new: Option<New>,
    outside: Vec<String>,
    /// When the program ended.
    exit: Option<u64>,
}

/// A new task that is not in its trace yet: before Python 3.13 its name may follow on the next line.
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
    /// Reads a line after the header.
    fn line(&mut self, line: &str) -> Result<(), String> {
        let mut room = String::new();
        if line.starts_with('{') {
            return self.define(lone::parse(line, &mut room)?);
        }
        let values: Vec<Value<'_>> = lone::parse(line, &mut room)?;
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

    /// Sets the name of the task that has just been created; later names are ignored, since they cannot change a trace.
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
                match (self.tasks.get(&number), row.kind) {
                    (Some(_), "created") => {
                        return Err(format!("created: task {number} is there"));
                    }
                    (Some((run, id)), _) => {
                        if let Some(run) = self.runs.get_mut(run) {
                            run.is_at_a_checkpoint(*id);
                        }
                        return Ok(());
                    }
                    (None, _) => {}
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
                // Runs are never removed, so this one exists.
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
                let site = row.number(3).unwrap_or(0);
                if let Some(run) = self.runs.get_mut(&run) {
                    run.callback(row.at, nanos, name, site)?;
                }
            }
            "closed" => {
                if let Some(run) = self.runs.get_mut(&row.number(0)?) {
                    run.close(row.at);
                }
            }
            "hang" => {
                let stuck = row.cycle()?;
                let run = stuck.and_then(|task| Some(self.tasks.get(&task)?.0));
                // If no event can ever come, there need not be a cycle: then the hang is of the last loop, which runs.
                let last = || self.runs.keys().next_back().copied();
                let run = run.or_else(|| row.is_forever().then(last).flatten());
                if let Some(run) = run.and_then(|run| self.runs.get_mut(&run)) {
                    run.hangs(row.at, row.lines()?);
                }
            }
            "exit" => self.exit = self.exit.max(Some(row.at)),
            _ => {}
        }
        Ok(())
    }
}

/// The definitions and tasks that an event of one run refers to.
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
