//! A trace written by hand, and its analyses: its story, its totals, its critical path.

use interleave_trace::{
    Index, Kind, Outcome, Path, Recorder, State, Story, Time, Trace, Verdict, WaitFor,
};

fn main() {
    let trace = download();
    let mut story = Story::default();
    story.advance(&trace);
    for line in story.until(Time::MAX) {
        println!("{:>4.1} s  {}", line.at.secs(), line.words(&trace));
    }
    let index = Index::of(&trace);
    println!("\nseconds of work: {}", index.stats().work);
    println!("critical path:");
    for leg in Path::of(&trace).iter().flat_map(Path::legs) {
        let (from, to, task) = (leg.from.secs(), leg.to.secs(), trace.name(leg.task));
        println!("- {from} s to {to} s: {task}, {:?}", leg.spent);
    }
}

/// `main` starts a download, which waits for two seconds, and waits for its end.
fn download() -> Trace {
    let (start, end) = (Time::ZERO, Time::from_secs(2.0));
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
    let polled = Kind::Polled { nanos: 0 };
    let wait = |on, line| Kind::Wait { on, line };

    // The first step of `main`: a step ends with the time that it took.
    let main = record.create(start, None, "main");
    record.push(start, main, running);
    let task = record.create(start, Some(main), "a.zip");
    record.push(start, main, wait(WaitFor::Task(task), 3));
    record.push(start, main, polled);
    // The first step of the download.
    record.push(start, task, running);
    record.push(start, task, wait(WaitFor::Timer { until: end }, 7));
    record.push(start, task, polled);
    // Its timer fires: it ends, which wakes `main`.
    record.push(end, task, ended);
    let woken = Kind::Woken {
        by: Some(task),
        asked: false,
    };
    record.push(end, main, woken);
    record.push(end, task, polled);
    record.push(end, main, ended);
    record.push(end, main, polled);
    record.finish(end, Verdict::Completed);
    record.into_trace()
}
