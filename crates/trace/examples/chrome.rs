//! A trace as Chrome trace events: open the output in <https://ui.perfetto.dev> or `chrome://tracing`.

use interleave_trace::export::{Race, Run, chrome};
use interleave_trace::{Index, Kind, Outcome, Recorder, State, Time, Trace, Verdict, WaitFor};

fn main() {
    let trace = workers();
    let index = Index::of(&trace);
    let params = serde_json::json!({});
    let run = Run {
        mode: "concurrent",
        title: "Three workers",
        headline: "",
        trace: &trace,
        index: &index,
        now: Time::from_secs(3.0),
    };
    let race = Race {
        title: "Workers",
        slug: "workers",
        params: &params,
        seed: 0,
        pace: "recorded",
        source: None,
        slow: "concurrent",
        axis_end: 3.0,
        in_flight: true,
        runs: vec![run],
    };
    print!("{}", chrome(&race));
}

/// Three workers, each of which waits a second longer than the one before; they end the run.
fn workers() -> Trace {
    let mut record = Recorder::default();
    let text = record.intern("");
    let running = Kind::State {
        state: State::Running,
        text,
    };
    let ended = Kind::Ended {
        outcome: Outcome::Ok,
        detail: text,
    };
    let main = record.create(Time::ZERO, None, "main");
    record.push(Time::ZERO, main, running);
    let names = ["first", "second", "third"];
    let tasks = names.map(|name| record.create(Time::ZERO, Some(main), name));
    let ends = [1.0, 2.0, 3.0].map(Time::from_secs);
    for (task, until) in tasks.into_iter().zip(ends) {
        let on = WaitFor::Timer { until };
        record.push(Time::ZERO, task, running);
        record.push(Time::ZERO, task, Kind::Wait { on, line: 1 });
    }
    for (task, end) in tasks.into_iter().zip(ends) {
        record.push(end, task, ended);
    }
    record.push(ends[2], main, ended);
    record.finish(ends[2], Verdict::Completed);
    record.into_trace()
}
