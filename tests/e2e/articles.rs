//! The page of each playground, which can be read without the app, and in which the app then starts.

use serde_json::{Value, json};

use crate::chunks::{late, without_page};
use crate::harness::{Page, Reply, Site, without_worker};
use crate::playground::RUN;

/// The article, until the app has replaced it.
const ARTICLE: &str = "#app > .static article";

/// A site whose app never starts.
pub fn without_app() -> Site {
    Site::serve_altered(
        |path, reply| match path.starts_with("start-") && path.ends_with(".js") {
            true => Reply {
                body: Vec::new(),
                ..reply
            },
            false => without_worker(path, reply),
        },
    )
}

impl Page {
    /// The whole address that is shown, without the site's own.
    async fn place(&self, site: &Site) -> String {
        let url = self.client().current_url().await.expect("an address");
        let place = url.as_str().strip_prefix(&site.url());
        place.expect("an address of the site").to_owned()
    }

    /// The result of a script about an article, that is, the file of a playground's page; `html` is its document.
    async fn of_article(&self, slug: &str, script: &str) -> Value {
        let script = format!(
            "return fetch(arguments[0] + '/').then(answer => answer.text()).then(text => {{
                // The policy of the page that parses it allows no base.
                const html = new DOMParser().parseFromString(text.replace('<base href=\"../\">', ''), 'text/html');
                const texts = selector => [...html.querySelectorAll(selector)].map(e => e.textContent);
                return {script};
            }})"
        );
        self.eval(&script, &[json!(slug)]).await
    }
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_app_takes_the_place_of_an_article() {
    let site = Site::serve();
    let page = Page::open(&site, "downloads/").await;
    page.wait_for_playground().await;
    page.wait_for_none(".static").await;
    assert_eq!(page.place(&site).await, "#/downloads");
    page.click(RUN).await;
    page.wait_for_end().await;
    // It finds what else it loads: sources, and other playgrounds.
    page.open_tab("code").await;
    page.wait_for_text("[role=tabpanel]", "async fn").await;
    page.goto("#/weather").await;
    page.wait_for_text("h1", "Weather").await;
    page.assert_quiet().await;
    let requests = site.requests();
    assert!(
        requests.iter().all(|path| !path.starts_with('/')),
        "{requests:?}"
    );
    let strays: Vec<_> = requests
        .iter()
        .filter(|path| path.starts_with("downloads/"))
        .collect();
    assert!(
        strays
            .iter()
            .all(|path| ["downloads/index.html", "downloads/race.svg"].contains(&path.as_str())),
        "{strays:?}"
    );
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn settings_are_read_from_the_hash() {
    let site = Site::serve();
    let page = Page::blank(&site).await;
    let settings = "seconds_per_mb=0.25&pace=instant";
    for link in [
        format!("downloads/#?{settings}"),
        format!("downloads/index.html#?{settings}"),
        format!("downloads/#/downloads?{settings}"),
        format!("#/downloads?{settings}"),
    ] {
        page.visit(&link).await;
        page.wait_for_playground().await;
        page.click(RUN).await;
        page.wait_for_end().await;
        assert_eq!(page.shown().await.totals[0], "19.0 s", "{link}");
        assert_eq!(
            page.place(&site).await,
            format!("#/downloads?{settings}").as_str(),
            "{link}"
        );
    }
    // Another playground than that of the page.
    page.visit("downloads/#/weather?seed=7").await;
    page.wait_for_text("h1", "Weather").await;
    assert_eq!(page.place(&site).await, "#/weather?seed=7");
    page.visit("downloads/#/").await;
    page.wait_for(".app:not(.static) .hero").await;
    assert_eq!(page.place(&site).await, "#/");
    page.visit("downloads/#?embed=1").await;
    page.wait_for(".embedded").await;
    page.assert_quiet().await;
}

/// Every file of the app but the page may be missing.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn an_article_is_read_without_the_app() {
    let site = Site::serve_altered(|path, reply| match path.ends_with(".wasm") {
        true => Reply::not_found(),
        false => without_worker(path, reply),
    });
    let page = Page::open(&site, "weather/").await;
    page.wait_for_text("#failure h2", "could not be loaded")
        .await;
    assert_readable(&page, "Weather").await;
    // Links into the app are hidden, and links to other articles are there.
    page.wait_for_none(".to-live").await;
    page.click("a[rel=next]").await;
    page.wait_for_text(".static h1", "Fetching").await;
    // On another page than a playground's, the failure page replaces the article, as always.
    page.visit("#/weather").await;
    page.wait_for_text("#failure h1", "could not be loaded")
        .await;
    assert_eq!(page.texts(ARTICLE).await, Vec::<String>::new());
    // The start page leads to all articles.
    page.visit("").await;
    page.wait_for_text("#failure h2", "could not be loaded")
        .await;
    page.wait_for_text(".static h1", "See async run").await;
    page.click(".cards li:last-child a").await;
    page.wait_for(ARTICLE).await;
}

/// If the app stops, the article takes its place again, as long as it is of the same playground.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn an_article_comes_back_when_the_app_stops() {
    let site = Site::serve();
    let page = Page::open(&site, "weather/").await;
    page.wait_for_playground().await;
    page.wait_for_none(".static").await;
    page.eval("interleaveFail('it stopped')", &[]).await;
    page.wait_for_text("#failure pre", "it stopped").await;
    assert_readable(&page, "Weather").await;
    assert_eq!(page.texts(".controls").await, Vec::<String>::new());
    page.click("#failure button:first-of-type").await;
    page.wait_for_playground().await;

    page.visit("weather/").await;
    page.wait_for_playground().await;
    page.goto("#/downloads").await;
    page.wait_for_text("h1", "downloads").await;
    page.eval("interleaveFail('it stopped')", &[]).await;
    page.wait_for_text("#failure h1", "stopped").await;
    assert_eq!(page.texts(ARTICLE).await, Vec::<String>::new());
}

/// A chunk is missing without which the page cannot be shown: the article stays, and says what is missing.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn an_article_stays_while_a_chunk_is_missing() {
    let site = Site::serve_altered(|path, reply| match path.starts_with("weather-") {
        true => Reply::not_found(),
        false => without_worker(path, reply),
    });
    let page = Page::open(&site, "weather/").await;
    page.wait_for_text("#missing", "not arrived yet").await;
    assert_readable(&page, "Weather").await;
}

/// A chunk that loads later is missing: the article says so, and so it is shown again below the race.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn an_article_comes_back_while_the_words_of_the_app_are_missing() {
    let site = without_page();
    let page = Page::open(&site, "weather/").await;
    page.wait_for_text("#missing", "not arrived yet").await;
    page.wait_for(RUN).await;
    page.wait_for_text("#meanwhile h2", "What it shows").await;
    page.wait_for_text("#meanwhile .listing", "await").await;
    // The app has the title and the race already.
    for doubled in ["#meanwhile h1", "#meanwhile figure", "#meanwhile .to-live"] {
        page.wait_for_none(doubled).await;
    }
    page.click(RUN).await;
    page.wait_for_end().await;
    page.goto("#/downloads").await;
    page.wait_for_text("h1", "downloads").await;
    page.wait_for_none("#meanwhile").await;

    // The article is removed once the chunk has loaded.
    let site = late("page", 1);
    let page = Page::blank(&site).await;
    let watch = "window.came = false; new MutationObserver(() => { window.came ||= !!document.getElementById('meanwhile'); })
        .observe(document, { childList: true, subtree: true })";
    page.goto("weather/").await;
    page.eval(watch, &[]).await;
    page.wait_for("[data-test=export]").await;
    page.wait_for_none("#meanwhile, #missing").await;
    assert_eq!(page.eval("return window.came", &[]).await, json!(true));
}

/// Pages that are no playground's have titles for chats, too, and the app replaces them.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_app_takes_the_place_of_every_page() {
    let site = Site::serve();
    let page = Page::blank(&site).await;
    for (path, hash, shown) in [
        ("choose/", "#/choose", ".questions"),
        ("recording/", "#/recording", "[data-test=choose-recording]"),
        ("lab/", "#/lab", ".lab-program"),
        (
            "lab/#?program=lost-update",
            "#/lab?program=lost-update",
            ".lab-program",
        ),
    ] {
        page.visit(path).await;
        page.wait_for(shown).await;
        page.wait_for_none(".static").await;
        assert_eq!(page.place(&site).await, hash, "{path}");
    }
    page.assert_quiet().await;
}

/// On a phone the picture is shown whose words can be read there, and nothing can be scrolled sideways.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_picture_fits_a_phone() {
    let site = without_app();
    let page = Page::blank(&site).await;
    page.viewport(390, 844);
    for path in ["downloads/", "weather/", "downloads/embed.html#?embed=1"] {
        page.visit(path).await;
        page.wait_until("the narrow picture is there", async || {
            let drawn = "const it = document.querySelector('.race-picture img'); return it.complete && it.naturalWidth";
            (page.eval(drawn, &[]).await == json!(420)).then_some(())
        })
        .await;
        let wide =
            "return document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth";
        assert_eq!(page.eval(wide, &[]).await, json!(0), "{path}");
    }
}

/// On paper a page is an article, before and after the app: light, without controls, with nothing cut off.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn pages_are_printed_as_articles() {
    let site = Site::serve();
    for (is_app, site) in [(false, without_app()), (true, site)] {
        let page = Page::open(&site, "downloads/").await;
        if is_app {
            page.wait_for_playground().await;
            page.open_tab("code").await;
            page.wait_for_text("[role=tabpanel]", "async fn").await;
        }
        page.eval("document.documentElement.dataset.theme = 'dark'", &[])
            .await;
        page.emulate_paper();
        let colour = "return getComputedStyle(document.body).backgroundColor";
        assert_eq!(page.eval(colour, &[]).await, json!("rgb(255, 255, 255)"));
        let controls = "return [...document.querySelectorAll('nav, .controls, .params, .to-live, [role=tab], button:not(.lane)')]
            .filter(it => it.checkVisibility()).map(it => it.outerHTML.slice(0, 100))";
        assert_eq!(page.eval(controls, &[]).await, json!([]), "app: {is_app}");
        let cut = "return [...document.querySelectorAll('pre, .table-scroll, [role=tabpanel]')].filter(it => {
            const { overflowX, overflowY } = getComputedStyle(it);
            return it.checkVisibility() && (it.scrollWidth > it.clientWidth + 1 && overflowX !== 'visible'
                || it.scrollHeight > it.clientHeight + 1 && overflowY !== 'visible');
        }).map(it => it.className)";
        assert_eq!(page.eval(cut, &[]).await, json!([]), "app: {is_app}");
    }
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn pages_are_read_without_scripts() {
    let site = Site::serve();
    let page = Page::blank(&site).await;
    page.turn_scripts_off();
    page.visit("weather/").await;
    assert_readable(&page, "Weather").await;
    page.click("a[rel=next]").await;
    page.wait_for_text("h1", "Fetching").await;
    page.click(".brand").await;
    page.wait_for_text("h1", "See async run").await;
    assert_eq!(page.place(&site).await, "");
    page.click(".cards li:last-child a").await;
    page.wait_for(ARTICLE).await;
    let requests = site.requests();
    assert!(
        requests
            .iter()
            .all(|path| !path.ends_with(".wasm") || !path.starts_with('/')),
        "{requests:?}"
    );
}

/// The article is visible, with its picture.
async fn assert_readable(page: &Page, title: &str) {
    page.wait_for(ARTICLE).await;
    page.wait_for_text(".static h1", title).await;
    page.wait_until("the picture is there", async || {
        let drawn = "const it = document.querySelector('.race-picture img'); return it.complete && it.naturalWidth";
        (page.eval(drawn, &[]).await == json!(960)).then_some(())
    })
    .await;
    page.wait_for_text(".listing", "await").await;
}

/// No text of an article differs from the app's. The sentences that it has of a story are part of the app's.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn articles_say_what_the_app_says() {
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    for slug in [
        "downloads",
        "weather",
        "locks",
        "producer-consumer-sentinel",
    ] {
        page.go_to_playground(slug, "pace=instant").await;
        page.click(RUN).await;
        page.wait_for_end().await;
        page.open_tab("story").await;
        page.wait_for(".story li").await;
        for selector in [
            "h1",
            ".subtitle",
            ".lead",
            ".refs li",
            ".claim h3",
            ".claim .num",
            ".claim .says",
            ".claim .formula",
            ".course-foot strong",
        ] {
            let app = page
                .eval(
                    "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)",
                    &[json!(selector)],
                )
                .await;
            let article = page
                .of_article(slug, &format!("texts('main {selector}')"))
                .await;
            assert_eq!(article, app, "{slug}: {selector}");
        }
        let totals = page.texts("[data-test=total]").await;
        let takes = page
            .of_article(slug, "texts('.totals td:nth-of-type(2)')")
            .await;
        let takes: Vec<_> = takes
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        assert_eq!(takes.len(), totals.len(), "{slug}");
        for (takes, total) in takes.iter().zip(&totals) {
            assert!(
                takes.ends_with(total.as_str()),
                "{slug}: {takes} and {total}"
            );
        }
        let told = page
            .of_article(slug, "texts('.sentences li:not(.left-out)')")
            .await;
        let app = "return [...document.querySelectorAll('.story li')].map(e =>
            e.querySelector('time').textContent + ' ' + e.querySelector('.text').textContent)";
        let app = page.eval(app, &[]).await;
        let app = app.as_array().expect("a list");
        let told = told.as_array().expect("a list");
        assert!(told.len() > 4, "{slug}: {told:?}");
        for sentence in told {
            assert!(
                app.contains(sentence),
                "{slug}: {sentence} is none of {app:?}"
            );
        }
    }
    page.assert_quiet().await;
}

/// Offline the app serves as well, so neither articles nor pictures are kept, and none is fetched for that.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn offline_the_app_replaces_articles() {
    let site = Site::serve_with_worker();
    // The start page shows a picture itself, until the app has started.
    let page = Page::open(&site, "#/downloads").await;
    page.wait_until_kept().await;
    let requests = site.requests();
    let is_article = |path: &&String| {
        path.ends_with(".png") && !path.starts_with("icons/")
            || path.contains("/race.")
            || path.contains("article")
    };
    assert_eq!(requests.iter().find(is_article), None);
    drop(site);
    page.visit("downloads/").await;
    page.wait_for_playground().await;
    assert_eq!(page.hash().await, "#/downloads");
    page.visit("weather/index.html").await;
    page.wait_for_text("h1", "Weather").await;
}
