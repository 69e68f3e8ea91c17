//! Lists of values and values by name in the form.

use super::MOST_ROWS;
use super::draft::Draft;
use super::field_path::{listed, numbered, parse, typed};
use crate::ui::kit::icon::{Icon, icon};
use crate::ui::kit::keyed::keyed;
use crate::ui::state::app::App;
use interleave_playgrounds::{Field, FieldKind, List, Map};
use leptos::prelude::*;
use serde_json::Value;
use std::sync::Arc;

/// Reads the text of an input from the params.
type Read = Arc<dyn Fn(&Value) -> String + Send + Sync>;
/// Writes a text into the params, or says why it cannot.
type Write = Arc<dyn Fn(&mut Value, &str) -> Result<(), String> + Send + Sync>;

/// A text input for a part of the params.
#[derive(Clone)]
struct Part {
    /// The path by which problems name it and the values within it.
    path: String,
    label: String,
    is_number: bool,
    read: Read,
    write: Write,
}

impl Part {
    /// For a value of a kind: a list of numbers is typed as one text, with commas.
    fn new(
        kind: &FieldKind,
        path: String,
        label: String,
        find: impl Fn(&Value) -> Option<&Value> + Send + Sync + 'static,
        find_mut: impl Fn(&mut Value) -> Option<&mut Value> + Send + Sync + 'static,
    ) -> Self {
        let kind = kind.clone();
        Self {
            path,
            label,
            is_number: matches!(kind, FieldKind::Number { .. }),
            read: {
                let kind = kind.clone();
                let shown = move |value: &Value| listed(&kind, value);
                Arc::new(move |params| find(params).map_or_else(String::new, &shown))
            },
            write: Arc::new(move |params, text| {
                if let Some(value) = find_mut(params) {
                    *value = parse(&kind, text);
                }
                Ok(())
            }),
        }
    }

    fn id(&self) -> String {
        format!("field-{}", self.path.replace(char::is_whitespace, "_"))
    }
}

#[component]
fn PartInput(part: Part) -> impl IntoView {
    let app = App::get();
    let Part {
        path, read, write, ..
    } = part.clone();
    let draft = Draft::new();
    let normal = {
        let read = Arc::clone(&read);
        Memo::new(move |_| app.view.params.with(|params| read(params)))
    };
    let wrong = Memo::new(move |_| {
        if let Some(why) = normal.with(|normal| draft.refused(normal)) {
            return Some(why);
        }
        app.problems.with(|problems| {
            let within = |found: &str| {
                let rest = found.strip_prefix(&*path);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
            };
            let problem = problems.iter().find(|problem| within(&problem.path));
            problem.map(|problem| problem.message.clone())
        })
    });
    let error_id = format!("{}-error", part.id());
    let described = {
        let error_id = error_id.clone();
        move || wrong.with(Option::is_some).then(|| error_id.clone())
    };
    view! {
        <input id=part.id() type="text" inputmode=part.is_number.then_some("decimal") aria-label=part.label.clone()
            aria-invalid=move || wrong.with(Option::is_some).then_some("true") aria-describedby=described
            prop:value=move || draft.shown(normal.get()) on:blur=move |_| draft.left()
            on:input=move |event| app.view.update_params(|params| {
                let text = event_target_value(&event);
                let refused = write(params, &text).err();
                draft.typed(text, read(params), refused);
            })/>
        {move || wrong.get().map(|message| view! { <p class="error" id=error_id.clone()>{message}</p> })}
    }
}

/// A list of values: a row each, or one text if they are numbers.
#[component]
pub fn ListField(
    /// The field.
    field: Field,
    /// What the list holds.
    list: List,
) -> impl IntoView {
    let (key, label) = (field.key, field.label);
    if let FieldKind::Number { .. } = *list.item {
        let part = Part::new(
            &field.kind,
            key.to_owned(),
            format!("{label}, split by commas"),
            move |params| params.get(key),
            // An optional field may be absent: it is added as soon as something is typed.
            move |params| {
                params
                    .as_object_mut()
                    .map(|params| params.entry(key).or_insert_with(Value::default))
            },
        );
        return view! {
            <div class="field list">
                <label for=part.id()>{label}</label>
                <PartInput part/>
            </div>
        }
        .into_any();
    }
    let app = App::get();
    let count = count(app, key);
    let (noun, min, item) = (list.noun, list.min, list.item.clone());
    let row = move |i: usize| {
        let part = Part::new(
            &item,
            format!("{key}[{i}]"),
            format!("{noun} {}", i + 1),
            move |params| params.get(key)?.get(i),
            move |params| params.get_mut(key)?.get_mut(i),
        );
        let remove = move |_| {
            app.view.update_params(|params| {
                if let Some(list) = params[key].as_array_mut().filter(|list| list.len() > i) {
                    list.remove(i);
                }
            });
        };
        let too_few = move || count.get() <= min;
        view! {
            <div class="row" role="group" aria-label=format!("{noun} {}", i + 1)>
                <div class="cells"><span class="cell wide"><PartInput part/></span></div>
                <Remove label=format!("Remove {noun} {}", i + 1) disabled=too_few on_click=remove/>
            </div>
        }
    };
    let fresh = list.fresh;
    let add = move |_| {
        app.view.update_params(|params| {
            if let Some(list) = params[key].as_array_mut() {
                list.push(numbered(&fresh, list.len() + 1));
            }
        });
    };
    view! { <Rows key label noun count row add/> }.into_any()
}

/// Values by name: a row each, with the name and the value.
#[component]
pub fn MapField(
    /// The field.
    field: Field,
    /// What the map holds.
    map: Map,
) -> impl IntoView {
    let app = App::get();
    let (key, label, noun) = (field.key, field.label, map.noun);
    let count = count(app, key);
    let kind = map.value.clone();
    let row = move |i: usize| {
        let name = Part {
            path: format!("{key}-name-{i}"),
            label: format!("name of {noun} {}", i + 1),
            is_number: false,
            read: Arc::new(move |params| name_at(params, key, i).unwrap_or_default()),
            write: Arc::new(move |params, name| rename(params, key, i, name)),
        };
        // Problems name a value by its name, which changes while it is typed.
        let path = Memo::new(move |_| app.view.params.with(|params| name_at(params, key, i)));
        let kind = kind.clone();
        let value = move || {
            let part = Part::new(
                &kind,
                format!("{key}.{}", path.get().unwrap_or_default()),
                format!("{noun} {}", i + 1),
                move |params| params.get(key)?.as_object()?.values().nth(i),
                move |params| params.get_mut(key)?.as_object_mut()?.values_mut().nth(i),
            );
            view! { <PartInput part/> }
        };
        let remove = move |_| {
            app.view.update_params(|params| {
                let name = name_at(params, key, i);
                if let (Some(map), Some(name)) = (params[key].as_object_mut(), name) {
                    map.shift_remove(&name);
                }
            });
        };
        view! {
            <div class="row" role="group" aria-label=format!("{noun} {}", i + 1)>
                <div class="cells">
                    <span class="cell wide"><PartInput part=name/></span>
                    <span class="cell">{value}</span>
                </div>
                <Remove label=format!("Remove {noun} {}", i + 1) disabled=|| false on_click=remove/>
            </div>
        }
    };
    let (fresh_name, fresh) = (Value::from(map.fresh_name), map.fresh);
    let add = move |_| {
        app.view.update_params(|params| {
            let Some(params) = params.as_object_mut() else {
                return;
            };
            let map = params
                .entry(key)
                .or_insert_with(|| Value::Object(Default::default()));
            if let Some(map) = map.as_object_mut() {
                let names = (map.len()..).map(|number| typed(&numbered(&fresh_name, number)));
                // A name without the number would be taken from the second entry on.
                let free = names.take(MOST_ROWS).find(|name| !map.contains_key(name));
                map.insert(free.unwrap_or_default(), fresh.clone());
            }
        });
    };
    view! { <Rows key label noun count row add/> }
}

/// The number of values in a field.
fn count(app: App, key: &'static str) -> Memo<usize> {
    Memo::new(move |_| {
        app.view.params.with(|params| match &params[key] {
            Value::Array(list) => list.len(),
            Value::Object(map) => map.len(),
            _ => 0,
        })
    })
}

fn name_at(params: &Value, key: &str, i: usize) -> Option<String> {
    params.get(key)?.as_object()?.keys().nth(i).cloned()
}

/// Gives a value another name in its place, unless another one has that name.
fn rename(params: &mut Value, key: &str, i: usize, name: &str) -> Result<(), String> {
    let Some(map) = params[key].as_object_mut() else {
        return Ok(());
    };
    if map
        .keys()
        .enumerate()
        .any(|(at, old)| at != i && old == name)
    {
        return Err(format!("There is another one named \"{name}\"."));
    }
    let values = std::mem::take(map).into_iter().enumerate();
    let renamed = |(at, (old, value))| (if at == i { name.to_owned() } else { old }, value);
    *map = values.map(renamed).collect();
    Ok(())
}

#[component]
fn Remove(
    label: String,
    disabled: impl Fn() -> bool + Send + 'static,
    on_click: impl Fn(leptos::ev::MouseEvent) + Send + 'static,
) -> impl IntoView {
    view! {
        <button class="icon-button" type="button" aria-label=label prop:disabled=disabled on:click=on_click>
            {icon(Icon::Trash)}
        </button>
    }
}

/// A labelled list of rows with a button for another one.
#[component]
fn Rows<V: IntoView + 'static>(
    key: &'static str,
    label: &'static str,
    noun: &'static str,
    count: Memo<usize>,
    row: impl Fn(usize) -> V + Clone + Send + Sync + 'static,
    add: impl Fn(leptos::ev::MouseEvent) + Send + 'static,
) -> impl IntoView {
    let app = App::get();
    let wrong = Memo::new(move |_| {
        app.problems.with(|problems| {
            let problem = problems.iter().find(|problem| problem.path == key);
            problem.map(|problem| problem.message.clone())
        })
    });
    view! {
        <fieldset class="collection">
            <legend>{label}</legend>
            <div class="rows">
                <div class="rows-list">
                    {keyed(move || 0..count.get().min(MOST_ROWS), |row| *row, row)}
                </div>
                {move || (count.get() > MOST_ROWS).then(|| view! {
                    <p class="hint">{format!("and {} more, not editable here", count.get() - MOST_ROWS)}</p>
                })}
                {move || wrong.get().map(|message| view! { <p class="error">{message}</p> })}
                <button class="button add" type="button" on:click=add>
                    {icon(Icon::Plus)}{format!("Add {} {noun}", article(noun))}
                </button>
            </div>
        </fieldset>
    }
}

/// The article before a noun: "an item", "a URL".
fn article(noun: &str) -> &'static str {
    match noun.starts_with(['a', 'e', 'i', 'o']) {
        true => "an",
        false => "a",
    }
}
