//! `cargo xtask build`: the release site in `dist/`.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use xshell::{Shell, cmd};

use crate::{
    chunks,
    failure::Result,
    lab, offline,
    page::Page,
    paths, scripts, styles,
    tools::{Tools, WASM},
};

/// Builds the site and lists its files with their sizes.
pub fn run(shell: &Shell) -> Result {
    let mut tools = Tools::new(shell)?;
    need(&mut tools)?;
    site(shell, &tools)
}

/// What a release build needs.
pub fn need(tools: &mut Tools<'_>) -> Result {
    tools.need_wasm_target()?;
    tools.need_trunk()?;
    tools.need_wasm_bindgen()?;
    tools.need_wasm_opt()?;
    tools.need_esbuild()?;
    lab::make(tools)
}

/// Builds the site, the tools being there.
pub fn site(shell: &Shell, tools: &Tools<'_>) -> Result {
    let _path = shell.push_env("PATH", tools.path()?);
    let flags = format!(
        "CARGO_TARGET_{}_RUSTFLAGS",
        WASM.to_uppercase().replace('-', "_")
    );
    // Panics name files: the folder of the crates on this machine must neither be published nor make two sites differ.
    let remapped = format!("--remap-path-prefix={}=crates", paths::crates()?.display());
    let _flags = shell.push_env(flags, format!("{} {remapped}", chunks::RELOCATIONS));
    cmd!(shell, "trunk build --release --features split").run()?;
    let dist = paths::dist();
    let mut page = Page::read(&dist)?;
    let sheet = styles::join(&dist, &mut page, |css| {
        Ok(cmd!(shell, "esbuild --loader=css --minify --charset=utf8")
            .stdin(css)
            .read()?)
    })?;
    scripts::slim(shell, &dist, &mut page)?;
    chunks::site(shell, &dist, &mut page, &sheet)?;
    page.write()?;
    offline::stamp(&dist)?;
    // After the stamp, so that its pages are not kept for offline use, where the app serves as well.
    cmd!(
        shell,
        "cargo run --quiet --package interleave-site -- {dist}"
    )
    .run()?;
    print_sizes(&dist)
}

/// One line a file, largest first: what visitors download.
fn print_sizes(dist: &Path) -> Result {
    let mut files: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    let mut folders = vec![dist.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let content = std::fs::read(&path)?;
                files.push((path, content));
            }
        }
    }
    files.sort_by_key(|(_, content)| std::cmp::Reverse(content.len()));

    println!("\n{:>10}  {:>10}  dist/", "bytes", "gzip -9");
    let (mut raw, mut compressed) = (0, 0);
    for (path, content) in &files {
        let small = gzip_size(content);
        raw += content.len();
        compressed += small.unwrap_or(0);
        let name = path.strip_prefix(dist).unwrap_or(path).display();
        println!(
            "{:>10}  {:>10}  {name}",
            content.len(),
            small.map_or("-".to_owned(), |size| size.to_string())
        );
    }
    println!("{raw:>10}  {compressed:>10}  in all");
    Ok(())
}

/// The size after `gzip -9`; nothing where there is no gzip command. An estimate of what a host will send is worth a
/// process for each file, but no dependency.
fn gzip_size(content: &[u8]) -> Option<usize> {
    let mut gzip = Command::new("gzip")
        .args(["-9", "-c"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let mut stdin = gzip.stdin.take()?;
    let content = content.to_vec();
    // Written from a thread of its own: gzip stops reading while its output is not read.
    let writer = std::thread::spawn(move || stdin.write_all(&content));
    let output = gzip.wait_with_output().ok()?;
    writer.join().ok()?.ok()?;
    output.status.success().then_some(output.stdout.len())
}
