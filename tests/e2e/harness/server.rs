//! The web server of all tests.
//!
//! hyper's, and each connection a task of its own: a browser opens six, and more in case it needs them, and none of them
//! may wait for another.

use std::{
    convert::Infallible,
    net::{Ipv4Addr, SocketAddr},
    pin::Pin,
    sync::{
        Arc,
        mpsc::{Receiver, Sender, channel},
    },
    task::{Context, Poll},
    time::Duration,
};

use http_body_util::combinators::UnsyncBoxBody;
use hyper::{
    Request, Response, StatusCode,
    body::{Body, Bytes, Frame, Incoming, SizeHint},
    header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{
    net::TcpListener,
    task::{AbortHandle, JoinSet},
};

use super::runtime::runtime;

/// The answer to a request.
pub type Answer = Response<UnsyncBoxBody<Bytes, Infallible>>;

/// The answer of a host that serves files.
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The media type.
    pub media_type: &'static str,
    /// Whether browsers may keep it forever.
    pub is_kept: bool,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// The answer for a file that does not exist.
    pub fn not_found() -> Self {
        Self {
            status: 404,
            media_type: "text/plain",
            is_kept: false,
            body: b"not found".to_vec(),
        }
    }
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        let caching = match reply.is_kept {
            true => "max-age=31536000, immutable",
            false => "no-cache",
        };
        Response::builder()
            .status(StatusCode::from_u16(reply.status).expect("an HTTP status"))
            .header(CONTENT_TYPE, reply.media_type)
            .header(CACHE_CONTROL, caching)
            .header(X_CONTENT_TYPE_OPTIONS, "nosniff")
            .body(UnsyncBoxBody::new(http_body_util::Full::from(reply.body)))
            .expect("an answer")
    }
}

/// Listens on a port of its own until dropped.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// Ends it.
    accepting: AbortHandle,
    /// Disconnects when it has ended.
    ended: Receiver<Infallible>,
}

impl Server {
    /// Answers each request with the result of `answer`, which may take its time.
    pub fn start(answer: impl Fn(&Request<Incoming>) -> Answer + Send + Sync + 'static) -> Self {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        listener
            .set_nonblocking(true)
            .expect("a port to be waited for");
        let (open, ended) = channel();
        let accepting = runtime().spawn(accept(listener, Arc::new(answer), open));
        Self {
            address,
            accepting: accepting.abort_handle(),
            ended,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
        // No request is answered after this.
        let _ = self.ended.recv_timeout(Duration::from_secs(5));
    }
}

/// Serves each connection. All of them end with this.
async fn accept(
    listener: std::net::TcpListener,
    answer: Arc<impl Fn(&Request<Incoming>) -> Answer + Send + Sync + 'static>,
    _open: Sender<Infallible>,
) {
    let listener = TcpListener::from_std(listener).expect("a port to listen on");
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        let answer = Arc::clone(&answer);
        let service = service_fn(move |request| {
            let answer = Arc::clone(&answer);
            async move { tokio::task::spawn_blocking(move || answer(&request)).await }
        });
        // A browser that has disconnected meanwhile is no failure.
        connections.spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

/// A body that stops after its first bytes, and stays open until the other end goes away.
pub struct Stalled {
    /// How long it claims to be.
    pub length: u64,
    /// The first bytes that are sent.
    pub first: Option<Bytes>,
    /// Called when the other end goes away.
    pub left: Box<dyn Fn() + Send>,
}

impl Body for Stalled {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.first.take() {
            Some(first) => Poll::Ready(Some(Ok(Frame::data(first)))),
            None => Poll::Pending,
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}

impl Drop for Stalled {
    fn drop(&mut self) {
        (self.left)();
    }
}
