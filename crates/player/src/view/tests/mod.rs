//! Links written by hand.
//!
//! # What must stay true
//!
//! - A link never panics, and its route is valid; views and values survive the round trip (`any`).
//! - Parts that cannot be used are reported. Defaults make short links.
//! - The script that readers copy to embed a playground is the one that is tested and documented (`embed`).

mod any;
mod embed;

use super::*;
use interleave_playgrounds::CARDS;
use serde_json::json;

fn view(hash: &str) -> View {
    match parse(hash) {
        (Route::Playground(view), problems) if problems.is_empty() => view,
        other => panic!("{hash}: {other:?}"),
    }
}

fn problems(hash: &str) -> Vec<String> {
    parse(hash).1.iter().map(Problem::to_string).collect()
}

/// Fails unless the playground, params and settings of the route exist and are valid.
fn assert_valid(route: &Route) {
    let Route::Playground(view) = route else {
        return;
    };
    let entry = view.entry().expect("a known playground");
    assert_eq!(entry.check(&view.params), []);
    assert!(SPEEDS.contains(&view.speed));
    let order = |mode: &&str| {
        entry
            .strategies()
            .iter()
            .position(|known| known.mode == *mode)
    };
    let places: Vec<_> = view.strategies.iter().map(order).collect();
    assert!(!places.is_empty() && places.iter().all(Option::is_some));
    assert!(places.is_sorted_by(|a, b| a < b));
}

#[test]
fn defaults_make_short_links() {
    assert_eq!(format(&Route::Start).unwrap(), "#/");
    let choose = format(&Route::Choose).unwrap();
    assert_eq!(parse(&choose), (Route::Choose, vec![]));
    assert!(
        is_choose(&choose) && !is_choose("#/") && interleave_playgrounds::slug("choose").is_none()
    );
    let recording = format(&Route::Recording).unwrap();
    assert_eq!(parse(&recording), (Route::Recording, vec![]));
    assert!(is_recording(&recording) && !is_recording("#/"));
    assert!(interleave_playgrounds::slug("recording").is_none());
    let open = View::of(Entry::of_recording());
    assert_eq!(format(&Route::Playground(open)).unwrap(), recording);
    for entry in Entry::all() {
        let route = Route::Playground(View::of(entry));
        let hash = format!("#/{}", entry.slug);
        assert_eq!(format(&route).unwrap(), hash);
        assert_eq!(parse(&hash), (route, vec![]));
    }
    for empty in ["", "#", "#/", "/", "#//", "#/?seed=7"] {
        assert_eq!(parse(empty), (Route::Start, vec![]), "{empty}");
    }
}

/// A link to the page of recordings can have it load files of the site, and nothing else.
#[test]
fn recordings_are_named_as_files_below_the_page() {
    for none in [
        "",
        "#/",
        "#/recording",
        "#/recording?seed=7",
        "#/downloads?file=a.jsonl",
    ] {
        assert_eq!(recording_files(none), Ok(vec![]), "{none}");
    }
    let one = recording_files("#/recording?file=recording.jsonl");
    assert_eq!(one, Ok(vec!["recording.jsonl".to_owned()]));
    let two = recording_files("#/recording?theme=dark&file=a/before-1.jsonl,_b.jsonl");
    let both = ["a/before-1.jsonl", "_b.jsonl"].map(str::to_owned);
    assert_eq!(two, Ok(both.to_vec()));
    for bad in [
        "",
        ".jsonl",
        "a.json",
        "/a.jsonl",
        "//example.org/a.jsonl",
        "https://example.org/a.jsonl",
        "https:a.jsonl",
        "\\\\example.org/a.jsonl",
        "../a.jsonl",
        "a/../b.jsonl",
        "a/./b.jsonl",
        "a//b.jsonl",
        ".git/a.jsonl",
        "%2e%2e/a.jsonl",
        "a.jsonl?x.jsonl",
        "a.jsonl#x.jsonl",
        "a b.jsonl",
        "ä.jsonl",
        "a.jsonl,",
        "a.jsonl,b.jsonl,c.jsonl",
    ] {
        let hash = format!("#/recording?file={bad}");
        assert!(recording_files(&hash).is_err(), "{bad}");
    }
    let long = format!("#/recording?file={}.jsonl", "a".repeat(600));
    assert!(recording_files(&long).is_err());
}

#[test]
fn every_setting_has_its_place_in_a_link() {
    let mut expected = View::of(Entry::find("downloads").unwrap());
    expected.seed = 7;
    expected.pace = Pace::Live;
    expected.speed = 0.25;
    expected.strategies = vec!["sequential", "concurrent"];
    expected.params["files"] = json!([["a, b & c.zip", 2], ["π", 2.0]]);
    expected.params["max_in_flight"] = json!(3);
    let hash = "#/downloads?only=sequential,concurrent&pace=live&speed=0.25&seed=7\
                &files=a%2C+b+%26+c.zip,2;%CF%80,2.0&max_in_flight=3";
    assert_eq!(format(&Route::Playground(expected.clone())).unwrap(), hash);
    assert_eq!(view(hash), expected);
    // As a teacher might type it.
    let typed = "/downloads/?max_in_flight=3&files=a%2c%20b+%26 c.zip,2;π,2.0&seed=7&speed=.25\
                 &pace=live&only=concurrent,sequential";
    assert_eq!(view(typed), expected);
}

#[test]
fn a_link_may_open_at_an_instant() {
    let mut expected = View::of(Entry::find("downloads").unwrap());
    expected.at = Some(Time::from_secs(3.2));
    assert_eq!(view("#/downloads?at=3.2"), expected);
    assert_eq!(
        format(&Route::Playground(expected)).unwrap(),
        "#/downloads?at=3.2"
    );
    // A live run has no instants before it is run.
    let said = problems("#/downloads?at=3.2&pace=live");
    assert_eq!(
        said,
        ["at: is for runs in virtual time; a live one has to be run first"]
    );
}

#[test]
fn a_bad_value_is_named_and_all_params_go_back() {
    let hash = "#/downloads?seconds_per_mb=0.1&files=a,2;b,x&speed=4";
    assert_eq!(
        problems(hash),
        [
            "files[1].size: must be a number, not \"x\"",
            "params: are all as they come, because of that",
        ]
    );
    let (route, _) = parse(hash);
    let downloads = Entry::find("downloads").unwrap();
    let speed = 4.0;
    assert_eq!(
        route,
        Route::Playground(View {
            speed,
            ..View::of(downloads)
        })
    );
}

#[test]
fn what_cannot_be_used_is_said() {
    for (hash, said) in [
        (
            "#/nowhere?seed=1",
            "link: there is no playground \"nowhere\"",
        ),
        (
            "#/downloads?speed=3",
            "speed: must be one of 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 100, not \"3\"",
        ),
        (
            "#/downloads?pace=slow",
            "pace: must be one of simulated, instant, live, not \"slow\"",
        ),
        (
            "#/downloads?seed=-1",
            "seed: must be a whole number, not \"-1\"",
        ),
        (
            "#/downloads?at=-1",
            "at: must be an instant in seconds, not \"-1\"",
        ),
        (
            "#/downloads?only=",
            "only: must name some of sequential, concurrent, bounded, article, not \"\"",
        ),
        (
            "#/downloads?utm=1",
            "\"utm\": is not a setting that is known here",
        ),
        (
            "#/downloads?seed=1&seed=2",
            "seed: is given twice; the first one counts",
        ),
        ("#/downloads?files=a", "files[0]: must have 2 values, not 1"),
        (
            "#/downloads?files=a,1,2",
            "files[0]: must have 2 values, not 3",
        ),
        (
            "#/downloads?files=%FF,1",
            "files[0].name: is not text in UTF-8",
        ),
        ("#/downloads?files=", "files[0]: must have 2 values, not 1"),
        ("#/downloads?files", "files[0]: must have 2 values, not 1"),
        ("#/downloads?files=!", "files: is missing"),
        ("#/downloads?files=!7", "files: must be a list, not 7"),
        (
            "#/downloads?seconds_per_mb=inf",
            "seconds_per_mb: must be a number, not \"inf\"",
        ),
    ] {
        assert_eq!(
            problems(hash).first().map(String::as_str),
            Some(said),
            "{hash}"
        );
    }
}

#[test]
fn a_link_that_is_too_long_is_neither_read_nor_made() {
    let files = vec!["x,1"; MAX_LENGTH / 4].join(";");
    let hash = format!("#/downloads?seed=3&files={files}");
    let downloads = View::of(Entry::find("downloads").unwrap());
    assert_eq!(parse(&hash).0, Route::Playground(downloads.clone()));
    assert_eq!(parse(&hash).1.len(), 1);
    let params = json!({"files": vec![json!(["x".repeat(200), 1]); 2000], "seconds_per_mb": 0.5});
    assert!(
        format(&Route::Playground(View {
            params,
            ..downloads
        }))
        .is_err()
    );
}

#[test]
fn ten_thousand_rows_fit_into_a_link() {
    let mut expected = View::of(Entry::find("downloads").unwrap());
    let row = |i| json!([format!("part-{i:05}.bin"), 4]);
    expected.params["files"] = (0..10_000).map(row).collect();
    let hash = format(&Route::Playground(expected.clone())).unwrap();
    assert_eq!(view(&hash), expected);
    let more = format!("{hash};one,4;more,4;still,4");
    assert_eq!(
        problems(&more)[0],
        "files: must have from 1 to 10000 rows, not 10001"
    );
}
