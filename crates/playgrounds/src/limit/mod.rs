//! Semaphores, rate limits, queues, retries and caches. The order of the playgrounds here is that of the menu.

pub mod semaphore_scraper;
pub mod at_scale;
pub mod rate_limiter;
pub mod producer_consumer_sentinel;
pub mod producer_consumer_timeout;
pub mod retry_backoff;
pub mod cache;

use crate::Field;

/// How many places a queue has.
fn queue_places() -> Field {
    let label = "Places in the queue (0: no limit)";
    Field::whole("maxsize", label, 0, 10_000, "")
}
