//! The web scraper, live: documents that the browser parses, its cache, the reader's own sites, and the table of results.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::harness::{Elsewhere, Page, Setup, Site};
use crate::playground::RUN;

/// Quick limits, for pages of the mock API.
const QUICK: &str =
    "#/web-scraper?pace=live&rate=100&politeness=0&timeout=5&backoff=0.1&attempts=2";

/// One page of each type, and one for each kind of failure.
const PAGES: &str = "&workers=2&connections=2&keywords=async&hosts=a.example,0.05,/no\
    &pages=a.example/one,0.1,Async%20%3Cone%3E%20%26%20more,20,3,0,503\
    ;a.example/two.json,0.1,Two,30,4,0,503\
    ;a.example/three.xml,0.1,Three,40,5,1,503\
    ;a.example/bad.xml,0.1,Bad,1,1,0,503,,true\
    ;a.example/no/x,0.1,No,1,1,0,503\
    ;b.example/gone,0.1,Gone,1,1,1,404";

async fn run(page: &Page, hash: &str) {
    page.goto_ready(hash).await;
    page.click(RUN).await;
    page.wait_for_end().await;
}

/// The documents of the mock API that the browser has requested since the page was loaded.
async fn asked(page: &Page) -> Vec<String> {
    let script = "return performance.getEntriesByType('resource').map(e => e.name)
        .filter(name => name.includes('/api/page/'))
        .map(name => decodeURIComponent(name.split('/api/page/')[1].split('?')[0])).sort()";
    serde_json::from_value(page.eval(script, &[]).await).expect("names")
}

/// How often a document of the mock API was requested.
async fn times(page: &Page, url: &str) -> usize {
    let asked = asked(page).await;
    asked.iter().filter(|asked| *asked == url).count()
}

/// Clicks the head of the column of words; the bars at the top of the page must not cover it.
async fn sort_by_words(page: &Page) {
    let head = "table.documents th:nth-child(4) button";
    let script = "document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })";
    page.eval(script, &[json!(head)]).await;
    page.click(head).await;
}

/// The rows of the table, cell by cell, without the column of times.
async fn rows(page: &Page) -> Value {
    let script = "return [...document.querySelectorAll('table.documents tbody tr')].map(
        row => [...row.cells].slice(0, 7).map(cell => cell.innerText).join('; '))";
    page.eval(script, &[]).await
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn documents_are_fetched_parsed_sorted_and_saved() {
    let site = Site::serve();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("documents");
    // It is not there at first.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let setup = Setup {
        downloads: Some(&folder),
        ..Setup::default()
    };
    let page = Page::set_up(&site, setup).await;
    run(&page, &format!("{QUICK}&only=workers{PAGES}")).await;
    let lanes = page.shown().await.lanes.join("\n");
    for expected in [
        "a.example/one: done at ",
        "a.example/robots.txt: done at ",
        "a.example/three.xml: done at ",
        "a.example/bad.xml: failed at ",
        "a.example/no/x: done at ",
        "b.example/gone: failed at ",
    ] {
        assert!(lanes.contains(expected), "{expected} {lanes}");
    }
    assert_eq!(
        asked(&page).await,
        [
            "a.example/bad.xml",
            "a.example/one",
            "a.example/three.xml",
            "a.example/three.xml",
            "a.example/two.json",
            "b.example/gone",
        ]
    );
    let log = page.log().await.join("\n");
    for expected in [
        "a.example/three.xml: status 503, again in 0.1 s",
        "a.example/bad.xml: malformed XML",
        "a.example/no/x: robots.txt disallows it",
        "Scraped 3 of 6 pages, 1 of them relevant",
    ] {
        assert!(log.contains(expected), "{expected} {log}");
    }
    let claims = page.shown().await.claims;
    assert!(
        !claims.iter().any(|claim| claim.contains("differs")),
        "{claims:?}"
    );

    // By words, then in the other order.
    sort_by_words(&page).await;
    let one = "a.example/one; Async <one> & more; HTML; 20; 3; yes; network";
    let two = "a.example/two.json; Two; JSON; 30; 4; no; network";
    let three = "a.example/three.xml; Three; XML; 40; 5; no; network";
    assert_eq!(rows(&page).await, json!([one, two, three]));
    page.wait_for("table.documents th:nth-child(4)[aria-sort=ascending]")
        .await;
    sort_by_words(&page).await;
    assert_eq!(rows(&page).await, json!([three, two, one]));
    // The heads of the columns stay visible.
    let scrolled = "const box = document.querySelector('.stored .table-scroll');
        box.style.maxHeight = '70px';
        box.scrollTop = 1000;
        const top = element => element.getBoundingClientRect().top;
        return [box.scrollTop > 0, Math.abs(top(box.querySelector('thead th')) - top(box)) < 3]";
    assert_eq!(page.eval(scrolled, &[]).await, json!([true, true]));

    let saved = async |button: &str, name: &str| {
        page.click(&format!("[data-test={button}]")).await;
        let file = folder.join(format!("web-scraper.documents.{name}"));
        let content = page.wait_until("the file is saved", async || {
            fs::read_to_string(&file)
                .ok()
                .filter(|text| !text.is_empty())
        });
        content.await
    };
    let csv = saved("save-csv", "csv").await;
    let lines: Vec<_> = csv.split("\r\n").collect();
    assert_eq!(lines[0], "url,title,type,words,links,relevant,from,at");
    assert!(
        lines[1].starts_with("a.example/three.xml,Three,XML,40,5,no,network,"),
        "{csv}"
    );
    assert_eq!(lines.len(), 5, "{csv}");
    let documents: Value = serde_json::from_str(&saved("save-json", "json").await).expect("JSON");
    assert_eq!(documents[2]["title"], "Async <one> & more");
    assert_eq!(documents[2]["relevant"], true);
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_stopped_run_resumes_from_the_cache_even_after_a_reload() {
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    let pages = |slow: &str| {
        format!(
            "{QUICK}&only=workers&workers=3&connections=3&timeout=60&hosts=![]&keep=true\
             &pages=a.example/1,0.05,One,1,1,0,503;a.example/2.json,0.05,Two,2,2,0,503;b.example/3,{slow},Three,3,3,0,503"
        )
    };
    page.goto(&pages("50")).await;
    page.wait_for_text("[data-test=status]", "ready").await;
    page.click(RUN).await;
    page.wait_until("two documents have come", async || {
        (rows(&page).await.as_array()?.len() == 2).then_some(())
    })
    .await;
    page.click(RUN).await;
    page.wait_for_text("[data-test=status]", "stopped").await;
    page.reload().await;
    run(&page, &pages("0.05")).await;
    assert_eq!(asked(&page).await, ["b.example/3"]);
    sort_by_words(&page).await;
    assert_eq!(
        rows(&page).await,
        json!([
            "a.example/1; One; HTML; 1; 1; no; cache",
            "a.example/2.json; Two; JSON; 2; 2; no; cache",
            "b.example/3; Three; HTML; 3; 3; no; network",
        ])
    );
    // A run that keeps nothing begins anew.
    run(&page, &pages("0.05").replace("&keep=true", "")).await;
    assert_eq!(asked(&page).await.len(), 1 + 3);
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_cancelled_run_asks_again_only_for_what_was_under_way() {
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    // Cancelled late enough for the first one to be loaded, on a busy machine, too.
    let pages = "&pages=a.example/1,0.05,One,1,1,0,503;a.example/2,0.05,Two,2,2,0,503;a.example/3,3.5,Three,3,3,0,503";
    run(
        &page,
        &format!("{QUICK}&only=resumed&workers=1&connections=1&hosts=![]&cancel_after=3{pages}"),
    )
    .await;
    assert_eq!(times(&page, "a.example/1").await, 1);
    let log = page.log().await.join("\n");
    assert!(log.contains("a.example/1: from the cache"), "{log}");
    assert!(log.contains("Scraped 3 of 3 pages"), "{log}");
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn without_a_cache_documents_are_kept_as_long_as_the_run_lasts() {
    let none = "Object.defineProperty(window, 'caches', { get: () => undefined })";
    let site = Site::serve_with_script(none);
    let page = Page::open(&site, "").await;
    let pages = "&pages=a.example/1,0.05,One,1,1,0,503;a.example/2,1.5,Two,2,2,0,503";
    let hash = format!("{QUICK}&only=resumed&workers=1&hosts=![]&cancel_after=1&keep=true{pages}");
    run(&page, &hash).await;
    page.wait_for_text(".notice", "keeps no cache for the page")
        .await;
    let log = page.log().await.join("\n");
    assert!(log.contains("a.example/1: from the cache"), "{log}");
    // The next run knows nothing of this one.
    page.click(RUN).await;
    page.wait_for_end().await;
    assert_eq!(times(&page, "a.example/1").await, 2);
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn sites_of_the_reader_are_asked_as_their_robots_txt_allows() {
    let (site, other) = (Site::serve(), Elsewhere::serve());
    let rows: Vec<_> = ["/open", "/missing", "/open/2"]
        .map(|path| format!("{},0.1,x,1,1,0,503", other.url(path)))
        .into();
    let hash = format!(
        "{QUICK}&only=one_worker&hosts=![]&real=true&pages={}",
        rows.join(";")
    );
    let page = Page::open(&site, "").await;
    page.goto(&hash).await;
    page.wait_for_text("[data-test=status]", "ready").await;
    assert_eq!(other.requests(), Vec::<String>::new());
    page.click(RUN).await;
    page.wait_for_end().await;
    let asked: Vec<_> = other
        .requests()
        .iter()
        .filter_map(|head| head.split([' ', '\n']).nth(1).map(str::to_owned))
        .collect();
    assert_eq!(asked, ["/robots.txt", "/open", "/open/2"]);
    let log = page.log().await.join("\n");
    assert!(log.contains("/missing: robots.txt disallows it"), "{log}");
    assert!(log.contains("Scraped 2 of 3 pages"), "{log}");
}
