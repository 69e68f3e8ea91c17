//! Not too much at once: permits, tokens, queues and pauses.

pub mod at_scale;
pub mod cache;
pub mod producer_consumer_sentinel;
pub mod producer_consumer_timeout;
pub mod rate_limiter;
pub mod retry_backoff;
pub mod semaphore_scraper;
