//! A browser with one page, and what a test does with it.

use std::{
    cell::{Cell, RefCell},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use fantoccini::{
    Client, Locator,
    actions::{InputSource as _, KeyAction, KeyActions},
    elements::Element,
    key::Key,
};
use serde_json::{Value, json};

use super::{
    DEADLINE,
    browser::{Lease, Setup},
    console::Entry,
    driver::Driver,
    is_firefox,
    pointer::Mouse,
    site::Site,
};

/// Time between two checks of a page that does not yet show what is waited for.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// A page in a headless browser that has no other, 1280 by 800 pixels unless told otherwise.
pub struct Page {
    /// The browser.
    lease: Lease,
    /// The address of the site.
    url: String,
    /// The messages of the console so far: ChromeDriver returns each entry once.
    console: RefCell<Vec<Entry>>,
    /// How many lines Firefox had printed before it had this page.
    printed_before: usize,
    /// Where the mouse was left.
    pub(super) mouse: Cell<Mouse>,
}

impl Page {
    /// Opens the site at this URL hash, such as `#/downloads`. An empty one is the start page.
    pub async fn open(site: &Site, hash: &str) -> Self {
        let page = Self::blank(site).await;
        page.goto(hash).await;
        page
    }

    /// A browser that has not loaded the site yet: for what must be set beforehand.
    pub async fn blank(site: &Site) -> Self {
        Self::within(site, None).await
    }

    /// As [`Page::blank`], in a browser with these settings, which this page alone uses.
    pub async fn set_up(site: &Site, setup: Setup<'_>) -> Self {
        Self::within(site, Some(setup)).await
    }

    async fn within(site: &Site, setup: Option<Setup<'_>>) -> Self {
        let lease = Lease::new(&site.url(), setup).await;
        let page = Self {
            printed_before: lease.browser().driver.said().len(),
            lease,
            url: site.url(),
            console: RefCell::default(),
            mouse: Cell::default(),
        };
        page.viewport(1280, 800);
        page
    }

    /// Loads the site at this URL hash, or, if it is loaded, goes there as a link would.
    pub async fn goto(&self, hash: &str) {
        self.client()
            .goto(&format!("{}{hash}", self.url))
            .await
            .expect("the site's address");
    }

    /// Loads the page anew, as its reader does.
    pub async fn reload(&self) {
        // The driver's own command is a harder one in Firefox: it goes past the service worker.
        self.eval("window.isOld = true; location.reload()", &[])
            .await;
        self.wait_until_anew().await;
    }

    /// Loads the page anew and asks the network for all of it, whatever the browser or a service worker has.
    pub async fn reload_past_the_worker(&self) {
        self.eval("window.isOld = true", &[]).await;
        if is_firefox() {
            self.client().refresh().await.expect("a page to reload");
        } else {
            self.devtools("Page.reload", &json!({ "ignoreCache": true }));
        }
        self.wait_until_anew().await;
    }

    async fn wait_until_anew(&self) {
        let script = "return !window.isOld && document.readyState === 'complete'";
        self.wait_until("the page is loaded anew", async || {
            let anew = self.client().execute(script, vec![]).await.ok()?;
            (anew == json!(true)).then_some(())
        })
        .await;
    }

    /// The hash of the address that the browser shows, with its `#`; empty without one.
    pub async fn hash(&self) -> String {
        let url = self.client().current_url().await.expect("an address");
        url.fragment()
            .map(|fragment| format!("#{fragment}"))
            .unwrap_or_default()
    }

    /// For everything without a helper here.
    pub fn client(&self) -> &Client {
        &self.lease.browser().client
    }

    /// For everything beyond the WebDriver standard.
    fn driver(&self) -> &Driver {
        &self.lease.browser().driver
    }

    // Looking

    /// Waits for an element that is there and can be seen.
    pub async fn wait_for(&self, selector: &str) -> Element {
        self.wait_until(&format!("`{selector}` is shown"), async || {
            let element = self.client().find(Locator::Css(selector)).await.ok()?;
            element.is_displayed().await.ok()?.then_some(element)
        })
        .await
    }

    /// Waits until no such element can be seen.
    pub async fn wait_for_none(&self, selector: &str) {
        let script =
            "return [...document.querySelectorAll(arguments[0])].some(e => e.checkVisibility())";
        self.wait_until(&format!("no `{selector}` is shown"), async || {
            let shown = self
                .client()
                .execute(script, vec![json!(selector)])
                .await
                .ok()?;
            (shown == json!(false)).then_some(())
        })
        .await;
    }

    /// Waits until the text of an element, as it is shown, contains this one. Gives the whole text.
    pub async fn wait_for_text(&self, selector: &str, part: &str) -> String {
        self.wait_until(&format!("`{selector}` says {part:?}"), async || {
            let element = self.client().find(Locator::Css(selector)).await.ok()?;
            element.text().await.ok().filter(|text| text.contains(part))
        })
        .await
    }

    /// The text of an element, as it is shown. Waits for the element.
    pub async fn text(&self, selector: &str) -> String {
        self.wait_until(&format!("`{selector}` is shown"), async || {
            let element = self.client().find(Locator::Css(selector)).await.ok()?;
            element.is_displayed().await.ok().filter(|shown| *shown)?;
            element.text().await.ok()
        })
        .await
    }

    /// Waits until `look` finds something. `what` completes "the page never came to ...: ".
    pub async fn wait_until<T>(&self, what: &str, look: impl AsyncFn() -> Option<T>) -> T {
        let deadline = Instant::now() + DEADLINE;
        loop {
            if let Some(found) = look().await {
                return found;
            }
            if Instant::now() > deadline {
                let report = self.report().await;
                panic!("waited {DEADLINE:?} in vain until {what}\n{report}");
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// The result of a script: `return document.title`. Arguments are `arguments[0]` and so on. Set values for the page's
    /// own scripts on `window`: Firefox runs this with a global object of its own.
    pub async fn eval(&self, script: &str, arguments: &[Value]) -> Value {
        let result = self.client().execute(script, arguments.to_vec()).await;
        result.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    // Acting

    /// Clicks an element. Waits until that is possible: it may just be moving, or be replaced by one like it.
    pub async fn click(&self, selector: &str) {
        self.wait_until(&format!("`{selector}` can be clicked"), async || {
            let element = self.client().find(Locator::Css(selector)).await.ok()?;
            element.is_displayed().await.ok().filter(|shown| *shown)?;
            element.click().await.ok()
        })
        .await;
    }

    /// Presses a key that moves or acts, such as `Key::Tab` or `Key::Escape`, wherever the focus is.
    pub async fn press(&self, key: Key) {
        self.keys([char::from(key)]).await;
    }

    /// Types characters wherever the focus is; `" "` is the space bar, and the end of a line the key Enter.
    pub async fn type_text(&self, text: &str) {
        // Firefox would put the character itself into the text.
        let key = |typed| match typed {
            '\n' => char::from(Key::Enter),
            typed => typed,
        };
        self.keys(text.chars().map(key)).await;
    }

    /// Presses and releases keys, one after another.
    async fn keys(&self, keys: impl IntoIterator<Item = char>) {
        let actions =
            keys.into_iter()
                .fold(KeyActions::new("keyboard".into()), |actions, value| {
                    actions
                        .then(KeyAction::Down { value })
                        .then(KeyAction::Up { value })
                });
        self.client()
            .perform_actions(actions)
            .await
            .expect("a keyboard");
    }

    // The browser around the page

    /// Sets the size of the viewport, in CSS pixels, however small.
    pub fn viewport(&self, width: u32, height: u32) {
        self.screen(width, height, 1.0);
    }

    /// Sets the size of the viewport, in CSS pixels, and how many pixels of the screen one of them is.
    pub fn screen(&self, width: u32, height: u32, scale: f64) {
        if is_firefox() {
            // A window is as large as a page that is not narrow; what is narrower is cut out of it.
            let size = json!({ "width": width, "height": height });
            self.driver().command("window/rect", &size);
            let script = "const { style, browsingContext } = gBrowser.selectedBrowser;
                style.width = arguments[0] + 'px';
                style.height = arguments[1] + 'px';
                browsingContext.overrideDPPX = arguments[2] === 1 ? 0 : arguments[2]";
            self.privileged(script, &json!([width, height, scale]));
            return;
        }
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", &size);
    }

    /// What the system prefers: `&[("prefers-color-scheme", "dark"), ("prefers-reduced-motion", "reduce")]`. Replaces
    /// what was set before.
    pub fn emulate_media(&self, features: &[(&str, &str)]) {
        if is_firefox() {
            let names = [
                "prefers-color-scheme",
                "prefers-reduced-motion",
                "forced-colors",
            ];
            assert!(
                features.iter().all(|(name, _)| names.contains(name)),
                "{features:?}"
            );
            let of = |name: &str| {
                let found = features.iter().find(|(known, _)| *known == name);
                found.map_or("none", |(_, value)| value)
            };
            let script = "const context = gBrowser.selectedBrowser.browsingContext;
                [context.prefersColorSchemeOverride, context.prefersReducedMotionOverride,
                    context.forcedColorsOverride] = arguments";
            self.privileged(script, &json!(names.map(of)));
            return;
        }
        let features: Vec<Value> = features
            .iter()
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        self.devtools(
            "Emulation.setEmulatedMedia",
            &json!({ "features": features }),
        );
    }

    /// Shows the page as it is printed.
    pub fn emulate_paper(&self) {
        if is_firefox() {
            let script = "gBrowser.selectedBrowser.browsingContext.mediumOverride = 'print'";
            self.privileged(script, &json!([]));
            return;
        }
        self.devtools("Emulation.setEmulatedMedia", &json!({ "media": "print" }));
    }

    /// From the next page on, no script runs.
    pub fn turn_scripts_off(&self) {
        if is_firefox() {
            let script = "gBrowser.selectedBrowser.browsingContext.allowJavascript = false";
            self.privileged(script, &json!([]));
            return;
        }
        let off = json!({ "value": true });
        self.devtools("Emulation.setScriptExecutionDisabled", &off);
    }

    /// A script of Firefox itself.
    fn privileged(&self, script: &str, arguments: &Value) -> Value {
        let result = self.driver().privileged("sync", script, arguments);
        result.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// A command of the DevTools protocol, which Firefox does not have.
    pub fn devtools(&self, command: &str, parameters: &Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.driver().command("goog/cdp/execute", &body)
    }

    /// Waits until the browser has drawn the present state of the page.
    pub async fn next_frame(&self) {
        // The second callback comes after the frame that the first one precedes.
        let script = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))";
        self.client()
            .execute_async(script, vec![])
            .await
            .expect("a frame");
    }

    /// Writes a picture of the viewport.
    pub async fn screenshot(&self, path: &Path) {
        let picture = self.client().screenshot().await.expect("a picture");
        std::fs::write(path, picture).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    // The console

    /// All messages of the console since the browser started.
    pub fn console(&self) -> Vec<Entry> {
        if is_firefox() {
            return Entry::all_printed(&self.driver().said()[self.printed_before..]).collect();
        }
        let log = self
            .driver()
            .command("se/log", &json!({ "type": "browser" }));
        let mut console = self.console.borrow_mut();
        console.extend(Entry::all_of(&log));
        console.clone()
    }

    /// Fails if the console has complained: errors, warnings, violations of the Content-Security-Policy.
    pub async fn assert_quiet(&self) {
        // An answer from the page itself: its earlier messages have arrived.
        self.eval("return 0", &[]).await;
        let complaints: Vec<String> = self
            .console()
            .iter()
            .filter(|entry| entry.is_complaint())
            .map(Entry::to_string)
            .collect();
        assert!(
            complaints.is_empty(),
            "the console complains:\n{}",
            complaints.join("\n")
        );
    }

    /// The report about the page of a failed test.
    async fn report(&self) -> String {
        let text = self
            .client()
            .execute("return document.body?.innerText", vec![])
            .await;
        let text = text
            .ok()
            .and_then(|text| text.as_str().map(str::to_owned))
            .unwrap_or_default();
        let console: Vec<String> = self.console().iter().map(Entry::to_string).collect();
        let name = std::thread::current()
            .name()
            .unwrap_or("page")
            .replace("::", "-");
        let picture = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"));
        self.screenshot(&picture).await;
        format!(
            "--- the page says ---\n{text}\n--- its console says ---\n{}\n--- it looks like ---\n{}",
            console.join("\n"),
            picture.display()
        )
    }
}
