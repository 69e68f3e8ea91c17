//! Keys for the whole page, and the list of them.

use crate::ui::kit::icon::{Icon, icon};
use crate::ui::kit::theme::ThemeSignal;
use crate::ui::run::share::share;
use crate::ui::state::app::App;
use crate::ui::timeline::critical_path::CriticalPath;
use crate::ui::timeline::filter::LaneFilter;
use crate::ui::timeline::task::card::Card;
use crate::ui::timeline::task::duration_drag::DurationDrag;
use crate::ui::timeline::visible_range::VisibleRange;
use crate::web;
use interleave_player::SPEEDS;
use leptos::html::Dialog;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The keys and what they do, in the order of the list.
const KEYS: &[(&[&str], &str)] = &[
    (&["space"], "Run, pause, resume"),
    (&["→"], "Step to the next event"),
    (&["←"], "Step back to the previous event"),
    (&["P"], "Play the recording, pause it"),
    (&["Home", "End"], "On the time axis: the start, the end"),
    (
        &["Page ↑", "Page ↓"],
        "On the time axis: a tenth earlier, later",
    ),
    (&["R"], "Reset"),
    (&["↑", "↓"], "In the lanes: from task to task"),
    (&["Enter"], "On a lane: pin its card"),
    (&["esc"], "Unpin the card; undo changed durations"),
    (&[",", "."], "On a lane: shorter, longer task"),
    (&["C"], "Show the critical path"),
    (&["[", "]"], "Slower, faster"),
    (&["+", "-"], "Zoom in, out"),
    (&["0"], "Fit the whole race"),
    (&["shift ←", "shift →"], "Earlier, later, when zoomed in"),
    (&["/"], "Filter tasks"),
    (&["Z"], "Compact lanes: all of them in view"),
    (&["S"], "Copy a link to this run"),
    (&["T"], "Theme: light, dark, system"),
    (&["ctrl K"], "Find a playground"),
    (&["?"], "This list"),
];

/// Elements with keys of their own: fields, lists, dialogs.
const OWN_KEYS: &str = "input, select, textarea, dialog, [role=tablist], [contenteditable]";
/// Elements that the space bar presses or opens.
const OWN_SPACE: &str = "button:not(.lane), a, summary";
/// Elements with arrow keys of their own: they scroll sideways, or are sliders.
const OWN_ARROWS: &str = "pre, .table-scroll, [role=slider]";

/// The storage key that says that single characters are no shortcuts.
const KEY: &str = "interleave.shortcuts";

/// Whether single characters are shortcuts. For speech input and unsteady hands they can be turned off.
#[derive(Clone, Copy)]
pub struct Shortcuts(RwSignal<bool>);

impl Shortcuts {
    /// As stored.
    pub fn new() -> Self {
        Self(RwSignal::new(web::load(KEY).as_deref() != Some("off")))
    }

    fn set(self, on: bool) {
        web::save(KEY, (!on).then_some("off"));
        self.0.set(on);
    }
}

/// What keys act on.
#[derive(Clone, Copy)]
pub struct Keys {
    app: App,
    theme: ThemeSignal,
    card: Card,
    critical: CriticalPath,
    visible: VisibleRange,
    filter: LaneFilter,
    drag: DurationDrag,
    shortcuts: Shortcuts,
}

impl Keys {
    /// From the context of a page.
    pub fn of(app: App) -> Self {
        Self {
            app,
            theme: ThemeSignal::get(),
            card: Card::get(),
            critical: CriticalPath::get(),
            visible: VisibleRange::get(),
            filter: LaneFilter::get(),
            drag: DurationDrag::get(),
            shortcuts: expect_context(),
        }
    }

    /// Does what a key is for.
    pub fn press(&self, event: &web_sys::KeyboardEvent) {
        let Self {
            app,
            theme,
            card,
            critical,
            visible,
            filter,
            drag,
            shortcuts,
        } = *self;
        if event.ctrl_key() || event.alt_key() || event.meta_key() || event.default_prevented() {
            return;
        }
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let within = |places: &str| {
            target
                .as_ref()
                .is_some_and(|target| target.closest(places).is_ok_and(|found| found.is_some()))
        };
        // A dialog takes all keys, but the key that opens the list of keys also closes it.
        let closes = app.help.get_untracked() && event.key() == "?";
        if (web::has("dialog[open]") || within(OWN_KEYS)) && !closes {
            return;
        }
        let is_character = event.key().chars().count() == 1;
        if is_character && !shortcuts.0.get_untracked() {
            return;
        }
        let on_page = app.view.entry.get_untracked().is_some();
        // In a frame, keys that go beyond the run are left to the page around it.
        let whole = !app.view.is_embedded();
        match event.key().as_str() {
            " " if on_page && !within(OWN_SPACE) && !event.repeat() => {
                untrack(|| app.run_or_pause())
            }
            "ArrowLeft" if on_page && event.shift_key() && !within(OWN_ARROWS) => {
                visible.pan_gently(-0.25)
            }
            "ArrowRight" if on_page && event.shift_key() && !within(OWN_ARROWS) => {
                visible.pan_gently(0.25)
            }
            "+" | "=" if on_page => visible.step(2.0),
            "-" if on_page => visible.step(0.5),
            "0" if on_page => visible.fit(),
            "/" if on_page => filter.search(),
            "z" | "Z" if on_page => filter.toggle_compact(),
            "ArrowRight" if on_page && !within(OWN_ARROWS) => untrack(|| app.step()),
            "ArrowLeft" if on_page && !within(OWN_ARROWS) => app.runs.step_back(),
            "p" | "P" if on_page => untrack(|| app.runs.play_or_pause()),
            // A recording can be neither run again nor shared by a link.
            "r" | "R" | "s" | "S" if app.is_recorded() => {}
            "r" | "R" if on_page => app.reset(),
            "s" | "S" if on_page && whole => share(app),
            "[" if on_page => change_speed(app, false),
            "]" if on_page => change_speed(app, true),
            "t" | "T" if whole => theme.set(theme.0.get_untracked().next()),
            "c" | "C" if on_page => critical.toggle(),
            "Escape" if drag.is_dragging_untracked() && drag.restore() => {}
            "Escape" if card.unpin() => {}
            "Escape" if on_page && (card.dismiss() | drag.restore()) => {}
            "?" if whole => app.help.update(|open| *open = !*open),
            _ => return,
        }
        event.prevent_default();
    }
}

fn change_speed(app: App, faster: bool) {
    let now = app.view.speed.get_untracked();
    let next = if faster {
        SPEEDS.into_iter().find(|&speed| speed > now)
    } else {
        SPEEDS.into_iter().rev().find(|&speed| speed < now)
    };
    if let Some(next) = next {
        app.set_speed(next);
    }
}

/// The list of keys.
#[component]
pub fn Help() -> impl IntoView {
    let app = App::get();
    let shortcuts = expect_context::<Shortcuts>();
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        let (open, Some(dialog)) = (app.help.get(), dialog.get()) else {
            return;
        };
        if open && !dialog.open() {
            // Refused only when it is open already.
            let _ = dialog.show_modal();
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog class="help" aria-labelledby="help-title" node_ref=dialog
            on:close=move |_| app.help.set(false)
            on:click=move |event| {
                // A click beside the list hits the dialog itself.
                let target = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlDialogElement>().ok());
                if target.is_some() {
                    app.help.set(false);
                }
            }
        >
            <div class="dialog-head">
                <h2 id="help-title">"Keyboard"</h2>
                <button class="icon-button" type="button" aria-label="Close" on:click=move |_| app.help.set(false)>
                    {icon(Icon::Close)}
                </button>
            </div>
            <div class="dialog-body">
                <table><tbody>
                    {KEYS.iter().map(|(keys, does)| view! {
                        <tr>
                            <td>{keys.iter().map(|key| view! { <kbd>{*key}</kbd>" " }).collect_view()}</td>
                            <td>{*does}</td>
                        </tr>
                    }).collect_view()}
                </tbody></table>
                <label class="switch">
                    <input type="checkbox" data-test="shortcuts" prop:checked=move || shortcuts.0.get()
                        on:change=move |event| shortcuts.set(event_target_checked(&event))/>
                    "Single characters are shortcuts"
                </label>
            </div>
        </dialog>
    }
}
