//! The height of a frame that shows a playground: hosts have to know it before the app has loaded to tell them.

use interleave_geometry::layout::ROW;

use crate::finished::Finished;

/// The assumed width of the frame, in CSS pixels.
pub const WIDTH: u32 = 720;
/// Title, controls, and the room around them and the race.
const AROUND: f64 = 104.5;
/// What a race has besides its strategies: playback bar, overview, axis, legend.
const RACE: f64 = 198.0;
/// What a strategy has besides its lanes: heading and event loop.
const STRATEGY: f64 = 93.0;
const GAUGE: f64 = 61.0;
/// Between two strategies.
const LINE: f64 = 1.0;
/// The most lanes that are shown without scrolling, the last of them half hidden.
const MOST_ROWS: f64 = 14.5;

/// The height at that width, in CSS pixels. The end-to-end tests compare it with what frames ask for.
pub fn of(finished: &Finished) -> u32 {
    let race = finished.race();
    let strategies = race.runs.iter().map(|run| {
        let rows = (run.index.task_count() as f64).min(MOST_ROWS);
        let gauges = run.index.series_names(run.trace, race.in_flight);
        let has_values = |name: &&&str| run.index.series(run.trace, name).is_some();
        let gauges = gauges.iter().filter(has_values).count();
        STRATEGY + rows * ROW + gauges as f64 * GAUGE + LINE
    });
    let height = AROUND + RACE + strategies.sum::<f64>() - LINE;
    height.ceil() as u32
}
