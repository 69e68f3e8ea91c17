//! What a link loads until Run can be pressed, and how soon that is.

use std::collections::HashMap;

use serde_json::json;

use super::{
    number,
    table::{
        Bound::{Alone, Always},
        Table,
    },
    watched,
};
use crate::{
    chunks,
    harness::{Page, Site, brotli, without_worker},
    playground::RUN,
};

// Bounds lie some 1 % above what was measured: a change of a few bytes, or a compiler's, is no regression.

/// What any link may load until Run at the most, in bytes as brotli sends them.
const UNTIL_RUN: f64 = 274_000.0;
/// The same of a playground in a frame, which shows other parts of the page at once.
const EMBEDDED_UNTIL_RUN: f64 = 302_000.0;
/// What the app may weigh without its playgrounds: page, scripts, styles and WebAssembly, each file by itself.
const WITHOUT_PLAYGROUNDS: f64 = 785_000.0;
/// What a playground may add to that: its own code and texts, in the module of its name.
const PLAYGROUND: f64 = 17_000.0;
/// The one that is a program of many parts, what it may add, and what its link may load.
const LARGE: &str = "web_scraper";
const LARGE_PLAYGROUND: f64 = 27_000.0;
const LARGE_UNTIL_RUN: f64 = 286_000.0;
/// What the page of recordings and the Python lab may add: their reader and those of other tools' files, the findings, what compares two, and
/// copies of what it shares with few others. Nobody loads it who opens neither.
const RECORDING: f64 = 200_000.0;
/// How soon Run can be pressed, in milliseconds from the start of the navigation.
const USABLE: f64 = 300.0;
/// The same for the median link, on a slow line and a slow device.
const USABLE_SLOWLY: f64 = 2_800.0;

/// A playground in a frame.
const EMBEDDED: &str = "#/downloads?embed=1";

/// The start page, the links to all playgrounds, and one in a frame of another site.
fn links() -> impl Iterator<Item = String> {
    let cards = interleave_playgrounds::CARDS.iter();
    let pages = cards.map(|card| format!("#/{}", card.slug));
    let others = ["#/", EMBEDDED].map(str::to_owned);
    others.into_iter().chain(pages)
}

/// Opens every link as a first visit does.
pub async fn measure(site: &Site, table: &mut Table) {
    let page = watched(site, "#/").await;
    let (mut most, mut embedded, mut large, mut chain) = ((0, String::new()), 0, 0, 0);
    let large_link = format!("#/{}", LARGE.replace('_', "-"));
    let mut sizes = Sizes::default();
    for link in links() {
        load(&page, &link).await;
        let files = files_until_run(site, &page).await;
        let sent = sizes.of(site, &files);
        println!("{link}: {sent} bytes in {} files", files.len());
        match link {
            link if link == EMBEDDED => embedded = sent,
            link if link == large_link => large = sent,
            link => most = most.max((sent, link)),
        }
        chain += late(site, &files);
    }
    let what = format!("until Run, brotli: {}", most.1);
    table.row(what, most.0 as f64, "bytes", UNTIL_RUN, Always);
    let what = format!("until Run, brotli: {large_link}");
    table.row(what, large as f64, "bytes", LARGE_UNTIL_RUN, Always);
    let what = "until Run in a frame, brotli";
    table.row(what, embedded as f64, "bytes", EMBEDDED_UNTIL_RUN, Always);
    table.row("requests in a chain", chain as f64, "", 0.0, Always);
    of_playgrounds(site, &mut sizes, table);

    let mut soonest = f64::INFINITY;
    for _ in 0..if table.is_full() { 5 } else { 2 } {
        load(&page, "#/downloads").await;
        soonest = soonest.min(number(&page, "done(bench.usable)").await);
    }
    table.row(
        "navigation to Run, best of a few",
        soonest,
        "ms",
        USABLE,
        Alone,
    );
    if table.is_full() {
        let median = slowly().await;
        table.row(
            "the same at 1.6 Mbit/s, median link",
            median,
            "ms",
            USABLE_SLOWLY,
            Alone,
        );
    }
}

/// What the app weighs: one bound for all that playgrounds share, and one for each of them, so that a new one has to fit
/// into its own.
fn of_playgrounds(site: &Site, sizes: &mut Sizes, table: &mut Table) {
    let mut rest = app_files(site);
    let mut largest = (0, String::new());
    for (name, files) in chunks::playgrounds(site) {
        let stem = name.replace('_', "-");
        let own = files.into_iter().filter(|file| chunks::is_of(file, &stem));
        let own: Vec<_> = own.collect();
        rest.retain(|file| !own.contains(file));
        let sent = sizes.of(site, &own);
        println!("playground {name}: {sent} bytes");
        if name == LARGE {
            let what = format!("{LARGE}, brotli");
            table.row(what, sent as f64, "bytes", LARGE_PLAYGROUND, Always);
            continue;
        }
        largest = largest.max((sent, name));
    }
    let of_recordings = |file: &String| chunks::is_of(file, "recording");
    let (own, rest): (Vec<_>, Vec<_>) = rest.into_iter().partition(of_recordings);
    let sent = sizes.of(site, &own);
    let what = "recordings and the lab, brotli";
    table.row(what, sent as f64, "bytes", RECORDING, Always);
    let rest = sizes.of(site, &rest);
    let what = "the app without its playgrounds, brotli";
    table.row(what, rest as f64, "bytes", WITHOUT_PLAYGROUNDS, Always);
    let what = format!("the largest playground, brotli: {}", largest.1);
    table.row(what, largest.0 as f64, "bytes", PLAYGROUND, Always);
}

/// Sizes of files as brotli sends them: most are those of many links, and it takes seconds to compress one.
#[derive(Default)]
struct Sizes(HashMap<String, usize>);

impl Sizes {
    /// That of some files together.
    fn of(&mut self, site: &Site, files: &[String]) -> usize {
        let size = |file: &String| match self.0.get(file) {
            Some(&size) => size,
            None => {
                let size = brotli(&site.file(file)).len();
                self.0.insert(file.clone(), size);
                size
            }
        };
        files.iter().map(size).sum()
    }
}

/// Opens a link anew.
async fn load(page: &Page, link: &str) {
    page.eval("return 0", &[]).await;
    page.goto(link).await;
    page.reload().await;
    page.wait_for(match link {
        "#/" => ".hero canvas",
        _ => RUN,
    })
    .await;
    // Nothing else would notice if the page had been another one.
    assert_eq!(page.eval("return location.hash", &[]).await, json!(link));
}

/// What had been asked for when the app could be used.
async fn files_until_run(site: &Site, page: &Page) -> Vec<String> {
    // The names from the page itself.
    let names = "return performance.getEntriesByType('resource')
        .filter(entry => entry.startTime < bench.usable).map(entry => entry.name)";
    let names = page.eval(names, &[]).await;
    let base = site.url();
    let names = names.as_array().into_iter().flatten();
    let files = names.filter_map(|name| name.as_str()?.strip_prefix(&base).map(str::to_owned));
    // Browsers ask for the manifest's icons when they like, not the page; for what sees to offline use the page asks once it
    // stands, which may be the very moment.
    let files = files.filter(|file| !file.starts_with("icons/") && !file.ends_with("/offline.js"));
    files.chain(["index.html".to_owned()]).collect()
}

/// How many files neither the page names itself nor its list of chunks: they could only be asked for after something else had
/// come.
fn late(site: &Site, files: &[String]) -> usize {
    let html = String::from_utf8(site.file("index.html")).expect("the page is UTF-8");
    let is_late = |file: &&String| *file != "index.html" && !html.contains(file.as_str());
    let late: Vec<_> = files.iter().filter(is_late).collect();
    if !late.is_empty() {
        println!("asked for in a chain: {late:?}");
    }
    late.len()
}

/// The page, what it names, and all chunks.
fn app_files(site: &Site) -> Vec<String> {
    let html = String::from_utf8(site.file("index.html")).expect("the page is UTF-8");
    let is_of_app = |word: &&str| {
        [".js", ".css", ".wasm"]
            .iter()
            .any(|end| word.ends_with(end))
    };
    let named = html
        .split(['"', '\'', '/', '=', ' ', '>'])
        .filter(is_of_app);
    let mut files: Vec<_> = named.map(str::to_owned).collect();
    files.extend(chunks::files(site).into_values().flatten());
    files.push("index.html".to_owned());
    files.sort();
    files.dedup();
    files
}

/// How soon Run can be pressed after the median link, at 1.6 Mbit/s, with 150 ms of latency and a CPU four times as slow.
async fn slowly() -> f64 {
    let site = Site::serve_compressed(without_worker);
    let page = watched(&site, "#/").await;
    let mut times = Vec::new();
    for link in links() {
        // Once for the server, which then has it compressed.
        load(&page, &link).await;
        page.devtools("Network.enable", &json!({}));
        page.devtools(
            "Network.setCacheDisabled",
            &json!({ "cacheDisabled": true }),
        );
        let line = json!({
            "offline": false,
            "latency": 150,
            "downloadThroughput": 1_600_000 / 8,
            "uploadThroughput": 750_000 / 8,
        });
        page.devtools("Network.emulateNetworkConditions", &line);
        page.devtools("Emulation.setCPUThrottlingRate", &json!({ "rate": 4 }));
        load(&page, &link).await;
        let time = number(&page, "done(bench.usable)").await;
        println!("{link}: {time:.0} ms on a slow line");
        times.push(time);
        page.devtools("Emulation.setCPUThrottlingRate", &json!({ "rate": 1 }));
        let line = json!({ "offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        page.devtools("Network.emulateNetworkConditions", &line);
    }
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
