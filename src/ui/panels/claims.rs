//! Claims: figures that follow from the params, compared with the run.

use crate::ui::kit::icon::{Icon, icon};
use crate::ui::state::app::App;
use interleave_player::Pace;
use interleave_player::Run;
use interleave_playgrounds::{Claim, Entry, Measure};
use leptos::prelude::*;

/// How a claim compares with the run.
#[derive(Clone, Debug, PartialEq)]
struct Check {
    /// What was measured.
    measured: Option<String>,
    class: &'static str,
    icon: Icon,
    words: String,
}

/// The claims of a playground.
#[component]
pub fn Claims(
    /// The playground.
    entry: &'static Entry,
) -> impl IntoView {
    let app = App::get();
    // About the params of the run while it is shown, otherwise about those in the form.
    let claims = Memo::new(move |last: Option<&Vec<Claim>>| {
        let ran = app.runs.plan().map(|plan| plan.params);
        let params = ran.or_else(|| {
            app.problems
                .with(Vec::is_empty)
                .then(|| app.view.params.get())
        });
        match params {
            Some(params) => entry.claims(&params),
            // While a value is being typed, the claims stay, so that nothing jumps.
            None => last.cloned().unwrap_or_default(),
        }
    });
    let rows = move || {
        let modes = app.view.modes.get();
        let concerned = |claim: &Claim| claim.measure.modes().all(|mode| modes.contains(&mode));
        claims
            .get()
            .into_iter()
            .filter(concerned)
            .collect::<Vec<_>>()
    };
    view! {
        <p class="claims-later small muted" hidden=move || !app.hides_outcome()>
            "Expected figures are shown when the run is over."
        </p>
        <div class="claims" hidden=move || app.hides_outcome()>
            {move || rows().into_iter().map(|claim| view! { <ClaimCard claim/> }).collect_view()}
        </div>
    }
}

#[component]
fn ClaimCard(claim: Claim) -> impl IntoView {
    let app = App::get();
    let says = claim.says();
    let (label, formula) = (claim.label.clone(), claim.formula.clone());
    let measure = claim.measure;
    // Reading the figure may mean reading the whole run, so it is done when a run has ended, not with each frame.
    let progress = Memo::new(move |_| progress(app, measure));
    let check = Memo::new(move |_| {
        progress.get();
        untrack(|| check(app, &claim))
    });
    view! {
        <article class="claim" data-test="claim">
            <h3>{label}</h3>
            <p class="measured">
                <span class="num">{move || check.get().measured.unwrap_or_else(|| "–".to_owned())}</span>
                <span class=move || check.get().class>
                    {move || icon(check.get().icon)}{move || check.get().words}
                </span>
            </p>
            <p class="says">{says}</p>
            <code class="formula">{formula}</code>
        </article>
    }
}

/// The progress of a run: whether it is over, shown to its end, stepped into.
type Progress = Option<(bool, bool, bool)>;

/// The session, and the progress of the runs from which a figure is read.
fn progress(app: App, measure: Measure) -> (Option<u32>, Vec<Progress>) {
    let of_run = |run: &Run| {
        let trace = run.trace()?;
        let is_whole = run.index().events_read() == trace.events().len();
        Some((trace.end().is_some(), is_whole, run.is_stepped_into()))
    };
    let runs = app.runs.session(|session| {
        let of_mode = |mode| {
            session
                .and_then(|session| session.run(mode))
                .and_then(of_run)
        };
        measure.modes().map(of_mode).collect()
    });
    (app.runs.current.get(), runs)
}

fn check(app: App, claim: &Claim) -> Check {
    let (measured, live, has_run) = app.runs.session(|session| {
        let measured = session.and_then(|session| {
            let traces: Vec<_> = session
                .runs()
                .iter()
                .map(|run| (run, run.trace()))
                .collect();
            claim.measure.read(|mode| {
                let (run, trace) = traces.iter().find(|(run, _)| run.strategy.mode == mode)?;
                Some((trace.as_deref()?, run.index()))
            })
        });
        (
            measured,
            session.is_some_and(|session| session.plan.pace == Pace::Live),
            session.is_some(),
        )
    });
    let Some(measured) = measured else {
        return Check {
            measured: None,
            class: "check",
            icon: Icon::Clock,
            words: if has_run { "not yet" } else { "not yet run" }.to_owned(),
        };
    };
    let stepped_into = app.runs.session(|session| {
        let mut modes = claim.measure.modes();
        session.is_some_and(|session| {
            modes.any(|mode| session.run(mode).is_some_and(Run::is_stepped_into))
        })
    });
    if stepped_into {
        return Check {
            measured: Some(claim.measure.words(measured)),
            class: "check",
            icon: Icon::Info,
            words: "not comparable: you stepped in".to_owned(),
        };
    }
    let off = measured - claim.expected;
    let shown = Some(claim.measure.words(measured));
    if claim.holds(measured) && !live {
        return Check {
            measured: shown,
            class: "check holds",
            icon: Icon::Check,
            words: "holds".to_owned(),
        };
    }
    let off_words = match claim.measure.unit() {
        "" => format!("{off:+.0}"),
        unit => format!("{off:+.3}{unit}"),
    };
    if live {
        // Measured times are never exact: a few hundredths come from the timer, and do not disprove the claim.
        let holds = off.abs() <= (claim.expected * 0.02).max(LIVE_SLACK);
        let predicted = claim.measure.words(claim.expected);
        let words = match claim.holds(measured) {
            true => format!("as predicted: {predicted}"),
            false => format!("measured; predicted {predicted}: {off_words}"),
        };
        return Check {
            measured: shown,
            class: if holds {
                "check holds"
            } else {
                "check differs"
            },
            icon: if holds { Icon::Check } else { Icon::Warning },
            words,
        };
    }
    Check {
        measured: shown,
        class: "check differs",
        icon: Icon::Warning,
        words: format!("differs by {off_words}"),
    }
}

/// The largest difference of a live figure, in its unit, that is no warning.
const LIVE_SLACK: f64 = 0.1;
