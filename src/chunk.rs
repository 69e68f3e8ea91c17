//! Lazy chunks: code that is loaded after the main module.
//!
//! A [`Chunk`] is a table of functions, each of which makes a view or does what the reader asked for. It is declared beside
//! the code that uses it, and refers to no code itself; `ui::chunks` fills it, and decides which functions share a file. In
//! one module, as under `trunk serve`, all tables are filled from the start.

use futures_util::future::LocalBoxFuture;
use leptos::prelude::*;
use std::sync::{LazyLock, OnceLock};
use wasm_bindgen_futures::spawn_local;

/// Loads a chunk. It completes sooner or later: `public/start.js` retries until the chunk has loaded, and tells the reader.
pub type Load<T> = fn() -> LocalBoxFuture<'static, &'static T>;

/// A table of functions that may still be loading.
pub struct Chunk<T: Sync + 'static> {
    load: OnceLock<Load<T>>,
    table: LazyLock<ArcRwSignal<Option<&'static T>>>,
}

impl<T: Sync> Chunk<T> {
    /// An empty table, without a loader.
    #[expect(clippy::new_without_default, reason = "it is for statics")]
    pub const fn new() -> Self {
        Self {
            load: OnceLock::new(),
            table: LazyLock::new(|| ArcRwSignal::new(None)),
        }
    }

    /// Sets how the chunk is loaded. Later calls have no effect.
    pub fn set_loader(&self, load: Load<T>) {
        let _ = self.load.set(load);
    }

    /// Fills the table, unless it is filled already.
    pub fn fill(&self, table: &'static T) {
        if self.table.get_untracked().is_none() {
            self.table.set(Some(table));
        }
    }

    /// The table, if it has loaded. Tracked: what reads this is notified when it loads.
    pub fn get(&self) -> Option<&'static T> {
        // A loaded table never changes, so it need not be tracked.
        self.get_untracked().or_else(|| self.table.get())
    }

    /// The table, if it has loaded; untracked.
    pub fn get_untracked(&self) -> Option<&'static T> {
        self.table.get_untracked()
    }

    /// The table. Loads it first if necessary.
    pub async fn loaded(&'static self) -> &'static T {
        if let Some(table) = self.get_untracked() {
            return table;
        }
        let Some(load) = self.load.get() else {
            return std::future::pending().await;
        };
        let table = load().await;
        self.fill(table);
        table
    }

    /// Calls `then` with the table: now, or once it has loaded.
    pub fn with(&'static self, then: impl FnOnce(&'static T) + 'static) {
        match self.get_untracked() {
            Some(table) => then(table),
            None => spawn_local(async { then(self.loaded().await) }),
        }
    }
}

/// Calls `then` after some work, such as loading code: at once if `loaded` is ready.
pub fn after(loaded: impl Future<Output = ()> + 'static, then: impl FnOnce() + 'static) {
    use futures_util::FutureExt as _;
    let mut loaded = Box::pin(loaded);
    match loaded.as_mut().now_or_never() {
        Some(()) => then(),
        None => spawn_local(async {
            loaded.await;
            then();
        }),
    }
}
