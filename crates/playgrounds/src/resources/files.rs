//! Files: written, continued and read back; a download that is verified; clean-up.

use super::crc32::crc32;
use interleave_runtime::{Cx, Error, Folder, Request, Response, Result, Server};
use interleave_runtime::{api, wait_all};
use serde_json::{Value, json};
use std::fmt::Display;
use std::rc::Rc;

/// A file: its name, what is written, and what is appended.
#[derive(Clone)]
pub struct File {
    name: String,
    text: String,
    more: String,
}

/// The files, the download, and how long everything takes.
#[derive(Clone)]
pub struct Params {
    /// Writing, appending or removing.
    write: f64,
    read: f64,
    files: Vec<File>,
    /// The size of the download, and how long it takes.
    kilobytes: usize,
    download: f64,
    /// Whether a byte of it comes wrong.
    damaged: Option<bool>,
}

const DOWNLOAD: &str = "download.bin";

/// Writes a file, appends to it, and reads it back.
async fn write_file(cx: Cx, folder: Folder, file: File, p: Rc<Params>) -> Result<usize> {
    let File { name, text, more } = file;
    folder.write(&cx, &name, text.into(), p.write).await?; // @write
    folder.append(&cx, &name, more.into(), p.write).await?; // @append
    let content = folder.read(&cx, &name, p.read).await?; // @read
    let characters = String::from_utf8_lossy(&content).chars().count();
    let size = format!("{} bytes, {characters} characters", content.len());
    cx.print(format!("{name}: {size}"));
    cx.done(size);
    Ok(content.len())
}

/// Downloads a file to disk and reads it back: are these the bytes that were sent?
async fn download(cx: Cx, folder: Folder, p: Rc<Params>) -> Result<usize> {
    let (request, came) = (request(&p), content(&p, p.damaged == Some(true)));
    folder.download(&cx, request, DOWNLOAD, came).await?; // @download
    let found = folder.read(&cx, DOWNLOAD, p.read).await?; // @read
    let (size, sum, sent) = (found.len(), crc32(&found), crc32(&content(&p, false)));
    if sum != sent {
        cx.print(format!(
            "{DOWNLOAD} is damaged: checksum {sum:08x}, not {sent:08x}"
        ));
        return Err(Error::Failed(format!("checksum {sum:08x}")));
    }
    cx.print(format!("{DOWNLOAD}: {size} bytes, checksum {sum:08x}"));
    cx.done(format!("{size} bytes, checksum {sum:08x}"));
    Ok(size)
}

/// One file after another.
async fn sequential(cx: Cx, folder: Folder, p: Rc<Params>) -> Result<Vec<Result<usize>>> {
    let mut sizes = Vec::new();
    for file in /* @ sequential */ p.files.clone() {
        let (folder, p) = (folder.clone(), Rc::clone(&p));
        let write = cx.task(&file.name.clone(), |cx| write_file(cx, folder, file, p));
        sizes.push(write.await); // @each
    }
    let last = cx.task(DOWNLOAD, |cx| download(cx, folder, p));
    sizes.push(last.await); // @last
    Ok(sizes)
}

/// All at once. Clean-up must not begin while a task still writes, so all are waited for.
async fn concurrent(cx: Cx, folder: Folder, p: Rc<Params>) -> Result<Vec<Result<usize>>> {
    let start = |file: &File| {
        let (folder, file, p) = (folder.clone(), file.clone(), Rc::clone(&p));
        cx.spawn(&file.name.clone(), |cx| write_file(cx, folder, file, p))
    };
    let mut tasks: Vec<_> = p.files.iter().map(start).collect();
    tasks.push(cx.spawn(DOWNLOAD, |cx| download(cx, folder, Rc::clone(&p))));
    Ok(wait_all(tasks).await) // @gather concurrent
}

/// Removes what is there, also if something has failed or was cancelled.
async fn clean_up(cx: &Cx, folder: &Folder, p: &Params) -> Result<()> {
    for name in folder.names() {
        folder.remove(cx, &name, p.write).await?; // @remove
    }
    cx.print("Removed all files");
    Ok(())
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    let (folder, p) = (Folder::new(), Rc::new(p));
    let (own, copy) = (folder.clone(), Rc::clone(&p));
    let sizes = match mode {
        Mode::Sequential => cx.catch_cancel(sequential(cx.clone(), own, copy)).await,
        Mode::Concurrent => cx.catch_cancel(concurrent(cx.clone(), own, copy)).await,
    };
    clean_up(&cx, &folder, &p).await?;
    let sizes: Vec<usize> = sizes?.into_iter().flatten().collect();
    Ok(json!({ "files": sizes.len(), "bytes": sizes.iter().sum::<usize>() }))
}

/// The bytes of the download.
fn content(p: &Params, damaged: bool) -> Vec<u8> {
    let bytes = (0..p.kilobytes * 1000).map(|place| (place % 251) as u8);
    let mut content: Vec<u8> = bytes.collect();
    if damaged && let Some(first) = content.first_mut() {
        *first = 255;
    }
    content
}

/// The request for it.
fn request(p: &Params) -> Request {
    let (bytes, damaged) = (p.kilobytes * 1000, u8::from(p.damaged == Some(true)));
    let query: [(_, &dyn Display); 4] = [
        ("bytes", &bytes),
        ("seconds", &p.download),
        ("numbered", &1),
        ("damaged", &damaged),
    ];
    Request {
        url: DOWNLOAD.to_owned(),
        to: Server::Mock(api(&["file", DOWNLOAD], &query)),
        latency: p.download,
        answer: Ok(Response::of_size(bytes as u64)),
    }
}

// The page

use crate::page::*;

params!(File, name, text, more);
params!(Params, write, read, files, kilobytes, download, damaged);
use std::collections::BTreeSet;

const ARTICLES: &str = "The articles' files, and a download";

playground! {
    title: "Files",
    subtitle: "Written, read back, verified and removed",
    lead: "Each file is written, continued and read back; a download is read back, too, and its \
           checksum compared. One file after another that takes the sum, all at once the longest. \
           In the end all files are removed, also if one has failed or the run was cancelled.",
    aim: "Read and write files concurrently, and remove them also when something fails.",
    articles: [0, 1, 2],
    strategies: {
        Sequential: "One after another",
        Concurrent: "gather(return_exceptions=True)",
    },
    outside: Outside::Files,
    result_cards: Mode::Concurrent,
    problems: problems,
    own_duration: |task| (task == DOWNLOAD).then(|| "/download".to_owned()),
}

/// Names have to be those of files, each of its own.
fn problems(p: &Params) -> Vec<Problem> {
    let (mut names, mut problems) = (BTreeSet::new(), Vec::new());
    names.insert(DOWNLOAD);
    for (i, File { name, .. }) in p.files.iter().enumerate() {
        let is_path = name.contains(['/', '\\']) || matches!(&**name, "." | "..");
        let message = match names.insert(name) {
            _ if is_path => "must be the name of a file, not a path",
            false => "is a name that comes twice",
            true => continue,
        };
        let (path, message) = (format!("files[{i}].name"), message.to_owned());
        problems.push(Problem { path, message });
    }
    problems
}

fn fields() -> Vec<Field> {
    let fresh = json!({ "name": "file-{n}.txt", "text": "First line.", "more": " Second line." });
    let columns = [
        Field::name(),
        Field::text("text", "Writes"),
        Field::text("more", "Appends"),
    ];
    vec![
        Field::rows("files", "Files", Rows::objects("file", fresh, columns)),
        Field::seconds("write", "To write, append or remove").varies(),
        Field::seconds("read", "To read").varies(),
        Field::whole("kilobytes", "Size of the download", 0, 1_000, "kB"),
        Field::seconds("download", "Download").varies(),
        Field::flag("damaged", "A byte of it comes wrong").optional(),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let file = |name: &str, text: &str, more: &str| File {
        name: name.to_owned(),
        text: text.to_owned(),
        more: more.to_owned(),
    };
    let articles = Params {
        write: 0.1,
        read: 0.05,
        files: vec![
            file("example.txt", "Hello from async file I/O!", " And more."),
            file("data.txt", "Hello, async world!", " Second line."),
            file("menu.txt", "Crème brûlée", " for 5 €"),
        ],
        kilobytes: 100,
        download: 1.5,
        damaged: Some(false),
    };
    let damaged = Params {
        damaged: Some(true),
        ..articles.clone()
    };
    let part = |n: u32| file(&format!("part-{n:02}.txt"), "First line.", " Second line.");
    let many = Params {
        files: (1..=12).map(part).collect(),
        kilobytes: 1_000,
        ..articles.clone()
    };
    vec![
        (ARTICLES, articles),
        ("A download that comes damaged", damaged),
        ("Twelve files", many),
    ]
}

fn claims(p: &Params, _: &str) -> Vec<Claim> {
    let count = p.files.len();
    let file = in_turn([p.write, p.write, p.read]);
    let download = in_turn([p.download, p.read]);
    let removed = || std::iter::repeat_n(p.write, count + 1);
    let each = (0..count).flat_map(|_| [p.write, p.write, p.read]);
    let sum = in_turn(each.chain([p.download, p.read]).chain(removed()));
    let longest = match file > download {
        true => vec![p.write, p.write, p.read],
        false => vec![p.download, p.read],
    };
    let longest = in_turn(longest.into_iter().chain(removed()));
    let clean = format!("{} × {} to remove them", count + 1, p.write);
    let formula = format!("{count} × {file} + {download} + {clean} = {}", seconds(sum));
    let slow = Mode::Sequential.takes("one after another: the sum", sum, formula);
    let formula = format!("max({file}, {download}) + {clean} = {}", seconds(longest));
    let fast = Mode::Concurrent.takes("concurrent: the longest", longest, formula);
    let damaged = usize::from(p.damaged == Some(true) && p.kilobytes > 0);
    let formula = match damaged {
        0 => "all bytes are as they were sent",
        _ => "the checksum of what has come is another",
    };
    let label = "concurrent: downloads that are found damaged";
    let failed = Mode::Concurrent.counts(Measure::Failures, label, damaged, formula);
    let mut claims = Claim::compared(slow, fast);
    claims.push(failed);
    claims
}
