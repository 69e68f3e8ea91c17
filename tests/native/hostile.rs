//! Links that a prankster would write: whatever they ask for, a page is drawn.
use interleave_geometry::layout::{Viewport, lanes, loop_strip, ticks};
use interleave_player::Preview;
use interleave_player::view::{Route, parse};
use interleave_playgrounds::{Entry, FieldKind, MAX_ROWS, guide};
use serde_json::Value;

/// Runs and lays out what a link asks for, as the page does before Run is pressed.
fn draw(link: &str) {
    let (route, problems) = parse(link);
    assert_eq!(problems, [], "{}", &link[..link.len().min(80)]);
    let Route::Playground(view) = route else {
        panic!("{link}: no playground");
    };
    let entry = view.entry().expect("the route names a playground");
    draw_params(entry, &view.params);
}

/// The links of the guide are written by hand, too.
#[test]
fn every_link_of_the_guide_opens_a_run() {
    let answers = guide::QUESTIONS
        .iter()
        .flat_map(|question| question.answers);
    let links = answers.map(|answer| answer.link);
    let links = links.chain(guide::PATTERNS.iter().map(|pattern| pattern.link));
    let links = links.chain(
        guide::STEPS
            .iter()
            .flat_map(|step| [step.before, step.after]),
    );
    links.for_each(draw);
}

fn draw_params(entry: &'static Entry, params: &Value) {
    for claim in entry.claims(params) {
        assert!(claim.expected.is_finite() && claim.formula.len() < 10_000);
    }
    let strategies: Vec<_> = entry.strategies().iter().collect();
    // Too large a run has no preview; that is an answer too.
    let Some(preview) = Preview::of(entry, &strategies, params) else {
        return;
    };
    let end = preview.end();
    assert!(ticks(0.0, end.secs(), 10).len() <= 11);
    for strategy in strategies {
        let (trace, index) = preview.run(strategy.mode).expect("all have been run");
        let view = Viewport {
            from: 0.0,
            to: end.secs().max(1e-3),
            width: 700.0,
            first_row: 0,
            rows: 30,
            now: end,
        };
        let picture = lanes(trace, index, &view);
        let inside = |x: f64| (0.0..=view.width).contains(&x);
        assert!(
            picture
                .bars
                .iter()
                .all(|bar| inside(bar.x0) && inside(bar.x1))
        );
        assert!(loop_strip(index, &view).iter().all(|&(x0, x1)| x0 <= x1));
    }
}

/// As many rows as are allowed, each with a number in its name.
fn many(fresh: &Value) -> impl Iterator<Item = (String, Value)> {
    let fresh = fresh.to_string();
    (0..MAX_ROWS).map(move |i| {
        let row = fresh.replace("{n}", &i.to_string());
        (i.to_string(), serde_json::from_str(&row).expect("JSON"))
    })
}

/// This used to add 1 to the greatest time there is: a panic, or an infinite loop.
#[test]
fn more_time_than_a_clock_can_count() {
    let files = vec!["f,100000"; 3_100].join(";");
    draw(&format!("#/downloads?seconds_per_mb=60&files={files}"));
}

#[test]
fn nothing_takes_any_time() {
    draw("#/downloads?seconds_per_mb=0");
    draw("#/downloads?files=a,0");
    draw("#/weather?cities=A,1,sky,0,false");
}

#[test]
fn as_many_rows_as_there_may_be() {
    let mut taken = 0;
    for entry in Entry::all() {
        let mut params = entry.defaults();
        for field in (entry.fields)() {
            let rows = match field.kind {
                FieldKind::Rows(rows) => many(&rows.fresh).map(|(_, row)| row).collect(),
                FieldKind::List(list) => many(&list.fresh).map(|(_, row)| row).collect(),
                FieldKind::Map(map) => Value::Object(many(&map.fresh).collect()),
                _ => continue,
            };
            let fewer = std::mem::replace(&mut params[field.key], rows);
            // A playground may allow fewer, or need as many of another list.
            match entry.check(&params).is_empty() {
                true => taken += 1,
                false => params[field.key] = fewer,
            }
        }
        assert_eq!(entry.check(&params), [], "{}", entry.slug);
        draw_params(entry, &params);
    }
    assert!(taken > 20, "{taken}");
}

/// Rows that multiply used to ask for a hundred million items, or half a million attempts.
#[test]
fn more_than_a_page_can_hold_is_refused() {
    for (link, path, why) in [
        (
            format!(
                "producer-consumer-timeout?producers={}",
                ["p,10000"; 11].join(";")
            ),
            "producers",
            "there must be at most 100000 items, not 110000",
        ),
        (
            format!(
                "retry-backoff?attempts=50&requests={}",
                ["r,1,2"; 2_001].join(";")
            ),
            "attempts",
            "there must be at most 100000 attempts of all requests, not 100050",
        ),
    ] {
        let (_, problems) = parse(&format!("#/{link}"));
        let first = problems
            .first()
            .map(|problem| (&*problem.path, &*problem.message));
        assert_eq!(first, Some((path, why)), "{problems:?}");
    }
}
