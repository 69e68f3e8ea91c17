//! The source of a recorded program, with the lines at which its tasks wait.

use crate::ui::state::app::App;
use crate::ui::state::program::Program;
use crate::ui::timeline::suspended::HoveredLines;
use crate::ui::timeline::task::card::Card;
use interleave_player::Session;
use interleave_playgrounds::highlight::{Language, Token, lines};
use interleave_trace::sort_by_key;
use leptos::html::Pre;
use leptos::prelude::*;
use std::collections::BTreeMap;
use wasm_bindgen::JsCast;

/// The most lines of a file that is coloured: the colours are an element each.
const MOST_COLOURED: usize = 3_000;

/// How many tasks wait at each place at the instant that is shown: the task of the card, or all.
type Lit = BTreeMap<u32, u32>;

/// The lines of a file at which tasks have waited, and the numbers of their places.
type Awaits = BTreeMap<u32, Vec<u32>>;

/// The program's files, one at a time.
#[component]
pub fn RecordedCode() -> impl IntoView {
    let app = App::get();
    let files = with_program(app, files).unwrap_or_default();
    let lit = lit(app);
    let first = untrack(|| first_file(app, &files));
    let open = RwSignal::new(first);
    let has_files = !files.is_empty();
    let choice = (files.len() > 1).then(|| {
        view! {
            <label class="select file-choice">
                <span>"File"</span>
                <select aria-label="File" data-test="file-choice" prop:value=move || open.get().unwrap_or(0).to_string()
                    on:change=move |event| open.set(event_target_value(&event).parse().ok())
                >
                    {files.iter().map(|(number, name)| view! {
                        <option value=number.to_string() selected=Some(*number) == first>{name.clone()}</option>
                    }).collect_view()}
                </select>
            </label>
        }
    });
    view! {
        {choice}
        {(!has_files).then(|| view! { <p class="empty">"The source of this program was not recorded."</p> })}
        <div class="code one">{move || open.get().map(|file| view! { <File file lit/> })}</div>
        <Elsewhere lit/>
    }
}

fn with_program<T>(app: App, read: impl FnOnce(&Program) -> T) -> Option<T> {
    app.runs
        .session(|session| session.and_then(Program::of).map(read))
}

/// The files that have a source: the program's own first.
fn files(program: &Program) -> Vec<(u32, String)> {
    let mut files: Vec<_> = program.sources().collect();
    sort_by_key(&mut files, |(number, file, _)| (!file.user, *number));
    let named = files.into_iter();
    named.map(|(number, _, name)| (number, name)).collect()
}

/// The file in which most tasks have waited in vain, or else the program's own.
fn first_file(app: App, files: &[(u32, String)]) -> Option<u32> {
    app.runs.session(|session| {
        let session = session?;
        let program = Program::of(session)?;
        let mut counts = BTreeMap::<u32, u32>::new();
        for (site, count) in all_waiting(session) {
            if let Some(site) = program.site(site) {
                *counts.entry(site.file).or_default() += count;
            }
        }
        let known = |file: &u32| files.iter().any(|(number, _)| number == file);
        let most = counts.into_iter().filter(|(file, _)| known(file));
        let most = most.max_by_key(|&(_, count)| count).map(|(file, _)| file);
        most.or_else(|| program.latest_file())
    })
}

fn all_waiting(session: &Session) -> impl Iterator<Item = (u32, u32)> {
    let runs = session.runs().iter();
    runs.flat_map(|run| run.index().waiting())
}

fn lit(app: App) -> Memo<Lit> {
    let card = Card::get();
    Memo::new(move |_| {
        let task = card.task();
        app.runs.session(|session| {
            let mut lit = Lit::new();
            let Some(session) = session else { return lit };
            match task {
                None => {
                    for (site, count) in all_waiting(session) {
                        *lit.entry(site).or_default() += count;
                    }
                }
                Some((mode, id)) => {
                    let run = session.run(mode);
                    let task = run.and_then(|run| run.index().task(id));
                    if let Some(site) = task.and_then(|task| task.waits_at_line()) {
                        lit.insert(site, 1);
                    }
                }
            }
            lit
        })
    })
}

/// A file's source.
#[component]
fn File(file: u32, lit: Memo<Lit>) -> impl IntoView {
    let app = App::get();
    let read = |program: &Program| {
        let known = program.file(file)?;
        let sites = program.awaits.iter().filter_map(|&number| {
            let site = program.site(number)?;
            (site.file == file).then_some((site.line, number))
        });
        let mut awaits = Awaits::new();
        for (line, number) in sites {
            awaits.entry(line).or_default().push(number);
        }
        Some((known.name.clone(), known.source.clone()?, awaits))
    };
    let (name, source, awaits) = untrack(|| with_program(app, read)).flatten()?;
    let hovered = HoveredLines::get();
    // A closed listing points at no line.
    on_cleanup(move || {
        let _ = hovered.0.try_set(Vec::new());
    });
    let pre = NodeRef::<Pre>::new();
    let lit_lines: Vec<u32> = lit.with_untracked(|lit| {
        let is_lit = |sites: &Vec<u32>| sites.iter().any(|site| lit.contains_key(site));
        let lines = awaits.iter().filter(|(_, sites)| is_lit(sites));
        lines.map(|(&line, _)| line).collect()
    });
    let first = lit_lines.first().or(awaits.keys().next()).copied();
    Effect::new(move |_| {
        if let (Some(pre), Some(line)) = (pre.get(), first) {
            // With the next frame, when its lines are there.
            request_animation_frame(move || scroll_to_line(&pre, line));
        }
    });
    let pinned = RwSignal::new(None::<u32>);
    let shown = match source.lines().nth(MOST_COLOURED) {
        None => lines(&source, Language::Python),
        Some(_) => source
            .split('\n')
            .map(|line| vec![(Token::Plain, line)])
            .collect(),
    };
    let shown = (1..).zip(shown).map(|(line, pieces)| {
        let pieces = pieces.into_iter().map(coloured).collect_view();
        match awaits.get(&line) {
            None => view! { <span class="line">{pieces}</span> }.into_any(),
            Some(sites) => {
                let line = Line {
                    line,
                    sites: StoredValue::new(sites.clone()),
                    lit,
                    pinned,
                    hovered,
                };
                line.view(pieces.into_any())
            }
        }
    });
    let label = format!("{name}, Python code");
    Some(view! {
        <figure class="source">
            <figcaption><h3>{name}</h3><p>"as it was when the program ran"</p></figcaption>
            <pre node_ref=pre tabindex="0" role="region" aria-label=label style:counter-reset="line 0"><code>{shown.collect_view()}</code></pre>
        </figure>
    })
}

fn coloured((token, piece): (Token, &str)) -> AnyView {
    match token {
        Token::Plain => piece.to_owned().into_any(),
        token => view! { <span class=token.class()>{piece.to_owned()}</span> }.into_any(),
    }
}

/// A line at which tasks have waited.
#[derive(Clone, Copy)]
struct Line {
    line: u32,
    /// The numbers of its places: the trace's waits name them.
    sites: StoredValue<Vec<u32>>,
    lit: Memo<Lit>,
    /// The line that stays marked until it or another one is pressed.
    pinned: RwSignal<Option<u32>>,
    hovered: HoveredLines,
}

impl Line {
    fn count(self) -> u32 {
        self.sites.with_value(|sites| {
            self.lit
                .with(|lit| sites.iter().filter_map(|site| lit.get(site)).sum())
        })
    }

    /// Marks its waits in the lanes.
    fn point(self) {
        self.hovered.0.set(self.sites.get_value());
    }

    fn leave(self) {
        if self.pinned.get_untracked().is_none() {
            self.hovered.0.set(Vec::new());
        }
    }

    fn press(self) {
        let again = self.pinned.get_untracked() == Some(self.line);
        self.pinned.set((!again).then_some(self.line));
        self.point();
    }

    fn view(self, pieces: AnyView) -> AnyView {
        let count = Memo::new(move |_| self.count());
        let line = self.line;
        let words = move || match count.get() {
            0 => format!("Line {line}: no task waits here now"),
            1 => format!("Line {line}: 1 task waits here"),
            count => format!("Line {line}: {count} tasks wait here"),
        };
        let shown = move || match count.get() {
            0 => "·".to_owned(),
            count => format!("×{count}"),
        };
        view! {
            <span class="line awaits" class:lit=move || count.get() != 0
                on:mouseenter=move |_| self.point()
                on:mouseleave=move |_| self.leave()
            >
                <button type="button" class="waiters" title=words aria-label=words
                    aria-pressed=move || (self.pinned.get() == Some(line)).to_string()
                    on:focus=move |_| self.point()
                    on:blur=move |_| self.leave()
                    on:click=move |_| self.press()
                    data-count=shown
                ></button>
                {pieces}
            </span>
        }
        .into_any()
    }
}

fn scroll_to_line(pre: &web_sys::HtmlElement, line: u32) {
    let lines = pre.query_selector_all(".line").ok();
    // Two lines above it stay in sight.
    let line = lines.and_then(|lines| lines.get(line.saturating_sub(3)));
    if let Some(line) = line.and_then(|line| line.dyn_into::<web_sys::HtmlElement>().ok()) {
        pre.set_scroll_top(line.offset_top() - pre.offset_top());
    }
}

/// Places at which tasks wait now and that have no source.
#[component]
fn Elsewhere(lit: Memo<Lit>) -> impl IntoView {
    let app = App::get();
    let places = Memo::new(move |_| {
        let lit = lit.get();
        let read = |program: &Program| {
            let without = lit.iter().filter_map(|(&site, &count)| {
                let file = program.site(site)?.file;
                let source = program.file(file)?.source.as_ref();
                let place = program.place(site)?;
                source.is_none().then_some((place, count))
            });
            without.collect::<Vec<_>>()
        };
        with_program(app, read).unwrap_or_default()
    });
    view! {
        <Show when=move || places.with(|places| !places.is_empty())>
            <p class="elsewhere">"Waiting in code whose source was not recorded: "
                {move || {
                    let places = places.get().into_iter();
                    let words: Vec<_> = places.map(|(place, count)| format!("{place} ×{count}")).collect();
                    words.join(", ")
                }}
            </p>
        </Show>
    }
}
