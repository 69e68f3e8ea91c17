//! Browsers: each open page has one to itself, and afterwards the next page gets it.
//!
//! Starting a browser takes a second of a whole core, cleaning one a quarter of that and hardly any work. All traces of a
//! page are removed: its windows, and with them all that was emulated; what its site has stored, with workers and caches;
//! the messages of the console. A browser whose page has failed is ended, and one that is set up in some way is used by its
//! page alone.

use std::{
    io::Result,
    path::Path,
    sync::{Arc, Mutex, Weak},
};

use fantoccini::{Client, ClientBuilder, error::NewSessionError, wd::TimeoutConfiguration};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};

use super::{DEADLINE, driver::Driver, is_firefox, runtime::runtime};

/// The same flags as for the browser tests, so that the two cannot drift apart.
const CAPABILITIES: &str = include_str!("../../../webdriver.json");

/// The settings of a browser, where they matter.
#[derive(Clone, Copy, Debug, Default)]
pub struct Setup<'a> {
    /// The folder into which it saves without asking.
    pub downloads: Option<&'a Path>,
    /// Pages can store nothing in it.
    pub without_storage: bool,
}

/// A headless browser.
pub struct Browser {
    /// The WebDriver session. Ends before the driver does.
    pub client: Client,
    /// Owns the browser.
    pub driver: Driver,
}

impl Browser {
    /// Starts one. On a busy machine this sometimes takes longer than its driver waits for it.
    async fn start(setup: Setup<'_>) -> Self {
        let mut failures = Vec::new();
        while failures.len() < 3 {
            match Self::try_to_start(setup).await {
                Ok(browser) => return browser,
                Err(failure) => failures.push(failure.to_string()),
            }
        }
        panic!("the browser does not start: {failures:?}");
    }

    async fn try_to_start(setup: Setup<'_>) -> std::result::Result<Self, NewSessionError> {
        let driver = Driver::start();
        let address = format!("http://127.0.0.1:{}", driver.port);
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities(setup));
        // The session outlives the test, and with it the test's runtime.
        let client = runtime()
            .spawn(async move { builder.connect(&address).await })
            .await
            .expect("a session")?;
        let patience = TimeoutConfiguration::new(Some(DEADLINE), Some(DEADLINE), None);
        client
            .update_timeouts(patience)
            .await
            .expect("a browser that can be told to give up");
        let session = client.session_id().await.ok().flatten().expect("a session");
        // The driver ends it, and waits until it has ended.
        client.persist().await.expect("a session");
        driver.session.set(session).expect("the first session");
        Ok(Self { client, driver })
    }

    /// Removes all traces, for the page of another site. Blocks: it is called where nothing can be awaited.
    fn clean(&self, site: &str) -> Result<()> {
        let devtools = |command: &str, parameters: Value| {
            let body = json!({ "cmd": command, "params": parameters });
            self.driver.send("POST", "goog/cdp/execute", &body)
        };
        if is_firefox() {
            let fresh = self
                .driver
                .send("POST", "window/new", &json!({ "type": "tab" }))?;
            self.close_all_but(&fresh["handle"])?;
            self.driver.privileged("async", FORGET, &json!([]))?;
            return Ok(());
        }
        let fresh = devtools("Target.createTarget", json!({ "url": "about:blank" }))?;
        self.close_all_but(&fresh["targetId"])?;
        let origin = json!({ "origin": site, "storageTypes": "all" });
        devtools("Storage.clearDataForOrigin", origin)?;
        devtools("Network.clearBrowserCookies", json!({}))?;
        devtools("Network.clearBrowserCache", json!({}))?;
        self.driver
            .send("POST", "se/log", &json!({ "type": "browser" }))?;
        Ok(())
    }

    /// Closes all windows but one, and makes that the current one.
    fn close_all_but(&self, fresh: &Value) -> Result<()> {
        let windows = self.driver.send("GET", "window/handles", &json!({}))?;
        for window in windows.as_array().into_iter().flatten() {
            if window != fresh {
                let window = json!({ "handle": window });
                self.driver.send("POST", "window", &window)?;
                self.driver.send("DELETE", "window", &json!({}))?;
            }
        }
        self.driver
            .send("POST", "window", &json!({ "handle": fresh }))?;
        Ok(())
    }
}

/// Removes all that sites have left in Firefox.
const FORGET: &str = "
    const done = arguments[arguments.length - 1];
    Services.clearData.deleteData(Ci.nsIClearDataService.CLEAR_ALL, { onDataDeleted: () => done() })";

/// Browsers that no page uses at present. They end with the last page that is open, since nothing is called when the tests
/// are over; while tests run side by side, one page is always open.
#[derive(Default)]
struct Pool {
    idle: Mutex<Vec<Browser>>,
}

impl Pool {
    /// The pool of the pages that are open.
    fn open() -> Arc<Self> {
        static POOL: Mutex<Weak<Pool>> = Mutex::new(Weak::new());
        let mut pool = POOL.lock().unwrap();
        pool.upgrade().unwrap_or_else(|| {
            let fresh = Arc::default();
            *pool = Arc::downgrade(&fresh);
            fresh
        })
    }
}

/// A browser as long as a page needs it.
pub struct Lease {
    /// There until dropped.
    browser: Option<Browser>,
    /// The pool to which it returns, if other pages may use it.
    pool: Option<Arc<Pool>>,
    /// The site whose traces are removed.
    site: String,
}

impl Lease {
    /// A browser for a page of this site.
    pub async fn new(site: &str, setup: Option<Setup<'_>>) -> Self {
        let pool = setup.is_none().then(Pool::open);
        let idle = pool
            .as_ref()
            .and_then(|pool| pool.idle.lock().unwrap().pop());
        let browser = match idle {
            Some(browser) => browser,
            None => Browser::start(setup.unwrap_or_default()).await,
        };
        Self {
            browser: Some(browser),
            pool,
            site: site.to_owned(),
        }
    }

    /// The browser.
    pub fn browser(&self) -> &Browser {
        self.browser.as_ref().expect("it is there until dropped")
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let (Some(browser), Some(pool)) = (self.browser.take(), &self.pool) else {
            return;
        };
        if !std::thread::panicking() && browser.clean(&self.site).is_ok() {
            pool.idle.lock().unwrap().push(browser);
        }
    }
}

/// The capabilities that are requested of the driver.
fn capabilities(setup: Setup<'_>) -> Map<String, Value> {
    let mut prefs = Map::new();
    let mut prefer = |name: &str, value: Value| prefs.insert(name.to_owned(), value);
    let capabilities = if is_firefox() {
        prefer("devtools.console.stdout.content", json!(true));
        // As on a screen that can be touched.
        prefer("dom.w3c_touch_events.enabled", json!(1));
        // Emulated media are lost where the next page gets a browsing context of its own.
        prefer("fission.bfcacheInParent", json!(false));
        if let Some(folder) = setup.downloads {
            prefer("browser.download.folderList", json!(2));
            prefer("browser.download.dir", json!(folder));
        }
        if setup.without_storage {
            prefer("network.cookie.cookieBehavior", json!(2));
        }
        // Without a frame of its own, a window is as large as its page.
        let options = json!({ "args": ["-headless", "-kiosk"], "prefs": prefs });
        json!({ "moz:firefoxOptions": options })
    } else {
        if let Some(folder) = setup.downloads {
            prefer("download.default_directory", json!(folder));
        }
        if setup.without_storage {
            prefer("profile.default_content_setting_values.cookies", json!(2));
        }
        let mut capabilities: Value =
            serde_json::from_str(CAPABILITIES).expect("webdriver.json is JSON");
        capabilities["goog:chromeOptions"]["prefs"] = json!(prefs);
        capabilities["goog:loggingPrefs"] = json!({ "browser": "ALL" });
        capabilities
    };
    capabilities.as_object().expect("an object").clone()
}
