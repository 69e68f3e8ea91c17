//! The lab's files: Pyodide, the standard library, and what goes with them.
//!
//! They come from the site, and once the lab was used they are in a cache of their own: those of Python under their hashes,
//! so that a new version of the site loads again only what has changed; the others under their addresses, where the service
//! worker finds them. A memory snapshot of Python, made in the browser, lies beside them. Where storage is denied, the
//! lab works the same, and loads everything at each visit.

use super::{file, settle};
use futures_util::future::{join, try_join, try_join_all};
use js_sys::{ArrayBuffer, Reflect, Uint8Array};
use serde_json::Value;
use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Cache, CacheStorage, Headers, RequestInit, Response, ResponseInit};

/// Where they are among this version's [`file()`]s.
const FOLDER: &str = "lab/";
/// What runs in the frame, and in its workers.
const SCRIPTS: [&str; 2] = ["frame.js", "worker.js"];
/// Other files that are kept with them.
const MORE: [&str; 3] = ["editor.js", "sandbox.html", "licences.txt"];
/// Sizes and hashes of the files below, made with them.
const LIST: &str = "python/files.json";
/// Python, and what each file is for the frame.
const PYTHON: [(&str, &str); 4] = [
    ("pyodide.asm.wasm", "wasm"),
    ("pyodide.asm.mjs", "runtime"),
    ("pyodide.mjs", "loader"),
    ("python.zip", "library"),
];
/// The header that says how large a kept file is.
const SIZE: &str = "Lab-Size";
/// Names of kept files that have no address: Python by hashes, the snapshot, and what it was made of.
const KEPT: &str = "lab/kept/";
const SNAPSHOT: &str = "lab/snapshot";
const SNAPSHOT_OF: &str = "lab/snapshot-of";

/// What a reader is told where the site has no Python.
const NO_PYTHON: &str = "This site was built without Python for the lab. `cargo xtask build` and `cargo xtask serve` \
                         bring it; for a plain `trunk serve`, run `cargo xtask lab` first.";

/// All that the frame needs.
pub struct Files {
    /// What runs in the frame, and in its workers.
    pub scripts: [ArrayBuffer; 2],
    /// Python's files, and what each is for the frame. What is kept is not read here: only where it is used.
    pub python: Vec<(&'static str, Blob)>,
    /// The snapshot that was kept, if it was made of these files.
    pub snapshot: Option<Blob>,
    cache: Option<Cache>,
    /// The name under which each is kept; those with content are not kept yet.
    names: RefCell<Vec<(String, Option<Blob>)>>,
    /// Identifies this version of the files.
    fingerprint: String,
    is_used: Cell<bool>,
}

impl Files {
    /// Loads them. `progress` gets the loaded share of Python, from 0 to 1.
    ///
    /// # Errors
    ///
    /// What is missing, in words for the reader.
    pub async fn load(progress: impl Fn(f64)) -> Result<Self, String> {
        let cache = open_cache().await;
        let cache = cache.as_ref();
        let scripts = try_join_all(SCRIPTS.map(|name| small(cache, name)));
        let (list, scripts) = try_join(small(cache, LIST), scripts).await?;
        let text = String::from_utf8(Uint8Array::new(&list).to_vec()).unwrap_or_default();
        // A development server answers with its page for whatever it does not have.
        let list_of: Value = serde_json::from_str(&text).map_err(|_| NO_PYTHON)?;

        let total: f64 = list_of.as_object().map_or(0.0, |files| {
            let sizes = files.values().filter_map(|file| file["size"].as_f64());
            sizes.sum()
        });
        let come = Cell::new(0.0);
        let more = |bytes: f64| {
            come.set(come.get() + bytes);
            progress((come.get() / total).min(1.0));
        };
        let python = PYTHON.map(|(name, role)| {
            let (file, more) = (&list_of[name], &more);
            async move { Ok::<_, String>((role, large(cache, name, file, more).await?)) }
        });
        let worker = String::from_utf8(Uint8Array::new(&scripts[1]).to_vec()).unwrap_or_default();
        let fingerprint = text + &worker;
        let snapshot = kept_snapshot(cache, &fingerprint);
        let (python, snapshot) = join(try_join_all(python), snapshot).await;
        let python: Vec<(_, (Blob, bool))> = python?;

        let mut names = vec![(address(LIST), blob(&list))];
        for (name, content) in SCRIPTS.into_iter().zip(&scripts) {
            names.push((address(name), blob(content)));
        }
        for ((name, _), (_, (content, is_kept))) in PYTHON.iter().zip(&python) {
            let content = (!is_kept).then(|| content.clone());
            names.push((key(&list_of[name]), content));
        }
        let python = python.into_iter();
        let [frame, worker] = <[ArrayBuffer; 2]>::try_from(scripts).map_err(|_| NO_PYTHON)?;
        Ok(Self {
            scripts: [frame, worker],
            python: python.map(|(role, (content, _))| (role, content)).collect(),
            snapshot,
            cache: cache.cloned(),
            names: RefCell::new(names),
            fingerprint,
            is_used: Cell::new(false),
        })
    }

    /// Keeps them, now that they were used. It works in the background; what cannot be kept is loaded again at the next visit.
    pub fn keep(&self) {
        let Some(cache) = self.cache.as_ref().filter(|_| !self.is_used.replace(true)) else {
            return;
        };
        let mut wanted: Vec<_> = MORE.iter().map(|name| absolute(&address(name))).collect();
        wanted.extend([SNAPSHOT, SNAPSHOT_OF].map(absolute));
        for (name, content) in self.names.borrow_mut().iter_mut() {
            wanted.push(absolute(name));
            if let Some(content) = content.take() {
                put(cache, name, &content);
            }
        }
        // A development server may later serve other content at the same address.
        if is_versioned() {
            for name in MORE {
                let (cache, address) = (cache.clone(), address(name));
                settle(&cache.clone().match_with_str(&address), move |known| {
                    if known.is_ok_and(|known| known.is_undefined()) {
                        settle(&cache.add_with_str(&address), |_| {});
                    }
                });
            }
        }
        let old = cache.clone();
        settle(&cache.keys(), move |keys| {
            let keys = keys.unwrap_or_default().dyn_into::<js_sys::Array>();
            for request in keys.unwrap_or_default() {
                let request: web_sys::Request = request.unchecked_into();
                if !wanted.contains(&request.url()) {
                    settle(&old.delete_with_request(&request), |_| {});
                }
            }
        });
    }

    /// Keeps a snapshot for later visits, or with `None` forgets the one that is kept.
    pub fn keep_snapshot(&self, snapshot: Option<&ArrayBuffer>) {
        let Some(cache) = &self.cache else { return };
        // What it was made of is kept last, so that a snapshot that is kept in part does not count.
        let (cache, fingerprint) = (cache.clone(), self.fingerprint.clone());
        let snapshot = snapshot.and_then(|snapshot| blob(snapshot));
        let gone = cache.delete_with_str(&absolute(SNAPSHOT_OF));
        settle(&gone, move |_| {
            let Some(snapshot) = snapshot else {
                return settle(&cache.delete_with_str(&absolute(SNAPSHOT)), |_| {});
            };
            let Some(kept) = put_promise(&cache, SNAPSHOT, &snapshot) else {
                return;
            };
            settle(&kept, move |kept| {
                if kept.is_ok() {
                    let text = Uint8Array::from(fingerprint.as_bytes());
                    if let Some(text) = blob(&text) {
                        put(&cache, SNAPSHOT_OF, &text);
                    }
                }
            });
        });
    }
}

/// How many bytes are kept for offline use; `None` if nothing is.
pub async fn size() -> Option<f64> {
    let cache = open_existing_cache().await?;
    let keys = JsFuture::from(cache.keys()).await.ok()?;
    let mut size = 0.0;
    for request in keys.dyn_into::<js_sys::Array>().ok()? {
        let found = JsFuture::from(cache.match_with_request(request.unchecked_ref())).await;
        let found = found
            .ok()
            .and_then(|found| found.dyn_into::<Response>().ok());
        let header = found.and_then(|found| found.headers().get(SIZE).ok()?);
        size += header
            .and_then(|size| size.parse::<f64>().ok())
            .unwrap_or(0.0);
    }
    (size > 0.0).then_some(size)
}

/// Removes what is kept.
pub async fn forget() {
    if let Some(caches) = caches() {
        // Where it is refused, nothing is kept either.
        let _ = JsFuture::from(caches.delete(&cache_name())).await;
    }
}

/// The address of one of them.
fn address(name: &str) -> String {
    file(&format!("{FOLDER}{name}"))
}

/// Whether addresses change with each version of the site.
fn is_versioned() -> bool {
    file("").starts_with("files-")
}

/// The folder of the site, also from the page of an article.
fn scope() -> String {
    let base = super::document().and_then(|document| document.base_uri().ok()?);
    let scope = base.and_then(|base| web_sys::Url::new_with_base(".", &base).ok());
    scope.map_or_else(super::folder, |scope| scope.href())
}

fn absolute(name: &str) -> String {
    scope() + name
}

/// Other apps of the origin may have caches; the service worker knows this one by its name.
fn cache_name() -> String {
    format!("interleave lab {}", scope())
}

/// What a file of Python is kept under.
fn key(file: &Value) -> String {
    format!("{KEPT}{}", file["hash"].as_str().unwrap_or_default())
}

/// Absent on insecure origins, and where storage is denied.
fn caches() -> Option<CacheStorage> {
    let window = web_sys::window()?;
    // Where there is none, the getter of the bindings would hand out `undefined` as one.
    let caches = Reflect::get(&window, &JsValue::from_str("caches")).ok()?;
    caches.dyn_into().ok()
}

async fn open_cache() -> Option<Cache> {
    let opened = JsFuture::from(caches()?.open(&cache_name())).await;
    opened.ok()?.dyn_into().ok()
}

/// The cache, if the lab was used. It is not created.
async fn open_existing_cache() -> Option<Cache> {
    let is_there = JsFuture::from(caches()?.has(&cache_name())).await.ok()?;
    if is_there.is_falsy() {
        return None;
    }
    open_cache().await
}

async fn kept(cache: Option<&Cache>, name: &str) -> Option<Response> {
    let found = JsFuture::from(cache?.match_with_str(&absolute(name))).await;
    found.ok()?.dyn_into().ok()
}

async fn kept_content(cache: Option<&Cache>, name: &str) -> Option<ArrayBuffer> {
    let content = kept(cache, name).await?.array_buffer().ok()?;
    JsFuture::from(content).await.ok()?.dyn_into().ok()
}

/// A kept file, without reading its bytes.
async fn kept_blob(cache: Option<&Cache>, name: &str) -> Option<Blob> {
    let content = kept(cache, name).await?.blob().ok()?;
    JsFuture::from(content).await.ok()?.dyn_into().ok()
}

async fn kept_snapshot(cache: Option<&Cache>, fingerprint: &str) -> Option<Blob> {
    let (of, snapshot) = join(kept_content(cache, SNAPSHOT_OF), kept_blob(cache, SNAPSHOT)).await;
    let of = of?;
    let of = Uint8Array::new(&of).to_vec();
    snapshot.filter(|_| of == fingerprint.as_bytes())
}

fn blob(content: &JsValue) -> Option<Blob> {
    Blob::new_with_buffer_source_sequence(&js_sys::Array::of1(content)).ok()
}

fn put_promise(cache: &Cache, name: &str, content: &Blob) -> Option<js_sys::Promise> {
    let (headers, init) = (Headers::new().ok()?, ResponseInit::new());
    headers.set(SIZE, &content.size().to_string()).ok()?;
    init.set_headers(&headers);
    let response = Response::new_with_opt_blob_and_init(Some(content), &init).ok()?;
    Some(cache.put_with_str(&absolute(name), &response))
}

/// Keeps a file, unless the storage is full.
fn put(cache: &Cache, name: &str, content: &Blob) {
    if let Some(kept) = put_promise(cache, name, content) {
        settle(&kept, |_| {});
    }
}

/// A script, or the list: from the network, or as kept.
async fn small(cache: Option<&Cache>, name: &str) -> Result<ArrayBuffer, String> {
    let address = address(name);
    match fetch(&address, &RequestInit::new()).await {
        Ok(response) if response.ok() => {
            let content = response.array_buffer().map_err(|_| cut(name))?;
            let content = JsFuture::from(content).await.map_err(|_| cut(name))?;
            Ok(content.unchecked_into())
        }
        Ok(response) if response.status() == 404 => Err(NO_PYTHON.to_owned()),
        answer => match kept_content(cache, &address).await {
            Some(content) => Ok(content),
            None => Err(answer.map_or_else(|_| unreachable(name), |it| refused(name, &it))),
        },
    }
}

/// A file of Python, and whether it was kept.
async fn large(
    cache: Option<&Cache>,
    name: &str,
    file: &Value,
    more: &impl Fn(f64),
) -> Result<(Blob, bool), String> {
    let size = file["size"].as_f64().ok_or(NO_PYTHON)?;
    if let Some(content) = kept_blob(cache, &key(file)).await
        && content.size() == size
    {
        more(size);
        return Ok((content, true));
    }
    let init = RequestInit::new();
    // The browser checks it by its hash.
    init.set_integrity(file["hash"].as_str().unwrap_or_default());
    let response = fetch(&address(&format!("python/{name}")), &init).await;
    let response = response.map_err(|_| unreachable(name))?;
    if !response.ok() {
        return Err(refused(name, &response));
    }
    let content = Uint8Array::new_with_length(size as u32);
    let mut length = 0;
    let body = response.body().ok_or_else(|| cut(name))?;
    let reader: web_sys::ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    loop {
        let read = JsFuture::from(reader.read()).await.map_err(|_| cut(name))?;
        let piece = Reflect::get(&read, &JsValue::from_str("value"));
        let piece = piece
            .ok()
            .and_then(|piece| piece.dyn_into::<Uint8Array>().ok());
        let Some(piece) = piece else { break };
        if length + piece.length() > content.length() {
            return Err(cut(name));
        }
        content.set(&piece, length);
        length += piece.length();
        more(f64::from(piece.length()));
    }
    let content = blob(&content).filter(|_| length == content.length());
    Ok((content.ok_or_else(|| cut(name))?, false))
}

async fn fetch(address: &str, init: &RequestInit) -> Result<Response, JsValue> {
    let window = web_sys::window().ok_or(JsValue::UNDEFINED)?;
    let response = JsFuture::from(window.fetch_with_str_and_init(address, init)).await?;
    response.dyn_into()
}

fn unreachable(name: &str) -> String {
    format!("{name} could not be loaded: check the connection, or what blocks it in this browser")
}

fn refused(name: &str, response: &Response) -> String {
    format!(
        "{name} could not be loaded: the server answered {}",
        response.status()
    )
}

fn cut(name: &str) -> String {
    format!("{name} did not arrive whole: try again")
}
