//! Requests and answers, and the port through which a run reaches a network.

use crate::error::{Error, Result};
use interleave_trace::Kind;
use interleave_trace::Time;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::cell::Cell;
use std::fmt::{Display, Write};
use std::pin::Pin;
use std::rc::Rc;

/// A request, with the latency and the answer that a simulated run uses.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The URL that the program requests.
    pub url: String,
    /// The server that answers it in a live run.
    pub to: Server,
    /// How long the answer takes, in seconds, when simulated.
    pub latency: f64,
    /// The answer when simulated, or why there is none.
    pub answer: std::result::Result<Response, String>,
}

impl Request {
    /// A request that is answered with this status and a short body, after `latency` seconds.
    pub fn for_status(url: &str, status: u16, latency: f64) -> Self {
        let query: [(_, &dyn Display); 2] = [("delay", &latency), ("url", &url)];
        Self {
            url: url.to_owned(),
            to: Server::Mock(api(&["status", &status.to_string()], &query)),
            latency,
            answer: Ok(Response::of_json(status, json!({ "status": status }))),
        }
    }

    /// A request without an answer: after `latency` seconds it fails.
    pub fn without_answer(url: &str, why: &str, latency: f64) -> Self {
        let query: [(_, &dyn Display); 2] = [("delay", &latency), ("url", &url)];
        Self {
            url: url.to_owned(),
            to: Server::Mock(api(&["fail"], &query)),
            latency,
            answer: Err(why.to_owned()),
        }
    }
}

/// The server that answers a request in a live run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Server {
    /// The app's own mock API: the path below `api/`. The path contains latency and outcome, so that the API
    /// answers the same request in the same way; [`api`] writes it.
    Mock(String),
    /// The site that the URL names.
    Site,
}

/// The answer to a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The size of the body in bytes.
    pub bytes: u64,
    /// The body, where it is JSON and not large; null otherwise.
    pub body: Value,
}

impl Response {
    /// A body of this size.
    pub fn of_size(bytes: u64) -> Self {
        Self {
            status: 200,
            bytes,
            body: Value::Null,
        }
    }

    /// A body of JSON.
    pub fn of_json(status: u16, body: Value) -> Self {
        Self {
            status,
            bytes: body.to_string().len() as u64,
            body,
        }
    }

    /// The body as a `T`; a failure if it does not have that form.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        T::deserialize(&self.body)
            .map_err(|error| Error::Failed(format!("not the JSON that was asked for: {error}")))
    }
}

/// Answers the requests of a run from outside. Dropping the future aborts the request.
pub trait Network {
    /// Sends one request and receives the whole answer; the error is a message for the reader.
    fn fetch(
        &self,
        request: Request,
        report: Report,
    ) -> Pin<Box<dyn Future<Output = std::result::Result<Response, String>>>>;
}

/// Reports the progress of a request to its run. To be used while the request's future is polled.
pub struct Report {
    sink: Rc<dyn Sink>,
    /// When progress was last recorded.
    last: Cell<Option<Time>>,
}

/// The least time between two records of progress, in seconds: more would enlarge the trace without being visible.
const BETWEEN_RECORDS: f64 = 0.1;

/// Receives the reports of one request.
pub(crate) trait Sink {
    /// The present.
    fn now(&self) -> Time;
    /// Records an event of the task that sent the request.
    fn record(&self, kind: Kind);
    /// Records a remark of that task.
    fn remark(&self, text: &dyn Display);
}

impl Report {
    pub(crate) fn new(sink: Rc<dyn Sink>) -> Self {
        let last = Cell::new(None);
        Self { sink, last }
    }

    /// Reports how many bytes have arrived, and the total if it is known. Recorded at most
    /// ten times a second, and when all have arrived.
    pub fn received(&self, bytes: u64, total: Option<u64>) {
        let now = self.sink.now();
        let is_due = |last: Time| now - last >= BETWEEN_RECORDS;
        if self.last.get().is_none_or(is_due) || total == Some(bytes) {
            self.last.set(Some(now));
            let (done, total) = (bytes as f64, total.unwrap_or(0) as f64);
            self.sink.record(Kind::Progress { done, total });
        }
    }

    /// A remark for the log, such as how long each part of the request took.
    pub fn remark(&self, text: impl Display) {
        self.sink.remark(&text);
    }
}

/// A path of the mock API: its parts with slashes between them, then the query. Both may contain any text.
pub fn api(path: &[&str], query: &[(&str, &dyn Display)]) -> String {
    let mut url = String::new();
    for (i, part) in path.iter().enumerate() {
        if i > 0 {
            url.push('/');
        }
        match *part {
            // These mean other folders, even if they are percent-encoded.
            "" | "." | ".." => url.push('_'),
            part => encode(part, &mut url),
        }
    }
    for (i, (key, value)) in query.iter().enumerate() {
        url.push(if i == 0 { '?' } else { '&' });
        encode(key, &mut url);
        url.push('=');
        encode(&value.to_string(), &mut url);
    }
    url
}

/// Percent-encodes every byte that may have a meaning in a URL.
fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(byte as char);
            }
            _ => {
                // Writing to a string cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
}
