//! Not too much at once: permits, tokens, queues and pauses.

pub mod at_scale;
pub mod cache;
pub mod producer_consumer_sentinel;
pub mod producer_consumer_timeout;
pub mod rate_limiter;
pub mod retry_backoff;
pub mod semaphore_scraper;

use crate::Field;

/// How many places a queue has.
fn queue_places() -> Field {
    Field::whole(
        "maxsize",
        "Places in the queue (0: no limit)",
        0,
        10_000,
        "",
    )
}
