//! What tests read of a playground's page, and how they act on it.

use serde_json::{Value, json};

use crate::harness::Page;
use interleave_playgrounds::Entry;

/// The names of all playgrounds in URLs.
pub fn slugs() -> impl Iterator<Item = &'static str> {
    Entry::all().map(|entry| entry.slug)
}

/// The Run button.
pub const RUN: &str = "[data-test=run]";

/// The result of a run, as the page shows it.
#[derive(Debug, PartialEq)]
pub struct Shown {
    /// The total of each strategy.
    pub totals: Vec<String>,
    /// The text of each claim about the run.
    pub claims: Vec<String>,
    /// The text of each lane.
    pub lanes: Vec<String>,
}

impl Page {
    /// Waits for the page of a playground.
    pub async fn wait_for_playground(&self) {
        self.wait_for(RUN).await;
    }

    /// Opens a playground, in the page that is loaded, and waits for it.
    pub async fn go_to_playground(&self, slug: &str, settings: &str) {
        self.goto_ready(&format!("#/{slug}?{settings}")).await;
    }

    /// Goes to a playground by its hash, and waits until Run can be pressed on it. The page before stays until the code of
    /// the next one has loaded, and says "ready" as well.
    pub async fn goto_ready(&self, hash: &str) {
        self.goto(hash).await;
        let link = hash.split('?').next().unwrap_or_default();
        self.wait_for(&format!("nav [aria-current=page][href='{link}']"))
            .await;
        self.wait_for_text("[data-test=status]", "ready").await;
    }

    /// Waits until the run is over; some end in a deadlock, as they should.
    pub async fn wait_for_end(&self) {
        let over = "return /finished|deadlocked/.test(document.querySelector('[data-test=status]')?.innerText)";
        self.wait_until("the run is over", async || {
            (self.eval(over, &[]).await == json!(true)).then_some(())
        })
        .await;
    }

    /// The texts of all elements that a selector finds.
    pub async fn texts(&self, selector: &str) -> Vec<String> {
        let script =
            "return [...document.querySelectorAll(arguments[0])].map(e => e.innerText.trim())";
        strings(&self.eval(script, &[json!(selector)]).await)
    }

    /// Waits until form, figures, results and panels are made. The page makes them when they are near the window or after five
    /// seconds, so this scrolls to them. An embedded page has none.
    async fn wait_for_whole_page(&self) {
        let script = "const is_whole = !!document.querySelector('.app.embedded, [role=tab]');
            scrollTo(0, is_whole ? 0 : document.scrollingElement.scrollHeight);
            return is_whole";
        self.wait_until("the page is whole", async || {
            (self.eval(script, &[]).await == json!(true)).then_some(())
        })
        .await;
    }

    /// The results of the run that the page shows.
    pub async fn shown(&self) -> Shown {
        self.wait_for_whole_page().await;
        let lanes = "return [...document.querySelectorAll('button.lane')].map(e => e.ariaLabel)";
        Shown {
            totals: self.texts("[data-test=total]").await,
            claims: self.texts("[data-test=claim] .check").await,
            lanes: strings(&self.eval(lanes, &[]).await),
        }
    }

    /// The cards of results: `Rome: 20 C, sunny`.
    pub async fn results(&self) -> Vec<String> {
        self.wait_for_whole_page().await;
        let script = "return [...document.querySelectorAll('.result')].map(e => {
            const [name, ...rest] = [...e.children].map(part => part.innerText.trim());
            return `${name}: ${rest.filter(part => part).join(', ')}`;
        })";
        strings(&self.eval(script, &[]).await)
    }

    /// Opens a tab.
    pub async fn open_tab(&self, tab: &str) {
        self.click(&format!("#tab-{tab}")).await;
        self.wait_for(&format!("#tab-{tab}[aria-selected=true]"))
            .await;
    }

    /// The log, line by line.
    pub async fn log(&self) -> Vec<String> {
        self.open_tab("log").await;
        self.texts("ol.log > li").await
    }

    /// Types a text into an input, in place of what is there.
    pub async fn fill(&self, selector: &str, text: &str) {
        self.wait_for(selector).await;
        let script = "const e = document.querySelector(arguments[0]); e.focus(); e.select()";
        self.eval(script, &[json!(selector)]).await;
        self.type_text(text).await;
    }

    /// Chooses an option as a reader does: the browser's own list cannot be driven.
    pub async fn choose(&self, selector: &str, value: &str) {
        self.wait_for(selector).await;
        let script = "const e = document.querySelector(arguments[0]); e.value = arguments[1];
             e.dispatchEvent(new Event('change', { bubbles: true })); return e.value";
        let chosen = self.eval(script, &[json!(selector), json!(value)]).await;
        assert_eq!(chosen, json!(value), "`{selector}` has no such option");
    }

    /// Waits until the address has this part: it follows a moment after a change.
    pub async fn wait_for_hash(&self, part: &str) -> String {
        self.wait_until(&format!("the address has {part:?}"), async || {
            Some(self.hash().await).filter(|hash| hash.contains(part))
        })
        .await
    }

    /// Opens a hash as a link from elsewhere does: in a page that is loaded anew.
    pub async fn visit(&self, hash: &str) {
        self.client().goto("about:blank").await.expect("a page");
        self.goto(hash).await;
    }
}

fn strings(list: &Value) -> Vec<String> {
    let list = list.as_array().into_iter().flatten();
    list.map(|text| text.as_str().unwrap_or_default().to_owned())
        .collect()
}
