//! Playgrounds in frames of another site's page: their messages to each other, when they run, what they load.

use fantoccini::Locator;
use serde_json::{Value, json};

use crate::harness::{Page, Reply, Site, is_firefox, without_worker};
use crate::playground::RUN;

/// A page of another origin: a frame, with this many pixels of room above and below, and all messages to the page.
/// Variables for the driver's scripts are declared with `var`, since in Firefox they see nothing else.
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

/// Waits until the host has received this many messages; returns all of them.
async fn heard(page: &Page, count: usize) -> Vec<Value> {
    page.wait_until(&format!("{count} messages are heard"), async || {
        let heard = page.eval("return heard", &[]).await;
        heard.as_array().filter(|all| all.len() >= count).cloned()
    })
    .await
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_frame_tells_its_size_only_to_a_page_that_says_hello() {
    let site = Site::serve();
    let host = Site::serve_page(host(&site, "#/downloads?embed=1&pace=instant", 0));
    let page = Page::blank(&site).await;
    open(&page, &format!("http://{}/", host.address)).await;
    // None of these is a greeting of the page around it; the last one is a greeting, but of a page beside it.
    let noise = "for (const it of [null, 7, 'hello', [], {}, { type: 'hello' }, { interleave: 2, type: 'hello' },
             { interleave: 1, type: 'size' }, { interleave: 1, type: 'run' }, { interleave: 1, type: 'theme', theme: 'dark' }])
           say(it);
         const beside = document.createElement('iframe'); document.body.append(beside);
         beside.contentWindow.eval(`parent.frames[0].postMessage({ interleave: 1, type: 'hello' }, '*')`)";
    page.eval(noise, &[]).await;
    page.eval("say({ interleave: 1, type: 'hello' })", &[])
        .await;
    // Messages keep their order, so nothing was sent before.
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
    // Messages before the greeting have had no effect.
    inside(&page, async || {
        assert_eq!(page.text("[data-test=status]").await, "ready");
        let theme = "return document.documentElement.dataset.theme ?? null";
        assert_eq!(page.eval(theme, &[]).await, json!(null));
    })
    .await;

    // At this height, it has nothing to scroll. It reports each of its sizes as its parts load.
    let fit = "const [, { height }] = heard.at(-1); document.querySelector('iframe').height = height; return height";
    let over = "return document.scrollingElement.scrollHeight - innerHeight";
    let height = page
        .wait_until("all of it is seen", async || {
            let height = page.eval(fit, &[]).await.as_f64()?;
            let over = inside(&page, async || page.eval(over, &[]).await).await;
            (over == json!(0)).then_some(height)
        })
        .await;
    assert!((300.0..1500.0).contains(&height), "{height}");
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
        // Less, where there is a scrollbar beside it: it is no longer as high as it asks for.
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
    open(&page, &format!("http://{}/", host.address)).await;
    inside(&page, async || {
        page.wait_for_end().await;
        assert_eq!(page.shown().await.totals, ["38.0 s", "25.0 s", "25.0 s"]);
    })
    .await;
    page.assert_quiet().await;
}

/// Whether the picture of a page for frames, or of an element, has been drawn.
const PICTURE: &str = "const it = document.querySelector('picture img, interleave-playground img'); return it.complete && it.naturalWidth";

/// The requests for files of the app: its starter, its glue, its modules.
fn of_the_app(site: &Site) -> Vec<String> {
    let is_of_it = |path: &String| {
        path.ends_with(".wasm") || path.starts_with("start-") || path.starts_with("interleave-")
    };
    site.requests().into_iter().filter(is_of_it).collect()
}

/// Does something within the frame that a selector finds.
async fn within<T>(page: &Page, selector: &str, work: impl AsyncFnOnce() -> T) -> T {
    let what = format!("`{selector}` is there");
    let find = async || page.client().find(Locator::Css(selector)).await.ok();
    let frame = page.wait_until(&what, find).await;
    frame.enter_frame().await.expect("a frame");
    let done = work().await;
    page.client().enter_parent_frame().await.expect("the page");
    done
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn an_article_with_five_is_whole_before_any_of_them_has_loaded() {
    let site = Site::serve();
    let slugs = ["downloads", "weather", "locks", "task-group", "timeouts"];
    let frames = slugs.map(|slug| {
        format!(
            "<iframe src='{}{slug}/embed.html#?embed=1' width=600 height=500></iframe>",
            site.url()
        )
    });
    // Not lazy: the test is about what the frames themselves delay.
    let host = Site::serve_page(format!(
        "<!doctype html><title>Host</title><body><div style='height:4000px'></div>{}",
        frames.concat()
    ));
    let page = Page::blank(&site).await;
    let host = format!("http://{}/", host.address);
    page.client().goto(&host).await.expect("the host's page");
    for place in 1..=slugs.len() {
        within(&page, &format!("iframe:nth-of-type({place})"), async || {
            page.wait_until("the picture is there", async || {
                (page.eval(PICTURE, &[]).await == json!(960)).then_some(())
            })
            .await;
            let over =
                "const root = document.scrollingElement; return root.scrollHeight - innerHeight";
            assert_eq!(page.eval(over, &[]).await, json!(0));
        })
        .await;
    }
    // Five pages have been shown, and drawn more than once.
    page.next_frame().await;
    page.next_frame().await;
    assert_eq!(of_the_app(&site), Vec::<String>::new());
    page.eval("document.querySelector('iframe').scrollIntoView()", &[])
        .await;
    within(&page, "iframe", async || {
        page.wait_for_playground().await;
        page.wait_for_none(".static").await;
        let hash = page.eval("return location.hash", &[]).await;
        assert_eq!(hash, json!("#/downloads?embed=1"));
    })
    .await;
    assert!(!of_the_app(&site).is_empty());
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_picture_of_a_frame_says_if_its_numbers_are_not_those_of_the_link() {
    let site = Site::serve_altered(|path, reply| match path.starts_with("start-") {
        true => Reply {
            body: Vec::new(),
            ..reply
        },
        false => without_worker(path, reply),
    });
    let page = Page::blank(&site).await;
    for (settings, says, shows) in [
        ("embed=1", false, true),
        (
            "embed=1&theme=dark&autoplay=1&predict=1&speed=2&panels=race,log",
            false,
            true,
        ),
        ("seconds_per_mb=0.25&embed=1", true, true),
        ("only=bounded&embed=1", true, true),
        ("seed=7&embed=1&panels=claims,code", true, false),
    ] {
        page.visit(&format!("downloads/embed.html#?{settings}"))
            .await;
        page.wait_for_text("h1", "downloads").await;
        let is_seen = async |selector: &str| {
            let seen = "return getComputedStyle(document.querySelector(arguments[0])).visibility === 'visible'";
            page.eval(seen, &[json!(selector)]).await
        };
        assert_eq!(
            is_seen(".embed-picture img").await,
            json!(shows),
            "{settings}"
        );
        if shows {
            assert_eq!(is_seen("figcaption span").await, json!(says), "{settings}");
        }
    }
    // If the link asks for the whole page, or for another playground, it does not show this picture.
    page.visit("downloads/embed.html#/weather?embed=1").await;
    page.wait_for_none(".static").await;
}

/// A page of another origin, as strict as can be, with a playground as an element far below.
fn host_of_element(site: &Site, policy: &str) -> String {
    format!(
        "<!doctype html><meta http-equiv=Content-Security-Policy content=\"{policy}\"><title>Host</title>
         <body><img alt='' width=10 height=4000>
         <interleave-playground src='{0}downloads/embed.html#?embed=1' title='Playground: File downloads' height=560>
         <a href='{0}downloads/'><img src='{0}downloads/race.svg' alt='Five downloads' width='100%' height=560></a>
         </interleave-playground><script src='{0}embed/host.js'></script>",
        site.url()
    )
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn an_element_is_a_picture_until_its_playground_has_started() {
    let site = Site::serve();
    let origin = site
        .url()
        .split("/some")
        .next()
        .expect("an origin")
        .to_owned();
    let policy = format!(
        "default-src 'none'; script-src {origin}; frame-src {origin}; img-src {origin}; base-uri 'none'"
    );
    let host = Site::serve_page(host_of_element(&site, &policy));
    let page = Page::blank(&site).await;
    let host = format!("http://{}/", host.address);
    page.client().goto(&host).await.expect("the host's page");
    let element = "document.querySelector('interleave-playground')";
    page.wait_until("the element is known", async || {
        let known = "return customElements.get('interleave-playground') !== undefined";
        (page.eval(known, &[]).await == json!(true)).then_some(())
    })
    .await;
    page.next_frame().await;
    page.next_frame().await;
    assert_eq!(page.eval("return frames.length", &[]).await, json!(0));
    assert_eq!(of_the_app(&site), Vec::<String>::new());
    let height = format!("return {element}.getBoundingClientRect().height");
    assert_eq!(page.eval(&height, &[]).await, json!(560));

    page.eval(&format!("{element}.scrollIntoView()"), &[]).await;
    page.wait_for_none("interleave-playground img").await;
    within(&page, "interleave-playground iframe", async || {
        page.wait_for_playground().await;
        let fits =
            "const root = document.scrollingElement; return root.scrollHeight <= innerHeight";
        page.wait_until("it is as high as it asks for", async || {
            (page.eval(fits, &[]).await == json!(true)).then_some(())
        })
        .await;
        page.click(RUN).await;
        page.wait_for("[data-test=total]").await;
    })
    .await;
    let title = page
        .eval("return document.querySelector('iframe').title", &[])
        .await;
    assert_eq!(title, json!("Playground: File downloads"));

    // Removed and inserted again, it begins anew.
    let move_it = format!(
        "const it = {element}; it.remove(); window.left = it.childElementCount; document.body.append(it)"
    );
    page.eval(&move_it, &[]).await;
    assert_eq!(page.eval("return left", &[]).await, json!(1));
    page.eval(&format!("{element}.scrollIntoView()"), &[]).await;
    within(&page, "interleave-playground iframe", async || {
        page.wait_for_playground().await
    })
    .await;
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn an_element_stays_a_picture_where_no_frame_is_allowed() {
    let site = Site::serve();
    let policy = "default-src 'none'; script-src *; img-src *";
    let host = Site::serve_page(host_of_element(&site, policy));
    let page = Page::blank(&site).await;
    let host = format!("http://{}/", host.address);
    page.client().goto(&host).await.expect("the host's page");
    page.eval(
        "document.querySelector('interleave-playground').scrollIntoView()",
        &[],
    )
    .await;
    page.wait_until("a frame was refused", async || {
        (page.eval("return frames.length", &[]).await == json!(1)).then_some(())
    })
    .await;
    page.next_frame().await;
    page.wait_until("the picture is there", async || {
        (page.eval(PICTURE, &[]).await == json!(960)).then_some(())
    })
    .await;
    // It can be pressed: the refused frame does not cover it.
    page.click("interleave-playground a").await;
    page.wait_for_text("h1", "downloads").await;
}

/// Frames and the pages around them agree on heights before anything has loaded, so that nothing moves.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn frames_are_as_high_as_hosts_are_told() {
    let site = Site::serve();
    let page = Page::blank(&site).await;
    page.viewport(interleave_site::FRAME_WIDTH, 900);
    let mut wrong = Vec::new();
    for entry in interleave_playgrounds::Entry::all() {
        let slug = entry.slug;
        page.visit(&format!("{slug}/embed.html#?embed=1")).await;
        page.wait_for_playground().await;
        page.wait_for(".legend-row > *").await;
        page.next_frame().await;
        let script = "return document.getElementById('app').getBoundingClientRect().height";
        let height = page.eval(script, &[]).await.as_f64().expect("a height");
        let said = interleave_site::frame_height(entry).expect("a run");
        println!("{slug}: {height}, said {said}");
        if (height - f64::from(said)).abs() > 24.0 {
            wrong.push(slug);
        }
    }
    assert_eq!(wrong, Vec::<&str>::new());
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
    // How far anything has moved that is not where the reader has just pressed.
    let watch = "window.moved = 0; new PerformanceObserver(list => { for (const it of list.getEntries())
        if (!it.hadRecentInput) window.moved += it.value; }).observe({ type: 'layout-shift', buffered: true })";
    if !is_firefox() {
        page.eval(watch, &[]).await;
    }
    for figure in ["interleave-playground", "body > main > iframe"] {
        let scroll = "document.querySelector(arguments[0]).scrollIntoView()";
        page.eval(scroll, &[json!(figure)]).await;
        let frame = match figure {
            "interleave-playground" => "interleave-playground > iframe",
            frame => frame,
        };
        within(&page, frame, async || {
            page.wait_for_playground().await;
            // By the worker too, which requests all files once more to keep them.
            let kept =
                "return !navigator.serviceWorker || navigator.serviceWorker.controller !== null";
            page.wait_until("the worker is there", async || {
                (page.eval(kept, &[]).await == json!(true)).then_some(())
            })
            .await;
        })
        .await;
    }
    // The script beside them has set the heights of both.
    let fits = "return [...document.querySelectorAll('iframe')].every(frame => {
        const page = frame.contentDocument.scrollingElement; return page.scrollHeight <= frame.clientHeight + 2; })";
    page.wait_until("both are seen whole", async || {
        (page.eval(fits, &[]).await == json!(true)).then_some(())
    })
    .await;
    if !is_firefox() {
        let moved = page.eval("return window.moved", &[]).await.as_f64();
        println!("layout shift of the article: {moved:?}");
        assert!(moved < Some(0.02), "{moved:?}");
    }
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
