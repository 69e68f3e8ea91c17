//! Lazy chunks: code that is loaded after the main module.
//!
//! A [`Chunk`] is a table of functions, each of which makes a view or does what the reader asked for. It stands beside what
//! uses it, and names no code; `ui::chunks` fills it, and says which functions come in one file. In one piece, as under
//! `trunk serve`, it is there from the start.

use futures_util::future::LocalBoxFuture;
use leptos::prelude::*;
use std::sync::{LazyLock, OnceLock};
use wasm_bindgen_futures::spawn_local;

/// Loads a chunk. It comes sooner or later: `public/start.js` asks for it until it does, and says so.
pub type Load<T> = fn() -> LocalBoxFuture<'static, &'static T>;

/// A table of functions that may still be loading.
pub struct Chunk<T: Sync + 'static> {
    load: OnceLock<Load<T>>,
    table: LazyLock<ArcRwSignal<Option<&'static T>>>,
}

impl<T: Sync> Chunk<T> {
    /// Not there, and nothing is known of where it is.
    #[expect(clippy::new_without_default, reason = "it is for statics")]
    pub const fn new() -> Self {
        Self {
            load: OnceLock::new(),
            table: LazyLock::new(|| ArcRwSignal::new(None)),
        }
    }

    /// How it is loaded; what was said first counts.
    pub fn comes_by(&self, load: Load<T>) {
        let _ = self.load.set(load);
    }

    /// It is there.
    pub fn is(&self, table: &'static T) {
        if self.table.get_untracked().is_none() {
            self.table.set(Some(table));
        }
    }

    /// Its table, once it is there. What reads this is told when it comes.
    pub fn get(&self) -> Option<&'static T> {
        // Once it is there, there is nothing left to be told.
        self.get_untracked().or_else(|| self.table.get())
    }

    /// Its table, if it is there by now.
    pub fn get_untracked(&self) -> Option<&'static T> {
        self.table.get_untracked()
    }

    /// Its table, which is loaded if it is not there.
    pub async fn loaded(&'static self) -> &'static T {
        if let Some(table) = self.get_untracked() {
            return table;
        }
        let Some(load) = self.load.get() else {
            return std::future::pending().await;
        };
        let table = load().await;
        self.is(table);
        table
    }

    /// Does something with it: now, or as soon as it is there.
    pub fn with(&'static self, then: impl FnOnce(&'static T) + 'static) {
        match self.get_untracked() {
            Some(table) => then(table),
            None => spawn_local(async { then(self.loaded().await) }),
        }
    }
}

/// Does something after some work, such as loading code: at once if that is done.
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
