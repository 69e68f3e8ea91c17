//! Icons: one path each on a 16 by 16 grid, drawn in the colour of the text around them.

use interleave_trace::Outcome;
use leptos::prelude::*;

/// An icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Run, resume.
    Play,
    /// Pause.
    Pause,
    /// Stop.
    Stop,
    /// To the next event.
    Step,
    /// To the previous event.
    StepBack,
    /// To the end.
    End,
    /// A run in real time.
    Live,
    /// What was recorded of a run.
    Recording,
    /// Back to the beginning.
    Reset,
    /// A link.
    Share,
    /// Light theme.
    Sun,
    /// Dark theme.
    Moon,
    /// The system's theme.
    System,
    /// The menu.
    Menu,
    /// Close.
    Close,
    /// Add.
    Plus,
    /// Less.
    Minus,
    /// Zooms out to all of it.
    Fit,
    /// Zooms in.
    Zoom,
    /// Filters.
    Filter,
    /// Shows all, smaller.
    Compact,
    /// Remove.
    Trash,
    /// Copy.
    Copy,
    /// Done.
    Check,
    /// Failed.
    Cross,
    /// Cancelled.
    Cancelled,
    /// Timed out; not yet.
    Clock,
    /// Never ends.
    Hung,
    /// Never started.
    Never,
    /// Help.
    Help,
    /// Opens a list.
    Chevron,
    /// Draws at random.
    Dice,
    /// A warning.
    Warning,
    /// Good to know.
    Info,
    /// An operation starts.
    Start,
    /// A program's own output.
    Print,
    /// Exports a file.
    Export,
    /// Opens a file.
    Open,
    /// Predicts the outcome.
    Predict,
    /// To another page.
    Away,
}

impl Icon {
    /// The icon of an outcome.
    pub fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Ok => Self::Check,
            Outcome::Error => Self::Cross,
            Outcome::Cancelled => Self::Cancelled,
            Outcome::Timeout => Self::Clock,
            Outcome::Hung => Self::Hung,
            Outcome::NeverStarted => Self::Never,
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Play => "M4.5 2.8v10.4L13 8z",
            Self::Pause => "M4 3h2.6v10H4zM9.4 3H12v10H9.4z",
            Self::Stop => "M3.5 3.5h9v9h-9z",
            Self::Step => "M3.5 3v10L10 8zM12.5 3v10",
            Self::StepBack => "M12.5 3v10L6 8zM3.5 3v10",
            Self::Reset => "M3 8a5 5 0 1 0 1.6-3.7L3 5.8M3 2.6v3.2h3.2",
            Self::Help => {
                "M2 8a6 6 0 1 0 12 0A6 6 0 1 0 2 8M6.2 6.3a1.8 1.8 0 1 1 2.6 1.6c-.5.3-.8.6-.8 1.2M8 11.4h.01"
            }
            Self::Chevron => "m4 6 4 4 4-4",
            Self::Close | Self::Cross => "m4 4 8 8M12 4l-8 8",
            // A function of its own, so that a first visit need not load it.
            _ => self.other_path(),
        }
    }

    #[inline(never)]
    fn other_path(self) -> &'static str {
        match self {
            Self::Predict => {
                "M5.8 11.5h4.4M6.3 13.8h3.4M5.8 11.5c0-1.6-2-2.4-2-5a4.2 4.2 0 0 1 8.4 0c0 2.6-2 3.4-2 5"
            }
            Self::Away => "M6.5 3.5h-3v9h9v-3M9.5 3.5h3v3M12.5 3.5 7.5 8.5",
            Self::End => "M3 8h8M7.5 4.5 11 8l-3.5 3.5M13.5 3.5v9",
            Self::Live => {
                "M8 8h.01M5.2 5.2a4 4 0 0 0 0 5.6M10.8 5.2a4 4 0 0 1 0 5.6M3 3a7 7 0 0 0 0 10M13 3a7 7 0 0 1 0 10"
            }
            Self::Recording => {
                "M2.2 8a2.6 2.6 0 1 0 5.2 0 2.6 2.6 0 1 0-5.2 0M8.6 8a2.6 2.6 0 1 0 5.2 0 2.6 2.6 0 1 0-5.2 0M4.8 10.6h6.4"
            }
            Self::Share => {
                "M6.7 9.3a2.6 2.6 0 0 0 3.7 0l2.4-2.4a2.6 2.6 0 0 0-3.7-3.7L8 4.3M9.3 6.7a2.6 2.6 0 0 0-3.7 0L3.2 9.1a2.6 2.6 0 0 0 3.7 3.7L8 11.7"
            }
            Self::Sun => {
                "M5.2 8a2.8 2.8 0 1 0 5.6 0 2.8 2.8 0 1 0-5.6 0M8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9"
            }
            Self::Moon => "M13.4 9.6A5.7 5.7 0 0 1 6.4 2.6 5.7 5.7 0 1 0 13.4 9.6z",
            Self::System => "M2.5 2.8h11v8.4h-11zM5.5 13.6h5",
            Self::Menu => "M2.5 4h11M2.5 8h11M2.5 12h11",
            Self::Plus => "M8 3v10M3 8h10",
            Self::Minus => "M3 8h10",
            Self::Fit => "M2 3v10M14 3v10M4.5 8h7M6.5 6l-2 2 2 2M9.5 6l2 2-2 2",
            Self::Zoom => "M2.5 7a4.5 4.5 0 1 0 9 0 4.5 4.5 0 1 0-9 0M10.3 10.3l3.4 3.4",
            Self::Filter => "M2 3.5h12M4.5 8h7M6.8 12.5h2.4",
            Self::Compact => "M8 1.5v4M6 3.6l2 2 2-2M8 14.5v-4M6 12.4l2-2 2 2M2.5 8h11",
            Self::Trash => {
                "M2.8 4.4h10.4M6.2 4.2V2.6h3.6v1.6M4.2 4.6l.6 8.8h6.4l.6-8.8M6.8 7v4M9.2 7v4"
            }
            Self::Copy => {
                "M5.5 5.5h8v8h-8zM10.5 3.2V3A1 1 0 0 0 9.5 2H3.2A1.2 1.2 0 0 0 2 3.2v6.3a1 1 0 0 0 1 1h.2"
            }
            Self::Check => "m3 8.5 3.3 3.3L13 4.8",
            Self::Cancelled => "M2.2 8a5.8 5.8 0 1 0 11.6 0 5.8 5.8 0 1 0-11.6 0M4 12l8-8",
            Self::Clock => "M2.2 8a5.8 5.8 0 1 0 11.6 0 5.8 5.8 0 1 0-11.6 0M8 4.6V8l2.3 1.5",
            Self::Hung => {
                "M13.5 3.5h-8a2 2 0 0 0-2 2v5a2 2 0 0 0 2 2h8M7.5 8h.01M10.5 8h.01M13.5 8h.01"
            }
            Self::Never => {
                "M5.5 2.8A5.8 5.8 0 0 0 3 5M2.2 8a5.8 5.8 0 0 0 .8 3M5.5 13.2a5.8 5.8 0 0 0 5 0M13 11a5.8 5.8 0 0 0 .8-3M13 5a5.8 5.8 0 0 0-2.5-2.2"
            }
            Self::Dice => {
                "M2.2 2.2h11.6v11.6H2.2zM5.4 5.4h.01M10.6 5.4h.01M8 8h.01M5.4 10.6h.01M10.6 10.6h.01"
            }
            Self::Warning => {
                "M7.1 2.6 1.6 12a1 1 0 0 0 .9 1.5h11a1 1 0 0 0 .9-1.5L8.9 2.6a1 1 0 0 0-1.8 0zM8 6.2v3M8 11.4h.01"
            }
            Self::Info => "M2 8a6 6 0 1 0 12 0A6 6 0 1 0 2 8M8 7.4v3.8M8 4.9h.01",
            Self::Start => "M3 8h9M8.5 4.5 12 8l-3.5 3.5",
            Self::Print => "M3 4.5h10M3 8h7M3 11.5h9",
            Self::Export => "M8 2.5v7.3M4.8 6.8 8 10l3.2-3.2M2.8 10.8v2.7h10.4v-2.7",
            Self::Open => "M1.8 12.8V3.7h4l1.5 1.7h6.9v7.4z",
            // Above.
            Self::Play | Self::Pause | Self::Stop | Self::Step | Self::StepBack => "",
            Self::Reset | Self::Help | Self::Chevron | Self::Close | Self::Cross => "",
        }
    }

    fn solid(self) -> bool {
        matches!(
            self,
            Self::Play | Self::Pause | Self::Stop | Self::Step | Self::StepBack
        )
    }
}

/// Shows an icon. Screen readers skip it: there are words beside it.
pub fn icon(icon: Icon) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <path class:solid=icon.solid() d=icon.path()></path>
        </svg>
    }
}
