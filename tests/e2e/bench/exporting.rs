//! The cost of exporting a run of many tasks: how long the page cannot answer, and the bytes of the file.

use serde_json::{Value, json};

use super::{
    table::{
        Bound::{Alone, Always},
        Table,
    },
    watched,
};
use crate::harness::Site;
use crate::playground::RUN;

/// For each format: its name, the word in the menu, the most milliseconds, and the most bytes a task.
const FORMATS: [(&str, &str, f64, f64); 5] = [
    ("SVG", "svg", 100.0, 30.0),
    ("recording", "race", 100.0, 450.0),
    ("Chrome trace", "chrome", 250.0, 1_600.0),
    ("CSV", "csv", 100.0, 60.0),
    ("tracks", "timing", 100.0, 0.0),
];
const TASKS: u32 = 10_000;

/// Ten thousand tasks, a hundred of them at a time, in each format.
pub async fn measure(site: &Site, table: &mut Table) {
    let hash = format!("#/at-scale?only=bounded&pace=instant&tasks={TASKS}&permits=100");
    let page = watched(site, &hash).await;
    page.wait_for_playground().await;
    page.click(RUN).await;
    page.wait_for_end().await;
    let times = if table.is_full() { 5 } else { 1 };
    for (name, word, most, bytes) in FORMATS {
        let (mut took, mut size) = (f64::INFINITY, 0.0);
        for _ in 0..times {
            let (millis, bytes) = export(&page, word).await;
            took = took.min(millis);
            size = bytes;
        }
        table.row(format!("{name} of {TASKS} tasks"), took, "ms", most, Alone);
        assert_eq!(size > 0.0, bytes > 0.0, "{name}: {size} bytes");
        if bytes > 0.0 {
            let most = bytes * f64::from(TASKS);
            table.row(
                format!("{name} of {TASKS} tasks, size"),
                size,
                "bytes",
                most,
                Always,
            );
        }
    }
    page.assert_quiet().await;
}

/// Chooses a format; returns for how many milliseconds the page works on it, and the size of the file.
async fn export(page: &crate::harness::Page, word: &str) -> (f64, f64) {
    // The work is the longest gap between two turns of the event loop while the button says that it is busy.
    let script = "const done = arguments[arguments.length - 1];
        const button = document.querySelector('[data-test=export]');
        const make = URL.createObjectURL; let size = 0, longest = 0, last = performance.now();
        URL.createObjectURL = it => (size = it.size, make.call(URL, it));
        const { port1, port2 } = new MessageChannel();
        const turn = () => {
            const now = performance.now(); longest = Math.max(longest, now - last); last = now;
            if (button.ariaBusy === 'true') return port2.postMessage(0);
            URL.createObjectURL = make; port1.close(); done([longest, size]);
        };
        port1.onmessage = turn;
        button.click();
        requestAnimationFrame(() => {
            document.querySelector(`[data-test=export-${arguments[0]}]`).click();
            setTimeout(() => { last = performance.now(); turn(); });
        })";
    let told = page.client().execute_async(script, vec![json!(word)]).await;
    let told = told.unwrap_or_else(|error| panic!("{word}: {error}"));
    let at = |place: usize| told[place].as_f64().filter(|&it| it >= 0.0);
    let (Some(millis), Some(size)) = (at(0), at(1)) else {
        panic!("{word}: {}", Value::to_string(&told));
    };
    (millis, size)
}
