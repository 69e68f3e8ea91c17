//! Every run is CPython's: each fixture is a params object and what the reference made of it.
use interleave_playgrounds::Entry;
use interleave_test_support::{Fixture, fixtures};
use serde_json::{Value, json};

/// The resolution of the traces, in seconds.
const STEP: f64 = 1e-6;

#[test]
fn every_fixture_is_met() {
    let mut differences = Vec::new();
    for fixture in fixtures() {
        let mut found = serde_json::from_str(&fixture.case.document()).unwrap();
        differences.extend(name_as_expected(&fixture.trace, &mut found));
        let found = compare(&fixture.trace, &found);
        differences.extend(found.iter().map(|what| format!("{}: {what}", fixture.file)));
    }
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

#[test]
fn every_playground_has_a_fixture() {
    let fixtures = fixtures();
    for entry in Entry::all() {
        let slug = entry.slug;
        assert!(
            fixtures.iter().any(|fixture| fixture.case.slug == slug),
            "{slug} has none: write tests/fixtures/{0}.STRATEGY.params.json, a preset's params with the strategy as \
             \"mode\"; then `cargo run -p interleave-playgrounds --example fixtures` writes its trace",
            entry.name()
        );
    }
}

#[test]
fn the_articles_params_are_presets() {
    // The "edge" fixtures are no article's: odd names, ties, zeros, and absent and empty fields.
    let is_article = |fixture: &Fixture| !fixture.file.contains(".edge_");
    for fixture in fixtures().into_iter().filter(is_article) {
        let presets = (fixture.case.entry().presets)();
        // A preset may say more: what a strategy needs that the article does not have.
        let says = |preset: &Value| {
            let article = fixture.case.params.as_object();
            article.is_some_and(|article| article.iter().all(|(key, value)| preset[key] == *value))
        };
        let known = presets.iter().any(|preset| says(&preset.params));
        assert!(known, "{}: no preset has these params", fixture.file);
    }
}

/// The reference calls two tasks "A #2" if they are named "A", "A" and "A #2"; in a run, all names are unique. Calls tasks
/// as the reference does, which needs their places alone; says which name is there twice.
fn name_as_expected(expected: &Value, found: &mut Value) -> Option<String> {
    let names = |trace: &Value| {
        let names = rows(&trace["tasks"]).iter();
        let names = names.map(|task| task["name"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    let (theirs, ours) = (names(expected), names(found));
    let twice = |names: &[String]| {
        let mut places = 1..names.len();
        let place = places.find(|&i| names[..i].contains(&names[i]));
        place.map(|place| names[place].clone())
    };
    // Elsewhere each name must be the reference's.
    let collides = twice(&theirs).is_some();
    let pairs = ours.iter().zip(&theirs).filter(|(ours, theirs)| {
        let same = ours
            .rsplit_once(" #")
            .map(|(bare, _)| theirs.starts_with(bare));
        collides && ours != theirs && same == Some(true)
    });
    let pairs: Vec<_> = pairs.collect();
    // Also where a text begins with the name: "A #2 #2 completed".
    let renamed = |text: &str| {
        let begins = |name: &str| {
            text.strip_prefix(name)
                .filter(|rest| !rest.starts_with(" #"))
        };
        let named = pairs
            .iter()
            .find_map(|(ours, theirs)| Some((theirs, begins(ours)?)));
        named.map(|(theirs, rest)| json!(format!("{theirs}{rest}")))
    };
    for list in ["tasks", "log"] {
        for row in found[list].as_array_mut().unwrap() {
            for field in ["name", "task", "text", "detail"] {
                if let Some(name) = row[field].as_str().and_then(&renamed) {
                    row[field] = name;
                }
            }
        }
    }
    twice(&ours).map(|name| format!("{name:?} is there twice"))
}

/// Times to the resolution, all else exactly: also the order of events within an instant, since the runtime takes the same
/// turns as CPython's loop.
fn compare(expected: &Value, found: &Value) -> Vec<String> {
    let mut differences = Vec::new();
    for key in [
        "playground",
        "mode",
        "params",
        "makespan",
        "counters",
        "results",
    ] {
        same(&expected[key], &found[key], key, &mut differences);
    }
    deadlock(&expected["deadlock"], found, &mut differences);
    let (ours, theirs) = (rows(&found["tasks"]), rows(&expected["tasks"]));
    if ours.len() != theirs.len() {
        differences.push(format!("{} tasks, not {}", ours.len(), theirs.len()));
    }
    for (ours, theirs) in ours.iter().zip(theirs) {
        same(
            theirs,
            ours,
            &format!("task {}", theirs["name"]),
            &mut differences,
        );
    }
    let (ours, theirs) = (instants(&found["log"]), instants(&expected["log"]));
    let last = ours.len().max(theirs.len());
    let nothing = (f64::NAN, Vec::new());
    for i in 0..last {
        let (at, ours) = ours.get(i).unwrap_or(&nothing);
        let (expected_at, theirs) = theirs.get(i).unwrap_or(&nothing);
        let on_time = (at - expected_at).abs() <= STEP;
        if !on_time || ours != theirs {
            differences.push(format!(
                "log, instant {i}:\n  expected at {expected_at}: {}\n  found at {at}: {}",
                theirs.join(" | "),
                ours.join(" | ")
            ));
            // What follows is usually the same difference again.
            break;
        }
    }
    differences
}

/// Both hang at the same instant, or neither does. What each unfinished task waits for is said in
/// our own words.
fn deadlock(expected: &Value, found: &Value, differences: &mut Vec<String>) {
    let ours = &found["deadlock"];
    same(&expected["t"], &ours["t"], "deadlock.t", differences);
    let hung = |task: &&Value| task["outcome"] == "hung";
    let hung = rows(&found["tasks"])
        .iter()
        .filter(hung)
        .map(|task| &task["name"]);
    let main = (!ours.is_null()).then(|| json!("main"));
    let named: Vec<_> = main.iter().chain(hung).filter_map(Value::as_str).collect();
    let words = ours["pending"].as_array().map_or(&[][..], Vec::as_slice);
    let names = |(name, words): (&&str, &Value)| {
        let rest = words.as_str().and_then(|words| words.strip_prefix(*name));
        rest.is_some_and(|rest| rest.starts_with(" waits ") && !rest.contains('?'))
    };
    if words.len() != named.len() || !named.iter().zip(words).all(names) {
        differences.push(format!("deadlock.pending: {words:?} do not name {named:?}"));
    }
}

/// Compares two values, numbers to the resolution but never a whole one with another kind.
fn same(expected: &Value, found: &Value, path: &str, differences: &mut Vec<String>) {
    match (expected, found) {
        (Value::Array(theirs), Value::Array(ours)) if theirs.len() == ours.len() => {
            for (i, (theirs, ours)) in theirs.iter().zip(ours).enumerate() {
                same(theirs, ours, &format!("{path}[{i}]"), differences);
            }
        }
        (Value::Object(theirs), Value::Object(ours))
            if theirs.keys().all(|k| ours.contains_key(k)) =>
        {
            for (key, ours) in ours {
                let theirs = theirs.get(key).unwrap_or(&Value::Null);
                same(theirs, ours, &format!("{path}.{key}"), differences);
            }
        }
        (Value::Number(theirs), Value::Number(ours)) if theirs.is_f64() == ours.is_f64() => {
            let (theirs, ours) = (theirs.as_f64().unwrap(), ours.as_f64().unwrap());
            if (theirs - ours).abs() > STEP {
                differences.push(format!("{path}: expected {theirs}, found {ours}"));
            }
        }
        _ if expected == found => {}
        _ => differences.push(format!("{path}: expected {expected}, found {found}")),
    }
}

fn rows(list: &Value) -> &[Value] {
    list.as_array().unwrap()
}

/// The log as instants, each with its events in order.
fn instants(log: &Value) -> Vec<(f64, Vec<String>)> {
    let mut instants: Vec<(f64, Vec<String>)> = Vec::new();
    for row in rows(log) {
        let at = row["t"].as_f64().unwrap();
        let event = format!("{} {} {}", row["task"], row["kind"], row["text"]);
        match instants.last_mut() {
            Some((last, events)) if *last == at => events.push(event),
            _ => instants.push((at, vec![event])),
        }
    }
    instants
}

/// A comparison that finds nothing is worth nothing: each of these changes must be seen.
#[test]
fn the_comparison_sees_every_kind_of_difference() {
    let is_good = |fixture: &Fixture| fixture.file == "weather.concurrent.params.json";
    let good = fixtures().into_iter().find(is_good).unwrap().trace;
    assert_eq!(compare(&good, &good), Vec::<String>::new());
    let changes: &[(&str, Value)] = &[
        ("/makespan", json!(2.800_002)),
        ("/makespan", Value::Null),
        ("/tasks/2/outcome", json!("ok")),
        ("/tasks/2/detail", json!("")),
        ("/tasks/2/created", json!(0.1)),
        ("/tasks/0/spans/0/end", json!(1.4)),
        ("/tasks/0/spans", json!([])),
        ("/tasks/1", Value::Null),
        ("/counters", json!({"permits_in_use": [[0.0, 1]]})),
        ("/results/cities/0/temperature", json!(15.0)),
        ("/log/0/text", json!("?")),
        ("/log/0/kind", json!("note")),
        ("/log/0/t", json!(0.5)),
    ];
    for (place, value) in changes {
        let mut bad = good.clone();
        *bad.pointer_mut(place).unwrap() = value.clone();
        assert_ne!(
            compare(&good, &bad),
            Vec::<String>::new(),
            "{place} = {value}"
        );
    }
    // Two events of one instant that have changed places used to be no difference.
    let mut swapped = good.clone();
    let log = swapped["log"].as_array_mut().unwrap();
    let place = (1..log.len()).find(|&i| log[i - 1]["t"] == log[i]["t"] && log[i - 1] != log[i]);
    let place = place.unwrap();
    log.swap(place - 1, place);
    assert_ne!(
        compare(&good, &swapped),
        Vec::<String>::new(),
        "two lines have changed places"
    );
    let mut short = good.clone();
    short["log"].as_array_mut().unwrap().pop();
    assert_ne!(
        compare(&good, &short),
        Vec::<String>::new(),
        "a log line is missing"
    );
}
