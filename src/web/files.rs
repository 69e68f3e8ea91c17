//! Files: downloads, and recordings that are opened.

use super::{create, settle};
use js_sys::Array;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Blob, BlobPropertyBag, CanvasRenderingContext2d, ClipboardEvent, DataTransfer, DragEvent, File,
    FileList, HtmlAnchorElement, HtmlCanvasElement, HtmlImageElement, Url,
};

/// How long the browser has to take a file before its address is given back, in milliseconds.
const PATIENCE: u32 = 60_000;
/// The scale of a PNG, if that is not too large.
const SCALE: f64 = 2.0;
/// The limits of a canvas in every browser: pixels of a side, and in all.
const MAX_SIDE: f64 = 16_000.0;
const MAX_AREA: f64 = 64e6;
/// At a smaller scale nothing can be read.
const MIN_SCALE: f64 = 0.3;

/// A text as a file's content; `None` where the browser has no room for it.
pub fn blob(text: &str, media: &str) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type(media);
    let parts = Array::of1(&JsValue::from_str(text));
    Blob::new_with_str_sequence_and_options(&parts, &options).ok()
}

/// Downloads a file; false where the browser refuses.
pub fn download(name: &str, content: &Blob) -> bool {
    let Ok(url) = Url::create_object_url_with_blob(content) else {
        return false;
    };
    let link = create("a").and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(link) = &link {
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    let give_back = move || revoke(&url);
    gloo_timers::callback::Timeout::new(PATIENCE, give_back).forget();
    link.is_some()
}

fn revoke(url: &str) {
    // An unknown address cannot be revoked.
    let _ = Url::revoke_object_url(url);
}

/// Paints an SVG picture, and hands out a PNG and its scale. `None`: it is too large, or the browser refuses.
pub fn paint(svg: &Blob, done: impl Fn(Option<(Blob, f64)>) + 'static) {
    let (Ok(url), Ok(image)) = (
        Url::create_object_url_with_blob(svg),
        HtmlImageElement::new(),
    ) else {
        return done(None);
    };
    image.set_src(&url);
    settle(&image.decode(), move |decoded| {
        let canvas = decoded.ok().and_then(|_| canvas_of(&image));
        revoke(&url);
        let Some((canvas, scale)) = canvas else {
            return done(None);
        };
        let done = Rc::new(done);
        let finished = Rc::clone(&done);
        let finish = Closure::once_into_js(move |png: Option<Blob>| {
            finished(png.map(|png| (png, scale)));
        });
        if canvas.to_blob(finish.unchecked_ref()).is_err() {
            done(None);
        }
    });
}

/// A canvas with the picture on it, as large as may be.
fn canvas_of(image: &HtmlImageElement) -> Option<(HtmlCanvasElement, f64)> {
    let (width, height) = (
        f64::from(image.natural_width()),
        f64::from(image.natural_height()),
    );
    let scale = SCALE
        .min(MAX_SIDE / width.max(height))
        .min((MAX_AREA / (width * height)).sqrt());
    if width < 1.0 || height < 1.0 || scale < MIN_SCALE {
        return None;
    }
    let canvas: HtmlCanvasElement = create("canvas")?.dyn_into().ok()?;
    let (width, height) = ((width * scale).floor(), (height * scale).floor());
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let context = canvas.get_context("2d").ok()??;
    let context: CanvasRenderingContext2d = context.dyn_into().ok()?;
    context
        .draw_image_with_html_image_element_and_dw_and_dh(image, 0.0, 0.0, width, height)
        .ok()?;
    Some((canvas, scale))
}

/// What was dropped onto the page, or chosen in a dialog.
pub enum Given {
    /// A file.
    File(File),
    /// A folder of this name.
    Folder(String),
    /// Several files.
    Several(Vec<File>),
    /// A text that was pasted.
    Text(String),
    /// Nothing that could be read, such as a picture of another page.
    Nothing,
}

impl Given {
    /// Of the files of a dialog.
    pub fn chosen(files: Option<FileList>) -> Self {
        let count = files.as_ref().map_or(0, FileList::length);
        let files = files.iter();
        let mut files: Vec<_> = files
            .flat_map(|files| (0..count).filter_map(|place| files.get(place)))
            .collect();
        match files.pop() {
            None => Self::Nothing,
            Some(file) if files.is_empty() => Self::File(file),
            Some(last) => {
                files.push(last);
                Self::Several(files)
            }
        }
    }

    /// Of what is dropped, if files are among it: text belongs to the fields. To be asked while the event is handled.
    pub fn dropped(event: &DragEvent) -> Option<Self> {
        let data = event.data_transfer().filter(holds_files)?;
        let given = Self::chosen(data.files());
        if let Self::File(file) = &given {
            // A folder looks like a file without content.
            let items = data.items();
            let mut items = (0..items.length()).filter_map(|place| items.get(place));
            let entry = items.find_map(|item| item.webkit_get_as_entry().ok()?);
            if entry.is_some_and(|entry| entry.is_directory()) {
                return Some(Self::Folder(file.name()));
            }
        }
        Some(given)
    }
}

impl Given {
    /// Of what is pasted: a file, or a text that may be a recording. Any other text belongs to the field that has the focus.
    pub fn pasted(event: &ClipboardEvent) -> Option<Self> {
        let data = event.clipboard_data()?;
        if holds_files(&data) {
            return Some(Self::chosen(data.files()));
        }
        let text = data.get_data("text/plain").ok()?;
        let start: String = text.chars().take(200).collect();
        let is_one = start.trim_start().starts_with('{') && start.contains("\"interleave r");
        is_one.then_some(Self::Text(text))
    }
}

/// Whether files are among what is dragged.
pub fn holds_files(data: &DataTransfer) -> bool {
    data.types().includes(&"Files".into(), 0)
}

/// Reads a file, or what was cut out of one, as text; `None` where the browser cannot.
pub fn read(file: &Blob, done: impl FnOnce(Option<String>) + 'static) {
    settle(&file.text(), |text| {
        done(text.ok().and_then(|text| text.as_string()));
    });
}

/// Reads a part of a file; `None` where the browser cannot.
pub async fn bytes(file: &Blob, from: f64, to: f64) -> Option<Vec<u8>> {
    let part = file.slice_with_f64_and_f64(from, to).ok()?;
    let buffer = wasm_bindgen_futures::JsFuture::from(part.array_buffer()).await;
    Some(js_sys::Uint8Array::new(&buffer.ok()?).to_vec())
}

/// The first bytes of a file.
pub fn beginning(file: &Blob, bytes: i32) -> Option<Blob> {
    file.slice_with_i32_and_i32(0, bytes).ok()
}
