//! What a picture holds, read by a strict parser: whatever that takes, any reader takes.

use roxmltree::{Document, Error, Node};

/// Reads a whole document.
///
/// # Errors
///
/// What is not well-formed, and where.
pub fn read(text: &str) -> Result<Document<'_>, Error> {
    Document::parse(text)
}

/// Every element, in order.
pub fn elements<'a, 'input>(
    document: &'a Document<'input>,
) -> impl Iterator<Item = Node<'a, 'input>> {
    document.descendants().filter(Node::is_element)
}

/// Every text between tags that is more than space, in order.
pub fn texts<'a>(document: &'a Document<'_>) -> Vec<&'a str> {
    let texts = document.descendants().filter(Node::is_text);
    texts
        .filter_map(|node| node.text())
        .filter(|text| !text.trim().is_empty())
        .collect()
}

/// The values of an attribute, wherever it is.
pub fn values<'a>(document: &'a Document<'_>, attribute: &str) -> Vec<&'a str> {
    elements(document)
        .filter_map(|element| element.attribute(attribute))
        .collect()
}
