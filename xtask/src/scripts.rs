//! The scripts that a first visit loads, as small as can be.
//!
//! Half of the glue between the app and the browser are the names under which one knows the other: each has a hash in it.
//! So they are replaced by short ones, here and, by the map that [`slim`] returns, in the app itself.

use std::{collections::BTreeMap, fs, path::Path};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha256, Sha384};
use xshell::{Shell, cmd};

use crate::failure::{Failure, Result};

/// New names by old ones.
pub type Names = BTreeMap<String, String>;

/// The names in the glue that end with a hash.
const LONG_NAMES: &str = r"^(__wb|wasm_bindgen__).*_h?[0-9a-f]{12,16}(_\d+)?$";

/// Makes the scripts of the page in this folder small. Returns what was renamed in the glue.
pub fn slim(shell: &Shell, dist: &Path) -> Result<Names> {
    let page = dist.join("index.html");
    let mut html = fs::read_to_string(&page)?;
    // boot.js has to be understood by browsers that are too old for the app.
    for (name, target) in [("boot-", "es5"), ("start-", "es2022")] {
        let file = file_named(&html, name)?;
        let path = dist.join(&file);
        let old = fs::read(&path)?;
        let new = cmd!(
            shell,
            "esbuild {path} --minify --charset=utf8 --target={target}"
        )
        .read()?;
        html = html.replace(&integrity(&old), &integrity(new.as_bytes()));
        replace(
            dist,
            &mut html,
            &file,
            &format!("{name}{}.js", hash(new.as_bytes())),
            &new,
        )?;
    }
    let names = glue(shell, dist, &mut html)?;
    fs::write(page, html)?;
    Ok(names)
}

fn glue(shell: &Shell, dist: &Path, html: &mut String) -> Result<Names> {
    let file = file_named(html, "interleave-")?;
    let map = shell.create_temp_dir()?;
    let map = map.path().join("names.json");
    let entry = format!("export {{ default }} from './{file}'");
    let _dist = shell.push_dir(dist);
    // Classes that nothing uses stay only for what disposes of them.
    let options = [
        "--bundle",
        "--format=esm",
        "--minify",
        "--charset=utf8",
        "--target=es2022",
        "--define:Symbol.dispose=undefined",
    ];
    let new = cmd!(
        shell,
        "esbuild {options...} --mangle-props={LONG_NAMES} --mangle-cache={map} --log-level=warning"
    )
    .stdin(&entry)
    .output()?;
    let new = String::from_utf8_lossy(&new.stdout).into_owned();
    let names = names(&fs::read_to_string(map)?);
    replace(
        dist,
        html,
        &file,
        &format!("interleave-{}.js", hash(new.as_bytes())),
        &new,
    )?;
    Ok(names)
}

/// What esbuild has noted of its new names: a line each, `"old": "new",`.
fn names(json: &str) -> Names {
    let name = |line: &str| {
        let mut parts = line.trim().split('"');
        let (_, old, _, new) = (parts.next(), parts.next()?, parts.next(), parts.next()?);
        Some((old.to_owned(), new.to_owned()))
    };
    json.lines().filter_map(name).collect()
}

/// A file of the page whose name begins like this.
fn file_named(html: &str, start: &str) -> Result<String> {
    let mut words = html.split(['"', '/', '=', ' ', '>']);
    let file = words.find(|word| word.starts_with(start) && word.ends_with(".js"));
    file.map(str::to_owned)
        .ok_or_else(|| Failure::new(format!("index.html names no {start}*.js")))
}

/// Puts a file in the place of another one.
fn replace(dist: &Path, html: &mut String, old: &str, new: &str, content: &str) -> Result {
    fs::remove_file(dist.join(old))?;
    fs::write(dist.join(new), content)?;
    *html = html.replace(old, new);
    Ok(())
}

/// What tells contents apart: sixteen hexadecimal digits.
pub fn hash(content: &[u8]) -> String {
    let bytes = &Sha256::digest(content)[..8];
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The value of `integrity` in a link.
pub fn integrity(content: &[u8]) -> String {
    format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(content)))
}

#[cfg(test)]
mod tests {
    use super::{file_named, names};

    #[test]
    fn new_names_are_read_as_esbuild_writes_them() {
        let json = "{\n  \"__wbg_abort_0123456789abcdef\": \"a\",\n  \"unused\": false\n}\n";
        let names = names(json);
        assert_eq!(names.len(), 1);
        assert_eq!(names["__wbg_abort_0123456789abcdef"], "a");
    }

    #[test]
    fn files_are_found_by_how_their_names_begin() {
        let html = "<script integrity=x src=./boot-1.js></script><link href=\"./start-2.js\">";
        assert_eq!(file_named(html, "start-").unwrap(), "start-2.js");
        assert!(file_named(html, "interleave-").is_err());
    }
}
