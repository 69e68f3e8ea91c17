//! Not too much at once: permits, tokens, queues and pauses.

pub mod rate_limiter;
pub mod retry_backoff;
