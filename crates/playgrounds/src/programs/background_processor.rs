//! Background jobs, after article 2: a semaphore that limits nothing, and one that does.

use interleave_runtime::{Cx, Result, Semaphore, wait_all};
use serde_json::{Value, json};
use std::cell::Cell;
use std::rc::Rc;

/// A job, and how many seconds it takes.
#[derive(Clone)]
pub struct Job {
    name: String,
    duration: f64,
}

/// The jobs, and how many may run at once.
#[derive(Clone)]
pub struct Params {
    max_workers: usize,
    jobs: Vec<Job>,
}

/// Stands in for sending mail, writing a report, making a backup.
async fn run(cx: Cx, job: Job, jobs: Jobs) -> Result<String> {
    let _running = jobs.begin(&cx);
    cx.sleep(job.duration).await; // @work
    let done = format!("{} done", job.name);
    cx.done(&done);
    Ok(done)
}

/// Repaired: the permit is held while the job runs.
async fn with_permit(cx: Cx, job: Job, jobs: Jobs, permits: Semaphore) -> Result<String> {
    let _permit = permits.acquire(&cx).await; // @permit fixed
    cx.running("");
    run(cx, job, jobs).await
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    // What counts here are the jobs that run.
    let permits = Semaphore::new(p.max_workers).without_gauge();
    let (jobs, mut tasks) = (Jobs::default(), Vec::new());
    for job in p.jobs {
        let (name, jobs, permits) = (job.name.clone(), jobs.clone(), permits.clone());
        tasks.push(match mode {
            Mode::Article => {
                // As published: held only while the task is created, it limits nothing.
                let _permit = permits.acquire(&cx).await; // @add article
                cx.spawn(&name, |cx| run(cx, job, jobs))
            }
            Mode::Fixed => cx.spawn_queued(&name, |cx| with_permit(cx, job, jobs, permits)),
        });
    }
    cx.note(format!("all added, permits free: {}", permits.free()));
    let values = wait_all(tasks).await; // @gather
    let shown = |value: Result<String>| value.unwrap_or_else(|error| error.to_string());
    Ok(json!({
        "values": values.into_iter().map(shown).collect::<Vec<_>>(),
        "peak_running": jobs.peak.get(),
        "max_workers": p.max_workers,
    }))
}

/// How many jobs run at once.
#[derive(Clone, Default)]
struct Jobs {
    now: Rc<Cell<usize>>,
    peak: Rc<Cell<usize>>,
}

/// A job that runs.
struct Running(Cx, Jobs);

impl Jobs {
    fn begin(&self, cx: &Cx) -> Running {
        self.count(cx, self.now.get() + 1);
        Running(cx.clone(), self.clone())
    }

    fn count(&self, cx: &Cx, now: usize) {
        self.now.set(now);
        self.peak.set(self.peak.get().max(now));
        cx.count("jobs_running", now);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let Self(cx, jobs) = self;
        jobs.count(cx, jobs.now.get() - 1);
    }
}

// The page

use crate::page::*;

params!(Job, name, duration);
params!(Params, max_workers, jobs);

const ARTICLE: &str = "The article: four jobs, three workers";

playground! {
    title: "Background jobs",
    subtitle: "A semaphore that is held too briefly to limit anything",
    lead: "Four jobs, and a semaphore with three permits. As published, add_task holds a permit only \
           while it creates the task, which takes no time: all jobs run at once. Repaired, each job \
           holds its permit until it is done.",
    aim: "Hold a semaphore for as long as the work takes, so that it limits the work.",
    articles: [2],
    strategies: {
        Article: "As published: a permit to create the task",
        Fixed: "Repaired: a permit to run it",
    },
    draw: draw,
}

/// Draws how long the jobs take.
fn draw(mut p: Params, seed: u64) -> Params {
    let mut random = fastrand::Rng::with_seed(seed);
    for job in &mut p.jobs {
        job.duration = f64::from(random.u32(2..=20)) / 10.0;
    }
    p
}

fn fields() -> Vec<Field> {
    let fresh = json!({ "name": "job {n}", "duration": 0.5 });
    let columns = [Field::name(), Field::seconds("duration", "Duration")];
    vec![
        Field::rows("jobs", "Jobs", Rows::objects("job", fresh, columns)),
        Field::whole("max_workers", "Permits (max_workers)", 1, 10_000, ""),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let job = |name: &str, duration| Job {
        name: name.to_owned(),
        duration,
    };
    let four = vec![
        job("email alice", 0.5),
        job("report Daily Sales", 1.0),
        job("backup user_db", 2.0),
        job("email bob", 0.5),
    ];
    let six = [0.4, 0.9, 0.3, 0.7, 0.5, 1.1];
    let six = (1..)
        .zip(six)
        .map(|(n, duration)| job(&format!("job {n}"), duration));
    let twenty = (1..=20).map(|n| job(&format!("email {n}"), 0.3));
    let params = |max_workers, jobs| Params { max_workers, jobs };
    vec![
        (ARTICLE, params(3, four.clone())),
        ("One worker", params(1, four)),
        ("Six jobs, two workers", params(2, six.collect())),
        ("Twenty emails, four workers", params(4, twenty.collect())),
    ]
}

fn claims(p: &Params, preset: &str) -> Vec<Claim> {
    let takes: Vec<f64> = p.jobs.iter().map(|job| job.duration).collect();
    let (workers, count) = (p.max_workers, p.jobs.len());
    let fast = Mode::Article
        .longest(&takes)
        .label("as published: the longest job");
    let last = with_permits(&takes, workers);
    let formula = format!(
        "each takes the permit that is free first: {}",
        seconds(last)
    );
    let slow = Mode::Fixed.takes("repaired: with the semaphore", last, formula);
    let label = "as published: jobs at once";
    let formula = format!("all {count}: each permit is free again at once");
    let published = Mode::Article
        .counts(Measure::Peak, label, count, formula)
        .said(preset == ARTICLE, "max_workers=3")
        .but(
            "The permit is held only while the task is created, so it limits nothing: four jobs \
             run at once. With these durations both take 2.0 s; with more jobs they do not.",
        );
    let bound = workers.min(count);
    let formula = format!("min({workers}, {count}) = {bound}");
    let repaired = Mode::Fixed.counts(Measure::Peak, "repaired: jobs at once", bound, formula);
    vec![published, repaired, fast, slow]
}
