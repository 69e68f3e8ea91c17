//! Requests, and the port through which a run reaches a network.

use super::cx::Cx;
use super::error::{Error, Result};
use crate::trace::WaitFor;
use std::pin::Pin;

/// A request, with the figures that a simulated run plays out.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Where to.
    pub url: String,
    /// How long the answer takes, in seconds, when simulated.
    pub latency: f64,
    /// When simulated: the size of the answer in bytes, or why there is none.
    pub answer: std::result::Result<u64, String>,
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The size of the body in bytes.
    pub bytes: u64,
}

/// Answers the requests of a run from outside. Dropping the future aborts the request.
pub trait Network {
    /// Sends one request; the error is a message for the reader.
    fn fetch(
        &self,
        request: Request,
    ) -> Pin<Box<dyn Future<Output = std::result::Result<Response, String>>>>;
}

pub(super) async fn fetch(cx: Cx, request: Request, line: u32) -> Result<Response> {
    let core = cx.core.clone();
    if let Some(network) = &core.ports.network {
        core.waits(WaitFor::Response, line);
        let _under_way = core.listen();
        return network.fetch(request).await.map_err(Error::Failed);
    }
    cx.sleep(request.latency).at_line(line).await;
    let bytes = request.answer.map_err(Error::Failed)?;
    Ok(Response { status: 200, bytes })
}
