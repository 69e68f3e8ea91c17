//! Another site than the app's, which lets pages of other sites read it or does not.

use std::{
    io::{BufRead as _, BufReader, Result, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

/// A browser also opens connections in case it needs them, and then says nothing.
const SILENCE: Duration = Duration::from_secs(30);

/// A site on a port of its own until dropped. What it answers stands in the path:
///
/// | path begins with | answer |
/// |---|---|
/// | `/open` | 200, 1234 bytes; other sites' pages may read it and its timing |
/// | `/missing` | 404, 9 bytes; likewise |
/// | `/moved` | 302 to `/open`; likewise |
/// | `/slow` | the head and 10 bytes of 1000, then nothing until whoever asked has gone; likewise |
/// | else | 200, 5 bytes; other sites' pages may not read it |
pub struct Elsewhere {
    /// Where it listens.
    address: SocketAddr,
    /// The head of each request so far.
    heads: Arc<Mutex<Vec<String>>>,
    /// How many have gone away from `/slow`.
    gone: Arc<Mutex<usize>>,
    /// Set to end it.
    over: Arc<AtomicBool>,
    /// Accepts connections.
    thread: Option<JoinHandle<()>>,
}

impl Elsewhere {
    /// Starts it.
    pub fn serve() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (heads, gone) = (
            Arc::<Mutex<Vec<String>>>::default(),
            Arc::<Mutex<usize>>::default(),
        );
        let over = Arc::new(AtomicBool::new(false));
        let thread = std::thread::spawn({
            let (heads, gone, over) = (Arc::clone(&heads), Arc::clone(&gone), Arc::clone(&over));
            move || {
                for stream in listener.incoming() {
                    if over.load(Ordering::SeqCst) {
                        return;
                    }
                    let (heads, gone) = (Arc::clone(&heads), Arc::clone(&gone));
                    // A browser that has gone away meanwhile is no failure.
                    std::thread::spawn(move || {
                        stream.and_then(|stream| answer(&stream, &heads, &gone))
                    });
                }
            }
        });
        Self {
            address,
            heads,
            gone,
            over,
            thread: Some(thread),
        }
    }

    /// The address of a path of it.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
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

impl Drop for Elsewhere {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for a connection.
        let woken = TcpStream::connect(self.address).is_ok();
        if let Some(thread) = self.thread.take().filter(|_| woken) {
            let _ = thread.join();
        }
    }
}

fn answer(mut stream: &TcpStream, heads: &Mutex<Vec<String>>, gone: &Mutex<usize>) -> Result<()> {
    stream.set_read_timeout(Some(SILENCE))?;
    let mut head = String::new();
    let mut reader = BufReader::new(stream);
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Ok(());
        }
    }
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    heads.lock().unwrap().push(head);
    let begins = |part: &str| path.starts_with(part);
    let open = "Access-Control-Allow-Origin: *\r\nTiming-Allow-Origin: *\r\n";
    let (status, more, length) = match () {
        () if begins("/open") => ("200 OK", open.to_owned(), 1234),
        () if begins("/missing") => ("404 Not Found", open.to_owned(), 9),
        () if begins("/moved") => ("302 Found", format!("{open}Location: /open\r\n"), 0),
        () if begins("/slow") => ("200 OK", open.to_owned(), 1000),
        () => ("200 OK", String::new(), 5),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n{more}Connection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    if begins("/slow") {
        stream.write_all(&[b'x'; 10])?;
        // Nothing more is sent: what ends the wait is the other end.
        let ended = reader.read_line(&mut String::new());
        *gone.lock().unwrap() += 1;
        return ended.map(drop);
    }
    stream.write_all(&vec![b'x'; length])
}
