//! Playgrounds in frames of another site's page: what the two tell each other, when they run, what they load.

use fantoccini::Locator;
use serde_json::{Value, json};

use crate::harness::{Page, Site};
use crate::playground::RUN;

/// A page of another origin: a frame, with so much room above and below, and all that is said to the page. What the driver's
/// scripts use there is `var`, since in Firefox they see nothing else.
fn host(site: &Site, hash: &str, room: u32) -> String {
    format!(
        "<!doctype html><title>Host</title><body><div style='height:{room}px'></div>
         <iframe src='{}{hash}' width=600 height=700></iframe><iframe></iframe><div style='height:{room}px'></div>
         <script>
           var heard = [];
           addEventListener('message', ({{ origin, data }}) => heard.push([origin, data]));
           var say = (data) => frames[0].postMessage(data, '*');
         </script>",
        site.url()
    )
}

/// Opens the page, and waits for the playground in its frame.
async fn open(page: &Page, address: &str) {
    page.client().goto(address).await.expect("the host's page");
    inside(page, async || page.wait_for_playground().await).await;
}

/// Does something within the first frame.
async fn inside<T>(page: &Page, work: impl AsyncFnOnce() -> T) -> T {
    page.client().enter_frame(0).await.expect("a frame");
    let done = work().await;
    page.client().enter_parent_frame().await.expect("the page");
    done
}

/// Waits until the host has heard so many messages; all of them.
async fn heard(page: &Page, count: usize) -> Vec<Value> {
    page.wait_until(&format!("{count} messages are heard"), async || {
        let heard = page.eval("return heard", &[]).await;
        heard.as_array().filter(|all| all.len() >= count).cloned()
    })
    .await
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_frame_tells_its_size_to_who_says_hello_and_to_nobody_else() {
    let site = Site::serve();
    let host = Site::serve_page(host(&site, "#/downloads?embed=1&pace=instant", 0));
    let page = Page::blank(&site).await;
    open(&page, &format!("http://{}/", host.address)).await;
    // None of these is a greeting of the page around it; the last one is, but of one beside it.
    let noise = "for (const it of [null, 7, 'hello', [], {}, { type: 'hello' }, { interleave: 2, type: 'hello' },
             { interleave: 1, type: 'size' }, { interleave: 1, type: 'run' }, { interleave: 1, type: 'theme', theme: 'dark' }])
           say(it);
         const beside = document.createElement('iframe'); document.body.append(beside);
         beside.contentWindow.eval(`parent.frames[0].postMessage({ interleave: 1, type: 'hello' }, '*')`)";
    page.eval(noise, &[]).await;
    page.eval("say({ interleave: 1, type: 'hello' })", &[])
        .await;
    // Messages keep their order, so nothing was said before.
    let first = heard(&page, 1).await;
    assert_eq!(first.len(), 1);
    let origin = site
        .url()
        .split("/some")
        .next()
        .expect("an origin")
        .to_owned();
    assert_eq!(first[0][0], json!(origin));
    assert_eq!(first[0][1]["interleave"], json!(1));
    assert_eq!(first[0][1]["type"], json!("size"));
    // What was asked before the greeting has had no effect.
    inside(&page, async || {
        assert_eq!(page.text("[data-test=status]").await, "ready");
        let theme = "return document.documentElement.dataset.theme ?? null";
        assert_eq!(page.eval(theme, &[]).await, json!(null));
    })
    .await;

    // So high, it has nothing to scroll.
    let fit = "const [, { height }] = heard.at(-1); document.querySelector('iframe').height = height; return height";
    let height = page.eval(fit, &[]).await.as_f64().expect("a number");
    assert!((300.0..1500.0).contains(&height), "{height}");
    inside(&page, async || {
        let over = "return document.scrollingElement.scrollHeight - innerHeight";
        page.wait_until("all of it is seen", async || {
            (page.eval(over, &[]).await == json!(0)).then_some(())
        })
        .await;
    })
    .await;
    // A narrow one is higher.
    page.eval("document.querySelector('iframe').width = 320", &[])
        .await;
    page.wait_until("the new size is told", async || {
        let told = page
            .eval("return heard.at(-1)[1].height", &[])
            .await
            .as_f64();
        told.filter(|&told| told > height)
    })
    .await;

    page.eval(
        "say({ interleave: 1, type: 'theme', theme: 'dark' }); say({ interleave: 1, type: 'run' })",
        &[],
    )
    .await;
    inside(&page, async || {
        page.wait_for_end().await;
        page.wait_for("[data-theme=dark]").await;
        let wide = "return document.scrollingElement.scrollWidth - innerWidth";
        // Less, where a scrollbar stands beside it: it is not as high as it asks for any more.
        assert!(page.eval(wide, &[]).await.as_f64() <= Some(0.0));
    })
    .await;
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_frame_runs_while_it_is_seen() {
    let site = Site::serve();
    let host = Site::serve_page(host(
        &site,
        "#/downloads?speed=0.25&embed=1&autoplay=1",
        4000,
    ));
    let page = Page::blank(&site).await;
    open(&page, &format!("http://{}/", host.address)).await;
    let status = async |word: &str| {
        inside(&page, async || {
            page.wait_for_text("[data-test=status]", word).await
        })
        .await;
    };
    let scroll = async |to: u32| page.eval("scrollTo(0, arguments[0])", &[json!(to)]).await;
    page.next_frame().await;
    page.next_frame().await;
    status("ready").await;
    scroll(3900).await;
    status("running").await;
    scroll(0).await;
    status("paused").await;
    scroll(3900).await;
    status("running").await;
    // What the reader has paused stays so.
    inside(&page, async || page.click(RUN).await).await;
    scroll(0).await;
    page.next_frame().await;
    scroll(3900).await;
    page.next_frame().await;
    status("paused").await;
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn where_nothing_is_to_move_the_finished_run_is_shown() {
    let site = Site::serve();
    let host = Site::serve_page(host(&site, "#/downloads?speed=0.25&embed=1&autoplay=1", 0));
    let page = Page::blank(&site).await;
    page.emulate_media(&[("prefers-reduced-motion", "reduce")]);
    if page
        .eval(
            "return matchMedia('(prefers-reduced-motion: reduce)').matches",
            &[],
        )
        .await
        != json!(true)
    {
        eprintln!("SKIPPED: this browser's driver cannot ask for stillness");
        return;
    }
    open(&page, &format!("http://{}/", host.address)).await;
    inside(&page, async || {
        page.wait_for_end().await;
        assert_eq!(page.shown().await.totals, ["38.0 s", "25.0 s", "25.0 s"]);
    })
    .await;
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn two_in_an_article_share_one_download() {
    let site = Site::serve_kept();
    let page = Page::blank(&site).await;
    page.client()
        .goto(&format!("{}embed/demo.html", site.url()))
        .await
        .expect("the article");
    let client = page.client();
    let count = client
        .find_all(Locator::Css("iframe"))
        .await
        .expect("frames")
        .len();
    assert_eq!(count, 2);
    for frame in 0..count {
        let scroll = "document.querySelectorAll('iframe')[arguments[0]].scrollIntoView()";
        page.eval(scroll, &[json!(frame)]).await;
        client.enter_frame(frame as u16).await.expect("a frame");
        page.wait_for_playground().await;
        // By the worker too, which asks for all files once more to keep them.
        let kept = "return !navigator.serviceWorker || navigator.serviceWorker.controller !== null";
        page.wait_until("the worker is there", async || {
            (page.eval(kept, &[]).await == json!(true)).then_some(())
        })
        .await;
        client.enter_parent_frame().await.expect("the page");
    }
    // The script beside them has made both as high as they are.
    let fits = "return [...document.querySelectorAll('iframe')].every(frame => {
        const page = frame.contentDocument.scrollingElement; return page.scrollHeight <= frame.clientHeight + 2; })";
    page.wait_until("both are seen whole", async || {
        (page.eval(fits, &[]).await == json!(true)).then_some(())
    })
    .await;
    let requests = site.requests();
    let wasm: Vec<_> = requests
        .iter()
        .filter(|path| path.ends_with(".wasm"))
        .collect();
    let mut each = wasm.clone();
    each.sort();
    each.dedup();
    assert!(!wasm.is_empty() && wasm.len() == each.len(), "{wasm:?}");
    page.assert_quiet().await;
}
