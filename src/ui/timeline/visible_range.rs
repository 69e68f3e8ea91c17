//! The visible range of time: one for axis, lanes, gauges and loop strips of a race.

use super::task::duration_drag::DurationDrag;
use crate::ui::state::app::App;
use crate::web;
use interleave_geometry::Window;
use leptos::prelude::*;

/// The seconds of an animated change of the window.
const GLIDE: f64 = 0.16;

/// An animated change from one range to another.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Glide {
    start: (f64, f64),
    since: f64,
    /// How far it has come, from 0 to 1.
    share: f64,
}

/// The visible part of the race. Copies are the same window.
#[derive(Clone, Copy)]
pub struct VisibleRange {
    app: App,
    window: RwSignal<Window>,
    glide: RwSignal<Option<Glide>>,
    /// The right end of the race, in seconds.
    pub end: Memo<f64>,
    /// The first and last instant that are shown, in seconds.
    pub range: Memo<(f64, f64)>,
}

/// The present of what is shown, in seconds.
fn present(app: App) -> f64 {
    app.runs.track_time();
    app.runs
        .session(|session| session.map_or(0.0, |session| session.now().secs()))
}

impl VisibleRange {
    /// All of the race.
    pub fn new(app: App, drag: DurationDrag) -> Self {
        let window = RwSignal::new(Window::WHOLE);
        let glide = RwSignal::new(None::<Glide>);
        let end = Memo::new(move |_| drag.axis_end());
        let range = Memo::new(move |_| {
            let (window, end) = (window.get(), end.get());
            let (from, to) = if window.is_whole() {
                window.range(end)
            } else {
                window.at(end, present(app)).range(end)
            };
            glide.get().map_or((from, to), |glide| {
                let between =
                    |start, target| target + (start - target) * (1.0 - glide.share).powi(3);
                (between(glide.start.0, from), between(glide.start.1, to))
            })
        });
        Self {
            app,
            window,
            glide,
            end,
            range,
        }
    }

    /// From the context.
    pub fn get() -> Self {
        expect_context()
    }

    /// Whether all of the race is shown.
    pub fn is_whole(self) -> bool {
        self.window.get().is_whole()
    }

    /// Whether the present of a run may be out of sight.
    pub fn is_left_behind(self) -> bool {
        let window = self.window.get();
        !window.is_whole() && !window.follows()
    }

    /// The window as it is now, moved if it follows the present.
    fn now(self) -> Window {
        let end = self.end.get_untracked();
        let present = untrack(|| present(self.app));
        self.window.get_untracked().at(end, present)
    }

    fn zoomed(self, at: f64, factor: f64) -> Window {
        let (end, present) = (self.end.get_untracked(), untrack(|| present(self.app)));
        self.now().zoom(end, present, at, factor)
    }

    /// Zooms in by `factor`; the instant `at` stays where it is.
    pub fn zoom(self, at: f64, factor: f64) {
        let window = self.zoomed(at, factor);
        self.set(window);
    }

    /// Zooms in by `factor`, around the present if that is visible.
    pub fn step(self, factor: f64) {
        let (from, to) = self.now().range(self.end.get_untracked());
        let present = untrack(|| present(self.app));
        let at = if from < present && present < to {
            present
        } else {
            (from + to) / 2.0
        };
        self.glide(self.zoomed(at, factor));
    }

    /// Shows a range. With `keeps`, a run that is followed stays followed while its present is visible.
    pub fn show(self, from: f64, to: f64, keeps: bool) {
        let window = Window::of(self.end.get_untracked(), from, to);
        let present = untrack(|| present(self.app));
        let follows = keeps && self.window.get_untracked().follows() && present <= to;
        self.set(if follows { window.following() } else { window });
    }

    /// Moves later by a number of window lengths.
    pub fn pan(self, lengths: f64) {
        let window = self.panned(lengths);
        self.set(window);
    }

    /// As [`VisibleRange::pan`], animated.
    pub fn pan_gently(self, lengths: f64) {
        let window = self.panned(lengths);
        self.glide(window);
    }

    fn panned(self, lengths: f64) -> Window {
        let (window, end) = (self.now(), self.end.get_untracked());
        let (from, to) = window.range(end);
        window.pan(end, lengths * (to - from))
    }

    /// Shows all of the race.
    pub fn fit(self) {
        self.glide(Window::WHOLE);
    }

    /// Follows the present.
    pub fn follow(self) {
        self.glide(self.now().following());
    }

    fn set(self, window: Window) {
        self.glide.set(None);
        self.window.set(window);
    }

    fn glide(self, target: Window) {
        let start = self.range.get_untracked();
        let glides = self.glide.get_untracked().is_some();
        self.window.set(target);
        if web::prefers_stillness() {
            return;
        }
        let since = web::now();
        let share = 0.0;
        self.glide.set(Some(Glide {
            start,
            since,
            share,
        }));
        if !glides {
            self.next_frame();
        }
    }

    fn next_frame(self) {
        request_animation_frame(move || {
            // The page may be gone by now.
            let left = self.glide.try_update(|glide| {
                let share = glide.map(|glide| (web::now() - glide.since) / GLIDE);
                match (glide.as_mut(), share) {
                    (Some(glide), Some(share)) if share < 1.0 => glide.share = share.max(0.0),
                    _ => *glide = None,
                }
                glide.is_some()
            });
            if left == Some(true) {
                self.next_frame();
            }
        });
    }
}
