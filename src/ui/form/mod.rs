//! The form: params as fields.

pub mod collections;
pub mod field_path;
pub mod params;

/// Rows that are shown as inputs. Longer lists come from links and are edited there.
const MOST_ROWS: usize = 200;
