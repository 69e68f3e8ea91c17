//! A folder of files, in memory or on the disk of the run.

use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::network::{Report, Request};
use crate::storage::{Change, Files};
use interleave_trace::WaitFor;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::Location;
use std::rc::Rc;

/// A folder of files. A clone is the same folder.
///
/// An operation takes the given time, and then happens as a whole; if the run has a disk, the disk does it, and takes the
/// time that it needs. If the operation fails, or its future is dropped before, it has no effect.
#[derive(Clone, Default)]
pub struct Folder(Rc<RefCell<Contents>>);

/// The files by name. For files on a disk, the contents are empty.
type Contents = BTreeMap<String, Vec<u8>>;

impl Folder {
    /// A folder without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes a file, replacing its contents: `open(name, "wb")`.
    #[track_caller]
    pub fn write(
        &self,
        cx: &Cx,
        name: &str,
        content: Vec<u8>,
        seconds: f64,
    ) -> impl Future<Output = Result<()>> + use<> {
        let written = self.change(cx, name, Change::Write(content), seconds);
        async move { written.await.map(drop) }
    }

    /// Appends to a file, which is created if it does not exist: `open(name, "ab")`.
    #[track_caller]
    pub fn append(
        &self,
        cx: &Cx,
        name: &str,
        content: Vec<u8>,
        seconds: f64,
    ) -> impl Future<Output = Result<()>> + use<> {
        let written = self.change(cx, name, Change::Append(content), seconds);
        async move { written.await.map(drop) }
    }

    /// Reads a whole file: `open(name, "rb")`.
    ///
    /// # Errors
    ///
    /// There is no such file.
    #[track_caller]
    pub fn read(
        &self,
        cx: &Cx,
        name: &str,
        seconds: f64,
    ) -> impl Future<Output = Result<Vec<u8>>> + use<> {
        self.change(cx, name, Change::Read, seconds)
    }

    /// Removes a file.
    ///
    /// # Errors
    ///
    /// There is no such file.
    #[track_caller]
    pub fn remove(
        &self,
        cx: &Cx,
        name: &str,
        seconds: f64,
    ) -> impl Future<Output = Result<()>> + use<> {
        let removed = self.change(cx, name, Change::Remove, seconds);
        async move { removed.await.map(drop) }
    }

    /// Sends a request, and writes the body of the answer to a file. `content` is the body if the request is simulated.
    ///
    /// # Errors
    ///
    /// There is no answer, or its status is not a success; then no file is written.
    #[track_caller]
    pub fn download(
        &self,
        cx: &Cx,
        request: Request,
        name: &str,
        content: Vec<u8>,
    ) -> impl Future<Output = Result<()>> + use<> {
        let (cx, folder, name) = (cx.clone(), self.clone(), name.to_owned());
        let line = Location::caller().line();
        async move {
            let core = &cx.core;
            if let Some(files) = &core.ports.files {
                core.waits(WaitFor::Response, line);
                let _under_way = core.listen();
                let report = Report::new(Rc::new(cx.clone()));
                folder.knows(&name);
                let downloaded = files.download(name, request, report).await;
                return downloaded.map_err(Error::Failed);
            }
            cx.sleep(request.latency).at_line(line).await;
            let answer = request.answer.map_err(Error::Failed)?;
            if answer.status >= 400 {
                return Err(Error::Failed(format!("status {}", answer.status)));
            }
            folder.0.borrow_mut().insert(name, content);
            Ok(())
        }
    }

    /// The names of the files, in alphabetical order; on a disk including files whose writing has begun.
    pub fn names(&self) -> Vec<String> {
        self.0.borrow().keys().cloned().collect()
    }

    #[track_caller]
    fn change(
        &self,
        cx: &Cx,
        name: &str,
        change: Change,
        seconds: f64,
    ) -> impl Future<Output = Result<Vec<u8>>> + use<> {
        let (cx, folder, name) = (cx.clone(), self.clone(), name.to_owned());
        let line = Location::caller().line();
        async move {
            let core = &cx.core;
            if let Some(files) = &core.ports.files {
                core.waits(WaitFor::Storage, line);
                let _under_way = core.listen();
                return folder.change_on(&**files, name, change).await;
            }
            cx.sleep(seconds).at_line(line).await;
            change_in(&mut folder.0.borrow_mut(), name, change)
        }
    }

    async fn change_on(&self, files: &dyn Files, name: String, change: Change) -> Result<Vec<u8>> {
        let removes = change == Change::Remove;
        if removes && !self.0.borrow().contains_key(&name) {
            return Err(no_such(&name));
        }
        if matches!(change, Change::Write(_) | Change::Append(_)) {
            self.knows(&name);
        }
        let answer = files.change(name.clone(), change).await;
        let answer = answer.map_err(Error::Failed)?;
        if removes {
            self.0.borrow_mut().remove(&name);
        }
        Ok(answer)
    }

    /// Registers the name of a file that the disk has, or will have.
    fn knows(&self, name: &str) {
        self.0.borrow_mut().entry(name.to_owned()).or_default();
    }
}

fn change_in(files: &mut Contents, name: String, change: Change) -> Result<Vec<u8>> {
    match change {
        Change::Write(content) => {
            files.insert(name, content);
            Ok(Vec::new())
        }
        Change::Append(content) => {
            files.entry(name).or_default().extend(content);
            Ok(Vec::new())
        }
        Change::Read => files.get(&name).cloned().ok_or_else(|| no_such(&name)),
        Change::Remove => files.remove(&name).ok_or_else(|| no_such(&name)),
    }
}

fn no_such(name: &str) -> Error {
    Error::Failed(format!("no such file: {name}"))
}
