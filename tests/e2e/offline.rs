//! Without a network after the first visit, and where nothing can be stored; the app as one that can be installed.

use serde_json::{Value, json};

use crate::harness::{Page, Reply, Site, dist};
use crate::live::assert_ends;
use crate::playground::RUN;

/// The caches that hold the whole app: each holds the page, which is stored last.
const KEPT: &str = "
    const address = location.href.split(/[?#]/)[0];
    return (async () => {
        const whole = [];
        for (const name of await caches.keys()) {
            if (await caches.match(address, { cacheName: name })) whole.push(name);
        }
        return whole;
    })()";

const LIVE: &str = "#/weather?pace=live&only=concurrent&cities=Rome,20,sunny,0.2;Oslo,1,snow,0.1";

impl Page {
    /// The names of the caches that hold a whole version.
    pub async fn kept(&self) -> Vec<String> {
        let names = self.eval(KEPT, &[]).await;
        let names = names.as_array().into_iter().flatten();
        names
            .map(|name| name.as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Waits until the worker is in charge and the app needs no network any more.
    pub async fn wait_until_kept(&self) {
        self.wait_until("the app is kept", async || {
            let controlled = "return !!navigator.serviceWorker.controller";
            let ready = self.eval(controlled, &[]).await == json!(true);
            (ready && self.kept().await.len() == 1).then_some(())
        })
        .await;
    }

    /// A live run whose requests the worker answers.
    pub async fn runs_live(&self) {
        self.goto(LIVE).await;
        self.wait_for_text("[data-test=status]", "ready").await;
        // On a busy machine a worker may take longer to start than a page waits for it.
        let is_there = "return navigator.serviceWorker.controller !== null";
        self.wait_until("the worker is in charge", async || {
            (self.eval(is_there, &[]).await == json!(true)).then_some(())
        })
        .await;
        self.click(RUN).await;
        self.wait_for_end().await;
        let lanes = self.shown().await.lanes;
        let main = ("main: done at ", 0.2);
        assert_ends(
            &lanes,
            &[main, ("Rome: done at ", 0.2), ("Oslo: done at ", 0.1)],
        );
        assert_eq!(self.texts(".notice").await, Vec::<String>::new());
    }
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_second_visit_needs_no_network() {
    let site = Site::serve_with_worker();
    let page = Page::open(&site, "").await;
    page.wait_until_kept().await;
    let asked = site.requests();
    assert!(
        asked.iter().all(|path| !path.starts_with('/')),
        "outside of the site: {asked:?}"
    );
    let elsewhere = "caches.open('another app').then(cache => cache.put('x', new Response('x')))";
    page.eval(&format!("return {elsewhere}.then(() => 0)"), &[])
        .await;
    // No server listens there any more.
    drop(site);
    for address in [
        "?utm_source=somebody#/downloads?pace=instant",
        "index.html#/downloads?pace=instant",
        "#/downloads?pace=instant",
    ] {
        page.visit(address).await;
        page.wait_for_playground().await;
        page.click(RUN).await;
        page.wait_for_end().await;
        assert_eq!(
            page.shown().await.totals,
            ["38.0 s", "25.0 s", "25.0 s"],
            "{address}"
        );
    }
    page.open_tab("code").await;
    page.wait_for_text("#panel-code, [role=tabpanel]", "async fn")
        .await;
    page.runs_live().await;
    page.reload().await;
    page.runs_live().await;
    assert_eq!(
        page.eval("return caches.has('another app')", &[]).await,
        json!(true)
    );
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_server_that_fails_or_hangs_is_not_waited_for() {
    use std::sync::{Arc, Condvar, Mutex};
    #[derive(Clone, Copy, PartialEq)]
    enum Server {
        Answers,
        Fails,
        /// Until the test is over.
        Hangs,
    }
    let state = Arc::new((Mutex::new(Server::Answers), Condvar::new()));
    let set = {
        let state = Arc::clone(&state);
        move |new: Server| {
            *state.0.lock().unwrap() = new;
            state.1.notify_all();
        }
    };
    let site = Site::serve_altered(move |_, reply| {
        let (now, changed) = &*state;
        let now = now.lock().unwrap();
        let now = changed.wait_while(now, |now| *now == Server::Hangs);
        match *now.unwrap() {
            Server::Fails => Reply {
                status: 503,
                ..reply
            },
            _ => reply,
        }
    });
    let page = Page::open(&site, "").await;
    page.wait_until_kept().await;
    for trouble in [Server::Fails, Server::Hangs] {
        set(trouble);
        page.visit("#/downloads?pace=instant").await;
        page.wait_for_playground().await;
        page.click(RUN).await;
        page.wait_for_end().await;
    }
    set(Server::Answers);
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn where_nothing_may_be_kept_all_else_works() {
    let denied = "() => Promise.reject(new DOMException('no', 'SecurityError'))";
    let full = "() => Promise.reject(new DOMException('no', 'QuotaExceededError'))";
    for trouble in [
        // Storage is denied altogether, or full.
        format!(
            "for (const name of ['open', 'match', 'keys', 'delete', 'has']) CacheStorage.prototype[name] = {denied};"
        ),
        format!("Cache.prototype.addAll = Cache.prototype.put = {full};"),
    ] {
        let site = Site::serve_altered(move |path, mut reply| {
            if path == "sw.js" {
                reply.body = [trouble.as_bytes(), &reply.body].concat();
            }
            reply
        });
        let page = Page::open(&site, "").await;
        page.runs_live().await;
        page.reload().await;
        page.runs_live().await;
        page.assert_quiet().await;
        assert_eq!(page.kept().await, Vec::<String>::new());
    }
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn can_be_installed() {
    let read = |path: &str| {
        std::fs::read(dist().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    let manifest: Value = serde_json::from_slice(&read("manifest.webmanifest")).expect("JSON");
    for key in ["start_url", "scope"] {
        assert_eq!(manifest[key], "./", "the app may be under any path");
    }
    // It would be resolved against the origin, and two apps of one origin would be one.
    assert_eq!(manifest["id"], Value::Null);
    let mut seen = Vec::new();
    for icon in manifest["icons"].as_array().expect("icons") {
        let text = |key: &str| icon[key].as_str().unwrap_or_default().to_owned();
        let content = read(&text("src"));
        if text("type") == "image/png" {
            let side =
                |at: usize| u32::from_be_bytes(content[at..at + 4].try_into().expect("four"));
            assert_eq!(format!("{}x{}", side(16), side(20)), text("sizes"));
        }
        seen.push(format!("{} {}", text("sizes"), text("purpose")));
    }
    for needed in ["192x192 ", "512x512 ", "512x512 maskable", "any "] {
        assert!(seen.iter().any(|icon| icon == needed), "{needed}: {seen:?}");
    }

    let site = Site::serve_with_worker();
    let page = Page::open(&site, "").await;
    page.wait_for("#app > :not(#loading)").await;
    let links =
        "return [...document.querySelectorAll('link[rel=manifest], link[rel=apple-touch-icon]')]
        .map(link => fetch(link.href).then(answer => answer.status))";
    let fetched = page
        .eval(&format!("return Promise.all((() => {{ {links} }})())"), &[])
        .await;
    assert_eq!(fetched, json!([200, 200]));
    page.assert_quiet().await;
}
