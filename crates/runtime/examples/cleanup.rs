//! A time limit cancels a task. The task catches the cancellation, cleans up with `await`, and only then does the wait end.

use interleave_runtime::{Cx, Error, Ports, Result, Runtime};

async fn upload(cx: Cx) -> Result<()> {
    let work = {
        let cx = cx.clone();
        async move {
            cx.sleep(10.0).await;
            Ok(())
        }
    };
    let result = cx.catch_cancel(work).await;
    if result == Err(Error::Cancelled) {
        println!("{} s: cancelled, removes what has been uploaded", cx.now());
        cx.sleep(0.5).await;
    }
    result
}

async fn program(cx: Cx) -> Result<serde_json::Value> {
    let answer = cx.timeout(3.0, upload(cx.clone())).await;
    println!("{} s: {answer:?}", cx.now());
    Ok("the program continues".into())
}

fn main() {
    let runtime = Runtime::new(Ports::simulated());
    runtime.start(program);
    runtime.run();
    println!("{} s: {}", runtime.now().secs(), runtime.result());
}
