//! A race as a self-contained SVG picture: no script, no font, nothing from elsewhere.
//!
//! It is laid out by [`layout`], as the lanes on screen are, and drawn in the same shapes and colours.
//! It is [`WIDTH`] pixels wide, or [`NARROW`] for phones. Its height grows with the lanes, of which a [`Look`] limits the number per strategy. So the
//! length of the file is bounded by the pixels, however long the run.

mod heading;
mod lanes;
mod legend;
mod style;
mod text;

pub use style::Theme;

use crate::layout;
use crate::layout::{MARGIN, ROW, Viewport};
use crate::{axis, steps};
use interleave_trace::export::{Race, Run};
use interleave_trace::{Stats, Verdict, count, gauge_words, seconds};
use std::fmt::{Arguments, Write};
use text::{Escaped, fit};

/// The width of a picture, in CSS pixels.
pub const WIDTH: f64 = 960.0;
/// The width of a picture for phones, likewise: its words can be read there.
pub const NARROW: f64 = 420.0;
/// More lanes than this are counted, not drawn.
const MOST_ROWS: usize = 200;
/// The padding on each side, and the room for names in wide pictures and in narrow ones.
const PAD: f64 = 16.0;
const GUTTER: f64 = 180.0;
const NARROW_GUTTER: f64 = 112.0;
const AXIS: f64 = 28.0;
const GAUGE: f64 = 44.0;

/// A coordinate, to a hundredth of a pixel.
fn n(x: f64) -> f64 {
    (x * 100.0).round() / 100.0 + 0.0
}

/// How much of a race a picture shows, and in which colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The colours.
    pub theme: Theme,
    /// More lanes of a strategy than this are counted, not drawn.
    pub most_rows: usize,
    /// Whether lanes are all that is shown, without gauges, event loop and legend.
    pub only_lanes: bool,
    /// Whether it is for phones.
    pub narrow: bool,
}

impl Look {
    /// Everything, with up to 200 lanes of each strategy.
    pub const fn whole(theme: Theme) -> Self {
        Self {
            theme,
            most_rows: MOST_ROWS,
            only_lanes: false,
            narrow: false,
        }
    }
}

/// The picture so far.
struct Canvas {
    out: String,
    /// Where the next part begins.
    y: f64,
    /// Whether it is for phones.
    narrow: bool,
}

impl Canvas {
    fn width(&self) -> f64 {
        if self.narrow { NARROW } else { WIDTH }
    }

    /// The room for names.
    fn gutter(&self) -> f64 {
        if self.narrow { NARROW_GUTTER } else { GUTTER }
    }

    /// Where time begins.
    fn left(&self) -> f64 {
        PAD + self.gutter()
    }

    /// The width of the plot.
    fn plot(&self) -> f64 {
        self.width() - self.left() - PAD - MARGIN
    }

    fn put(&mut self, words: Arguments) {
        // Writing to a string cannot fail.
        let _ = self.out.write_fmt(words);
    }

    fn rect(&mut self, class: &str, x: f64, y: f64, width: f64, height: f64) {
        let (x, y, width, height) = (n(x), n(y), n(width), n(height));
        self.put(format_args!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"
        ));
    }

    fn circle(&mut self, class: &str, x: f64, y: f64, radius: f64) {
        let (x, y) = (n(x), n(y));
        self.put(format_args!(
            "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>"
        ));
    }

    fn text(&mut self, class: &str, x: f64, y: f64, words: &str) {
        let (x, y, words) = (n(x), n(y), Escaped(words));
        self.put(format_args!(
            "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{words}</text>\n"
        ));
    }

    /// Begins a part that has coordinates of its own; [`Canvas::close`] ends it.
    fn open(&mut self, x: f64, y: f64) {
        let (x, y) = (n(x), n(y));
        self.put(format_args!("<g transform=\"translate({x} {y})\">"));
    }

    fn close(&mut self) {
        self.put(format_args!("</g>\n"));
    }
}

/// The picture of a race, at the instant that is shown.
pub fn svg(race: &Race<'_>, theme: Theme) -> String {
    drawn(race, &Look::whole(theme))
}

/// The same picture, reduced to what a look asks for.
pub fn drawn(race: &Race<'_>, look: &Look) -> String {
    let mut canvas = Canvas {
        out: String::new(),
        y: 0.0,
        narrow: look.narrow,
    };
    head(&mut canvas, race);
    for run in &race.runs {
        self::run(&mut canvas, race, run, look);
    }
    if !look.only_lanes {
        legend::legend(&mut canvas);
    }
    let (width, height) = (canvas.width(), n(canvas.y));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"interleave\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"interleave-title interleave-desc\">\n\
         <title id=\"interleave-title\">{}</title>\n<desc id=\"interleave-desc\">{}</desc>\n<style>{}</style>\n\
         <defs><pattern id=\"interleave-hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
         <rect class=\"f-wait2\" width=\"6\" height=\"6\"/>\
         <path class=\"s-wait\" stroke-width=\"1.6\" d=\"M-7 7l8-8M-1 7l8-8M5 7l8-8\"/></pattern></defs>\n\
         <rect class=\"f-panel s-line\" x=\".5\" y=\".5\" width=\"{}\" height=\"{}\" rx=\"12\"/>\n",
        Escaped(race.title),
        Escaped(&description(race)),
        style::style(look.theme),
        width - 1.0,
        height - 1.0
    );
    out.push_str(&canvas.out);
    out.push_str("</svg>\n");
    out
}

/// What the picture shows, in words.
pub fn description(race: &Race<'_>) -> String {
    let run = |run: &Run<'_>| {
        let stats = run.index.stats();
        let counts = Stats::OUTCOMES.iter().filter_map(|&outcome| {
            let count = stats.ended_with(outcome);
            (count > 0).then(|| format!("{count} {}", outcome.label()))
        });
        let counts: Vec<_> = counts.collect();
        format!(
            "{}: {} after {}; of {} tasks {}.",
            run.title,
            verdict(run),
            seconds(run.now.secs()),
            stats.created,
            if counts.is_empty() {
                "none has ended".to_owned()
            } else {
                counts.join(", ")
            }
        )
    };
    let runs: Vec<_> = race.runs.iter().map(run).collect();
    format!("Timelines on one time axis. {}", runs.join(" "))
}

/// The state of a run in a word.
pub fn verdict(run: &Run<'_>) -> &'static str {
    match run.end().map(|end| &end.verdict) {
        None => "running",
        Some(Verdict::Completed) => "finished",
        Some(Verdict::Deadlocked(_)) => "deadlocked",
        Some(Verdict::Stopped | Verdict::LimitReached) => "stopped",
    }
}

fn viewport(canvas: &Canvas, race: &Race<'_>, run: Option<&Run<'_>>, rows: usize) -> Viewport {
    Viewport {
        from: 0.0,
        to: race.axis_end,
        width: canvas.plot(),
        first_row: 0,
        rows,
        now: run.map_or_else(Default::default, |run| run.now),
    }
}

/// The width of a character of the axis, and some more, since the first label is not centred at its mark.
const CHARACTER: f64 = 8.0;

/// The marks of the time axis, with their words.
fn marks(view: &Viewport) -> Vec<(f64, String)> {
    axis::marks(view.from, view.to, view.width, CHARACTER)
}

/// Title and time axis.
fn head(canvas: &mut Canvas, race: &Race<'_>) {
    let room = canvas.width() - 2.0 * PAD - 90.0;
    canvas.text("title f-ink", PAD, 28.0, &fit(race.title, 17.0, room));
    canvas.text(
        "small f-muted end",
        canvas.width() - PAD,
        28.0,
        "Interleave",
    );
    canvas.y = 40.0;
    let view = viewport(canvas, race, None, 0);
    canvas.open(canvas.left(), canvas.y);
    for (time, words) in marks(&view) {
        let x = time / view.to * view.width;
        let class = if x < 1.0 {
            "small f-muted"
        } else {
            "small f-muted middle"
        };
        canvas.text(class, x, 17.0, &words);
        canvas.rect("f-muted", x.round(), AXIS - 5.0, 1.0, 5.0);
    }
    canvas.close();
    canvas.y += AXIS;
}

/// One strategy: heading, lanes, gauges, loop strip.
fn run(canvas: &mut Canvas, race: &Race<'_>, run: &Run<'_>, look: &Look) {
    canvas.rect("f-line", 0.5, canvas.y, canvas.width() - 1.0, 1.0);
    heading::heading(canvas, race, run);
    let tasks = run.index.task_count();
    let rows = tasks.min(look.most_rows);
    let view = viewport(canvas, race, Some(run), rows);
    let height = rows as f64 * ROW;
    canvas.open(PAD, canvas.y);
    let room = canvas.gutter() - 10.0;
    lanes::names(canvas, run.trace, run.index, rows, room);
    canvas.close();
    canvas.open(canvas.left(), canvas.y);
    for (time, _) in marks(&view) {
        let x = (time / view.to * view.width).round();
        canvas.rect("f-grid", x, 0.0, 1.0, height);
    }
    lanes::lanes(canvas, &view, &layout::lanes(run.trace, run.index, &view));
    if run.end().is_none() {
        canvas.rect("f-playhead", view.x(run.now) - 0.75, 0.0, 1.5, height);
    }
    canvas.close();
    canvas.y += height;
    if tasks > rows {
        canvas.y += ROW;
        let words = format!("and {} more", count(tasks - rows));
        canvas.text("note f-muted", PAD, canvas.y - 8.0, &words);
    }
    heading::stuck(canvas, run);
    if look.only_lanes {
        canvas.y += 8.0;
        return;
    }
    gauges(canvas, race, run, &view);
    loop_strip(canvas, run, &view);
}

/// Each gauge as steps over the same time.
fn gauges(canvas: &mut Canvas, race: &Race<'_>, run: &Run<'_>, view: &Viewport) {
    for name in run.index.series_names(run.trace, race.in_flight) {
        let Some(series) = run.index.series(run.trace, name) else {
            continue;
        };
        canvas.rect("f-grid", 0.5, canvas.y + 4.0, canvas.width() - 1.0, 1.0);
        let top = canvas.y + 8.0;
        let name = gauge_words(run.trace, run.index, name);
        let name = fit(&name, 12.0, canvas.gutter() - 10.0);
        canvas.text("note f-muted", PAD, top + 12.0, &name);
        if let Some((_, value)) = series.samples.last() {
            canvas.text("bold f-ink", PAD, top + 32.0, &value.to_string());
        }
        let height = GAUGE - 8.0;
        let corners = steps(series.samples, view);
        let y = |value: f64| n(height - 1.0 - value / series.peak.max(1e-9) * (height - 4.0));
        if let (Some(first), Some(last)) = (corners.first(), corners.last()) {
            canvas.open(canvas.left(), top);
            canvas.put(format_args!(
                "<path class=\"f-wait2 s-wait\" stroke-width=\"1.2\" d=\"M{} {height}",
                n(first.0)
            ));
            for pair in corners.windows(2) {
                canvas.put(format_args!("V{}H{}", y(pair[0].1), n(pair[1].0)));
            }
            canvas.put(format_args!("L{} {height}\"/>", n(last.0)));
            canvas.rect("f-line", 0.0, height - 1.0, view.width, 1.0);
            canvas.close();
        }
        canvas.y += GAUGE + 4.0;
    }
}

/// When the loop was held.
fn loop_strip(canvas: &mut Canvas, run: &Run<'_>, view: &Viewport) {
    let top = canvas.y + 8.0;
    canvas.rect("f-soft", 1.0, top, canvas.width() - 2.0, 28.0);
    canvas.text("note f-muted", PAD, top + 18.0, "event loop");
    canvas.open(canvas.left(), top + 7.0);
    canvas.rect("f-line", 0.0, 13.0, view.width, 1.0);
    for (x0, x1) in layout::loop_strip(run.index, view) {
        canvas.rect("f-run", x0, 1.0, (x1 - x0).max(2.0), 12.0);
    }
    canvas.close();
    canvas.y = top + 28.0;
}
