//! A folder of files, in memory.

use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::network::Request;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::Location;
use std::rc::Rc;

/// A folder of files. A clone is the same folder.
///
/// What is done with a file takes as long as it is given, then is done at once. If it fails, or its future is dropped
/// before, it has done nothing.
#[derive(Clone, Default)]
pub struct Folder(Rc<RefCell<Files>>);

type Files = BTreeMap<String, Vec<u8>>;

impl Folder {
    /// A folder without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes a file anew: `open(name, "wb")`.
    #[track_caller]
    pub fn write(
        &self,
        cx: &Cx,
        name: &str,
        content: Vec<u8>,
        seconds: f64,
    ) -> impl Future<Output = Result<()>> + use<> {
        let name = name.to_owned();
        self.after(cx, seconds, |files| {
            files.insert(name, content);
            Ok(())
        })
    }

    /// Writes at the end of a file, which is made if it is not there: `open(name, "ab")`.
    #[track_caller]
    pub fn append(
        &self,
        cx: &Cx,
        name: &str,
        content: Vec<u8>,
        seconds: f64,
    ) -> impl Future<Output = Result<()>> + use<> {
        let name = name.to_owned();
        self.after(cx, seconds, move |files| {
            files.entry(name).or_default().extend(content);
            Ok(())
        })
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
        let name = name.to_owned();
        self.after(cx, seconds, move |files| {
            files.get(&name).cloned().ok_or_else(|| no_such(&name))
        })
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
        let name = name.to_owned();
        self.after(cx, seconds, move |files| {
            files.remove(&name).map(drop).ok_or_else(|| no_such(&name))
        })
    }

    /// Sends a request, and writes what comes to a file. `content` is what comes where the request is played out.
    ///
    /// # Errors
    ///
    /// There is no answer, or it is none of success; then no file is written.
    #[track_caller]
    pub fn download(
        &self,
        cx: &Cx,
        request: Request,
        name: &str,
        content: Vec<u8>,
    ) -> impl Future<Output = Result<()>> + use<> {
        let name = name.to_owned();
        self.after(cx, request.latency, move |files| {
            let answer = request.answer.map_err(Error::Failed)?;
            if answer.status >= 400 {
                return Err(Error::Failed(format!("status {}", answer.status)));
            }
            files.insert(name, content);
            Ok(())
        })
    }

    /// The names of the files, in alphabetical order.
    pub fn names(&self) -> Vec<String> {
        self.0.borrow().keys().cloned().collect()
    }

    /// Does something once some time has passed.
    #[track_caller]
    fn after<T, F: FnOnce(&mut Files) -> Result<T>>(
        &self,
        cx: &Cx,
        seconds: f64,
        then: F,
    ) -> impl Future<Output = Result<T>> + use<T, F> {
        let slept = cx.sleep(seconds).at_line(Location::caller().line());
        let files = Rc::clone(&self.0);
        async move {
            slept.await;
            then(&mut files.borrow_mut())
        }
    }
}

fn no_such(name: &str) -> Error {
    Error::Failed(format!("no such file: {name}"))
}
