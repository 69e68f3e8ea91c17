//! The form: made from the fields of the playground, holding wrong values too.

use super::MOST_ROWS;
use super::collections::{ListField, MapField};
use super::draft::Draft;
use super::field_path::{FieldPath, listed, number, numbered, parse, typed};
use crate::ui::kit::icon::{Icon, icon};
use crate::ui::kit::keyed::keyed;
use crate::ui::state::app::App;
use interleave_playgrounds::{Entry, Field, FieldKind, Rows};
use interleave_trace::decimal;
use leptos::prelude::*;
use serde_json::Value;

/// The form of a playground.
#[component]
pub fn Params(
    /// The playground.
    entry: &'static Entry,
) -> impl IntoView {
    let app = App::get();
    let fields = (entry.fields)();
    let (lists, others): (Vec<_>, Vec<_>) =
        fields.into_iter().partition(|field| field.kind.is_nested());
    // Only the first list can do without a heading of its own.
    let heading = lists
        .first()
        .filter(|field| matches!(field.kind, FieldKind::Rows(_)))
        .map_or("Parameters", |field| field.label);
    let lists = lists
        .into_iter()
        .enumerate()
        .map(|(i, field)| match field.kind.clone() {
            FieldKind::Rows(rows) => {
                view! { <RowsField key=field.key label=field.label rows is_first={i == 0}/> }
                    .into_any()
            }
            FieldKind::List(list) => view! { <ListField field list/> }.into_any(),
            FieldKind::Map(map) => view! { <MapField field map/> }.into_any(),
            _ => ().into_any(),
        });
    let others = others
        .into_iter()
        .map(|field| view! { <SingleField field/> });
    view! {
        <aside class="params card" aria-labelledby="params-title">
            <form autocomplete="off" on:submit=move |event| event.prevent_default()>
                <h2 id="params-title">{heading}</h2>
                <Show when=move || app.is_pending()>
                    <p class="pending-note" role="status">{icon(Icon::Info)}"applies to the next run"</p>
                </Show>
                <Presets entry/>
                {lists.collect_view()}
                <fieldset>
                    <legend class="visually-hidden">"Parameters"</legend>
                    {others.collect_view()}
                    {entry.draw.map(|_| view! { <Seed entry/> })}
                </fieldset>
                <button class="button quiet reset" type="button" on:click=move |_| {
                    app.view.update(|view| (view.seed, view.params) = (0, entry.defaults()));
                }>{icon(Icon::Reset)}"Reset to the article's values"</button>
            </form>
        </aside>
    }
}

#[component]
fn Presets(entry: &'static Entry) -> impl IntoView {
    let app = App::get();
    let presets = (entry.presets)();
    (presets.len() > 1).then(|| {
        let options = presets.clone();
        let current = move || app.view.params.with(|params| presets.iter().position(|preset| preset.params == *params));
        let current = Memo::new(move |_| current());
        let choose = {
            let options = options.clone();
            move |event| {
                let chosen = event_target_value(&event).parse().ok().and_then(|i: usize| options.get(i));
                if let Some(preset) = chosen {
                    app.view.update(|view| (view.seed, view.params) = (0, preset.params.clone()));
                }
            }
        };
        view! {
            <div class="field presets">
                <label for="preset">"Preset"</label>
                <span class="select">
                    <select id="preset" data-test="preset" on:change=choose
                        prop:value=move || current.get().map_or_else(String::new, |place| place.to_string())
                    >
                        <option value="" disabled=true hidden=true selected=move || current.get().is_none()>"Custom"</option>
                        {options.iter().enumerate().map(|(i, preset)| view! {
                            <option value=i.to_string() selected=move || current.get() == Some(i)>{preset.name}</option>
                        }).collect_view()}
                    </select>
                    {icon(Icon::Chevron)}
                </span>
            </div>
        }
    })
}

/// Which seeds are valid.
const SEEDS: &str = "A seed is a whole number from 0 to 18446744073709551615.";

/// The seed of random values.
#[component]
fn Seed(entry: &'static Entry) -> impl IntoView {
    let app = App::get();
    let draft = Draft::new();
    let normal = move || app.view.seed.get().to_string();
    let wrong = Memo::new(move |_| draft.refused(&normal()).is_some());
    let draw = move |seed: u64| {
        draft.clear();
        let params = entry.draw.map(|draw| {
            // Params that are not drawn at random stay as the reader has set them.
            let base = match app.problems.with_untracked(Vec::is_empty) {
                true => app.view.params.get_untracked(),
                false => entry.defaults(),
            };
            match seed {
                0 => entry.defaults(),
                seed => draw(&base, seed),
            }
        });
        app.view.update(|view| {
            view.seed = seed;
            if let Some(params) = params {
                view.params = params;
            }
        });
    };
    view! {
        <div class="field seed">
            <label for="seed">"Seed"</label>
            <span class="number">
                <input id="seed" type="text" inputmode="numeric" data-test="seed" prop:value=move || draft.shown(normal())
                    aria-invalid=move || wrong.get().then_some("true") aria-describedby="seed-hint"
                    on:input=move |event| draft.typed(event_target_value(&event), untrack(normal), None)
                    on:change=move |event| {
                        let text = event_target_value(&event);
                        match decimal::number(&text).and_then(|seed| seed.as_u64()) {
                            Some(seed) => draw(seed),
                            None => draft.typed(text, untrack(normal), Some(SEEDS.to_owned())),
                        }
                    }
                />
            </span>
            <button class="icon-button" type="button" aria-label="Next seed" title="Next seed"
                on:click=move |_| draw(app.view.seed.get_untracked().wrapping_add(1))
            >{icon(Icon::Dice)}</button>
            <p class="hint" id="seed-hint" class:error=wrong>
                {move || if wrong.get() { SEEDS } else { "Seed 0: the article's numbers." }}
            </p>
        </div>
    }
}

/// The problem of a value.
fn problem(app: App, place: FieldPath) -> Memo<Option<String>> {
    let (path, is_cell) = (place.path(), place.cell.is_some());
    // A cell may hold a list, whose values have problems of their own.
    let within = move |found: &str| {
        let rest = found.strip_prefix(&*path);
        rest.is_some_and(|rest| rest.is_empty() || (is_cell && rest.starts_with('[')))
    };
    Memo::new(move |_| {
        app.problems.with(|problems| {
            let problem = problems.iter().find(|problem| within(&problem.path));
            problem.map(|problem| problem.message.clone())
        })
    })
}

/// The input of one value. What is typed is kept as typed, right or wrong.
#[component]
fn Input(
    place: FieldPath,
    kind: FieldKind,
    label: String,
    /// A flag that is off is left out, as in the presets.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let app = App::get();
    let wrong = problem(app, place.clone());
    let id = place.id();
    let error_id = format!("{id}-error");
    let value = {
        let place = place.clone();
        Memo::new(move |_| app.view.params.with(|params| place.read(params)))
    };
    let invalid = move || wrong.with(Option::is_some).then_some("true");
    let described = move || wrong.with(Option::is_some).then(|| error_id.clone());
    match kind {
        FieldKind::Number { unit, .. } => {
            let draft = Draft::new();
            let set = move |event| {
                app.view.update_params(|params| {
                    let text = event_target_value(&event);
                    place.write(params, number(&kind, &text));
                    draft.typed(text, typed(&place.read(params)), None);
                })
            };
            view! {
                <span class="number">
                    <input id=id type="text" inputmode="decimal" aria-label=label
                        style=("--unit", unit.chars().count().max(2).to_string()) aria-invalid=invalid aria-describedby=described
                        prop:value=move || draft.shown(typed(&value.get())) on:blur=move |_| draft.left() on:input=set/>
                    {(!unit.is_empty()).then(|| view! { <span class="unit">{unit}</span> })}
                </span>
            }.into_any()
        }
        FieldKind::Flag => {
            let set = move |event| {
                let value = match event_target_checked(&event) {
                    false if optional => Value::Null,
                    on => Value::Bool(on),
                };
                app.view.update_params(|params| place.write(params, value));
            };
            view! {
                <input id=id type="checkbox" aria-label=label prop:checked=move || value.get().as_bool().unwrap_or(false) on:change=set/>
            }.into_any()
        }
        FieldKind::List(_) => {
            let draft = Draft::new();
            let normal = {
                let kind = kind.clone();
                move |value: &Value| listed(&kind, value)
            };
            let shown = normal.clone();
            let set = move |event| {
                app.view.update_params(|params| {
                    let text = event_target_value(&event);
                    place.write(params, parse(&kind, &text));
                    draft.typed(text, normal(&place.read(params)), None);
                })
            };
            view! {
                <input id=id type="text" aria-label=label aria-invalid=invalid aria-describedby=described
                    prop:value=move || draft.shown(shown(&value.get())) on:blur=move |_| draft.left() on:input=set/>
            }.into_any()
        }
        FieldKind::Text { .. } | FieldKind::Rows(_) | FieldKind::Map(_) => {
            let set = move |event| {
                let text = event_target_value(&event);
                app.view
                    .update_params(|params| place.write(params, Value::String(text)));
            };
            view! {
                <input id=id type="text" aria-label=label aria-invalid=invalid aria-describedby=described
                    prop:value=move || typed(&value.get()) on:input=set/>
            }.into_any()
        }
    }
}

/// The message under an input.
#[component]
fn ErrorText(place: FieldPath) -> impl IntoView {
    let id = format!("{}-error", place.id());
    let wrong = problem(App::get(), place);
    move || {
        wrong
            .get()
            .map(|message| view! { <p class="error" id=id.clone()>{message}</p> })
    }
}

#[component]
fn SingleField(field: Field) -> impl IntoView {
    let app = App::get();
    let place = FieldPath::field(field.key);
    if let FieldKind::Flag = field.kind {
        return view! {
            <label class="tick"><Input place kind=field.kind label=field.label.to_owned() optional=field.optional/>{field.label}</label>
        }.into_any();
    }
    let range = slider(app, &field);
    let optional = field.optional && !matches!(field.kind, FieldKind::Text { .. });
    let read = place.clone();
    let empty =
        Memo::new(move |_| optional && app.view.params.with(|params| read.read(params).is_null()));
    view! {
        <div class="field">
            <label for=place.id()>{field.label}</label>
            <Input place=place.clone() kind=field.kind label=field.label.to_owned()/>
            {range}
            {move || empty.get().then(|| view! { <p class="hint">"Optional."</p> })}
            <ErrorText place/>
        </div>
    }
    .into_any()
}

/// A slider beside a number, over the range that is interesting.
fn slider(app: App, field: &Field) -> Option<impl IntoView + use<>> {
    let kind = field.kind.clone();
    let FieldKind::Number { min, max, step, .. } = kind else {
        return None;
    };
    if field.optional {
        return None;
    }
    let place = FieldPath::field(field.key);
    let read = place.clone();
    let value = move || {
        app.view
            .params
            .with(|params| read.read(params).as_f64().unwrap_or(min))
    };
    let set = move |event| {
        app.view
            .update_params(|params| place.write(params, number(&kind, &event_target_value(&event))))
    };
    // Multiples of the step, also where the minimum is none.
    let min = (min / step).ceil() * step;
    let playful = max.min(min + step * 40.0);
    Some(view! {
        <input type="range" min=min max=playful step=step aria-label=field.label
            prop:value=move || value().to_string() on:input=set/>
    })
}

#[component]
fn RowsField(
    key: &'static str,
    label: &'static str,
    rows: Rows,
    /// Whether the form's heading says what the list holds.
    is_first: bool,
) -> impl IntoView {
    let app = App::get();
    let (labelled, min) = (rows.columns.len() > 2, rows.min);
    let count = Memo::new(move |_| {
        app.view
            .params
            .with(|params| params[key].as_array().map_or(0, Vec::len))
    });
    let noun = rows.noun;
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    let columns = StoredValue::new(rows.columns.clone());
    let head = (!labelled).then(|| {
        let cells = rows.columns.iter().enumerate().map(|(i, column)| {
            view! {
                <span class="cell" class:wide=i == 0>{column.label}</span>
            }
        });
        view! { <div class="rows-head" aria-hidden="true">{cells.collect_view()}</div> }
    });
    let fresh = rows.fresh.clone();
    let add = move |_| {
        app.view.update_params(|params| {
            // An optional field may be absent.
            let list = params.as_object_mut().map(|params| {
                params
                    .entry(key)
                    .or_insert_with(|| Value::Array(Vec::new()))
            });
            if let Some(list) = list.and_then(Value::as_array_mut) {
                list.push(numbered(&fresh, list.len() + 1));
            }
        });
    };
    view! {
        <fieldset class:wide=labelled class:collection=!is_first>
            <legend class:visually-hidden=is_first>{label}</legend>
            <div class="rows" class:labelled=labelled>
                {head}
                <div class="rows-list">
                    {keyed(move || 0..count.get().min(MOST_ROWS), |row| *row, move |row| view! {
                        <Row key row columns noun count min/>
                    })}
                </div>
                {move || (count.get() > MOST_ROWS).then(|| view! {
                    <p class="hint">{format!("and {} more, not editable here", count.get() - MOST_ROWS)}</p>
                })}
                <ErrorText place=FieldPath::field(key)/>
                <button class="button add" type="button" data-test="add-row" on:click=add>
                    {icon(Icon::Plus)}{format!("Add {article} {noun}")}
                </button>
            </div>
        </fieldset>
    }
}

#[component]
fn Row(
    key: &'static str,
    row: usize,
    columns: StoredValue<Vec<Field>>,
    noun: &'static str,
    count: Memo<usize>,
    /// How many rows there must be at least.
    min: usize,
) -> impl IntoView {
    let app = App::get();
    let cells = columns.with_value(|columns| {
        let cell = |(i, column): (usize, &Field)| {
            let place = FieldPath {
                key,
                cell: Some((row, column.key, i)),
            };
            let wide = matches!(column.kind, FieldKind::Text { .. } | FieldKind::List(_));
            let flag = matches!(column.kind, FieldKind::Flag);
            let label = format!("{} of {noun} {}", column.label, row + 1);
            view! {
                <label class="cell" class:wide=wide class:flag=flag>
                    <span class="cell-label">{column.label}</span>
                    <Input place kind=column.kind.clone() label/>
                </label>
            }
        };
        columns.iter().enumerate().map(cell).collect_view()
    });
    let errors = columns.with_value(|columns| {
        let error = |(i, column): (usize, &Field)| {
            let place = FieldPath {
                key,
                cell: Some((row, column.key, i)),
            };
            view! { <ErrorText place/> }
        };
        columns.iter().enumerate().map(error).collect_view()
    });
    let remove = move |_| {
        app.view.update_params(|params| {
            if let Some(list) = params[key].as_array_mut().filter(|list| list.len() > row) {
                list.remove(row);
            }
        });
    };
    view! {
        <div class="row" role="group" aria-label=format!("{noun} {}", row + 1)>
            <div class="cells">{cells}</div>
            <button class="icon-button" type="button" aria-label=format!("Remove {noun} {}", row + 1)
                prop:disabled=move || count.get() <= min on:click=remove
            >{icon(Icon::Trash)}</button>
            {errors}
        </div>
    }
}
