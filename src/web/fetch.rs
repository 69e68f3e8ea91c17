//! The network of live runs: the browser's `fetch`, to the mock API or to a site that the reader has named.
//!
//! A request that is dropped is aborted, whether its head, its body or nothing has come.

use super::mock::{self, Way};
use super::within;
use interleave_runtime::{Network, Report, Request, Response, Server};
use js_sys::Uint8Array;
use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, RequestInit};

/// How long a site may take to send its whole answer, in milliseconds.
const SITE_PATIENCE: u32 = 60_000;
/// The most bytes of a document that are read.
const MAX_TEXT_BYTES: u64 = 5_000_000;
/// The most bytes of JSON that are read.
const MAX_JSON_BYTES: usize = 1_000_000;
/// Requests that are sent to the worker at the same time. A browser refuses more than some thousands; requests above this
/// limit are answered inside the page.
const MOST_AT_ONCE: usize = 500;

type Answer = Result<Response, String>;

/// Sends requests with the browser's `fetch`.
pub struct Browser {
    way: Way,
    /// Requests to the worker that are under way.
    under_way: Rc<Cell<usize>>,
}

/// The network for a live run, and what its reader should know about it.
///
/// # Errors
///
/// A message for the reader.
pub async fn connect() -> Result<(Rc<Browser>, Option<&'static str>), String> {
    let way = mock::connect().await?;
    if let Some(performance) = super::performance() {
        // The browser keeps the timings of 250 requests by itself.
        performance.set_resource_timing_buffer_size(5_000);
    }
    let remark = (way == Way::Page).then_some(
        "There is no service worker here (a private window, an insecure address, or it is blocked), so requests to \
         the mock API are answered inside the page: the same answers, but the browser's network panel does not show \
         them.",
    );
    let under_way = Rc::default();
    Ok((Rc::new(Browser { way, under_way }), remark))
}

impl Network for Browser {
    fn fetch(&self, request: Request, report: Report) -> Pin<Box<dyn Future<Output = Answer>>> {
        match request.to {
            Server::Site => Box::pin(async move {
                ask_site(&request.url, &report, async |response| {
                    let answer = receive(response, &report).await?;
                    let bytes = answer.bytes;
                    Ok((answer, bytes))
                })
                .await
            }),
            Server::Mock(path) => {
                let opened = self.open(path);
                Box::pin(async move { mock_answer(&opened.await?, &report).await })
            }
        }
    }
}

impl Browser {
    /// Asks the mock API; the body of the answer is still to come.
    pub fn open(&self, path: String) -> impl Future<Output = Result<Opened, String>> + use<> {
        let few = self.under_way.get() < MOST_AT_ONCE;
        let counted = (self.way == Way::Worker && few).then(|| Counted::one_more(&self.under_way));
        async move {
            let abort = AbortOnDrop::new().map_err(|error| words(&error))?;
            let init = RequestInit::new();
            init.set_signal(Some(&abort.0.signal()));
            let url = format!("api/{path}");
            let failed = |error| format!("network failure: {}", words(&error));
            let opened = |response, counted| Opened {
                response,
                _abort: abort,
                _counted: counted,
            };
            if let Some(counted) = counted {
                let response = send(&url, &init).await.map_err(failed)?;
                if mock::is_marked(&response) {
                    return Ok(opened(response, Some(counted)));
                }
                // The worker has gone away meanwhile, as when the reader has cleared the site's data.
            }
            let asked = mock::ask_page(&url, &init).await?;
            Ok(opened(asked.map_err(failed)?, None))
        }
    }
}

/// An answer that is a text.
pub struct Body {
    /// The HTTP status.
    pub status: u16,
    /// The media type.
    pub media: String,
    /// After how many seconds to ask again.
    pub retry_after: Option<f64>,
    /// All of it.
    pub text: String,
}

impl Browser {
    /// Receives a whole text.
    ///
    /// # Errors
    ///
    /// There is no answer, or too much of it.
    pub async fn text(&self, url: &str, to: Server, report: &Report) -> Result<Body, String> {
        let path = match to {
            Server::Mock(path) => path,
            Server::Site => {
                return ask_site(url, report, async |response| {
                    text_of(response, report).await
                })
                .await;
            }
        };
        let opened = self.open(path).await?;
        let (body, _) = text_of(&opened.response, report).await?;
        // Errors that were asked for are no JSON.
        match body.status {
            400 | 404 | 405 if body.media.contains("json") => {
                Err(format!("the mock API does not answer this: {}", body.text))
            }
            _ => Ok(body),
        }
    }
}

/// The whole text of an answer, and how many bytes that are.
async fn text_of(response: &web_sys::Response, report: &Report) -> Result<(Body, u64), String> {
    let (mut content, mut length) = (Vec::new(), 0);
    let bytes = pieces(response, report, async |piece| {
        length += u64::from(piece.length());
        if length > MAX_TEXT_BYTES {
            return Err(format!("more than {MAX_TEXT_BYTES} bytes are not read"));
        }
        content.extend(piece.to_vec());
        Ok(())
    });
    let bytes = bytes.await?;
    let header = |name| response.headers().get(name).ok().flatten();
    let seconds = |words: String| match words.trim().parse::<f64>() {
        Ok(seconds) => seconds,
        // A date; an invalid one gives NaN.
        Err(_) => (js_sys::Date::parse(&words) - js_sys::Date::now()) / 1e3,
    };
    let body = Body {
        status: response.status(),
        media: header("Content-Type").unwrap_or_default(),
        retry_after: header("Retry-After")
            .map(seconds)
            .filter(|seconds| seconds.is_finite())
            .map(|seconds| seconds.max(0.0)),
        text: String::new(),
    };
    let text = decoded(&content, &body.media)?;
    Ok((Body { text, ..body }, bytes))
}

/// A text in the encoding that its media type names, which is UTF-8 where it names none.
fn decoded(content: &[u8], media: &str) -> Result<String, String> {
    let label = media
        .split_once("charset=")
        .map_or("utf-8", |(_, label)| label);
    let label = label.split(';').next().unwrap_or_default();
    let decoder = web_sys::TextDecoder::new_with_label(label.trim_matches(['"', ' ']));
    let decoder = decoder.or_else(|_| web_sys::TextDecoder::new());
    let text = decoder.and_then(|decoder| decoder.decode_with_u8_array(content));
    text.map_err(|error| words(&error))
}

/// An answer of which the head has come. Dropping it aborts the request.
pub struct Opened {
    response: web_sys::Response,
    _abort: AbortOnDrop,
    _counted: Option<Counted>,
}

impl Opened {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.response.status()
    }

    /// Receives the body piece by piece; returns how many bytes that are.
    ///
    /// # Errors
    ///
    /// It has broken off, or something could not be done with a piece.
    pub async fn pieces(
        &self,
        report: &Report,
        each: impl AsyncFnMut(Uint8Array) -> Result<(), String>,
    ) -> Result<u64, String> {
        pieces(&self.response, report, each).await
    }
}

/// Counts while it lives.
struct Counted(Rc<Cell<usize>>);

impl Counted {
    fn one_more(count: &Rc<Cell<usize>>) -> Self {
        count.set(count.get() + 1);
        Self(Rc::clone(count))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

/// Aborts the request when dropped; after its end that does nothing.
struct AbortOnDrop(AbortController);

impl AbortOnDrop {
    fn new() -> Result<Self, JsValue> {
        AbortController::new().map(Self)
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The answer of the mock API, unless it has not understood the request.
async fn mock_answer(opened: &Opened, report: &Report) -> Answer {
    let answer = receive(&opened.response, report).await?;
    match (answer.status, answer.body["error"].as_str()) {
        (400 | 404 | 405, Some(why)) => Err(format!("the mock API does not answer this: {why}")),
        _ => Ok(answer),
    }
}

/// Asks a site of the reader's choice, without cookies or referrer. What is read of the answer comes with its size in
/// bytes.
async fn ask_site<T>(
    url: &str,
    report: &Report,
    take: impl AsyncFnOnce(&web_sys::Response) -> Result<(T, u64), String>,
) -> Result<T, String> {
    let parsed = web_sys::Url::new(url).map_err(|_| format!("{url} is no URL"))?;
    if !matches!(&*parsed.protocol(), "http:" | "https:") {
        return Err("only http and https sites can be asked".to_owned());
    }
    if !(parsed.username().is_empty() && parsed.password().is_empty()) {
        return Err("a URL with a user name or a password is not sent".to_owned());
    }
    let abort = AbortOnDrop::new().map_err(|error| words(&error))?;
    let init = RequestInit::new();
    init.set_signal(Some(&abort.0.signal()));
    init.set_mode(web_sys::RequestMode::Cors);
    init.set_credentials(web_sys::RequestCredentials::Omit);
    init.set_redirect(web_sys::RequestRedirect::Follow);
    init.set_cache(web_sys::RequestCache::NoStore);
    init.set_referrer_policy(web_sys::ReferrerPolicy::NoReferrer);
    let answer = async {
        let sent = send(url, &init).await;
        let response = sent.map_err(|error| refusal(&parsed, &error, report))?;
        let (answer, bytes) = take(&response).await?;
        report.remark(format_args!(
            "{} {}, {bytes} bytes{}",
            response.status(),
            response.status_text(),
            timing(url).unwrap_or_default()
        ));
        Ok(answer)
    };
    within(SITE_PATIENCE, answer).await.unwrap_or_else(|| {
        let seconds = SITE_PATIENCE / 1000;
        Err(format!(
            "{} has not answered within {seconds} s",
            parsed.host()
        ))
    })
}

async fn send(url: &str, init: &RequestInit) -> Result<web_sys::Response, JsValue> {
    let window = web_sys::window().ok_or(JsValue::UNDEFINED)?;
    let response = JsFuture::from(window.fetch_with_str_and_init(url, init)).await?;
    response.dyn_into()
}

/// Receives the whole body.
async fn receive(response: &web_sys::Response, report: &Report) -> Answer {
    let kind = response.headers().get("Content-Type").ok().flatten();
    let is_json = kind.is_some_and(|kind| kind.contains("json"));
    let (mut text, mut length) = (Vec::new(), 0);
    let bytes = pieces(response, report, async |piece| {
        length += piece.length() as usize;
        if is_json && length <= MAX_JSON_BYTES {
            text.extend(piece.to_vec());
        }
        Ok(())
    });
    let bytes = bytes.await?;
    Ok(Response {
        status: response.status(),
        bytes,
        // What is no JSON after all has no parts.
        body: serde_json::from_slice(&text).unwrap_or_default(),
    })
}

/// Receives the body piece by piece; returns how many bytes that are.
async fn pieces(
    response: &web_sys::Response,
    report: &Report,
    mut each: impl AsyncFnMut(Uint8Array) -> Result<(), String>,
) -> Result<u64, String> {
    let header = |name| response.headers().get(name).ok().flatten();
    // Of a compressed body the length is not that of what arrives here.
    let total = match header("Content-Encoding") {
        None => header("Content-Length").and_then(|length| length.parse().ok()),
        Some(_) => None,
    };
    let mut bytes = 0;
    let Some(body) = response.body() else {
        return Ok(bytes);
    };
    let reader: web_sys::ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    loop {
        let read = JsFuture::from(reader.read()).await;
        let read = read.map_err(|error| {
            format!(
                "the answer broke off after {bytes} bytes: {}",
                words(&error)
            )
        })?;
        let get = |key| js_sys::Reflect::get(&read, &JsValue::from_str(key)).ok();
        let piece = get("value").and_then(|piece| piece.dyn_into::<Uint8Array>().ok());
        let Some(piece) = piece else {
            return Ok(bytes);
        };
        bytes += u64::from(piece.length());
        each(piece).await?;
        report.received(bytes, total);
    }
}

/// Why a site did not answer, as far as the browser says.
fn refusal(url: &web_sys::Url, error: &JsValue, report: &Report) -> String {
    let (window, host) = (web_sys::window(), url.host());
    if window
        .as_ref()
        .is_some_and(|window| !window.navigator().on_line())
    {
        return format!("no answer from {host}: this browser is offline");
    }
    let of_https = window.and_then(|window| window.location().protocol().ok());
    if url.protocol() == "http:" && of_https.as_deref() == Some("https:") {
        return format!(
            "no answer from {host}: a page that came by https may not ask an http site"
        );
    }
    report.remark(format_args!(
        "{host}: {}. Which of these it is, a browser keeps from pages and says in its console",
        words(error)
    ));
    format!("no answer from {host}: it is down, unknown, or closed to pages of other sites (CORS)")
}

/// How long the parts of the last request to a URL took, where its site lets pages know.
fn timing(url: &str) -> Option<String> {
    let entries = super::performance()?.get_entries_by_name(url);
    let entry: web_sys::PerformanceResourceTiming = entries.pop().dyn_into().ok()?;
    let whole = format!(
        "; {:.0} ms in all",
        entry.response_end() - entry.start_time()
    );
    // Sites that do not allow it leave all but start and end at zero.
    if entry.request_start() == 0.0 {
        return Some(whole);
    }
    let parts = [
        (
            "name look-up",
            entry.domain_lookup_end() - entry.domain_lookup_start(),
        ),
        ("connecting", entry.connect_end() - entry.connect_start()),
        ("waiting", entry.response_start() - entry.request_start()),
        ("receiving", entry.response_end() - entry.response_start()),
    ];
    let parts = parts.map(|(part, millis)| format!("{part} {millis:.0} ms"));
    Some(format!("{whole}: {}", parts.join(", ")))
}

/// What a browser says of an error.
pub(super) fn words(error: &JsValue) -> String {
    let message = js_sys::Reflect::get(error, &JsValue::from_str("message")).ok();
    let message = message.and_then(|message| message.as_string());
    message.unwrap_or_else(|| "no reason given".to_owned())
}
