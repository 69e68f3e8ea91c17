//! File downloads: article 0's five files, half a second for each megabyte.

use crate::Num;
use interleave_runtime::{Cx, Request, Response, Result, Semaphore, Server, api, gather};
use interleave_trace::time::round_micros;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fmt::Display;

/// A file to download.
#[derive(Clone, Serialize, Deserialize)]
#[serde(into = "(String, Num)")]
pub struct File {
    name: String,
    size_mb: Num,
}

/// The files, how fast they come, and how many at once.
#[derive(Clone, Serialize, Deserialize)]
pub struct Params {
    seconds_per_mb: f64,
    files: Vec<File>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_in_flight: Option<usize>,
}

async fn download(cx: Cx, file: File, seconds_per_mb: f64) -> Result<String> {
    let File { name, size_mb } = &file;
    cx.amount(size_mb.get(), "MB");
    cx.print(format!("Starting download: {name} ({size_mb}MB)"));
    cx.fetch(request(&file, seconds_per_mb)).await?; // @download
    cx.print(format!("Completed download: {name}"));
    let data = format!("Data from {name} ({size_mb}MB)");
    cx.done(&data);
    Ok(data)
}

/// The request for a file. Live, a kilobyte is sent for each megabyte, in the same time.
fn request(File { name, size_mb }: &File, seconds_per_mb: f64) -> Request {
    let (kb, seconds) = (size_mb.get() * 1e3, size_mb.get() * seconds_per_mb);
    let query: [(_, &dyn Display); 2] = [("bytes", &kb.round()), ("seconds", &seconds)];
    Request {
        url: name.clone(),
        to: Server::Mock(api(&["file", name], &query)),
        latency: seconds,
        answer: Ok(Response::of_size((kb * 1e3) as u64)),
    }
}

/// All at once: as long as the largest file.
async fn concurrent(cx: &Cx, p: &Params) -> Result<Vec<String>> {
    let rate = p.seconds_per_mb;
    let start = |file: &File| cx.spawn(&file.name, |cx| download(cx, file.clone(), rate));
    gather(p.files.iter().map(start)).await // @gather
}

/// One after another: the sum of all files.
async fn sequential(cx: &Cx, p: &Params) -> Result<Vec<String>> {
    let rate = p.seconds_per_mb;
    let mut data = Vec::new();
    for file in &p.files {
        let download = cx.task(&file.name, |cx| download(cx, file.clone(), rate));
        data.push(download.await?); // @each
    }
    Ok(data)
}

/// All started at once, but only so many get a permit at a time.
async fn bounded(cx: &Cx, p: &Params) -> Result<Vec<String>> {
    let rate = p.seconds_per_mb;
    let semaphore = Semaphore::new(p.max_in_flight.unwrap_or(DEFAULT_BOUND));
    let start = |file: &File| {
        cx.spawn_queued(&file.name, |cx| {
            let download = download(cx.clone(), file.clone(), rate);
            with_permit(cx, semaphore.clone(), download)
        })
    };
    gather(p.files.iter().map(start)).await // @bounded
}

/// Waits for a permit, and holds it until the download is done.
async fn with_permit(
    cx: Cx,
    semaphore: Semaphore,
    download: impl Future<Output = Result<String>>,
) -> Result<String> {
    let _permit = semaphore.acquire(&cx).await; // @permit
    cx.running("");
    download.await
}

async fn program(cx: Cx, mode: &str, p: Params) -> Result<Value> {
    let mut results = json!({});
    if mode == "bounded" {
        results["data"] = json!(bounded(&cx, &p).await?);
    }
    if mode == "concurrent" || mode == "article" {
        results["data"] = json!(concurrent(&cx, &p).await?);
        results["concurrent_s"] = json!(round_micros(cx.now()));
    }
    if mode == "sequential" || mode == "article" {
        let start = cx.now();
        results["data"] = json!(sequential(&cx, &p).await?);
        results["sequential_s"] = json!(round_micros(cx.now() - start));
    }
    if mode == "article" {
        let seconds = |key| results[key].as_f64().unwrap_or(0.0);
        let speedup = seconds("sequential_s") / seconds("concurrent_s");
        // Where they take no time this is no number, and null in the results.
        results["speedup"] = json!(round_micros(speedup));
    }
    Ok(results)
}

// The page

use crate::terms;
use crate::{Card, Claim, Field, Measure, Playground, Rows, Section, Strategy};
use interleave_trace::seconds;

/// The playground.
pub struct Downloads;

/// How many downloads the bounded strategy lets in, unless the reader says otherwise.
const DEFAULT_BOUND: usize = 2;

const ARTICLE: &str = "The article's five files";

/// In params, a file is a pair: its name and its size.
impl From<File> for (String, Num) {
    fn from(file: File) -> Self {
        (file.name, file.size_mb)
    }
}

/// What the menu says of it.
pub const CARD: crate::Card = Downloads::CARD;

/// Makes its entry.
pub fn entry() -> crate::Entry {
    crate::Entry::of::<Downloads>()
}

impl Playground for Downloads {
    type Params = Params;

    const CARD: Card = Card {
        slug: "downloads",
        title: "File downloads",
        lead: "Five files, half a second for each megabyte. Awaited one by one, their \
               times add up. Gathered, the whole batch takes as long as its largest file.",
        section: Section::Start,
        articles: &[0],
        cards: None,
        rust: include_str!("downloads.rs"),
        python: include_str!("downloads.py"),
    };

    const FETCHES: bool = true;

    const STRATEGIES: &'static [Strategy] = &[
        Strategy::shown("sequential", "One after another", "for file in &p.files"),
        Strategy::shown(
            "concurrent",
            "All at once",
            "gather(p.files.iter().map(start)).await",
        ),
        Strategy::shown(
            "bounded",
            "At most N at once",
            "semaphore.acquire(&cx).await",
        ),
        Strategy::hidden(
            "article",
            "The article: all at once, then one after another",
            "mode == \"article\"",
        ),
    ];

    fn fields() -> Vec<Field> {
        let files = Rows::tuples(
            "file",
            vec![
                Field::text("name", "Name"),
                Field::number("size", "Size", 0.0, 100_000.0, 1.0, "MB"),
            ],
            json!(["file-{n}.bin", 10]),
        );
        vec![
            Field::rows("files", "Files", files),
            Field::number("seconds_per_mb", "Seconds per MB", 0.0, 60.0, 0.1, "s"),
            Field::whole("max_in_flight", "At most at once", 1, 10_000, "").optional(),
        ]
    }

    fn presets() -> Vec<(&'static str, Params)> {
        let file = |name: &str, size| File {
            name: name.to_owned(),
            size_mb: Num::Int(size),
        };
        let part = |n| file(&format!("part-{n:02}.bin"), 4);
        let article = Params {
            seconds_per_mb: 0.5,
            files: vec![
                file("document.pdf", 2),
                file("video.mp4", 50),
                file("image.jpg", 1),
                file("archive.zip", 15),
                file("music.mp3", 8),
            ],
            max_in_flight: Some(DEFAULT_BOUND),
        };
        let even = Params {
            files: (1..=12).map(part).collect(),
            max_in_flight: Some(4),
            ..article.clone()
        };
        vec![(ARTICLE, article), ("Twelve equal parts", even)]
    }

    async fn program(cx: Cx, mode: &'static str, params: Params) -> Result<Value> {
        program(cx, mode, params).await
    }

    fn claims(p: &Params, preset: Option<&str>) -> Vec<Claim> {
        let said = |words| (preset == Some(ARTICLE)).then_some(words);
        let rate = p.seconds_per_mb;
        let sizes = || p.files.iter().map(|file| file.size_mb.get());
        let durations: Vec<f64> = sizes().map(|size| size * rate).collect();
        let mut slow = Claim::sum("sequential", &durations).said(said("38.0 s"));
        let sum = seconds(slow.expected);
        slow.formula = format!("({}) MB × {rate} s = {sum}", terms(sizes(), " + "));
        let mut fast = Claim::longest("concurrent", &durations).said(said("25.0 s"));
        let longest = seconds(fast.expected);
        fast.formula = format!("max({}) MB × {rate} s = {longest}", terms(sizes(), ", "));
        let ratio = Claim::speed_up(&slow, &fast).map(|claim| claim.said(said("1.52×")));
        let bound = p.max_in_flight.unwrap_or(DEFAULT_BOUND).min(p.files.len());
        let peak = Claim::new(
            "downloads at once, bounded",
            Measure::Peak("bounded"),
            bound as f64,
            format!("min(bound, files) = {bound}"),
        );
        let mut claims = vec![slow, fast.label("together: the largest file")];
        claims.extend(ratio);
        claims.push(peak);
        claims
    }
}
