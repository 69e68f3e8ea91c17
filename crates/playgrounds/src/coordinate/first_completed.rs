//! asyncio.wait for the first of several tasks; the others are cancelled, after article 1.

use interleave_runtime::{Cx, Error, Result, wait_first};
use serde_json::{Value, json};

/// A task that only sleeps: its name, and for how many seconds.
#[derive(Clone)]
pub struct Job(String, f64);

/// The tasks.
#[derive(Clone)]
pub struct Params {
    tasks: Vec<Job>,
}

async fn long_running_task(cx: Cx, delay: f64) -> Result<String> {
    cx.sleep(delay).await; // @work
    let value = format!("{} completed", cx.name());
    cx.done(&value);
    Ok(value)
}

/// Starts all, waits for the first, then cancels the others: waiting alone does not.
async fn program(cx: Cx, _: Mode, p: Params) -> Result<Value> {
    let start = |job: &Job| cx.spawn(&job.0, |cx| long_running_task(cx, job.1));
    let tasks: Vec<_> = p.tasks.iter().map(start).collect();
    let (mut done, pending) = wait_first(tasks).await; // @first article
    let name = |&(place, _): &(usize, _)| &p.tasks[place].0;
    let results = json!({
        "done": done.iter().map(name).collect::<Vec<_>>(),
        "pending": pending.iter().map(name).collect::<Vec<_>>(),
    });
    let (_, first) = done.swap_remove(0);
    cx.print(format!("First task completed: {}", first.await?));
    for (_, task) in pending {
        task.cancel();
        match /* @others */ task.await {
            Err(Error::Cancelled) => cx.print("Task cancelled"),
            ended => drop(ended?),
        }
    }
    Ok(results)
}

// The page

use crate::page::*;

params!(Params, tasks);
params!(Job(name, seconds));

const ARTICLE: &str = "The article: three tasks of two seconds";

playground! {
    title: "First completed (`asyncio.wait`)",
    subtitle: "One answer is enough",
    lead: "Three servers are asked, one answer will do. wait returns when the first task is done, \
           and cancels none: the others run on until main cancels them. Tasks that end at the same \
           instant are all done, and none of them is left to cancel.",
    aim: "Take the first answer of several, and cancel the tasks that are no longer needed.",
    articles: [1],
    strategies: {
        Article: "wait(FIRST_COMPLETED), then cancel",
    },
}

fn fields() -> Vec<Field> {
    let columns = [Field::name(), Field::seconds("delay", "Delay").varies()];
    let tasks = Rows::tuples("task", json!(["Task {n}", 1.0]), columns);
    vec![Field::rows("tasks", "Tasks", tasks)]
}

fn presets() -> Vec<(&'static str, Params)> {
    let job = |(n, &delay): (usize, &f64)| Job(format!("Task {n}"), delay);
    let tasks = |delays: &[f64]| Params {
        tasks: (0..).zip(delays).map(job).collect(),
    };
    vec![
        (ARTICLE, tasks(&[2.0, 2.0, 2.0])),
        ("Distinct delays", tasks(&[2.0, 1.0, 3.0])),
        ("A millisecond apart", tasks(&[1.001, 1.0, 1.002, 1.0])),
        ("One done at once", tasks(&[0.5, 0.0, 4.0])),
    ]
}

fn claims(p: &Params, preset: &str) -> Vec<Claim> {
    let delays = || p.tasks.iter().map(|job| in_turn([job.1]));
    let first = delays().fold(f64::INFINITY, f64::min);
    let late = delays().filter(|&delay| delay > first).count();
    let formula = format!("min({}) = {}", terms(delays(), ", "), seconds(first));
    let count = format!("{late} of {} take longer than the first", p.tasks.len());
    vec![
        Mode::Article.takes("over when the first task is done", first, formula),
        Mode::Article
            .cancelled("cancelled tasks", late, count)
            .said(preset == ARTICLE, "\"Cancel remaining tasks\"")
            .but(
                "All three tasks take 2 s, so all three are done when main wakes; pending is \
                 empty and \"Task cancelled\" is never printed.",
            ),
    ]
}
