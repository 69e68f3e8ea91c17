//! Python for the lab: Pyodide's files and a small standard library, in `public/lab/python/`, which Trunk copies into the
//! site. Made by `cargo xtask build` and `cargo xtask serve`; a plain `trunk serve` does without, and the lab says so.
//!
//! The library is a zip of sources without compression. Hosts compress all that they send, and sources compress better
//! than byte code: 0.9 MB against 1.3 MB of brotli. It is the same for the same sources, to the byte: sorted, without dates.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{Cursor, Read as _, Write as _},
    path::{Path, PathBuf},
};

use serde_json::json;
use xshell::Shell;
use zip::{
    CompressionMethod, DateTime, ZipArchive, ZipWriter, result::ZipError, write::SimpleFileOptions,
};

use crate::{
    editor,
    failure::{Failure, Result},
    paths,
    tools::{Tools, integrity},
};

/// The library's name in the site.
const LIBRARY: &str = "python.zip";
/// The sizes and hashes of the files, which the page needs before it loads them.
const LIST: &str = "files.json";
/// Pyodide's own files, as they are.
const PYODIDE: [&str; 3] = ["pyodide.asm.wasm", "pyodide.asm.mjs", "pyodide.mjs"];
/// The packages of `python/src` that are part of the library.
const PACKAGES: [&str; 2] = ["interleave_recorder", "interleave_lab"];

/// What the lab's library lacks: servers and clients of a network, which the lab does not have, other processes, tools for
/// people who work on programs, formats and encodings. The names of folders end with a slash.
const LEFT_OUT: &str = "
    _py_abc.py _pydatetime.py _pyio.py _pyrepl/ antigravity.py asyncio/__main__.py asyncio/proactor_events.py
    asyncio/tools.py asyncio/windows_events.py asyncio/windows_utils.py bdb.py cProfile.py cmd.py code.py
    compileall.py ctypes/ doctest.py filecmp.py fileinput.py ftplib.py http/server.py imaplib.py
    mailbox.py modulefinder.py multiprocessing/dummy/ netrc.py nturl2path.py optparse.py pdb.py
    pickletools.py plistlib.py poplib.py profile.py pstats.py pty.py py_compile.py pyclbr.py pydoc.py
    pyodide/_nodesock_transport.py pyodide/console.py pyodide/http/ site-packages/ smtplib.py
    tabnanny.py tarfile.py this.py trace.py tty.py wave.py webbrowser.py wsgiref/ xml/dom/ xml/sax/ xmlrpc/
    zipapp.py
";
/// The only encodings that are kept.
const ENCODINGS: &str = "
    __init__ aliases ascii cp1252 cp437 idna iso8859_1 latin_1 punycode raw_unicode_escape undefined unicode_escape
    utf_16 utf_16_be utf_16_le utf_32 utf_32_be utf_32_le utf_7 utf_8 utf_8_sig
";

/// Makes the folder alone.
pub fn run(shell: &Shell) -> Result {
    make(&mut Tools::new(shell)?)
}

/// Makes the folder, unless it is up to date.
pub fn make(tools: &mut Tools<'_>) -> Result {
    let pyodide = tools.pyodide()?;
    let mut files = BTreeMap::new();
    for name in PYODIDE {
        files.insert(name, fs::read(pyodide.join(name))?);
    }
    files.insert(LIBRARY, library(&pyodide.join("python_stdlib.zip"))?);
    let list = list(&files)?;
    files.insert(LIST, list);
    put(&folder(), &files)?;
    editor::make(tools)
}

/// The folder, where Trunk finds the files.
fn folder() -> PathBuf {
    paths::project().join("public").join("lab").join("python")
}

/// Makes a folder hold these files and no other. Files with the same content are not written again: Trunk watches it.
fn put(folder: &Path, files: &BTreeMap<&str, Vec<u8>>) -> Result {
    fs::create_dir_all(folder)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !files.contains_key(&*entry.file_name().to_string_lossy()) {
            fs::remove_file(entry.path())?;
        }
    }
    for (name, content) in files {
        let path = folder.join(name);
        if fs::read(&path).ok().as_ref() != Some(content) {
            fs::write(path, content)?;
        }
    }
    Ok(())
}

fn list(files: &BTreeMap<&str, Vec<u8>>) -> Result<Vec<u8>> {
    let file = |content: &Vec<u8>| json!({ "size": content.len(), "hash": integrity(content) });
    let files: BTreeMap<_, _> = files
        .iter()
        .map(|(name, content)| (name, file(content)))
        .collect();
    let list = serde_json::to_vec_pretty(&files);
    list.map_err(|error| Failure::new(format!("{LIST}: {error}")))
}

/// The library: the needed part of Python's standard library, and our packages.
fn library(standard: &Path) -> Result<Vec<u8>> {
    let mut sources = standard_library(standard)?;
    let own = paths::project().join("python").join("src");
    for package in PACKAGES {
        if !own.join(package).join("__init__.py").is_file() {
            return Err(Failure::new(format!(
                "python/src/{package} is missing, which the lab runs programs with"
            )));
        }
        package_of(&own, package, &mut sources)?;
    }
    let sandbox = paths::project().join("public/lab/sandbox.py");
    sources.insert("interleave_sandbox.py".to_owned(), fs::read(sandbox)?);
    zip(&sources).map_err(unwritten)
}

/// The sources of a package and of those in it.
fn package_of(root: &Path, package: &str, sources: &mut BTreeMap<String, Vec<u8>>) -> Result {
    for entry in fs::read_dir(root.join(package))? {
        let entry = entry?;
        let name = format!("{package}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            package_of(root, &name, sources)?;
        } else if name.ends_with(".py") {
            sources.insert(name, fs::read(entry.path())?);
        }
    }
    Ok(())
}

fn standard_library(path: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let unread = |error: ZipError| Failure::new(format!("{}: {error}", path.display()));
    let mut archive = ZipArchive::new(File::open(path)?).map_err(unread)?;
    let mut sources = BTreeMap::new();
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).map_err(unread)?;
        let name = file.name().map_err(unread)?.into_owned();
        if is_needed(&name) {
            let mut content = Vec::new();
            file.read_to_end(&mut content)?;
            sources.insert(name, content);
        }
    }
    Ok(sources)
}

/// Whether the lab's library contains this file of Python's.
fn is_needed(name: &str) -> bool {
    let is_left_out =
        |other: &str| name == other || other.ends_with('/') && name.starts_with(other);
    let Some(module) = name.strip_suffix(".py") else {
        return false;
    };
    match module.strip_prefix("encodings/") {
        Some(encoding) => ENCODINGS.split_whitespace().any(|known| known == encoding),
        None => !LEFT_OUT.split_whitespace().any(is_left_out),
    }
}

/// A zip whose bytes depend on these files alone.
fn zip(files: &BTreeMap<String, Vec<u8>>) -> std::result::Result<Vec<u8>, ZipError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(name.as_str(), options)?;
        zip.write_all(content)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn unwritten(error: ZipError) -> Failure {
    Failure::new(format!("{LIBRARY} cannot be made: {error}"))
}

#[cfg(test)]
mod tests {
    use super::{is_needed, list, put, zip};
    use crate::{paths, tools::integrity};
    use std::{collections::BTreeMap, fs, io::Read as _};

    #[test]
    fn programs_keep_what_they_use_and_no_more() {
        for name in [
            "asyncio/tasks.py",
            "random.py",
            "unittest/mock.py",
            "xml/etree/ElementTree.py",
            "http/client.py",
            "encodings/utf_8.py",
            "pyodide/code.py",
            "codeop.py",
            "concurrent/futures/thread.py",
        ] {
            assert!(is_needed(name), "{name}");
        }
        for name in [
            "code.py",
            "xml/sax/handler.py",
            "http/server.py",
            "encodings/big5.py",
            "pyodide/http/__init__.py",
            "site-packages/README.txt",
            "asyncio/",
        ] {
            assert!(!is_needed(name), "{name}");
        }
    }

    #[test]
    fn the_library_is_the_same_each_time_and_stored() {
        let file = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
        let files = BTreeMap::from([file("a/b.py", "print(1)\n"), file("c.py", "")]);
        let bytes = zip(&files).unwrap();
        assert_eq!(bytes, zip(&files).unwrap());
        // The content is stored as it is, so that a host compresses it.
        assert!(bytes.windows(9).any(|window| window == b"print(1)\n"));
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        let mut first = archive.by_index(0).unwrap();
        first.read_to_string(&mut text).unwrap();
        assert_eq!(first.name().unwrap(), "a/b.py");
        assert_eq!(text, "print(1)\n");
        let date = first.last_modified().unwrap();
        assert_eq!((date.year(), date.month(), date.day()), (1980, 1, 1));
    }

    #[test]
    fn a_folder_holds_what_it_should_and_nothing_else() {
        let folder = std::env::temp_dir().join(format!("interleave-lab-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("old.wasm"), "of an older version").unwrap();
        put(&folder, &BTreeMap::from([("new", b"new".to_vec())])).unwrap();
        let names = fs::read_dir(&folder).unwrap();
        let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["new"]);
        fs::remove_dir_all(&folder).unwrap();
    }

    /// The text between two others.
    fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
        let (_, rest) = text.split_once(start).unwrap();
        rest.split_once(end).unwrap().0
    }

    #[test]
    fn the_frame_runs_the_script_that_its_policy_names_and_reaches_nothing() {
        let path = paths::project().join("public/lab/sandbox.html");
        let page = fs::read_to_string(path).unwrap();
        let script = between(&page, "<script>", "</script>");
        // It is put into an attribute, in which a quotation mark or a reference would be read as such.
        assert!(!script.contains(['\'', '&']));
        let policy = between(&page, "content=\"", "\"");
        assert_eq!(
            policy,
            format!(
                "default-src 'none'; script-src '{}' blob: 'wasm-unsafe-eval'; worker-src blob:; connect-src 'none'; \
                 base-uri 'none'; form-action 'none'",
                integrity(script.as_bytes())
            )
        );
        assert_eq!(between(&page, "sandbox=\"", "\""), "allow-scripts");
    }

    #[test]
    fn the_page_is_told_sizes_and_hashes() {
        let list = list(&BTreeMap::from([("a.txt", b"text".to_vec())])).unwrap();
        let list: serde_json::Value = serde_json::from_slice(&list).unwrap();
        assert_eq!(list["a.txt"]["size"], 4);
        let hash = "sha256-mC2ePrmW9VnmM/TRlN7zdh2Qn1o7ZH0ahR/q1nwyydE=";
        assert_eq!(list["a.txt"]["hash"], hash);
    }
}
