//! Sleeping tasks beside plain JavaScript promises, from ten to a hundred thousand.

use super::measured_table::{Column, measured_table};
use super::measuring::{Known, Measuring, measuring};
use super::own_run;
use super::sizes::{bytes, time};
use crate::ui::kit::plot::{Axis, Line, Stroke, plot};
use crate::web::promises::{Sleeps, sleeps};
use interleave_geometry::plot::Scale;
use interleave_trace::count;
use leptos::prelude::*;
use serde_json::json;

/// How many tasks there are at once.
const COUNTS: [u32; 5] = [10, 100, 1_000, 10_000, 100_000];
/// How long each sleeps, in seconds.
const SLEEP: f64 = 0.5;
/// The resolution of the browsers' clocks, in seconds, or a finer one.
const GRAIN: f64 = 1e-4;

/// One number of tasks, both ways.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Both {
    count: u32,
    tasks: Sleeps,
    promises: Sleeps,
}

/// Measures all numbers of tasks, one after another.
pub fn measured() -> impl IntoView {
    let work = async move |known: Known<Both>| {
        // Loads the script and the code of the tasks, and has them compiled.
        sleeps(COUNTS[0], 0.0).await?;
        tasks(COUNTS[0], 0.0).await?;
        for count in COUNTS {
            let promises = sleeps(count, SLEEP).await?;
            let tasks = tasks(count, SLEEP).await?;
            known.add(Both {
                count,
                tasks,
                promises,
            });
        }
        Ok(())
    };
    let what = Measuring {
        count: COUNTS.len(),
        picture: |known| view! { {pictures(known)}{table(known)} }.into_any(),
        summary,
    };
    measuring(what, work)
}

/// Runs a number of sleeping tasks of the playground, in a live run of their own.
async fn tasks(count: u32, sleep: f64) -> Result<Sleeps, String> {
    let params = json!({ "tasks": count, "seconds": sleep, "permits": 1 });
    let run = own_run::run("at-scale", "sleeps", &params).await?;
    Ok(Sleeps {
        started: run.started,
        total: run.total,
        bytes: run.bytes,
    })
}

fn summary(known: &[Both]) -> String {
    let Some(most) = known.last() else {
        return String::new();
    };
    format!(
        "{} tasks: started after {}, all done after {}. As many promises: {} and {}.",
        count(most.count as usize),
        time(most.tasks.started),
        time(most.tasks.total),
        time(most.promises.started),
        time(most.promises.total),
    )
}

fn pictures(known: &[Both]) -> impl IntoView + use<> {
    view! {
        <div class="charts">
            {picture(known, "time to start", time, |sleeps| Some(sleeps.started.max(GRAIN)))}
            {picture(known, "total time", time, |sleeps| Some(sleeps.total))}
            {picture(known, "memory", bytes, |sleeps| sleeps.bytes)}
        </div>
    }
}

fn picture(
    known: &[Both],
    name: &'static str,
    words: fn(f64) -> String,
    figure: fn(&Sleeps) -> Option<f64>,
) -> impl IntoView + use<> {
    let line = |name, stroke, of: fn(&Both) -> &Sleeps| Line {
        name,
        stroke,
        points: known
            .iter()
            .filter_map(|both| Some((f64::from(both.count), figure(of(both))?)))
            .collect(),
    };
    let lines = [
        line("Interleave’s tasks", Stroke::Discs, |both| &both.tasks),
        line("plain promises", Stroke::Squares, |both| &both.promises),
    ];
    let figures = lines.iter().flat_map(|line| &line.points);
    let x = Axis {
        name: "tasks",
        scale: Scale::log(COUNTS.map(f64::from)),
        words: |tasks| count(tasks as usize),
    };
    let y = Axis {
        name,
        scale: Scale::log(figures.map(|point| point.1)),
        words,
    };
    plot(&x, &y, &lines)
}

/// The time to start in words, as exactly as the clock tells it.
fn start(sleeps: Sleeps) -> String {
    match sleeps.started <= GRAIN {
        true => format!("≤ {}", time(GRAIN)),
        false => time(sleeps.started),
    }
}

fn table(known: &[Both]) -> impl IntoView + use<> {
    let memory = |held: Option<f64>| held.map_or_else(|| "not told".to_owned(), bytes);
    let row = |both: &Both| {
        let [tasks, promises] = [both.tasks, both.promises];
        vec![
            count(both.count as usize),
            start(tasks),
            start(promises),
            time(tasks.total),
            time(promises.total),
            memory(tasks.bytes),
            memory(promises.bytes),
        ]
    };
    let figures = |name| Column::Figures(name, &["Interleave", "promises"]);
    let columns = [
        Column::Figure("tasks"),
        figures("time to start"),
        figures("total time"),
        figures("memory"),
    ];
    let rows = known.iter().map(row).collect();
    view! {
        {measured_table("Tasks and promises by their number", &columns, rows)}
        <p class="muted small">{format!(
            "Each sleeps for {}; the total is at least that. Interleave’s tasks share one timer of the browser, and every event of \
             theirs is recorded; a promise has a timer of its own. Interleave’s memory is counted: tasks, timers, and the record. \
             That of promises is what the browser’s heap grew by, which most browsers do not tell, or round.",
            time(SLEEP),
        )}</p>
    }
}
