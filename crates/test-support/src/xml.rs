//! A strict reader of XML, as far as pictures need it: whatever it takes, any reader takes.

/// What a document holds.
#[derive(Debug, Default)]
pub struct Xml {
    /// Every element: its name and attributes, in order.
    pub elements: Vec<(String, Vec<(String, String)>)>,
    /// Every text between tags that is more than space, unescaped.
    pub texts: Vec<String>,
}

impl Xml {
    /// Reads a whole document.
    ///
    /// # Errors
    ///
    /// What is not well-formed, and what stands there.
    pub fn read(text: &str) -> Result<Self, String> {
        if let Some(c) = text.chars().find(|&c| is_forbidden(c)) {
            return Err(format!("character {c:?}"));
        }
        let (mut xml, mut open, mut rest) = (Self::default(), Vec::new(), text);
        while let Some((before, after)) = rest.split_once('<') {
            if before.contains('>') {
                return Err(format!("a lonely > in {before:?}"));
            }
            if !before.trim().is_empty() {
                if open.is_empty() {
                    return Err(format!("text outside of all elements: {before:?}"));
                }
                xml.texts.push(unescape(before)?);
            }
            let (tag, after) = after
                .split_once('>')
                .ok_or_else(|| format!("<{after:.40} does not end"))?;
            rest = after;
            if let Some(name) = tag.strip_prefix('/') {
                match open.pop() {
                    Some(opened) if opened == name => continue,
                    other => return Err(format!("</{name}> closes {other:?}")),
                }
            }
            let (tag, is_empty) = match tag.strip_suffix('/') {
                Some(tag) => (tag, true),
                None => (tag, false),
            };
            let name: String = tag.chars().take_while(|c| !c.is_whitespace()).collect();
            if !is_name(&name) {
                return Err(format!("<{tag}> has no name"));
            }
            if open.is_empty() && !xml.elements.is_empty() {
                return Err(format!("a second root: <{tag}>"));
            }
            let attributes = attributes(&tag[name.len()..])?;
            xml.elements.push((name.clone(), attributes));
            if !is_empty {
                open.push(name);
            }
        }
        if !open.is_empty() || !rest.trim().is_empty() || xml.elements.is_empty() {
            return Err(format!("open at the end: {open:?}, {rest:?}"));
        }
        Ok(xml)
    }

    /// The values of an attribute, wherever it is.
    pub fn values(&self, attribute: &str) -> Vec<&str> {
        let all = self.elements.iter().flat_map(|(_, attributes)| attributes);
        all.filter(|(name, _)| name == attribute)
            .map(|(_, value)| value.as_str())
            .collect()
    }
}

fn attributes(mut rest: &str) -> Result<Vec<(String, String)>, String> {
    let mut found: Vec<(String, String)> = Vec::new();
    loop {
        let trimmed = rest.trim_start();
        if trimmed.is_empty() {
            return Ok(found);
        }
        if trimmed.len() == rest.len() {
            return Err(format!("no space before {rest:?}"));
        }
        let (name, after) = trimmed
            .split_once("=\"")
            .ok_or_else(|| format!("no value: {trimmed:?}"))?;
        let (value, after) = after
            .split_once('"')
            .ok_or_else(|| format!("no end: {trimmed:?}"))?;
        if !is_name(name) || found.iter().any(|(known, _)| known == name) {
            return Err(format!("attribute {name:?}"));
        }
        found.push((name.to_owned(), unescape(value)?));
        rest = after;
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-:".contains(c))
}

fn is_forbidden(c: char) -> bool {
    (c.is_control() && !"\t\n\r".contains(c)) || matches!(c, '\u{fffe}' | '\u{ffff}')
}

fn unescape(text: &str) -> Result<String, String> {
    let mut parts = text.split('&');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (entity, rest) = part
            .split_once(';')
            .ok_or_else(|| format!("a lonely & in {text:?}"))?;
        out.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "#39" => '\'',
            other => return Err(format!("entity {other:?}")),
        });
        out.push_str(rest);
    }
    Ok(out)
}
