//! The files of live runs, in the browser's origin private file system: a folder for each playground.
//!
//! A file has its new content only once it is closed; until then, dropping the future leaves the file as it was, and
//! removes one that was not there before.

use super::fetch::Browser;
use interleave_runtime::{Answered, Change, Files, Report, Request, Server};
use js_sys::{Promise, Reflect, Uint8Array};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DomException, File, FileSystemCreateWritableOptions, FileSystemDirectoryHandle,
    FileSystemFileHandle, FileSystemGetDirectoryOptions, FileSystemGetFileOptions,
    FileSystemRemoveOptions, FileSystemWritableFileStream,
};

/// A folder of the origin private file system.
#[derive(Clone)]
pub struct Disk {
    folder: FileSystemDirectoryHandle,
    /// What sends the requests of downloads.
    browser: Option<Rc<Browser>>,
}

impl Disk {
    /// Opens the folder of a playground, and removes what an earlier run has left in it.
    ///
    /// # Errors
    ///
    /// The browser has no files for this page, or another tab uses them: a message for the reader.
    pub async fn open(playground: &str, browser: Option<Rc<Browser>>) -> Result<Self, String> {
        let root = root().await?;
        clear(&root, playground).await?;
        let options = FileSystemGetDirectoryOptions::new();
        options.set_create(true);
        let folder = root.get_directory_handle_with_options(playground, &options);
        let folder = wait(folder, playground).await?.unchecked_into();
        Ok(Self { folder, browser })
    }

    /// Opens a file to write it.
    async fn writer<'a>(&self, name: &'a str, appends: bool) -> Result<Writer<'a>, String> {
        let known = JsFuture::from(self.folder.get_file_handle(name)).await;
        let handle = self.file(name, true).await?;
        let made = MadeFile {
            folder: known.is_err().then(|| self.folder.clone()),
            name,
        };
        Writer::open(&handle, made, appends).await
    }

    async fn file(&self, name: &str, create: bool) -> Result<FileSystemFileHandle, String> {
        let options = FileSystemGetFileOptions::new();
        options.set_create(create);
        let handle = self.folder.get_file_handle_with_options(name, &options);
        Ok(wait(handle, name).await?.unchecked_into())
    }

    async fn content(&self, name: &str) -> Result<Vec<u8>, String> {
        let handle = self.file(name, false).await?;
        let file: File = wait(handle.get_file(), name).await?.unchecked_into();
        let buffer = wait(file.array_buffer(), name).await?;
        Ok(Uint8Array::new(&buffer).to_vec())
    }

    async fn write(&self, name: &str, content: &[u8], appends: bool) -> Result<(), String> {
        let writer = self.writer(name, appends).await?;
        writer.write(&Uint8Array::from(content)).await?;
        writer.close().await
    }

    async fn change(&self, name: &str, change: Change) -> Result<Vec<u8>, String> {
        match change {
            Change::Write(content) => self.write(name, &content, false).await.map(|()| Vec::new()),
            Change::Append(content) => self.write(name, &content, true).await.map(|()| Vec::new()),
            Change::Read => self.content(name).await,
            Change::Remove => match JsFuture::from(self.folder.remove_entry(name)).await {
                Err(error) if kind(&error) != "NotFoundError" => Err(words(&error, name)),
                _ => Ok(Vec::new()),
            },
        }
    }

    async fn download(&self, name: &str, request: Request, report: &Report) -> Result<(), String> {
        let (Server::Mock(path), Some(browser)) = (request.to, &self.browser) else {
            return Err("only files of the mock API are downloaded".to_owned());
        };
        let opened = browser.open(path).await?;
        let status = opened.status();
        if status >= 400 {
            return Err(format!("status {status}"));
        }
        let writer = self.writer(name, false).await?;
        opened
            .pieces(report, async |piece: Uint8Array| writer.write(&piece).await)
            .await?;
        writer.close().await
    }
}

impl Files for Disk {
    fn change(&self, name: String, change: Change) -> Answered<Vec<u8>> {
        let disk = self.clone();
        Box::pin(async move { disk.change(&name, change).await })
    }

    fn download(&self, name: String, request: Request, report: Report) -> Answered<()> {
        let disk = self.clone();
        Box::pin(async move { disk.download(&name, request, &report).await })
    }
}

/// Removes the folder of a playground with all that is in it.
async fn clear(root: &FileSystemDirectoryHandle, playground: &str) -> Result<(), String> {
    let options = FileSystemRemoveOptions::new();
    options.set_recursive(true);
    let removed = JsFuture::from(root.remove_entry_with_options(playground, &options)).await;
    match removed {
        Err(error) if kind(&error) != "NotFoundError" => Err(words(&error, "the folder")),
        _ => Ok(()),
    }
}

async fn root() -> Result<FileSystemDirectoryHandle, String> {
    const NONE: &str = "This browser has no private file system for the page (OPFS)";
    let navigator = web_sys::window().ok_or(NONE)?.navigator();
    let has = |target: &JsValue, name: &str| {
        let found = Reflect::get(target, &name.into());
        found.is_ok_and(|found| !found.is_undefined() && !found.is_null())
    };
    if !has(&navigator, "storage") || !has(&navigator.storage(), "getDirectory") {
        return Err(NONE.to_owned());
    }
    let root = JsFuture::from(navigator.storage().get_directory()).await;
    let denied = |error| {
        format!(
            "This browser lets the page store no files: {}",
            words(&error, "it")
        )
    };
    Ok(root.map_err(denied)?.unchecked_into())
}

/// A file that was created to be written. Dropped before it is closed, it is removed.
struct MadeFile<'a> {
    /// Its folder; absent if the file was there before, or has been closed.
    folder: Option<FileSystemDirectoryHandle>,
    name: &'a str,
}

impl MadeFile<'_> {
    /// Removes the file once writing to it has been aborted.
    fn remove_after(&mut self, aborted: &Promise) {
        let (folder, name) = (self.folder.take(), self.name.to_owned());
        super::settle(aborted, move |_| {
            if let Some(folder) = folder {
                // A run that began meanwhile has removed it already.
                super::settle(&folder.remove_entry(&name), |_| ());
            }
        });
    }
}

impl Drop for MadeFile<'_> {
    fn drop(&mut self) {
        if self.folder.is_some() {
            self.remove_after(&Promise::resolve(&JsValue::UNDEFINED));
        }
    }
}

/// Writes to a file. Dropped before it is closed, it leaves the file as it was.
struct Writer<'a> {
    stream: FileSystemWritableFileStream,
    file: MadeFile<'a>,
    is_closed: std::cell::Cell<bool>,
}

impl<'a> Writer<'a> {
    async fn open(
        handle: &FileSystemFileHandle,
        file: MadeFile<'a>,
        appends: bool,
    ) -> Result<Self, String> {
        let name = file.name;
        if !Reflect::has(handle, &"createWritable".into()).unwrap_or(false) {
            return Err("This browser cannot write files here: it lacks createWritable".to_owned());
        }
        let options = FileSystemCreateWritableOptions::new();
        options.set_keep_existing_data(appends);
        let stream = wait(handle.create_writable_with_options(&options), name).await?;
        let writer = Self {
            stream: stream.unchecked_into(),
            file,
            is_closed: std::cell::Cell::new(false),
        };
        if appends {
            let file: File = wait(handle.get_file(), name).await?.unchecked_into();
            let sought = writer.stream.seek_with_f64(file.size());
            wait(sought.map_err(|error| words(&error, name))?, name).await?;
        }
        Ok(writer)
    }

    async fn write(&self, piece: &Uint8Array) -> Result<(), String> {
        let written = self.stream.write_with_js_u8_array(piece);
        let written = written.map_err(|error| words(&error, self.file.name))?;
        wait(written, self.file.name).await.map(drop)
    }

    async fn close(mut self) -> Result<(), String> {
        let closed = self.stream.close();
        self.is_closed.set(true);
        wait(closed, self.file.name).await?;
        self.file.folder = None;
        Ok(())
    }
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        if !self.is_closed.get() {
            // A stream that has failed cannot be aborted, and need not be.
            self.file.remove_after(&self.stream.abort());
        }
    }
}

async fn wait(promise: Promise, name: &str) -> Result<JsValue, String> {
    let answer = JsFuture::from(promise).await;
    answer.map_err(|error| words(&error, name))
}

/// The name of an error.
fn kind(error: &JsValue) -> String {
    let error = error.dyn_ref::<DomException>();
    error.map(DomException::name).unwrap_or_default()
}

/// Why something could not be done with a file.
fn words(error: &JsValue, name: &str) -> String {
    match &*kind(error) {
        "NotFoundError" => format!("no such file: {name}"),
        "NoModificationAllowedError" => format!("{name} is held by another tab"),
        "QuotaExceededError" => format!("the storage is full: {name} was not written"),
        _ => super::fetch::words(error),
    }
}
