//! A race as CSV: one row for each task, in the format of RFC 4180 (commas, CRLF, quotes doubled), in UTF-8.
//!
//! Times are seconds, to the nanosecond. A time that a task has not reached is an empty field.
//!
//! Spreadsheets run a field that begins with `=`, `+`, `-` or `@` as a formula, quoted or not, and names
//! may come from a stranger's link. So a text that begins with one of these, or with a tab, a line break
//! or a NUL, gets an apostrophe in front, which marks text in spreadsheets. Numbers get none.

use super::Race;
use crate::State;
use crate::Time;

/// The columns.
const COLUMNS: &str = "strategy,task,parent,created,started,ended,outcome,detail,\
    queued,inside,backing off,on the loop,amount,unit\r\n";

/// A row for every task of every run, `main` included, up to the end of the recording.
pub fn csv(race: &Race<'_>) -> String {
    let mut out = COLUMNS.to_owned();
    for run in &race.runs {
        let (index, now) = run.whole();
        for (_, task) in index.tasks() {
            let parent = task.parent.and_then(|parent| index.task(parent));
            let end = task.end;
            let texts = [
                run.mode,
                run.trace.text(task.name),
                parent.map_or("", |parent| run.trace.text(parent.name)),
            ];
            for field in texts {
                csv_field(field, &mut out);
                out.push(',');
            }
            for time in [Some(task.created), task.started, end.map(|end| end.at)] {
                if let Some(time) = time {
                    seconds(time, &mut out);
                }
                out.push(',');
            }
            for field in [
                end.map_or("", |end| end.outcome.word()),
                end.map_or("", |end| run.trace.text(end.detail)),
            ] {
                csv_field(field, &mut out);
                out.push(',');
            }
            let states = [State::Queued, State::Running, State::Backoff];
            let states = states.map(|state| Time::from_secs(task.time_in(state, now)));
            for time in states.into_iter().chain([Time::from_secs(task.ran())]) {
                seconds(time, &mut out);
                out.push(',');
            }
            if let Some((amount, _)) = task.amount {
                out.push_str(&amount.to_string());
            }
            out.push(',');
            csv_field(task.amount.map_or("", |it| run.trace.text(it.1)), &mut out);
            out.push_str("\r\n");
        }
    }
    out
}

/// Writes seconds without trailing zeros: `25`, `0.125`.
fn seconds(time: Time, out: &mut String) {
    const SECOND: u64 = 1_000_000_000;
    out.push_str(&(time.0 / SECOND).to_string());
    let nanos = time.0 % SECOND;
    if nanos > 0 {
        let digits = format!(".{nanos:09}");
        out.push_str(digits.trim_end_matches('0'));
    }
}

/// Writes a field that is a text: quoted if necessary, and never a formula.
pub fn csv_field(text: &str, out: &mut String) {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0']);
    let guard = if is_formula { "'" } else { "" };
    if text.contains([',', '"', '\r', '\n']) {
        for part in ["\"", guard, &text.replace('"', "\"\""), "\""] {
            out.push_str(part);
        }
    } else {
        out.push_str(guard);
        out.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::{csv_field, seconds};
    use crate::Time;

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
            let mut out = String::new();
            csv_field(field, &mut out);
            assert_eq!(out, written, "{field:?}");
        }
    }

    #[test]
    fn times_are_exact_to_the_nanosecond() {
        for (nanos, written) in [
            (0, "0"),
            (25_000_000_000, "25"),
            (125_000_000, "0.125"),
            (1_000_000_001, "1.000000001"),
            (10, "0.00000001"),
        ] {
            let mut out = String::new();
            seconds(Time(nanos), &mut out);
            assert_eq!(out, written);
        }
    }
}
