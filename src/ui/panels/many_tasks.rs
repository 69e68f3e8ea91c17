//! Sleeping tasks beside plain JavaScript promises, from ten to a hundred thousand.

use super::measuring::{Known, Measuring, measuring};
use crate::ui::kit::plot::{Axis, Line, Stroke, plot};
use crate::web;
use crate::web::promises::{Sleeps, sleeps};
use interleave_geometry::plot::Scale;
use interleave_playgrounds::Entry;
use interleave_runtime::{Clock, Ports, Runtime, Status};
use interleave_trace::{Time, count};
use leptos::prelude::*;
use serde_json::json;
use std::rc::Rc;

/// How many tasks there are at once.
const COUNTS: [u32; 5] = [10, 100, 1_000, 10_000, 100_000];
/// How long each sleeps, in seconds.
const SLEEP: f64 = 0.5;
/// So many steps are taken before the page gets a turn.
const BUDGET: usize = 20_000;
/// A timer of the browser rings late: what is nearer is waited for in turns.
const NEAR: f64 = 0.001;

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
        // The script and the code of the tasks are there, and compiled.
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

/// Lets so many tasks of the playground sleep, in a live run of their own.
async fn tasks(count: u32, sleep: f64) -> Result<Sleeps, String> {
    let entry = Entry::find("at-scale").ok_or("this playground is not there")?;
    let strategy = entry.strategy("sleeps").ok_or("it has no such strategy")?;
    let start = web::now();
    let runtime = Runtime::new(Ports {
        clock: Clock::Wall(Rc::new(move || Time::from_secs(web::now() - start))),
        ..Ports::simulated()
    });
    let params = json!({ "tasks": count, "seconds": sleep, "permits": 1 });
    let started = entry.start(&runtime, strategy, &params);
    started.map_err(|problem| problem.to_string())?;
    let mut first = None;
    loop {
        match runtime.run_until(Time::MAX, BUDGET) {
            Status::Ended => break,
            Status::Busy | Status::AwaitingIo => web::turn().await,
            Status::Sleeping(until) => {
                // All of them sleep.
                first.get_or_insert_with(|| (web::now() - start, runtime.bytes()));
                match until - runtime.read_now() {
                    near if near < NEAR => web::turn().await,
                    left => web::sleep((left * 1e3) as u32).await,
                }
            }
        }
    }
    let total = web::now() - start;
    let (started, bytes) = first.unwrap_or((total, 0));
    Ok(Sleeps {
        started,
        total,
        bytes: Some(bytes as f64),
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
        <div class="plots">
            {picture(known, "time to start", time, |sleeps| Some(sleeps.started))}
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

/// A time in words, in a unit that suits it.
fn time(seconds: f64) -> String {
    in_unit(seconds, &[(1.0, "s"), (1e-3, "ms"), (1e-6, "µs")])
}

/// A number of bytes in words.
fn bytes(bytes: f64) -> String {
    in_unit(bytes, &[(1e6, "MB"), (1e3, "kB"), (1.0, "B")])
}

/// Two digits at least, in the first unit of which there is one.
fn in_unit(figure: f64, units: &[(f64, &'static str)]) -> String {
    let fits = units.iter().find(|unit| figure >= unit.0 * 0.9995);
    let Some((size, name)) = fits.or(units.last()) else {
        return String::new();
    };
    let number = figure / size;
    match number < 9.95 && (number - number.round()).abs() > 0.005 {
        true => format!("{number:.1} {name}"),
        false => format!("{number:.0} {name}"),
    }
}

fn table(known: &[Both]) -> impl IntoView + use<> {
    let memory = |held: Option<f64>| held.map_or_else(|| "not told".to_owned(), bytes);
    let rows = known.iter().map(|both| {
        let [tasks, promises] = [both.tasks, both.promises];
        view! {
            <tr>
                <th scope="row">{count(both.count as usize)}</th>
                <td>{time(tasks.started)}</td><td>{time(promises.started)}</td>
                <td>{time(tasks.total)}</td><td>{time(promises.total)}</td>
                <td>{memory(tasks.bytes)}</td><td>{memory(promises.bytes)}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let pair = || view! { <th scope="col">"Interleave"</th><th scope="col">"promises"</th> };
    view! {
        <div class="table-scroll measured" role="region" aria-label="Tasks and promises by their number" tabindex="0">
            <table>
                <thead>
                    <tr>
                        <th scope="col" rowspan="2">"tasks"</th>
                        <th scope="colgroup" colspan="2">"time to start"</th>
                        <th scope="colgroup" colspan="2">"total time"</th>
                        <th scope="colgroup" colspan="2">"memory"</th>
                    </tr>
                    <tr>{pair()}{pair()}{pair()}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <p class="muted small">{format!(
            "Each sleeps for {}; the total is at least that. Interleave’s tasks share one timer of the browser, and every event of \
             theirs is recorded; a promise has a timer of its own. Interleave’s memory is counted: tasks, timers, and the record. \
             That of promises is what the browser’s heap grew by, which most browsers do not tell, or round.",
            time(SLEEP),
        )}</p>
    }
}
