//! The mock API: the same answers from the service worker and from the stand-in inside the page.

use serde_json::{Value, json};

use crate::harness::{Page, Reply, Site};
use crate::live::assert_ends;

/// Sets `ask` for later scripts: the browser's `fetch` with a worker in charge, or the stand-in.
const BY_WORKER: &str = "
    return navigator.serviceWorker.register('sw.js').then(async () => {
        if (!navigator.serviceWorker.controller)
            await new Promise(done => navigator.serviceWorker.addEventListener('controllerchange', done, { once: true }));
        window.ask = (url, init) => fetch(url, init);
        return location.origin;
    })";
const BY_PAGE: &str = "
    return new Promise(done => {
        const script = document.createElement('script');
        script.src = document.querySelector('meta[name=files]').content + 'mock-api.js';
        script.onload = done;
        document.head.append(script);
    }).then(() => { window.ask = interleaveMock.fetch; return location.origin })";

/// The fields of an answer, or the name of the error.
const ASK: &str = "
    const start = performance.now();
    const seconds = () => (performance.now() - start) / 1000;
    const [url, init] = arguments;
    return ask(url, init ?? {}).then(async response => {
        const text = await response.text();
        const header = name => response.headers.get(name);
        return { status: response.status, type: header('Content-Type'), mark: header('X-Interleave-Mock'),
            length: header('Content-Length'), bytes: text.length, text, seconds: seconds() };
    }).catch(error => ({ error: error.name, seconds: seconds() }))";

/// The site, opened, with `ask` set; once each way.
async fn both_ways() -> [(Site, Page); 2] {
    let mut ways = Vec::new();
    for way in [BY_WORKER, BY_PAGE] {
        let site = Site::serve_with_worker();
        let page = Page::open(&site, "").await;
        page.wait_for("#app > :not(#loading)").await;
        page.eval(way, &[]).await;
        ways.push((site, page));
    }
    ways.try_into().ok().expect("two")
}

async fn ask(page: &Page, url: &str) -> Value {
    page.eval(ASK, &[json!(url)]).await
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn every_answer_is_the_same_with_and_without_a_worker() {
    for (site, page) in both_ways().await {
        let json_of = |answer: &Value| -> Value {
            assert_eq!(answer["type"], "application/json", "{answer}");
            assert_eq!(answer["length"], answer["bytes"].to_string(), "{answer}");
            serde_json::from_str(answer["text"].as_str().unwrap_or_default()).expect("JSON")
        };
        let answers = |url: &'static str, status: u16| {
            let page = &page;
            async move {
                let answer = ask(page, url).await;
                assert_eq!(answer["status"], status, "{url}: {answer}");
                assert_eq!(answer["mark"], "1", "{url}: {answer}");
                answer
            }
        };
        let late = |answer: &Value, seconds: f64| {
            let took = answer["seconds"].as_f64().unwrap_or_default();
            assert!(took >= seconds, "{answer}");
        };
        let url = |path: &str| format!("{}{path}", site.url());

        let delayed = answers("api/delay/0.3", 200).await;
        assert_eq!(
            json_of(&delayed),
            json!({ "url": url("api/delay/0.3"), "delay": 0.3 })
        );
        late(&delayed, 0.3);

        for status in [200, 203, 404, 418, 500, 599] {
            let path: &'static str = Box::leak(format!("api/status/{status}").into_boxed_str());
            assert_eq!(
                json_of(&answers(path, status).await),
                json!({ "status": status })
            );
        }
        assert_eq!(answers("api/status/204", 204).await["bytes"], 0);
        let down = answers("api/status/503?delay=0.2&url=x", 503).await;
        assert_eq!(json_of(&down), json!({ "status": 503 }));
        late(&down, 0.2);
        // An answer without a body is delayed as a whole.
        late(&answers("api/status/204?delay=0.2", 204).await, 0.2);

        let echoed = answers("api/json?a=1&b=x%20y", 200).await;
        let expected =
            json!({ "url": url("api/json?a=1&b=x%20y"), "args": { "a": "1", "b": "x y" } });
        assert_eq!(json_of(&echoed), expected);

        let bytes = answers("api/bytes/100000?delay=0.2", 200).await;
        assert_eq!(
            [&bytes["bytes"], &bytes["length"]],
            [&json!(100_000), &json!("100000")]
        );
        late(&bytes, 0.2);
        assert_eq!(answers("api/bytes/0", 200).await["bytes"], 0);

        let sun = "api/weather/New%20York?delay=0.1&fails=0&temp=-2.5&description=clear%20sky";
        let weather = answers(sun, 200).await;
        let expected =
            json!({ "city": "New York", "temperature": -2.5, "description": "clear sky" });
        assert_eq!(json_of(&weather), expected);
        late(&weather, 0.1);
        let failed = answers("api/weather/Tokyo?delay=0.1&fails=1", 504).await;
        assert_eq!(json_of(&failed), json!({ "error": "Network timeout" }));
        late(&failed, 0.1);

        let file = answers("api/file/video.mp4?bytes=5000&seconds=0.5", 200).await;
        assert_eq!(file["bytes"], 5000);
        late(&file, 0.5);

        let redirected = answers("api/redirect/3", 200).await;
        assert_eq!(json_of(&redirected)["url"], json!(url("api/json")));

        let fails = ask(&page, "api/fail?delay=0.2").await;
        assert_eq!(fails["error"], "TypeError", "{fails}");
        late(&fails, 0.2);

        assert_eq!(
            json_of(&answers("api/ping", 200).await),
            json!({ "here": true })
        );

        for wrong in [
            "api/delay/x",
            "api/delay/-1",
            "api/delay/1e9",
            "api/status/99",
            "api/status/2.5",
            "api/status/200?delay=-1",
            "api/bytes/1e99",
            "api/weather/%E0%A4%A",
            "api/weather/x?temp=warm",
            "api/redirect/21",
            "api/file/x?bytes=1.5",
        ] {
            let answer = answers(wrong, 400).await;
            assert!(json_of(&answer)["error"].is_string(), "{wrong}: {answer}");
        }
        answers("api/nothing", 404).await;
        answers("api/toString", 404).await;
        let posted = page
            .eval(ASK, &[json!("api/json"), json!({ "method": "POST" })])
            .await;
        assert_eq!(posted["status"], 405, "{posted}");

        // None of these requests went to the server.
        assert!(
            site.requests().iter().all(|path| !path.starts_with("api/")),
            "{:?}",
            site.requests()
        );
    }
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_file_arrives_piece_by_piece() {
    for (_site, page) in both_ways().await {
        let script = "return ask('api/file/x?bytes=10000&seconds=1').then(async response => {
            const reader = response.body.getReader();
            const pieces = [];
            for (;;) {
                const { done, value } = await reader.read();
                if (done) return pieces;
                pieces.push(value.length);
            }
        })";
        let pieces = page.eval(script, &[]).await;
        let pieces: Vec<u64> = pieces
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_u64)
            .collect();
        assert_eq!(pieces.iter().sum::<u64>(), 10_000);
        // Even a busy machine receives several pieces; a body in one piece would be no progress.
        assert!(pieces.len() >= 4, "{pieces:?}");
    }
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn aborts_reach_the_api() {
    for (_site, page) in both_ways().await {
        let script = "
            const abort = new AbortController();
            const { signal } = abort;
            const urls = ['api/delay/60', 'api/bytes/9?delay=60', 'api/weather/x?delay=60', 'api/file/x?bytes=9&seconds=60'];
            const read = async response => {
                const reader = response.body.getReader();
                while (!(await reader.read()).done);
            };
            const asked = urls.map(url => ask(url, { signal }).then(read).then(() => 'answered', error => error.name));
            const unanswered = ask('api/fail?delay=60', { signal }).then(() => 'answered', error => error.name);
            const begun = () => ask('api/streams').then(response => response.json()).then(({ begun }) => begun);
            const abortAll = async () => {
                while (await begun() < urls.length);
                abort.abort();
            };
            return Promise.all([...asked, unanswered, abortAll()]).then(ends => ends.slice(0, -1))";
        let ends = page.eval(script, &[]).await;
        assert_eq!(ends, json!(vec!["AbortError"; 5]));
        page.wait_until("four bodies are cancelled", async || {
            let counts = ask(&page, "api/streams").await;
            let counts: Value = serde_json::from_str(counts["text"].as_str()?).ok()?;
            (counts["cancelled"] == 4).then_some(())
        })
        .await;
    }
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn nothing_waits_for_a_worker_that_does_not_come() {
    let weather = "#/weather?pace=live&only=concurrent&cities=A,1,sunny,0.1;B,2,rainy,0.2,true";
    let never = "() => new Promise(() => {})";
    let no_mark = "async () => new Response('<!doctype html>')";
    let hooks = [
        // As in private windows and with blockers.
        "navigator.serviceWorker.register = async () => { throw new DOMException('no', 'SecurityError') }".to_owned(),
        format!("navigator.serviceWorker.register = {never}"),
        // An insecure origin.
        "Object.defineProperty(Navigator.prototype, 'serviceWorker', { value: undefined })".to_owned(),
        // A worker that is there and hangs, and one of another app.
        format!("const own = fetch; window.fetch = (url, init) => url === 'api/ping' ? ({never})() : own(url, init)"),
        format!("const own = fetch; window.fetch = (url, init) => url === 'api/ping' ? ({no_mark})() : own(url, init)"),
        // One that answers the ping, and is gone when it matters.
        format!("const own = fetch; window.fetch = (url, init) => String(url).startsWith('api/w') ? ({no_mark})() : own(url, init)"),
    ];
    for (i, hook) in hooks.iter().enumerate() {
        let site = Site::serve_with_script(hook);
        let page = Page::open(&site, weather).await;
        page.click("[data-test=run]").await;
        page.wait_for_end().await;
        let lanes = page.shown().await.lanes;
        let main = ("main: done at ", 0.2);
        assert_ends(
            &lanes,
            &[main, ("A: done at ", 0.1), ("B: failed at ", 0.2)],
        );
        let said = page.texts(".notice").await.join(" ");
        // Only the requests themselves reveal the last one.
        assert_eq!(
            said.contains("There is no service worker here"),
            i != hooks.len() - 1,
            "{hook}: {said:?}"
        );
    }
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn says_so_when_there_is_no_answer() {
    let site = Site::serve_altered(|path, reply| match path {
        _ if path == "sw.js" || path.ends_with("mock-api.js") => Reply::not_found(),
        _ => reply,
    });
    let page = Page::open(&site, "#/weather?pace=live").await;
    page.click("[data-test=run]").await;
    page.wait_for_text(".notice.error", "mock-api.js could not be loaded")
        .await;
    page.wait_for_text("[data-test=status]", "ready").await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_page_that_was_reloaded_past_the_worker_is_taken_back() {
    let site = Site::serve_with_worker();
    let page = Page::open(
        &site,
        "#/weather?pace=live&only=concurrent&cities=A,1,sunny,0.1",
    )
    .await;
    let controlled = "return !!navigator.serviceWorker.controller";
    page.click("[data-test=run]").await;
    page.wait_for_end().await;
    assert_eq!(page.eval(controlled, &[]).await, json!(true));
    page.reload_past_the_worker().await;
    page.wait_for_text("[data-test=status]", "ready").await;
    assert_eq!(page.eval(controlled, &[]).await, json!(false));
    page.click("[data-test=run]").await;
    page.wait_for_end().await;
    assert_eq!(page.eval(controlled, &[]).await, json!(true));
    assert_eq!(page.texts(".notice").await, Vec::<String>::new());
    page.assert_quiet().await;
}
