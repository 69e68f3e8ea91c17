//! The texts of a run above and below its lanes.

use super::text::{BOLD, Escaped, fit, width};
use super::{Canvas, PAD, n, verdict};
use interleave_trace::export::{Race, Run};
use interleave_trace::{Verdict, count, cycle, cycle_words, limit_reached, seconds};
use std::sync::Arc;

/// More stuck tasks than this are counted, not named.
const MOST_PENDING: usize = 12;
/// Title, the expression that makes the difference, the ratio, the verdict, the total. In narrow pictures title and total
/// have a line of their own.
pub fn heading(canvas: &mut Canvas, race: &Race<'_>, run: &Run<'_>) {
    let baseline = canvas.y + 26.0;
    let below = if canvas.narrow {
        baseline + 22.0
    } else {
        baseline
    };
    let total = match run.end() {
        Some(end) => seconds(end.at.secs()),
        None => format!("{:.1} s", run.now.secs()),
    };
    let edge = canvas.width() - PAD;
    canvas.text("total f-ink end", edge, baseline + 2.0, &total);
    let beside_total = edge - width(&total, 22.0 * BOLD) - 10.0;
    let mut right = if canvas.narrow { edge } else { beside_total };
    let verdict = verdict(run);
    let class = if verdict == "deadlocked" {
        "bold f-err end"
    } else {
        "f-muted end"
    };
    canvas.text(class, right, below, verdict);
    right -= width(verdict, 13.0) + 16.0;
    if let Some(ratio) = race.ratio(run) {
        let (token, words) = if ratio >= 1.0 {
            ("ok", format!("{ratio:.2}× faster"))
        } else {
            ("err", format!("{:.2}× slower", 1.0 / ratio))
        };
        let wide = width(&words, 12.0 * BOLD) + 16.0;
        right -= wide;
        canvas.put(format_args!(
            "<rect class=\"f-{token} tint\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"20\" rx=\"10\"/>",
            n(right),
            n(below - 14.5),
            n(wide)
        ));
        let class = format!("note bold middle f-{token}");
        canvas.text(&class, right + wide / 2.0, below - 0.5, &words);
        right -= 12.0;
    }
    let code = |room: f64| {
        // A monospaced character is six tenths of its size wide.
        let most = (room / 7.3).max(0.0) as usize;
        let mut code: String = run.headline.chars().take(most).collect();
        if code.len() < run.headline.len() {
            code.pop();
            code.push('…');
        }
        code
    };
    if canvas.narrow {
        let title = fit(run.title, 15.0 * BOLD, beside_total - PAD);
        canvas.text("f-ink name", PAD, baseline, &title);
        canvas.text("code f-muted", PAD, below, &code(right - PAD));
        canvas.y += 62.0;
        return;
    }
    // One text element, so that the second part follows the first at any width.
    let title = fit(run.title, 15.0 * BOLD, (right - PAD) * 0.85);
    let code = code(right - PAD - width(&title, 15.0 * BOLD) - 10.0);
    canvas.put(format_args!(
        "<text class=\"f-ink name\" x=\"{PAD}\" y=\"{}\">{}<tspan class=\"code f-muted\" dx=\"10\">{}</tspan></text>\n",
        n(baseline),
        Escaped(&title),
        Escaped(&code)
    ));
    canvas.y += 40.0;
}

/// Why a run did not come to its end: what each task waits for in a deadlock, or that it had too many events.
pub fn stuck(canvas: &mut Canvas, run: &Run<'_>) {
    let pending: Arc<[String]> = match run.end().map(|end| &end.verdict) {
        Some(Verdict::Deadlocked(pending)) => {
            let cycle = cycle(run.index).map(|cycle| cycle_words(run.trace, &cycle));
            let cycle = cycle.map(|words| format!("A cycle: {words}"));
            cycle.into_iter().chain(pending.iter().cloned()).collect()
        }
        Some(Verdict::LimitReached) => limit_reached(run.trace).into_iter().collect(),
        _ => return,
    };
    canvas.y += 6.0;
    for words in pending.iter().take(MOST_PENDING) {
        canvas.y += 20.0;
        let words = fit(words, 13.0 * BOLD, canvas.width() - 2.0 * PAD);
        canvas.text("bold f-err", PAD, canvas.y - 5.0, &words);
    }
    if pending.len() > MOST_PENDING {
        canvas.y += 20.0;
        let words = format!("and {} more", count(pending.len() - MOST_PENDING));
        canvas.text("bold f-err", PAD, canvas.y - 5.0, &words);
    }
}
