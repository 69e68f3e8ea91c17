//! The world of the program: answers to its requests, the seed of its random numbers, what `input()` gives.

use super::state::Lab;
use crate::ui::kit::icon::{Icon, icon};
use interleave_player::lab::Rule;
use interleave_trace::decimal;
use leptos::prelude::*;

/// The form, closed at first: most programs need none of it.
#[component]
pub fn World() -> impl IntoView {
    let lab = Lab::get();
    let is_open = untrack(|| !lab.rules.with(Vec::is_empty));
    // The rows are made anew only when there are more or fewer: what is being typed stays.
    let count = Memo::new(move |_| lab.rules.with(Vec::len));
    view! {
        <details class="card lab-world" open=is_open>
            <summary><h2>"The program's world"</h2></summary>
            <div class="lab-world-body">
                <fieldset>
                    <legend>"Answers to requests"</legend>
                    <p class="hint">
                        "There is no network here. Requests by aiohttp, httpx and requests are answered by the first of these rules that \
                         fits. Hosts of well-known examples, such as httpbin.org/delay/2, have answers of their own; all others answer \
                         after some 0.2 s, with status 200."
                    </p>
                    <ol class="lab-rules">{move || {
                        (0..count.get()).map(|place| view! { <RuleRow place/> }).collect_view()
                    }}</ol>
                    <button class="button" type="button" data-test="lab-add-rule"
                        on:click=move |_| lab.rules.update(|rules| rules.push(Rule::default()))
                    >{icon(Icon::Plus)}"Add a rule"</button>
                </fieldset>
                <label class="lab-field">
                    <span>"Seed of random numbers"</span>
                    <input type="number" min="0" step="1" data-test="lab-seed" prop:value=move || lab.seed.get().to_string()
                        on:change=move |event| {
                            // Text that is not a seed is replaced by the present seed.
                            match event_target_value(&event).trim().parse() {
                                Ok(seed) => lab.seed.set(seed),
                                Err(_) => lab.seed.notify(),
                            }
                        }/>
                </label>
                <label class="lab-field">
                    <span>"Lines for input()"</span>
                    <textarea rows="2" data-test="lab-inputs" spellcheck="false" prop:value=move || lab.inputs.get()
                        on:input=move |event| lab.inputs.set(event_target_value(&event))></textarea>
                </label>
            </div>
        </details>
    }
}

/// A number of a rule: its name, its unit, and how it is read and changed.
struct Number {
    name: &'static str,
    unit: &'static str,
    scale: f64,
    get: fn(&Rule) -> f64,
    set: fn(&mut Rule, f64),
}

const NUMBERS: [Number; 4] = [
    Number {
        name: "latency",
        unit: "s",
        scale: 1.0,
        get: |rule| rule.latency,
        set: |rule, value| rule.latency = value,
    },
    Number {
        name: "spread ±",
        unit: "%",
        scale: 100.0,
        get: |rule| rule.spread,
        set: |rule, value| rule.spread = value,
    },
    Number {
        name: "status",
        unit: "",
        scale: 1.0,
        get: |rule| f64::from(rule.status),
        set: |rule, value| rule.status = value as u16,
    },
    Number {
        name: "failures",
        unit: "%",
        scale: 100.0,
        get: |rule| rule.failures,
        set: |rule, value| rule.failures = value,
    },
];

#[component]
fn RuleRow(place: usize) -> impl IntoView {
    let lab = Lab::get();
    let read = move |get: &dyn Fn(&Rule) -> String| {
        lab.rules
            .with_untracked(|rules| rules.get(place).map(get))
            .unwrap_or_default()
    };
    let write = move |set: &dyn Fn(&mut Rule)| {
        lab.rules.update(|rules| {
            if let Some(rule) = rules.get_mut(place) {
                set(rule);
            }
        });
    };
    let problem = RwSignal::new(None::<&'static str>);
    let check = move || {
        problem.set(
            lab.rules
                .with_untracked(|rules| rules.get(place).and_then(Rule::problem)),
        );
    };
    let url = read(&|rule| rule.url.clone());
    let body = read(&|rule| rule.body.clone());
    view! {
        <li class="lab-rule">
            <label class="wide"><span>"address (* is any text)"</span>
                <input type="text" value=url spellcheck="false" on:input=move |event| {
                    let url = event_target_value(&event);
                    write(&|rule| rule.url.clone_from(&url));
                    check();
                }/>
            </label>
            {NUMBERS.iter().map(|number| {
                let value = read(&|rule| ((number.get)(rule) * number.scale).to_string());
                view! {
                    <label><span>{number.name}{(!number.unit.is_empty()).then(|| format!(" ({})", number.unit))}</span>
                        <input type="text" inputmode="decimal" value=value on:input=move |event| {
                            let value = decimal::parse(&event_target_value(&event)).unwrap_or(-1.0);
                            write(&|rule| (number.set)(rule, value / number.scale));
                            check();
                        }/>
                    </label>
                }
            }).collect_view()}
            <label class="wide"><span>"text of the answer (empty: one that fits the address)"</span>
                <input type="text" value=body spellcheck="false" on:input=move |event| {
                    let body = event_target_value(&event);
                    write(&|rule| rule.body.clone_from(&body));
                }/>
            </label>
            <button class="icon-button" type="button" aria-label=format!("Remove rule {}", place + 1)
                on:click=move |_| lab.rules.update(|rules| { rules.remove(place); })
            >{icon(Icon::Trash)}</button>
            {move || problem.get().map(|problem| view! { <p class="error" role="alert">{problem}</p> })}
        </li>
    }
}
