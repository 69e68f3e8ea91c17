//! The colours of a picture: those of the page, as plain values, since not every viewer supports custom properties.

use std::fmt::Write;

/// Which colours a picture has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// Both, as the reader's system prefers.
    Both,
}

/// Colours by the names of `style/tokens.css`: light, dark. A test checks that they are the same there.
pub(super) const TOKENS: [(&str, &str, &str); 18] = [
    ("panel", "#fff", "#1b1e24"),
    ("soft", "#f3f1ec", "#23272f"),
    ("ink", "#1d1f24", "#e9eaee"),
    ("muted", "#5d636f", "#a2a8b4"),
    ("line", "#e4e2dc", "#2d313a"),
    ("grid", "#eae8e2", "#282c34"),
    ("wait", "#3b6fd6", "#6f9bff"),
    ("wait2", "#c9d9f8", "#2b3d66"),
    ("run", "#1b2f66", "#d5e0ff"),
    ("queued", "#7c828e", "#868d9a"),
    ("backoff", "#a1780a", "#e3bd4f"),
    ("ok", "#14774b", "#4cc38a"),
    ("err", "#bf2a24", "#ff7d75"),
    ("cancel", "#a05404", "#f0a04b"),
    ("timeout", "#7a3bc4", "#c39bff"),
    ("hung", "#1f6c80", "#5cc2d6"),
    ("block", "#f8dcd9", "#4a2423"),
    ("playhead", "#1d1f24", "#e9eaee"),
];

/// Which class has which colour: class, property, token. `f-` fills and `s-` draws a line.
const CLASSES: [(&str, &str, &str); 27] = [
    ("f-panel", "fill", "panel"),
    ("f-soft", "fill", "soft"),
    ("f-ink", "fill", "ink"),
    ("f-muted", "fill", "muted"),
    ("f-line", "fill", "line"),
    ("f-grid", "fill", "grid"),
    ("f-wait2", "fill", "wait2"),
    ("f-run", "fill", "run"),
    ("f-backoff", "fill", "backoff"),
    ("f-block", "fill", "block"),
    ("f-playhead", "fill", "playhead"),
    ("f-ok", "fill", "ok"),
    ("f-err", "fill", "err"),
    ("f-cancel", "fill", "cancel"),
    ("f-timeout", "fill", "timeout"),
    ("f-hung", "fill", "hung"),
    ("f-queued", "fill", "queued"),
    ("s-wait", "stroke", "wait"),
    ("s-queued", "stroke", "queued"),
    ("s-line", "stroke", "line"),
    ("s-ok", "stroke", "ok"),
    ("s-err", "stroke", "err"),
    ("s-cancel", "stroke", "cancel"),
    ("s-timeout", "stroke", "timeout"),
    ("s-hung", "stroke", "hung"),
    ("s-muted", "stroke", "muted"),
    ("s-backoff", "stroke", "backoff"),
];

/// The rules that both themes share. Every selector is limited to the picture, for pages that it is pasted into.
const SHARED: &str = "\
.interleave text{font:13px system-ui,-apple-system,'Segoe UI',Roboto,'Liberation Sans',sans-serif}\
.interleave .code{font-weight:400;font-family:ui-monospace,'SF Mono',Menlo,Consolas,'Liberation Mono',monospace;font-size:12px}\
.interleave text.small{font-size:11px}\
.interleave text.note{font-size:12px}\
.interleave text.bold{font-weight:600}\
.interleave text.name{font-size:15px;font-weight:600}\
.interleave text.title{font-size:16px;font-weight:700}\
.interleave text.total{font-size:22px;font-weight:700}\
.interleave text.end{text-anchor:end}\
.interleave text.middle{text-anchor:middle}\
.interleave .hatch{fill:url(#interleave-hatch)}\
.interleave .mark{fill:none;stroke-width:1.7;stroke-linecap:round;stroke-linejoin:round}\
.interleave .queued{fill:none;stroke-dasharray:3 3}\
.interleave .not-yet{fill:none;stroke-width:1.5;stroke-dasharray:1.5 4;opacity:.6}\
.interleave .tint{fill-opacity:.1}";

/// The style sheet of a picture.
pub fn style(theme: Theme) -> String {
    let mut out = SHARED.to_owned();
    colours(&mut out, theme == Theme::Dark);
    if theme == Theme::Both {
        out.push_str("@media (prefers-color-scheme:dark){");
        colours(&mut out, true);
        out.push('}');
    }
    out
}

fn colours(out: &mut String, dark: bool) {
    for (class, property, token) in CLASSES {
        let found = TOKENS.iter().find(|(name, ..)| *name == token);
        let colour = found.map_or("", |&(_, l, d)| if dark { d } else { l });
        // Writing to a string cannot fail.
        let _ = write!(out, ".interleave .{class}{{{property}:{colour}}}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value of a token in one theme's block of the style sheet.
    fn value<'a>(block: &'a str, token: &str) -> &'a str {
        let start = format!("--{token}: ");
        let at = block.find(&start).unwrap_or_else(|| panic!("no {token}")) + start.len();
        block[at..].split(';').next().unwrap()
    }

    #[test]
    fn colours_are_those_of_the_page() {
        let sheet = include_str!("../../../../style/tokens.css");
        let (light, dark) = sheet.split_once("[data-theme=dark]").unwrap();
        for (token, in_light, in_dark) in TOKENS {
            assert_eq!(value(light, token), in_light, "{token}");
            assert_eq!(value(dark, token), in_dark, "{token}");
        }
        for (class, _, token) in CLASSES {
            assert!(TOKENS.iter().any(|(name, ..)| *name == token), "{class}");
        }
    }
}
