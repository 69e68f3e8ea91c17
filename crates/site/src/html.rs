//! HTML, written element by element: text is always escaped, and every element that is opened is closed.

use interleave_playgrounds::pieces;

/// Attributes of an element: names and values.
pub type Attributes<'a> = &'a [(&'a str, &'a str)];

/// Elements without an end.
const VOID: [&str; 5] = ["img", "link", "meta", "base", "source"];

/// A piece of a page.
#[derive(Debug, Default)]
pub struct Html(String);

impl Html {
    /// A piece made of what a function writes.
    pub fn of(write: impl FnOnce(&mut Self)) -> Self {
        let mut html = Self::default();
        write(&mut html);
        html
    }

    /// The markup.
    pub fn markup(self) -> String {
        self.0
    }

    /// An element, and what a function writes into it.
    pub fn element(
        &mut self,
        tag: &str,
        attributes: Attributes<'_>,
        write: impl FnOnce(&mut Self),
    ) {
        self.0.push('<');
        self.0.push_str(tag);
        for (name, value) in attributes {
            self.0.extend([" ", name, "=\""]);
            self.text(value);
            self.0.push('"');
        }
        self.0.push('>');
        write(self);
        if !VOID.contains(&tag) {
            self.0.extend(["</", tag, ">"]);
        }
    }

    /// An element without content.
    pub fn void(&mut self, tag: &str, attributes: Attributes<'_>) {
        self.element(tag, attributes, |_| {});
    }

    /// An element with a text in it.
    pub fn with_text(&mut self, tag: &str, attributes: Attributes<'_>, text: &str) {
        self.element(tag, attributes, |html| html.text(text));
    }

    /// An element with a text that has code between backticks.
    pub fn with_words(&mut self, tag: &str, attributes: Attributes<'_>, words: &str) {
        self.element(tag, attributes, |html| html.words(words));
    }

    /// A piece that has been written before.
    pub fn piece(&mut self, piece: Self) {
        self.0.push_str(&piece.0);
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                c => self.0.push(c),
            }
        }
    }

    /// A text with code between backticks.
    pub fn words(&mut self, words: &str) {
        for (is_code, piece) in pieces(words) {
            match is_code {
                true => self.with_text("code", &[], piece),
                false => self.text(piece),
            }
        }
    }

    /// Data for machines that read pages. Nothing in it can end its element.
    pub fn data(&mut self, media: &str, json: &serde_json::Value) {
        let json = json.to_string().replace('<', "\\u003c");
        self.0
            .extend(["<script type=\"", media, "\">", &json, "</script>"]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_text() {
        let html = Html::of(|html| {
            html.element("p", &[("title", "\"<&>\"")], |html| {
                html.words("a < `b & c`")
            });
            html.void("img", &[("alt", "")]);
            html.data("a/b", &serde_json::json!("</script>"));
        });
        assert_eq!(
            html.markup(),
            "<p title=\"&quot;&lt;&amp;&gt;&quot;\">a &lt; <code>b &amp; c</code></p><img alt=\"\">\
             <script type=\"a/b\">\"\\u003c/script>\"</script>"
        );
    }
}
