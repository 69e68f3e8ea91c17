//! Sending a request: over the network of the run, or simulated if it has none.

use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::network::{Report, Request, Response, Sink};
use interleave_trace::{Kind, LogKind, Time, WaitFor};
use std::fmt::Display;
use std::panic::Location;
use std::rc::Rc;

impl Cx {
    /// Sends a request. If the run has no network, the request is simulated with its own `latency` and `answer`.
    #[track_caller]
    pub fn fetch(&self, request: Request) -> impl Future<Output = Result<Response>> + use<> {
        fetch(self.clone(), request, Location::caller().line())
    }

    /// Whether requests are sent over a network, not simulated.
    pub fn is_live(&self) -> bool {
        self.core.ports.network.is_some()
    }
}

async fn fetch(cx: Cx, request: Request, line: u32) -> Result<Response> {
    let core = cx.core.clone();
    if let Some(network) = &core.ports.network {
        core.waits(WaitFor::Response, line);
        let _under_way = core.listen();
        let report = Report::new(Rc::new(cx));
        let answer = network.fetch(request, report).await;
        return answer.map_err(Error::Failed);
    }
    cx.sleep(request.latency).at_line(line).await;
    request.answer.map_err(Error::Failed)
}

impl Sink for Cx {
    fn now(&self) -> Time {
        self.core.now()
    }

    fn record(&self, kind: Kind) {
        self.core.record(self.id(), kind);
    }

    fn remark(&self, text: &dyn Display) {
        self.core.log(self.id(), LogKind::Note, text);
    }
}
