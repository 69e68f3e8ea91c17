//! What a live run reaches outside of the page, made ready before it starts.

use super::{fetch, threads};
use interleave_playgrounds::Outside;
use interleave_runtime::Ports;
use std::rc::Rc;

/// The ports of a live run, and what its reader should know about them.
///
/// # Errors
///
/// A message for the reader.
pub async fn connect(outside: Outside) -> Result<(Ports, Option<&'static str>), String> {
    let mut ports = Ports::simulated();
    let mut remark = None;
    match outside {
        Outside::Nothing => {}
        Outside::Network => {
            let (network, said) = fetch::connect().await?;
            (ports.network, remark) = (Some(network), said);
        }
        Outside::Threads => ports.threads = Some(Rc::new(threads::Workers)),
    }
    Ok((ports, remark))
}
