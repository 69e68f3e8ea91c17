//! A race as tracks of the browser's own Performance panel: the data of its extension by User Timing.
//!
//! A group of tracks a strategy, a track a task, an entry a time in one state. See
//! <https://developer.chrome.com/docs/devtools/performance/extension>.

use super::{Race, quoted};
use crate::time::Time;
use crate::trace::{Outcome, Span, State, Task, seconds};

/// More entries than this make the panel slow; what is beyond is left out.
const MOST: usize = 10_000;

/// The entries as a JSON list of `[name, start, end, detail]`, in milliseconds from the start of the
/// program, and whether some were left out. `detail` is what `performance.measure` takes.
pub fn tracks(race: &Race<'_>) -> (String, bool) {
    let mut entries = Vec::new();
    for run in &race.runs {
        for (_, task) in run.index.tasks() {
            for span in task.spans() {
                if entries.len() == MOST {
                    return (list(&entries), true);
                }
                let name = run.trace.text(task.name);
                let detail = run
                    .trace
                    .text(task.end.map_or_else(Default::default, |end| end.detail));
                entries.push(entry(run.title, name, detail, task, span, run.now));
            }
        }
    }
    (list(&entries), false)
}

fn list(entries: &[String]) -> String {
    format!("[{}]", entries.join(",\n"))
}

fn entry(group: &str, track: &str, detail: &str, task: &Task, span: Span, now: Time) -> String {
    let end = span.end.unwrap_or(now).max(span.start);
    // The last span shows how the task ended.
    let outcome = task
        .end
        .filter(|end| span.end.is_none_or(|at| at == end.at));
    let colour = match (outcome.map(|end| end.outcome), span.state) {
        (Some(Outcome::Error | Outcome::Timeout | Outcome::Hung), _) => "error",
        (Some(Outcome::Cancelled), _) => "warning",
        (_, State::Queued) => "primary-light",
        (_, State::Running) => "primary",
        (_, State::Backoff) => "secondary-light",
    };
    let words = outcome.map_or(span.state.label(), |end| end.outcome.label());
    let tooltip = format!("{track}: {}, {words}", span.state.label());
    let mut properties = vec![
        ("From", seconds(span.start.secs())),
        ("To", seconds(end.secs())),
        ("Took", seconds(end - span.start)),
    ];
    if outcome.is_some() && !detail.is_empty() {
        properties.push(("Detail", detail.to_owned()));
    }
    let properties: Vec<_> = properties
        .iter()
        .map(|(name, value)| format!("[\"{name}\",{}]", quoted(value)))
        .collect();
    format!(
        "[{},{:?},{:?},{{\"devtools\":{{\"dataType\":\"track-entry\",\"track\":{},\"trackGroup\":{},\
         \"color\":\"{colour}\",\"properties\":[{}],\"tooltipText\":{}}}}}]",
        quoted(span.state.label()),
        span.start.secs() * 1e3,
        end.secs() * 1e3,
        quoted(track),
        quoted(&format!("Interleave: {group}")),
        properties.join(","),
        quoted(&tooltip)
    )
}
