//! Measurements in the reader's browser, for playgrounds about costs.

use crate::chunk::Chunk;
use crate::ui::kit::lazy::{self, Lazy};
use interleave_playgrounds::Benchmark;
use leptos::prelude::*;

/// The measurements and their views, loaded as a chunk.
pub struct Benchmarks {
    /// Measures, and shows the results.
    pub view: fn(Benchmark) -> AnyView,
}

/// The chunk.
pub static BENCHMARKS: Chunk<Benchmarks> = Chunk::new();

/// What the figures of `io_models` leave out, and why.
const LIMITS: [(&str, &str); 4] = [
    (
        "Real threads and processes",
        "a browser has workers, each with its own memory, as a process has. Here a worker that runs already stands in for a \
         thread, and one that has to be started for a process.",
    ),
    (
        "The memory of a worker",
        "browsers do not report it. A thread of the operating system reserves a stack, and each process has its own Python \
         interpreter. The memory of a task is counted, with its events.",
    ),
    (
        "A sleeping worker",
        "here it blocks by computing until the time is over, so workers compete for cores.",
    ),
    (
        "Python’s GIL",
        "only one thread of a process runs Python code at a time. That does not matter while threads wait.",
    ),
];

/// A button that starts the measurement. Nothing is computed before.
#[component]
pub fn Offer(
    /// The measurement.
    benchmark: Benchmark,
) -> impl IntoView {
    // Each press measures anew.
    let asked = RwSignal::new(0_u32);
    let (title, words) = match benchmark {
        Benchmark::SpeedUp => (
            "Speed-up in this browser",
            "The same jobs by one worker, by two, and so on, beside Amdahl’s limit. It takes some seconds.",
        ),
        Benchmark::IoModels => (
            "Measured in this browser",
            "Ten requests of 0.1 s in each way. One after another, they freeze the page for a second.",
        ),
        Benchmark::ManyTasks => (
            "Tasks and promises in this browser",
            "10 to 100,000 sleeping tasks beside as many plain JavaScript promises: time to start, total time, memory.",
        ),
    };
    view! {
        <section class="spread card" aria-labelledby="benchmark-title">
            <div class="spread-head">
                <h2 id="benchmark-title">{title}</h2>
                <button class="button" type="button" data-test="measure" on:click=move |_| {
                    BENCHMARKS.with(|_| {});
                    asked.update(|times| *times += 1);
                }>{move || if asked.get() == 0 { "Measure" } else { "Measure again" }}</button>
            </div>
            <p class="muted small">{words}</p>
            {move || (asked.get() > 0).then(|| view! {
                <Lazy view=lazy::of(&BENCHMARKS, move |benchmarks| (benchmarks.view)(benchmark))/>
            })}
            // The limits of the figures are shown before the measurement, too.
            {(benchmark == Benchmark::IoModels).then(|| view! {
                <div class="limits">
                    <h3>"What a browser cannot show"</h3>
                    <ul>{LIMITS.map(|(what, why)| view! { <li><b>{what}": "</b>{why}</li> }).collect_view()}</ul>
                </div>
            })}
        </section>
    }
}
