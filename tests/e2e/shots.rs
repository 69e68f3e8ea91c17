//! Pictures for people to look at: `cargo xtask shots [#hash ...]`. No test of anything.

use std::path::PathBuf;

use crate::harness::{Page, Site};

/// Width and height of a viewport each: a laptop, a tablet, a phone.
const SIZES: [(u32, u32); 3] = [(1440, 900), (768, 1024), (390, 844)];

#[tokio::test]
#[ignore = "takes pictures: cargo xtask shots"]
async fn shots() {
    let folder = PathBuf::from(
        std::env::var_os("INTERLEAVE_SHOTS").expect("INTERLEAVE_SHOTS is set by cargo xtask"),
    );
    let hashes = std::env::var("INTERLEAVE_SHOTS_OF").unwrap_or_default();
    let site = Site::serve();
    for hash in hashes.split('\n') {
        for theme in ["light", "dark"] {
            // Before the page loads: a change of theme while it is shown would be captured half way.
            let page = Page::blank(&site).await;
            page.emulate_media(&[
                ("prefers-color-scheme", theme),
                ("prefers-reduced-motion", "reduce"),
            ]);
            page.goto(hash).await;
            page.wait_for("#app > :not(#loading)").await;
            for (width, height) in SIZES {
                page.viewport(width, height);
                page.next_frame().await;
                let path = folder.join(format!("{}-{width}-{theme}.png", file_name(hash)));
                page.screenshot(&path).await;
                println!("{}", path.display());
            }
        }
    }
}

/// A hash as a file name.
fn file_name(hash: &str) -> String {
    let letters = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let name: String = hash.chars().map(letters).collect();
    let name = name.trim_matches('-');
    if name.is_empty() {
        "start".to_owned()
    } else {
        name.to_owned()
    }
}
