//! Makes the built site work offline, and keeps its versions apart: run on `dist/` after Trunk.
//!
//! The folder `files/` gets a name of its own for each version. All other names have Trunk's hashes, so a path never means
//! two things, and neither a browser's cache nor a host amid an update can give a page a file of another version. The
//! service worker gets the list of all files with their hashes, to keep them, except those of the lab.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha256};

use crate::failure::{Failure, Result};

/// The folder of the files that the page loads when it needs them, as the page and the worker name it and as Trunk fills
/// it.
const FOLDER: &str = "files/";
/// The page. Trunk writes the names of hashed files into it.
const PAGE: &str = "index.html";
/// The worker.
const WORKER: &str = "sw.js";
/// The worker's list, in the folder.
const LIST: &str = "version.js";
/// The only files that keep their names although their content may change: the worker asks the network for them first.
const KEEP_THEIR_NAMES: &[&str] = &["manifest.webmanifest", "icons/", "embed/"];
/// Not in the list: many megabytes for few readers. The page caches its files once the lab was used.
const LAB: &str = "files/lab/";
/// For the development server only.
const UNUSED: &str = "reload.js";

/// Names the site in this folder after its version, and gives its worker the list of its files.
pub fn stamp(dist: &Path) -> Result {
    let files = read(dist)?;
    let folder = format!("files-{}/", version(&files));
    let mut list = String::from("self.interleaveList = {\n");
    for (path, content) in &files {
        let in_folder = path.strip_prefix(FOLDER);
        let is_no_part = [PAGE, WORKER, UNUSED].contains(&path.as_str()) || path.starts_with(LAB);
        if is_no_part || in_folder == Some(LIST) {
            continue;
        }
        let keeps_its_name = KEEP_THEIR_NAMES.iter().any(|name| path.starts_with(name));
        if in_folder.is_none() && !keeps_its_name && !has_hash(path) {
            return Err(Failure::new(format!(
                "dist/{path} has no hash in its name, so two versions of it could be taken for each other: \
                 let index.html put it into {FOLDER} (data-target-path)"
            )));
        }
        let path = in_folder.map_or_else(|| path.clone(), |name| folder.clone() + name);
        let hash = BASE64_STANDARD.encode(Sha256::digest(content));
        writeln!(list, "  {path:?}: \"sha256-{hash}\",")
            .map_err(|error| Failure::new(error.to_string()))?;
    }
    list.push_str("};\n");

    fs::rename(dist.join(FOLDER), dist.join(&folder))?;
    fs::write(dist.join(&folder).join(LIST), list)?;
    for name in [PAGE, WORKER] {
        name_folder(&dist.join(name), &folder)?;
    }
    Ok(())
}

/// Renames `files/` to the version's folder.
fn name_folder(path: &Path, folder: &str) -> Result {
    let text = fs::read_to_string(path)?;
    match text.matches(FOLDER).count() {
        1 => Ok(fs::write(path, text.replace(FOLDER, folder))?),
        count => Err(Failure::new(format!(
            "{} names {FOLDER} {count} times, but must once",
            path.display()
        ))),
    }
}

/// The version: sixteen hexadecimal digits that differ for any other site.
fn version(files: &BTreeMap<String, Vec<u8>>) -> String {
    let mut all = Sha256::new();
    for (path, content) in files {
        all.update(path);
        all.update([0]);
        all.update(Sha256::digest(content));
    }
    let mut version = String::new();
    for byte in &all.finalize()[..8] {
        // Writing to a text never fails.
        let _ = write!(version, "{byte:02x}");
    }
    version
}

/// Whether the last part of a path has a hash as Trunk writes it: `start-5021bd6f2f293895.js`,
/// `app-287e639d5c6b23eb_bg.wasm`.
/// The worker (`HASHED` in public/sw.js) uses the same rule.
fn has_hash(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    let mut rests = name.match_indices('-').map(|(at, _)| &name[at + 1..]);
    rests.any(|rest| {
        let end = rest.find(|c| !is_digit(c)).unwrap_or(rest.len());
        (9..=16).contains(&end) && rest[end..].starts_with(['.', '_', '-'])
    })
}

/// All files of a folder: paths in it, with `/`, and contents.
fn read(dist: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(dist.join(&folder))? {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else {
                let content = fs::read(entry.path())?;
                files.insert(path.to_string_lossy().replace('\\', "/"), content);
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::{has_hash, stamp};
    use std::{
        fs,
        path::{Path, PathBuf},
    };

    /// A site as Trunk leaves it, in a folder of its own; gone when dropped.
    struct Site(PathBuf);

    impl Site {
        fn new(name: &str, files: &[(&str, &str)]) -> Self {
            let name = format!("interleave-xtask-{}-{name}", std::process::id());
            let site = Self(std::env::temp_dir().join(name));
            let usual = [
                ("index.html", "<meta content=files/ name=files>"),
                ("sw.js", "const FOLDER = \"files/\";"),
                ("files/version.js", "self.interleaveList = {};"),
                ("start-5021bd6f2f293895.js", ""),
                ("reload.js", ""),
                ("icons/a.png", "a picture"),
            ];
            for (path, content) in usual.iter().chain(files) {
                let path = site.0.join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, content).unwrap();
            }
            site
        }

        fn read(&self, path: impl AsRef<Path>) -> String {
            fs::read_to_string(self.0.join(path)).unwrap()
        }

        /// The folder that the page names.
        fn folder(&self) -> String {
            let page = self.read("index.html");
            page.split(['=', ' ']).nth(2).unwrap().to_owned()
        }
    }

    impl Drop for Site {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn page_and_worker_name_the_version_and_the_list_is_whole() {
        let site = Site::new("whole", &[("files/a/b.txt", "text")]);
        stamp(&site.0).unwrap();
        let folder = site.folder();
        assert!(folder.starts_with("files-") && folder.len() == "files-/".len() + 16);
        assert_eq!(site.read("sw.js"), format!("const FOLDER = \"{folder}\";"));
        assert_eq!(site.read(format!("{folder}a/b.txt")), "text");
        // SHA-256 of "text", of "a picture" and of nothing.
        let expected = format!(
            "self.interleaveList = {{\n  \
             \"{folder}a/b.txt\": \"sha256-mC2ePrmW9VnmM/TRlN7zdh2Qn1o7ZH0ahR/q1nwyydE=\",\n  \
             \"icons/a.png\": \"sha256-krL6WAKJWDF+QIvYTs+nD17jWxIZkdvCMsSdFmNTcIs=\",\n  \
             \"start-5021bd6f2f293895.js\": \"sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\",\n}};\n"
        );
        assert_eq!(site.read(format!("{folder}version.js")), expected);
    }

    #[test]
    fn the_lab_is_not_cached_before_it_is_used() {
        let site = Site::new("lab", &[("files/lab/python/python.zip", "large")]);
        stamp(&site.0).unwrap();
        let folder = site.folder();
        assert_eq!(site.read(format!("{folder}lab/python/python.zip")), "large");
        assert!(!site.read(format!("{folder}version.js")).contains("lab/"));
    }

    #[test]
    fn whatever_changes_makes_another_version() {
        let folder_with = |name, files: &[(&str, &str)]| {
            let site = Site::new(name, files);
            stamp(&site.0).unwrap();
            site.folder()
        };
        let first = folder_with("first", &[]);
        assert_eq!(folder_with("same", &[]), first);
        for (name, file) in [
            ("page", ("index.html", "<meta content=files/ name=files >")),
            ("icon", ("icons/a.png", "another picture")),
            ("more", ("files/a.txt", "")),
            ("python", ("files/lab/python/python.zip", "")),
        ] {
            assert_ne!(folder_with(name, &[file]), first, "{name}");
        }
    }

    #[test]
    fn a_file_that_two_versions_would_share_is_refused() {
        let site = Site::new("shared", &[("sources/a.py", "")]);
        let refused = stamp(&site.0).unwrap_err().to_string();
        assert!(refused.contains("dist/sources/a.py"), "{refused}");
        let site = Site::new("twice", &[("sw.js", "files/ files/")]);
        assert!(stamp(&site.0).is_err());
    }

    #[test]
    fn hashes_are_told_from_words() {
        for hashed in [
            "start-5021bd6f2f293895.js",
            "base-786e216f2628d44.css",
            "interleave-287e639d5c6b23eb_bg.wasm",
            "rate-limiter-287e639d5c6b23eb.wasm",
            "a/mock-api-5021bd6f2f293895.js",
        ] {
            assert!(has_hash(hashed), "{hashed}");
        }
        for plain in [
            "mock-api.js",
            "sw.js",
            "a-deadbeef.js",
            "snippets-5021bd6f2f293895/a.js",
            "start-5021bd6f2f293895",
        ] {
            assert!(!has_hash(plain), "{plain}");
        }
    }
}
