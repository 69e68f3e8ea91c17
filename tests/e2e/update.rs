//! A new version is put on the host: readers get it, completely, and open pages of the old one keep working.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::harness::{Page, Site, dist};
use crate::live::assert_ends;
use crate::playground::RUN;

/// A folder that is gone when dropped.
struct Version(PathBuf);

impl Drop for Version {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The folder of a version's files, as its worker names it.
fn folder_of(site: &Path) -> String {
    let worker = fs::read_to_string(site.join("sw.js")).expect("the worker");
    let (_, rest) = worker.split_once("FOLDER = \"").expect("the folder");
    rest.split_once('/').expect("its end").0.to_owned()
}

/// A copy of the site as another version: its folder, the title, and the names of the style sheets and of the starter differ.
fn second_version(name: &str) -> Version {
    let (from, to) = (
        dist(),
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name),
    );
    let _ = fs::remove_dir_all(&to);
    let old = folder_of(&from);
    let mut names = vec![(old.clone(), "files-0123456789abcdef".to_owned())];
    for entry in fs::read_dir(&from).expect("the site") {
        let name = entry
            .expect("a file")
            .file_name()
            .into_string()
            .expect("a name");
        if name.starts_with("style-") || (name.starts_with("start-") && name.ends_with(".js")) {
            let (stem, ending) = name.rsplit_once('.').expect("an ending");
            let stem = stem.rsplit_once('-').expect("a hash").0;
            let last = names.len();
            names.push((
                name.clone(),
                format!("{stem}-0123456789abcde{last}.{ending}"),
            ));
        }
    }
    assert_eq!(names.len(), 4, "{names:?}");
    let renamed = |text: String| {
        let text = names
            .iter()
            .fold(text, |text, (old, new)| text.replace(old, new));
        text.replace("<title>", "<title>2: ")
    };
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let new = to.join(renamed(folder.to_string_lossy().into_owned()));
        fs::create_dir_all(&new).expect("a folder");
        for entry in fs::read_dir(from.join(&folder)).expect("a folder") {
            let name = entry
                .expect("a file")
                .file_name()
                .into_string()
                .expect("a name");
            let path = folder.join(&name);
            if from.join(&path).is_dir() {
                folders.push(path);
            } else if ["index.html", "sw.js", "version.js"].contains(&name.as_str()) {
                let text = fs::read_to_string(from.join(&path)).expect("a text");
                fs::write(new.join(name), renamed(text)).expect("a file");
            } else {
                fs::copy(from.join(&path), new.join(renamed(name))).expect("a file");
            }
        }
    }
    Version(to)
}

impl Page {
    /// The folder of the version that the page is of.
    async fn version(&self) -> String {
        let script = "return document.querySelector('meta[name=files]').content.replace('/', '')";
        let version = self.eval(script, &[]).await;
        version.as_str().expect("a text").to_owned()
    }

    /// Which version each of the page's files is of, by their names: `[true]` if all are of the second one.
    async fn files_of_the_second(&self) -> Value {
        let script = "
            const names = performance.getEntriesByType('resource').map(entry => entry.name);
            const telling = names.filter(name => /files-|style-|start-[0-9a-f]+.js/.test(name));
            return [...new Set(telling.map(name => name.includes('-0123456789abcde')))]";
        self.eval(script, &[]).await
    }

    /// The answer to a request for a file of a version.
    async fn asks_for(&self, folder: &str, name: &str) -> Value {
        let script = "return fetch(arguments[0]).then(answer => answer.status)";
        self.eval(script, &[json!(format!("{folder}/{name}"))])
            .await
    }

    async fn waits_for_update(&self) {
        self.wait_for_text(".notice", "A new version is ready")
            .await;
    }
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn an_update_reaches_every_reader_and_never_mixes_with_the_old() {
    let site = Site::serve_with_worker();
    let second = second_version("update");
    let (old, new) = (folder_of(&dist()), folder_of(&second.0));
    let page = Page::open(&site, "#/downloads?speed=1").await;
    page.wait_until_kept().await;
    let kept_by_others = format!("interleave {}other/ files/", site.url());
    page.eval(
        "return caches.open(arguments[0]).then(() => 0)",
        &[json!(kept_by_others)],
    )
    .await;
    // Meanwhile a run continues in the old page.
    page.click(RUN).await;
    page.wait_for_text("[data-test=status]", "running").await;

    site.deploy(&second.0);
    let client = page.client();
    let first_tab = client.window().await.expect("a tab");
    let tab = client.new_window(true).await.expect("a tab");
    client
        .switch_to_window(tab.handle.clone())
        .await
        .expect("a tab");
    // The very next visit gets the new version, while the old worker is in charge.
    page.goto("#/downloads?pace=instant").await;
    page.wait_for_playground().await;
    assert_eq!(page.version().await, new);
    page.click(RUN).await;
    page.wait_for_end().await;
    // Both are kept as long as a page of each is open.
    page.wait_until("both are kept", async || {
        (page.kept().await.len() == 2).then_some(())
    })
    .await;
    assert_eq!(page.files_of_the_second().await, json!([true]));
    assert_eq!(page.texts(".notice").await, Vec::<String>::new());

    // The old page is notified, is not interrupted, and still gets its own files, which the host no longer has.
    client.switch_to_window(first_tab).await.expect("a tab");
    page.waits_for_update().await;
    page.wait_for_text("[data-test=status]", "running").await;
    assert_eq!(page.version().await, old);
    assert_eq!(page.asks_for(&old, "mock-api.js").await, json!(200));
    // The notice stays on the next page.
    page.goto("#/weather?pace=instant").await;
    page.wait_for("nav [aria-current=page][href='#/weather']")
        .await;
    page.waits_for_update().await;
    page.click(".notice .button").await;
    page.wait_until("the page is of the new version", async || {
        let title = "return document.querySelector('meta[name=files]')?.content";
        let found = page.client().execute(title, vec![]).await.ok()?;
        (found == json!(format!("{new}/"))).then_some(())
    })
    .await;
    page.wait_for_playground().await;
    assert!(page.hash().await.starts_with("#/weather"));
    // When the last page of the old version is closed, its cache is removed; caches of others are not.
    page.wait_until("only the new version is kept", async || {
        (page.kept().await.len() == 1).then_some(())
    })
    .await;
    let names = page.eval("return caches.keys()", &[]).await;
    assert!(names.to_string().contains(&kept_by_others), "{names}");
    assert_eq!(page.texts(".notice").await, Vec::<String>::new());
    page.assert_quiet().await;

    drop(site);
    page.reload().await;
    page.runs_live().await;
    assert_eq!(page.version().await, new);
    assert_eq!(page.files_of_the_second().await, json!([true]));
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn an_update_that_comes_in_part_leaves_the_old_version_whole() {
    let site = Site::serve_with_worker();
    let page = Page::open(&site, "").await;
    page.wait_until_kept().await;
    let second = second_version("in-part");
    let old = folder_of(&dist());
    // A file that no page needs: only a client that loads all files notices.
    fs::write(second.0.join("icons/icon-512.png"), "cut short").expect("a file");
    site.deploy(&second.0);
    let update = "
        const registration = await navigator.serviceWorker.getRegistration();
        await registration.update();
        const worker = registration.installing;
        while (worker?.state === 'installing') await new Promise(done => worker.addEventListener('statechange', done, { once: true }));
        return worker && worker.state";
    let ended = page
        .eval(&format!("return (async () => {{ {update} }})()"), &[])
        .await;
    assert_eq!(ended, json!("redundant"));
    assert_eq!(page.texts(".notice").await, Vec::<String>::new());
    // Online, readers get the host's version all the same.
    page.visit("").await;
    page.wait_for("main").await;
    assert_ne!(page.version().await, old);
    drop(site);
    page.visit("").await;
    page.wait_for("main").await;
    assert_eq!(page.version().await, old);
    assert_eq!(page.files_of_the_second().await, json!([false]));
    page.runs_live().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_page_that_has_lost_its_files_is_told_to_reload() {
    let site = Site::serve_with_worker();
    let page = Page::open(&site, "").await;
    page.wait_until_kept().await;
    let old = page.version().await;
    let second = second_version("lost");
    site.deploy(&second.0);
    let forget = "return caches.keys().then(names => Promise.all(names.map(name => caches.delete(name)))).then(() => 0)";
    page.eval(forget, &[]).await;
    assert_eq!(page.asks_for(&old, "mock-api.js").await, json!(404));
    page.waits_for_update().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_live_run_is_not_cut_short_by_an_update() {
    let site = Site::serve_with_worker();
    let page = Page::open(&site, "#/downloads?pace=live&only=concurrent&files=a.zip,8").await;
    page.wait_until_kept().await;
    let controller = "return navigator.serviceWorker.controller.state";
    page.click(RUN).await;
    page.wait_for_text("[data-test=status]", "running").await;
    let second = second_version("live");
    site.deploy(&second.0);
    page.eval(
        "return navigator.serviceWorker.getRegistration().then(r => r.update()).then(() => 0)",
        &[],
    )
    .await;
    page.wait_for_end().await;
    let lanes = page.shown().await.lanes;
    assert_ends(&lanes, &[("main: done at ", 4.0), ("a.zip: done at ", 4.0)]);
    page.waits_for_update().await;
    assert_eq!(page.eval(controller, &[]).await, json!("activated"));
}

/// The worker reported that it was idle between two requests of a run, so that an update took over in the middle of it.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn an_update_waits_for_a_live_run_of_many_requests_in_any_tab() {
    let site = Site::serve_with_worker();
    let second = second_version("many");
    let files: Vec<_> = (1..=500).map(|n| format!("f{n},5")).collect();
    let run = format!(
        "#/downloads?pace=live&only=sequential&seconds_per_mb=0.02&files={}",
        files.join(";")
    );
    let page = Page::open(&site, &run).await;
    page.wait_until_kept().await;
    let note = "
        window.changedWhile = [];
        navigator.serviceWorker.addEventListener('controllerchange', () =>
            changedWhile.push(document.querySelector('[data-test=status]').innerText))";
    page.eval(note, &[]).await;
    page.click(RUN).await;
    let asked = "return performance.getEntriesByType('resource').filter(e => e.name.includes('/api/file/')).length";
    let some_more_answers = async || {
        let before = page.eval(asked, &[]).await.as_u64();
        page.wait_until("five more have been answered", async || {
            let now = page.eval(asked, &[]).await.as_u64();
            (now > before.map(|before| before + 4)).then_some(())
        })
        .await;
    };
    some_more_answers().await;

    site.deploy(&second.0);
    let update =
        "return navigator.serviceWorker.getRegistration().then(it => it.update()).then(() => 0)";
    page.eval(update, &[]).await;
    page.wait_until("the update is stored", async || {
        let ready = "return navigator.serviceWorker.getRegistration().then(it => !it.installing)";
        (page.eval(ready, &[]).await == json!(true)).then_some(())
    })
    .await;
    some_more_answers().await;
    // Another tab has no run of its own.
    let client = page.client();
    let running = client.window().await.expect("a tab");
    let tab = client.new_window(true).await.expect("a tab");
    client.switch_to_window(tab.handle).await.expect("a tab");
    page.goto("#/weather").await;
    page.wait_for_playground().await;
    client.switch_to_window(running).await.expect("a tab");
    some_more_answers().await;
    let state =
        "return navigator.serviceWorker.getRegistration().then(it => [!!it.waiting, changedWhile])";
    assert_eq!(page.eval(state, &[]).await, json!([true, []]));
    page.wait_for_text("[data-test=status]", "running").await;
    let lanes = page.shown().await.lanes;
    let failed = lanes.iter().filter(|lane| lane.contains("failed"));
    assert_eq!(failed.count(), 0, "{lanes:?}");

    page.click(RUN).await;
    page.wait_for_text("[data-test=status]", "stopped").await;
    page.wait_until("it has taken over", async || {
        let changed = page.eval("return changedWhile.length", &[]).await;
        (changed == json!(1)).then_some(())
    })
    .await;
}

/// A tab that did not answer, being busy or asleep, kept all versions that had ever been stored.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_tab_that_does_not_answer_does_not_keep_old_versions() {
    let site = Site::serve_with_worker();
    let page = Page::open(&site, "").await;
    page.wait_until_kept().await;
    let own = page.kept().await.swap_remove(0);
    let (prefix, _) = own.rsplit_once("files-").expect("the name of a version");
    let pages = prefix
        .trim_end()
        .replacen("interleave", "interleave pages", 1);
    page.wait_until("its version is remembered", async || {
        let remembered =
            "return caches.open(arguments[0]).then(it => it.keys()).then(it => it.length)";
        (page.eval(remembered, &[json!(pages)]).await == json!(1)).then_some(())
    })
    .await;
    let fall_silent = "MessagePort.prototype.postMessage = () => {}";
    page.eval(fall_silent, &[]).await;
    let old = ["old", "older"].map(|name| format!("{prefix}files-{name}/"));
    let store = "return (async () => { for (const name of arguments[0]) await caches.open(name) })().then(() => 0)";
    let store_old = async || page.eval(store, &[json!([old[1], old[0]])]).await;
    let stored = async || {
        let names = page.eval("return caches.keys()", &[]).await;
        old.iter()
            .filter(|name| names.to_string().contains(*name))
            .count()
    };
    store_old().await;
    let tab = page.client().new_window(true).await.expect("a tab");
    page.client()
        .switch_to_window(tab.handle)
        .await
        .expect("a tab");
    page.goto("").await;
    page.wait_until("both are gone", async || {
        (stored().await == 0).then_some(())
    })
    .await;

    // Nothing is known of a silent tab: versions that are recent enough for it stay, and no others.
    store_old().await;
    page.eval("return caches.delete(arguments[0])", &[json!(pages)])
        .await;
    page.reload().await;
    page.wait_until("one is gone", async || (stored().await < 2).then_some(()))
        .await;
    let names = page.eval("return caches.keys()", &[]).await.to_string();
    assert!(names.contains(&old[0]) && names.contains(&own), "{names}");
}
