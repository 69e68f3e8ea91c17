//! Finds out what a first visit executes, in headless browsers.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use crate::failure::{Failure, Result};

/// A screen on a desk, and one of a phone whose owner wants things to be still.
const SCREENS: [&[&str]; 2] = [
    &[],
    &[
        "--force-device-scale-factor=3",
        "--touch-events=enabled",
        "--force-prefers-reduced-motion",
    ],
];
/// Holds the page in a frame, which the visitor in it can give any size.
const FRAME: &str =
    "<!doctype html><iframe src=\"./\" style=\"width: 1280px; height: 900px; border: 0\"></iframe>";
/// Clicks through a first visit and reports.
const VISITOR: &str = include_str!("profile.js");
/// How long a visit may take: a shared machine is slow at times.
const PATIENCE: Duration = Duration::from_secs(180);
/// What the browser is started with. Some only matter where it has no network or no user of its own.
const OPTIONS: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// For each piece of the app's functions whether a first visit executes it. `wasm` is the file in `dist` that
/// `instrumented` stands in for.
pub fn first_visit(
    dist: &Path,
    wasm: &str,
    instrumented: &[u8],
    browser: &Path,
) -> Result<Vec<bool>> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    let (report, reported) = mpsc::channel();
    let site = Arc::new(Site {
        dist: dist.to_path_buf(),
        wasm: wasm.to_owned(),
        instrumented: instrumented.to_vec(),
        report,
    });
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let site = Arc::clone(&site);
            // What goes wrong with one request, the browser is told by the end of its connection.
            thread::spawn(move || site.answer(&stream).ok());
        }
    });
    // Side by side: most of the time they wait.
    let mut visits = Vec::new();
    for (number, screen) in SCREENS.into_iter().enumerate() {
        let profile =
            std::env::temp_dir().join(format!("interleave-profile-{}-{number}", address.port()));
        visits.push(Visit {
            browser: Command::new(browser)
                .args(OPTIONS)
                .args(screen)
                .arg(format!("--user-data-dir={}", profile.display()))
                .arg(format!("http://{address}/frame.html"))
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()?,
            profile,
        });
    }
    let mut executed = Vec::new();
    let mut under_way = visits.len();
    while under_way > 0 {
        let (hits, is_last) = reported.recv_timeout(PATIENCE).map_err(|_| {
            Failure::new(
                "the built site did not get through a first visit in a headless browser: see xtask/src/split/profile.js",
            )
        })?;
        executed.resize(hits.len(), false);
        for (executed, hit) in executed.iter_mut().zip(hits) {
            *executed |= hit == 1;
        }
        under_way -= usize::from(is_last);
    }
    Ok(executed)
}

/// The browser and what it leaves behind; both are gone when it is dropped.
struct Visit {
    browser: Child,
    profile: PathBuf,
}

impl Drop for Visit {
    fn drop(&mut self) {
        // It may be gone already, and its folder is a temporary one.
        let _ = self.browser.kill();
        let _ = self.browser.wait();
        let _ = fs::remove_dir_all(&self.profile);
    }
}

/// The built site with a visitor in it.
struct Site {
    dist: PathBuf,
    wasm: String,
    instrumented: Vec<u8>,
    /// Takes a byte for each piece, and whether that was the last of the visit.
    report: mpsc::Sender<(Vec<u8>, bool)>,
}

impl Site {
    /// Answers one request.
    fn answer(&self, stream: &TcpStream) -> Result {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let mut words = line.split(' ');
        let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let (method, target) = (method.to_owned(), target.to_owned());
        let mut length = 0;
        loop {
            line.clear();
            reader.read_line(&mut line)?;
            let Some((name, value)) = line.trim().split_once(':') else {
                break;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        if method == "POST" {
            let mut body = vec![0; length];
            reader.read_exact(&mut body)?;
            // Nobody listens any more when the visit has taken too long.
            let _ = self.report.send((body, target.ends_with("?last")));
            return send(stream, "204 No Content", "text/plain", &[]);
        }
        match self.file(
            target
                .split('?')
                .next()
                .unwrap_or("")
                .trim_start_matches('/'),
        ) {
            Some((media_type, content)) => send(stream, "200 OK", media_type, &content),
            None => send(stream, "404 Not Found", "text/plain", &[]),
        }
    }

    /// A file's media type and content.
    fn file(&self, name: &str) -> Option<(&'static str, Vec<u8>)> {
        let name = if name.is_empty() { "index.html" } else { name };
        match name {
            "profile.js" => return Some(("text/javascript", VISITOR.into())),
            "frame.html" => return Some(("text/html; charset=utf-8", FRAME.into())),
            _ => {}
        }
        if name == self.wasm {
            return Some(("application/wasm", self.instrumented.clone()));
        }
        let path = self.dist.join(name);
        let is_inside = path
            .canonicalize()
            .ok()?
            .starts_with(self.dist.canonicalize().ok()?);
        let content = fs::read(path).ok().filter(|_| is_inside)?;
        Some(match name.rsplit('.').next()? {
            "html" => {
                // Before the app's own scripts, which it listens to.
                let html = String::from_utf8(content).ok()?;
                let (head, rest) = html.split_once("<script")?;
                let visitor = "<script type=\"module\" src=\"profile.js\"></script>";
                (
                    "text/html; charset=utf-8",
                    format!("{head}{visitor}<script{rest}").into(),
                )
            }
            "js" => ("text/javascript", content),
            "css" => ("text/css", content),
            "svg" => ("image/svg+xml", content),
            _ => ("application/octet-stream", content),
        })
    }
}

fn send(mut stream: &TcpStream, status: &str, media_type: &str, content: &[u8]) -> Result {
    let length = content.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    )?;
    stream.write_all(content)?;
    Ok(())
}
