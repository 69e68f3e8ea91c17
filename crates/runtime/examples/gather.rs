//! Three tasks that wait concurrently: an hour of virtual time passes at once.

use interleave_runtime::{Cx, Ports, Result, Runtime, gather};
use interleave_trace::{Kind, Trace};

async fn work(cx: Cx, minutes: u32) -> Result<u32> {
    cx.print("starts");
    cx.sleep(f64::from(minutes) * 60.0).await;
    cx.print("is done");
    Ok(minutes)
}

async fn program(cx: Cx) -> Result<serde_json::Value> {
    let start = |minutes| cx.spawn(&format!("{minutes} minutes"), move |cx| work(cx, minutes));
    let values = gather([20, 60, 40].map(start)).await?;
    Ok(values.into())
}

fn main() {
    let runtime = Runtime::new(Ports::simulated());
    runtime.start(program);
    runtime.run();
    print_log(&runtime.trace());
    println!("result: {}", runtime.result());
}

/// What the tasks have printed, with the time and the task.
fn print_log(trace: &Trace) {
    for event in trace.events() {
        if let Kind::Log { text, .. } = event.kind {
            let (at, task) = (event.at.secs(), trace.name(event.task));
            println!("{at:>7.1} s  {task}: {}", trace.text(text));
        }
    }
}
