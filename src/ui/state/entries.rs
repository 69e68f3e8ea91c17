//! Playgrounds, each of which comes in a chunk of its own.

use futures_util::future::LocalBoxFuture;
use interleave_playgrounds::{Entry, slug};
use std::sync::OnceLock;

/// Loads the code of the playground with this slug.
pub type Load = fn(&'static str) -> LocalBoxFuture<'static, Option<Entry>>;

static LOAD: OnceLock<Load> = OnceLock::new();

/// Sets how playgrounds are loaded. Later calls have no effect.
pub fn set_loader(load: Load) {
    let _ = LOAD.set(load);
}

/// The playground with this name. Loads it first if necessary; `None` if there is none.
pub async fn loaded(name: &str) -> Option<&'static Entry> {
    if let Some(entry) = Entry::find(name) {
        return Some(entry);
    }
    let (slug, load) = (slug(name)?, LOAD.get()?);
    load(slug).await?.keep()
}
