//! Another site than the app's, which lets pages of other sites read it or does not.

use std::sync::{Arc, Mutex};

use http_body_util::{Full, combinators::UnsyncBoxBody};
use hyper::{Request, Response, body::Bytes};

use super::server::{Answer, Server, Stalled};

/// A site on a port of its own until dropped. The path decides what it answers:
///
/// | path begins with | answer |
/// |---|---|
/// | `/open` | 200, 1234 bytes; other sites' pages may read it and its timing |
/// | `/missing` | 404, 9 bytes; likewise |
/// | `/moved` | 302 to `/open`; likewise |
/// | `/slow` | the head and 10 bytes of 1000, then nothing until the other end goes away; likewise |
/// | `/robots.txt` | a robots.txt that disallows `/missing`; likewise |
/// | else | 200, 5 bytes; other sites' pages may not read it |
pub struct Elsewhere {
    /// Answers the requests.
    server: Server,
    /// The head of each request so far.
    heads: Arc<Mutex<Vec<String>>>,
    /// How many have gone away from `/slow`.
    gone: Arc<Mutex<usize>>,
}

impl Elsewhere {
    /// Starts it.
    pub fn serve() -> Self {
        let heads = Arc::<Mutex<Vec<String>>>::default();
        let gone = Arc::<Mutex<usize>>::default();
        let server = Server::start({
            let (heads, gone) = (Arc::clone(&heads), Arc::clone(&gone));
            move |request| {
                heads.lock().unwrap().push(head(request));
                answer(request.uri().path(), &gone)
            }
        });
        Self {
            server,
            heads,
            gone,
        }
    }

    /// The address of a path of it.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address)
    }

    /// The head of each request so far.
    pub fn requests(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    /// How many have gone away from `/slow`.
    pub fn gone(&self) -> usize {
        *self.gone.lock().unwrap()
    }
}

/// A request's first line and its headers, a line each.
fn head<T>(request: &Request<T>) -> String {
    let lines = request
        .headers()
        .iter()
        .map(|(name, value)| format!("\n{name}: {}", String::from_utf8_lossy(value.as_bytes())));
    let first = format!("{} {}", request.method(), request.uri());
    std::iter::once(first).chain(lines).collect()
}

const ROBOTS: &str = "User-agent: *\nDisallow: /missing\n";

fn answer(path: &str, gone: &Arc<Mutex<usize>>) -> Answer {
    let begins = |part: &str| path.starts_with(part);
    let (status, is_open, length) = match () {
        () if begins("/open") => (200, true, 1234),
        () if begins("/missing") => (404, true, 9),
        () if begins("/moved") => (302, true, 0),
        () if begins("/slow") => (200, true, 10),
        () if begins("/robots.txt") => (200, true, ROBOTS.len()),
        () => (200, false, 5),
    };
    let mut head = Response::builder()
        .status(status)
        .header("content-type", "text/plain");
    if is_open {
        head = head
            .header("access-control-allow-origin", "*")
            .header("timing-allow-origin", "*");
    }
    if status == 302 {
        head = head.header("location", "/open");
    }
    let body = match begins("/robots.txt") {
        true => Bytes::from(ROBOTS),
        false => Bytes::from(vec![b'x'; length]),
    };
    let body = if begins("/slow") {
        let gone = Arc::clone(gone);
        UnsyncBoxBody::new(Stalled {
            length: 1000,
            first: Some(body),
            left: Box::new(move || *gone.lock().unwrap() += 1),
        })
    } else {
        UnsyncBoxBody::new(Full::new(body))
    };
    head.body(body).expect("an answer")
}
