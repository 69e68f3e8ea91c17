//! A token bucket: a limited number of grants a second.

use crate::cx::Cx;
use crate::lock::Lock;
use crate::resource::Resource;
use interleave_trace::ResourceKind;
use std::cell::Cell;
use std::panic::Location;
use std::rc::Rc;

/// A bucket of tokens, one for each grant. It holds at most `rate` tokens, is full
/// at first, and gets `rate` new ones every `per` seconds, evenly.
///
/// Callers are served one at a time, in the order in which they call: while the
/// first waits for its token the others wait behind it. So the grants in any window of time
/// are at most `rate` more than the tokens added in that window.
///
/// The gauge `allowance` is the number of tokens left after a grant. A task that is dropped while it
/// waits takes no token.
#[derive(Clone)]
pub struct RateLimiter(Rc<Bucket>);

struct Bucket {
    rate: f64,
    per: f64,
    /// The number of tokens at the instant `counted`.
    allowance: Cell<f64>,
    /// When they were counted, in seconds.
    counted: Cell<f64>,
    /// Whether there is a gauge of the tokens.
    has_gauge: Cell<bool>,
    /// The task that holds this lock is served.
    turn: Lock,
}

impl RateLimiter {
    /// A full bucket. Both figures must be positive; if `rate` is less than 1, every grant has to wait.
    pub fn new(cx: &Cx, rate: f64, per: f64) -> Self {
        Self(Rc::new(Bucket {
            rate,
            per,
            allowance: Cell::new(rate),
            counted: Cell::new(cx.now()),
            has_gauge: Cell::new(true),
            turn: Lock::of(Resource::new(ResourceKind::RateLimiter)),
        }))
    }

    /// The same bucket without its gauge, for a program that counts something else.
    pub fn without_gauge(self) -> Self {
        self.0.has_gauge.set(false);
        self
    }

    /// Waits for a token and takes it.
    #[track_caller]
    pub fn acquire(&self, cx: &Cx) -> impl Future<Output = ()> + use<> {
        let line = Location::caller().line();
        let (bucket, cx) = (Rc::clone(&self.0), cx.clone());
        async move {
            let _turn = bucket.turn.acquire_at(&cx, line).await;
            bucket.refill(cx.now());
            let missing = 1.0 - bucket.allowance.get();
            if missing > 0.0 {
                let wait = missing * (bucket.per / bucket.rate);
                let of = bucket.turn.resource().id(&cx.core, cx.id());
                cx.sleep(wait).for_token(of, line).await;
                // The wait was for this token alone: the bucket is empty now.
                bucket.allowance.set(0.0);
                bucket.counted.set(cx.now());
            } else {
                bucket.allowance.set(bucket.allowance.get() - 1.0);
            }
            if bucket.has_gauge.get() {
                let (limiter, left) = (bucket.turn.resource(), bucket.allowance.get());
                limiter.gauge(&cx.core, cx.id(), "allowance", left, false);
            }
        }
    }
}

impl Bucket {
    /// Adds the tokens that are due since they were last counted.
    fn refill(&self, now: f64) {
        let fresh = (now - self.counted.replace(now)) * (self.rate / self.per);
        self.allowance
            .set((self.allowance.get() + fresh).min(self.rate));
    }
}
