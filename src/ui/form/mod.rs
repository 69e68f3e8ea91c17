//! The form: params as fields.

pub mod collections;
pub mod params;
pub mod place;
