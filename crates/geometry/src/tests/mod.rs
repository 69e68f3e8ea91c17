//! Rectangles of traces, made up by hand and at random.

mod layout;
mod links;
mod lit;
mod raster;
mod rows;
mod svg;
