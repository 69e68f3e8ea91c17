//! A ChromeDriver process.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{http, required};

/// ChromeDriver on a port of its own. It ends on drop, and its browsers with it.
pub struct Driver {
    /// The process.
    child: Child,
    /// Where it listens.
    pub port: u16,
}

impl Driver {
    /// Starts the ChromeDriver that `CHROMEDRIVER` names and waits until it listens.
    pub fn start() -> Self {
        let program = required("CHROMEDRIVER");
        let mut child = Command::new(&program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{program} cannot be started: {error}"));
        let mut lines = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
        // It chooses a free port and says: "ChromeDriver was started successfully on port 38047."
        let port = lines
            .by_ref()
            .map_while(Result::ok)
            .filter(|line| line.contains("started successfully"))
            .find_map(|line| line.trim_end_matches('.').rsplit(' ').next()?.parse().ok())
            .unwrap_or_else(|| panic!("{program} did not say which port it listens on"));
        // What it says later must be read, or it blocks one day on a full pipe.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Self { child, port }
    }

    /// A command that only ChromeDriver has, within a session.
    pub fn command(&self, session: &str, path: &str, body: &Value) -> Value {
        http::request(
            self.port,
            "POST",
            &format!("/session/{session}/{path}"),
            body,
        )
        .unwrap_or_else(|error| panic!("ChromeDriver refused {path}: {error}"))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Killed, it would leave its browsers running. Asked to shut down, it ends them and removes their profiles.
        let _ = http::request(self.port, "GET", "/shutdown", &json!({}));
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
