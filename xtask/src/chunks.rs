//! The app in chunks: the main module, and what is loaded after it.
//!
//! The app declares what may be loaded later (`src/ui/chunks.rs`). The linker is asked for its relocations, by which
//! `wasm_split_cli_support` finds the functions and constants that only a chunk needs; wasm-bindgen and wasm-opt come after
//! it. Each file is named after its content. The page has the list of the files of each chunk, for `public/start.js`, which
//! loads them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io, iter,
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

/// The option by which the linker emits relocations.
pub const RELOCATIONS: &str = "-Clink-arg=--emit-relocs";

/// The chunks that are no playgrounds.
const OF_PAGES: [&str; 9] = [
    PAGE,
    "start",
    "choose",
    "recording",
    "benchmark",
    "embed",
    "links",
    "live",
    "storage",
];

/// The chunk of a page that few visits see: code that it shares with others is copied, so that these need no more files for
/// it.
const SELDOM: &str = "recording";

/// The chunk that comes with the second style sheet.
const PAGE: &str = "page";

/// The wasm-opt options for the main module, and for the others: both were tried, and are smaller compressed.
const OF_MAIN: [&str; 1] = ["--skip-pass=simplify-locals"];
const OF_CHUNKS: [&str; 1] = ["--always-inline-max-function-size=8"];

/// From this many bytes on, a module that several playgrounds share is a file of its own: below, a request costs more.
const SMALL: usize = 6_000;

/// Code that at most this many chunks share is copied into each of them.
const FEW: usize = 4;

/// The script by which the app asks for its chunks.
const LOADER: &str = "./loader.js";

/// Replaces what Trunk has made of the app by the app in chunks. `sheet` is the second style sheet.
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

    // A file may belong to several chunks.
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
    /// The names of the files of each chunk, without their extensions.
    chunks: BTreeMap<String, Vec<String>>,
    /// Modules of constants that belong to the main module.
    constants: Vec<Vec<u8>>,
}

/// Splits the linked app into a folder.
///
/// Each combination of playgrounds and pages that share code would be a file, which makes some seventy for a playground.
/// Code that few share is copied into each of them; otherwise, small pieces belong to the main module, and larger ones stay
/// files of their own, so that no link loads much that only others need.
fn split(folder: &Path) -> Result<Split> {
    let linked = fs::read(paths::linked())?;
    let variables = wasm::variables(&linked)?;
    let mut roots = BTreeSet::new();
    loop {
        let before = roots.len();
        let chunks = transformed(&wasm::rooted(&linked, &roots)?, folder)?;
        let (mut of_main, mut constants) = (BTreeSet::new(), Vec::new());
        let mut copied: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for stem in chunks.values().flatten().collect::<BTreeSet<_>>() {
            let users = chunks.iter().filter(|(_, stems)| stems.contains(stem));
            let users: Vec<_> = users.map(|(chunk, _)| chunk.as_str()).collect();
            let is_own = users.iter().any(|chunk| *stem == own(chunk));
            let is_of_pages = users.iter().all(|chunk| OF_PAGES.contains(chunk));
            let module = fs::read(folder.join(stem).with_extension("wasm"))?;
            let is_seldom = users.contains(&SELDOM) && users.len() <= FEW;
            if is_own || is_of_pages && !is_seldom || module.len() >= SMALL {
                continue;
            }
            // A variable that exists twice would lose its value.
            if users.len() <= FEW && !wasm::writes(&module, &variables)? {
                for chunk in users {
                    copied.entry(chunk).or_default().insert(stem);
                }
            } else if !is_of_pages {
                of_main.insert(stem.clone());
                roots.append(&mut wasm::functions(&module)?);
                constants.push(module);
            }
        }
        if roots.len() > before {
            continue;
        }
        for (chunk, stems) in &copied {
            let stems = iter::once(own(chunk)).chain(stems.iter().map(|&stem| stem.to_owned()));
            let files: Vec<_> = stems
                .map(|stem| folder.join(stem).with_extension("wasm"))
                .collect();
            let modules: Vec<_> = files.iter().map(fs::read).collect::<io::Result<_>>()?;
            fs::write(&files[0], wasm::merged(&modules)?)?;
        }
        let copied: BTreeSet<_> = copied.into_values().flatten().map(str::to_owned).collect();
        let chunks = chunks.into_iter().map(|(chunk, mut stems)| {
            stems.retain(|stem| !of_main.contains(stem) && !copied.contains(stem));
            (chunk, stems)
        });
        return Ok(Split {
            chunks: chunks.collect(),
            constants,
        });
    }
}

/// The name of the module that a chunk shares with none.
fn own(chunk: &str) -> String {
    format!("split_{chunk}")
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
