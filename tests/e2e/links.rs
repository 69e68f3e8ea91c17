//! Links: their readers see the sender's run, and no link can do harm.

use serde_json::json;

use crate::harness::{Elsewhere, Page, Site};
use crate::playground::{RUN, slugs};

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_shared_link_shows_the_same_run() {
    let site = Site::serve();
    let page = Page::open(&site, "#/downloads?pace=instant").await;
    page.fill("#field-files-1-size", "7.5").await;
    page.fill("#field-files-0-name", "a, b; c & d + 100 %.txt")
        .await;
    page.click("[data-test=add-row]").await;
    page.click(RUN).await;
    page.wait_for_end().await;
    let (sent, log) = (page.shown().await, page.log().await);
    // (2 + 7.5 + 1 + 15 + 8 + 10) MB, half a second each.
    assert_eq!(sent.totals[..2], ["21.75 s", "7.5 s"]);

    // A headless browser has no clipboard.
    let clipboard = "navigator.clipboard.writeText = async (text) => { window.copied = text; }";
    page.eval(clipboard, &[]).await;
    page.click("[data-test=share]").await;
    page.click("[data-test=share-link]").await;
    page.wait_for_text(".notice", "Link copied").await;
    let link = page.hash().await;
    let copied = page.eval("return window.copied", &[]).await;
    let copied = copied.as_str().expect("a link");
    // The page of which chats can show a picture.
    let whole = format!(
        "{}{}",
        site.url(),
        link.replace("#/downloads?", "downloads/#?")
    );
    assert_eq!(copied, whole);

    let other = Page::blank(&site).await;
    other.client().goto(copied).await.expect("the address");
    other.wait_for_playground().await;
    assert_eq!(other.texts(".notice").await, Vec::<String>::new());
    other.click(RUN).await;
    other.wait_for_end().await;
    assert_eq!(other.shown().await, sent);
    assert_eq!(other.log().await, log);
    other.reload().await;
    other.wait_for_playground().await;
    assert_eq!(other.hash().await, link);
    other.assert_quiet().await;
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn every_playground_s_edits_outlive_a_reload() {
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    for slug in slugs() {
        page.go_to_playground(slug, "pace=instant").await;
        // One more row where there are rows, otherwise the first number a little larger.
        let edit = "const add = document.querySelector('[data-test=add-row]');
             if (add) return add.click();
             const number = document.querySelector('.params input[type=range]');
             number.stepUp(); number.dispatchEvent(new Event('input', { bubbles: true }))";
        page.eval(edit, &[]).await;
        page.wait_for_hash("&").await;
        page.click(RUN).await;
        page.wait_for_end().await;
        let sent = page.shown().await;
        page.reload().await;
        page.wait_for_playground().await;
        page.click(RUN).await;
        page.wait_for_end().await;
        assert_eq!(page.shown().await, sent, "{slug}");
    }
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn no_link_leads_to_a_blank_page() {
    let hostile = [
        "#/nowhere",
        "#/downloads/../../etc/passwd",
        "#/%00%ff%fe",
        "#/downloads?files=%ff%fe,1",
        "#/downloads?files=%E2%28%A1,%",
        "#/downloads?files=",
        "#/downloads?files=a,1e999;b,-1",
        "#/downloads?seconds_per_mb=99999999999999999999999999999999",
        "#/downloads?seconds_per_mb=NaN&speed=Infinity&seed=-1&pace=warp&only=nobody",
        "#/downloads?max_in_flight=0.5",
        "#/downloads?__proto__=1&constructor=2&toString=3",
        "#/basic-tasks?tasks=((((((((((((((((",
        "#/weather?seed=18446744073709551616",
        "#/fetch-urls?urls=!{\"a\":[1,2]}",
        "#/sequential-vs-concurrent?tasks=!null",
    ];
    let site = Site::serve();
    let page = Page::open(&site, "").await;
    for hash in hostile {
        page.visit(hash).await;
        page.wait_for("main h1").await;
        page.wait_for(".notice.error").await;
        page.wait_for_none("#failure").await;
    }
    // Too long for the app, and yet short enough for a browser. It costs no more than a snapshot.
    let long = format!("#/downloads?files={}", "a,1;".repeat(75_000));
    page.visit(&long).await;
    page.wait_for_text(".notice.error", "longer than").await;
    // The page still works.
    page.choose("[data-test=pace]", "instant").await;
    page.click(RUN).await;
    page.wait_for_end().await;
    assert_eq!(page.shown().await.totals, ["38.0 s", "25.0 s", "25.0 s"]);
    // As many rows as a list may have.
    let many = format!(
        "#/basic-tasks?pace=instant&only=gather&tasks={}",
        "a,1;".repeat(9_999)
    );
    page.visit(&format!("{many}z,2")).await;
    page.wait_for_playground().await;
    page.click(RUN).await;
    page.wait_for_end().await;
    assert_eq!(page.shown().await.totals, ["2.0 s"]);
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn texts_of_a_link_are_shown_and_never_run() {
    let texts = [
        "<img src=x onerror=\"window.hacked=1\">",
        "<script>window.hacked=1</script>",
        "javascript:window.hacked=1",
        "\u{202e}{{7*7}}${7*7}",
    ];
    let files = texts.map(|text| {
        let bytes = text.bytes().map(|byte| format!("%{byte:02X}"));
        format!("{},2", bytes.collect::<String>())
    });
    let site = Site::serve();
    let page = Page::open(
        &site,
        &format!("#/downloads?pace=instant&files={}", files.join(";")),
    )
    .await;
    page.wait_for_playground().await;
    page.click(RUN).await;
    page.wait_for_end().await;
    let lanes = page.shown().await.lanes.join("\n");
    let log = page.log().await.join("\n");
    for text in texts {
        // Firefox leaves this mark out of a text as it is shown.
        let text = text.trim_start_matches('\u{202e}');
        assert!(lanes.contains(text), "{text} is not in {lanes}");
        assert!(log.contains(text), "{text} is not in {log}");
    }
    for tab in ["tasks", "numbers", "code"] {
        page.open_tab(tab).await;
    }
    assert_eq!(
        page.eval("return window.hacked ?? null", &[]).await,
        json!(null)
    );
    let strangers =
        "return document.querySelectorAll('img, #app script, [href^=javascript]').length";
    assert_eq!(page.eval(strangers, &[]).await, json!(0));
    page.assert_quiet().await;
}

/// Links that a prankster would write, all opened in one page: `route::tests` has thousands more, without a browser.
fn pranks(elsewhere: &str) -> Vec<String> {
    let values = [
        "%",
        "%00%ff%fe",
        "%F0%9F%98",
        "!%5B%5B%5B%5B",
        "!{\"__proto__\":{\"x\":1}}",
        "!null",
        "-1",
        "1e999",
        "NaN",
        "99999999999999999999999999",
        "((((((((",
        ";;;;,,,,;",
        "<img+src=x+onerror=alert(1)>",
        "javascript:alert(1)",
        "%E2%80%AE%E2%80%8F\u{202e}",
        "a,1;",
    ];
    let fields = "files cities urls tasks items seconds_per_mb max_in_flight seed speed pace only __proto__ p.seed";
    let each = slugs().enumerate().flat_map(|(at, slug)| {
        let fields: Vec<_> = fields.split(' ').collect();
        (0..3).map(move |turn| {
            let pair = |i: usize| {
                let field = fields[(at * 5 + turn * 7 + i * 3) % fields.len()];
                let value = values[(at * 3 + turn * 5 + i) % values.len()];
                format!("{field}={value}")
            };
            format!("#/{slug}?{}&{}&{}", pair(0), pair(1), pair(2))
        })
    });
    let others = [
        String::new(),
        "#".to_owned(),
        "#//evil.example/".to_owned(),
        "#/..%2f..%2fapi/status/500".to_owned(),
        format!("#/{elsewhere}"),
        format!("#/downloads/{elsewhere}?{elsewhere}"),
        // A link whose run would send requests.
        format!("#/fetch-urls?pace=live&real=true&urls={elsewhere}open,0.1,1"),
        format!("#/fetch-urls?pace=live&real=true&run=true&autorun=1&urls={elsewhere}open,0.1,1"),
        format!("#/weather?pace=live&real=true&cities={elsewhere},1,sunny,0.1"),
        format!("#/fetch-urls?urls=!%5B%22{elsewhere}%22%5D"),
    ];
    each.chain(others).collect()
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn hostile_links_leave_the_page_whole_and_send_no_request() {
    let (site, other) = (Site::serve(), Elsewhere::serve());
    let page = Page::open(&site, "#/downloads").await;
    page.wait_for_playground().await;
    page.eval("window.sameDocument = true", &[]).await;
    let links = pranks(&other.url("/"));
    assert!(links.len() >= 48, "{}", links.len());
    // As a link in the page would be opened, without loading it anew.
    let open = "location.hash = arguments[0]";
    // The present state of the page: nothing in it may delay the next link.
    let stands = "return !document.querySelector('#failure') && !!document.querySelector('main h1')
        && window.sameDocument === true && document.body.innerText.length > 200";
    for link in &links {
        page.eval(open, &[json!(link)]).await;
        page.next_frame().await;
        assert_eq!(page.eval(stands, &[]).await, json!(true), "{link}");
    }
    let strangers = "return performance.getEntriesByType('resource').map(entry => entry.name)
        .filter(name => !name.startsWith(arguments[0]))";
    assert_eq!(page.eval(strangers, &[json!(site.url())]).await, json!([]));
    assert_eq!(other.requests(), Vec::<String>::new());
    // The page still works.
    page.eval(open, &[json!("#/downloads?pace=instant")]).await;
    page.wait_for("nav [aria-current=page][href='#/downloads']")
        .await;
    page.click(RUN).await;
    page.wait_for_end().await;
    assert_eq!(page.shown().await.totals, ["38.0 s", "25.0 s", "25.0 s"]);
    page.assert_quiet().await;
}
