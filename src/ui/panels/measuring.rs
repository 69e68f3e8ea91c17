//! How measurements in the reader's browser are shown: progress, a way to cancel, and what is known so far.

use crate::chunk;
use crate::web;
use crate::web::listen::Listener;
use futures_util::future::abortable;
use leptos::prelude::*;

/// Some measurements of one kind, one after another.
pub struct Measuring<T: 'static> {
    /// How many there are.
    pub count: usize,
    /// Shows those that are known.
    pub picture: fn(&[T]) -> AnyView,
    /// The conclusion, in a sentence or two.
    pub summary: fn(&[T]) -> String,
}

/// What has been measured so far.
pub struct Known<T: 'static>(RwSignal<Vec<T>>);

impl<T: Send + Sync> Known<T> {
    /// Adds a measurement.
    pub fn add(&self, one: T) {
        // The page may have been left.
        self.0.try_update(|known| known.push(one));
    }
}

/// Lets the page show the measurements so far, and handle input.
pub async fn pause() {
    // A hidden page gets no frames.
    web::within(1000, web::frame()).await;
    web::turn().await;
}

/// Measures at once, and shows the results. The work is dropped when it is cancelled or the page is left.
pub fn measuring<T: Send + Sync>(
    what: Measuring<T>,
    work: impl AsyncFnOnce(Known<T>) -> Result<(), String> + 'static,
) -> impl IntoView {
    let known = RwSignal::new(Vec::new());
    let end = RwSignal::new(None::<Result<(), String>>);
    let was_hidden = RwSignal::new(web::is_hidden());
    let watch = Listener::hidden(move || {
        was_hidden.try_set(true);
    });
    let (work, abort) = abortable(async move {
        // The page shows that it measures before the work can block it.
        pause().await;
        work(Known(known)).await
    });
    let done = async move {
        let came_to = work.await;
        drop(watch);
        // If it was aborted, the page is gone, or the reader has cancelled.
        if let Ok(came_to) = came_to {
            end.try_set(Some(came_to));
        }
    };
    chunk::after(done, || {});
    on_cleanup({
        let abort = abort.clone();
        move || abort.abort()
    });
    let cancel = move |_| {
        abort.abort();
        end.set(Some(Err("Cancelled.".to_owned())));
    };
    let Measuring {
        count,
        picture,
        summary,
    } = what;
    let said = move || match end.get() {
        None => String::new(),
        Some(Ok(())) => known.with(|known| summary(known)),
        Some(Err(why)) => why,
    };
    view! {
        <div class="spread-state" hidden=move || end.with(Option::is_some)>
            <progress max=count.to_string() value=move || known.with(Vec::len).to_string() aria-label="Measurements"></progress>
            <button class="button" type="button" data-test="measure-cancel" on:click=cancel>"Cancel"</button>
        </div>
        <p class="small" role="status" data-test="measured">{said}</p>
        <Show when=move || was_hidden.get()>
            <p class="small" data-test="measured-hidden">
                "The page was hidden while this was measured. Browsers slow down hidden pages: better measure again."
            </p>
        </Show>
        {move || known.with(|known| (!known.is_empty()).then(|| picture(known)))}
    }
}
