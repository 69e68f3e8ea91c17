//! How a page is shown embedded in another page, and the snippet that embeds it.

use super::text::{decode, quote};
use super::{Problems, Route, View, format};
use interleave_playgrounds::Problem;

/// A page within a frame of another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embed {
    /// Its colours; `None`: the reader's own.
    pub theme: Option<&'static str>,
    /// Whether it runs as soon as it comes into view.
    pub autoplay: bool,
    /// What is shown below the controls: some of [`PANELS`], in that order; at least one.
    pub panels: Vec<&'static str>,
}

/// What an embedded page can show below its controls.
pub const PANELS: [&str; 10] = [
    "race", "claims", "results", "form", "code", "log", "story", "tasks", "numbers", "compare",
];
/// The themes that a link may ask for.
pub const THEMES: [&str; 2] = ["light", "dark"];
/// The keys in links. The others have no meaning without the first.
pub(super) const KEYS: [&str; 4] = ["embed", "theme", "autoplay", "panels"];

impl Default for Embed {
    fn default() -> Self {
        Self {
            theme: None,
            autoplay: false,
            panels: vec![PANELS[0]],
        }
    }
}

impl Embed {
    /// Writes its settings for a link, without those of [`Embed::default`].
    pub(super) fn write(&self, mut add: impl FnMut(&str, &str)) {
        add("embed", "1");
        if let Some(theme) = self.theme {
            add("theme", theme);
        }
        if self.autoplay {
            add("autoplay", "1");
        }
        if self.panels != Self::default().panels {
            add("panels", &self.panels.join(","));
        }
    }
}

/// The settings that a link asks for, read key by key.
#[derive(Default)]
pub(super) struct Asked {
    on: bool,
    given: Vec<&'static str>,
    embed: Embed,
}

impl Asked {
    pub(super) fn read(&mut self, key: &'static str, value: &str, problems: &mut Problems) {
        if key != "embed" {
            self.given.push(key);
        }
        match key {
            "embed" => self.on = flag(key, value, problems),
            "autoplay" => self.embed.autoplay = flag(key, value, problems),
            "theme" => match THEMES.into_iter().find(|&theme| theme == value) {
                Some(theme) => self.embed.theme = Some(theme),
                None => problems.add(key, one_of(&THEMES, value)),
            },
            _ => self.panels(&decode(value).unwrap_or_default(), problems),
        }
    }

    fn panels(&mut self, value: &str, problems: &mut Problems) {
        let asked: Vec<&str> = value.split(',').take(PANELS.len() * 2).collect();
        if let Some(unknown) = asked.iter().find(|panel| !PANELS.contains(panel)) {
            problems.add("panels", one_of(&PANELS, unknown));
        }
        let panels = PANELS.into_iter().filter(|panel| asked.contains(panel));
        let panels: Vec<_> = panels.collect();
        if !panels.is_empty() {
            self.embed.panels = panels;
        }
    }

    pub(super) fn finish(self, problems: &mut Problems) -> Option<Embed> {
        if let (false, Some(key)) = (self.on, self.given.first()) {
            problems.add(key, "means something together with embed=1 only");
        }
        self.on.then_some(self.embed)
    }
}

/// A flag: `1` or `0`.
pub(super) fn flag(key: &str, value: &str, problems: &mut Problems) -> bool {
    if value != "1" && value != "0" {
        problems.add(key, one_of(&["1", "0"], value));
    }
    value == "1"
}

fn one_of(known: &[&str], value: &str) -> String {
    std::format!("must be one of {}, not {}", known.join(", "), quote(value))
}

/// The element that embeds a view in another page: `address` turns a hash into a whole address.
///
/// # Errors
///
/// The params are too much for a link.
pub fn snippet(
    address: impl FnOnce(&str) -> String,
    view: &View,
    title: &str,
    height: u32,
) -> Result<String, Problem> {
    let hash = format(&Route::Playground(view.clone()))?;
    Ok(frame(&address(&hash), title, height))
}

/// The second file of each page, for frames: it shows a picture until the app is near the view.
pub const FRAME: &str = "embed.html";

/// The address of a hash in the page of its own: `downloads/#?seed=7` for `#/downloads?seed=7`. `folder` is the folder of the
/// site, `file` a file in the folder of the page, such as [`FRAME`]; it may be empty.
pub fn page(folder: &str, hash: &str, file: &str) -> String {
    let path = hash.strip_prefix("#/").unwrap_or_default();
    let (name, settings) = match path.split_once('?') {
        Some((name, settings)) => (name, ["#?", settings].concat()),
        None => (path, String::new()),
    };
    [folder, name, "/", file, &settings].concat()
}

/// The element that embeds a page of the app in another page, by the page's whole address.
pub fn frame(address: &str, title: &str, height: u32) -> String {
    let (src, title) = (escape(address), escape(title));
    std::format!(
        "<iframe src=\"{src}\"\n  title=\"{title}\" loading=\"lazy\" width=\"100%\" height=\"{height}\"></iframe>"
    )
}

/// The script that gives the frames of a page the height that they ask for; it follows them.
pub const FOLLOW_HEIGHT: &str = concat!(
    "<script>\n",
    include_str!("../../../../public/embed/height.js"),
    "</script>"
);

/// A text as the value of an attribute in double quotes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            c => escaped.push(c),
        }
    }
    escaped
}
