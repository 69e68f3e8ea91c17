//! The form: params as fields.

pub mod collections;
pub mod draft;
pub mod field_path;
pub mod params;

/// Rows that are shown as inputs. Of longer lists, which come from links, the others are not editable.
const MOST_ROWS: usize = 200;
