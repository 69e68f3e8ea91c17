//! The export menu, and recordings that are opened again.

use crate::harness::{Page, document, js, press};
use interleave::web;
use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Blob, File};

/// Keeps downloads while this lives, instead of giving them to the browser.
struct Downloads;

impl Downloads {
    fn keep() -> Self {
        js("window.kept = []; const url = URL.createObjectURL;
            URL.real = url; URL.createObjectURL = it => { kept.push([it]); return url.call(URL, it); };
            const click = HTMLAnchorElement.prototype.click; HTMLAnchorElement.prototype.real = click;
            HTMLAnchorElement.prototype.click = function () { kept.at(-1).push(this.download); }");
        Self
    }

    /// The name of the last download; empty if there was none.
    fn name(&self) -> String {
        js("return kept.at(-1)?.[1] ?? ''").as_string().unwrap()
    }

    fn content(&self) -> Blob {
        js("return kept.at(-1)[0]").unchecked_into()
    }

    async fn text(&self) -> String {
        let text = JsFuture::from(self.content().text()).await.unwrap();
        text.as_string().unwrap()
    }
}

impl Drop for Downloads {
    fn drop(&mut self) {
        js("URL.createObjectURL = URL.real;
            HTMLAnchorElement.prototype.click = HTMLAnchorElement.prototype.real");
    }
}

const MENU: &str = "#export-menu";

async fn run(page: &Page) {
    page.click("[data-test=run]").await;
    page.until_status("finished").await;
}

async fn export(page: &Page, format: &str) {
    page.click("[data-test=export]").await;
    page.click(&format!("[data-test=export-{format}]")).await;
    page.until("the export is done", || {
        !page.one("[data-test=export]").has_attribute("aria-busy")
    })
    .await;
}

/// Gives the page a file, as the reader does.
async fn give(page: &Page, name: &str, text: &str) {
    let parts = Array::of1(&text.into());
    let file = File::new_with_str_sequence(&parts, name).unwrap();
    let input = page.one("[data-test=file]");
    js("window.give = (input, file) => {
            const data = new DataTransfer(); data.items.add(file); input.files = data.files;
            input.dispatchEvent(new Event('change', { bubbles: true }));
        }");
    let give: js_sys::Function = js("return give").unchecked_into();
    give.call2(&wasm_bindgen::JsValue::NULL, &input, &file)
        .unwrap();
}

#[wasm_bindgen_test]
async fn every_format_is_downloaded_under_a_name_that_says_what_it_is() {
    let page = Page::open("#/basic-tasks?pace=instant&only=sequential,gather").await;
    let downloads = Downloads::keep();
    let disabled = page.all("#export-menu button:disabled").len();
    assert_eq!(disabled, 6, "nothing has been run");
    run(&page).await;
    for (format, name, starts) in [
        ("svg", "basic-tasks-sequential-gather.svg", "<svg "),
        (
            "race",
            "basic-tasks-sequential-gather.json",
            "{\n\"format\": \"interleave race\"",
        ),
        (
            "chrome",
            "basic-tasks-sequential-gather.trace.json",
            "{\"displayTimeUnit\"",
        ),
        ("csv", "basic-tasks-sequential-gather.csv", "strategy,task,"),
    ] {
        export(&page, format).await;
        assert_eq!(downloads.name(), name);
        let text = downloads.text().await;
        assert!(text.starts_with(starts), "{format}: {text:.80}");
    }
    export(&page, "png").await;
    page.until("a PNG", || downloads.name().ends_with(".png"))
        .await;
    assert_eq!(downloads.content().type_(), "image/png");
    let bitmap = js("return createImageBitmap(kept.at(-1)[0]).then(it => it.width)");
    let width = JsFuture::from(bitmap.unchecked_into::<js_sys::Promise>())
        .await
        .unwrap();
    assert_eq!(width.as_f64(), Some(1920.0));
}

/// Runs what is in the form, and returns the file of that run.
async fn recorded(page: &Page) -> String {
    let downloads = Downloads::keep();
    run(page).await;
    export(page, "race").await;
    downloads.text().await
}

#[wasm_bindgen_test]
async fn a_recording_is_opened_on_its_page_and_run_anew() {
    let page = Page::open("#/basic-tasks?pace=instant&only=gather&tasks=A,1.5;B,0.5").await;
    let text = recorded(&page).await;
    let totals = page.totals();
    drop(page);
    let page = Page::open("#/downloads").await;
    give(&page, "mine.json", &text).await;
    page.until("a recording", || {
        !page.all("[data-test=recorded]").is_empty()
    })
    .await;
    assert!(page.text("[data-test=recorded]").contains("mine.json"));
    assert_eq!(
        (page.totals(), page.status()),
        (totals.clone(), "finished".to_owned())
    );
    assert_eq!(page.value("#field-tasks-0-name"), "A");
    assert_eq!(
        web::hash(),
        "#/basic-tasks?only=gather&pace=instant&tasks=A,1.5;B,0.5"
    );
    run(&page).await;
    assert_eq!(page.totals(), totals);
    assert!(
        page.all("[data-test=recorded]").is_empty(),
        "this is no recording"
    );
}

/// Lines were lit by their numbers, whatever the source had in them by then.
#[wasm_bindgen_test]
async fn lines_are_lit_only_where_the_source_is_the_one_that_ran() {
    let hash = "#/basic-tasks?pace=instant&only=gather&tasks=A,1.5;B,0.5";
    let text = recorded(&Page::open(hash).await).await;
    let at = text.find("\"source\": \"").unwrap() + 11;
    let end = at + text[at..].find('"').unwrap();
    let changed = format!("{}123{}", &text[..at], &text[end..]);
    let line = text
        .lines()
        .find(|line| line.contains("\"source\""))
        .unwrap();
    let old = text.replace(&format!("{line}\n"), "");
    for (file, is_known) in [(&text, true), (&changed, false), (&old, false)] {
        let page = Page::open(hash).await;
        give(&page, "mine.json", file).await;
        page.until("a recording", || {
            !page.all("[data-test=recorded]").is_empty()
        })
        .await;
        page.press("[data-test=scrub]", "Home").await;
        page.press("[data-test=scrub]", "ArrowRight").await;
        let said = page.all(".other-source").len();
        assert_eq!(said, usize::from(!is_known));
        // At 0.5 s task A sleeps, at a line of the source that ran.
        page.one("[data-mode=gather] .lane[data-task='1']")
            .focus()
            .unwrap();
        page.until("the card", || {
            page.text("[role=tooltip]").contains("started by")
        })
        .await;
        let card = page.text("#tip");
        assert_eq!(card.contains("awaits at"), is_known, "{card}");
        // A new run is of this very source.
        run(&page).await;
        assert!(page.all(".other-source").is_empty());
    }
}

#[wasm_bindgen_test]
async fn a_broken_file_is_named_and_changes_nothing() {
    let page = Page::open("#/basic-tasks?pace=instant").await;
    run(&page).await;
    let before = page.totals();
    for (text, why) in [
        ("", "it is empty"),
        ("{}", "it is another kind of file"),
        (
            "{\"format\": \"interleave race\", \"version\": 1,\n\"playground\": 7}",
            "at line 2",
        ),
    ] {
        give(&page, "broken.json", text).await;
        let said = || page.texts(".notice.error p").join("\n");
        page.until(why, || said().contains(why)).await;
        assert!(said().contains("“broken.json” cannot be opened"));
    }
    assert_eq!(
        (page.totals(), page.status()),
        (before, "finished".to_owned())
    );
}

/// Lines were told apart by their place alone, so those of the run before stayed.
#[wasm_bindgen_test]
async fn the_log_and_the_story_are_those_of_the_recording() {
    let page = Page::open("#/basic-tasks?pace=instant&only=gather&tasks=mine,1.5;B,0.5").await;
    let text = recorded(&page).await;
    drop(page);
    for tab in ["log", "story"] {
        let page = Page::open("#/basic-tasks?pace=instant&only=gather&tasks=A,1.5;B,0.5").await;
        page.click(&format!("#tab-{tab}")).await;
        run(&page).await;
        let said = || page.texts(".log li").join("\n");
        assert!(!said().contains("mine"));
        give(&page, "mine.json", &text).await;
        page.until("the recording's own lines", || said().contains("mine"))
            .await;
        assert!(!said().contains("Task A"), "{}", said());
    }
}

#[wasm_bindgen_test]
async fn a_file_is_dropped_onto_the_page() {
    let page = Page::open("#/basic-tasks").await;
    let drag = |kind: &str| {
        js(&format!(
            "const data = new DataTransfer(); data.items.add(new File(['{{}}'], 'dropped.json'));
             const event = new DragEvent('{kind}', {{ dataTransfer: data, cancelable: true }});
             dispatchEvent(event); return event.defaultPrevented;"
        ))
    };
    assert_eq!(drag("dragover"), true);
    page.settle().await;
    assert!(!page.one(".drop-here").hidden());
    assert_eq!(drag("drop"), true);
    page.until("a message", || {
        page.texts(".notice.error p")
            .join("")
            .contains("“dropped.json”")
    })
    .await;
    assert!(page.one(".drop-here").hidden());
    js(
        "dispatchEvent(new DragEvent('dragover', { dataTransfer: new DataTransfer(), cancelable: true }))",
    );
    page.settle().await;
    assert!(page.one(".drop-here").hidden(), "this is no file");
}

#[wasm_bindgen_test]
async fn the_menu_is_worked_by_keys() {
    let page = Page::open("#/basic-tasks?pace=instant").await;
    run(&page).await;
    let focused = || {
        document()
            .active_element()
            .and_then(|it| it.get_attribute("data-test"))
    };
    let is = |name: &str| focused().as_deref() == Some(name);
    assert!(page.press("[data-test=export]", "ArrowDown").await);
    page.until("the first entry", || is("export-svg")).await;
    for (key, name) in [
        ("ArrowDown", "export-png"),
        ("ArrowUp", "export-svg"),
        ("ArrowUp", "open"),
    ] {
        let active = document().active_element().unwrap();
        assert!(press(&active, key));
        assert!(is(name), "{name}: {:?}", focused());
    }
    press(&document().active_element().unwrap(), "Escape");
    page.settle().await;
    assert!(page.one(MENU).hidden() && is("export"));
}

#[wasm_bindgen_test]
async fn runs_are_in_the_performance_timeline_when_asked_and_until_the_next() {
    let page = Page::open("#/basic-tasks?pace=instant&only=gather&tasks=A,1.5;B,0.5").await;
    let tracks = || {
        js("return performance.getEntriesByType('measure').map(it => it.detail?.devtools)
            .filter(it => it?.dataType === 'track-entry').map(it => it.track + ' in ' + it.trackGroup).sort().join()")
        .as_string()
        .unwrap()
    };
    run(&page).await;
    assert_eq!(tracks(), "");
    export(&page, "timing").await;
    let group = "in Interleave: create_task, then gather";
    assert_eq!(tracks(), format!("A {group},B {group},main {group}"));
    let length =
        js("return Math.max(...performance.getEntriesByType('measure').map(it => it.duration))");
    assert!((length.as_f64().unwrap() - 1.5).abs() < 0.01, "{length:?}");
    run(&page).await;
    assert_eq!(tracks(), "");
}
