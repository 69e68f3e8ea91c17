//! Exports that the browser really saves, and recordings that it really reads.

use std::fs;
use std::path::{Path, PathBuf};

use fantoccini::Locator;
use interleave_trace::saved;
use serde_json::{Value, json};

use crate::harness::{Page, Reply, Setup, Site, is_firefox};
use crate::playground::RUN;

/// An empty folder.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    // It is not there at first.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// Chooses an entry of the menu, and waits for the file of that name.
async fn export(page: &Page, format: &str, file: &Path) -> Vec<u8> {
    page.click("[data-test=export]").await;
    page.click(&format!("[data-test=export-{format}]")).await;
    page.wait_until(&format!("{} is saved", file.display()), async || {
        fs::read(file).ok().filter(|content| !content.is_empty())
    })
    .await
}

/// Gives the page a file, as its reader would choose one.
pub async fn open(page: &Page, file: &Path) {
    open_all(page, &[file]).await;
}

/// Gives the page files, as its reader would choose them at once.
pub async fn open_all(page: &Page, files: &[&Path]) {
    let input = page.client().find(Locator::Css("[data-test=file]")).await;
    let paths: Vec<_> = files.iter().filter_map(|file| file.to_str()).collect();
    input
        .expect("the input")
        .send_keys(&paths.join("\n"))
        .await
        .expect("files are chosen");
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn what_was_run_is_saved_and_opened_again() {
    let site = Site::serve();
    let folder = folder("exports");
    let setup = Setup {
        downloads: Some(&folder),
        ..Setup::default()
    };
    let page = Page::set_up(&site, setup).await;
    page.goto("#/downloads?pace=instant&only=sequential,concurrent")
        .await;
    page.click(RUN).await;
    page.wait_for_end().await;
    let name =
        |extension: &str| folder.join(format!("downloads-sequential-concurrent.{extension}"));
    let text = |content: Vec<u8>| String::from_utf8(content).expect("text");
    let svg = text(export(&page, "svg", &name("svg")).await);
    assert!(svg.starts_with("<svg ") && svg.contains("video.mp4"));
    let png = export(&page, "png", &name("png")).await;
    assert!(
        png.starts_with(b"\x89PNG") && png.len() > 50_000,
        "{} bytes",
        png.len()
    );
    let csv = text(export(&page, "csv", &name("csv")).await);
    assert_eq!(csv.lines().count(), 1 + 2 * 6);
    let chrome = export(&page, "chrome", &name("trace.json")).await;
    let chrome: Value = serde_json::from_slice(&chrome).expect("JSON");
    assert!(chrome["traceEvents"].is_array());
    let recording = text(export(&page, "race", &name("json")).await);
    assert_eq!(saved::open(&recording).expect("a recording").runs.len(), 2);

    page.goto("#/").await;
    page.wait_for(".app:not(.static) .hero").await;
    open(&page, &name("json")).await;
    page.wait_for_text(
        "[data-test=recorded]",
        "downloads-sequential-concurrent.json",
    )
    .await;
    page.wait_for_text("[data-test=status]", "finished").await;
    assert_eq!(page.shown().await.totals, ["38.0 s", "25.0 s"]);
    page.wait_for_hash("only=sequential,concurrent").await;

    // A broken file is reported, and the page stays as it is.
    fs::write(name("broken.json"), &recording[..recording.len() / 2]).expect("a file");
    open(&page, &name("broken.json")).await;
    page.wait_for_text(".notice.error", "cannot be opened")
        .await;
    assert_eq!(page.shown().await.totals, ["38.0 s", "25.0 s"]);
    page.assert_quiet().await;
}

/// Drops files and folders from outside the browser onto the page.
pub fn drop_onto(page: &Page, paths: &[&Path]) {
    let files: Vec<_> = paths.iter().map(|path| path.to_str()).collect();
    let data = json!({ "items": [], "files": files, "dragOperationsMask": 1 });
    for kind in ["dragEnter", "dragOver", "drop"] {
        let event = json!({ "type": kind, "x": 300, "y": 300, "data": data });
        page.devtools("Input.dispatchDragEvent", &event);
    }
}

/// Files that are no recordings, and the messages of the page about them.
fn no_recordings(site: &Site, name: &str) -> Vec<(Vec<PathBuf>, &'static str)> {
    let folder = folder(name);
    let write = |name: &str, content: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, content).expect("a file");
        path
    };
    let picture = write("picture.png", &site.file("icons/icon-512.png"));
    let empty = write("empty.json", b"");
    let list = write("list.json", b"[1, 2, 3]");
    let cut = write("cut.json", b"\n{\"format\": ");
    let other = write("other.json", b"{\"traceEvents\": []}");
    // Takes no room on the disk.
    let huge = write("huge.json", b"");
    let file = fs::File::options().write(true).open(&huge);
    file.expect("the file")
        .set_len(300 << 20)
        .expect("a long file");
    // As above, and not even JSON by its first bytes.
    let film = write("film.mp4", b"");
    let file = fs::File::options().write(true).open(&film);
    file.expect("the file")
        .set_len(90 << 20)
        .expect("a long file");
    vec![
        (
            vec![picture],
            "“picture.png” cannot be opened as a recording: it is not JSON",
        ),
        (
            vec![empty],
            "“empty.json” cannot be opened as a recording: it is empty",
        ),
        (
            vec![list],
            "“list.json” cannot be opened as a recording: it is another kind of file",
        ),
        (
            vec![cut],
            "“cut.json” cannot be opened as a recording: it ends too early",
        ),
        (
            vec![other],
            "“other.json” cannot be opened as a recording: it tells of no tasks",
        ),
        (
            vec![huge],
            "“huge.json” cannot be opened as a recording: it has more than 100 MB",
        ),
        (
            vec![film],
            "“film.mp4” cannot be opened as a recording: it is not JSON",
        ),
    ]
}

/// Waits for a message, and dismisses it.
async fn refused(page: &Page, says: &str) {
    let said = page.wait_for_text(".notice.error", says).await;
    assert!(said.contains("Nothing has changed."), "{said}");
    page.wait_until("the message is seen", async || {
        let place = "const it = document.querySelector('.notice.error').getBoundingClientRect();
            return it.top >= 0 && it.bottom <= innerHeight";
        (page.eval(place, &[]).await == json!(true)).then_some(())
    })
    .await;
    page.click(".notice.error .icon-button").await;
    page.wait_for_none(".notice.error").await;
}

/// A folder was reported as an unreadable file, of several files one was opened, and a film was read to its end.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn what_is_dropped_and_is_no_recording_is_refused_by_name() {
    if is_firefox() {
        eprintln!("SKIPPED: this browser's driver cannot drop files");
        return;
    }
    let site = Site::serve();
    let page = Page::open(&site, "#/downloads?pace=instant").await;
    page.wait_for_playground().await;
    page.wait_for("[data-test=export]").await;
    page.click(RUN).await;
    page.wait_for_end().await;
    let mut given = no_recordings(&site, "dropped");
    let folder = given[0].0[0].parent().expect("its folder").to_owned();
    let several = given[..3]
        .iter()
        .map(|(paths, _)| paths[0].clone())
        .collect();
    given.push((several, "3 files cannot be opened at once"));
    given.push((
        vec![folder],
        "“dropped” cannot be opened as a recording: it is a folder",
    ));
    for (paths, says) in &given {
        let paths: Vec<_> = paths.iter().map(PathBuf::as_path).collect();
        // The message appeared where nobody saw it.
        page.eval("scrollTo(0, document.body.scrollHeight)", &[])
            .await;
        drop_onto(&page, &paths);
        refused(&page, says).await;
    }
    // The page is unchanged, and works.
    assert_eq!(page.shown().await.totals, ["38.0 s", "25.0 s", "25.0 s"]);
    page.click(RUN).await;
    page.wait_for_end().await;
    page.assert_quiet().await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn what_is_chosen_and_is_no_recording_is_refused_by_name() {
    let site = Site::serve();
    let page = Page::open(&site, "#/downloads").await;
    page.wait_for("[data-test=export]").await;
    for (paths, says) in no_recordings(&site, "chosen") {
        open(&page, &paths[0]).await;
        refused(&page, says).await;
    }
    page.assert_quiet().await;
}

/// The browser navigated to a file that was dropped before the app had started.
#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn a_file_that_is_dropped_too_early_does_not_replace_the_page() {
    if is_firefox() {
        eprintln!("SKIPPED: this browser's driver cannot drop files");
        return;
    }
    // The app never starts.
    let site = Site::serve_altered(|path, reply| match path.ends_with(".wasm") {
        true => Reply::not_found(),
        false => reply,
    });
    let page = Page::open(&site, "#/downloads").await;
    page.wait_for("#failure").await;
    let picture = folder("early").join("picture.png");
    fs::write(&picture, site.file("icons/icon-512.png")).expect("a file");
    drop_onto(&page, &[&picture]);
    page.next_frame().await;
    assert_eq!(page.hash().await, "#/downloads");
    page.wait_for("#failure").await;
}

#[tokio::test]
#[ignore = "needs the built site: cargo xtask e2e"]
async fn the_menu_fits_onto_a_phone() {
    let site = Site::serve();
    let page = Page::open(&site, "#/downloads?pace=instant").await;
    page.click(RUN).await;
    page.wait_for_end().await;
    for width in [360, 390, 768] {
        page.viewport(width, 740);
        page.click("[data-test=export]").await;
        page.wait_for("[data-test=export-svg]").await;
        let sides = "const place = document.getElementById('export-menu').getBoundingClientRect();
            return [place.left, innerWidth - place.right, document.scrollingElement.scrollWidth - innerWidth]";
        let sides = page.eval(sides, &[]).await;
        let at = |place: usize| sides[place].as_f64().expect("a number");
        assert!(
            at(0) >= 0.0 && at(1) >= 0.0 && at(2) <= 0.0,
            "{width}: {sides}"
        );
        // A press beside it closes it.
        page.click("h1").await;
        page.wait_for_none("#export-menu").await;
    }
    page.assert_quiet().await;
}
