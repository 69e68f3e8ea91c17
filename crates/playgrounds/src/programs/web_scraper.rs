//! Web scraper, after article 0's assignment: workers take URLs from a queue, within limits.

use super::robots::Robots;
use interleave_runtime::{Cx, Document, Error, Lock, Page, Pages, Queue, RateLimiter};
use interleave_runtime::{Result, Semaphore, Server, Visit, api, gather};
use interleave_trace::time::round_micros;
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::rc::Rc;

/// A host, and what its robots.txt says.
#[derive(Clone)]
pub struct Site {
    name: String,
    latency: f64,
    /// Paths that begin so are disallowed.
    disallow: Option<String>,
    /// The pause between two requests that it wants, in seconds.
    crawl_delay: Option<u32>,
}

/// A page: what is in it, and how its host answers.
#[derive(Clone)]
pub struct Row {
    url: String,
    latency: f64,
    title: String,
    words: u64,
    links: u64,
    /// How many requests are answered with the status before one is answered with the page.
    failures: u32,
    status: u16,
    /// What such an answer says in its header Retry-After.
    retry_after: Option<f64>,
    malformed: Option<bool>,
}

/// The limits, the hosts and the pages.
#[derive(Clone)]
pub struct Params {
    workers: usize,
    connections: usize,
    /// Requests a second.
    rate: f64,
    /// The pause between two requests to a host.
    politeness: f64,
    timeout: f64,
    attempts: u32,
    /// The pause before the second attempt; then it doubles.
    backoff: f64,
    cancel_after: f64,
    keywords: Vec<String>,
    hosts: Vec<Site>,
    pages: Vec<Row>,
    /// Live, ask the sites themselves rather than the app's stand-in for them.
    real: Option<bool>,
    /// Live, begin with what earlier runs have left in the cache.
    keep: Option<bool>,
}

/// What its robots.txt says, and when it may be asked again.
#[derive(Default)]
struct Host {
    rules: RefCell<Option<Robots>>,
    lock: Lock,
    free_at: Cell<f64>,
}

/// What the workers share.
struct Scraper {
    p: Params,
    queue: Queue<Row>,
    limiter: RateLimiter,
    connections: Semaphore,
    hosts: RefCell<BTreeMap<String, Rc<Host>>>,
    cache: Pages,
    found: RefCell<BTreeMap<String, Document>>,
    begun: Cell<f64>,
    /// How many pages have ended.
    done: Cell<usize>,
    /// How many of them the cache had.
    cached: Cell<usize>,
}

impl Scraper {
    /// One request: within the rate, over one of the connections, in the time limit.
    async fn send(&self, cx: &Cx, visit: Visit) -> Result<Page> {
        self.limiter.acquire(cx).await; // @token
        let _connection = self.connections.acquire(cx).await; // @permit
        cx.running("");
        let answer = self.cache.visit(cx, visit); // @get
        cx.timeout(self.p.timeout, answer).await
    }

    /// Reads robots.txt. Without an answer nothing is allowed.
    async fn robots(self: Rc<Self>, cx: Cx, visit: Visit) -> Result<Robots> {
        match self.send(&cx, visit).await {
            Ok(Page {
                document: Some(document),
                status: 200,
                ..
            }) => Ok(Robots::parse(&document.text)),
            // There is none.
            Ok(Page {
                status: 400..=499, ..
            }) => Ok(Robots::default()),
            Err(Error::TimedOut) => {
                cx.timed_out("so nothing is allowed");
                Ok(Robots::unknown())
            }
            Ok(_) | Err(Error::Failed(_)) => {
                cx.failed("no answer, so nothing is allowed");
                Ok(Robots::unknown())
            }
            Err(error) => Err(error),
        }
    }

    /// Waits until the host may be asked again. False if it disallows this path.
    async fn turn(self: &Rc<Self>, cx: &Cx, url: &str) -> Result<bool> {
        let (name, path) = host_and_path(url);
        let host = Rc::clone(self.hosts.borrow_mut().entry(name.to_owned()).or_default());
        let _locked = host.lock.acquire(cx).await; // @host
        let known = host.rules.borrow().clone();
        let rules = match (known, self.p.robots(url)) {
            (Some(rules), _) => rules,
            (None, None) => Robots::default(),
            (None, Some(visit)) => {
                let (task, scraper) = (format!("{name}/robots.txt"), Rc::clone(self));
                let read = cx.task(&task, |cx| scraper.robots(cx, visit));
                read.starts_queued().await? // @robots
            }
        };
        host.rules.replace(Some(rules.clone()));
        if !rules.allows(path) {
            return Ok(false);
        }
        if host.free_at.get() > cx.now() {
            cx.sleep(host.free_at.get() - cx.now()).await; // @polite
        }
        let pause = self.p.politeness.max(rules.crawl_delay.unwrap_or(0.0));
        host.free_at.set(cx.now() + pause);
        Ok(true)
    }

    async fn scrape(self: Rc<Self>, cx: Cx, row: Row) -> Result<()> {
        let (url, mut attempt) = (&row.url, 1);
        if let Some(document) = /* @kept */ self.cache.kept(&cx, url).await? {
            cx.done("from the cache");
            self.list(&cx, url, document, "cache");
            self.cached.set(self.cached.get() + 1);
            return self.ended(&cx, url, "from the cache");
        }
        loop {
            if !self.turn(&cx, url).await? {
                cx.done("skipped: robots.txt disallows it");
                return self.ended(&cx, url, "robots.txt disallows it");
            }
            let answer = self.send(&cx, self.p.visit(&row, attempt)).await;
            let (status, why) = match &answer {
                Ok(Page {
                    status: 200,
                    document,
                    ..
                }) => {
                    return self.keep(&cx, &row, document.clone());
                }
                Ok(Page { status, .. }) => (Some(*status), format!("status {status}")),
                Err(Error::TimedOut) => (None, "timed out".to_owned()),
                // No server at all: another attempt is hopeless, too.
                Err(Error::Failed(why)) => (Some(0), why.clone()),
                Err(error) => return Err(error.clone()),
            };
            let is_hopeless = status.is_some_and(|status| status != 429 && status < 500);
            if is_hopeless || attempt == self.p.attempts {
                match status {
                    None => cx.timed_out(format!("{attempt} attempts")),
                    Some(_) => cx.failed(&why),
                }
                return self.ended(&cx, url, why);
            }
            let backoff = self.p.backoff * f64::powi(2.0, attempt as i32 - 1);
            let wanted = answer.ok().and_then(|answer| answer.retry_after);
            let pause = wanted.unwrap_or(backoff);
            let shown = format!("{why}, again in {pause:.1} s");
            cx.print(format!("{url}: {shown}"));
            cx.backoff(shown);
            cx.sleep(pause).await; // @pause
            cx.queued("");
            attempt += 1;
        }
    }

    /// A document has come. It has been kept unless it is malformed.
    fn keep(&self, cx: &Cx, row: &Row, document: Option<Document>) -> Result<()> {
        let Some(document) = document else {
            let how = format!("malformed {}", row.kind());
            cx.failed(&how);
            return self.ended(cx, &row.url, how);
        };
        let Document {
            kind, words, links, ..
        } = &document;
        let how = format!("{kind}, {words} words, {links} links");
        cx.done(&how);
        self.list(cx, &row.url, document, "network");
        self.ended(cx, &row.url, how)
    }

    /// A row of the results.
    fn list(&self, cx: &Cx, url: &str, document: Document, from: &str) {
        let Document {
            kind,
            title,
            words,
            links,
            ..
        } = &document;
        let relevant = self.p.is_relevant(title);
        let row = json!({
            "url": url, "type": kind, "title": title, "words": words, "links": links,
            "relevant": relevant, "from": from, "at": round_micros(cx.now()),
        });
        if self
            .found
            .borrow_mut()
            .insert(url.to_owned(), document)
            .is_none()
        {
            cx.keep("documents", [row]);
        }
    }

    fn ended(&self, cx: &Cx, url: &str, how: impl Display) -> Result<()> {
        let (total, done) = (self.p.pages.len(), self.done.get() + 1);
        self.done.set(done);
        cx.count("pages_done", done);
        let mut progress = format!("{done} of {total} pages");
        // Of what the cache has, the time says nothing.
        let fetched = done - self.cached.get();
        if fetched > 0 {
            let each = (cx.now() - self.begun.get()) / fetched as f64;
            progress += &format!(", about {:.1} s left", each * (total - done) as f64);
        }
        cx.print(format!("{url}: {how}; {progress}"));
        Ok(())
    }

    async fn worker(self: Rc<Self>, cx: Cx) -> Result<()> {
        while let Ok(row) = self.queue.get_nowait(&cx) {
            let scraper = Rc::clone(&self);
            let scrape = cx.task(&row.url.clone(), |cx| scraper.scrape(cx, row));
            scrape.starts_queued().await?; // @page
        }
        Ok(())
    }

    /// All pages, from the first: those that are in the cache are not fetched.
    async fn run(self: Rc<Self>, cx: Cx, workers: usize) -> Result<()> {
        while self.queue.get_nowait(&cx).is_ok() {}
        for row in &self.p.pages {
            self.queue.put_nowait(&cx, row.clone())?;
        }
        self.begun.set(cx.now());
        self.done.set(0);
        self.cached.set(0);
        let start = |n| {
            let scraper = Rc::clone(&self);
            cx.spawn(&format!("worker {n}"), |cx| scraper.worker(cx))
        };
        gather((1..=workers).map(start)).await?; // @workers one_worker workers
        Ok(())
    }

    /// Keeps what is relevant: documents with a keyword in their title.
    fn report(&self, cx: &Cx) -> Value {
        let (found, total) = (self.found.borrow(), self.p.pages.len());
        let pages: Vec<_> = (self.p.pages.iter())
            .filter_map(|row| found.get_key_value(&row.url))
            .collect();
        let is_kept = |(_, document): &&(_, &Document)| self.p.is_relevant(&document.title);
        let kept: Vec<_> = pages.iter().filter(is_kept).collect();
        let (scraped, relevant) = (pages.len(), kept.len());
        cx.print(format!(
            "Scraped {scraped} of {total} pages, {relevant} of them relevant"
        ));
        for (url, document) in &kept {
            cx.print(format!("  {} ({url})", document.title));
        }
        json!({ "scraped": scraped, "relevant": relevant })
    }
}

/// Cancelled on the way, then begun again: what is in the cache is not fetched twice.
async fn resumed(cx: &Cx, scraper: &Rc<Scraper>) -> Result<()> {
    let (workers, total) = (scraper.p.workers, scraper.p.pages.len());
    let run = || Rc::clone(scraper).run(cx.clone(), workers);
    match cx.timeout(scraper.p.cancel_after, run()).await {
        Err(Error::TimedOut) => {
            let kept = scraper.found.borrow().len();
            cx.print(format!(
                "Cancelled: {kept} of {total} pages are in the cache"
            ));
            run().await // @ resumed
        }
        ended => ended,
    }
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    let (workers, keeps) = (p.workers, p.keep == Some(true));
    let scraper = Rc::new(Scraper {
        queue: Queue::new("urls", 0),
        limiter: RateLimiter::new(&cx, p.rate, 1.0).without_gauge(),
        connections: Semaphore::new(p.connections),
        hosts: RefCell::default(),
        cache: Pages::new(),
        found: RefCell::default(),
        begun: Cell::default(),
        done: Cell::default(),
        cached: Cell::default(),
        p,
    });
    if !keeps {
        scraper.cache.forget(&cx).await?; // @forget
    }
    match mode {
        Mode::OneWorker => Rc::clone(&scraper).run(cx.clone(), 1).await?,
        Mode::Workers => Rc::clone(&scraper).run(cx.clone(), workers).await?,
        Mode::Resumed => resumed(&cx, &scraper).await?,
    }
    Ok(scraper.report(&cx))
}

impl Params {
    fn is_relevant(&self, title: &str) -> bool {
        let title = title.to_lowercase();
        let mut words = self.keywords.iter();
        words.any(|word| title.contains(&word.to_lowercase()))
    }

    /// The request for a page.
    fn visit(&self, row: &Row, attempt: u32) -> Visit {
        let (fails, kind) = (attempt <= row.failures, row.kind());
        let retry_after = row.retry_after.filter(|_| fails);
        let status = if fails { row.status } else { 200 };
        let malformed = row.malformed == Some(true);
        let document = Document {
            kind: kind.to_owned(),
            title: row.title.clone(),
            links: row.links,
            words: row.words,
            text: String::new(),
        };
        // HTML is mended.
        let is_read = !fails && (!malformed || kind == "HTML");
        let shown = retry_after.map(|seconds| seconds.to_string());
        let query: [(_, &dyn Display); 8] = [
            ("delay", &row.latency),
            ("status", &status),
            ("retry_after", &shown.unwrap_or_default()),
            ("type", &kind),
            ("title", &row.title),
            ("words", &row.words),
            ("links", &row.links),
            ("malformed", &u8::from(malformed)),
        ];
        Visit {
            url: row.url.clone(),
            to: self.server(api(&["page", &row.url], &query)),
            latency: row.latency,
            answer: Page {
                status,
                retry_after,
                document: is_read.then_some(document),
            },
        }
    }

    /// The request for the robots.txt of a URL's host; none if nothing is said of the host.
    fn robots(&self, url: &str) -> Option<Visit> {
        let (host, _) = host_and_path(url);
        let scheme = url.split_once("://").map_or("https", |(scheme, _)| scheme);
        let unknown = Site {
            name: host.to_owned(),
            latency: 0.0,
            disallow: None,
            crawl_delay: None,
        };
        let site = self.hosts.iter().find(|site| site.name == host).cloned();
        let site = site.or_else(|| (self.real == Some(true)).then_some(unknown))?;
        let disallow = site.disallow.unwrap_or_default();
        let mut text = format!("User-agent: *\nDisallow: {disallow}\n");
        if let Some(seconds) = site.crawl_delay {
            text += &format!("Crawl-delay: {seconds}\n");
        }
        let query: [(_, &dyn Display); 2] = [("delay", &site.latency), ("text", &text)];
        Some(Visit {
            url: format!("{scheme}://{host}/robots.txt"),
            to: self.server(api(&["robots.txt"], &query)),
            latency: site.latency,
            answer: Page {
                status: 200,
                retry_after: None,
                document: Some(Document {
                    text,
                    ..Document::default()
                }),
            },
        })
    }

    fn server(&self, mock: String) -> Server {
        match self.real {
            Some(true) => Server::Site,
            _ => Server::Mock(mock),
        }
    }
}

impl Row {
    /// The type of document that its URL ends with.
    fn kind(&self) -> &'static str {
        match &*self.url {
            url if url.ends_with(".json") => "JSON",
            url if url.ends_with(".xml") => "XML",
            _ => "HTML",
        }
    }
}

/// The host of a URL, and the path from its slash on.
fn host_and_path(url: &str) -> (&str, &str) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    match rest.find('/') {
        Some(slash) => rest.split_at(slash),
        None => (rest, "/"),
    }
}

// The page

use crate::page::*;

params!(Site, name, latency, disallow = null, crawl_delay = null);
params!(
    Row,
    url,
    latency,
    title,
    words,
    links,
    failures,
    status,
    retry_after = null,
    malformed = null
);
params!(
    Params,
    workers,
    connections,
    rate,
    politeness,
    timeout,
    attempts,
    backoff,
    cancel_after,
    keywords,
    hosts,
    pages,
    real,
    keep
);
use crate::{MAX_SECONDS, sites};
use std::collections::BTreeSet;

const ASSIGNMENT: &str = "Twelve pages of three hosts";

playground! {
    title: "Web scraper",
    subtitle: "Workers, a queue of URLs, limits, retries and a cache",
    lead: "Workers take URLs from one queue, and keep to robots.txt, a rate, pauses, connections \
           and time limits. A cancelled run resumes from a cache in the browser instead of Redis.",
    aim: "Put limits, retries and a cache together in one program that can be cancelled and resumed.",
    articles: [0],
    strategies: {
        OneWorker: "One worker",
        Workers: "Several workers",
        Resumed: "Cancelled, then resumed",
    },
    outside: Outside::Pages,
    problems: problems,
    // Of a page no delay alone decides: before another attempt its host wants a pause, too.
    own_row: |task| match task.strip_suffix("/robots.txt") {
        Some(host) => Some((host, "latency")),
        None => Some((task, "")),
    },
    draw: draw,
}

/// URLs and hosts have to be unique; live, sites are asked by URLs of the web.
fn problems(p: &Params) -> Vec<Problem> {
    let mut problems = match p.real {
        Some(true) => sites::problems("pages", p.pages.iter().map(|row| &*row.url)),
        _ => Vec::new(),
    };
    let urls = p.pages.iter().map(|row| ("pages", "url", &row.url));
    let hosts = p.hosts.iter().map(|site| ("hosts", "name", &site.name));
    let named = urls.enumerate().chain(hosts.enumerate());
    let mut known = BTreeSet::new();
    for (i, (list, column, text)) in named {
        let message = match known.insert((list, text)) {
            _ if text.contains(char::is_whitespace) => "must have no spaces",
            false => "is there twice",
            true => continue,
        };
        let (path, message) = (format!("{list}[{i}].{column}"), message.to_owned());
        problems.push(Problem { path, message });
    }
    problems
}

/// Draws latencies, and which pages fail at first.
fn draw(mut p: Params, seed: u64) -> Params {
    let mut random = fastrand::Rng::with_seed(seed);
    for row in &mut p.pages {
        row.latency = f64::from(random.u32(10..=90)) / 100.0;
        row.failures = u32::from(random.u32(0..5) == 0);
    }
    p
}

fn fields() -> Vec<Field> {
    let fresh = json!({ "name": "host{n}.example", "latency": 0.1, "disallow": null,
        "crawl_delay": null });
    let columns = [
        Field::name(),
        Field::seconds("latency", "Delay of robots.txt"),
        Field::text("disallow", "Disallows").optional(),
        Field::whole("crawl_delay", "Crawl-delay", 0, 3_600, "s").optional(),
    ];
    let hosts = Rows::objects("host", fresh, columns).or_none();
    let fresh = json!({ "url": "news.example/{n}", "latency": 0.5, "title": "Page {n}",
        "words": 100, "links": 5, "failures": 0, "status": 503, "retry_after": null,
        "malformed": false });
    let columns = [
        Field::text("url", "URL"),
        Field::seconds("latency", "Delay"),
        Field::text("title", "Title"),
        Field::whole("words", "Words", 0, 10_000, ""),
        Field::whole("links", "Links", 0, 1_000, ""),
        Field::whole("failures", "Fails first", 0, 100, "×"),
        Field::whole("status", "with status", 400, 599, ""),
        Field::seconds("retry_after", "Retry-After").optional(),
        Field::flag("malformed", "Malformed").optional(),
    ];
    let pages = Rows::objects("page", fresh, columns);
    let word = FieldKind::Text { max: 200 };
    vec![
        Field::rows("pages", "Pages", pages),
        Field::rows("hosts", "Hosts, and their robots.txt", hosts),
        Field::list(
            "keywords",
            "Keywords",
            List::of("word", word, json!("word {n}")),
        ),
        Field::whole("workers", "Workers", 1, 100, ""),
        Field::whole("connections", "Connections", 1, 1_000, ""),
        Field::number("rate", "Requests a second", 0.1, 10_000.0, 1.0, ""),
        Field::seconds("politeness", "Pause between requests to a host"),
        Field::number("timeout", "Time limit", 0.001, MAX_SECONDS, 0.1, "s"),
        Field::whole("attempts", "Attempts", 1, 10, ""),
        Field::seconds("backoff", "First pause before another attempt"),
        Field::seconds("cancel_after", "Cancelled after"),
        Field::flag("keep", "Live pace: keep the cache of earlier runs").optional(),
        Field::flag("real", "Live pace: ask these sites").optional(),
    ]
}

fn row(url: &str, latency: f64, title: &str, words: u64, links: u64) -> Row {
    Row {
        url: url.to_owned(),
        latency,
        title: title.to_owned(),
        words,
        links,
        failures: 0,
        status: 503,
        retry_after: None,
        malformed: Some(false),
    }
}

fn presets() -> Vec<(&'static str, Params)> {
    let site = |name: &str, latency, disallow: Option<&str>, crawl_delay| Site {
        name: name.to_owned(),
        latency,
        disallow: disallow.map(str::to_owned),
        crawl_delay,
    };
    let mut pages = vec![
        row("news.example/async", 0.6, "Async in practice", 320, 12),
        row("tech.example/wasm", 0.7, "Python and WASM", 540, 8),
        row("sport.example/cup", 0.5, "Cup final", 210, 4),
        row("news.example/feed.xml", 0.4, "Web standards news", 90, 15),
        row("tech.example/latest.json", 0.3, "New phone", 60, 3),
        row("sport.example/web", 0.6, "Web of transfers", 450, 9),
        row("news.example/election", 0.8, "Election results", 800, 20),
        row("tech.example/drafts/web", 0.5, "A draft", 30, 0),
        row("sport.example/table.json", 0.4, "League table", 40, 0),
        row("news.example/python", 0.5, "Python 3.14 released", 610, 11),
        row("tech.example/slow", 4.0, "Slow web servers", 100, 1),
        row("sport.example/gone", 0.2, "Last season", 10, 0),
    ];
    for (i, status, retry_after) in [(1, 503, None), (5, 429, Some(1.5)), (11, 404, None)] {
        (pages[i].failures, pages[i].status) = (1, status);
        pages[i].retry_after = retry_after;
    }
    pages[8].malformed = Some(true);
    let assignment = Params {
        workers: 4,
        connections: 3,
        rate: 5.0,
        politeness: 0.2,
        timeout: 1.0,
        attempts: 3,
        backoff: 0.5,
        cancel_after: 3.0,
        keywords: ["python", "async", "web"].map(str::to_owned).into(),
        hosts: vec![
            site("news.example", 0.2, None, None),
            site("tech.example", 0.3, Some("/drafts/"), Some(1)),
            site("sport.example", 0.1, None, None),
        ],
        pages,
        real: None,
        keep: None,
    };
    let article = |n: u32| {
        let (url, title) = (format!("news.example/{n}"), format!("Async, part {n}"));
        row(&url, 0.5, &title, 300, 10)
    };
    let one_host = Params {
        politeness: 0.5,
        hosts: vec![site("news.example", 0.2, None, Some(1))],
        pages: (1..=10).map(article).collect(),
        ..assignment.clone()
    };
    let many = Params {
        workers: 10,
        connections: 10,
        rate: 20.0,
        politeness: 0.0,
        cancel_after: 2.0,
        hosts: vec![site("news.example", 0.2, None, None)],
        pages: (1..=60).map(article).collect(),
        ..assignment.clone()
    };
    let mut overloaded = one_host.clone();
    overloaded.politeness = 0.1;
    overloaded.hosts.clear();
    for row in &mut overloaded.pages {
        row.failures = 2;
    }
    vec![
        (ASSIGNMENT, assignment),
        ("One host that wants a pause", one_host),
        ("A host that is overloaded", overloaded),
        ("Sixty pages, ten workers", many),
    ]
}

fn claims(p: &Params, _: &str) -> Vec<Claim> {
    let (mut replay, mut takes) = (Replay::begin(p), Replay::begin(p));
    let endings: Vec<_> = p.pages.iter().map(|row| replay.page(row)).collect();
    let count = |ending| endings.iter().filter(|&&found| found == ending).count();
    let [found, failed, timed_out] = [Ending::Found, Ending::Failed, Ending::TimedOut].map(count);
    let each = p.pages.iter().map(|row| {
        let before = takes.now;
        takes.page(row);
        takes.now - before
    });
    let all = replay.now.secs();
    let sum = format!("{} = {}", terms(each, " + "), seconds(all));
    let total = p.pages.len();
    let of = |count: usize| format!("{count} of {total}");
    let lines = |mode| Measure::Lines(mode, " links; ");
    let slow = "one worker: each page with its waits and attempts";
    vec![
        Mode::OneWorker.takes(slow, all, sum),
        Mode::Workers.counts(lines, "documents that are fetched", found, of(found)),
        Mode::Resumed.counts(lines, "resumed: none is fetched twice", found, of(found)),
        Mode::Workers.counts(
            Measure::Failures,
            "pages that fail, or are malformed",
            failed,
            of(failed),
        ),
        Mode::Workers.ends(
            Outcome::Timeout,
            "pages and robots.txt that are too slow",
            timed_out + replay.silent,
            format!("{timed_out} + {}", replay.silent),
        ),
    ]
}

/// How a page ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Found,
    Failed,
    TimedOut,
    Skipped,
}

/// One worker's waits, page by page.
struct Replay<'a> {
    p: &'a Params,
    now: Time,
    /// Tokens, and when they were counted.
    tokens: f64,
    counted: f64,
    /// Of each host the rules, and when it may be asked again.
    hosts: BTreeMap<&'a str, (Robots, f64)>,
    /// Hosts that have not sent their rules within the limit.
    silent: usize,
}

impl<'a> Replay<'a> {
    fn begin(p: &'a Params) -> Self {
        Self {
            p,
            now: Time::ZERO,
            tokens: p.rate,
            counted: 0.0,
            hosts: BTreeMap::new(),
            silent: 0,
        }
    }

    /// One request; false if it is not answered within the limit.
    fn send(&mut self, latency: f64) -> bool {
        let fresh = (self.now.secs() - self.counted) * self.p.rate;
        self.tokens = (self.tokens + fresh).min(self.p.rate);
        if self.tokens < 1.0 {
            self.now = self.now.after((1.0 - self.tokens) * (1.0 / self.p.rate));
            self.tokens = 1.0;
        }
        self.tokens -= 1.0;
        self.counted = self.now.secs();
        let (answer, limit) = (self.now.after(latency), self.now.after(self.p.timeout));
        self.now = answer.min(limit);
        answer < limit
    }

    fn page(&mut self, row: &'a Row) -> Ending {
        let (name, path) = host_and_path(&row.url);
        if !self.hosts.contains_key(name) {
            let rules = match self.p.robots(&row.url) {
                None => Robots::default(),
                Some(visit) => match (self.send(visit.latency), visit.answer.document) {
                    (true, Some(document)) => Robots::parse(&document.text),
                    _ => {
                        self.silent += 1;
                        Robots::unknown()
                    }
                },
            };
            self.hosts.insert(name, (rules, 0.0));
        }
        for attempt in 1..=self.p.attempts {
            let Some((rules, free_at)) = self.hosts.get_mut(name) else {
                break;
            };
            if !rules.allows(path) {
                return Ending::Skipped;
            }
            if *free_at > self.now.secs() {
                self.now = self.now.after(*free_at - self.now.secs());
            }
            let pause = self.p.politeness.max(rules.crawl_delay.unwrap_or(0.0));
            *free_at = self.now.secs() + pause;
            let visit = self.p.visit(row, attempt);
            let is_last = attempt == self.p.attempts;
            let wanted = match (self.send(visit.latency), visit.answer) {
                (
                    true,
                    Page {
                        status: 200,
                        document,
                        ..
                    },
                ) => {
                    return document.map_or(Ending::Failed, |_| Ending::Found);
                }
                (true, Page { status, .. }) if is_last || (status != 429 && status < 500) => {
                    return Ending::Failed;
                }
                (true, answer) => answer.retry_after,
                (false, _) if is_last => return Ending::TimedOut,
                (false, _) => None,
            };
            let backoff = self.p.backoff * f64::powi(2.0, attempt as i32 - 1);
            self.now = self.now.after(wanted.unwrap_or(backoff));
        }
        Ending::Skipped
    }
}
