//! The least web server that a browser is content with: one GET a connection.
//!
//! tiny_http was here before. It serves a connection until the browser closes it, on four threads, and a browser opens
//! six: now and then two requests waited for ever.

use std::{
    io::{BufRead as _, BufReader, Result, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

/// A browser also opens connections in case it needs them, and then says nothing.
const SILENCE: Duration = Duration::from_secs(30);

/// One answer.
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The media type.
    pub media_type: &'static str,
    /// Whether browsers may keep it for ever.
    pub is_kept: bool,
    /// The body.
    pub body: Vec<u8>,
}

/// Listens on a port of its own until dropped.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// Set to end it.
    over: Arc<AtomicBool>,
    /// Accepts connections.
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Answers each GET by what `answer` makes of its path.
    pub fn start(answer: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let over = Arc::new(AtomicBool::new(false));
        let answer = Arc::new(answer);
        let thread = std::thread::spawn({
            let over = Arc::clone(&over);
            move || {
                for stream in listener.incoming() {
                    if over.load(Ordering::SeqCst) {
                        return;
                    }
                    let (answer, over) = (Arc::clone(&answer), Arc::clone(&over));
                    // A browser that has gone away meanwhile is no failure.
                    std::thread::spawn(move || {
                        stream.and_then(|stream| serve(&stream, &*answer, &over))
                    });
                }
            }
        });
        Self {
            address,
            over,
            thread: Some(thread),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for a connection.
        let woken = TcpStream::connect(self.address).is_ok();
        if let Some(thread) = self.thread.take().filter(|_| woken) {
            let _ = thread.join();
        }
    }
}

/// Reads one request and answers it, unless all is over by then: a browser may have opened the connection before.
fn serve(mut stream: &TcpStream, answer: impl Fn(&str) -> Reply, over: &AtomicBool) -> Result<()> {
    stream.set_read_timeout(Some(SILENCE))?;
    let mut lines = BufReader::new(stream).lines();
    let Some(request) = lines.next().transpose()? else {
        return Ok(());
    };
    // The whole head must be read, or closing the connection would take the answer back.
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    if over.load(Ordering::SeqCst) {
        return Ok(());
    }
    let path = request.split(' ').nth(1).unwrap_or_default();
    let Reply {
        status,
        media_type,
        is_kept,
        body,
    } = answer(path);
    let caching = if is_kept {
        "max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let head = format!(
        "HTTP/1.1 {status} {}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\nCache-Control: {caching}\r\n\
         X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
        if status == 200 { "OK" } else { "Not Found" },
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(&body)
}
