//! The scripts that a visit loads, made as small as possible.
//!
//! Half of the glue between the app and the browser consists of the names that each uses for the other, which have hashes
//! in them. They are replaced by short ones, here and, by the map that [`glue`] returns, in the app itself.

use std::{collections::BTreeMap, fs, path::Path};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha256, Sha384};
use xshell::{Shell, cmd};

use crate::{
    failure::{Failure, Result},
    page::{self, Page},
};

/// New names by old ones.
pub type Names = BTreeMap<String, String>;

/// The names in the glue that end with a hash.
const LONG_NAMES: &str = r"^(__wb|wasm_bindgen__).*_h?[0-9a-f]{12,16}(_\d+)?$";

/// Minifies the scripts in the page of this folder.
pub fn slim(shell: &Shell, dist: &Path, page: &mut Page) -> Result {
    // boot.js has to work in browsers that are too old for the app.
    for (name, target) in [("boot-", "es5"), ("start-", "es2022")] {
        let script = format!("script[src*=\"{name}\"]");
        let path = dist.join(page::file(&page.the(&script, "src")?));
        let new = cmd!(
            shell,
            "esbuild {path} --minify --charset=utf8 --target={target}"
        )
        .read()?;
        fs::remove_file(path)?;
        let file = format!("{name}{}.js", hash(new.as_bytes()));
        fs::write(dist.join(&file), &new)?;
        page.set(&script, "integrity", &integrity(new.as_bytes()))?;
        page.set(&script, "src", &format!("./{file}"))?;
    }
    Ok(())
}

/// Makes one small script of wasm-bindgen's glue and its imports. Returns it and the names that were changed in it.
pub fn glue(shell: &Shell, folder: &Path, file: &str) -> Result<(String, Names)> {
    let map = folder.join("names.json");
    let entry = format!("export {{ default }} from './{file}'");
    let _folder = shell.push_dir(folder);
    // Unused classes would be kept only for their `Symbol.dispose` methods.
    let options = [
        "--bundle",
        "--format=esm",
        "--minify",
        "--charset=utf8",
        "--target=es2022",
        "--define:Symbol.dispose=undefined",
        // The glue names the same script once for each chunk.
        "--log-override:duplicate-object-key=silent",
    ];
    let new = cmd!(
        shell,
        "esbuild {options...} --mangle-props={LONG_NAMES} --mangle-cache={map} --log-level=warning"
    )
    .stdin(&entry)
    .read()?;
    Ok((new, names(&fs::read_to_string(&map)?)?))
}

/// esbuild's record of its new names: an object whose values are names, or false where nothing was renamed.
fn names(json: &str) -> Result<Names> {
    let noted: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(json).map_err(|error| Failure::new(format!("esbuild: {error}")))?;
    let renamed = noted.into_iter();
    Ok(renamed
        .filter_map(|(old, new)| Some((old, new.as_str()?.to_owned())))
        .collect())
}

/// A hash that tells contents apart: sixteen hexadecimal digits.
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
    use super::names;

    #[test]
    fn new_names_are_read_as_esbuild_writes_them() {
        let json = "{\n  \"__wbg_abort_0123456789abcdef\": \"a\",\n  \"unused\": false\n}\n";
        let names = names(json).unwrap();
        assert_eq!(names.len(), 1);
        assert_eq!(names["__wbg_abort_0123456789abcdef"], "a");
    }
}
