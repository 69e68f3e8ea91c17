//! File downloads: article 0's five files, half a second for each megabyte.

use crate::playgrounds::Num;
use crate::runtime::{Cx, Result, Semaphore, gather};
use crate::time::round_micros;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A file to download: its name and its size in MB.
#[derive(Clone, Serialize, Deserialize)]
pub struct File(String, Num);

/// The files, how fast they come, and how many at once.
#[derive(Clone, Serialize, Deserialize)]
pub struct Params {
    seconds_per_mb: f64,
    files: Vec<File>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_in_flight: Option<usize>,
}

async fn download(cx: Cx, file: File, seconds_per_mb: f64) -> Result<String> {
    let File(name, size_mb) = &file;
    cx.amount(size_mb.get(), "MB");
    cx.print(format!("Starting download: {name} ({size_mb}MB)"));
    cx.sleep(size_mb.get() * seconds_per_mb).await;
    cx.print(format!("Completed download: {name}"));
    let data = format!("Data from {name} ({size_mb}MB)");
    cx.done(&data);
    Ok(data)
}

/// All at once: as long as the largest file.
async fn concurrent(cx: &Cx, p: &Params) -> Result<Vec<String>> {
    let downloads = p
        .files
        .iter()
        .map(|file| cx.spawn(&file.0, |cx| download(cx, file.clone(), p.seconds_per_mb)));
    gather(downloads).await
}

/// One after another: the sum of all files.
async fn sequential(cx: &Cx, p: &Params) -> Result<Vec<String>> {
    let mut data = Vec::new();
    for file in &p.files {
        data.push(
            cx.task(&file.0, |cx| download(cx, file.clone(), p.seconds_per_mb))
                .await?,
        );
    }
    Ok(data)
}

/// All started at once, but only so many get a permit at a time.
async fn bounded(cx: &Cx, p: &Params) -> Result<Vec<String>> {
    let semaphore = Semaphore::new(p.max_in_flight.unwrap_or(DEFAULT_BOUND));
    let downloads = p.files.iter().map(|file| {
        let (semaphore, file, seconds_per_mb) = (semaphore.clone(), file.clone(), p.seconds_per_mb);
        let name = file.0.clone();
        cx.spawn_queued(&name, |cx| async move {
            let _permit = semaphore.acquire(&cx).await;
            cx.running("");
            download(cx, file, seconds_per_mb).await
        })
    });
    gather(downloads).await
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
        if mode == "article" && start > 0.0 {
            results["speedup"] = json!(round_micros((cx.now() - start) / start));
        }
    }
    Ok(results)
}

// The page

use crate::playgrounds::{Card, Claim, Field, Measure, Playground, Rows, Section, Strategy, terms};
use crate::trace::seconds;

/// The playground.
pub struct Downloads;

/// How many are in flight at once in the bounded strategy, unless the reader says otherwise.
const DEFAULT_BOUND: usize = 2;

impl Playground for Downloads {
    type Params = Params;

    const CARD: Card = Card {
        slug: "downloads",
        title: "File downloads",
        lead: "Five files, half a second for each megabyte. Awaited one by one, their times add up. \
               Gathered, the whole batch takes as long as its largest file.",
        section: Section::Start,
        articles: &[0],
        cards: None,
        rust: include_str!("downloads.rs"),
        python: include_str!("downloads.py"),
    };

    const STRATEGIES: &'static [Strategy] = &[
        Strategy {
            mode: "sequential",
            title: "Sequential",
            headline: "for file in &p.files",
            shown: true,
        },
        Strategy {
            mode: "concurrent",
            title: "Concurrent",
            headline: "gather(downloads).await",
            shown: true,
        },
        Strategy {
            mode: "bounded",
            title: "At most N in flight",
            headline: "semaphore.acquire(&cx).await",
            shown: true,
        },
        Strategy {
            mode: "article",
            title: "The article: both in turn",
            headline: "mode == \"article\"",
            shown: false,
        },
    ];

    fn fields() -> Vec<Field> {
        let files = Rows {
            noun: "file",
            columns: vec![
                Field::text("name", "Name"),
                Field::number("size", "Size", 0.0, 100_000.0, 1.0, "MB"),
            ],
            tuples: true,
            fresh: json!(["file-{n}.bin", 10]),
        };
        vec![
            Field::rows("files", "Files", files),
            Field::number("seconds_per_mb", "Seconds per MB", 0.0, 60.0, 0.1, "s"),
            Field::whole("max_in_flight", "At most in flight", 1, 10_000, "").optional(),
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
            max_in_flight: None,
        };
        let even = Params {
            files: (1..=12)
                .map(|i| file(&format!("part-{i:02}.bin"), 4))
                .collect(),
            max_in_flight: Some(4),
            ..article.clone()
        };
        vec![
            ("The article's five files", article),
            ("Twelve equal parts", even),
        ]
    }

    async fn program(cx: Cx, mode: &'static str, params: Params) -> Result<Value> {
        program(cx, mode, params).await
    }

    fn claims(p: &Params, preset: Option<&str>) -> Vec<Claim> {
        let article = preset == Some("The article's five files");
        let sizes = || p.files.iter().map(|file| file.1.get());
        let (sum, largest) = (sizes().sum::<f64>(), sizes().fold(0.0, f64::max));
        let rate = p.seconds_per_mb;
        let (slow, fast) = (sum * rate, largest * rate);
        let mut claims = vec![
            Claim {
                label: "one after another: the sum".to_owned(),
                said: article.then_some("38.0 s"),
                formula: format!(
                    "({}) MB × {rate} s = {}",
                    terms(sizes(), " + "),
                    seconds(slow)
                ),
                expected: slow,
                measure: Measure::Makespan("sequential"),
            },
            Claim {
                label: "together: the largest file".to_owned(),
                said: article.then_some("25.0 s"),
                formula: format!(
                    "max({}) MB × {rate} s = {}",
                    terms(sizes(), ", "),
                    seconds(fast)
                ),
                expected: fast,
                measure: Measure::Makespan("concurrent"),
            },
        ];
        if fast > 0.0 {
            claims.push(Claim {
                label: "speed-up".to_owned(),
                said: article.then_some("1.52×"),
                formula: format!(
                    "{} / {} = {:.2}×",
                    seconds(slow),
                    seconds(fast),
                    slow / fast
                ),
                expected: slow / fast,
                measure: Measure::Ratio("sequential", "concurrent"),
            });
            let bound = p.max_in_flight.unwrap_or(DEFAULT_BOUND).min(p.files.len());
            claims.push(Claim {
                label: "in flight at once, bounded".to_owned(),
                said: None,
                formula: format!("min(bound, files) = {bound}"),
                expected: bound as f64,
                measure: Measure::Peak("bounded"),
            });
        }
        claims
    }
}
