//! The headless runner end to end: right JSON for good input, exit status 2 and a message that
//! names the field for bad input.
use interleave_test_support::fixtures;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::OnceLock;

#[test]
fn every_fixture_prints_its_document() {
    for fixture in fixtures() {
        let case = &fixture.case;
        let name = case.entry().name();
        let params = file(&fixture.file, &case.whole().to_string());
        let output = trace(&[&name, &params]);
        assert!(
            output.status.success(),
            "{}: {}",
            fixture.file,
            stderr(&output)
        );
        assert_eq!(stderr(&output), "", "{}", fixture.file);
        let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
        let expected: Value = serde_json::from_str(&case.document()).unwrap();
        assert_eq!(printed, expected, "{}", fixture.file);
        assert_eq!(
            printed["makespan"], fixture.trace["makespan"],
            "{}",
            fixture.file
        );
    }
}

#[test]
fn a_name_in_kebab_case_is_a_name_too() {
    let params = json!({ "mode": "gather", "tasks": [["A", 2]] });
    let output = trace(&["basic-tasks", &file("kebab.json", &params.to_string())]);
    assert!(output.status.success(), "{}", stderr(&output));
}

#[test]
fn a_race_is_printed_in_every_format() {
    let params = json!({ "tasks": [["A", 2], ["B", 1]] });
    let params = file("formats.json", &params.to_string());
    let print = |format: &str| {
        let only = "sequential,gather";
        let output = trace(&["--format", format, "--only", only, "basic-tasks", &params]);
        assert!(output.status.success(), "{format}: {}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let svg = print("svg");
    assert!(interleave_test_support::xml::read(&svg).is_ok() && svg.contains("3.0 s"));
    let chrome: Value = serde_json::from_str(&print("chrome")).unwrap();
    assert!(!chrome["traceEvents"].as_array().unwrap().is_empty());
    assert_eq!(print("csv").lines().count(), 1 + 2 * 3);
    let saved = interleave_trace::saved::open(&print("race")).unwrap();
    let modes: Vec<_> = saved.runs.iter().map(|(mode, _)| mode.as_str()).collect();
    assert_eq!(modes, ["sequential", "gather"]);
    let documents: Value = serde_json::from_str(&print("json")).unwrap();
    assert_eq!(documents[1]["mode"], "gather");
    // This used to make a file that was not opened.
    let twice = [
        "--format",
        "race",
        "--only",
        "gather,gather",
        "basic-tasks",
        &params,
    ];
    let output = trace(&twice);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--only: \"gather\" is there twice"));
}

#[test]
fn bad_params_are_refused_by_name() {
    let good = json!({
        "mode": "sequential", "seconds_per_mb": 0.5, "files": [["a", 1], ["b", 2]]
    });
    let many = vec![json!(["a", 1]); 10_001];
    // Each: where to put what into valid params, and what the message must contain.
    let cases = [
        ("/mode", Value::Null, "mode: must be a text"),
        ("/mode", json!(["sequential"]), "mode: must be a text"),
        (
            "/mode",
            json!("fastest"),
            "mode: must be one of sequential, concurrent",
        ),
        (
            "/seconds_per_mb",
            json!(-0.5),
            "seconds_per_mb: must be from 0",
        ),
        (
            "/seconds_per_mb",
            json!(1e300),
            "seconds_per_mb: must be from 0",
        ),
        (
            "/seconds_per_mb",
            json!("fast"),
            "seconds_per_mb: must be a number",
        ),
        ("/seconds_per_mb", Value::Null, "seconds_per_mb: is missing"),
        (
            "/files",
            json!([]),
            "files: must have from 1 to 10000 rows, not 0",
        ),
        (
            "/files",
            json!(many),
            "files: must have from 1 to 10000 rows, not 10001",
        ),
        ("/files", json!({}), "files: must be a list"),
        ("/files/1", json!(["b"]), "files[1]: must have 2 values"),
        (
            "/files/1",
            json!({"name": "b", "size": 2}),
            "files[1]: must be a list",
        ),
        ("/files/1/0", json!(7), "files[1].name: must be a text"),
        ("/files/1/0", json!(""), "files[1].name: must not be empty"),
        (
            "/files/1/0",
            json!("x".repeat(10_000)),
            "files[1].name: must have at most",
        ),
        ("/files/1/1", json!(-2), "files[1].size: must be from 0"),
        ("/files/1/1", json!("2"), "files[1].size: must be a number"),
        ("/max_in_flight", json!(0), "max_in_flight: must be from 1"),
        (
            "/max_in_flight",
            json!(1.5),
            "max_in_flight: must be a whole number",
        ),
        (
            "/max_in_flight",
            json!(1_000_000_000),
            "max_in_flight: must be from 1",
        ),
        ("/color", json!("red"), "color: is not a field"),
    ];
    for (place, value, message) in cases {
        let mut bad = good.clone();
        match bad.pointer_mut(place) {
            Some(field) => *field = value,
            None => bad[&place[1..]] = value,
        }
        refused("downloads", &bad.to_string(), message);
    }
}

#[test]
fn rows_that_are_objects_are_refused_by_name() {
    let city = json!({ "city": "Oslo", "temp": 3, "description": "snow", "delay": 1 });
    let cases = [
        ("delay", json!(-1), "cities[0].delay: must be from 0"),
        (
            "delay",
            json!(100_000),
            "cities[0].delay: must be from 0 to 86400",
        ),
        ("temp", Value::Null, "cities[0].temp: is missing"),
        (
            "fails",
            json!("yes"),
            "cities[0].fails: must be true or false",
        ),
        ("wind", json!(3), "cities[0].wind: is not a field"),
    ];
    for (field, value, message) in cases {
        let mut bad = city.clone();
        bad[field] = value;
        let params = json!({ "mode": "sequential", "cities": [bad] });
        refused("weather", &params.to_string(), message);
    }
}

#[test]
fn what_is_no_params_object_is_refused() {
    for (text, message) in [
        ("", "EOF"),
        ("{\"mode\": ", "EOF"),
        ("{\"mode\": \"sequential\",}", "line 1"),
        ("[1, 2]", "params: must be an object"),
        ("null", "params: must be an object"),
        ("{}", "mode: is missing"),
        ("{\"seconds_per_mb\": NaN}", "line 1"),
        ("{\"seconds_per_mb\": 1e999}", "out of range"),
        (&"[".repeat(100_000), "recursion limit"),
    ] {
        refused("downloads", text, message);
    }
}

#[test]
fn what_cannot_be_found_is_refused() {
    let params = file("found.json", "{}");
    for (args, message) in [
        (vec![], "usage"),
        (vec!["downloads"], "usage"),
        (vec!["downloads", &params, "more"], "usage"),
        (vec!["downloads", &params, "--format"], "usage"),
        (
            vec!["--format", "png", "downloads", &params],
            "--format: \"png\" is not known",
        ),
        (
            vec!["--only", "fastest", "downloads", &params],
            "--only: must be one of sequential",
        ),
        (
            vec!["uploads", &params],
            "uploads: no such playground; there are",
        ),
        (vec!["", &params], "no such playground"),
        (
            vec!["downloads", "/nowhere/params.json"],
            "/nowhere/params.json",
        ),
        (vec!["downloads", "/"], "/: "),
    ] {
        assert_refused(&trace(&args), message, &format!("{args:?}"));
    }
}

fn refused(playground: &str, params: &str, message: &str) {
    let name = format!("bad {}.json", message.replace('/', " "));
    let shown: String = params.chars().take(200).collect();
    assert_refused(&trace(&[playground, &file(&name, params)]), message, &shown);
}

fn assert_refused(output: &Output, message: &str, input: &str) {
    let stderr = stderr(output);
    assert_eq!(output.status.code(), Some(2), "{input}: {stderr}");
    assert!(
        stderr.contains(message),
        "{input}: {message:?} is not in {stderr:?}"
    );
    assert!(
        stderr.len() < 5_000,
        "{input}: {} bytes of message",
        stderr.len()
    );
    assert!(
        output.stdout.is_empty(),
        "{input}: something is printed nevertheless"
    );
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A file for one test's input, under the target folder.
fn file(name: &str, text: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn trace(args: &[&str]) -> Output {
    Command::new(runner()).args(args).output().unwrap()
}

/// The built example; cargo says where it is.
fn runner() -> &'static PathBuf {
    static RUNNER: OnceLock<PathBuf> = OnceLock::new();
    RUNNER.get_or_init(|| {
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "--message-format", "json"]);
        // As `cargo test --workspace` builds it: with another profile or fewer packages, all crates are compiled once more.
        let profile = if cfg!(debug_assertions) {
            "test"
        } else {
            "release"
        };
        build.args(["--workspace", "--example", "trace", "--profile", profile]);
        build.current_dir(env!("CARGO_MANIFEST_DIR"));
        let output = build.output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        let messages = serde_json::Deserializer::from_slice(&output.stdout).into_iter::<Value>();
        let of_runner = |message: &Value| message["target"]["name"] == "trace";
        let built = messages.map(Result::unwrap).find(of_runner).unwrap();
        PathBuf::from(built["executable"].as_str().unwrap())
    })
}
