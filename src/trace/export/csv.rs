//! A race as CSV: one row a task, in the format of RFC 4180 (commas, CRLF, quotes doubled), in UTF-8.
//!
//! Times are seconds, to the nanosecond. What a task has not come to is an empty field.
//!
//! Spreadsheets run a field that begins with `=`, `+`, `-` or `@` as a formula, quoted or not, and names
//! may come from a stranger's link. So a text that begins with one of these, or with a tab, a line break
//! or a NUL, gets an apostrophe in front, which spreadsheets take as "this is text". Figures get none:
//! they are numbers.

use super::Race;
use crate::time::Time;
use crate::trace::State;

/// The columns.
const COLUMNS: &str = "strategy,task,parent,created,started,ended,outcome,detail,\
    queued,inside,backing off,on the loop,amount,unit\r\n";

/// A row for every task of every run, `main` included, with all that was recorded.
pub fn csv(race: &Race<'_>) -> String {
    let mut out = COLUMNS.to_owned();
    for run in &race.runs {
        let (index, now) = run.whole();
        for (_, task) in index.tasks() {
            let parent = task.parent.and_then(|parent| index.task(parent));
            let held: u64 = task.holds.iter().map(|(start, end)| end.0 - start.0).sum();
            let time = |time: Option<Time>| time.map_or_else(String::new, |at| seconds(at.secs()));
            let end = task.end;
            let fields = [
                text(run.mode),
                text(run.trace.text(task.name)),
                text(parent.map_or("", |parent| run.trace.text(parent.name))),
                time(Some(task.created)),
                time(task.started),
                time(end.map(|end| end.at)),
                text(end.map_or("", |end| end.outcome.word())),
                text(end.map_or("", |end| run.trace.text(end.detail))),
                seconds(task.time_in(State::Queued, now)),
                seconds(task.time_in(State::Running, now)),
                seconds(task.time_in(State::Backoff, now)),
                seconds(Time(held).secs()),
                task.amount.map_or_else(String::new, |it| it.0.to_string()),
                text(task.amount.map_or("", |it| run.trace.text(it.1))),
            ];
            out.push_str(&fields.join(","));
            out.push_str("\r\n");
        }
    }
    out
}

/// Seconds without idle zeros: `25`, `0.125`.
fn seconds(seconds: f64) -> String {
    seconds.to_string()
}

/// A field that is a text.
fn text(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0']);
    let guarded = if is_formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if guarded.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn fields_are_quoted_and_no_text_is_a_formula() {
        for (field, written) in [
            ("a.zip", "a.zip"),
            ("", ""),
            ("a, b", "\"a, b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=1+2", "'=1+2"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-1,5", "\"'-1,5\""),
            ("\t=1", "'\t=1"),
            ("\r=1", "\"'\r=1\""),
            ("a=b", "a=b"),
        ] {
            assert_eq!(text(field), written, "{field:?}");
        }
    }
}
