//! The reader's own URLs, and the real weather: which requests go to other sites, when, and what the page says of them.

use serde_json::json;

use crate::harness::{Elsewhere, Page, Site};
use crate::playground::RUN;

/// A live run that requests these URLs themselves.
fn link(urls: &[String]) -> String {
    let rows: Vec<_> = urls
        .iter()
        .map(|url| format!("{},0.1,1", url.replace('?', "%3F")))
        .collect();
    format!(
        "#/fetch-urls?pace=live&only=concurrent&real=true&urls={}",
        rows.join(";")
    )
}

/// The result of each task, from the table.
async fn results(page: &Page) -> Vec<String> {
    page.open_tab("tasks").await;
    page.texts("table.tasks tbody tr td:last-child").await
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_link_sends_no_request_before_run_and_run_reports_the_answers() {
    let (site, other) = (Site::serve(), Elsewhere::serve());
    let urls = ["/open?a", "/missing", "/moved", "/closed"].map(|path| other.url(path));
    let page = Page::open(&site, &link(&urls)).await;
    page.eval("document.cookie = 'secret=1'", &[]).await;
    page.wait_for_text("[data-test=status]", "ready").await;
    // Neither opening the page, nor looking around, nor other paces send a request to another site.
    for tab in ["log", "tasks", "numbers", "code"] {
        page.open_tab(tab).await;
    }
    for pace in ["instant", "simulated"] {
        page.choose("[data-test=pace]", pace).await;
        page.click(RUN).await;
        page.wait_for_end().await;
    }
    assert_eq!(other.requests(), Vec::<String>::new());

    page.choose("[data-test=pace]", "live").await;
    page.click(RUN).await;
    page.wait_for_end().await;
    let results = results(&page).await;
    assert_eq!(
        results[1..4],
        ["1234 bytes", "status 404, 9 bytes", "1234 bytes"]
    );
    assert!(results[4].contains("(CORS)"), "{results:?}");
    let log = page.log().await.join("\n");
    assert!(
        log.contains("200 OK, 1234 bytes") && log.contains("404 Not Found, 9 bytes"),
        "{log}"
    );
    assert!(
        log.contains("waiting") && log.contains("receiving"),
        "{log}"
    );

    let heads = other.requests();
    assert_eq!(heads.len(), 5, "{heads:#?}");
    for head in heads {
        let lower = head.to_lowercase();
        assert!(head.starts_with("GET "), "{head}");
        assert!(
            !lower.contains("referer:") && !lower.contains("cookie:"),
            "{head}"
        );
    }
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_site_that_is_down_is_told_of_and_one_that_hangs_is_left_by_stop() {
    let (site, other) = (Site::serve(), Elsewhere::serve());
    let down = Elsewhere::serve().url("/open");
    let page = Page::open(&site, &link(&[down])).await;
    page.click(RUN).await;
    page.wait_for_end().await;
    let told = results(&page).await.swap_remove(1);
    assert!(
        told.starts_with("no answer from 127.0.0.1:") && told.contains("it is down"),
        "{told}"
    );

    page.goto(&link(&[other.url("/slow")])).await;
    page.wait_for_text("[data-test=status]", "ready").await;
    page.click(RUN).await;
    page.wait_until("the site is asked", async || {
        (!other.requests().is_empty()).then_some(())
    })
    .await;
    page.click(RUN).await;
    page.wait_for_text("[data-test=status]", "stopped").await;
    page.wait_until("the request is aborted", async || {
        (other.gone() == 1).then_some(())
    })
    .await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn only_the_web_is_asked_and_not_too_much_of_it() {
    let (site, other) = (Site::serve(), Elsewhere::serve());
    let page = Page::open(&site, "#/fetch-urls?pace=live").await;
    page.wait_for_text("[data-test=status]", "ready").await;
    page.click("#field-real").await;
    page.wait_for_hash("real=true").await;
    for (url, why) in [
        ("ftp://example.org/x", "must begin with http"),
        ("javascript:alert(1)", "must begin with http"),
        ("http://me:secret@example.org/", "must not hold a user name"),
    ] {
        page.fill("#field-urls-0-url", url).await;
        page.wait_for_text("#field-urls-0-url-error", why).await;
    }
    let many: Vec<_> = (0..51).map(|i| other.url(&format!("/open/{i}"))).collect();
    page.visit(&link(&many)).await;
    page.wait_for_text(".notice.error", "at most 50 sites")
        .await;
    assert_eq!(other.requests(), Vec::<String>::new());
}

/// Answers in place of Open-Meteo, which this machine may not reach, by the parameters of the request.
const OPEN_METEO: &str = "
    const own = window.fetch;
    window.asked = [];
    window.fetch = async (url, init) => {
        if (!String(url).includes('open-meteo.com')) return own(url, init);
        asked.push([String(url), init.credentials, init.referrerPolicy]);
        const json = value => new Response(JSON.stringify(value), { headers: { 'Content-Type': 'application/json' } });
        if (String(url).includes('Nowhere')) return json({});
        if (String(url).includes('Refused')) return new Response('no', { status: 429 });
        if (String(url).includes('Blocked')) throw new TypeError('Failed to fetch');
        return String(url).startsWith('https://geocoding-api.open-meteo.com/v1/search?')
            ? json({ results: [{ latitude: 51.5, longitude: -0.12 }] })
            : json({ current: { temperature_2m: 9.5, weather_code: 3 } });
    }";

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_real_weather_is_asked_for_when_chosen_and_failures_are_told() {
    let site = Site::serve_with_script(OPEN_METEO);
    let cities = "London,1,x,0.1;Nowhere,1,x,0.1;Refused,1,x,0.1;Blocked,1,x,0.1";
    let link = format!("#/weather?pace=live&only=concurrent&cities={cities}");
    let page = Page::open(&site, &link).await;
    page.click(RUN).await;
    page.wait_for_end().await;
    let asked = "return asked.length";
    assert_eq!(
        page.eval(asked, &[]).await,
        json!(0),
        "nobody has chosen it"
    );

    page.click("#field-real").await;
    page.wait_for_hash("real=true").await;
    assert_eq!(
        page.eval(asked, &[]).await,
        json!(0),
        "nobody has pressed Run"
    );
    page.click(RUN).await;
    page.wait_until("the run is over", async || {
        let shown = page.results().await;
        shown.first()?.contains("9.5").then_some(())
    })
    .await;
    page.wait_for_end().await;
    let shown = page.results().await;
    assert_eq!(shown[0], "London: 9.5 C, cloudy");
    assert_eq!(shown[1], "Nowhere: Open-Meteo knows no such city");
    assert_eq!(shown[2], "Refused: Open-Meteo answered with status 429");
    assert!(
        shown[3].starts_with("Blocked: no answer from geocoding-api.open-meteo.com"),
        "{shown:?}"
    );
    let first = page.eval("return asked.map(String).sort()[0]", &[]).await;
    assert_eq!(
        first,
        "https://api.open-meteo.com/v1/forecast?latitude=51.5&longitude=-0.12&current=temperature_2m,weather_code,omit,no-referrer"
    );

    let offline = "Object.defineProperty(navigator, 'onLine', { value: false })";
    page.eval(offline, &[]).await;
    page.click(RUN).await;
    page.wait_until("the reader is told", async || {
        let shown = page.results().await;
        shown
            .last()?
            .ends_with("this browser is offline")
            .then_some(())
    })
    .await;
}
