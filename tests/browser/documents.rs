//! Documents of live runs: what the browser's parsers read from them.

use crate::harness::js;
use interleave::web::pages::read;
use interleave_runtime::Document;
use wasm_bindgen_test::wasm_bindgen_test;

/// Kind, title, links, words.
fn found(media: &str, text: &str) -> Option<(String, String, u64, u64)> {
    let Document {
        kind,
        title,
        links,
        words,
        ..
    } = read(media, text)?;
    Some((kind, title, links, words))
}

fn some(kind: &str, title: &str, links: u64, words: u64) -> Option<(String, String, u64, u64)> {
    Some((kind.to_owned(), title.to_owned(), links, words))
}

#[wasm_bindgen_test]
fn each_type_is_read_by_its_parser() {
    let html = "<!DOCTYPE html><html><head><title> A &amp; B </title><style>p { }</style></head><body>\
        <nav><a href='/1'>not counted</a></nav><p>three words here<script>let no = 1</script>\
        <a href=/2>four</a><a name=x>five</a><!-- no word --></p><p>six";
    assert_eq!(
        found("text/html; charset=utf-8", html),
        some("HTML", "A & B", 2, 6)
    );
    let feed = "<rss><channel><title>Feed</title><link>https://a.org</link><item><title>One</title>\
        <description>two words</description><link>https://a.org/1</link></item></channel></rss>";
    assert_eq!(
        found("application/rss+xml", feed),
        some("XML", "Feed", 2, 2)
    );
    let json =
        r#"{"title": "T", "links": ["/1", "/2"], "parts": [{"text": "one two"}, "three", 4]}"#;
    assert_eq!(found("application/json", json), some("JSON", "T", 2, 3));
    assert_eq!(found("application/json", "[]"), some("JSON", "", 0, 0));
    assert_eq!(found("image/png", "x"), some("png", "", 0, 0));
    let text = read("text/plain", "User-agent: *").map(|document| document.text);
    assert_eq!(text.as_deref(), Some("User-agent: *"));
}

#[wasm_bindgen_test]
fn malformed_documents_are_none_but_html_is_mended() {
    assert_eq!(
        found("application/xml", "<page><title>x</title></page"),
        None
    );
    assert_eq!(found("text/xml", ""), None);
    assert_eq!(found("application/json", "{\"title\": "), None);
    assert_eq!(found("text/html", "<p>two words</"), some("HTML", "", 0, 2));
    assert_eq!(found("text/html", ""), some("HTML", "", 0, 0));
}

/// A document is data: nothing in it runs or is loaded.
#[wasm_bindgen_test]
fn nothing_of_a_document_runs() {
    js("window.ran = false");
    let html =
        "<title>x</title><script>window.ran = true</script><img src=x onerror='window.ran = true'>";
    assert_eq!(found("text/html", html), some("HTML", "x", 0, 0));
    js("if (window.ran) throw new Error('it ran')");
}
