//! Building blocks that any part of the page uses: icons, menus, canvases, plots, the theme.

pub mod dropdown;
pub mod icon;
pub mod keyed;
pub mod lazy;
pub mod legend;
pub mod long_list;
pub mod near;
pub mod palette;
pub mod paper;
pub mod plot;
pub mod surface;
pub mod theme;
pub mod words;
