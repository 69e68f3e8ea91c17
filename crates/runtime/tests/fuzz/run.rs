//! Runs a program of the fuzzer's language in the runtime.

use super::program::{Body, Kind, Op, Program, Task};
use interleave_runtime::{
    Barrier, Condition, Cx, Error, Event, Handle, Limit, Lock, Ports, Queue, Reach, Result,
    Runtime, Semaphore, StepIn, TaskGroup, When, as_completed, gather, shield, wait, wait_all,
};
use interleave_trace::{Index, Kind as Traced, LogKind, TaskId, Time, Verdict};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;

/// The state that all tasks of a program share.
struct Shared {
    /// By number.
    tasks: RefCell<Vec<Option<Handle<()>>>>,
    semaphores: [Semaphore; 2],
    locks: [Lock; 2],
    queues: [Queue<u32>; 2],
    condition: Condition,
    event: Event,
    barrier: Barrier,
}

/// The place of a task in the program.
#[derive(Clone)]
struct Place {
    cx: Cx,
    shared: Rc<Shared>,
    /// The task's number.
    me: usize,
    group: Option<TaskGroup>,
    limit: Option<Limit>,
}

/// More steps than a program of this size takes.
const BUDGET: usize = 100_000;

/// The result of a run: the log, how each task ended, how `main` ended, and when the run did.
pub fn run(program: &Program) -> Value {
    let runtime = Runtime::new(Ports::simulated());
    let main = program.main.clone();
    runtime.start(|cx| async move {
        let shared = Rc::new(Shared {
            tasks: RefCell::default(),
            semaphores: [Semaphore::new(1), Semaphore::new(2)],
            locks: [Lock::new(), Lock::new()],
            queues: [Queue::new("one", 1), Queue::lifo("other", 0)],
            condition: Condition::new(),
            event: Event::new(),
            barrier: Barrier::new(2),
        });
        let place = Place {
            cx,
            shared,
            me: 0,
            group: None,
            limit: None,
        };
        execute(place, main).await.map(|()| Value::Null)
    });
    for &(number, at) in &program.cancels {
        let at = Time::from_secs(at);
        runtime.run_until(at, BUDGET);
        let name = match number {
            0 => "main".to_owned(),
            number => format!("t{number}"),
        };
        let task = {
            let trace = runtime.trace();
            let count = trace.task_count() as u32;
            (0..count)
                .map(TaskId)
                .find(|&task| trace.name(task) == name)
        };
        if let Some(task) = task.filter(|&task| runtime.reach(task) == Reach::Whole) {
            runtime.step_in(task, StepIn::Cancel, at);
        }
    }
    runtime.run_until(Time::MAX, BUDGET);
    let trace = runtime.trace();
    let log: Vec<_> = trace
        .events()
        .iter()
        .filter_map(|event| match event.kind {
            Traced::Log {
                kind: LogKind::Print,
                text,
            } => Some(json!([event.at.micros(), trace.text(text)])),
            _ => None,
        })
        .collect();
    let (at, is_deadlock) = match trace.end() {
        Some(end) => (
            end.at.micros(),
            matches!(end.verdict, Verdict::Deadlocked(_)),
        ),
        None => (-1.0, false),
    };
    let index = Index::of(&trace);
    let mut ends: Vec<_> = index
        .tasks()
        .map(|(id, task)| {
            let end = task.end.map_or("none", |end| end.outcome.word());
            let end = match end {
                // Python only says that they were cancelled, or that they are pending.
                "never_started" | "hung" => "cancelled",
                end => end,
            };
            (trace.name(id).to_owned(), end.to_owned())
        })
        .collect();
    if is_deadlock {
        ends.clear();
    }
    ends.sort();
    json!({ "log": log, "end": at, "deadlock": is_deadlock, "ends": ends })
}

type Executed = Pin<Box<dyn Future<Output = Result<()>>>>;

fn execute(place: Place, body: Body) -> Executed {
    Box::pin(async move {
        for Op { id, kind } in body {
            if let Some(words) = step(&place, id, kind).await? {
                place.cx.print(format!("{id} {words}"));
            }
        }
        Ok(())
    })
}

/// An error as it is written in the log.
fn words(error: &Error) -> String {
    match error {
        Error::Group(errors) => {
            let errors: Vec<_> = errors.iter().map(words).collect();
            format!("group({})", errors.join(" "))
        }
        Error::TimedOut => "timeout".to_owned(),
        Error::Cancelled => "cancelled".to_owned(),
        Error::Failed(why) => why.clone(),
    }
}

fn all_words(results: &[Result<()>]) -> String {
    let all = results.iter().map(|result| match result {
        Ok(()) => "ok".to_owned(),
        Err(error) => words(error),
    });
    all.collect::<Vec<_>>().join(" ")
}

impl Place {
    fn task(&self, number: usize) -> Option<Handle<()>> {
        self.shared.tasks.borrow().get(number).cloned().flatten()
    }

    fn tasks(&self, numbers: &[usize]) -> Vec<Handle<()>> {
        numbers
            .iter()
            .filter_map(|&number| self.task(number))
            .collect()
    }

    fn keep(&self, number: usize, task: &Handle<()>) {
        let mut tasks = self.shared.tasks.borrow_mut();
        if tasks.len() <= number {
            tasks.resize_with(number + 1, || None);
        }
        tasks[number] = Some(task.clone());
    }

    fn make(&self, (number, body): Task) -> impl FnOnce(Cx) -> Executed + use<> {
        let place = self.clone();
        move |cx| {
            execute(
                Place {
                    cx,
                    me: number,
                    limit: None,
                    ..place
                },
                body,
            )
        }
    }

    fn spawn(&self, task: Task) -> Handle<()> {
        let number = task.0;
        let handle = self.cx.spawn(&format!("t{number}"), self.make(task));
        self.keep(number, &handle);
        handle
    }
}

/// Does one operation; returns its text for the log, if there is one.
async fn step(place: &Place, id: u32, kind: Kind) -> Result<Option<String>> {
    let (cx, shared) = (&place.cx, &place.shared);
    let said = |words: String| Ok(Some(words));
    let none = || said("none".to_owned());
    match kind {
        Kind::Sleep(seconds) => cx.sleep(f64::from(seconds)).await,
        Kind::Block(seconds) => cx.block(f64::from(seconds)),
        Kind::Spawn(task) => drop(place.spawn(task)),
        Kind::Await(number) => match place.task(number) {
            Some(task) => task.await?,
            None => return none(),
        },
        Kind::Cancel(number) => match place.task(number) {
            Some(task) => return said(format!("{}", task.cancel())),
            None => return none(),
        },
        Kind::CancelSelf => match place.task(place.me) {
            Some(task) => return said(format!("{}", task.cancel())),
            None => return none(),
        },
        Kind::Uncancel => return said(format!("{} {}", cx.cancelling(), cx.uncancel())),
        Kind::Catch(body, handler, raises) => {
            match cx.catch_cancel(execute(place.clone(), body)).await {
                Err(Error::Cancelled) => {
                    cx.print(format!("{id} caught"));
                    execute(place.clone(), handler).await?;
                    if raises {
                        return Err(Error::Cancelled);
                    }
                }
                result => result?,
            }
        }
        Kind::Finally(body, handler) => {
            let result = cx.catch_cancel(execute(place.clone(), body)).await;
            cx.print(format!("{id} finally"));
            execute(place.clone(), handler).await?;
            result?;
        }
        Kind::Try(body) => match execute(place.clone(), body).await {
            Ok(()) => {}
            Err(Error::Cancelled) => return Err(Error::Cancelled),
            Err(error) => return said(words(&error)),
        },
        Kind::Raise => return Err(Error::Failed(format!("e{id}"))),
        Kind::Gather(tasks, collects) => {
            let all: Vec<_> = tasks.into_iter().map(|task| place.spawn(task)).collect();
            match collects {
                true => return said(all_words(&wait_all(all).await)),
                false => return said(format!("{}", gather(all).await?.len())),
            }
        }
        Kind::GatherTasks(numbers, collects) => {
            let all = place.tasks(&numbers);
            match collects {
                true => return said(all_words(&wait_all(all).await)),
                false => return said(format!("{}", gather(all).await?.len())),
            }
        }
        Kind::Wait(numbers, when, timeout) => {
            let all = place.tasks(&numbers);
            if all.is_empty() {
                return none();
            }
            let when = [
                When::FirstCompleted,
                When::FirstException,
                When::AllCompleted,
            ][usize::from(when)];
            let (done, pending) = match timeout {
                Some(seconds) => cx.wait(f64::from(seconds), all, when).await,
                None => wait(all, when).await,
            };
            return said(format!("{} {}", done.len(), pending.len()));
        }
        Kind::AsCompleted(numbers) => {
            let all = place.tasks(&numbers);
            // The order of tasks that have ended before is not deterministic in CPython.
            if all.iter().filter(|task| task.is_done()).count() > 1 {
                return none();
            }
            let mut results = as_completed(all);
            while let Some((_, result)) = results.next().await {
                result?;
                cx.print(format!("{id} next"));
            }
        }
        Kind::WaitFor(seconds, body) => {
            let place = Place {
                limit: None,
                ..place.clone()
            };
            cx.wait_for(f64::from(seconds), execute(place, body))
                .await?;
        }
        Kind::WaitForTask(seconds, number) => match place.task(number) {
            Some(task) => cx.wait_for_task(f64::from(seconds), task).await?,
            None => return none(),
        },
        Kind::Timeout(seconds, body) => {
            let limit = Limit::after(cx, f64::from(seconds));
            let inner = Place {
                limit: Some(limit.clone()),
                ..place.clone()
            };
            limit.clone().on(execute(inner, body)).await?;
            return said(format!("{}", limit.expired()));
        }
        Kind::Reschedule(seconds) => match &place.limit {
            Some(limit) => {
                limit.reschedule(seconds.map(|seconds| cx.now() + f64::from(seconds)))?;
            }
            None => return none(),
        },
        Kind::Group(body) => {
            let inner = place.clone();
            let group = cx.task_group(|group| {
                execute(
                    Place {
                        group: Some(group),
                        ..inner
                    },
                    body,
                )
            });
            group.await?;
        }
        Kind::GroupSpawn(task) => match &place.group {
            Some(group) => {
                let number = task.0;
                let handle = group.spawn(&format!("t{number}"), place.make(task))?;
                place.keep(number, &handle);
            }
            None => return none(),
        },
        Kind::Shield(number) => match place.task(number) {
            Some(task) => shield(task).await?,
            None => return none(),
        },
        Kind::Semaphore(number, body) => {
            let _permit = shared.semaphores[number].acquire(cx).await;
            cx.print(format!("{id} in"));
            execute(place.clone(), body).await?;
        }
        Kind::Lock(number, body) => {
            let _locked = shared.locks[number].acquire(cx).await;
            cx.print(format!("{id} in"));
            execute(place.clone(), body).await?;
        }
        Kind::Put(number) => shared.queues[number].put(cx, id).await?,
        Kind::Get(number) => {
            return said(format!("{}", shared.queues[number].get(cx).await?));
        }
        Kind::TaskDone(number) => shared.queues[number].task_done(cx)?,
        Kind::Join(number) => shared.queues[number].join(cx).await,
        Kind::ShutDown(number, immediate) => shared.queues[number].shutdown(cx, immediate),
        Kind::Notified => {
            let mut locked = shared.condition.acquire(cx).await;
            shared.condition.wait(cx, &mut locked).await?;
        }
        Kind::Notify(count) => {
            let _locked = shared.condition.acquire(cx).await;
            shared.condition.notify(cx, count as usize)?;
        }
        Kind::EventWait => shared.event.wait(cx).await,
        Kind::EventSet => shared.event.set(cx),
        Kind::EventClear => shared.event.clear(),
        Kind::Barrier => return said(format!("{}", shared.barrier.wait(cx).await?)),
    }
    said("ok".to_owned())
}
