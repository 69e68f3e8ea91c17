//! Chrome trace events of other tools, if they contain tasks: those of VizTracer for asyncio, and those of
//! `tracing-chrome` for spans, such as Tokio's tasks.
//!
//! They are converted into the lines of a recording ([`super::read`]), so that one reader checks both. The information that
//! a tool does not write is listed in [`Recorded::missing`](super::Recorded::missing).

mod events;
mod spans;
mod viztracer;

pub use events::Chrome;

use crate::sort_by_key;
use events::Event;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Lines of a recording that are made one by one, in any order of time.
struct Lines {
    /// Definitions.
    head: Vec<Value>,
    /// Events with their times. Events of one instant keep their order.
    events: Vec<(u64, Value)>,
    sites: HashMap<(String, u32, String), u32>,
    files: HashMap<String, u32>,
}

/// The contents of a file of another tool.
pub struct Told {
    /// The same as a recording.
    pub text: String,
    /// The information that the tool does not write, in sentences.
    pub missing: Vec<String>,
}

impl Lines {
    fn new(program: &str) -> Self {
        let head = json!({"format": super::FORMAT, "version": super::VERSION, "program": program});
        let run = json!({"define": "run", "id": 1});
        Self {
            head: vec![head, run],
            events: Vec::new(),
            sites: HashMap::new(),
            files: HashMap::new(),
        }
    }

    fn at(&mut self, at: u64, task: u64, event: &[Value]) {
        let line = [json!(at), json!(task)].into_iter();
        let line = line.chain(event.iter().cloned());
        self.events.push((at, Value::Array(line.collect())));
    }

    /// The number of a file; `source` gives its text.
    fn file(&mut self, name: &str, source: impl FnOnce(&str) -> Option<String>) -> u32 {
        if let Some(&known) = self.files.get(name) {
            return known;
        }
        let id = self.files.len() as u32 + 1;
        let source = source(name);
        let user = !is_of_library(name);
        let short = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let shown = if user { short } else { name };
        let mut line = json!({"define": "file", "id": id, "name": shown, "user": user});
        if let (Some(source), true) = (source, user) {
            line["source"] = json!(source);
        }
        self.head.push(line);
        self.files.insert(name.to_owned(), id);
        id
    }

    /// The number of a place.
    fn site(
        &mut self,
        file: &str,
        line: u32,
        function: &str,
        source: impl FnOnce(&str) -> Option<String>,
    ) -> u32 {
        let key = (file.to_owned(), line, function.to_owned());
        if let Some(&known) = self.sites.get(&key) {
            return known;
        }
        let id = self.sites.len() as u32 + 1;
        let file = self.file(file, source);
        let site =
            json!({"define": "site", "id": id, "file": file, "line": line, "function": function});
        self.head.push(site);
        self.sites.insert(key, id);
        id
    }

    /// All lines, by their times.
    fn finish(mut self, end: u64) -> String {
        sort_by_key(&mut self.events, |&(at, _)| at);
        let closed = json!([end, null, "closed", 1]);
        let events = self.events.into_iter().map(|(_, line)| line);
        let mut text = String::new();
        for line in self.head.into_iter().chain(events).chain([closed]) {
            text.push_str(&line.to_string());
            text.push('\n');
        }
        text
    }
}

/// Whether a Python file belongs to a library.
fn is_of_library(file: &str) -> bool {
    let file = file.replace('\\', "/");
    file.starts_with('<')
        || file.contains("/site-packages/")
        || file.contains("/lib/python")
        || file.contains("/Lib/")
        || file.contains("/.cargo/")
        || file.contains("/rustc/")
}

/// Nanoseconds since the first event.
fn nanos(events: &[Event]) -> impl Fn(f64) -> u64 + use<> {
    let first = events.iter().map(|event| event.ts);
    let first = first.fold(f64::INFINITY, f64::min);
    // Microseconds with three decimals: rounding must not change the order of events.
    move |micros: f64| ((micros - first) * 1000.0).round().max(0.0) as u64
}
