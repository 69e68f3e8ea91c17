//! A web server for the built site, which can also serve it damaged.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use hyper::header::{CONTENT_ENCODING, HeaderValue};

use super::{
    required,
    server::{Answer, Reply, Server},
};

/// A sub-path, since the site must work under any: an absolute URL anywhere in it fails the tests.
const SUB_PATH: &str = "/some/sub-path/";

/// Serves `dist/`, and nothing else, on a port of its own until dropped.
pub struct Site {
    /// Answers the requests.
    server: Server,
    /// The paths asked for so far, below the sub-path.
    requests: Arc<Mutex<Vec<String>>>,
    /// The folder that is served.
    folder: Arc<Mutex<PathBuf>>,
}

impl Site {
    /// Serves the site as it was built, but for the script that registers the service worker: on each first visit that
    /// fetches all files once more, to keep them, which takes longer than most tests. A live run registers it all the
    /// same.
    pub fn serve() -> Self {
        Self::serve_altered(without_worker)
    }

    /// Serves the site as it was built.
    pub fn serve_with_worker() -> Self {
        Self::serve_altered(|_, reply| reply)
    }

    /// Serves the site with some answers altered. `alter` gets each path below the sub-path with the true answer.
    pub fn serve_altered(alter: impl Fn(&str, Reply) -> Reply + Send + Sync + 'static) -> Self {
        Self::serve_answers(move |path, reply| alter(path, reply).into())
    }

    /// Serves the site compressed, as static hosts do, with some answers altered. It takes a while to compress a file for
    /// the first time.
    pub fn serve_compressed(alter: impl Fn(&str, Reply) -> Reply + Send + Sync + 'static) -> Self {
        let known = Mutex::new(HashMap::<String, Vec<u8>>::new());
        Self::serve_answers(move |path, reply| {
            let reply = alter(path, reply);
            let mut known = known.lock().unwrap();
            let body = known.entry(path.to_owned());
            let body = body.or_insert_with(|| brotli(&reply.body)).clone();
            let mut answer = Answer::from(Reply { body, ..reply });
            let br = HeaderValue::from_static("br");
            answer.headers_mut().insert(CONTENT_ENCODING, br);
            answer
        })
    }

    fn serve_answers(alter: impl Fn(&str, Reply) -> Answer + Send + Sync + 'static) -> Self {
        let folder = Arc::new(Mutex::new(dist()));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let server = Server::start({
            let (requests, folder) = (Arc::clone(&requests), Arc::clone(&folder));
            move |request| {
                let url = request.uri().to_string();
                let path = path_of(&url);
                let asked = path.clone().unwrap_or_else(|| url.clone());
                requests.lock().unwrap().push(asked);
                let Some(path) = path else {
                    return Reply::not_found().into();
                };
                let folder = folder.lock().unwrap().clone();
                alter(&path, read(&folder, &path))
            }
        });
        Self {
            server,
            requests,
            folder,
        }
    }

    /// Serves the site as README asks hosts to: what has a hash in its name may be kept for ever.
    pub fn serve_kept() -> Self {
        Self::serve_altered(|path, reply| {
            // Of all files, only they have a hyphen there.
            let hashed = path.contains('-') && !path.starts_with("icons/");
            Reply {
                is_kept: reply.status == 200 && hashed,
                ..reply
            }
        })
    }

    /// Serves a page of another site, which has only that.
    pub fn serve_page(html: String) -> Server {
        Server::start(move |_| {
            Answer::from(Reply {
                status: 200,
                media_type: "text/html; charset=utf-8",
                is_kept: false,
                body: html.clone().into_bytes(),
            })
        })
    }

    /// Serves the site with a script that runs before the page's own: for what must be set beforehand.
    pub fn serve_with_script(script: &str) -> Self {
        let link = "<script src=before.js></script>";
        Self::serve_with(link, "before.js", "text/javascript; charset=utf-8", script)
    }

    /// Serves the site with another style sheet before its own.
    pub fn serve_with_sheet(sheet: &str) -> Self {
        let link = "<link href=before.css rel=stylesheet>";
        Self::serve_with(link, "before.css", "text/css; charset=utf-8", sheet)
    }

    /// Serves the site with one more file, and a link to it on the page.
    fn serve_with(
        link: &'static str,
        name: &'static str,
        media_type: &'static str,
        text: &str,
    ) -> Self {
        let text = text.to_owned();
        Self::serve_altered(move |path, mut reply| match path {
            "index.html" => {
                let page = String::from_utf8(reply.body).expect("a text");
                // After the policy, with which it has to comply as well.
                let page = page.replacen("<title>", &format!("{link}<title>"), 1);
                reply.body = page.into_bytes();
                reply
            }
            _ if path == name => Reply {
                status: 200,
                media_type,
                is_kept: false,
                body: text.clone().into_bytes(),
            },
            _ => reply,
        })
    }

    /// Serves another folder from now on, as a host does that gets a new version.
    pub fn deploy(&self, folder: &Path) {
        folder.clone_into(&mut self.folder.lock().unwrap());
    }

    /// The address of the page, with a trailing slash.
    pub fn url(&self) -> String {
        format!("http://{}{SUB_PATH}", self.server.address)
    }

    /// The content of a file of the built site.
    pub fn file(&self, path: &str) -> Vec<u8> {
        let dist = PathBuf::from(required("INTERLEAVE_DIST"));
        std::fs::read(dist.join(path)).unwrap_or_else(|error| panic!("dist/{path}: {error}"))
    }

    /// The paths requested so far: relative to the site, or as they came if they were outside of it.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// A file after `brotli -q 11`, which is how static hosts keep files.
pub fn brotli(content: &[u8]) -> Vec<u8> {
    let mut sent = Vec::new();
    let params = brotli::enc::BrotliEncoderParams::default();
    brotli::BrotliCompress(&mut &*content, &mut sent, &params).expect("memory takes all");
    sent
}

/// Removes the script that registers the worker, which fetches all files once more to keep them.
pub fn without_worker(path: &str, reply: Reply) -> Reply {
    match path.ends_with("offline.js") {
        true => Reply {
            body: Vec::new(),
            ..reply
        },
        false => reply,
    }
}

/// The site as it was built.
pub fn dist() -> PathBuf {
    let dist = PathBuf::from(required("INTERLEAVE_DIST"));
    assert!(
        dist.join("index.html").is_file(),
        "{} holds no site: run `cargo xtask build`",
        dist.display()
    );
    dist
}

/// The path below the sub-path; for a folder that of its page. None for one that is outside, or that tries to leave the
/// site's folder.
fn path_of(url: &str) -> Option<String> {
    let path = url.split('?').next()?.strip_prefix(SUB_PATH)?;
    let path = match path.is_empty() || path.ends_with('/') {
        true => format!("{path}index.html"),
        false => path.to_owned(),
    };
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    path.split('/').all(plain).then(|| path.clone())
}

/// The file of this path.
fn read(dist: &Path, path: &str) -> Reply {
    match std::fs::read(dist.join(path)) {
        Ok(body) => Reply {
            status: 200,
            media_type: media_type(path),
            is_kept: false,
            body,
        },
        Err(_) => Reply::not_found(),
    }
}

/// The media type by which static hosts serve a file.
fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("py" | "txt") => "text/plain; charset=utf-8",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}
