//! Building blocks that any part of the page uses: icons, menus, canvases, the theme.

pub mod drop;
pub mod icon;
pub mod later;
pub mod legend;
pub mod look;
pub mod paper;
pub mod rows;
pub mod surface;
pub mod theme;
