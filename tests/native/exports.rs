//! Exports of whole runs: pictures that any program can show, tables, recordings.
use interleave_geometry::svg::{Theme, svg};
use interleave_playgrounds::Entry;
use interleave_test_support::any::any_case;
use interleave_test_support::race::{named, with_defaults};
use interleave_test_support::xml;
use interleave_test_support::{Case, check_recording, fixtures};
use interleave_trace::export;
use interleave_trace::saved;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::HashSet;

#[test]
fn pictures_are_well_formed_and_stand_by_themselves() {
    for entry in Entry::all() {
        with_defaults(entry, |race| {
            for theme in [Theme::Light, Theme::Dark, Theme::Both] {
                let svg = svg(race, theme);
                let picture = xml::read(&svg).unwrap_or_else(|why| panic!("{}: {why}", race.slug));
                let root = picture.root_element();
                assert_eq!(
                    root.tag_name(),
                    ("http://www.w3.org/2000/svg", "svg").into()
                );
                assert_eq!(root.attribute("role"), Some("img"));
                let all_ids = xml::values(&picture, "id");
                let ids: HashSet<_> = all_ids.iter().copied().collect();
                assert_eq!(ids.len(), all_ids.len());
                let labels = root.attribute("aria-labelledby").expect("labels");
                assert!(
                    labels.split(' ').all(|label| ids.contains(label)),
                    "{labels}"
                );
                // Nothing runs, and nothing is loaded from elsewhere.
                let harmless = [
                    "svg", "title", "desc", "style", "defs", "pattern", "g", "rect", "circle",
                    "path", "text", "tspan",
                ];
                for element in xml::elements(&picture) {
                    assert_eq!(element.tag_name().namespace(), root.tag_name().namespace());
                    let name = element.tag_name().name();
                    assert!(harmless.contains(&name), "{name}");
                    for attribute in element.attributes() {
                        let (name, value) = (attribute.name(), attribute.value());
                        assert!(!name.starts_with("on") && !name.contains("href"), "{name}");
                        assert!(!value.contains("://"), "{value}");
                    }
                }
                let style = xml::elements(&picture)
                    .find(|element| element.has_tag_name("style"))
                    .and_then(|element| element.text())
                    .expect("a style sheet");
                assert!(!style.contains("://") && !style.contains("@import"));
                assert_eq!(svg.contains("prefers-color-scheme"), theme == Theme::Both);
                // The texts that can be read.
                let texts = xml::texts(&picture);
                for run in &race.runs {
                    assert!(texts.contains(&run.title), "{}", run.title);
                    for (_, task) in run.index.tasks().take(200) {
                        let name = run.trace.text(task.name);
                        assert!(texts.contains(&name), "{name}");
                    }
                }
                let lines = texts.iter().filter(|text| **text == "in flight");
                let lines_expected = race.runs.len() * usize::from(entry.shows_in_flight());
                assert_eq!(lines.count(), lines_expected, "{}", race.slug);
                // Every class is in the style sheet.
                for class in xml::values(&picture, "class")
                    .iter()
                    .flat_map(|all| all.split(' '))
                {
                    assert!(
                        style.contains(&format!(".{class}")),
                        "{class} in {}",
                        race.slug
                    );
                }
                assert!(
                    !svg.contains("NaN") && !svg.contains("inf"),
                    "{}",
                    race.slug
                );
            }
        });
    }
}

#[test]
fn hostile_names_are_text() {
    let hostile = "</text><script>alert('&\"')</script>]]>&#0;";
    let tasks = [
        (hostile.to_owned(), 1.0),
        ("a\u{7}b\u{202e}c\nd".to_owned(), 0.5),
        ("木".repeat(60), 1.0),
    ];
    named(&tasks, |race| {
        let svg = svg(race, Theme::Both);
        let picture = xml::read(&svg).expect("a picture");
        let texts = xml::texts(&picture);
        assert!(texts.contains(&hostile), "{texts:?}");
        assert!(texts.contains(&"abc d"), "{texts:?}");
        let events: Value = serde_json::from_str(&export::chrome(race)).expect("JSON");
        assert!(events["traceEvents"].to_string().contains("alert"));
    });
}

#[test]
fn of_ten_thousand_lanes_some_are_drawn_and_the_rest_is_counted() {
    let tasks: Vec<_> = (0..9_999).map(|i| (format!("task {i}"), 1.0)).collect();
    named(&tasks, |race| {
        let svg = svg(race, Theme::Both);
        let picture = xml::read(&svg).expect("a picture");
        let texts = xml::texts(&picture);
        let more = texts
            .iter()
            .filter(|text| **text == "and 9,800 more")
            .count();
        assert_eq!(more, race.runs.len());
        assert!(texts.contains(&"task 198"));
        assert!(!texts.contains(&"task 199"));
        assert!(svg.len() < 300_000 * race.runs.len(), "{} bytes", svg.len());
        assert_eq!(
            export::csv(race).lines().count(),
            1 + 10_000 * race.runs.len()
        );
        let saved = saved::open(&saved::save(race)).expect("a race");
        assert_eq!(saved.runs[0].1.task_count(), 10_000);
    });
}

/// The axis used to have "0.0005 s" where the page has "0.5 ms".
#[test]
fn a_short_run_has_an_axis_in_words_of_its_own() {
    named(&[("a".to_owned(), 0.0015)], |race| {
        let svg = svg(race, Theme::Both);
        let picture = xml::read(&svg).expect("a picture");
        let texts = xml::texts(&picture);
        let in_ms = texts.iter().filter(|text| text.ends_with(" ms"));
        assert!(in_ms.count() > 2, "{texts:?}");
    });
}

#[test]
fn a_table_has_a_row_for_each_task() {
    let entry = Entry::find("downloads").expect("a playground");
    with_defaults(entry, |race| {
        let table = export::csv(race);
        assert!(table.contains("\r\nconcurrent,video.mp4,main,0,0,25,ok,Data from video.mp4 (50MB),0,25,0,0,50,MB\r\n"), "{table}");
    });
    named(
        &[
            ("=HYPERLINK(\"http://example.org\")".to_owned(), 1.0),
            ("-1, or \"so\"".to_owned(), 1.0),
        ],
        |race| {
            let table = export::csv(race);
            assert!(
                table.contains(",\"'=HYPERLINK(\"\"http://example.org\"\")\",main,"),
                "{table}"
            );
            assert!(table.contains(",\"'-1, or \"\"so\"\"\",main,"), "{table}");
        },
    );
}

#[test]
fn the_same_race_gives_the_same_bytes_and_a_name() {
    let entry = Entry::find("downloads").expect("a playground");
    let all = || {
        with_defaults(entry, |race| {
            [
                svg(race, Theme::Both),
                export::chrome(race),
                export::csv(race),
                saved::save(race),
                export::tracks(race).0,
            ]
        })
    };
    assert_eq!(all(), all());
    with_defaults(entry, |race| {
        assert_eq!(
            race.file_name("svg"),
            "downloads-sequential-concurrent-bounded-article.svg"
        );
    });
    for entry in Entry::all() {
        with_defaults(entry, |race| {
            let name = race.file_name("json");
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            assert!(name.len() < 120 && name.chars().all(is_plain), "{name}");
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_run_that_is_saved_is_opened_as_it_was(case in any_case()) {
        prop_assert_eq!(check_recording(&case, &case.run()), Ok(()));
    }
}

/// Runs that complete with items that no task took used to be refused, and runs that take longer than most.
#[test]
fn odd_runs_that_are_saved_are_opened_as_they_were() {
    let files = vec![json!(["f", 100_000]); 3_100];
    let endless = json!({ "files": files, "seconds_per_mb": 60, "mode": "sequential" });
    let cases = fixtures().into_iter().map(|fixture| fixture.case);
    for case in cases.chain([Case::new("downloads", &endless)]) {
        let checked = check_recording(&case, &case.run());
        assert_eq!(checked, Ok(()), "{} {}", case.slug, case.mode);
    }
}
