//! A race as tracks of the browser's own Performance panel: the data for its extension by User Timing.
//!
//! A group of tracks for each strategy, a track for each task, an entry for each time in one state. See
//! <https://developer.chrome.com/docs/devtools/performance/extension>.

use super::{Race, quoted};
use crate::Time;
use crate::{Outcome, Span, State, Task, seconds};

/// Each track is a row of the panel, and each entry a call; more than these make it slow, and are left out.
const MOST_TRACKS: usize = 200;
/// The same for entries, of which a task that is queued or backs off again and again has many.
const MOST: usize = 2_000;

/// The entries as a JSON list of `[name, start, end, detail]`, in milliseconds from the start of the
/// program, and whether some were left out. `detail` is what `performance.measure` takes. Each run gets
/// its share.
pub fn tracks(race: &Race<'_>) -> (String, bool) {
    let (mut entries, mut cut) = (Vec::new(), false);
    let share = race.runs.len().max(1);
    for (place, run) in race.runs.iter().enumerate() {
        let most = MOST * (place + 1) / share;
        for (_, task) in run.index.tasks().take(MOST_TRACKS / share) {
            for span in task.spans() {
                if entries.len() >= most {
                    cut = true;
                    break;
                }
                let name = run.trace.text(task.name);
                let detail = run
                    .trace
                    .text(task.end.map_or_else(Default::default, |end| end.detail));
                entries.push(entry(run.title, name, detail, task, span, run.now));
            }
        }
        cut |= run.index.task_count() > MOST_TRACKS / share;
    }
    (list(&entries), cut)
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
        (Some(Outcome::Cancelled), _) => "tertiary",
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
