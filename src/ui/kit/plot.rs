//! A plot: lines over two axes, drawn as SVG. Its values must also be in a table beside it, since it is hidden from
//! assistive technology.

use interleave_geometry::plot::Scale;
use leptos::prelude::*;

/// One of its axes.
pub struct Axis {
    /// What it shows, with its unit.
    pub name: &'static str,
    /// Where values lie.
    pub scale: Scale,
    /// A marked value in words.
    pub words: fn(f64) -> String,
}

/// One of its lines. They are told apart by their strokes, not by their colours alone.
pub struct Line {
    /// What it shows.
    pub name: &'static str,
    /// How it is drawn.
    pub stroke: Stroke,
    /// Its points, from left to right. Those beside the axes are left out.
    pub points: Vec<(f64, f64)>,
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stroke {
    /// A line with a disc at each point.
    Discs,
    /// A line with a square at each point.
    Squares,
    /// A dashed line.
    Dashes,
    /// A dotted line.
    Dots,
}

impl Stroke {
    fn class(self) -> &'static str {
        match self {
            Self::Discs => "discs",
            Self::Squares => "squares",
            Self::Dashes => "dashes",
            Self::Dots => "dots",
        }
    }
}

/// Width and height of the drawing: on a phone about one pixel each, so that its words can be read there.
const SIZE: (f64, f64) = (340.0, 230.0);
/// Around the axes: left, top, right, bottom.
const ROOM: [f64; 4] = [46.0, 22.0, 26.0, 36.0];

fn horizontal(place: f64) -> f64 {
    ROOM[0] + (SIZE.0 - ROOM[0] - ROOM[2]) * place
}

fn vertical(place: f64) -> f64 {
    SIZE.1 - ROOM[3] - (SIZE.1 - ROOM[1] - ROOM[3]) * place
}

fn pixels(value: f64) -> String {
    format!("{value:.1}")
}

/// Draws a plot.
pub fn plot(x: &Axis, y: &Axis, lines: &[Line]) -> impl IntoView + use<> {
    let columns = x.scale.marks().into_iter().filter_map(|mark| {
        let at = pixels(horizontal(x.scale.place(mark)?));
        Some(view! {
            <line class="grid" x1=at.clone() x2=at.clone() y1=pixels(vertical(0.0)) y2=pixels(vertical(1.0))></line>
            <text x=at y=pixels(vertical(0.0) + 15.0) text-anchor="middle">{(x.words)(mark)}</text>
        })
    });
    let columns = columns.collect_view();
    let rows = y.scale.marks().into_iter().filter_map(|mark| {
        let at = vertical(y.scale.place(mark)?);
        Some(view! {
            <line class="grid" x1=pixels(horizontal(0.0)) x2=pixels(horizontal(1.0)) y1=pixels(at) y2=pixels(at)></line>
            <text x=pixels(horizontal(0.0) - 6.0) y=pixels(at + 4.0) text-anchor="end">{(y.words)(mark)}</text>
        })
    });
    let rows = rows.collect_view();
    let drawn = lines
        .iter()
        .map(|line| drawn(x.scale, y.scale, line))
        .collect_view();
    let keys = lines.iter().map(|line| {
        view! {
            <li>
                <svg viewBox="0 0 34 12" class=line.stroke.class()>
                    <polyline points="1,6 33,6"></polyline>
                    {point(line.stroke, 17.0, 6.0)}
                </svg>
                {line.name}
            </li>
        }
    });
    let keys = keys.collect_view();
    view! {
        <div class="chart" aria-hidden="true">
            <svg viewBox=format!("0 0 {} {}", SIZE.0, SIZE.1)>
                {columns}
                {rows}
                <text x="0" y="11">{y.name}</text>
                <text x=pixels(horizontal(1.0)) y=pixels(SIZE.1 - 4.0) text-anchor="end">{x.name}</text>
                {drawn}
            </svg>
            <ul>{keys}</ul>
        </div>
    }
}

fn drawn(x: Scale, y: Scale, line: &Line) -> impl IntoView + use<> {
    let places = line
        .points
        .iter()
        .filter_map(|&(at, value)| Some((horizontal(x.place(at)?), vertical(y.place(value)?))));
    let places: Vec<_> = places.collect();
    let stroke = line.stroke;
    let points = places
        .iter()
        .map(|&(x, y)| point(stroke, x, y))
        .collect_view();
    let path = places.iter().map(|(x, y)| format!("{x:.1},{y:.1}"));
    let path = path.collect::<Vec<_>>().join(" ");
    view! {
        <g class=stroke.class()>
            <polyline points=path></polyline>
            {points}
        </g>
    }
}

fn point(stroke: Stroke, x: f64, y: f64) -> Option<AnyView> {
    match stroke {
        Stroke::Discs => {
            let disc = view! { <circle cx=pixels(x) cy=pixels(y) r="4"></circle> };
            Some(disc.into_any())
        }
        Stroke::Squares => {
            let (x, y) = (pixels(x - 3.5), pixels(y - 3.5));
            Some(view! { <rect x=x y=y width="7" height="7"></rect> }.into_any())
        }
        Stroke::Dashes | Stroke::Dots => None,
    }
}
