//! The Python lab's program with its world, as stored in a link, a file or the page's memory. Pure: no browser.
//!
//! A link says one of
//!
//! ```text
//! #/lab                               the lab as it was left
//! #/lab?program=lost-update           a program of the gallery
//! #/lab?playground=downloads&...      a playground's Python, with the params of that link
//! #/lab?z=...                         a program: JSON, raw deflate, base64url
//! ```
//!
//! `embed=1` shows the lab within a frame of another page. What is packed is the JSON of [`LabProgram::to_json`].

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use interleave_trace::sort_by;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use serde_json::{Map, Value, json};

/// The name of the page in URLs.
pub const SLUG: &str = "lab";
/// The longest link, in characters of what is packed; a longer program is saved as a file.
pub const MAX_PACKED: usize = 8 * 1024;
/// The longest program, in bytes.
pub const MAX_SOURCE: usize = 1_000_000;
/// How long a run may compute, in seconds.
const BUDGET: f64 = 4.0;
/// The most rules of a world, and lines of input.
const MAX_ROWS: usize = 1_000;

/// A program, and the world that it runs in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LabProgram {
    /// Its Python.
    pub source: String,
    /// What `random` is seeded with.
    pub seed: u64,
    /// What `input()` gives, line by line.
    pub inputs: Vec<String>,
    /// How requests are answered: by the first rule that matches, or else by the lab's own answer.
    pub rules: Vec<Rule>,
    /// The seed of the order among tasks that are ready at one instant; none: asyncio's own order.
    pub schedule: Option<u64>,
    /// At which await the main task is cancelled, counted from 1; none: it is not.
    pub cancel: Option<u64>,
}

/// How requests to some addresses are answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The address, in which `*` matches any text.
    pub url: String,
    /// How long an answer takes, in seconds.
    pub latency: f64,
    /// The part of the latency by which it varies, 0 to 1.
    pub spread: f64,
    /// The status of the answer.
    pub status: u16,
    /// The part of the requests that fail, 0 to 1.
    pub failures: f64,
    /// The text of the answer; empty: the lab's own.
    pub body: String,
}

impl Default for Rule {
    fn default() -> Self {
        Self {
            url: "*".to_owned(),
            latency: 0.1,
            spread: 0.0,
            status: 200,
            failures: 0.0,
            body: String::new(),
        }
    }
}

impl Rule {
    /// What is wrong with the rule, in words; `None` if it is valid.
    pub fn problem(&self) -> Option<&'static str> {
        let is_part = |part: f64| (0.0..=1.0).contains(&part);
        if self.url.trim().is_empty() {
            Some("the address is empty; * is any")
        } else if !(0.0..=3600.0).contains(&self.latency) {
            Some("the latency must be 0 to 3600 seconds")
        } else if !(100..600).contains(&self.status) {
            Some("the status must be 100 to 599")
        } else if !is_part(self.spread) || !is_part(self.failures) {
            Some("spread and failures must be 0 to 100 %")
        } else {
            None
        }
    }

    fn to_json(&self) -> Value {
        json!({
            "url": self.url, "latency": self.latency, "spread": self.spread, "status": self.status,
            "failures": self.failures, "body": self.body,
        })
    }

    fn from_json(value: &Value) -> Result<Self, String> {
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let number = |key: &str| value.get(key).and_then(Value::as_f64);
        let plain = Self::default();
        let status = match value.get("status") {
            None => Some(plain.status),
            Some(status) => status.as_u64().and_then(|status| status.try_into().ok()),
        };
        let rule = Self {
            url: text("url").ok_or("a rule has no address")?,
            latency: number("latency").unwrap_or(plain.latency),
            spread: number("spread").unwrap_or(plain.spread),
            status: status.ok_or("a rule's status is no number")?,
            failures: number("failures").unwrap_or(plain.failures),
            body: text("body").unwrap_or_default(),
        };
        match rule.problem() {
            None => Ok(rule),
            Some(problem) => Err(format!("a rule of its world cannot be used: {problem}")),
        }
    }
}

impl LabProgram {
    /// A program in a world without rules.
    pub fn of(source: impl Into<String>) -> Self {
        Self {
            source: source.into(),
            ..Self::default()
        }
    }

    /// The JSON that is packed into links: values that are as usual are left out.
    pub fn to_json(&self) -> String {
        let mut all = Map::new();
        all.insert("source".to_owned(), Value::from(self.source.as_str()));
        let mut add = |key: &str, value: Value| {
            all.insert(key.to_owned(), value);
        };
        if self.seed != 0 {
            add("seed", Value::from(self.seed));
        }
        if !self.inputs.is_empty() {
            add("inputs", Value::from(self.inputs.clone()));
        }
        if !self.rules.is_empty() {
            // A rule that is only half typed would make the whole program unreadable.
            let rules = self.rules.iter().filter(|rule| rule.problem().is_none());
            add("world", rules.map(Rule::to_json).collect());
        }
        if let Some(schedule) = self.schedule {
            add("schedule", Value::from(schedule));
        }
        if let Some(cancel) = self.cancel {
            add("cancel", Value::from(cancel));
        }
        Value::Object(all).to_string()
    }

    /// Reads the JSON that [`LabProgram::to_json`] writes.
    ///
    /// # Errors
    ///
    /// The text is not such JSON, or is too large.
    pub fn from_json(text: &str) -> Result<Self, String> {
        if text.len() > 2 * MAX_SOURCE {
            return Err("it is too large".to_owned());
        }
        let value: Value =
            serde_json::from_str(text).map_err(|_| "it holds no program of the lab".to_owned())?;
        let list = |key: &str| match value.get(key) {
            None => Ok(Vec::new()),
            Some(Value::Array(rows)) if rows.len() <= MAX_ROWS => Ok(rows.clone()),
            Some(_) => Err(format!("its {key} is no list of at most {MAX_ROWS}")),
        };
        let whole = |key: &str| match value.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(number) => match number.as_u64() {
                Some(number) => Ok(Some(number)),
                None => Err(format!("its {key} is no whole number")),
            },
        };
        let source = value.get("source").and_then(Value::as_str);
        let source = source.ok_or("it holds no program of the lab")?;
        if source.len() > MAX_SOURCE {
            return Err("the program is too large".to_owned());
        }
        let inputs = list("inputs")?.into_iter().map(|line| match line {
            Value::String(line) => Ok(line),
            _ => Err("a line of its input is no text".to_owned()),
        });
        Ok(Self {
            source: source.to_owned(),
            seed: whole("seed")?.unwrap_or(0),
            inputs: inputs.collect::<Result<_, String>>()?,
            rules: list("world")?
                .iter()
                .map(Rule::from_json)
                .collect::<Result<_, String>>()?,
            schedule: whole("schedule")?,
            cancel: whole("cancel")?,
        })
    }

    /// The name of its run beside other runs of the same source: its schedule, or where it is cancelled.
    pub fn variation(&self) -> String {
        match (self.schedule, self.cancel) {
            (None, None) => "asyncio's own order".to_owned(),
            (Some(schedule), None) => format!("schedule {schedule}"),
            (None, Some(cancel)) => format!("cancelled at await {cancel}"),
            (Some(schedule), Some(cancel)) => {
                format!("schedule {schedule}, cancelled at await {cancel}")
            }
        }
    }

    /// The request that is sent to Python for a run.
    pub fn request(&self) -> Value {
        json!({
            "source": self.source,
            "file": "program.py",
            "seed": self.seed,
            "inputs": self.inputs,
            "world": self.rules.iter().map(Rule::to_json).collect::<Vec<_>>(),
            "limits": {"wall": BUDGET, "virtual": 3600.0, "events": 300_000, "turns": 100_000},
            "schedule": self.schedule,
            "cancel": self.cancel,
        })
    }
}

/// Whether a program is a version of another one, rather than a program of its own: at least half of the lines are the same.
pub fn is_version(before: &str, after: &str) -> bool {
    fn lines(text: &str) -> Vec<&str> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let mut lines: Vec<_> = lines.collect();
        sort_by(&mut lines, Ord::cmp);
        lines
    }
    let (one, other) = (lines(before), lines(after));
    let (mut at, mut same) = (0, 0);
    for line in &one {
        at += other[at..].partition_point(|it| it < line);
        if other.get(at) == Some(line) {
            (at, same) = (at + 1, same + 1);
        }
    }
    2 * same >= one.len().max(other.len())
}

/// What a link asks the lab to show.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// The program that was there the last time.
    AsLeft,
    /// A program of the gallery.
    Example(String),
    /// A playground's Python: its name, and the settings of its link.
    Playground(String, String),
    /// This program.
    Program(LabProgram),
}

/// Reads the hash of a link to the lab.
///
/// # Errors
///
/// The program or name in it cannot be read.
pub fn asked(hash: &str) -> Result<Asked, String> {
    let query = hash.split_once('?').map_or("", |(_, query)| query);
    let first = query.split('&').find(|pair| !pair.starts_with("embed="));
    let (key, value) = first
        .unwrap_or_default()
        .split_once('=')
        .unwrap_or_default();
    let name = |value: &str| -> Result<String, String> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if value.is_empty() || value.len() > 100 || !value.chars().all(is_plain) {
            return Err("it names no program".to_owned());
        }
        Ok(value.to_owned())
    };
    match key {
        "" => Ok(Asked::AsLeft),
        "program" => Ok(Asked::Example(name(value)?)),
        "playground" => {
            let settings = query
                .split('&')
                .filter(|pair| !pair.starts_with("embed=") && !pair.starts_with("playground="));
            let settings: Vec<_> = settings.collect();
            Ok(Asked::Playground(name(value)?, settings.join("&")))
        }
        "z" => {
            if value.len() > MAX_PACKED {
                return Err("it is too long".to_owned());
            }
            let broken = "it was cut off or changed on its way";
            let packed = BASE64_URL_SAFE_NO_PAD.decode(value).map_err(|_| broken)?;
            // A few bytes can decompress to gigabytes.
            let json = decompress_to_vec_with_limit(&packed, 2 * MAX_SOURCE).map_err(|_| broken)?;
            let json = String::from_utf8(json).map_err(|_| broken)?;
            Ok(Asked::Program(LabProgram::from_json(&json)?))
        }
        _ => Err(format!(
            "there is no “{}” in links to the lab",
            key.chars().take(20).collect::<String>()
        )),
    }
}

/// The hash of a link that holds a program; `None` if it is too long for one.
pub fn link(program: &LabProgram) -> Option<String> {
    let packed = compress_to_vec(program.to_json().as_bytes(), 9);
    let text = BASE64_URL_SAFE_NO_PAD.encode(packed);
    (text.len() <= MAX_PACKED).then(|| format!("#/{SLUG}?z={text}"))
}

/// The setting that makes a link to the lab one for a frame of another page.
pub const EMBEDDED: &str = "embed=1";

/// Whether a hash shows the lab within a frame of another page.
pub fn is_embedded(hash: &str) -> bool {
    let query = hash.split_once('?').map_or("", |(_, query)| query);
    query.split('&').any(|pair| pair == EMBEDDED)
}

/// The link of an embedded lab without [`EMBEDDED`].
pub fn whole(link: &str) -> String {
    let (page, query) = link.split_once('?').unwrap_or((link, ""));
    let pairs = query
        .split('&')
        .filter(|pair| !pair.is_empty() && *pair != EMBEDDED);
    let query = pairs.collect::<Vec<_>>().join("&");
    match query.is_empty() {
        true => page.to_owned(),
        false => format!("{page}?{query}"),
    }
}

/// The same link for a frame of another page.
pub fn embedded(link: &str) -> String {
    let separator = if link.contains('?') { '&' } else { '?' };
    format!("{link}{separator}{EMBEDDED}")
}

/// A playground's Python as a program: with these params, and each of these strategies in an `asyncio.run` of its own, so
/// that they race. Strategies that only Rust has are left out.
///
/// # Errors
///
/// The source is not laid out as a playground's, or has none of the strategies.
pub fn of_playground(source: &str, params: &Value, strategies: &[&str]) -> Result<String, String> {
    let mut program = String::with_capacity(source.len());
    let mut lines = source.lines();
    let mut has_params = false;
    while let Some(line) = lines.next() {
        if line.starts_with("if __name__ ==") {
            break;
        }
        if line.starts_with("PARAMS =") {
            has_params = true;
            program.push_str("PARAMS = ");
            write_python(params, 0, &mut program);
            program.push('\n');
            // One line, or all up to the brace that closes it.
            if !line.ends_with('}') {
                lines.by_ref().find(|line| line.starts_with('}'));
            }
            continue;
        }
        // Marks link lines to those of the Rust source: here they are noise.
        let line = line.find("  # @").map_or(line, |at| &line[..at]);
        program.push_str(line);
        program.push('\n');
    }
    if !has_params {
        return Err("its source has no PARAMS".to_owned());
    }
    program.truncate(program.trim_end().len());
    program.push_str("\n\n\n");
    // A name that is a Python keyword has an underscore. Strategies that only Rust has are left out.
    let names = strategies
        .iter()
        .flat_map(|name| [(*name).to_owned(), format!("{name}_")]);
    let names: Vec<_> = names
        .filter(|name| program.contains(&format!("async def {name}(")))
        .collect();
    if names.is_empty() {
        return Err("Python has none of these strategies".to_owned());
    }
    for name in names {
        program.push_str(&format!("asyncio.run({name}(PARAMS))\n"));
    }
    Ok(program)
}

/// Values longer than this many characters are written over several lines.
const WIDTH: usize = 72;

/// Writes a value as Python does.
fn write_python(value: &Value, depth: usize, out: &mut String) {
    let flat = python(value);
    if depth * 4 + flat.len() <= WIDTH {
        return out.push_str(&flat);
    }
    let indent = "    ".repeat(depth + 1);
    let mut rows = |open: char, close: char, rows: &mut dyn Iterator<Item = (String, &Value)>| {
        out.push(open);
        for (key, value) in rows {
            out.push('\n');
            out.push_str(&indent);
            out.push_str(&key);
            write_python(value, depth + 1, out);
            out.push(',');
        }
        out.push('\n');
        out.push_str(&"    ".repeat(depth));
        out.push(close);
    };
    match value {
        Value::Array(values) if !values.is_empty() => {
            rows(
                '[',
                ']',
                &mut values.iter().map(|value| (String::new(), value)),
            );
        }
        Value::Object(values) if !values.is_empty() => {
            let pairs = values.iter();
            rows(
                '{',
                '}',
                &mut pairs.map(|(key, value)| (format!("{}: ", text(key)), value)),
            );
        }
        _ => out.push_str(&flat),
    }
}

fn python(value: &Value) -> String {
    let joined = |values: Vec<String>| values.join(", ");
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(value) => text(value),
        Value::Array(values) => format!("[{}]", joined(values.iter().map(python).collect())),
        Value::Object(values) => {
            let pairs = values.iter();
            let pairs = pairs.map(|(key, value)| format!("{}: {}", text(key), python(value)));
            format!("{{{}}}", joined(pairs.collect()))
        }
    }
}

/// A string literal of Python. JSON's escapes are Python's, except pairs of surrogates, which JSON need not write.
fn text(value: &str) -> String {
    Value::from(value).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_program_comes_back_from_its_json() {
        let program = LabProgram {
            source: "import asyncio\nprint(\"\u{e9}\")\n".to_owned(),
            seed: u64::MAX,
            inputs: vec!["one".to_owned(), String::new()],
            rules: vec![Rule {
                url: "*weather*".to_owned(),
                failures: 0.25,
                ..Rule::default()
            }],
            schedule: Some(0),
            cancel: Some(3),
        };
        assert_eq!(LabProgram::from_json(&program.to_json()), Ok(program));
        let plain = LabProgram::of("x");
        assert_eq!(plain.to_json(), "{\"source\":\"x\"}");
    }

    #[test]
    fn a_version_has_half_of_its_lines_in_common() {
        let before = "import asyncio\n\nasync def main():\n    await asyncio.sleep(1)\n\nasyncio.run(main())\n";
        assert!(is_version(before, before));
        assert!(is_version(before, &before.replace("sleep(1)", "sleep(2)")));
        assert!(is_version(
            before,
            &before.replace("    await", "    x = 1\n    await")
        ));
        assert!(!is_version(before, "print(1)\nprint(2)\nimport asyncio\n"));
        assert!(!is_version(before, ""));
        assert!(!is_version("a\nb\nc\na\n", "a\nd\ne\nf\n"));
    }

    #[test]
    fn what_is_no_program_is_refused_with_a_reason() {
        for (text, reason) in [
            ("", "no program"),
            ("[]", "no program"),
            ("{\"source\": 1}", "no program"),
            ("{\"source\": \"\", \"seed\": -1}", "seed"),
            ("{\"source\": \"\", \"inputs\": [1]}", "input"),
            ("{\"source\": \"\", \"world\": {}}", "world"),
            ("{\"source\": \"\", \"world\": [{}]}", "address"),
            (
                "{\"source\": \"\", \"world\": [{\"url\": \"*\", \"latency\": -1}]}",
                "latency",
            ),
            (
                "{\"source\": \"\", \"world\": [{\"url\": \"*\", \"status\": 99}]}",
                "status",
            ),
        ] {
            let error = LabProgram::from_json(text).expect_err(text);
            assert!(error.contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn links_are_read_and_wrong_ones_say_why() {
        assert_eq!(asked("#/lab"), Ok(Asked::AsLeft));
        assert_eq!(asked("#/lab?embed=1"), Ok(Asked::AsLeft));
        assert_eq!(
            asked("#/lab?program=lost-update"),
            Ok(Asked::Example("lost-update".to_owned()))
        );
        assert_eq!(
            asked("#/lab?playground=downloads&seed=7&embed=1"),
            Ok(Asked::Playground(
                "downloads".to_owned(),
                "seed=7".to_owned()
            ))
        );
        for wrong in [
            "#/lab?z=%",
            "#/lab?z=A",
            "#/lab?program=../x",
            "#/lab?run=1",
        ] {
            assert!(asked(wrong).is_err(), "{wrong}");
        }
        let long = format!("#/lab?z={}", "A".repeat(MAX_PACKED + 4));
        assert!(asked(&long).is_err());
        let bomb = compress_to_vec(&vec![b' '; 8 * MAX_SOURCE], 9);
        let bomb = format!("#/lab?z={}", BASE64_URL_SAFE_NO_PAD.encode(bomb));
        assert!(asked(&bomb).is_err());
        let mut state = 1u64;
        let mut noise = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            char::from(33 + (state >> 57) as u8 % 90)
        };
        let noise: String = (0..20_000).map(|_| noise()).collect();
        assert_eq!(link(&LabProgram::of(noise)), None);
    }

    #[test]
    fn every_playgrounds_python_becomes_a_program_of_its_strategies() {
        for entry in interleave_playgrounds::Entry::all() {
            let [_, source] = entry.sources();
            let modes: Vec<_> = entry.strategies().iter().map(|one| one.mode).collect();
            let program = of_playground(source, &entry.defaults(), &modes);
            let program = program.unwrap_or_else(|why| panic!("{}: {why}", entry.slug));
            let notes = source
                .lines()
                .find_map(|line| line.strip_prefix("# Rust only: "));
            let left_out = notes.and_then(|note| note.split('.').next());
            let left_out = left_out.map_or(0, |modes| modes.split(", ").count());
            let runs = program.matches("\nasyncio.run(").count();
            assert_eq!(runs + left_out, modes.len(), "{}", entry.slug);
            assert!(
                !program.contains("# @") && !program.contains("__main__"),
                "{}",
                entry.slug
            );
        }
    }

    #[test]
    fn a_rule_that_cannot_be_used_does_not_cost_the_program() {
        let rule = |latency| Rule {
            latency,
            ..Rule::default()
        };
        let program = LabProgram {
            rules: vec![rule(-1.0), rule(2.0), rule(f64::NAN)],
            ..LabProgram::of("print(1)")
        };
        let read = LabProgram::from_json(&program.to_json()).unwrap();
        assert_eq!(read.source, program.source);
        assert_eq!(read.rules, [rule(2.0)]);
    }

    #[test]
    fn an_embedded_link_is_the_link_with_one_setting_more() {
        for link in ["#/lab", "#/lab?z=abc", "#/lab?playground=downloads&seed=7"] {
            let embedded = embedded(link);
            assert!(is_embedded(&embedded) && !is_embedded(link), "{link}");
            assert_eq!(whole(&embedded), link);
        }
        assert_eq!(whole("#/lab?embed=1&program=tasks"), "#/lab?program=tasks");
    }

    #[test]
    fn params_are_written_as_python() {
        let source = "PARAMS = {\n    \"a\": 1,\n}\n\nasync def try_(p):\n    pass  # @x\n\nif __name__ == \"__main__\":\n    pass\n";
        let params = json!({"flag": true, "none": null, "text": "a\"\u{e9}", "rows": [["x", 1.5]]});
        let program = of_playground(source, &params, &["try"]).unwrap();
        assert_eq!(
            program,
            "PARAMS = {\"flag\": True, \"none\": None, \"text\": \"a\\\"\u{e9}\", \"rows\": [[\"x\", 1.5]]}\n\nasync def try_(p):\n    pass\n\n\nasyncio.run(try_(PARAMS))\n"
        );
    }

    proptest! {
        #[test]
        fn a_program_comes_back_from_its_link(source in ".{0,300}", seed: u64) {
            let program = LabProgram { seed, ..LabProgram::of(source) };
            let link = link(&program).unwrap();
            prop_assert_eq!(asked(&link), Ok(Asked::Program(program)));
        }

        #[test]
        fn no_hash_and_no_json_panics(text in ".{0,200}") {
            let _ = asked(&text);
            let _ = LabProgram::from_json(&text);
        }
    }
}
