//! A browser that is used by one test after another keeps nothing of the one before.

use serde_json::json;

use crate::harness::{Page, Site, is_firefox};

/// The traces that a page of the site finds in its browser.
const FIND: &str = "return (async () => ({
    stored: [localStorage.length, sessionStorage.length, document.cookie],
    databases: (await indexedDB.databases()).length,
    caches: await caches.keys(),
    workers: (await navigator.serviceWorker.getRegistrations()).length,
    size: [innerWidth, innerHeight],
    dark: matchMedia('(prefers-color-scheme: dark)').matches,
    past: history.length,
    focus: document.hasFocus(),
}))()";

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_page_finds_nothing_of_the_one_before() {
    let site = Site::serve_with_worker();
    // Browsers are kept as long as any page is open.
    let _other = Page::blank(&site).await;
    let page = Page::open(&site, "").await;
    page.wait_until_kept().await;
    page.viewport(360, 740);
    page.emulate_media(&[("prefers-color-scheme", "dark")]);
    let leave = "localStorage.left = sessionStorage.left = 1;
        document.cookie = 'left=1';
        console.error('left');
        open('about:blank');
        return new Promise(done => { indexedDB.open('left').onsuccess = () => done() })";
    page.eval(leave, &[]).await;
    drop(page);

    let page = Page::blank(&site).await;
    let windows = page.client().windows().await.expect("windows");
    assert_eq!(windows.len(), 1);
    // Of the site, but without a script of it.
    let address = format!("{}sw.js", site.url());
    page.client().goto(&address).await.expect("a file");
    let found = page.eval(FIND, &[]).await;
    assert_eq!(found["stored"], json!([0, 0, ""]));
    assert_eq!(found["databases"], 0);
    assert_eq!(found["caches"], json!([]));
    assert_eq!(found["workers"], 0);
    assert_eq!(found["dark"], false);
    if !is_firefox() {
        assert_eq!(found["size"], json!([1280, 800]));
        // At most about:blank, and the file.
        assert!(found["past"].as_u64() <= Some(2), "{found}");
        assert_eq!(found["focus"], true);
    }
    // The browser requests an icon of the file in vain, and reports that.
    let said = page.console();
    assert!(
        !said.iter().any(|entry| entry.message.contains("left")),
        "{said:?}"
    );
}
