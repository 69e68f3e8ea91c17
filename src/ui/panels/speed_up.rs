//! The speed-up of a pool of workers, measured in this browser, beside Amdahl's limit.

use super::measured_table::{Column, measured_table};
use super::measuring::{Known, Measuring, measuring};
use crate::ui::kit::plot::{Axis, Line, Stroke, plot};
use crate::web;
use crate::web::threads::measure;
use interleave_geometry::plot::Scale;
use interleave_player::speed_up::{Pool, amdahl, parallel, speed_up, summary};
use interleave_runtime::Squares;
use interleave_trace::seconds;
use leptos::prelude::*;

/// How many jobs each pool does: many numbers of workers divide it, so that few are idle at the end.
const JOBS: u32 = 24;
/// How long a job should take, in seconds. A worker costs some milliseconds more.
const JOB: f64 = 0.04;
/// The most workers that are tried.
const MOST: usize = 16;

/// The sum of each job.
const WORK: Squares = Squares {
    numbers: 100_000,
    rounds: 20,
    seconds: 0.0,
};

/// Measures pools of one worker, two, and so on, up to the number of cores; two at least.
pub fn measured() -> impl IntoView {
    let most = web::cores().clamp(2, MOST);
    let work = async move |known: Known<Pool>| {
        let mut work = WORK;
        // The first job loads the worker's script. A short one is slower than it will be: its code is compiled on the way.
        for _ in 0..4 {
            let tried = measure(1, 1, work).await?;
            let times = JOB / tried.computing.max(1e-4);
            work.rounds = (f64::from(work.rounds) * times).clamp(1.0, 1e6) as u32;
        }
        for workers in 1..=most {
            known.add(measure(workers, JOBS, work).await?);
        }
        Ok(())
    };
    let what = Measuring {
        count: most,
        picture: |pools| view! { {picture(pools)}{table(pools)} }.into_any(),
        summary,
    };
    measuring(what, work)
}

fn picture(pools: &[Pool]) -> impl IntoView + use<> {
    let most = web::cores().clamp(2, MOST) as f64;
    let part = parallel(pools);
    let of_all = |times: &dyn Fn(f64) -> f64| {
        let all = (1..=most as u32).map(f64::from);
        all.map(|workers| (workers, times(workers))).collect()
    };
    let measured = pools
        .iter()
        .filter_map(|pool| Some((pool.workers as f64, speed_up(pools, pool)?)));
    let lines = [
        Line {
            name: "measured",
            stroke: Stroke::Discs,
            points: measured.collect(),
        },
        Line {
            name: "Amdahl’s limit",
            stroke: Stroke::Dashes,
            points: of_all(&|workers| amdahl(part, workers as usize)),
        },
        Line {
            name: "as many times as workers",
            stroke: Stroke::Dots,
            points: of_all(&|workers| workers),
        },
    ];
    let x = Axis {
        name: "workers",
        scale: Scale::Linear {
            from: 1.0,
            to: most,
        },
        words: |workers| workers.to_string(),
    };
    let y = Axis {
        name: "speed-up",
        scale: Scale::Linear {
            from: 0.0,
            to: most,
        },
        words: |times| format!("{times}×"),
    };
    plot(&x, &y, &lines)
}

fn table(pools: &[Pool]) -> impl IntoView + use<> {
    let part = parallel(pools);
    let times =
        |times: Option<f64>| times.map_or_else(|| "–".to_owned(), |times| format!("{times:.2}×"));
    let row = |pool: &Pool| {
        let limit = times(Some(amdahl(part, pool.workers)));
        let workers = pool.workers.to_string();
        vec![
            workers,
            seconds(pool.total),
            times(speed_up(pools, pool)),
            limit,
        ]
    };
    let columns = ["workers", "total", "speed-up", "Amdahl’s limit"].map(Column::Figure);
    let rows = pools.iter().map(row).collect();
    view! {
        {measured_table("Speed-up by number of workers", &columns, rows)}
        <p class="muted small">{format!(
            "{JOBS} jobs for each pool, which starts its own workers. With one worker, {:.1} % of the time is computing: the \
             part that can be parallel. This browser reports {} cores. Workers fall behind the limit where cores are virtual, or \
             busy with something else.",
            100.0 * part, web::cores(),
        )}</p>
    }
}
