//! Round trips of any link, and links from strangers.

use super::*;
use crate::Pace;
use crate::view::text::encode;
use interleave_playgrounds::{Field, FieldKind, List, Map, Rows, check};
use proptest::prelude::*;

/// Fields of every kind, nested in one another, some with names that links use themselves.
fn fields() -> Vec<Field> {
    let flag = |key, optional| Field {
        optional,
        ..Field::flag(key, "")
    };
    let with_leaves = |mut fields: Vec<Field>| {
        fields.extend([
            Field::number("number", "", -1e300, 1e300, 1.0, ""),
            Field::text("text", ""),
            flag("flag", false),
            Field::text("seed", "").optional(),
            Field::text("only", "").optional(),
            Field::seconds("pause", "").optional(),
            Field::whole("count", "", 0, u32::MAX, "").optional(),
            flag("maybe", true),
        ]);
        fields
    };
    let rows = |key, columns, tuples| {
        let (noun, fresh) = ("", Value::Null);
        Field::rows(
            key,
            "",
            Rows {
                noun,
                columns,
                tuples,
                min: 0,
                fresh,
            },
        )
    };
    let list = |item, min| {
        let (noun, fresh, item) = ("", Value::Null, Box::new(item));
        List {
            noun,
            item,
            min,
            fresh,
        }
    };
    let map = |value| Map {
        noun: "",
        value: Box::new(value),
        fresh_name: "",
        fresh: Value::Null,
    };
    let text = || FieldKind::Text { max: 200 };
    let collections = || {
        let lists = FieldKind::List(list(FieldKind::List(list(text(), 0)), 0));
        vec![
            Field::list("numbers", "", list(FieldKind::seconds(), 0)),
            Field::list("texts", "", list(text(), 1)).optional(),
            Field::list("lists", "", list(FieldKind::List(list(text(), 0)), 0)),
            Field::list("deep_lists", "", list(lists, 0)),
            Field::list("maps", "", list(FieldKind::Map(map(text())), 0)).optional(),
            Field::map("map", "", map(FieldKind::seconds())),
            Field::map("flags", "", map(FieldKind::Flag)).optional(),
            Field::map("deep_map", "", map(FieldKind::List(list(text(), 0)))),
        ]
    };
    let thin = || vec![Field::seconds("x", "").optional()];
    let deep = with_leaves(vec![
        rows("objects", with_leaves(vec![]), false),
        rows("tuples", with_leaves(vec![]), true).optional(),
    ]);
    let mut fields = collections();
    fields.extend([
        rows("objects", deep.clone(), false),
        rows("tuples", deep, true).optional(),
        rows("collections", collections(), false).optional(),
        rows("collection_tuples", collections(), true).optional(),
        rows("thin", thin(), false).optional(),
        rows("thin_tuples", thin(), true).optional(),
    ]);
    with_leaves(fields)
}

/// Texts full of characters with a meaning in links, JSON and HTML.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{1,12}",
        "[!,;()%+&=#?~.a0\"'<\\[\\]{} ]{1,10}",
        prop::sample::select(vec![
            "!", "!null", "null", "true", "1", "%2C", "()", "é", "\u{0}", "\u{202e}", "🦀"
        ])
        .prop_map(str::to_owned),
    ]
}

/// Any value that a field takes; `Err` is an absent value.
fn any_value(field: &Field, absent: bool) -> BoxedStrategy<Result<Value, ()>> {
    let value = any_of(&field.kind, field.optional);
    if field.optional {
        let missing = if absent { Err(()) } else { Ok(Value::Null) };
        prop_oneof![3 => value.prop_map(Ok), 1 => Just(Ok(Value::Null)), 1 => Just(missing)].boxed()
    } else {
        value.prop_map(Ok).boxed()
    }
}

/// Any value of a kind.
fn any_of(kind: &FieldKind, optional: bool) -> BoxedStrategy<Value> {
    match kind {
        FieldKind::Number {
            min, max, whole, ..
        } => {
            let (min, max, whole) = (*min, *max, *whole);
            let ints = (min.max(-9e15).ceil() as i64..=max.min(9e15) as i64).prop_map(|i| json!(i));
            let floats = (min..=max).prop_map(|x| json!(x)).boxed();
            if whole {
                ints.boxed()
            } else {
                let some = [2.0f64, 0.1].map(|x| Just(json!(x.clamp(min, max))));
                let [two, tenth] = some;
                prop_oneof![ints, floats, two, tenth].boxed()
            }
        }
        FieldKind::Text { .. } => {
            prop_oneof![9 => any_text(), 1 => Just(if optional { "" } else { "x" }.to_owned())]
                .prop_map(Value::String)
                .boxed()
        }
        FieldKind::Flag => any::<bool>().prop_map(Value::Bool).boxed(),
        FieldKind::Rows(rows) => {
            let row = if rows.tuples {
                let cells: Vec<_> = rows
                    .columns
                    .iter()
                    .map(|column| any_value(column, false))
                    .collect();
                cells
                    .prop_map(|cells| cells.into_iter().flatten().collect())
                    .boxed()
            } else {
                any_object(&rows.columns)
            };
            prop::collection::vec(row, rows.min..4)
                .prop_map(Value::Array)
                .boxed()
        }
        FieldKind::List(list) => prop::collection::vec(any_of(&list.item, false), list.min..4)
            .prop_map(Value::Array)
            .boxed(),
        FieldKind::Map(map) => {
            let name = prop_oneof![any_text(), "[a:]{0,3}"];
            prop::collection::vec((name, any_of(&map.value, false)), 0..4)
                .prop_map(|values| Value::Object(values.into_iter().collect()))
                .boxed()
        }
    }
}

fn any_object(fields: &[Field]) -> BoxedStrategy<Value> {
    let keys: Vec<_> = fields.iter().map(|field| field.key).collect();
    let values: Vec<_> = fields.iter().map(|field| any_value(field, true)).collect();
    let object = move |values: Vec<Result<Value, ()>>| {
        let present = keys
            .iter()
            .zip(values)
            .filter_map(|(key, value)| Some((key.to_string(), value.ok()?)));
        Value::Object(present.collect::<serde_json::Map<_, _>>())
    };
    values.prop_map(object).boxed()
}

/// The same params without the flags, or the default ones, if as a whole they cannot be run: a playground may have conditions
/// that its fields do not express.
fn possible(entry: &Entry, mut params: Value) -> Value {
    if let (false, Some(object)) = (entry.check(&params).is_empty(), params.as_object_mut()) {
        object.retain(|_, value| !value.is_boolean());
    }
    match entry.check(&params).is_empty() {
        true => params,
        false => entry.defaults(),
    }
}

/// An instant as a link can hold it: a number of seconds names it.
fn any_instant() -> impl Strategy<Value = Time> {
    prop_oneof![
        (0.0..=LATEST).prop_map(Time::from_secs),
        (0u64..100_000_000_000).prop_map(Time),
    ]
}

fn any_view() -> impl Strategy<Value = View> {
    (0..CARDS.len()).prop_flat_map(|place| {
        let entry = Entry::all().nth(place).unwrap();
        let modes: Vec<_> = entry
            .strategies()
            .iter()
            .map(|strategy| strategy.mode)
            .collect();
        let count = modes.len();
        let params = prop_oneof![
            2 => any_object(&(entry.fields)()).prop_map(move |params| possible(entry, params)),
            1 => any::<u64>().prop_map(move |seed| base(entry, seed)),
        ];
        (
            params,
            prop_oneof![Just(0), any::<u64>()],
            prop::sample::select(Pace::ALL.to_vec()),
            prop::sample::select(SPEEDS.to_vec()),
            prop::sample::subsequence(modes, 1..=count),
            prop::option::of(any_instant()),
            any::<bool>(),
            prop::option::of(any_embed()),
        )
            .prop_map(
                move |(params, seed, pace, speed, strategies, at, predict, embed)| {
                    let slug = entry.slug;
                    View {
                        slug,
                        params,
                        seed,
                        pace,
                        speed,
                        strategies,
                        at: at.filter(|_| pace != Pace::Live),
                        predict,
                        embed,
                    }
                },
            )
    })
}

fn any_embed() -> impl Strategy<Value = Embed> {
    (
        prop::option::of(prop::sample::select(THEMES.to_vec())),
        any::<bool>(),
        prop::sample::subsequence(PANELS.to_vec(), 1..=PANELS.len()),
    )
        .prop_map(|(theme, autoplay, panels)| Embed {
            theme,
            autoplay,
            panels,
        })
}

proptest! {
    #[test]
    fn there_and_back(view in any_view()) {
        let route = Route::Playground(view);
        assert_valid(&route);
        let hash = format(&route).unwrap();
        prop_assert_eq!(parse(&hash), (route, vec![]), "{}", hash);
        // A browser leaves such a hash as it is.
        prop_assert!(hash.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>`".contains(&byte)));
    }

    /// For any fields that a later playground may have: each value is read as it was written.
    #[test]
    fn values_there_and_back(params in any_object(&fields())) {
        let fields = fields();
        prop_assert_eq!(check(&fields, &params), []);
        for field in &fields {
            let text = params::write(field, params.get(field.key));
            prop_assert!(!text.contains(['&', '#', ' ', '=']));
            let read = params::read(&[(field, &text)], &params, |params| check(&fields, params));
            prop_assert_eq!(read.as_ref(), Ok(&params), "{}", text);
        }
    }

    #[test]
    fn encoding_is_undone(text in any::<String>()) {
        let mut encoded = String::new();
        encode(&text, &mut encoded);
        prop_assert_eq!(decode(&encoded).unwrap(), text);
    }
}

/// A link from a stranger: noise, or a good link with some of it changed.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "%",
        "%2",
        "%FF",
        "%00",
        "!",
        "!!",
        "![",
        "!%5B%5D",
        "(",
        ")",
        ",",
        ";",
        "&",
        "=",
        "?",
        "#",
        "/",
        "seed=",
        "files=",
        "only=article",
        "speed=1e999",
        "max_in_flight=-1",
        "-",
        "1e309",
        "99999999999999999999",
        "NaN",
        "null",
        "p.",
        "p.seed=1",
        "embed=1",
        "embed=0",
        "theme=dark",
        "panels=log,",
        "predict=1",
        "\u{0}",
        "é",
        "😀",
        "seconds_per_mb=",
        "a,1;",
        "<script>",
        "javascript:",
    ]);
    let mutated = (
        any_view(),
        prop::collection::vec(
            (any::<prop::sample::Index>(), 0usize..9, piece.clone()),
            1..6,
        ),
    )
        .prop_map(|(view, changes)| {
            let mut hash: Vec<char> = format(&Route::Playground(view))
                .unwrap_or_default()
                .chars()
                .collect();
            for (at, cut, piece) in changes {
                let at = at.index(hash.len() + 1);
                let end = (at + cut).min(hash.len());
                hash.splice(at..end, piece.chars());
            }
            hash.into_iter().collect()
        });
    prop_oneof![
        6 => mutated,
        1 => any::<String>(),
        3 => prop::collection::vec(piece, 0..20).prop_map(|pieces| format!("#/downloads?{}", pieces.concat())),
        1 => "#/\\PC{0,40}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn strangers_do_no_harm(hash in hostile()) {
        let (route, problems) = parse(&hash);
        assert_valid(&route);
        prop_assert!(problems.len() <= MAX_PROBLEMS);
        for problem in problems {
            prop_assert!(problem.to_string().chars().count() < 500);
        }
        // The route has a link of its own, without a problem.
        let again = format(&route).unwrap();
        prop_assert_eq!(parse(&again), (route, vec![]));
    }
}
