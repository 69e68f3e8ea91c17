//! The program again and again: under other schedules, and cancelled at each await.

use super::state::Lab;
use crate::chunk;
use crate::ui::kit::icon::{Icon, icon};
use crate::web::sandbox::{Kind, Message};
use interleave_player::explore::{Group, Outcomes, Variation};
use interleave_trace::seconds;
use leptos::prelude::*;
use serde_json::json;

/// How many schedules are tried.
const SCHEDULES: u64 = 200;
/// The most awaits at which the program is cancelled.
const MOST_AWAITS: u64 = 500;
/// The most characters of an output that the table shows.
const SHOWN: usize = 300;

/// Many runs of one program.
#[derive(Clone, Debug)]
pub struct Exploration {
    variation: Variation,
    outcomes: Outcomes,
    total: u64,
    is_over: bool,
    /// Why it ended early.
    problem: Option<String>,
}

impl Exploration {
    fn part(&self) -> f64 {
        self.outcomes.count() as f64 / self.total.max(1) as f64
    }
}

/// Starts many runs. Those that are under way are ended.
fn explore(lab: Lab, found: RwSignal<Option<Exploration>>, variation: Variation) {
    let total = match variation {
        Variation::Schedule => SCHEDULES,
        Variation::Cancel => untrack(|| lab.answer.with(|answer| answer.awaits)).min(MOST_AWAITS),
    };
    if total == 0 {
        return;
    }
    let mut request = untrack(|| lab.program()).request();
    let range = json!([1, total]);
    match variation {
        Variation::Schedule => request["seeds"] = range,
        Variation::Cancel => request["cancels"] = range,
    }
    found.set(Some(Exploration {
        variation,
        outcomes: Outcomes::default(),
        total,
        is_over: false,
        problem: None,
    }));
    let update = move |change: &dyn Fn(&mut Exploration)| {
        // The page may be closed by now.
        let _ = found.try_update(|found| found.as_mut().map(change));
    };
    let work = async move {
        let take = move |message: Message| {
            if message.kind == Kind::Outcome {
                update(&|it| it.outcomes.add(&message.text, variation));
            }
        };
        let ended = match lab.python().await {
            Ok(sandbox) => {
                let ended = sandbox.explore(request.to_string(), take);
                // While it runs, leaving the page ends it.
                drop(sandbox);
                ended.await
            }
            Err(why) => Err(why),
        };
        update(&|it| {
            it.is_over = true;
            it.problem = match &ended {
                Err(why) => Some(why.clone()),
                Ok(_) if (it.outcomes.count() as u64) < it.total => Some(
                    "not all of the runs were made: they were stopped, or took too long".to_owned(),
                ),
                Ok(_) => None,
            };
        });
    };
    chunk::after(work, || {});
}

/// What else could happen: a card below the race.
#[component]
pub fn Explore() -> impl IntoView {
    let lab = Lab::get();
    let found = RwSignal::new(None::<Exploration>);
    // A change of the program discards the results.
    Effect::new(move |before: Option<()>| {
        lab.source.track();
        lab.rules.track();
        lab.seed.track();
        if before.is_some() {
            found.set(None);
        }
    });
    let explores =
        Memo::new(move |_| found.with(|found| found.as_ref().is_some_and(|it| !it.is_over)));
    let is_busy = Memo::new(move |_| explores.get() || lab.state.get().is_busy());
    let awaits = Memo::new(move |_| lab.answer.with(|answer| answer.awaits));
    view! {
        <section class="card lab-explore" aria-labelledby="lab-explore-title">
            <h2 id="lab-explore-title">"What else could happen?"</h2>
            <p class="hint">
                "The order among tasks that are ready at one instant is chance, and so are latencies. A schedule draws both from a \
                 seed. A program that is cancelled at an await shows whether it cleans up."
            </p>
            <div class="lab-explore-bar">
                <button class="button" type="button" data-test="lab-schedules" prop:disabled=is_busy
                    on:click=move |_| explore(lab, found, Variation::Schedule)
                >{icon(Icon::Dice)}{format!("Run under {SCHEDULES} schedules")}</button>
                <button class="button" type="button" data-test="lab-cancels" prop:disabled=move || is_busy.get() || awaits.get() == 0
                    title="One run for each await of any task"
                    on:click=move |_| explore(lab, found, Variation::Cancel)
                >{icon(Icon::Cancelled)}{move || match awaits.get() {
                    0 => "Cancel at every await".to_owned(),
                    awaits => format!("Cancel at every await ({})", awaits.min(MOST_AWAITS)),
                }}</button>
                {move || found.with(|found| found.as_ref().filter(|it| !it.is_over).map(Exploration::part)).map(|part| view! {
                    <progress max="1" value=part.to_string() aria-label="Runs that are over"></progress>
                })}
                {move || explores.get().then(|| view! {
                    <button class="button" type="button" data-test="lab-explore-stop" on:click=move |_| lab.stop()>
                        {icon(Icon::Stop)}"Stop"
                    </button>
                })}
            </div>
            <p role="status" data-test="lab-explored">{move || found.with(|found| {
                found.as_ref().filter(|it| it.is_over).map(|it| it.outcomes.sentence(it.variation))
            })}</p>
            {move || found.with(|found| found.as_ref().and_then(|it| it.problem.clone())).map(|problem| view! {
                <p class="error">{problem}</p>
            })}
            {move || found.get().filter(|it| it.is_over && it.outcomes.count() > 0).map(|it| view! { <Table found=it/> })}
        </section>
    }
}

/// The outcomes, the most frequent first.
#[component]
fn Table(found: Exploration) -> impl IntoView {
    let variation = found.variation;
    let groups: Vec<Group> = found.outcomes.groups().into_iter().cloned().collect();
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label="Outcomes">
            <table class="table lab-outcomes">
                <thead><tr><th scope="col">"Outcome"</th><th scope="col">"Runs"</th><th scope="col">"Time"</th><th scope="col">"See one"</th></tr></thead>
                <tbody>{groups.into_iter().map(|group| view! { <Row group variation/> }).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(group: Group, variation: Variation) -> impl IntoView {
    let lab = Lab::get();
    let first = group.first;
    let (shortest, longest) = group.seconds;
    let time = match shortest == longest {
        true => seconds(shortest),
        false => format!("{} to {}", seconds(shortest), seconds(longest)),
    };
    let ending = group.ending;
    let at = ending
        .line
        .map(|line| format!(" (line {line})"))
        .unwrap_or_default();
    let error =
        (!ending.error.is_empty()).then(|| view! { <p class="lab-error">{ending.error}{at}</p> });
    let output = shortened(&ending.output);
    let name = match variation {
        Variation::Schedule => format!("schedule {first}"),
        Variation::Cancel => format!("await {first}"),
    };
    let label = format!("Run {name}");
    let show = move |_| {
        let chosen = Some(first);
        match variation {
            Variation::Schedule => lab.schedule.set(chosen),
            Variation::Cancel => lab.cancel.set(chosen),
        }
        lab.run();
    };
    view! {
        <tr data-test="lab-outcome">
            <td><b>{ending.state}</b>{error}<pre>{output}</pre></td>
            <td class="num">{group.count}</td>
            <td class="num">{time}</td>
            <td><button class="button" type="button" aria-label=label on:click=show>{name}</button></td>
        </tr>
    }
}

/// The end of an output, where its result mostly is.
fn shortened(output: &str) -> String {
    let output = output.trim_end();
    let count = output.chars().count();
    if count <= SHOWN {
        return output.to_owned();
    }
    let end: String = output.chars().skip(count - SHOWN).collect();
    format!("…{end}")
}

/// The schedule and the cancellation of the next run, each with a button that removes it.
#[component]
pub fn Variations() -> impl IntoView {
    let lab = Lab::get();
    let chip = move |of: RwSignal<Option<u64>>, name: &'static str| {
        move || {
            of.get().map(|number| {
                view! {
                    <button class="chip" type="button" title="Take it back" aria-label=format!("Take back {name} {number}")
                        on:click=move |_| of.set(None)
                    >{format!("{name} {number}")}{icon(Icon::Close)}</button>
                }
            })
        }
    };
    view! { {chip(lab.schedule, "schedule")}{chip(lab.cancel, "cancelled at await")} }
}
