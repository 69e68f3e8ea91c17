//! File downloads: article 0's five files, half a second for each megabyte.

use crate::Num;
use interleave_runtime::{Cx, Request, Response, Result, Semaphore, Server, api, gather};
use interleave_trace::time::round_micros;
use serde_json::{Value, json};
use std::fmt::Display;

/// A file to download: its name, and its size in megabytes.
#[derive(Clone)]
pub struct File(String, Num);

/// The files, how fast they come, and how many at once.
#[derive(Clone)]
pub struct Params {
    seconds_per_mb: f64,
    files: Vec<File>,
    max_in_flight: Option<usize>,
}

async fn download(cx: Cx, file: File, seconds_per_mb: f64) -> Result<String> {
    let File(name, size_mb) = &file;
    cx.amount(size_mb.get(), "MB");
    cx.print(format!("Starting download: {name} ({size_mb}MB)"));
    cx.fetch(request(&file, seconds_per_mb)).await?; // @download
    cx.print(format!("Completed download: {name}"));
    let data = format!("Data from {name} ({size_mb}MB)");
    cx.done(&data);
    Ok(data)
}

/// The request for a file. Live, a kilobyte is sent for each megabyte, in the same time.
fn request(File(name, size_mb): &File, seconds_per_mb: f64) -> Request {
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
    let start = |file: &File| cx.spawn(&file.0, |cx| download(cx, file.clone(), rate));
    gather(p.files.iter().map(start)).await // @gather concurrent
}

/// One after another: the sum of all files.
async fn sequential(cx: &Cx, p: &Params) -> Result<Vec<String>> {
    let rate = p.seconds_per_mb;
    let mut data = Vec::new();
    for file in /* @ sequential */ &p.files {
        let download = cx.task(&file.0, |cx| download(cx, file.clone(), rate));
        data.push(download.await?); // @each
    }
    Ok(data)
}

/// All start at once, but each waits for one of a few permits.
async fn bounded(cx: &Cx, p: &Params) -> Result<Vec<String>> {
    let rate = p.seconds_per_mb;
    let semaphore = Semaphore::new(p.max_in_flight.unwrap_or(DEFAULT_BOUND));
    let start = |file: &File| {
        cx.spawn_queued(&file.0, |cx| {
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
    let _permit = semaphore.acquire(&cx).await; // @permit bounded
    cx.running("");
    download.await
}

/// What a batch returns, and how many seconds it takes.
async fn timed<T>(cx: &Cx, batch: impl Future<Output = Result<T>>) -> Result<(T, f64)> {
    let start = cx.now();
    let returned = batch.await?;
    Ok((returned, round_micros(cx.now() - start)))
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    Ok(match mode {
        Mode::Sequential => {
            let (data, seconds) = timed(&cx, sequential(&cx, &p)).await?;
            json!({ "data": data, "sequential_s": seconds })
        }
        Mode::Concurrent => {
            let (data, seconds) = timed(&cx, concurrent(&cx, &p)).await?;
            json!({ "data": data, "concurrent_s": seconds })
        }
        Mode::Bounded => json!({ "data": bounded(&cx, &p).await? }),
        Mode::Article => {
            let (_, fast) = timed(&cx, concurrent(&cx, &p)).await?;
            let (data, slow) = timed(&cx, sequential(&cx, &p)).await?;
            // Where they take no time this is no number, and null in the results.
            let speedup = round_micros(slow / fast); // @ article
            json!({
                "data": data, "concurrent_s": fast, "sequential_s": slow, "speedup": speedup
            })
        }
    })
}

// The page

use crate::page::*;

params!(Params, seconds_per_mb, files, max_in_flight);
params!(File(name, megabytes));

/// How many downloads the semaphore lets in, unless the reader says otherwise.
const DEFAULT_BOUND: usize = 2;

const ARTICLE: &str = "The article's five files";

playground! {
    title: "File downloads",
    subtitle: "One after another, all at once, or a few at a time",
    lead: "Five files, half a second for each megabyte. Awaited one by one, their times add up. \
           Gathered, the whole batch takes as long as its largest file.",
    aim: "Start a batch with gather, and limit with a semaphore how much of it runs at once.",
    articles: [0],
    strategies: {
        Sequential: "One after another",
        Concurrent: "gather",
        Bounded: "Semaphore: at most N at once",
        Article (hidden): "The article: gather, then one after another",
    },
    outside: Outside::Network,
}

fn fields() -> Vec<Field> {
    let columns = [
        Field::name(),
        Field::number("size", "Size", 0.0, 100_000.0, 1.0, "MB"),
    ];
    let files = Rows::tuples("file", json!(["file-{n}.bin", 10]), columns);
    vec![
        Field::rows("files", "Files", files),
        Field::number("seconds_per_mb", "Seconds per MB", 0.0, 60.0, 0.1, "s"),
        Field::whole("max_in_flight", "Permits of the semaphore", 1, 10_000, "").optional(),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let file = |name: &str, size| File(name.to_owned(), Num::Int(size));
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
    let part = |n| file(&format!("part-{n:02}.bin"), 4);
    let even = Params {
        files: (1..=12).map(part).collect(),
        max_in_flight: Some(4),
        ..article.clone()
    };
    vec![(ARTICLE, article), ("Twelve equal parts", even)]
}

fn claims(p: &Params, preset: &str) -> Vec<Claim> {
    let (rate, article) = (p.seconds_per_mb, preset == ARTICLE);
    let sizes = || p.files.iter().map(|file| file.1.get());
    let durations: Vec<f64> = sizes().map(|size| size * rate).collect();
    let (slow, fast) = (
        Mode::Sequential.sum(&durations).said(article, "38.0 s"),
        Mode::Concurrent.longest(&durations).said(article, "25.0 s"),
    );
    let (sum, longest) = (seconds(slow.expected), seconds(fast.expected));
    let (added, listed) = (terms(sizes(), " + "), terms(sizes(), ", "));
    let slow = slow.formula(format!("({added}) MB × {rate} s = {sum}"));
    let fast = fast
        .formula(format!("max({listed}) MB × {rate} s = {longest}"))
        .label("concurrent: the largest file");
    let ratio = Claim::speed_up(&slow, &fast).map(|claim| claim.said(article, "1.52×"));
    let bound = p.max_in_flight.unwrap_or(DEFAULT_BOUND).min(p.files.len());
    let formula = format!("min(permits, files) = {bound}");
    let label = "semaphore: downloads at once";
    let peak = Mode::Bounded.counts(Measure::Peak, label, bound, formula);
    let claims = [slow, fast].into_iter().chain(ratio);
    claims.chain([peak]).collect()
}
