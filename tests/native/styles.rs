//! Rules for the style sheets, so that tests in a browser need not examine every page once more.

use std::fs;
use std::path::Path;

/// Whether a value is a colour, or a shadow, which takes no room.
fn takes_no_room(name: &str, value: &str) -> bool {
    match name {
        "color-scheme" => value == "dark",
        "--shadow" => true,
        _ => {
            let digits = value.strip_prefix('#').unwrap_or_default();
            name.starts_with("--")
                && [3, 6].contains(&digits.len())
                && digits.chars().all(|digit| digit.is_ascii_hexdigit())
        }
    }
}

/// The declarations after each mention of the dark theme up to the end of its block that are no colours.
fn beyond_colours(sheet: &str) -> Vec<String> {
    let themes = ["[data-theme=dark]", "(prefers-color-scheme: dark)"];
    let blocks = themes.iter().flat_map(|theme| {
        sheet.match_indices(theme).map(|(at, found)| {
            let rest = &sheet[at + found.len()..];
            let end = rest.find('}').expect("the end of a block");
            // A media query contains a rule of its own.
            rest[..end].rsplit('{').next().expect("a block")
        })
    });
    blocks
        .flat_map(|block| block.split(';'))
        .filter(|declaration| !declaration.trim().is_empty())
        .filter(|declaration| {
            let (name, value) = declaration.split_once(':').unwrap_or((declaration, ""));
            !takes_no_room(name.trim(), value.trim())
        })
        .map(|declaration| declaration.trim().to_owned())
        .collect()
}

/// So a page that fits into its window in one theme does so in the other, too (`tests/e2e/layout.rs`).
#[test]
fn a_theme_is_nothing_but_colours() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("style");
    let (mut found, mut mentions) = (Vec::new(), 0);
    for entry in fs::read_dir(&folder).expect("the style sheets") {
        let path = entry.expect("a style sheet").path();
        let sheet = fs::read_to_string(&path).expect("a style sheet");
        mentions += sheet.matches("dark]").count() + sheet.matches(": dark)").count();
        let beyond = beyond_colours(&sheet);
        found.extend(
            beyond
                .iter()
                .map(|what| format!("{}: {what}", path.display())),
        );
    }
    assert_eq!(mentions, 2, "where dark colours are set");
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn what_takes_room_is_found() {
    let wide = "[data-theme=dark] { --bg: #14161a; padding: 9px }";
    assert_eq!(beyond_colours(wide), ["padding: 9px"]);
    let within =
        "@media screen and (prefers-color-scheme: dark) { :root { --gap: 4px; --bg: #fff; } }";
    assert_eq!(beyond_colours(within), ["--gap: 4px"]);
}
