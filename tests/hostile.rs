//! Links that a prankster would write: whatever they ask for, a page is drawn.

use interleave::player::Preview;
use interleave::route::{Route, parse};
use interleave::trace::layout::{Viewport, lanes, loop_strip, ticks};

/// Runs and lays out what a link asks for, as the page does before Run is pressed.
fn draw(link: &str) {
    let (route, problems) = parse(link);
    assert_eq!(problems, [], "{}", &link[..link.len().min(80)]);
    let Route::Playground(view) = route else {
        panic!("{link}: no playground");
    };
    let entry = view.entry().expect("the route names a playground");
    let strategies: Vec<_> = entry.strategies.iter().collect();
    // Too large a run has no preview; that is an answer too.
    let Some(preview) = Preview::of(entry, &strategies, &view.params) else {
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

/// Used to add 1 to the greatest time there is: a panic, or a loop without an end.
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
    let files = vec!["f,1"; 10_000].join(";");
    draw(&format!("#/downloads?files={files}"));
}
