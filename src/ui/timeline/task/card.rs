//! The card of a task: its figures at the instant that is shown, and the reasons of its waits.
//!
//! It follows the pointer and the focus. A click pins it; then the tasks that it names are buttons
//! that lead to their lanes.

use super::anchor::CardAnchor;
use super::step_in;
use crate::ui::kit::icon::{Icon, icon};
use crate::ui::kit::keyed::keyed;
use crate::ui::run::lazy::RECORDINGS;
use crate::ui::state::app::App;
use crate::ui::state::shown::{Shown, ShownRun};
use crate::web;
use interleave_trace::why;
use interleave_trace::{Outcome, Piece, Reason, State, TaskId, seconds};
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The one card of the page, from the context.
#[derive(Clone, Copy)]
pub struct Card {
    /// The lane under the pointer or with the focus.
    over: RwSignal<Option<CardAnchor>>,
    /// The lane whose card stays.
    pinned: RwSignal<Option<CardAnchor>>,
    /// The lane to scroll to and to focus; its list of lanes does that.
    pub wanted: RwSignal<Option<(&'static str, TaskId)>>,
    card: NodeRef<Div>,
}

impl Default for Card {
    fn default() -> Self {
        Self {
            over: RwSignal::new(None),
            pinned: RwSignal::new(None),
            wanted: RwSignal::new(None),
            card: NodeRef::new(),
        }
    }
}

impl Card {
    /// From the context.
    pub fn get() -> Self {
        expect_context()
    }

    /// Shows the card of a lane until the pointer or the focus leaves it.
    pub fn show(self, anchor: CardAnchor) {
        self.over.set(Some(anchor));
    }

    /// Hides the card: the pointer or the focus has left the lanes, or they have moved.
    pub fn hide(self) {
        self.over.set(None);
    }

    /// Hides the card of the pointer or the focus; true if there was one.
    pub fn dismiss(self) -> bool {
        let shows = self.over.get_untracked().is_some();
        self.hide();
        shows
    }

    /// Pins a lane's card; where it is pinned already, unpins it. By keyboard, the focus goes there.
    pub fn pin(self, anchor: CardAnchor, by_key: bool) {
        let again = self
            .pinned
            .get_untracked()
            .is_some_and(|pinned| pinned.is_of(anchor.mode, anchor.id));
        self.pinned.set((!again).then_some(anchor));
        if by_key && !again {
            let card = self.card;
            request_animation_frame(move || {
                let button = card.get_untracked().and_then(|card| {
                    let found = card.query_selector("button").ok().flatten();
                    found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok())
                });
                if let Some(button) = button {
                    // It is there: the card has just been pinned.
                    let _ = button.focus();
                }
            });
        }
    }

    /// Closes the pinned card; the focus goes back to its lane, if it was in the card. False if none is pinned.
    pub fn unpin(self) -> bool {
        let Some(anchor) = self.pinned.get_untracked() else {
            return false;
        };
        let within = self.card.get_untracked().is_some_and(|card| {
            let focused = document().active_element();
            card.contains(focused.as_ref().map(AsRef::as_ref))
        });
        self.pinned.set(None);
        if within {
            self.wanted.set(Some((anchor.mode, anchor.id)));
        }
        self.over.set(None);
        true
    }

    /// Forgets all lanes: the page of a playground has been left.
    pub fn clear(self) {
        self.over.set(None);
        self.pinned.set(None);
    }

    /// Goes to a task's lane, and moves a pinned card there.
    pub fn jump(self, mode: &'static str, id: TaskId) {
        self.wanted.set(Some((mode, id)));
    }

    /// Moves a pinned card to the lane that has got the focus.
    pub fn moves_to(self, anchor: CardAnchor) {
        if self.pinned.get_untracked().is_some() {
            self.pinned.set(Some(anchor));
        }
    }

    /// The task that it is about, and its strategy.
    pub fn task(self) -> Option<(&'static str, TaskId)> {
        let anchor = self.over.get().or(self.pinned.get());
        anchor.map(|anchor| (anchor.mode, anchor.id))
    }

    /// The task of a strategy that arrows are drawn for.
    pub fn picked(self, mode: &str) -> Option<TaskId> {
        self.task().filter(|&(of, _)| of == mode).map(|(_, id)| id)
    }

    /// Whether the card describes this lane, without being pinned.
    pub fn describes(self, mode: &str, id: TaskId) -> bool {
        let pinned = self.pinned.get();
        pinned.is_none() && self.over.get().is_some_and(|anchor| anchor.is_of(mode, id))
    }

    /// Whether the card is pinned to this lane.
    pub fn is_pinned(self, mode: &str, id: TaskId) -> bool {
        self.pinned
            .get()
            .is_some_and(|anchor| anchor.is_of(mode, id))
    }

    /// The view of the card.
    pub fn view(self, app: App) -> impl IntoView {
        let anchor = Memo::new(move |_| self.pinned.get().or(self.over.get()));
        let pinned = Memo::new(move |_| self.pinned.get().is_some());
        let known = Memo::new(move |_| {
            let anchor = anchor.get()?;
            app.runs.track_time();
            app.shown(anchor.mode, |shown| {
                shown.map(|shown| {
                    Known::of(&shown, anchor.id, &|line, ended| place(app, line, ended))
                })
            })
        });
        // A pinned card has its place from the style sheet.
        let hovers = move || anchor.get().filter(|_| !pinned.get());
        let x = move || {
            let x = hovers().map(|anchor| anchor.x.min(web::width() - 330.0).max(8.0));
            x.map_or_else(String::new, |x| format!("{x}px"))
        };
        let y = move |above: bool| {
            let anchor = hovers().filter(|anchor| anchor.above == above);
            anchor.map_or_else(String::new, |anchor| format!("{}px", anchor.y))
        };
        let name = move || known.with(|known| known.as_ref().map(|known| known.name.clone()));
        view! {
            <div class="tip" id="tip" node_ref=self.card
                class:pinned=move || pinned.get()
                role=move || if pinned.get() { "dialog" } else { "tooltip" }
                aria-label=move || pinned.get().then(name).flatten()
                hidden=move || anchor.get().is_none()
                style:left=x
                style:top=move || y(false)
                style:bottom=move || y(true)
                on:keydown=move |event| {
                    if event.key() == "Escape" && self.unpin() {
                        event.prevent_default();
                    }
                }
            >
                <div class="tip-head">
                    <b>{name}</b>
                    <Show when=move || pinned.get()>
                        <button class="icon-button" type="button" aria-label="Close" on:click=move |_| { self.unpin(); }>
                            {icon(Icon::Close)}
                        </button>
                    </Show>
                </div>
                <dl>
                    {keyed(move || known.with(Known::words), |word| *word, move |word| view! {
                        <dt>{word}</dt>
                        <dd>{move || known.with(|known| Known::fact(known, word))}</dd>
                    })}
                    {keyed(move || known.with(Known::reasons), Clone::clone, move |(_, (reason, names))| view! {
                        <dt>{reason.about}</dt>
                        <dd>{reason.said.iter().zip(names).map(|(piece, name)| self.piece(anchor, pinned, piece, name)).collect_view()}</dd>
                    })}
                </dl>
                {step_in::buttons(app, anchor, pinned)}
            </div>
        }
    }

    /// A piece of a reason: a task's name is a button while the card is pinned.
    fn piece(
        self,
        anchor: Memo<Option<CardAnchor>>,
        pinned: Memo<bool>,
        piece: &Piece,
        name: String,
    ) -> AnyView {
        match *piece {
            Piece::Words(_) => name.into_any(),
            Piece::Task(id) => (move || {
                let name = name.clone();
                if pinned.get() {
                    view! {
                        <button class="task-link" type="button" on:click=move |_| {
                            if let Some(anchor) = anchor.get_untracked() {
                                self.jump(anchor.mode, id);
                            }
                        }>{name}</button>
                    }
                    .into_any()
                } else {
                    view! { <b class="task-name">{name}</b> }.into_any()
                }
            })
            .into_any(),
        }
    }
}

/// A reason, and the words of its pieces.
type Told = (Reason, Vec<String>);

/// What the card says of a task.
#[derive(Clone, Debug, PartialEq)]
struct Known {
    name: String,
    facts: Vec<(&'static str, String)>,
    reasons: Vec<(usize, Told)>,
}

impl Known {
    fn of(shown: &Shown<'_>, id: TaskId, place: &dyn Fn(u32, bool) -> Option<String>) -> Self {
        let name = shown.name(id).to_owned();
        let Some(run) = shown.run().filter(|run| run.index.task(id).is_some()) else {
            return Self {
                name,
                facts: vec![("state", "not yet".to_owned())],
                reasons: Vec::new(),
            };
        };
        let told = |reason: Reason| {
            let words = reason.said.iter().map(|piece| match piece {
                Piece::Words(words) => words.clone(),
                Piece::Task(task) => run.trace.name(*task).to_owned(),
            });
            let words = words.collect();
            (reason, words)
        };
        Self {
            name,
            facts: facts(run, id, place),
            reasons: why(run.trace, run.index, id)
                .into_iter()
                .map(told)
                .enumerate()
                .collect(),
        }
    }

    fn words(known: &Option<Self>) -> Vec<&'static str> {
        let facts = known.iter().flat_map(|known| &known.facts);
        facts.map(|&(word, _)| word).collect()
    }

    fn fact(known: &Option<Self>, word: &str) -> Option<String> {
        let mut facts = known.iter().flat_map(|known| &known.facts);
        let fact = facts.find(|(known, _)| *known == word);
        fact.map(|(_, fact)| fact.clone())
    }

    fn reasons(known: &Option<Self>) -> Vec<(usize, Told)> {
        known
            .as_ref()
            .map_or_else(Vec::new, |known| known.reasons.clone())
    }
}

/// The place of a wait in words. In a recorded program, which has several files, it has a number by which it is found.
/// There it is given for a task that hangs, too.
fn place(app: App, line: u32, ended: bool) -> Option<String> {
    if !app.is_recorded() {
        return (!ended).then(|| format!("line {line}"));
    }
    let recordings = RECORDINGS.get_untracked()?;
    app.runs
        .session(|session| (recordings.place)(session?, line))
}

/// The figures of a task.
fn facts(
    run: &ShownRun<'_>,
    id: TaskId,
    place: &dyn Fn(u32, bool) -> Option<String>,
) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let Some(task) = run.index.task(id) else {
        return facts;
    };
    let text = |text| run.trace.text(text);
    let mut add = |word, fact: String| facts.push((word, fact));
    match task.end {
        Some(end) => add("outcome", end.outcome.label().to_owned()),
        None => add("now", task.state().label().to_owned()),
    }
    if let Some(end) = task.end.filter(|end| !text(end.detail).is_empty()) {
        add("result", text(end.detail).to_owned());
    }
    let until = task.end.map_or(run.now, |end| end.at);
    // A growing time is shown in tenths, so that it does not flicker.
    let grows = task.end.is_none() && run.end.is_none();
    let time = |time: f64| match grows {
        true => format!("{time:.1} s"),
        false => seconds(time),
    };
    let created = task.created.secs();
    add(
        "total",
        format!("{}, from {}", time(until - task.created), seconds(created)),
    );
    let inside = task.time_in(State::Running, run.now);
    let (ran, queued) = (task.ran(), task.time_in(State::Queued, run.now));
    let waited = inside - ran;
    // Polls take no virtual time, so most of these are zero.
    for (word, spent) in [
        ("waiting", waited),
        ("on the loop", ran),
        ("queued", queued),
        ("backing off", task.time_in(State::Backoff, run.now)),
    ] {
        if spent > 0.0 {
            add(word, time(spent));
        }
    }
    if task.backoffs > 0 {
        add("attempts", (task.backoffs + 1).to_string());
    }
    if let Some((total, unit)) = task.amount {
        add("moves", format!("{total} {}", text(unit)));
    }
    if let Some((bytes, _)) = task.received {
        add("received", format!("{bytes} bytes"));
    }
    let wait = task.wait();
    let lasts = task.end.is_none_or(|end| end.outcome == Outcome::Hung);
    let wait = wait.filter(|_| lasts && run.knows_lines);
    if let Some(place) = wait.and_then(|wait| place(wait.line, task.end.is_some())) {
        add("awaits at", place);
    }
    facts
}
