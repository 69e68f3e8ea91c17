//! Sessions that are read from files.

use super::*;
use interleave_trace::export::{Race, Run};
use interleave_trace::saved::save;

/// The session's race as a file.
fn file(session: &Session) -> String {
    let plan = &session.plan;
    let traces: Vec<_> = session
        .runs()
        .iter()
        .map(|run| run.trace().expect("a trace"))
        .collect();
    save(&Race {
        title: plan.entry.card().title,
        slug: plan.entry.slug,
        params: &plan.params,
        seed: 7,
        pace: plan.pace.word(),
        source: session.source,
        slow: "",
        axis_end: 1.0,
        in_flight: false,
        runs: session
            .runs()
            .iter()
            .zip(&traces)
            .map(|(run, trace)| Run {
                mode: run.strategy.mode,
                title: run.strategy.title,
                headline: "",
                trace,
                index: run.index(),
                now: session.now_of(run),
            })
            .collect(),
    })
}

fn open(text: &str) -> std::result::Result<(Session, u64), String> {
    Session::open("a.json", text, Wall::default().reader())
}

#[test]
fn every_playgrounds_runs_are_opened_as_they_were() {
    for entry in Entry::all() {
        let (mut session, _) = start(plan(entry, Pace::Instant, 1.0));
        while session.tick() == Next::Now {}
        let text = file(&session);
        let (mut opened, seed) = open(&text).expect(entry.slug);
        assert_eq!(seed, 7);
        assert_eq!(opened.saved_as.as_deref(), Some("a.json"));
        assert_eq!(opened.phase(), Phase::Finished);
        assert_eq!(opened.now(), session.now());
        assert_eq!(opened.plan.params, session.plan.params);
        // Any instant of it can be shown.
        opened.seek(Time::ZERO);
        assert_eq!(
            (opened.now(), opened.is_at_end()),
            (Time::ZERO, session.now() == Time::ZERO)
        );
        opened.follow();
        for (own, saved) in session.runs().iter().zip(opened.runs()) {
            assert_eq!(own.strategy.mode, saved.strategy.mode);
            assert_eq!(own.end(), saved.end());
            assert_eq!(
                own.index().stats().ended_count(),
                saved.index().stats().ended_count()
            );
            let document = |run: &crate::Run| {
                let (trace, params) = (run.trace().expect("a trace"), Value::Null);
                let document = Document::new("", run.strategy.mode, &params, &trace, Value::Null);
                serde_json::to_string(&document).expect("a document")
            };
            assert_eq!(document(own), document(saved), "{}", entry.slug);
        }
        // Saved once more, it is the same to the byte.
        assert_eq!(file(&opened), text, "{}", entry.slug);
        assert_eq!(opened.tick(), Next::Nothing);
        opened.stop();
        assert_eq!(file(&opened), text, "{}: nothing changes it", entry.slug);
    }
}

/// Lines used to be lit by their numbers, even if the source had changed since.
#[test]
fn lines_are_known_of_recordings_of_this_very_source_alone() {
    let (mut session, _) = start(plan(entry("downloads"), Pace::Instant, 1.0));
    while session.tick() == Next::Now {}
    assert!(session.knows_lines());
    let text = file(&session);
    let own = session.source.expect("a source");
    let named = format!("\"source\": \"{own}\",\n");
    assert!(text.contains(&named), "{}", &text[..400]);
    for (source, is_known) in [
        (named.as_str(), true),
        // As older versions wrote it.
        ("", false),
        ("\"source\": \"17\",\n", false),
        ("\"source\": \"-1e3\",\n", false),
    ] {
        let (opened, _) = open(&text.replace(&named, source)).expect("a session");
        assert_eq!(opened.knows_lines(), is_known, "{source}");
        // Saving it again does not make it a recording of this source.
        let (again, _) = open(&file(&opened)).expect("a session");
        assert_eq!(again.knows_lines(), is_known, "{source}");
    }
}

#[test]
fn a_live_run_is_saved_as_stopped() {
    let (mut session, wall) = start(plan(entry("downloads"), Pace::Simulated, 1.0));
    wall.pass(2.0);
    session.tick();
    let (opened, _) = open(&file(&session)).expect("a session");
    assert_eq!(opened.phase(), Phase::Finished);
    assert_eq!(opened.now(), Time::from_secs(2.0));
    let end = opened.runs()[0].end().expect("an end");
    assert_eq!(end.verdict, interleave_trace::Verdict::Stopped);
}

#[test]
fn a_file_for_another_page_is_refused_by_name() {
    let (mut session, _) = start(plan(entry("downloads"), Pace::Instant, 1.0));
    while session.tick() == Next::Now {}
    let text = file(&session);
    for (from, to, why) in [
        (
            "\"downloads\"",
            "\"uploads\"",
            "playground: there is no \"uploads\"",
        ),
        ("\"downloads\"", "\"weather\"", "params: "),
        (
            "\"concurrent\"",
            "\"fastest\"",
            "downloads has no strategy \"fastest\"",
        ),
        (
            "\"concurrent\"",
            "\"sequential\"",
            "\"sequential\" is there twice",
        ),
        (
            "\"seconds_per_mb\":0.5",
            "\"seconds_per_mb\":-1",
            "params: seconds_per_mb: must be",
        ),
    ] {
        assert!(text.contains(from), "{from}");
        let said = open(&text.replacen(from, to, 1)).map(|_| ()).expect_err(to);
        assert!(said.contains(why), "{said}");
    }
}
