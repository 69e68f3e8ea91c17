//! A ChromeDriver process, or a geckodriver process.

use std::{
    cell::OnceCell,
    io::{BufRead, BufReader, Result},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{http, is_firefox, required};

/// A browser's driver on a port of its own. It ends on drop, and its browsers with it.
pub struct Driver {
    /// The process.
    child: Child,
    /// Where it listens.
    pub port: u16,
    /// The session that was requested: geckodriver has one, and leaves its browser running unless that is ended.
    pub session: OnceCell<String>,
    /// Its output since it listens; in Firefox the console is part of it.
    said: Arc<Mutex<Vec<String>>>,
}

impl Driver {
    /// Starts the driver that `CHROMEDRIVER` or `GECKODRIVER` names and waits until it listens.
    pub fn start() -> Self {
        let program = required(if is_firefox() {
            "GECKODRIVER"
        } else {
            "CHROMEDRIVER"
        });
        // Sometimes another process takes the port that it has chosen before it listens there.
        (0..3)
            .find_map(|_| Self::listening(&program))
            .unwrap_or_else(|| panic!("{program} did not say which port it listens on"))
    }

    /// Starts a driver; `None` if it ends without listening.
    fn listening(program: &str) -> Option<Self> {
        // Scripts of the browser itself do what WebDriver has no command for.
        let more = is_firefox().then_some("--allow-system-access");
        let mut child = Command::new(program)
            .arg("--port=0")
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{program} cannot be started: {error}"));
        let mut lines = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
        // It chooses a free port and says: "ChromeDriver was started successfully on port 38047." or "... Listening on
        // 127.0.0.1:38047".
        let port = lines
            .by_ref()
            .map_while(std::result::Result::ok)
            .filter(|line| line.contains("started successfully") || line.contains("Listening on"))
            .find_map(|line| {
                let last = line.trim_end_matches('.').rsplit([' ', ':']).next()?;
                last.parse().ok()
            });
        let Some(port) = port else {
            // Its output has ended, and so has the process.
            let _ = child.wait();
            return None;
        };
        let said = Arc::<Mutex<Vec<String>>>::default();
        // Its later output must be read, or it blocks when the pipe is full.
        std::thread::spawn({
            let said = Arc::clone(&said);
            move || {
                let lines = lines.map_while(std::result::Result::ok);
                lines.for_each(|line| said.lock().unwrap().push(line));
            }
        });
        Some(Self {
            child,
            port,
            session: OnceCell::new(),
            said,
        })
    }

    /// Its output since it listens.
    pub fn said(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }

    /// A command within the session.
    pub fn command(&self, path: &str, body: &Value) -> Value {
        self.send("POST", path, body)
            .unwrap_or_else(|error| panic!("the driver refused {path}: {error}"))
    }

    /// A command within the session, by any method. Blocks.
    pub fn send(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        let session = self.session.get().expect("a session");
        let path = format!("/session/{session}/{path}");
        http::request(self.port, method, &path, body)
    }

    /// Runs a script of Firefox itself, `sync` or `async`. Blocks.
    pub fn privileged(&self, kind: &str, script: &str, arguments: &Value) -> Result<Value> {
        let within =
            |context: &str| self.send("POST", "moz/context", &json!({ "context": context }));
        within("chrome")?;
        let body = json!({ "script": script, "args": arguments });
        let result = self.send("POST", &format!("execute/{kind}"), &body);
        within("content")?;
        result
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Killed, it would leave its browsers running. Asked to, it ends them and removes their profiles.
        if is_firefox() {
            if let Some(session) = self.session.get() {
                let path = format!("/session/{session}");
                let _ = http::request(self.port, "DELETE", &path, &json!({}));
            }
            let _ = self.child.kill();
        } else {
            let _ = http::request(self.port, "GET", "/shutdown", &json!({}));
        }
        let patience = Instant::now() + Duration::from_secs(5);
        while Instant::now() < patience {
            if let Ok(Some(_)) = self.child.try_wait() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
