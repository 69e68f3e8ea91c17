//! The lab: how long Python takes, beside Pyodide as its makers ship it, in the same page.

use std::path::PathBuf;

use serde_json::Value;

use super::table::{Bound, Table};
use crate::harness::{Page, Reply, Site, brotli, required, without_worker};

/// Starts Pyodide as its documentation says, in a worker, and reports its first line.
const SHIPPED: &str = "
import { loadPyodide } from './pyodide.mjs';
const python = await loadPyodide();
python.setStdout({ batched: (text) => postMessage(text) });
python.runPython(`print('ready')`);
";
/// The folder of Pyodide on the bench's server.
const FOLDER: &str = "shipped/";

/// Ten thousand tasks of four steps each.
const MANY: &str = "
import asyncio

async def work(gate):
    await asyncio.sleep(0)
    await asyncio.sleep(0.001)
    async with gate:
        await asyncio.sleep(0)

async def main():
    gate = asyncio.Semaphore(10_000)
    await asyncio.gather(*(work(gate) for _ in range(10_000)))

asyncio.run(main())
";

/// Takes all figures: medians of several visits.
pub async fn measure(table: &mut Table) {
    let site = site();
    let page = Page::open(&site, "").await;
    page.eval(include_str!("../sandbox/page.js"), &[]).await;
    work(
        &page,
        "const first = await lab.open(); await lab.keep(first.snapshot); first.frame.remove()",
    )
    .await;
    let visits = if table.is_full() { 7 } else { 3 };
    let mut figures: [Vec<f64>; 5] = Default::default();
    for _ in 0..visits {
        let shipped = work(
            &page,
            "const start = performance.now();
             const worker = new Worker('shipped/worker.mjs', { type: 'module' });
             await new Promise((resolve, reject) => Object.assign(worker, { onmessage: resolve, onerror: reject }));
             worker.terminate();
             return performance.now() - start",
        );
        let shipped = shipped.await.as_f64().expect("a time");
        let own = work(
            &page,
            "const start = performance.now();
             const opened = await lab.open();
             const ready = performance.now();
             await lab.run(opened, 'print(1)');
             const end = performance.now();
             opened.frame.remove();
             return [ready - start, end - ready, opened.first - start]",
        )
        .await;
        let [ready, run, first] = [0, 1, 2].map(|place| own[place].as_f64().expect("a time"));
        for (all, one) in figures
            .iter_mut()
            .zip([shipped, ready, run, first, first / shipped])
        {
            all.push(one);
        }
    }
    let [shipped, ready, run, first, ratio] = figures.map(median);
    table.row(
        "lab, later visit: ready",
        ready / 1e3,
        "s",
        1.0,
        Bound::Alone,
    );
    table.row("lab: a small program", run / 1e3, "s", 0.3, Bound::Alone);
    table.row(
        "lab, later visit: first line",
        first / 1e3,
        "s",
        1.3,
        Bound::Alone,
    );
    println!(
        "Pyodide as shipped to its first line: {:.2} s",
        shipped / 1e3
    );
    table.row(
        "lab to its first line, of Pyodide as shipped",
        ratio,
        "x",
        0.15,
        Bound::Alone,
    );

    let many = format!(
        "const opened = await lab.open();
         const start = performance.now();
         const {{ answer }} = await lab.run(opened, {});
         return answer.state === 'finished' ? performance.now() - start : Infinity",
        Value::from(MANY)
    );
    let many = work(&page, &many).await.as_f64().expect("a time");
    table.row(
        "lab: 10,000 tasks of 4 steps",
        many / 1e3,
        "s",
        2.0,
        Bound::Alone,
    );

    // Compressing the files takes a minute.
    if table.is_full() {
        let loaded = site.requests();
        let mut loaded: Vec<_> = loaded
            .iter()
            .filter(|path| path.contains("/lab/"))
            .collect();
        loaded.sort();
        loaded.dedup();
        let bytes: usize = loaded
            .iter()
            .map(|path| brotli(&site.file(path)).len())
            .sum();
        table.row(
            "lab: bytes that Python takes",
            bytes as f64,
            "bytes",
            4_250_000.0,
            Bound::Always,
        );
    }
}

/// The site, and Pyodide as shipped beside it.
fn site() -> Site {
    let shipped = PathBuf::from(required("INTERLEAVE_PYODIDE"));
    Site::serve_altered(move |path, reply| {
        let Some(name) = path.strip_prefix(FOLDER) else {
            return without_worker(path, reply);
        };
        let body = match name {
            "worker.mjs" => SHIPPED.as_bytes().to_vec(),
            _ => std::fs::read(shipped.join(name)).expect("a file of Pyodide"),
        };
        let media_type = match name.rsplit('.').next() {
            Some("mjs") => "text/javascript",
            Some("wasm") => "application/wasm",
            _ => "application/octet-stream",
        };
        Reply {
            status: 200,
            media_type,
            is_kept: true,
            body,
        }
    })
}

async fn work(page: &Page, script: &str) -> Value {
    page.eval(&format!("lab.begin(async () => {{ {script} }})"), &[])
        .await;
    let done = page.wait_until("the lab is done", async || {
        let done = page.eval("return lab.done", &[]).await;
        (!done.is_null()).then_some(done)
    });
    let done = done.await;
    assert_eq!(done["error"], Value::Null, "{script}");
    done["result"].clone()
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
