//! A single-flight cache: values expire after a time, and for each key there is at most one fetch at a time.

use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::executor::{Callback, Core, End};
use crate::waiters::Waiters;
use interleave_trace::WaitFor;
use std::cell::RefCell;
use std::collections::HashMap;
use std::panic::Location;
use std::rc::Rc;

/// The source of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// It was in the cache.
    Hit,
    /// This task has fetched it.
    Miss,
    /// Another task was fetching it.
    Joined,
}

/// Values by key, each valid for a number of seconds. A clone is the same cache.
pub struct Cache<V>(Rc<Inner<V>>);

struct Inner<V> {
    /// A value that was stored at `s` is valid while `now - s < ttl`.
    ttl: f64,
    stored: RefCell<HashMap<String, (V, f64)>>,
    /// The fetches in progress.
    flights: RefCell<HashMap<String, Rc<Flight<V>>>>,
}

/// A fetch in progress, and the tasks that wait for it.
struct Flight<V> {
    landed: RefCell<Option<Result<V>>>,
    waiters: Waiters,
}

impl<V> Clone for Cache<V> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<V: Clone + 'static> Cache<V> {
    /// An empty cache whose values are valid for `ttl` seconds.
    pub fn new(ttl: f64) -> Self {
        Self(Rc::new(Inner {
            ttl,
            stored: RefCell::default(),
            flights: RefCell::default(),
        }))
    }

    /// The stored value of `key`, if it is still valid.
    pub fn get(&self, cx: &Cx, key: &str) -> Option<V> {
        let stored = self.0.stored.borrow();
        let (value, at) = stored.get(key)?;
        (cx.now() - at < self.0.ttl).then(|| value.clone())
    }

    /// Stores a value; its time begins now.
    pub fn put(&self, cx: &Cx, key: &str, value: V) {
        let value = (value, cx.now());
        self.0.stored.borrow_mut().insert(key.to_owned(), value);
    }

    /// The value for `key`: from the cache, or fetched for the first task that requests it. Tasks that request it during
    /// the fetch wait for that fetch, queued.
    ///
    /// A failure reaches all tasks that wait for the fetch and is not stored. The fetch belongs to
    /// no task: if the task that requested it first is cancelled, it continues for the others.
    ///
    /// # Errors
    ///
    /// The error of the fetch.
    #[track_caller]
    pub fn get_or_fetch<Fut>(
        &self,
        cx: &Cx,
        key: &str,
        fetch: impl FnOnce(Cx) -> Fut,
    ) -> impl Future<Output = Result<(V, Source)>>
    where
        Fut: Future<Output = Result<V>> + 'static,
    {
        let line = Location::caller().line();
        async move {
            if let Some(value) = self.get(cx, key) {
                cx.running("hit");
                return Ok((value, Source::Hit));
            }
            let under_way = self.0.flights.borrow().get(key).cloned();
            let (flight, source) = match under_way {
                Some(flight) => {
                    cx.queued("waits for the fetch in flight");
                    (flight, Source::Joined)
                }
                None => {
                    cx.running("miss");
                    (self.take_off(cx, key, fetch), Source::Miss)
                }
            };
            if flight.landed.borrow().is_none() {
                cx.core.waits(WaitFor::SharedFetch, line);
                flight.waiters.wait(&cx.core).await;
            }
            let landed = flight.landed.borrow().clone();
            landed
                .unwrap_or(Err(Error::Cancelled))
                .map(|value| (value, source))
        }
    }

    /// Starts a fetch that stores its value and wakes the tasks that wait for it.
    fn take_off<Fut>(&self, cx: &Cx, key: &str, fetch: impl FnOnce(Cx) -> Fut) -> Rc<Flight<V>>
    where
        Fut: Future<Output = Result<V>> + 'static,
    {
        let flight = Rc::new(Flight {
            landed: RefCell::default(),
            waiters: Waiters::default(),
        });
        let landing = Landing {
            core: Rc::clone(&cx.core),
            cache: self.clone(),
            key: key.to_owned(),
            flight: Rc::clone(&flight),
        };
        let under_way = (key.to_owned(), Rc::clone(&flight));
        // The borrow ends here: a fetch that is dropped immediately also lands immediately.
        self.0.flights.borrow_mut().extend([under_way]);
        let fetched = fetch(cx.clone());
        drop(cx.spawn_bare(|cx| async move {
            let fetched = fetched.await;
            if let Ok(value) = &fetched {
                landing.cache.put(&cx, &landing.key, value.clone());
            }
            *landing.flight.landed.borrow_mut() = Some(fetched);
            Ok(())
        }));
        flight
    }
}

/// Ends a flight when its fetch ends, even by being dropped, so that no task waits for it for ever.
struct Landing<V: 'static> {
    core: Rc<Core>,
    cache: Cache<V>,
    key: String,
    flight: Rc<Flight<V>>,
}

impl<V: 'static> Drop for Landing<V> {
    fn drop(&mut self) {
        if self.core.over() {
            return;
        }
        let mut landed = self.flight.landed.borrow_mut();
        landed.get_or_insert(Err(Error::Cancelled));
        drop(landed);
        let landed = Landed {
            cache: self.cache.clone(),
            key: std::mem::take(&mut self.key),
            flight: Rc::clone(&self.flight),
        };
        self.core.call_soon(Rc::new(landed), End::default());
    }
}

/// Wakes the waiting tasks after a fetch: in asyncio a done-callback of its task, and so a turn later.
struct Landed<V> {
    cache: Cache<V>,
    key: String,
    flight: Rc<Flight<V>>,
}

impl<V> Callback for Landed<V> {
    fn call(&self, _: &Core, _: End) {
        self.cache.0.flights.borrow_mut().remove(&self.key);
        self.flight.waiters.wake_all();
    }
}
