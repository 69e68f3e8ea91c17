//! The head of files of traces: their format and its version.

/// Checks that a file has a format, and the one version of it that can be read.
///
/// # Errors
///
/// It is another kind of file, or has another version: a message for the reader.
pub(crate) fn check(
    found: (Option<&str>, Option<u64>),
    format: &str,
    version: u64,
) -> Result<(), String> {
    if found.0 != Some(format) {
        return Err(format!(
            "it is another kind of file (format: must be {format:?})"
        ));
    }
    if found.1 != Some(version) {
        let other = found.1.map_or("none".to_owned(), |it| it.to_string());
        return Err(format!("version: must be {version}, not {other}"));
    }
    Ok(())
}
