//! Documents that are fetched, and stored by URL: in memory, or by the browser of the run.

use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::network::{Report, Server};
use crate::storage::Answered;
use interleave_trace::WaitFor;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::Location;
use std::rc::Rc;

/// A request for a document, with the latency and the answer that a simulated run uses.
#[derive(Clone, Debug, PartialEq)]
pub struct Visit {
    /// The URL; the document is stored under it.
    pub url: String,
    /// The server that answers it in a live run.
    pub to: Server,
    /// How long the answer takes, in seconds, when simulated.
    pub latency: f64,
    /// The answer when simulated.
    pub answer: Page,
}

/// The answer to a visit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The HTTP status.
    pub status: u16,
    /// After how many seconds to ask again: the header `Retry-After`.
    pub retry_after: Option<f64>,
    /// The document in the body; `None` if that is malformed.
    pub document: Option<Document>,
}

/// The parts of a document that are used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Its type in a word, such as HTML.
    pub kind: String,
    /// Its title; empty if it has none.
    pub title: String,
    /// How many links are in it.
    pub links: u64,
    /// How many words are in its text.
    pub words: u64,
    /// The text, if it is plain text.
    pub text: String,
}

/// The source of documents in a live run, and their storage.
pub trait PageSource {
    /// Sends a request and receives the whole document. A well-formed document with status 200 is stored, except
    /// plain text. Dropping the future aborts the request; the error is a message for the reader.
    fn visit(&self, visit: Visit, report: Report) -> Answered<Page>;

    /// The document that is stored for a URL.
    fn kept(&self, url: String) -> Answered<Option<Document>>;

    /// Removes all stored documents.
    fn forget(&self) -> Answered<()>;
}

/// Documents that are fetched and stored. A clone is the same store.
#[derive(Clone, Default)]
pub struct Pages(Rc<RefCell<BTreeMap<String, Document>>>);

impl Pages {
    /// An empty store; a run with a [`PageSource`] has the documents of that.
    pub fn new() -> Self {
        Self::default()
    }

    /// Fetches a document. If its status is 200 and it is well-formed, it is stored.
    ///
    /// # Errors
    ///
    /// There is no answer.
    #[track_caller]
    pub fn visit(&self, cx: &Cx, visit: Visit) -> impl Future<Output = Result<Page>> + use<> {
        let (cx, pages, line) = (cx.clone(), self.clone(), Location::caller().line());
        async move {
            let core = &cx.core;
            if let Some(source) = &core.ports.pages {
                core.waits(WaitFor::Response, line);
                let _under_way = core.listen();
                let report = Report::new(Rc::new(cx.clone()));
                return source.visit(visit, report).await.map_err(Error::Failed);
            }
            cx.sleep(visit.latency).at_line(line).await;
            let Visit { url, answer, .. } = visit;
            if let (200, Some(document)) = (answer.status, &answer.document) {
                pages.0.borrow_mut().insert(url, document.clone());
            }
            Ok(answer)
        }
    }

    /// The document that is stored for a URL. In memory, the lookup takes no time.
    ///
    /// # Errors
    ///
    /// The storage of the run failed.
    #[track_caller]
    pub fn kept(
        &self,
        cx: &Cx,
        url: &str,
    ) -> impl Future<Output = Result<Option<Document>>> + use<> {
        let (cx, pages, url) = (cx.clone(), self.clone(), url.to_owned());
        let line = Location::caller().line();
        async move {
            let core = &cx.core;
            if let Some(source) = &core.ports.pages {
                core.waits(WaitFor::Storage, line);
                let _under_way = core.listen();
                return source.kept(url).await.map_err(Error::Failed);
            }
            Ok(pages.0.borrow().get(&url).cloned())
        }
    }

    /// Removes all stored documents. In memory, that takes no time.
    ///
    /// # Errors
    ///
    /// The storage of the run failed.
    #[track_caller]
    pub fn forget(&self, cx: &Cx) -> impl Future<Output = Result<()>> + use<> {
        let (cx, pages, line) = (cx.clone(), self.clone(), Location::caller().line());
        async move {
            let core = &cx.core;
            if let Some(source) = &core.ports.pages {
                core.waits(WaitFor::Storage, line);
                let _under_way = core.listen();
                return source.forget().await.map_err(Error::Failed);
            }
            pages.0.borrow_mut().clear();
            Ok(())
        }
    }
}
