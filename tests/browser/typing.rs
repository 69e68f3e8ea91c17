//! Typing into the form, key by key: what is typed stays as typed until the field is left, and then says the same.

use crate::harness::{Page, document};
use interleave::web;
use interleave_playgrounds::{Entry, Field, FieldKind};
use std::collections::HashSet;
use std::mem::{Discriminant, discriminant};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, Event, EventInit, HtmlElement, HtmlInputElement};

/// What is typed; its normal form where any number is valid, and where only whole ones are. Text that is no number stays.
const NUMBERS: [(&str, &str, &str); 12] = [
    // Became "-0.0.5", since "-0." was rewritten to "-0.0".
    ("-0.5", "-0.5", "-0.5"),
    (".5", "0.5", "0.5"),
    ("007", "7", "7"),
    // Became 1000.0 while it was typed.
    ("1e3", "1000.0", "1000"),
    ("1.2.3", "1.2.3", "1.2.3"),
    ("1e30", "1e+30", "1e+30"),
    ("5.", "5.0", "5"),
    ("+2.50", "2.5", "2.5"),
    (" 4 ", "4", "4"),
    ("1 2", "1 2", "1 2"),
    ("-", "-", "-"),
    ("<b>ten</b>", "<b>ten</b>", "<b>ten</b>"),
];

/// How many of these are typed into every field; all of them into the first of each kind.
const INTO_EVERY_FIELD: usize = 5;

/// What is pasted, and its normal form in any field of numbers.
const PASTED: [(&str, &str); 4] = [
    ("\u{a0}\u{2212}3\t", "-3"),
    ("\t12", "12"),
    ("9e999", "9e999"),
    ("", ""),
];

/// Lists of numbers are typed as one text; its normal form where any number is valid, and where only whole ones are.
const LISTS: [(&str, &str, &str); 4] = [
    ("0.1, .25,1e1", "0.1, 0.25, 10.0", "0.1, 0.25, 10"),
    ("0.05,", "0.05, ", "0.05, "),
    ("x, 1", "x, 1", "x, 1"),
    ("", "", ""),
];

/// So are lists of texts in a row, which may have commas of their own.
const TEXT_LISTS: [(&str, &str); 4] = [
    (" one, and;two ;", "one, and; two"),
    ("007", "007"),
    ("<i>\"&", "<i>\"&"),
    ("", ""),
];

const TEXTS: [&str; 4] = [" two  words ", "007", "<i>\"&amp;", "1e3"];

fn said(input: &HtmlInputElement, event: &str) {
    let bubbles = EventInit::new();
    bubbles.set_bubbles(event != "blur");
    let event = Event::new_with_event_init_dict(event, &bubbles).unwrap();
    input.dispatch_event(&event).unwrap();
}

/// The input with this id, as it is now: those of a map are made anew when a name changes.
fn find(id: &str) -> HtmlInputElement {
    let found = document().get_element_by_id(id);
    found.unwrap_or_else(|| panic!("no {id}")).unchecked_into()
}

/// Types a text into an empty input, key by key, and leaves it.
async fn types(id: &str, text: &str) -> HtmlInputElement {
    put(id, "").await;
    let mut so_far = String::new();
    for key in text.chars() {
        let input = find(id);
        // A key adds to what is there.
        input.set_value(&format!("{}{key}", input.value()));
        said(&input, "input");
        web::turn().await;
        so_far.push(key);
        assert_eq!(find(id).value(), so_far, "typing {text:?} into {id}");
    }
    leave(id).await
}

/// Replaces the whole text of an input, as pasting does.
async fn put(id: &str, text: &str) {
    let input = find(id);
    input.set_value(text);
    said(&input, "input");
    // As between two keys: effects that are due run.
    web::turn().await;
    assert_eq!(find(id).value(), text, "pasting into {id}");
}

async fn leave(id: &str) -> HtmlInputElement {
    for event in ["change", "blur"] {
        said(&find(id), event);
        web::turn().await;
    }
    find(id)
}

/// Whether a number is one that a field of this kind takes.
fn takes(kind: &FieldKind, text: &str) -> bool {
    let FieldKind::Number {
        min, max, whole, ..
    } = *kind
    else {
        return true;
    };
    let number = text.parse::<f64>();
    number.is_ok_and(|number| (min..=max).contains(&number) && (!whole || number.fract() == 0.0))
}

/// The kinds of inputs that have been tried: which values they take, and what they are a part of.
type Seen = HashSet<(Discriminant<FieldKind>, bool, Option<&'static str>)>;

async fn try_number(id: &str, kind: &FieldKind, is_optional: bool, is_first: bool) {
    let before = find(id).value();
    let is_whole = matches!(kind, FieldKind::Number { whole: true, .. });
    let says = |input: &HtmlInputElement, typed: &str, normal: &str| {
        assert_eq!(input.value(), normal, "{typed:?} in {id}");
        let is_wrong = input.get_attribute("aria-invalid").is_some();
        let is_right = match normal {
            "" => is_optional,
            normal => takes(kind, normal),
        };
        assert!(is_wrong || is_right, "{typed:?} in {id} is taken");
        if is_wrong {
            let error = input.get_attribute("aria-describedby").unwrap();
            let why = document().get_element_by_id(&error).unwrap();
            let why = why.text_content().unwrap();
            let of_kind = why.contains("must be a number") || why.contains("must be a whole");
            assert!(!is_right || !of_kind, "{typed:?} in {id}: {why}");
        }
    };
    let count = if is_first {
        NUMBERS.len()
    } else {
        INTO_EVERY_FIELD
    };
    for (typed, any, whole) in NUMBERS.into_iter().take(count) {
        let input = types(id, typed).await;
        says(&input, typed, if is_whole { whole } else { any });
    }
    for (pasted, normal) in PASTED {
        put(id, pasted).await;
        says(&leave(id).await, pasted, normal);
    }
    put(id, &before).await;
    says(&leave(id).await, &before, &before);
}

async fn try_input(seen: &mut Seen, id: &str, kind: &FieldKind, is_optional: bool) {
    let before = find(id).value();
    let is_whole = matches!(kind, FieldKind::Number { whole: true, .. });
    let place = [".", "[", "-0-"].into_iter().find(|mark| id.contains(mark));
    let is_first = seen.insert((discriminant(kind), is_whole, place));
    match kind {
        FieldKind::Number { .. } => try_number(id, kind, is_optional, is_first).await,
        FieldKind::List(list) if matches!(*list.item, FieldKind::Text { .. }) => {
            for (typed, normal) in TEXT_LISTS {
                assert_eq!(types(id, typed).await.value(), normal, "{id}");
            }
        }
        FieldKind::List(list) => {
            let is_whole = matches!(*list.item, FieldKind::Number { whole: true, .. });
            for (typed, any, whole) in LISTS {
                let normal = if is_whole { whole } else { any };
                assert_eq!(types(id, typed).await.value(), normal, "{id}");
            }
        }
        _ => {
            for text in TEXTS
                .into_iter()
                .take(if is_first { TEXTS.len() } else { 1 })
            {
                assert_eq!(types(id, text).await.value(), text, "{id}");
            }
        }
    }
    put(id, &before).await;
    leave(id).await;
}

/// The id of the first input that a selector finds.
fn first(page: &Page, selector: &str) -> Option<String> {
    page.all(selector).first().map(Element::id)
}

/// Adds a row to the collection with this label.
async fn add_row(page: &Page, label: &str) {
    let collections = page.all("fieldset.collection").into_iter();
    let mut labelled = collections.filter(|collection| {
        let legend = collection.query_selector("legend").unwrap();
        legend.and_then(|it| it.text_content()).as_deref() == Some(label)
    });
    let collection = labelled.next().unwrap_or_else(|| panic!("no {label}"));
    let button = collection.query_selector("button.add").unwrap().unwrap();
    button.unchecked_into::<HtmlElement>().click();
    page.settle().await;
}

/// Tries one input for each column of a field: rows are alike.
async fn try_field(seen: &mut Seen, page: &Page, field: &Field) {
    let key = field.key;
    match &field.kind {
        FieldKind::Flag => {}
        FieldKind::Rows(rows) => {
            if first(page, &format!("[id^='field-{key}-0-']")).is_none() {
                add_row(page, field.label).await;
            }
            for column in &rows.columns {
                if !matches!(column.kind, FieldKind::Flag) {
                    let id = format!("field-{key}-0-{}", column.key);
                    try_input(seen, &id, &column.kind, column.optional).await;
                }
            }
        }
        FieldKind::List(list) => match &*list.item {
            FieldKind::Number { .. } => {
                try_input(seen, &format!("field-{key}"), &field.kind, true).await;
            }
            item => {
                let id = format!("field-{key}[0]");
                if document().get_element_by_id(&id).is_none() {
                    add_row(page, field.label).await;
                }
                try_input(seen, &id, item, false).await;
            }
        },
        FieldKind::Map(map) => {
            let value = format!("[id^='field-{key}.']");
            if first(page, &value).is_none() {
                // Were passed over: an optional map may begin without values.
                add_row(page, field.label).await;
            }
            let id = first(page, &value).unwrap_or_else(|| panic!("no value of {key}"));
            try_input(seen, &id, &map.value, false).await;
            let name = FieldKind::Text { max: 200 };
            try_input(seen, &format!("field-{key}-name-0"), &name, true).await;
        }
        kind => try_input(seen, &format!("field-{key}"), kind, field.optional).await,
    }
}

#[wasm_bindgen_test]
async fn whatever_is_typed_stays_as_typed_until_the_field_is_left() {
    let mut seen = Seen::new();
    for entry in Entry::all() {
        let page = Page::open(&format!("#/{}", entry.slug)).await;
        for field in (entry.fields)() {
            try_field(&mut seen, &page, &field).await;
        }
        assert!(page.all(".notice").is_empty());
    }
}

#[wasm_bindgen_test]
async fn a_seed_is_typed_as_any_number() {
    let page = Page::open("#/weather?seed=7").await;
    for (typed, normal) in [
        ("007", "7"),
        (" 12 ", "12"),
        ("+3", "3"),
        ("1.5", "1.5"),
        ("0", "0"),
    ] {
        assert_eq!(types("seed", typed).await.value(), normal, "{typed:?}");
    }
    assert!(page.text("#seed-hint").contains("Seed 0"));
}

#[wasm_bindgen_test]
async fn a_value_that_changes_elsewhere_takes_the_place_of_what_is_typed() {
    let page = Page::open("#/sequential-vs-concurrent").await;
    let delay = "field-tasks-0-delay";
    put(delay, "007").await;
    // The field has the focus still.
    page.choose("#preset", "0").await;
    assert_eq!(find(delay).value(), "1.0");
}
