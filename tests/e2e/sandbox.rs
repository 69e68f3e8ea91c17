//! The lab's sandbox: what a program cannot reach, how it is stopped, and that runs repeat.
//!
//! The scripts of `public/lab` are driven from the page by `sandbox/page.js`, which does what `src/web/sandbox.rs` does.

use serde_json::{Value, json};

use crate::harness::{Page, Site};

/// Attempts to get out of it: from Python, and from scripts in the frame and its worker.
const TRIES: [&str; 2] = [
    include_str!("sandbox/tries.py"),
    include_str!("sandbox/tries.js"),
];
/// The prefix of addresses of the server that nothing may request.
const WAY_OUT: &str = "way-out";

/// A page with a frame that has opened, as `window.opened`.
async fn open(site: &Site, options: &str) -> Page {
    let page = Page::open(site, "").await;
    page.eval(include_str!("sandbox/page.js"), &[]).await;
    work(&page, &format!("window.opened = await lab.open({options})")).await;
    page
}

/// Runs a script in the page that takes a while; returns its result.
async fn work(page: &Page, script: &str) -> Value {
    page.eval(&format!("lab.begin(async () => {{ {script} }})"), &[])
        .await;
    let done = page
        .wait_until("the sandbox is done", async || {
            let done = page.eval("return lab.done", &[]).await;
            (!done.is_null()).then_some(done)
        })
        .await;
    assert_eq!(done["error"], Value::Null, "{script}");
    done["result"].clone()
}

/// Runs a program; returns its answer, and all texts by their kinds.
async fn run(page: &Page, source: &str, more: &Value) -> Value {
    let run = format!("return await lab.run(opened, {}, {more})", json!(source));
    let result = work(page, &run).await;
    assert_eq!(result["error"], Value::Null, "{source}");
    result
}

/// Some attempts, with addresses of a site.
fn tries(of: &str, site: &Site) -> String {
    let address = format!("{}{WAY_OUT}", site.url());
    let host = site.url();
    let host = host.split('/').nth(2).expect("a host");
    of.replace("ADDRESS", &address).replace("HOST", host)
}

/// Fails for each attempt that has succeeded.
fn assert_closed(found: &Value, at_least: usize, site: &Site) {
    let found = found.as_object().expect("what each way has come to");
    assert!(found.len() >= at_least, "{found:?}");
    let out: Vec<_> = found
        .iter()
        .filter(|(_, said)| said.as_str().is_none_or(|said| said.starts_with("REACHED")))
        .collect();
    assert!(out.is_empty(), "{out:?}");
    assert_nothing_came(site);
}

fn assert_nothing_came(site: &Site) {
    let requests = site.requests();
    let out: Vec<_> = requests
        .iter()
        .filter(|path| path.contains(WAY_OUT))
        .collect();
    assert!(out.is_empty(), "{out:?}");
}

/// Python reaches neither JavaScript nor a network.
async fn reaches_neither_javascript_nor_a_network(page: &Page, site: &Site) {
    let result = run(page, &tries(TRIES[0], site), &json!({})).await;
    let found = result["texts"]["stdout"].as_str().expect("a text");
    assert_closed(&serde_json::from_str(found).expect("JSON"), 20, site);
}

/// From C a program can call a function of Pyodide that runs a script.
async fn runs_no_script_by_a_call_into_pyodide(page: &Page, site: &Site) {
    let source = "
import _ctypes

class Function(_ctypes.CFuncPtr):
    _flags_ = _ctypes.FUNCFLAG_CDECL
    _restype_ = None

script = _ctypes.dlsym(_ctypes.dlopen(None, 0), 'emscripten_run_script')
Function(script)(b\"fetch('ADDRESS-c')\")
print('it ran')
";
    let run = json!(tries(source, site));
    let result = work(page, &format!("return await lab.run(opened, {run})")).await;
    // This Python ends; the next run has another one.
    assert_ne!(result["texts"]["stdout"], json!("it ran\n"));
    let next = self::run(page, "print('next')", &json!({})).await;
    assert_eq!(next["texts"]["stdout"], json!("next\n"));
    assert_nothing_came(site);
}

/// A worker that is not closed: only the policy of its frame and the opaque origin remain.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_policy_alone_keeps_a_worker_in() {
    let site = Site::serve();
    let script = tries(TRIES[1], &site)
        + "
self.onmessage = async ({ data }) => {
  if (data.does === 'start') return postMessage({ is: 'ready' });
  if (data.does !== 'run') return;
  postMessage({ is: 'said', kind: 'answer', text: JSON.stringify(await tryAll({ ...TRIES, ...TRIES_OF_WORKERS })) });
};";
    let page = Page::open(&site, "").await;
    page.eval(include_str!("sandbox/page.js"), &[]).await;
    let script = json!(script);
    let open = format!(
        "window.opened = await lab.open({{ isPlain: true }}, {{ worker: () => {script} }})"
    );
    work(&page, &open).await;
    let result = run(&page, "", &json!({})).await;
    assert_closed(&result["answer"], 20, &site);
}

/// The frame runs none of the program, but even if it did, the program would reach no more.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_frame_is_closed_as_well() {
    let site = Site::serve();
    let script = tries(TRIES[1], &site)
        + "
const port = self.interleavePort;
port.onmessage = async ({ data }) => {
  if (data.does === 'open') return port.postMessage({ is: 'open' });
  const found = await tryAll({ ...TRIES, ...TRIES_OF_DOCUMENTS });
  port.postMessage({ is: 'answer', id: data.id, answer: JSON.stringify(found) });
  // The frame around it allows no frame of any address.
  location.href = 'ADDRESS-self';
};";
    let script = json!(tries(&script, &site));
    let page = Page::open(&site, "").await;
    page.eval(include_str!("sandbox/page.js"), &[]).await;
    let open = format!("window.opened = await lab.open({{}}, {{ frame: () => {script} }})");
    work(&page, &open).await;
    let result = run(&page, "", &json!({})).await;
    assert_closed(&result["answer"], 30, &site);
    // The page is unchanged, and a request later what the frame has requested would have arrived.
    page.eval("return fetch('index.html').then(() => 0)", &[])
        .await;
    assert_eq!(
        page.eval("return typeof lab.open", &[]).await,
        json!("function")
    );
    assert_nothing_came(&site);
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn no_global_but_the_language_is_left_in_a_worker() {
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    page.eval(include_str!("sandbox/page.js"), &[]).await;
    // Sent past the worker's own listener, which has closed it by then.
    let script = json!(
        "
const post = postMessage.bind(self);
const gone = 'eval fetch XMLHttpRequest WebSocket EventSource WebTransport Worker SharedWorker importScripts indexedDB caches \
         navigator cookieStore BroadcastChannel MessageChannel RTCPeerConnection Request Response Blob URL location postMessage \
         addEventListener close origin setInterval FileReaderSync';
self.addEventListener('message', ({ data }) => {
  if (data.does !== 'run') return;
  const left = gone.split(' ').filter((name) => name in self && self[name] !== undefined);
  post({ is: 'said', kind: 'stdout', text: left.join() });
});
"
    );
    let open =
        format!("window.opened = await lab.open({{}}, {{ worker: (own) => {script} + own }})");
    work(&page, &open).await;
    let result = run(&page, "print('ran')", &json!({})).await;
    assert_eq!(result["texts"]["stdout"], json!("ran\n"));
}

/// Programs that do not end by themselves, and the lines in which they are stopped.
/// On a slow machine that may be between two steps, in the line that runs the loop.
const ENDLESS: [(&str, &str, &[u64]); 8] = [
    (
        "a loop",
        "import asyncio\nasync def main():\n    await asyncio.sleep(1)\n    while True:\n        pass\nasyncio.run(main())",
        &[4, 5],
    ),
    (
        "a loop outside of asyncio",
        "n = 0\nwhile True:\n    n += 1",
        &[2, 3],
    ),
    (
        "turns without time",
        "import asyncio\nasync def main():\n    while True:\n        await asyncio.sleep(0)\nasyncio.run(main())",
        &[3, 4, 5],
    ),
    (
        "hours",
        "import asyncio\nasync def main():\n    while True:\n        await asyncio.sleep(60)\nasyncio.run(main())",
        &[3, 4, 5],
    ),
    (
        "memory",
        "import asyncio\nasync def main():\n    kept = []\n    while True:\n        kept.append(bytearray(10_000_000))\nasyncio.run(main())",
        &[4, 5, 6],
    ),
    (
        "more memory than there is",
        "import asyncio\nasync def main():\n    kept = bytearray(2_000_000_000)\nasyncio.run(main())",
        &[3],
    ),
    (
        "a long call in C",
        "import asyncio\nasync def main():\n    await asyncio.sleep(1)\n    print('before')\n    sum(range(10 ** 12))\nasyncio.run(main())",
        &[5],
    ),
    (
        "a loop that catches everything",
        "import asyncio\nasync def main():\n    while True:\n        try:\n            while True:\n                pass\n        except BaseException:\n            pass\nasyncio.run(main())",
        &[3, 4, 5, 6, 7, 8],
    ),
];

/// A program that does not end is stopped, and the page says in which line.
async fn is_stopped_and_says_where(page: &Page) {
    for (name, source, lines) in ENDLESS {
        // The time limit of a run in the lab. A program that fills the memory ends by itself, which takes a busy machine a
        // while.
        let wall = if name.contains("memory") { 30 } else { 4 };
        let result = run(page, source, &json!({ "wall": wall })).await;
        let answer = &result["answer"];
        assert_eq!(answer["state"], json!("stopped"), "{name}: {answer}");
        let line = answer["line"].as_u64().unwrap_or_default();
        assert!(lines.contains(&line), "{name}: {answer}");
        assert_ne!(answer["why"], json!(""), "{name}");
    }
}

/// A reader stops a run; its output so far is kept.
async fn is_stopped_by_a_reader(page: &Page) {
    let source = "import asyncio\nasync def main():\n    print('begun', flush=True)\n    await asyncio.sleep(1)\n    while True:\n        pass\nasyncio.run(main())";
    let script = format!(
        "const running = lab.run(opened, {}, {{ wall: 60 }});
         const hear = opened.hear;
         opened.hear = (data) => {{
           hear(data);
           if (data.kind === 'stdout') opened.port.postMessage({{ does: 'stop' }});
         }};
         return await running",
        json!(source)
    );
    let result = work(page, &script).await;
    assert_eq!(result["answer"]["state"], json!("stopped"));
    assert_eq!(result["texts"]["stdout"], json!("begun\n"));
    let next = run(page, "print('next')", &json!({})).await;
    assert_eq!(next["texts"]["stdout"], json!("next\n"));
}

/// Each run has a Python of its own, and making the first one takes longer than most runs.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn one_run_after_another_reaches_nothing_and_is_stopped() {
    let site = Site::serve();
    let page = open(&site, "").await;
    is_stopped_by_a_reader(&page).await;
    is_stopped_and_says_where(&page).await;
    page.assert_quiet().await;
    reaches_neither_javascript_nor_a_network(&page, &site).await;
    runs_no_script_by_a_call_into_pyodide(&page, &site).await;
}

/// Iterates over sets and prints addresses, which differ between Pythons, draws numbers, and reads the clock.
const TELLING: &str = r#"
import asyncio
import datetime
import random
import time
import uuid


async def work(n):
    await asyncio.sleep(random.random())
    print(n, time.time(), datetime.datetime.now(), random.getrandbits(64), hash(f"task {n}"))


async def main():
    tasks = {asyncio.create_task(work(n), name=f"task {n}") for n in range(20)}
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    print(sorted(task.get_name() for task in done), {"a", "b", "c", "d"}, uuid.uuid4())
    await asyncio.gather(*tasks)


asyncio.run(main())
"#;

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_run_repeats_to_the_byte_from_a_snapshot_and_without() {
    let site = Site::serve();
    let page = open(&site, "").await;
    let first = run(&page, TELLING, &json!({})).await;
    assert_eq!(first["answer"]["state"], json!("finished"), "{first}");
    assert!(
        first["texts"]["recording"]
            .as_str()
            .expect("a recording")
            .len()
            > 1000
    );
    assert_eq!(
        run(&page, TELLING, &json!({})).await,
        first,
        "the same Python"
    );
    work(&page, "window.snapshot = opened.snapshot; opened.frame.remove(); window.opened = await lab.open({ snapshot })").await;
    let says = page
        .eval("return opened.says.map(({ is }) => is)", &[])
        .await;
    assert_eq!(says, json!(["here", "open"]), "no other snapshot is made");
    assert_eq!(
        run(&page, TELLING, &json!({})).await,
        first,
        "a snapshot that was kept"
    );
    work(
        &page,
        "opened.frame.remove(); window.opened = await lab.open({ isPlain: true })",
    )
    .await;
    assert_eq!(
        run(&page, TELLING, &json!({})).await,
        first,
        "without a snapshot"
    );
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_bad_snapshot_is_made_anew() {
    let site = Site::serve();
    let page = open(&site, "{ snapshot: new Blob([new ArrayBuffer(65536)]) }").await;
    let says = page
        .eval("return opened.says.map(({ is }) => is)", &[])
        .await;
    assert!(says.to_string().contains("bad snapshot"), "{says}");
    let result = run(&page, "print('ran')", &json!({})).await;
    assert_eq!(result["texts"]["stdout"], json!("ran\n"));
}

/// Pyodide reports no failure to set up WebAssembly: the worker does.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_start_that_fails_in_webassembly_says_why() {
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    page.eval(include_str!("sandbox/page.js"), &[]).await;
    let script = "
        const worker = (own) => own.replace(
            'WebAssembly.instantiate(await module, imports)',
            'Promise.reject(new Error(\"no instance\"))',
        );
        return await lab.open({}, { worker }).then(() => 'it has started', String)";
    let said = work(&page, script).await;
    let said = said.as_str().expect("a text");
    assert!(said.contains("no instance"), "{said}");
}

/// A visit that never opens the lab loads nothing of it, nor does the service worker keep it.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn nothing_of_it_is_loaded_or_kept_before_the_lab_is_opened() {
    let site = Site::serve_with_worker();
    let page = Page::open(&site, "").await;
    let script = "return caches.keys().then(async (names) => {
        const whole = await Promise.all(names.map(async (name) => (await caches.open(name)).match(location.href)));
        return whole.some(Boolean);
    })";
    page.wait_until("the version is kept", async || {
        (page.eval(script, &[]).await == json!(true)).then_some(())
    })
    .await;
    let loaded = site.requests();
    let loaded: Vec<_> = loaded
        .iter()
        .filter(|path| path.contains("/lab/"))
        .collect();
    assert!(loaded.is_empty(), "{loaded:?}");
    page.assert_quiet().await;
}
