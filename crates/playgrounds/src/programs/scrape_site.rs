//! Scraping a site, after article 4: fetch all pages, parse each, count the links.

use interleave_runtime::{Cx, Request, Result, gather};
use serde_json::{Value, json};

/// A page: how long it takes to come, how long to parse, and how many links are in it.
#[derive(Clone)]
pub struct Page {
    url: String,
    latency: f64,
    parse: f64,
    links: u64,
}

/// The pages of the site.
#[derive(Clone)]
pub struct Params {
    pages: Vec<Page>,
}

async fn fetch_page(cx: Cx, page: Page) -> Result<Page> {
    let request = Request::for_status(&page.url, 200, page.latency);
    cx.fetch(request).await?; // @get
    Ok(page)
}

/// As published: it awaits nothing, so it holds the loop, and no other task can go on.
async fn parse_page(cx: Cx, page: Page) -> Result<u64> {
    cx.block(page.parse);
    cx.done(format!("{} links", page.links));
    Ok(page.links)
}

/// As published: fetch all pages at once, then parse them one after another.
async fn article(cx: &Cx, pages: &[Page]) -> Result<u64> {
    let fetch = |page: &Page| {
        let name = format!("fetch {}", page.url);
        cx.spawn(&name, |cx| fetch_page(cx, page.clone()))
    };
    let pages = gather(pages.iter().map(fetch)).await?; // @gather
    let mut links = 0;
    for page in pages {
        let parse = cx.task(&format!("parse {}", page.url), |cx| parse_page(cx, page));
        links += parse.await?; // @parse article
    }
    Ok(links)
}

/// A thread parses the page, and the loop is free meanwhile.
async fn parse_in_thread(cx: Cx, page: Page) -> Result<u64> {
    cx.to_thread(page.parse).await?; // @thread fixed
    cx.done(format!("{} links", page.links));
    Ok(page.links)
}

/// Each page goes to a thread as soon as it is there.
async fn links_of(cx: Cx, page: Page) -> Result<u64> {
    let [fetch, parse] = ["fetch", "parse"].map(|step| format!("{step} {}", page.url));
    let page = cx.task(&fetch, |cx| fetch_page(cx, page)).await?; // @fetch
    cx.task(&parse, |cx| parse_in_thread(cx, page)).await // @parse
}

/// Repaired: parsing in threads, beside the requests that are still under way.
async fn fixed(cx: &Cx, pages: &[Page]) -> Result<u64> {
    let start = |page: &Page| cx.spawn_bare(|cx| links_of(cx, page.clone()));
    let links = gather(pages.iter().map(start)).await?; // @gather
    Ok(links.into_iter().sum())
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    let links = match mode {
        Mode::Article => article(&cx, &p.pages).await?,
        Mode::Fixed => fixed(&cx, &p.pages).await?,
    };
    cx.print(format!("Found {links} links"));
    Ok(json!({ "links": links }))
}

// The page

use crate::page::*;

params!(Page, url, latency, parse, links);
params!(Params, pages);

const ARTICLE: &str = "The article: ten pages";

playground! {
    title: "Scraping a site",
    subtitle: "Parsing awaits nothing, and blocks the loop",
    lead: "Ten pages are fetched at once. As published, a coroutine then parses them, but it awaits \
           nothing: it holds the loop, one page after another. Repaired, each page goes to a thread \
           as soon as it is there, and the loop stays free.",
    aim: "Find the part of a program that awaits nothing, and move it off the loop.",
    articles: [4],
    strategies: {
        Article: "As published: gather, then parse",
        Fixed: "Repaired: parse in threads",
    },
    outside: Outside::Network,
    own_row: |task| match task.split_once(' ')? {
        ("fetch", url) => Some((url, "latency")),
        ("parse", url) => Some((url, "parse")),
        _ => None,
    },
    draw: draw,
}

/// Draws latencies and parsing times.
fn draw(mut p: Params, seed: u64) -> Params {
    let mut random = fastrand::Rng::with_seed(seed);
    for page in &mut p.pages {
        page.latency = f64::from(random.u32(20..=90)) / 100.0;
        page.parse = f64::from(random.u32(1..=8)) / 100.0;
    }
    p
}

fn fields() -> Vec<Field> {
    let fresh = json!({ "url": "page{n}", "latency": 0.5, "parse": 0.02, "links": 5 });
    let columns = [
        Field::text("url", "URL"),
        Field::seconds("latency", "Delay"),
        Field::seconds("parse", "Parsing"),
        Field::whole("links", "Links", 0, 1_000_000, ""),
    ];
    let pages = Rows::objects("page", fresh, columns);
    vec![Field::rows("pages", "Pages", pages)]
}

fn presets() -> Vec<(&'static str, Params)> {
    let latencies = [0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75];
    let pages = |parse| {
        let page = |(i, latency): (u64, f64)| Page {
            url: format!("page{i}"),
            latency,
            parse,
            links: i + 1,
        };
        Params {
            pages: (0..).zip(latencies).map(page).collect(),
        }
    };
    vec![
        (ARTICLE, pages(0.02)),
        ("Pages that are hard to parse", pages(0.2)),
        ("Parsing takes no time", pages(0.0)),
    ]
}

fn claims(p: &Params, preset: &str) -> Vec<Claim> {
    let at = |page: &Page| in_turn([page.latency]);
    let last = p.pages.iter().map(at).fold(0.0, f64::max);
    let parses: Vec<f64> = p.pages.iter().map(|page| page.parse).collect();
    let (held, parsing) = (
        in_turn(parses.iter().copied()),
        terms(parses.iter().copied(), " + "),
    );
    let slow = in_turn([last].into_iter().chain(parses.iter().copied()));
    let formula = format!("{} + {parsing} = {}", seconds(last), seconds(slow));
    let slow = Mode::Article.takes(
        "as published: the slowest page, then all parsing",
        slow,
        formula,
    );
    let each = |page: &Page| in_turn([page.latency, page.parse]);
    let fast = p.pages.iter().map(each).fold(0.0, f64::max);
    let label = "repaired: the slowest page with its own parsing";
    let formula = format!("max(delay + parsing) = {}", seconds(fast));
    let fast = Mode::Fixed.takes(label, fast, formula);
    let ratio = Claim::speed_up(&slow, &fast);
    let label = "as published: the loop is held";
    let formula = format!("{parsing} = {}", seconds(held));
    let held = Mode::Article
        .claim(Measure::Held, label, held, formula)
        .said(preset == ARTICLE, "await parse_page(html)")
        .but(
            "parse_page is a coroutine, but awaits nothing: while it parses, no other task can \
             go on, and no answer is received.",
        );
    let free = "what computes is in threads";
    let free = Mode::Fixed.claim(Measure::Held, "repaired: the loop is held", 0.0, free);
    let claims = [slow, fast].into_iter().chain(ratio);
    claims.chain([held, free]).collect()
}
