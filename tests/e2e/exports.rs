//! Exports that the browser really saves, and recordings that it really reads.

use std::fs;
use std::path::{Path, PathBuf};

use fantoccini::Locator;
use interleave_trace::saved;
use serde_json::Value;

use crate::harness::{Page, Setup, Site};
use crate::playground::RUN;

/// An empty folder.
fn folder(name: &str) -> PathBuf {
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
async fn open(page: &Page, file: &Path) {
    let input = page.client().find(Locator::Css("[data-test=file]")).await;
    let path = file.to_str().expect("a path");
    input
        .expect("the input")
        .send_keys(path)
        .await
        .expect("a file is chosen");
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
    page.wait_for(".hero").await;
    open(&page, &name("json")).await;
    page.wait_for_text(
        "[data-test=recorded]",
        "downloads-sequential-concurrent.json",
    )
    .await;
    page.wait_for_text("[data-test=status]", "finished").await;
    assert_eq!(page.shown().await.totals, ["38.0 s", "25.0 s"]);
    page.wait_for_hash("only=sequential,concurrent").await;

    // What is broken is said, and what is shown stays.
    fs::write(name("broken.json"), &recording[..recording.len() / 2]).expect("a file");
    open(&page, &name("broken.json")).await;
    page.wait_for_text(".notice.error", "cannot be opened")
        .await;
    assert_eq!(page.shown().await.totals, ["38.0 s", "25.0 s"]);
    page.assert_quiet().await;
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
