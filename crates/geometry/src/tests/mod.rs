//! Rectangles of traces that are made by hand and at random.
//!
//! # What must stay true
//!
//! - A lane's picture costs no more than its pixels: two bars for each, and rows outside are not visited (`layout`).
//! - Nothing vanishes, and nothing is outside (`layout`). Where rows share a line, failures stay in sight (`raster`).
//! - A list of rows that is updated equals a fresh one (`rows`).
//! - Arrows and the critical path cost no more than their pixels (`links`).
//! - A window lies within its race and zooms about the pointer (in `window.rs`); peaks within a pixel are kept (in
//!   `steps.rs`).
//! - Pictures have the colours of the page (`svg`).

mod layout;
mod links;
mod lit;
mod raster;
mod rows;
mod svg;
