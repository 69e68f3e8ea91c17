//! The page that helps to choose: a decision guide, patterns in three languages, and a migration in four steps.

use crate::ui::kit::icon::{Icon, icon};
use crate::ui::kit::words::words;
use interleave_playgrounds::guide::{Answer, PATTERNS, QUESTIONS, STEPS};
use interleave_playgrounds::{CARDS, Card, front};
use leptos::prelude::*;

/// The page.
#[component]
pub fn Choose() -> impl IntoView {
    view! {
        <div class="choose">
            <h1>{front::CHOOSE.heading}</h1>
            <p class="lead">{front::CHOOSE.lead}</p>
            <div class="questions">
                {QUESTIONS.iter().map(|question| view! {
                    <section class="card">
                        <h2>{question.question}</h2>
                        <dl>{question.answers.iter().map(answer).collect_view()}</dl>
                    </section>
                }).collect_view()}
            </div>
            <section>
                <h2 id="patterns">"The same patterns in Python, Rust and JavaScript"</h2>
                <div class="table-scroll" role="region" aria-labelledby="patterns" tabindex="0">
                    <table class="patterns">
                        <thead><tr>
                            <th scope="col">"asyncio"</th><th scope="col">"what for"</th><th scope="col">"Rust"</th>
                            <th scope="col">"JavaScript"</th><th scope="col">"playground"</th>
                        </tr></thead>
                        <tbody>{PATTERNS.iter().map(|pattern| view! {
                            <tr>
                                <th scope="row">{words(pattern.python)}</th>
                                <td>{pattern.does}</td>
                                <td>{words(pattern.rust)}</td>
                                <td>{words(pattern.javascript)}</td>
                                <td>{link(pattern.link)}</td>
                            </tr>
                        }).collect_view()}</tbody>
                    </table>
                </div>
            </section>
            <section>
                <h2>"From sequential to concurrent, in four steps"</h2>
                <ol class="steps">{STEPS.iter().map(|step| view! {
                    <li class="card">
                        <h3>{step.title}</h3>
                        <p>{words(step.text)}</p>
                        <p class="links">
                            <a class="button" href=step.before>{icon(Icon::Play)}"Before"<span class="visually-hidden">{of(step.title)}</span></a>
                            <a class="button" href=step.after>{icon(Icon::Play)}"After"<span class="visually-hidden">{of(step.title)}</span></a>
                        </p>
                    </li>
                }).collect_view()}</ol>
            </section>
        </div>
    }
}

fn answer(answer: &'static Answer) -> impl IntoView {
    view! {
        <div>
            <dt>{words(answer.when)}</dt>
            <dd>{words(answer.then)}" "{link(answer.link)}</dd>
        </div>
    }
}

/// A link to a playground, by its title.
fn link(hash: &'static str) -> impl IntoView {
    let name = hash.trim_start_matches("#/").split('?').next();
    let card = name.and_then(|name| CARDS.iter().find(|card| card.slug == name));
    view! { <a href=hash>{card.map(|card: &Card| words(card.heading))}</a> }
}

fn of(step: &str) -> String {
    format!(": {step}")
}
