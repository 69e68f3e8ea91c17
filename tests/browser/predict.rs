//! Predict, then run: what is asked, what is kept secret, and what the run says.

use crate::harness::{Page, document, press};
use wasm_bindgen_test::wasm_bindgen_test;

const QUESTION: &str = "[data-test=question]";
const GRADED: &str = "[data-test=graded]";
const INPUT: &str = "[data-test=question] [type=text]";

/// One strategy, so the first question is how long it takes.
const SLOW: &str = "#/downloads?only=sequential&pace=instant&predict=1";

#[wasm_bindgen_test]
async fn a_run_asks_first_and_grades_the_answer() {
    let page = Page::open(SLOW).await;
    page.click("[data-test=run]").await;
    assert_eq!(page.status(), "ready");
    let asked = page.text(&format!("{QUESTION} legend"));
    assert_eq!(asked, "How many seconds will “One after another” take?");
    page.until("the answer can be typed at once", || {
        document()
            .active_element()
            .is_some_and(|focused| focused.tag_name() == "INPUT")
    })
    .await;

    // An empty field is no answer.
    page.click("[data-test=answer]").await;
    assert!(
        page.text(&format!("{QUESTION} [role=alert]"))
            .contains("number")
    );
    page.enter(INPUT, "25").await;
    page.click("[data-test=answer]").await;
    page.until_status("finished").await;
    page.until("it is graded", || !page.all(GRADED).is_empty())
        .await;
    let said = page.text(GRADED);
    assert!(
        said.contains("Wrong") && said.contains("took 38.0 s, since"),
        "{said}"
    );
    assert!(said.contains("0 of 1 right"), "{said}");
    // A screen reader announces it.
    assert!(!page.all("[role=status] [data-test=graded]").is_empty());
    assert!(page.all(QUESTION).is_empty());

    // Another question, and a right answer: of five tasks, the last one is the slowest one's last.
    page.click("[data-test=run]").await;
    assert!(page.all(GRADED).is_empty());
    let asked = page.text(&format!("{QUESTION} legend"));
    assert!(asked.contains("end first"), "{asked}");
    page.click(&format!("{QUESTION} [value='0']")).await;
    page.click("[data-test=answer]").await;
    page.until("it is graded", || !page.all(GRADED).is_empty())
        .await;
    let said = page.text(GRADED);
    assert!(
        said.contains("Right") && said.contains("1 of 2 right"),
        "{said}"
    );
}

#[wasm_bindgen_test]
async fn what_gives_the_answer_away_is_hidden_until_the_end() {
    let hidden = |page: &Page| {
        let says = |selector: &str| {
            page.all(selector)
                .iter()
                .any(|found| !found.has_attribute("hidden"))
        };
        (says(".claims"), says(".claims-later"))
    };
    let page = Page::open("#/downloads?only=concurrent&predict=1&speed=100").await;
    assert_eq!(hidden(&page), (false, true));
    page.click("[data-test=run]").await;
    assert_eq!(hidden(&page), (false, true));
    page.enter(INPUT, "24").await;
    page.click("[data-test=answer]").await;
    page.until_status("running").await;
    assert_eq!(hidden(&page), (false, true));
    page.until_status("finished").await;
    page.until("it is shown", || hidden(&page) == (true, false))
        .await;
    // 24 is within a twentieth of 25.
    assert!(page.text(GRADED).contains("Right"));

    // The next question removes the last run, which has the answer.
    page.click("[data-test=run]").await;
    assert_eq!(page.totals(), ["–"]);
    assert_eq!(hidden(&page), (false, true));
}

#[wasm_bindgen_test]
async fn a_question_is_skipped_taken_back_and_made_anew() {
    let page = Page::open(SLOW).await;
    let body = document().body().unwrap();
    // The key asks as the button does.
    assert!(press(&body, " "));
    page.settle().await;
    assert_eq!(page.all(QUESTION).len(), 1);
    // After a change of the values the question is about the new ones.
    page.enter(INPUT, "19").await;
    page.enter("#field-seconds_per_mb", "0.25").await;
    page.until("it is still asked", || page.all(QUESTION).len() == 1)
        .await;
    page.enter(INPUT, "19").await;
    page.click("[data-test=answer]").await;
    page.until("it is graded", || !page.all(GRADED).is_empty())
        .await;
    assert!(page.text(GRADED).contains("Right"), "{}", page.text(GRADED));

    page.click("[data-test=run]").await;
    page.click("[data-test=skip]").await;
    page.until_status("finished").await;
    assert!(page.all(QUESTION).is_empty() && page.all(GRADED).is_empty());

    page.click("[data-test=run]").await;
    assert!(
        page.press(&format!("{QUESTION} [value='0']"), "Escape")
            .await
    );
    page.until("it is taken back", || page.all(QUESTION).is_empty())
        .await;
    page.click("[data-test=predict]").await;
    page.click("[data-test=run]").await;
    page.until_status("finished").await;
    assert!(page.all(QUESTION).is_empty());
}

#[wasm_bindgen_test]
async fn the_question_stays_while_a_value_is_typed() {
    let page = Page::open(SLOW).await;
    page.click("[data-test=run]").await;
    page.enter("#field-seconds_per_mb", "").await;
    assert_eq!(page.all(QUESTION).len(), 1);
    page.enter(INPUT, "25").await;
    page.click("[data-test=answer]").await;
    assert!(page.text(".notice").contains("cannot be run"));
    assert_eq!(page.all(QUESTION).len(), 1);
    page.enter("#field-seconds_per_mb", "1").await;
    page.enter(INPUT, "76").await;
    page.click("[data-test=answer]").await;
    page.until("it is graded", || !page.all(GRADED).is_empty())
        .await;
    assert!(page.text(GRADED).contains("Right"));
}
