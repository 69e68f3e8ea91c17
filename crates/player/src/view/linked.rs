//! Recordings that a link to their page names. A link comes from a stranger, so it can name nothing but files of the site
//! itself: plain names, in folders below the page.

use super::is_recording;

/// The prefix of the names.
const KEY: &str = "file=";
/// The most recordings that can be compared.
const MOST: usize = 2;
/// The longest path, in bytes.
const LONGEST: usize = 500;

/// The files that a link to the page of recordings names, relative to the page; none if it names none.
///
/// # Errors
///
/// What is wrong with a name.
pub fn recording_files(hash: &str) -> Result<Vec<String>, String> {
    let query = hash.split_once('?').map_or("", |(_, query)| query);
    let named = query.split('&').find_map(|pair| pair.strip_prefix(KEY));
    let Some(named) = named.filter(|_| is_recording(hash)) else {
        return Ok(Vec::new());
    };
    let files: Vec<_> = named.split(',').map(str::to_owned).collect();
    if files.len() > MOST {
        return Err(format!("no more than {MOST} recordings can be compared"));
    }
    match files.iter().find(|path| !is_plain(path)) {
        None => Ok(files),
        Some(path) => Err(format!(
            "{path:?} is no plain name of a .jsonl file below this page"
        )),
    }
}

/// Letters, digits, and signs without a meaning in an address; no part is hidden or leads upwards.
fn is_plain(path: &str) -> bool {
    let is_plain = |part: &str| {
        let mut signs = part.bytes();
        let first = signs
            .next()
            .is_some_and(|sign| sign.is_ascii_alphanumeric() || sign == b'_');
        first && signs.all(|sign| sign.is_ascii_alphanumeric() || b"_-.".contains(&sign))
    };
    path.len() <= LONGEST && path.ends_with(".jsonl") && path.split('/').all(is_plain)
}
