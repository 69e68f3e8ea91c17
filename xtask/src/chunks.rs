//! The app in chunks: the main module, and what is loaded after it.
//!
//! The app says by itself what may come later (`src/ui/chunks.rs`). The linker is asked for its relocations, by which
//! `wasm_split_cli_support` tells which functions and constants only a chunk needs; wasm-bindgen and wasm-opt come after it.
//! Each file is named after its content. The page has the list of the files of each chunk, for `public/start.js`, which loads
//! them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, iter,
    path::Path,
};

use wasm_split_cli_support::{Options, transform};
use xshell::{Shell, cmd};

use crate::{
    failure::{Failure, Result},
    optimize::{self, Job},
    page::{self, Page},
    paths,
    scripts::{self, hash},
    wasm,
};

/// What the linker is asked for.
pub const RELOCATIONS: &str = "-Clink-arg=--emit-relocs";

/// The chunks that are no playgrounds.
const OF_PAGES: [&str; 5] = [PAGE, "start", "embed", "links", "live"];

/// The chunk that comes with the second style sheet.
const PAGE: &str = "page";

/// What wasm-opt leaves out for the main module, and may inline in the others: both were tried, and are smaller compressed.
const OF_MAIN: [&str; 1] = ["--skip-pass=simplify-locals"];
const OF_CHUNKS: [&str; 1] = ["--always-inline-max-function-size=8"];

/// A module of what several playgrounds share is a file of its own from this many bytes on: below, a request costs more.
const SMALL: u64 = 6_000;

/// The script by which the app asks for its chunks.
const LOADER: &str = "./loader.js";

/// Puts the app in chunks in the place of what Trunk has made of it. `sheet` is the second style sheet.
pub fn site(shell: &Shell, dist: &Path, page: &mut Page, sheet: &str) -> Result {
    let folder = paths::target().join("chunks");
    let split = split(&folder)?;

    let main = folder.join("main.wasm");
    cmd!(
        shell,
        "wasm-bindgen --target web --no-typescript --keep-lld-exports --out-name interleave --out-dir {folder} {main}"
    )
    .run()?;
    fs::write(folder.join(LOADER), loader(split.chunks.keys()))?;
    let (glue, names) = scripts::glue(shell, &folder, "interleave.js")?;
    let bound = folder.join("interleave_bg.wasm");
    fs::write(
        &bound,
        wasm::finished(&fs::read(&bound)?, &names, &split.constants)?,
    )?;

    // A file may be of several chunks.
    let stems = BTreeSet::from_iter(split.chunks.values().flatten());
    let main = Job {
        module: bound,
        options: &OF_MAIN,
    };
    let others = stems.iter().map(|stem| Job {
        module: folder.join(stem).with_extension("wasm"),
        options: &OF_CHUNKS,
    });
    let jobs: Vec<_> = iter::once(main).chain(others).collect();
    let mut modules = optimize::all(shell, &jobs)?.into_iter();

    let main = modules.next().unwrap_or_default();
    for (link, file) in [
        (
            "link#app-js",
            put(dist, "interleave", "js", glue.as_bytes())?,
        ),
        ("link#app-wasm", put(dist, "interleave", "wasm", &main)?),
    ] {
        fs::remove_file(dist.join(page::file(&page.the(link, "href")?)))?;
        page.set(link, "href", &format!("./{file}"))?;
    }
    let mut files = BTreeMap::new();
    for (stem, module) in stems.into_iter().zip(modules) {
        let name = stem.trim_start_matches("split_").replace('_', "-");
        files.insert(stem, put(dist, &name, "wasm", &module)?);
    }
    let list: BTreeMap<&str, Vec<&str>> = split
        .chunks
        .iter()
        .map(|(chunk, stems)| {
            let sheet = (chunk == PAGE).then_some(sheet);
            let modules = stems.iter().map(|stem| files[stem].as_str());
            (chunk.as_str(), sheet.into_iter().chain(modules).collect())
        })
        .collect();
    let list = serde_json::to_string(&list).map_err(|error| Failure::new(error.to_string()))?;
    page.add_after(
        "link#app-js",
        &format!("<meta name=\"chunks\" content='{list}'>"),
    )
}

/// The app's modules before wasm-bindgen.
struct Split {
    /// The names of the files of each chunk, without what they end with.
    chunks: BTreeMap<String, Vec<String>>,
    /// Modules of constants that belong to the main module.
    constants: Vec<Vec<u8>>,
}

/// Splits the linked app into a folder.
///
/// Of what playgrounds share with each other or with pages, each combination would be a file, which makes some seventy a
/// playground. Most of these are small, and belong to the main module; the few that are not stay files of their own, so that no
/// link loads what only others need.
fn split(folder: &Path) -> Result<Split> {
    let linked = fs::read(paths::linked())?;
    let mut roots = BTreeSet::new();
    loop {
        let before = roots.len();
        let chunks = transformed(&wasm::rooted(&linked, &roots)?, folder)?;
        let (mut shared, mut constants) = (BTreeSet::new(), Vec::new());
        for (chunk, stems) in &chunks {
            let own = format!("split_{chunk}");
            let is_of_pages = |stem: &String| {
                let mut users = chunks.iter().filter(|(_, stems)| stems.contains(stem));
                users.all(|(chunk, _)| OF_PAGES.contains(&chunk.as_str()))
            };
            let is_shared =
                |stem: &&String| **stem != own && !is_of_pages(stem) && is_small(folder, stem);
            shared.extend(stems.iter().filter(is_shared).cloned());
        }
        for stem in &shared {
            let module = fs::read(folder.join(stem).with_extension("wasm"))?;
            roots.append(&mut wasm::functions(&module)?);
            constants.push(module);
        }
        if roots.len() == before {
            let without_shared = |stems: Vec<String>| {
                let own = stems.into_iter().filter(|stem| !shared.contains(stem));
                own.collect()
            };
            let chunks = chunks.into_iter();
            let chunks = chunks.map(|(chunk, stems)| (chunk, without_shared(stems)));
            return Ok(Split {
                chunks: chunks.collect(),
                constants,
            });
        }
    }
}

/// Whether a module is too small to be worth a request.
fn is_small(folder: &Path, stem: &str) -> bool {
    let file = fs::metadata(folder.join(stem).with_extension("wasm"));
    file.is_ok_and(|file| file.len() < SMALL)
}

/// Splits an app into a folder. Returns the names of the files of each chunk.
fn transformed(linked: &[u8], folder: &Path) -> Result<BTreeMap<String, Vec<String>>> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let main = folder.join("main.wasm");
    let mut options = Options::new(linked);
    (options.output_dir, options.main_out_path) = (folder, &main);
    (options.link_name, options.main_module) = (LOADER, "./interleave.js");
    let split = transform(options)
        .map_err(|error| Failure::new(format!("the app cannot be split: {error:#}")))?;
    let chunks = BTreeMap::from_iter(split.prefetch_map);
    let missing: Vec<_> = OF_PAGES
        .iter()
        .filter(|chunk| !chunks.contains_key(**chunk))
        .collect();
    match missing.is_empty() {
        true => Ok(chunks),
        false => Err(Failure::new(format!(
            "the app has no chunks {missing:?}: it must be built with the feature `split`, and the list of chunks in \
             xtask/src/chunks.rs must be that of src/ui/chunks.rs"
        ))),
    }
}

/// The script by which the app asks for its chunks: start.js loads them.
fn loader<'a>(chunks: impl Iterator<Item = &'a String>) -> String {
    let one = |chunk: &String| {
        format!(
            "export const __wasm_split_load_{chunk} = (...then) => interleaveLoad({chunk:?}, ...then);\n"
        )
    };
    chunks.map(one).collect()
}

/// Puts a file into the site, named after its content. Returns its name.
fn put(dist: &Path, name: &str, extension: &str, content: &[u8]) -> Result<String> {
    let file = format!("{name}-{}.{extension}", hash(content));
    fs::write(dist.join(&file), content)?;
    Ok(file)
}
