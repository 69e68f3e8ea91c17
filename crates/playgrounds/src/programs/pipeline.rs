//! A pipeline, after article 0's assignment: fetch sources, parse their articles, keep some, save them.

use interleave_runtime::{Cx, Error, Queue, Request, Result, Semaphore, Task, gather};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;

/// A source: how long its page takes to come and to parse, and the titles of its articles.
#[derive(Clone)]
pub struct Source {
    url: String,
    fetch: f64,
    parse: f64,
    articles: Vec<String>,
    /// Why there is no answer. Without words, there is one.
    error: Option<String>,
}

/// The sources, the limits, and what is done with each article.
#[derive(Clone)]
pub struct Params {
    /// How many sources are fetched at once.
    max_concurrent: usize,
    /// The places in each queue; no limit if 0.
    queue_size: usize,
    /// An article with one of these in its title is kept.
    keywords: Vec<String>,
    filter_time: f64,
    save_time: f64,
    sources: Vec<Source>,
}

/// Fetches a source. Nothing comes of one that does not answer.
async fn fetch(cx: Cx, source: Source, permits: Semaphore) -> Result<Option<Source>> {
    let _permit = permits.acquire(&cx).await; // @permit
    cx.running("");
    let Source { url, fetch, .. } = &source;
    let request = match &source.error {
        Some(why) if source.fails() => Request::without_answer(url, why, *fetch),
        _ => Request::for_status(url, 200, *fetch),
    };
    match cx.fetch(request).await /* @get */ {
        Ok(_) => {
            cx.done(source.count());
            Ok(Some(source))
        }
        Err(Error::Failed(why)) => {
            cx.failed(why);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

async fn parse(cx: Cx, source: Source) -> Result<Vec<String>> {
    cx.sleep(source.parse).await; // @parse_time
    cx.done(source.count());
    Ok(source.articles)
}

/// Keeps the articles that have a keyword in their title.
async fn filter(cx: &Cx, p: &Params, titles: Vec<String>) -> Vec<String> {
    cx.sleep(p.filter_time * titles.len() as f64).await; // @filter_time
    let is_kept = |title: &String| p.is_kept(title);
    titles.into_iter().filter(is_kept).collect()
}

async fn save(cx: &Cx, p: &Params, titles: &[String]) {
    cx.sleep(p.save_time * titles.len() as f64).await; // @save_time
}

/// Each stage begins when the one before it is over.
async fn staged(cx: &Cx, p: &Rc<Params>, permits: &Semaphore) -> Result<Vec<String>> {
    let start = |source: &Source| {
        let (source, permits) = (source.clone(), permits.clone());
        let name = format!("fetch {}", source.url);
        cx.spawn_queued(&name, |cx| fetch(cx, source, permits))
    };
    let pages = gather(p.sources.iter().map(start)).await?; // @fetches staged
    let start = |page: Source| {
        let name = format!("parse {}", page.url);
        cx.spawn(&name, |cx| parse(cx, page))
    };
    let titles = gather(pages.into_iter().flatten().map(start)).await?; // @parses
    let (titles, own) = (titles.concat(), Rc::clone(p));
    let kept = cx.task("filter", |cx| async move {
        let (all, kept) = (titles.len(), filter(&cx, &own, titles).await);
        cx.done(format!("{} of {all} kept", kept.len()));
        Ok(kept)
    });
    let kept = kept.await?; // @filter
    let own = Rc::clone(p);
    let saved = cx.task("save", |cx| async move {
        save(&cx, &own, &kept).await;
        cx.done(format!("{} saved", kept.len()));
        Ok(kept)
    });
    saved.await // @save
}

/// Tasks on their way to the next stage; `None` says that no more will come.
type Work = Queue<Option<Task<Vec<String>>>>;

/// The queues between the stages, and what comes out in the end.
#[derive(Clone)]
struct Stream {
    p: Rc<Params>,
    to_parse: Work,
    to_filter: Work,
    to_save: Work,
    saved: Rc<RefCell<Vec<String>>>,
}

impl Stream {
    async fn fetching(self, cx: Cx, fetch: Task<Option<Source>>) -> Result<()> {
        if let Some(page) = /* @fetch */ fetch.await? {
            let parse = cx.task(&format!("parse {}", page.url), |cx| parse(cx, page));
            self.to_parse.put(&cx, Some(parse)).await?; // @to_parse
        }
        Ok(())
    }

    async fn parsing(self, cx: Cx) -> Result<()> {
        while let Some(parse) = /* @page */ self.to_parse.get(&cx).await? {
            for title in /* @parse */ parse.await? {
                let p = Rc::clone(&self.p);
                let filter = cx.task(&format!("filter {title}"), |cx| async move {
                    let kept = filter(&cx, &p, vec![title]).await;
                    cx.done(if kept.is_empty() { "dropped" } else { "kept" });
                    Ok(kept)
                });
                self.to_filter.put(&cx, Some(filter)).await?; // @to_filter
            }
        }
        self.to_filter.put(&cx, None).await // @no_more_titles
    }

    async fn filtering(self, cx: Cx) -> Result<()> {
        while let Some(filter) = /* @title */ self.to_filter.get(&cx).await? {
            for title in /* @filter */ filter.await? {
                let p = Rc::clone(&self.p);
                let save = cx.task(&format!("save {title}"), |cx| async move {
                    let titles = vec![title];
                    save(&cx, &p, &titles).await;
                    Ok(titles)
                });
                self.to_save.put(&cx, Some(save)).await?; // @to_save
            }
        }
        self.to_save.put(&cx, None).await // @no_more_kept
    }

    async fn saving(self, cx: Cx) -> Result<()> {
        while let Some(save) = /* @kept */ self.to_save.get(&cx).await? {
            let titles = save.await?; // @save
            self.saved.borrow_mut().extend(titles);
        }
        Ok(())
    }
}

/// A worker for each stage, and queues between them.
async fn streaming(cx: &Cx, p: &Rc<Params>, permits: &Semaphore) -> Result<Vec<String>> {
    let stream = Stream {
        p: Rc::clone(p),
        to_parse: Queue::new("to_parse", p.queue_size),
        to_filter: Queue::new("to_filter", p.queue_size),
        to_save: Queue::new("to_save", p.queue_size),
        saved: Rc::default(),
    };
    let stages = [
        cx.spawn_bare(|cx| stream.clone().parsing(cx)),
        cx.spawn_bare(|cx| stream.clone().filtering(cx)),
        cx.spawn_bare(|cx| stream.clone().saving(cx)),
    ];
    let start = |source: &Source| {
        let (source, permits) = (source.clone(), permits.clone());
        let name = format!("fetch {}", source.url);
        let fetch = cx.task(&name, |cx| fetch(cx, source, permits));
        cx.spawn_bare(|cx| stream.clone().fetching(cx, fetch.starts_queued()))
    };
    gather(p.sources.iter().map(start)).await?; // @fetches
    stream.to_parse.put(cx, None).await?; // @no_more_pages
    gather(stages).await?; // @stages streaming
    Ok(stream.saved.take())
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    let (permits, p) = (Semaphore::new(p.max_concurrent), Rc::new(p));
    let saved = match mode {
        Mode::Staged => staged(&cx, &p, &permits).await?,
        Mode::Streaming => streaming(&cx, &p, &permits).await?,
    };
    let count = saved.len();
    cx.print(format!("Scraped and processed {count} relevant articles"));
    Ok(json!({ "saved": saved }))
}

impl Params {
    fn is_kept(&self, title: &str) -> bool {
        let title = title.to_lowercase();
        self.keywords.iter().any(|word| title.contains(&**word))
    }
}

impl Source {
    fn fails(&self) -> bool {
        self.error.as_ref().is_some_and(|why| !why.is_empty())
    }

    fn count(&self) -> String {
        format!("{} articles", self.articles.len())
    }
}

// The page

use crate::page::*;

params!(Source, url, fetch, parse, articles, error);
params!(
    Params,
    max_concurrent,
    queue_size,
    keywords,
    filter_time,
    save_time,
    sources
);

playground! {
    title: "Pipeline",
    subtitle: "Fetch, parse, filter, save: in stages, or as a stream",
    lead: "Three sources are fetched, parsed, filtered and saved. In stages, each step waits until \
           the one before is done with everything. As a stream, a worker for each step takes from \
           a queue what the one before has put there, so all steps overlap; a queue that is full \
           slows down the step before it.",
    aim: "Connect steps by queues, so that they overlap and a slow step slows down the ones before it.",
    articles: [0],
    strategies: {
        Staged: "In stages: gather, then gather",
        Streaming: "A stream: workers and queues",
    },
    outside: Outside::Network,
    own_duration: |task| match task.split(' ').next()? {
        "filter" => Some("/filter_time".to_owned()),
        "save" => Some("/save_time".to_owned()),
        _ => None,
    },
    own_row: |task| match task.split_once(' ')? {
        ("fetch", url) => Some((url, "fetch")),
        ("parse", url) => Some((url, "parse")),
        _ => None,
    },
}

fn fields() -> Vec<Field> {
    let fresh = json!({
        "url": "api.example.com/{n}", "fetch": 0.5, "parse": 0.1, "articles": ["Async for all"]
    });
    let text = || FieldKind::Text { max: 200 };
    let titles = List::of("article", text(), json!("Article {n}"));
    let columns = [
        Field::text("url", "URL"),
        Field::seconds("fetch", "Delay").varies(),
        Field::seconds("parse", "Parsing"),
        Field::list("articles", "Articles, split by semicolons", titles),
        Field::error(),
    ];
    let keywords = List::of("keyword", text(), json!("keyword-{n}"));
    vec![
        Field::rows(
            "sources",
            "Sources",
            Rows::objects("source", fresh, columns),
        ),
        Field::list("keywords", "Keywords, in lower case", keywords),
        Field::whole("max_concurrent", "Fetches at once", 1, 10_000, ""),
        Field::whole(
            "queue_size",
            "Places in each queue (0: no limit)",
            0,
            10_000,
            "",
        ),
        Field::seconds("filter_time", "Filtering, each article"),
        Field::seconds("save_time", "Saving, each article"),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let source = |url: &str, fetch, parse, articles: &[&str]| Source {
        url: url.to_owned(),
        fetch,
        parse,
        articles: articles.iter().map(|&title| title.to_owned()).collect(),
        error: None,
    };
    let news = [
        "Python 3.11 released",
        "Election results",
        "Web standards news",
    ];
    let tech = ["Async in practice", "New phone", "Python and WASM", "Chips"];
    let sports = ["Cup final", "Web of transfers"];
    let three = Params {
        max_concurrent: 10,
        queue_size: 2,
        keywords: ["python", "async", "web"].map(str::to_owned).to_vec(),
        filter_time: 0.05,
        save_time: 0.1,
        sources: vec![
            source("api.news.com", 0.9, 0.2, &news),
            source("api.technews.com", 0.5, 0.3, &tech),
            source("api.sports.com", 0.7, 0.1, &sports),
        ],
    };
    let slow_save = Params {
        queue_size: 1,
        save_time: 0.8,
        ..three.clone()
    };
    let in_turn = Params {
        max_concurrent: 1,
        ..three.clone()
    };
    let mut down = three.clone();
    down.sources[1].error = Some("Cannot connect to host".to_owned());
    vec![
        ("Three sources", three),
        ("Saving is slow, one place in each queue", slow_save),
        ("One fetch at a time", in_turn),
        ("A source is down", down),
    ]
}

fn claims(p: &Params, _: &str) -> Vec<Claim> {
    let fetches: Vec<f64> = p.sources.iter().map(|source| source.fetch).collect();
    let fetched = with_permits(&fetches, p.max_concurrent);
    let pages = || p.sources.iter().filter(|source| !source.fails());
    let parses = || pages().map(|page| page.parse);
    let parsed = parses().map(|seconds| in_turn([fetched, seconds]));
    let parsed = parsed.fold(fetched, f64::max);
    let titles: Vec<_> = pages().flat_map(|page| &page.articles).collect();
    let all = titles.len();
    let kept = titles.iter().filter(|title| p.is_kept(title)).count();
    let [filtering, saving] = [(p.filter_time, all), (p.save_time, kept)];
    let filtering = filtering.0 * filtering.1 as f64;
    let saving = saving.0 * saving.1 as f64;
    let total = in_turn([parsed, filtering, saving]);
    let formula = format!(
        "{} to fetch + {} to parse + {all} × {} + {kept} × {} = {}",
        seconds(fetched),
        seconds(parsed - fetched),
        seconds(p.filter_time),
        seconds(p.save_time),
        seconds(total),
    );
    let takes = Mode::Staged.takes("in stages: the sum of the stages", total, formula);
    let down = p.sources.len() - pages().count();
    let formula = format!("{down} of {}", p.sources.len());
    let failures = Measure::Failures;
    let failed = Mode::Streaming.counts(failures, "sources without an answer", down, formula);
    let formula = format!("{kept} of {all} articles have a keyword in their title");
    let saved = |mode| Measure::Named(mode, "save ");
    let saved =
        Mode::Streaming.counts(saved, "as a stream: articles that are saved", kept, formula);
    vec![takes, saved, failed]
}
