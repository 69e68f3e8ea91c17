//! Files of VizTracer about an asyncio program, with `--log_async`: there each task is a track, and the calls on it
//! are its steps.

use super::events::{Chrome, Event};
use super::{Lines, Told, is_of_library, nanos};
use crate::{sort_by, sort_by_key};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};

/// Calls nested deeper than this are ignored.
const DEEPEST: usize = 64;

/// A step of a task: a call of its coroutine.
struct Step {
    start: u64,
    end: u64,
    /// The calls with which it began, from the outermost: where the task resumed.
    first: Vec<u32>,
    /// The calls with which it ended.
    last: Vec<u32>,
}

struct Task {
    track: u32,
    steps: Vec<Step>,
}

/// The file as a recording.
pub fn told(file: &Chrome) -> Result<Told, String> {
    let nanos = nanos(&file.events);
    let mut calls: BTreeMap<u32, Vec<&Event>> = BTreeMap::new();
    for event in file.events.iter().filter(|event| event.ph == b'X') {
        calls.entry(event.track).or_default().push(event);
    }
    let is_task = |track: &u32| file.names.get(track).is_some_and(|name| !is_thread(name));
    let of_tasks = calls.iter().filter(|(track, _)| is_task(track));
    let mut tasks: Vec<Task> = of_tasks
        .map(|(&track, calls)| Task {
            track,
            steps: steps(calls, &nanos),
        })
        .collect();
    if tasks.is_empty() {
        return Err(
            "it tells of threads, but of no tasks: record it with `viztracer --log_async`"
                .to_owned(),
        );
    }
    sort_by_key(&mut tasks, |task| task.steps.first().map(|step| step.start));
    let numbers: HashMap<u32, u64> = (1..)
        .zip(&tasks)
        .map(|(number, task)| (task.track, number))
        .collect();
    let mut lines = Lines::new(&program(file));
    let made = creations(file, &tasks, &nanos);
    let mut end = 0;
    for (place, task) in tasks.iter().enumerate() {
        let number = place as u64 + 1;
        let Some((first, last)) = task.steps.first().zip(task.steps.last()) else {
            continue;
        };
        if is_cleanup(file, first) {
            continue;
        }
        let (at, parent) = match &made {
            Some(made) => (made[place].0.min(first.start), numbers.get(&made[place].1)),
            None => (first.start, None),
        };
        let parent = parent.filter(|parent| **parent != number);
        let name = name(file, task, first);
        lines.at(
            at,
            number,
            &[
                json!("created"),
                json!(1),
                json!(parent),
                json!(name),
                json!(0),
            ],
        );
        lines.at(first.start, number, &[json!("start")]);
        for pair in task.steps.windows(2) {
            let (step, next) = (&pair[0], &pair[1]);
            let same = step
                .last
                .iter()
                .zip(&next.first)
                .take_while(|(one, other)| one == other);
            let suspended: Vec<&str> = same.map(|(name, _)| file.texts.get(*name)).collect();
            let site = site(file, &mut lines, &suspended);
            let took = (step.end - step.start).max(1);
            let mut row = vec![json!("step"), json!(took)];
            row.extend(wait(&suspended, site, next.start));
            lines.at(step.end.max(step.start + 1), number, &row);
        }
        let took = (last.end - last.start).max(1);
        lines.at(last.end, number, &[json!("end"), json!("ok")]);
        lines.at(last.end, number, &[json!("step"), json!(took)]);
        end = end.max(last.end);
    }
    // The kind of the awaited object is known, but not its name.
    lines
        .head
        .push(json!({"define": "object", "id": 1, "kind": "object", "name": ""}));
    let mut missing = vec![
        "VizTracer writes down calls, not waits: how tasks end, who wakes or cancels them, and which lock or queue they wait \
         for are not in the file. A task counts as done after its last step."
            .to_owned(),
        "Places are the first lines of functions, not the lines that await.".to_owned(),
    ];
    if made.is_none() {
        let words = "Which task creates which is not in the file: library code was left out when it was recorded.";
        missing.push(words.to_owned());
    }
    Ok(Told {
        text: lines.finish(end),
        missing,
    })
}

/// Whether a track is that of a thread: tracks of tasks have the names of the tasks.
fn is_thread(name: &str) -> bool {
    const THREADS: [&str; 6] = [
        "MainThread",
        "Thread-",
        "ThreadPoolExecutor",
        "asyncio_",
        "Dummy-",
        "QueueFeederThread",
    ];
    THREADS.iter().any(|thread| name.starts_with(thread))
}

/// The outermost calls of a track, each with the calls at its ends.
fn steps(calls: &[&Event], nanos: &impl Fn(f64) -> u64) -> Vec<Step> {
    let times = |event: &Event| (nanos(event.ts), nanos(event.ts + event.dur));
    let mut calls: Vec<_> = calls
        .iter()
        .map(|event| (times(event), event.name))
        .collect();
    sort_by_key(&mut calls, |&((start, end), _)| {
        (start, std::cmp::Reverse(end))
    });
    let mut steps: Vec<Step> = Vec::new();
    // The ends of the open calls. A call extends `first` only if it is the first one within the call around it.
    let mut open: Vec<u64> = Vec::new();
    for ((start, end), name) in calls {
        while open.last().is_some_and(|&end| end <= start) {
            open.pop();
        }
        let depth = open.len();
        match steps.last_mut().filter(|_| depth > 0) {
            None => steps.push(Step {
                start,
                end,
                first: vec![name],
                last: vec![name],
            }),
            Some(step) if depth < DEEPEST => {
                step.last.truncate(depth);
                step.last.push(name);
                if step.first.len() == depth && step.last[..depth] == step.first[..] {
                    step.first.push(name);
                }
            }
            Some(_) => {}
        }
        // By rounding, a call may seem to last longer than the one around it.
        open.push(open.last().map_or(end, |&outer| end.min(outer)));
    }
    steps
}

/// When each task was created, and on which track, if there are as many calls of `create_task` as tasks: tasks take their
/// first steps in the order in which they were created.
fn creations(
    file: &Chrome,
    tasks: &[Task],
    nanos: &impl Fn(f64) -> u64,
) -> Option<Vec<(u64, u32)>> {
    let is_one = |event: &&Event| {
        let (name, place) = split(file.texts.get(event.name));
        let is_first = |(path, _): (&str, u32)| path.ends_with("asyncio/base_events.py");
        event.ph == b'X' && function(name) == "create_task" && place.is_some_and(is_first)
    };
    let mut made: Vec<_> = file
        .events
        .iter()
        .filter(is_one)
        .map(|event| (nanos(event.ts), event.track))
        .collect();
    sort_by(&mut made, Ord::cmp);
    (made.len() == tasks.len()).then_some(made)
}

/// Whether a task is one of asyncio's own at the end of a run, not one of the program.
fn is_cleanup(file: &Chrome, first: &Step) -> bool {
    let call = first.first.first().map(|&call| split(file.texts.get(call)));
    call.is_some_and(|(name, place)| {
        let is_own = place.is_some_and(|(path, _)| path.ends_with("asyncio/base_events.py"));
        is_own && function(name).starts_with("shutdown_")
    })
}

/// The name that the program gave, or the name of the coroutine.
fn name(file: &Chrome, task: &Task, first: &Step) -> String {
    let given = file.names.get(&task.track).map_or("", String::as_str);
    let is_default = given
        .strip_prefix("Task-")
        .is_some_and(|number| number.bytes().all(|it| it.is_ascii_digit()));
    match first.first.first() {
        Some(&call) if is_default || given.is_empty() => split(file.texts.get(call)).0.to_owned(),
        _ => given.to_owned(),
    }
}

/// The file that was run.
fn program(file: &Chrome) -> String {
    let modules = file
        .events
        .iter()
        .filter(|event| file.texts.get(event.name).starts_with("<module> ("));
    let longest = modules.max_by(|one, other| one.dur.total_cmp(&other.dur));
    let place = longest.and_then(|event| split(file.texts.get(event.name)).1);
    let name = place.and_then(|(path, _)| path.rsplit(['/', '\\']).next());
    name.unwrap_or_default().to_owned()
}

/// "fetch (/home/me/app.py:3)": the function, and its place.
fn split(call: &str) -> (&str, Option<(&str, u32)>) {
    let parts = call
        .strip_suffix(')')
        .and_then(|call| call.split_once(" ("));
    let Some((name, place)) = parts else {
        return (call, None);
    };
    let place = place
        .rsplit_once(':')
        .and_then(|(file, line)| Some((file, line.parse().ok()?)));
    (name.rsplit("<locals>.").next().unwrap_or(name), place)
}

/// The last part of a qualified name.
fn function(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// The innermost function of the program, not of a library, among the suspended calls.
fn site(file: &Chrome, lines: &mut Lines, suspended: &[&str]) -> u32 {
    let places = suspended.iter().rev().filter_map(|call| {
        let (name, place) = split(call);
        let (path, line) = place?;
        Some((path, line, name))
    });
    let own = places.clone().find(|(path, ..)| !is_of_library(path));
    let Some((path, line, name)) = own.or_else(|| places.clone().next()) else {
        return 0;
    };
    lines.site(path, line, name, |path| file.sources.get(path).cloned())
}

/// The wait that follows from the suspended calls.
fn wait(suspended: &[&str], site: u32, next: u64) -> Vec<serde_json::Value> {
    let plain = |kind: &str| vec![json!(kind), json!(site), json!(0)];
    let of = |kind: &str| vec![json!(kind), json!(site), json!(0), json!(1)];
    for call in suspended.iter().rev() {
        let (name, place) = split(call);
        let Some((path, _)) = place else { continue };
        let path = path.replace('\\', "/");
        let Some((_, module)) = path.rsplit_once("asyncio/") else {
            continue;
        };
        return match (module, name) {
            ("tasks.py", "__sleep0") => plain("turn"),
            ("tasks.py", "sleep") => vec![json!("sleep"), json!(site), json!(0), json!(next)],
            ("locks.py", "Lock.acquire") => of("lock"),
            ("locks.py", "Semaphore.acquire") => of("semaphore"),
            ("locks.py", "Event.wait") => of("event"),
            ("locks.py", "Condition.wait") => of("condition"),
            ("locks.py", name) if name.starts_with("Barrier.") => of("barrier"),
            ("queues.py", "Queue.get") => of("get"),
            ("queues.py", "Queue.put") => of("put"),
            ("streams.py" | "selector_events.py" | "proactor_events.py", _) => plain("socket"),
            ("threads.py", _) => plain("thread"),
            ("subprocess.py", _) => plain("process"),
            _ => continue,
        };
    }
    vec![json!("future"), json!(site), json!(0), json!("")]
}
