//! The documents of live runs: fetched as other requests are, read by the browser's own parsers, and kept in its cache.
//!
//! Where the browser has no cache for the page, documents are kept in memory, as long as the run lasts.

use super::fetch::{Body, Browser};
use interleave_runtime::{Answered, Document, Page, PageSource, Report, Visit};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Cache, DomParser, Element, Headers, Node, Response, ResponseInit, SupportedType};

/// The name of the cache.
const CACHE: &str = "interleave documents";

/// The kind of plain text. It is read, but not kept.
const TEXT: &str = "text";

/// The remark where there is no cache.
pub const NO_CACHE: &str = "This browser keeps no cache for the page (an insecure address, or storage is denied), so \
     documents are kept only as long as the run lasts.";

/// Documents from the network, kept in the browser.
#[derive(Clone)]
pub struct Documents {
    browser: Rc<Browser>,
    kept: Kept,
}

/// Where documents are kept.
#[derive(Clone)]
enum Kept {
    Cache(Cache),
    Memory(Rc<RefCell<BTreeMap<String, Document>>>),
}

impl Documents {
    /// Documents that this network brings.
    pub async fn open(browser: Rc<Browser>) -> Self {
        let kept = match open_cache().await {
            Some(cache) => Kept::Cache(cache),
            None => Kept::Memory(Rc::default()),
        };
        Self { browser, kept }
    }

    /// Whether documents are kept longer than the run lasts.
    pub fn has_cache(&self) -> bool {
        matches!(self.kept, Kept::Cache(_))
    }

    async fn visit(&self, visit: Visit, report: &Report) -> Result<Page, String> {
        let Body {
            status,
            media,
            retry_after,
            text,
        } = self.browser.text(&visit.url, visit.to, report).await?;
        let document = read(&media, &text);
        if let (200, Some(found)) = (status, &document)
            && found.kind != TEXT
            && let Err(why) = self.keep(&visit.url, &media, &text, found).await
        {
            report.remark(format_args!("not kept in the cache: {why}"));
        }
        Ok(Page {
            status,
            retry_after,
            document,
        })
    }

    async fn keep(
        &self,
        url: &str,
        media: &str,
        text: &str,
        found: &Document,
    ) -> Result<(), String> {
        let cache = match &self.kept {
            Kept::Cache(cache) => cache,
            Kept::Memory(kept) => {
                kept.borrow_mut().insert(url.to_owned(), found.clone());
                return Ok(());
            }
        };
        let put = async {
            let (headers, init) = (Headers::new()?, ResponseInit::new());
            headers.set("Content-Type", media)?;
            init.set_headers(&headers);
            let response = Response::new_with_opt_str_and_init(Some(text), &init)?;
            JsFuture::from(cache.put_with_str(&key(url), &response)).await
        };
        let put: Result<_, JsValue> = put.await;
        put.map(drop).map_err(|error| super::fetch::words(&error))
    }

    async fn kept(&self, url: &str) -> Result<Option<Document>, String> {
        let cache = match &self.kept {
            Kept::Cache(cache) => cache,
            Kept::Memory(kept) => return Ok(kept.borrow().get(url).cloned()),
        };
        let found = async {
            let found = JsFuture::from(cache.match_with_str(&key(url))).await?;
            let Ok(response) = found.dyn_into::<Response>() else {
                return Ok(None);
            };
            let text = JsFuture::from(response.text()?).await?;
            let media = response.headers().get("Content-Type")?.unwrap_or_default();
            Ok(read(&media, &text.as_string().unwrap_or_default()))
        };
        let found: Result<_, JsValue> = found.await;
        found.map_err(|error| super::fetch::words(&error))
    }

    async fn forget(&self) -> Result<(), String> {
        let cache = match &self.kept {
            Kept::Cache(cache) => cache,
            Kept::Memory(kept) => {
                kept.borrow_mut().clear();
                return Ok(());
            }
        };
        let forget = async {
            let keys: js_sys::Array = JsFuture::from(cache.keys()).await?.unchecked_into();
            for request in keys {
                JsFuture::from(cache.delete_with_request(&request.unchecked_into())).await?;
            }
            Ok(())
        };
        let forgotten: Result<_, JsValue> = forget.await;
        forgotten.map_err(|error| super::fetch::words(&error))
    }
}

impl PageSource for Documents {
    fn visit(&self, visit: Visit, report: Report) -> Answered<Page> {
        let documents = self.clone();
        Box::pin(async move { documents.visit(visit, &report).await })
    }

    fn kept(&self, url: String) -> Answered<Option<Document>> {
        let documents = self.clone();
        Box::pin(async move { documents.kept(&url).await })
    }

    fn forget(&self) -> Answered<()> {
        let documents = self.clone();
        Box::pin(async move { documents.forget().await })
    }
}

/// Absent on insecure origins, and where storage is denied.
async fn open_cache() -> Option<Cache> {
    let window = web_sys::window()?;
    // Where there is none, the getter of the bindings would hand out `undefined` as one.
    let caches = js_sys::Reflect::get(&window, &JsValue::from_str("caches")).ok()?;
    let caches: web_sys::CacheStorage = caches.dyn_into().ok()?;
    JsFuture::from(caches.open(CACHE))
        .await
        .ok()?
        .dyn_into()
        .ok()
}

/// What a document is kept under: caches take URLs of the web only.
fn key(url: &str) -> String {
    match url.contains("://") {
        true => url.to_owned(),
        false => format!("https://{url}"),
    }
}

/// What is found in a document; none if it is malformed.
pub fn read(media: &str, text: &str) -> Option<Document> {
    let media = media
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match media.rsplit(['/', '+']).next() {
        Some("json") => json(text),
        Some("html") | None | Some("") => html(text),
        Some("xml") if media.contains("xhtml") => html(text),
        Some("xml") => xml(text),
        Some("plain") => Some(Document {
            kind: TEXT.to_owned(),
            words: count(text),
            text: text.to_owned(),
            ..Document::default()
        }),
        Some(other) => Some(Document {
            kind: other.to_owned(),
            ..Document::default()
        }),
    }
}

fn count(text: &str) -> u64 {
    text.split_whitespace().count() as u64
}

fn html(text: &str) -> Option<Document> {
    let page = parsed(text, SupportedType::TextHtml)?;
    let links = page.query_selector_all("a[href]").ok()?.length();
    let body = page.body()?;
    Some(Document {
        kind: "HTML".to_owned(),
        title: page.title().trim().to_owned(),
        links: links.into(),
        words: words_but(&body, "nav, script, style, noscript, template"),
        text: String::new(),
    })
}

fn xml(text: &str) -> Option<Document> {
    let page = parsed(text, SupportedType::ApplicationXml)?;
    if page.query_selector("parsererror").ok()?.is_some() {
        return None;
    }
    let title = page.query_selector("title").ok()?;
    let links = page.query_selector_all("link, loc").ok()?.length();
    Some(Document {
        kind: "XML".to_owned(),
        title: title
            .and_then(|title| title.text_content())
            .unwrap_or_default(),
        links: links.into(),
        words: words_but(&page.document_element()?, "title, link, loc"),
        text: String::new(),
    })
}

/// The browser's parser runs no script of the document and loads nothing of it.
fn parsed(text: &str, media: SupportedType) -> Option<web_sys::Document> {
    DomParser::new().ok()?.parse_from_string(text, media).ok()
}

/// The words within an element, but not in what a selector finds there. Each text counts by itself: paragraphs follow each
/// other without a space.
fn words_but(element: &Element, selector: &str) -> u64 {
    let (mut words, mut left) = (0, vec![Node::from(element.clone())]);
    while let Some(node) = left.pop() {
        left.extend(node.next_sibling().filter(|_| node != **element));
        match node.dyn_ref::<Element>() {
            Some(found) if found.matches(selector).unwrap_or(false) => {}
            Some(found) => left.extend(found.first_child()),
            // Comments have a value, too.
            None if matches!(node.node_type(), Node::TEXT_NODE | Node::CDATA_SECTION_NODE) => {
                words += node.node_value().as_deref().map_or(0, count);
            }
            None => {}
        }
    }
    words
}

fn json(text: &str) -> Option<Document> {
    let mut value: Value = serde_json::from_str(text).ok()?;
    let (mut title, mut links) = (String::new(), 0);
    if let Some(object) = value.as_object_mut() {
        if let Some(Value::String(found)) = object.remove("title") {
            title = found;
        }
        if let Some(Value::Array(found)) = object.remove("links") {
            links = found.len() as u64;
        }
    }
    Some(Document {
        kind: "JSON".to_owned(),
        title,
        links,
        words: words_in(&value),
        text: String::new(),
    })
}

/// The words of all texts in a value.
fn words_in(value: &Value) -> u64 {
    match value {
        Value::String(text) => count(text),
        Value::Array(values) => values.iter().map(words_in).sum(),
        Value::Object(values) => values.values().map(words_in).sum(),
        _ => 0,
    }
}
