//! Two tasks take the same two locks in opposite order. The run ends, and says what each task waits for.

use interleave_runtime::{Cx, Ports, Result, Runtime, Semaphore, gather};
use interleave_trace::Verdict;

async fn take_both(cx: Cx, first: Semaphore, second: Semaphore) -> Result<()> {
    let _first = first.acquire(&cx).await;
    cx.sleep(1.0).await;
    let _second = second.acquire(&cx).await;
    Ok(())
}

async fn program(cx: Cx) -> Result<serde_json::Value> {
    let (fork, knife) = (Semaphore::new(1), Semaphore::new(1));
    let anna = cx.spawn("Anna", |cx| take_both(cx, fork.clone(), knife.clone()));
    let bert = cx.spawn("Bert", |cx| take_both(cx, knife, fork));
    gather([anna, bert]).await?;
    Ok("both have eaten".into())
}

fn main() {
    let runtime = Runtime::new(Ports::simulated());
    runtime.start(program);
    runtime.run();
    let trace = runtime.trace();
    match trace.end().map(|end| &end.verdict) {
        Some(Verdict::Deadlocked(waits)) => {
            println!("deadlocked after {} s:", runtime.now().secs());
            waits.iter().for_each(|wait| println!("- {wait}"));
        }
        other => println!("{other:?}: {}", runtime.result()),
    }
}
