//! Lighthouse: how soon a phone shows a page, and what is wrong with it.
//!
//! It slows nothing down but computes what a slow phone on a slow line would have taken, from the times that tasks took on
//! this machine. So on a machine that does other work as well, its times mean nothing.

use std::process::{Command, Stdio};

use serde_json::Value;

use super::table::{
    Bound::{Alone, Always},
    Table,
};
use crate::harness::{Page, Site};

/// How many points a page may lack of a hundred in speed: the start page and the median playground, and the slowest one.
const LACKS: f64 = 2.0;
const SLOWEST_LACKS: f64 = 5.0;
/// Its other categories, in which no audit may fail.
const OTHERS: [&str; 3] = ["accessibility", "best-practices", "seo"];
/// When the largest text or picture is shown, in milliseconds.
const LARGEST: f64 = 1_500.0;
/// How long tasks keep the page from answering beyond 50 ms each, and the longest of them.
const BLOCKED: f64 = 150.0;
const LONGEST: f64 = 50.0;
/// How often the pages are measured whose median counts.
const TIMES: usize = 3;

/// The result of Lighthouse for a page.
struct Look {
    performance: f64,
    largest: f64,
    blocked: f64,
    longest: f64,
    shift: f64,
    /// The points that other categories lack, with the names of the audits that fail.
    wrong: Vec<String>,
}

/// The start page and all playgrounds: each once, and those whose figures have bounds until there is a median.
pub async fn measure(table: &mut Table) {
    let Some(lighthouse) = Lighthouse::found() else {
        return;
    };
    let site = Site::serve_compressed(|_, reply| reply);
    let page = Page::blank(&site).await;
    let slugs = interleave_playgrounds::CARDS.iter().map(|card| card.slug);
    let mut wrong = Vec::new();
    let mut looks = Vec::new();
    for path in std::iter::once(String::new()).chain(slugs.map(|slug| format!("{slug}/"))) {
        // Once for the server, which then has it compressed.
        page.visit(&path).await;
        page.wait_for_none(".static").await;
        let look = lighthouse.look(&site, &path);
        wrong.extend(look.wrong.iter().map(|what| format!("{path}: {what}")));
        looks.push((path, look));
    }
    let shift = looks.iter().map(|(_, look)| look.shift).fold(0.0, f64::max);
    let (start, mut playgrounds) = (looks.remove(0), looks);
    playgrounds.sort_by(|(_, a), (_, b)| a.performance.total_cmp(&b.performance));
    let median = playgrounds.remove(playgrounds.len() / 2);
    let slowest = playgrounds.remove(0);
    for (name, (path, first), lacks) in [
        ("start page", start, LACKS),
        ("median playground", median, LACKS),
        ("slowest playground", slowest, SLOWEST_LACKS),
    ] {
        let mut looks = vec![first];
        looks.extend((1..TIMES).map(|_| lighthouse.look(&site, &path)));
        let median = |of: fn(&Look) -> f64| {
            let mut figures: Vec<_> = looks.iter().map(of).collect();
            figures.sort_by(f64::total_cmp);
            figures[figures.len() / 2]
        };
        let name = match path.is_empty() {
            true => name.to_owned(),
            false => format!("{name}, {path}"),
        };
        let mut row = |what: &str, figure, unit, at_most| {
            table.row(
                format!("Lighthouse, {name}: {what}"),
                figure,
                unit,
                at_most,
                Alone,
            );
        };
        row(
            "points missing in performance",
            median(|look| 100.0 - look.performance),
            "",
            lacks,
        );
        row(
            "largest contentful paint",
            median(|look| look.largest),
            "ms",
            LARGEST,
        );
        row(
            "total blocking time",
            median(|look| look.blocked),
            "ms",
            BLOCKED,
        );
        row("longest task", median(|look| look.longest), "ms", LONGEST);
    }
    table.row(
        "Lighthouse: layout shift of any page",
        shift,
        "",
        0.0,
        Always,
    );
    for audit in &wrong {
        println!("Lighthouse: {audit}");
    }
    let what = "Lighthouse: what fails in accessibility, best practices and SEO";
    table.row(what, wrong.len() as f64, "", 0.0, Always);
}

/// How to run it.
struct Lighthouse {
    node: String,
    script: String,
}

impl Lighthouse {
    /// What `cargo xtask bench` has found, if it has.
    fn found() -> Option<Self> {
        let [node, script] = ["INTERLEAVE_NODE", "INTERLEAVE_LIGHTHOUSE"]
            .map(|name| std::env::var(name).unwrap_or_default());
        (!script.is_empty()).then_some(Self { node, script })
    }

    /// Opens a page as a phone does.
    fn look(&self, site: &Site, path: &str) -> Look {
        let said = Command::new(&self.node)
            .arg(&self.script)
            .arg(format!("{}{path}", site.url()))
            .args(["--quiet", "--output=json", "--no-enable-error-reporting"])
            .arg("--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run")
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .unwrap_or_else(|error| panic!("{}: {error}", self.node));
        let said: Value = serde_json::from_slice(&said.stdout)
            .unwrap_or_else(|error| panic!("{path}: Lighthouse says no JSON: {error}"));
        let score = |category: &str| {
            let score = said["categories"][category]["score"].as_f64();
            100.0 * score.unwrap_or_else(|| panic!("{path}: no score of {category}"))
        };
        let figure = |audit: &str| {
            let figure = said["audits"][audit]["numericValue"].as_f64();
            figure.unwrap_or_else(|| panic!("{path}: no figure of {audit}"))
        };
        let failed = |category: &str| {
            let audits = said["categories"][category]["auditRefs"].as_array();
            let names = audits.into_iter().flatten().filter_map(|audit| {
                let name = (audit["weight"].as_f64()? > 0.0).then_some(audit["id"].as_str()?)?;
                (said["audits"][name]["score"].as_f64()? < 1.0).then(|| name.to_owned())
            });
            names.collect::<Vec<_>>()
        };
        let wrong = OTHERS
            .into_iter()
            .filter(|category| score(category) < 100.0);
        let look = Look {
            performance: score("performance"),
            largest: figure("largest-contentful-paint"),
            blocked: figure("total-blocking-time"),
            longest: figure("max-potential-fid"),
            shift: figure("cumulative-layout-shift"),
            wrong: wrong
                .map(|category| format!("{category}: {}", failed(category).join(", ")))
                .collect(),
        };
        println!(
            "{path}: performance {:.0}, largest paint {:.0} ms, blocked {:.0} ms, longest task {:.0} ms, shift {:.4}, the machine's index {}",
            look.performance,
            look.largest,
            look.blocked,
            look.longest,
            look.shift,
            said["environment"]["benchmarkIndex"],
        );
        look
    }
}
