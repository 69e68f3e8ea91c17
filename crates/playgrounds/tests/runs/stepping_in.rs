//! Whatever task the reader cancels, and when: what follows is what follows in CPython.
use super::python::{printed_by_python, printed_by_rust};
use interleave_playgrounds::Entry;
use interleave_runtime::{Reach, Runtime, StepIn};
use interleave_test_support::{Case, python};
use interleave_trace::export::Document;
use interleave_trace::{TaskId, Time};
use serde_json::{Value, json};

/// One task of a run, cancelled at one instant.
struct Cancelled {
    case: Case,
    task: TaskId,
    /// How many tasks were made before it, in asyncio's sense of the word.
    number: usize,
    at: Time,
}

/// Beyond this a run has nothing to show that a shorter one has not.
const MANY: usize = 30;

#[test]
fn a_task_that_is_cancelled_has_the_consequences_that_it_has_in_python() {
    let (mut differences, mut compared) = (Vec::new(), 0);
    for entry in Entry::all().filter(|entry| has_one_task_a_lane(entry)) {
        let all: Vec<_> = python::cases(entry).iter().flat_map(cancelled).collect();
        let runs: Vec<_> = all
            .iter()
            .map(|one| {
                let cancel = json!({ "task": one.number, "at": one.at.secs() });
                json!({ "mode": one.case.mode, "params": one.case.params, "cancel": cancel })
            })
            .collect();
        let mut job = python::job(entry, &[], false);
        job["runs"] = json!(runs);
        let answers = python::run(&json!([job]));
        for (one, run) in all.iter().zip(answers[0]["runs"].as_array().unwrap()) {
            let document = one.run();
            let rust = (printed_by_rust(&document), &document["makespan"]);
            let python = (printed_by_python(run), &run["makespan"]);
            compared += 1;
            if rust != python {
                differences.push(format!(
                    "{} {} {}\n  task {} cancelled at {}\n  rust   {rust:?}\n  python {python:?}",
                    entry.slug,
                    one.case.mode,
                    one.case.params,
                    one.number,
                    one.at.secs()
                ));
            }
        }
    }
    let few = differences[..differences.len().min(8)].join("\n");
    let count = differences.len();
    assert!(count == 0, "{count} of {compared} differ\n{few}");
    assert!(compared > 1000, "{compared}");
}

/// In the cache, clients are tasks without lanes.
fn has_one_task_a_lane(entry: &Entry) -> bool {
    !entry.sources()[0].contains("cx.spawn_bare(")
}

/// Every task that can be cancelled, at a few instants of the run at which nothing else happens.
fn cancelled(case: &Case) -> Vec<Cancelled> {
    let runtime = case.start();
    let mut tasks: Vec<TaskId> = Vec::new();
    while runtime.run_until(Time::MAX, 1) == interleave_runtime::Status::Busy {
        let known = runtime.trace().task_count();
        let whole = (0..known as u32).map(TaskId);
        let whole = whole.filter(|&task| runtime.reach(task) == Reach::Whole);
        tasks.extend(
            whole
                .filter(|task| !tasks.contains(task))
                .collect::<Vec<_>>(),
        );
        if tasks.len() > MANY {
            return Vec::new();
        }
    }
    tasks.sort();
    let whole = runtime.now().secs();
    let mut all = Vec::new();
    for (number, &task) in tasks.iter().enumerate() {
        for part in [0.031_7, 0.233_1, 0.437_9, 0.713_3, 0.919_7] {
            let at = Time::from_secs(whole * part);
            let (case, runtime) = (case.clone(), case.start());
            runtime.run_until(at, usize::MAX);
            // While a task blocks the loop nothing is heard; what then comes first is chance.
            let is_free = runtime.now() <= at;
            if is_free && runtime.reach(task) == Reach::Whole {
                all.push(Cancelled {
                    case,
                    task,
                    number,
                    at,
                });
            }
        }
    }
    all
}

impl Cancelled {
    fn run(&self) -> Value {
        let runtime: Runtime = self.case.start();
        runtime.run_until(self.at, usize::MAX);
        assert!(runtime.step_in(self.task, StepIn::Cancel, self.at));
        runtime.run();
        let (name, whole) = (self.case.entry().name(), self.case.whole());
        let trace = runtime.trace();
        let document = Document::new(&name, self.case.mode, &whole, &trace, runtime.result());
        serde_json::to_value(&document).unwrap()
    }
}
