//! Reads the events of a file, one by one as its bytes arrive.

use super::super::lone;
use super::{Told, spans, viztracer};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// The most events, which bounds the memory.
const MAX_EVENTS: usize = 4_000_000;
/// The longest event, and the most bytes after the events.
const MAX_PIECE: usize = 64 << 20;

/// The parts of an event that are used.
pub struct Event {
    /// Its kind: `X`, `B`, `E`, `b`, `e`.
    pub ph: u8,
    /// The number of its process and thread; VizTracer uses one for each task instead of each thread.
    pub track: u32,
    /// When it began, in microseconds.
    pub ts: f64,
    /// How long it took, in microseconds.
    pub dur: f64,
    /// The number of its name in the texts.
    pub name: u32,
    /// The number, in the texts, of the id of the span that `b` and `e` belong to.
    pub id: u32,
    /// The number, in the texts, of its place in the source: file and line.
    pub place: Option<u32>,
}

/// The contents of a file of Chrome trace events.
#[derive(Default)]
pub struct Chrome {
    scan: Scan,
    /// The bytes so far of an event, or of the remainder after the events.
    piece: Vec<u8>,
    pub(super) events: Vec<Event>,
    pub(super) texts: Texts,
    /// Names of tracks.
    pub(super) names: HashMap<u32, String>,
    /// Whether an event was written by VizTracer.
    pub(super) is_viztracer: bool,
    /// Sources by the names of their files.
    pub(super) sources: BTreeMap<String, String>,
    /// How many events have been read, and the first problem.
    count: usize,
    problem: Option<String>,
}

/// Texts, each once, by their numbers.
#[derive(Default)]
pub struct Texts {
    all: Vec<String>,
    places: HashMap<String, u32>,
}

impl Texts {
    fn keep(&mut self, text: &str) -> u32 {
        if let Some(&known) = self.places.get(text) {
            return known;
        }
        let place = self.all.len() as u32;
        self.all.push(text.to_owned());
        self.places.insert(text.to_owned(), place);
        place
    }

    /// The text of a number.
    pub fn get(&self, place: u32) -> &str {
        self.all.get(place as usize).map_or("", String::as_str)
    }
}

/// The position of the reader in the file.
#[derive(Default)]
struct Scan {
    state: State,
    /// How many brackets are open within the event.
    depth: usize,
    in_text: bool,
    escaped: bool,
}

#[derive(Default, PartialEq)]
enum State {
    /// Before the list of events.
    #[default]
    Before,
    /// Between two events.
    Between,
    /// In an event.
    In,
    /// After the list.
    Behind,
}

#[derive(Deserialize)]
struct Row {
    ph: Option<String>,
    pid: Option<Value>,
    tid: Option<Value>,
    ts: Option<f64>,
    dur: Option<f64>,
    name: Option<String>,
    cat: Option<String>,
    id: Option<Value>,
    args: Option<Value>,
    #[serde(rename = ".file")]
    file: Option<String>,
    #[serde(rename = ".line")]
    line: Option<u32>,
}

#[derive(Deserialize)]
struct Behind {
    file_info: Option<FileInfo>,
    viztracer_metadata: Option<Value>,
}

#[derive(Deserialize)]
struct FileInfo {
    #[serde(default)]
    files: BTreeMap<String, (String, Value)>,
}

impl Chrome {
    /// Whether a file with this beginning is one; `None` if more bytes are needed.
    pub fn is_one(beginning: &[u8]) -> Option<bool> {
        let text = String::from_utf8_lossy(beginning);
        match text.trim_start().chars().next()? {
            '[' => Some(true),
            '{' if text.contains("\"traceEvents\"") => Some(true),
            '{' if text.contains(super::super::FORMAT) => Some(false),
            '{' => None,
            _ => Some(false),
        }
    }

    /// Reads the next bytes of the file.
    pub fn push(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if self.problem.is_some() {
                return;
            }
            match self.scan.state {
                State::Before => self.before(byte),
                State::Between => match byte {
                    b'{' => {
                        self.scan.state = State::In;
                        self.scan.depth = 0;
                        self.take(byte);
                    }
                    b']' => self.scan.state = State::Behind,
                    _ => {}
                },
                State::In => self.take(byte),
                State::Behind => self.piece.push(byte),
            }
            if self.piece.len() > MAX_PIECE {
                self.fails(&format!("it has more than {} MB", MAX_PIECE >> 20));
            }
        }
    }

    /// Whether reading has ended with a problem.
    pub fn is_broken(&self) -> bool {
        self.problem.is_some()
    }

    /// Searches for the list of events: it is the whole file, or follows its name.
    fn before(&mut self, byte: u8) {
        let is_list = byte == b'[' && !self.scan.in_text;
        let is_named = self.scan.depth == 1 && self.piece == b"traceEvents";
        if is_list && (self.scan.depth == 0 || is_named) {
            self.piece.clear();
            self.scan = Scan {
                state: State::Between,
                ..Scan::default()
            };
            return;
        }
        let was_in_text = self.scan.in_text;
        self.scan.follow(byte);
        match (was_in_text, self.scan.in_text) {
            (false, true) => self.piece.clear(),
            // Only a colon may come between the name and the list.
            (false, false) if !byte.is_ascii_whitespace() && byte != b':' => self.piece.clear(),
            (true, true) => self.piece.push(byte),
            _ => {}
        }
    }

    fn take(&mut self, byte: u8) {
        self.piece.push(byte);
        self.scan.follow(byte);
        if self.scan.depth == 0 {
            self.scan.state = State::Between;
            let piece = std::mem::take(&mut self.piece);
            self.count += 1;
            match std::str::from_utf8(&piece) {
                Ok(text) => match lone::parse(text, &mut String::new()) {
                    Ok(row) => self.event(row),
                    Err(why) => self.fails(&why),
                },
                Err(_) => self.fails("it is not UTF-8"),
            }
            self.piece = piece;
            self.piece.clear();
        }
    }

    fn fails(&mut self, why: &str) {
        let problem = || format!("event {}: {why}", self.count);
        self.problem = Some(self.problem.take().unwrap_or_else(problem));
    }

    fn event(&mut self, row: Row) {
        let Some(&ph) = row.ph.as_ref().and_then(|ph| ph.as_bytes().first()) else {
            return;
        };
        let pair = [&row.pid, &row.tid].map(|id| id.as_ref().map(Value::to_string));
        let track = self.texts.keep(&format!("{pair:?}"));
        let name = row.name.unwrap_or_default();
        if ph == b'M' {
            let own = row.args.as_ref().and_then(|args| args["name"].as_str());
            if let (Some(own), "thread_name") = (own, &*name) {
                self.names.insert(track, own.to_owned());
            }
            return;
        }
        let (Some(ts), true) = (row.ts, b"XBEbe".contains(&ph)) else {
            return;
        };
        if !ts.is_finite() || ts.abs() > 1e15 {
            return self.fails("ts: is no time");
        }
        if self.events.len() == MAX_EVENTS {
            return self.fails(&format!("there are more than {MAX_EVENTS} events"));
        }
        self.is_viztracer |= row.cat.as_deref() == Some("fee");
        // Spans are distinguished by their fields as well.
        let fields = match (&row.args, ph) {
            (Some(Value::Object(fields)), b'B' | b'b') if !fields.is_empty() => {
                let field = |(key, value): (&String, &Value)| match value.as_str() {
                    Some(text) => format!("{key}={text}"),
                    None => format!("{key}={value}"),
                };
                let own = fields
                    .iter()
                    .filter(|(key, _)| !key.starts_with(['[', '.']));
                own.map(field).collect::<Vec<_>>().join(" ")
            }
            _ => String::new(),
        };
        let name = match fields.is_empty() {
            true => self.texts.keep(&name),
            false => self.texts.keep(&format!("{name} {fields}")),
        };
        let of_args = |key: &str| row.args.as_ref().and_then(|args| args.get(key));
        let file = row.file.as_deref();
        let file = file.or_else(|| of_args("[file]")?.as_str());
        let line = row.line.map(u64::from);
        let line = line.or_else(|| of_args("[line]")?.as_u64());
        let place = file.zip(line);
        let place = place.map(|(file, line)| self.texts.keep(&format!("{file}:{line}")));
        let id = row.id.map_or_else(String::new, |id| id.to_string());
        self.events.push(Event {
            ph,
            track,
            ts,
            dur: row
                .dur
                .filter(|dur| (0.0..1e15).contains(dur))
                .unwrap_or(0.0),
            name,
            id: self.texts.keep(&id),
            place,
        });
    }

    /// The file as a recording; and the problem if not all of it was read.
    ///
    /// # Errors
    ///
    /// It has no tasks.
    pub fn finish(mut self) -> Result<(Told, Option<String>), String> {
        match self.scan.state {
            State::Before => {
                return Err("it is another kind of file: it has no trace events".to_owned());
            }
            State::Behind => self.behind(),
            // Some tools leave the list open.
            State::Between => {}
            State::In => {
                self.count += 1;
                self.fails("it is cut off");
            }
        }
        let problem = self.problem.take();
        let told = match self.is_viztracer {
            true => viztracer::told(&self),
            false => spans::told(&self),
        };
        match (told, problem) {
            (Ok(told), problem) => Ok((told, problem)),
            (Err(_), Some(problem)) => Err(problem),
            (Err(why), None) => Err(why),
        }
    }

    /// Reads the remainder of the object after the events: VizTracer has the sources there.
    fn behind(&mut self) {
        let rest = std::mem::take(&mut self.piece);
        let rest = String::from_utf8_lossy(&rest);
        let rest = rest.trim().trim_start_matches(',');
        let behind: Result<Behind, _> = lone::parse(&format!("{{{rest}"), &mut String::new());
        // If it cannot be read, there are no sources.
        let Ok(behind) = behind else { return };
        self.is_viztracer |= behind.viztracer_metadata.is_some();
        let files = behind
            .file_info
            .map_or_else(BTreeMap::new, |info| info.files);
        self.sources = files
            .into_iter()
            .map(|(name, (source, _))| (name, source))
            .collect();
    }
}

impl Scan {
    /// Tracks brackets and texts.
    fn follow(&mut self, byte: u8) {
        match (self.in_text, self.escaped, byte) {
            (true, true, _) => self.escaped = false,
            (true, false, b'\\') => self.escaped = true,
            (true, false, b'"') => self.in_text = false,
            (true, false, _) => {}
            (false, _, b'"') => self.in_text = true,
            (false, _, b'{' | b'[') => self.depth += 1,
            (false, _, b'}' | b']') => self.depth = self.depth.saturating_sub(1),
            (false, ..) => {}
        }
    }
}
