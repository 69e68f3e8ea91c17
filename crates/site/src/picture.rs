//! A race as a picture: as SVG in its page, and as PNG for chats and search engines, which show no SVG.

use std::sync::Arc;

use interleave_geometry::svg::{self, Look, Theme};
use interleave_trace::export::Race;
use resvg::{
    tiny_skia::{Color, Pixmap, Transform},
    usvg::{Options, Tree, fontdb::Database},
};

use crate::{Problem, html::Html};

/// The size of a preview, which is what chats ask for.
pub const WIDTH: u32 = 1200;
pub const HEIGHT: u32 = 630;
/// The room beside the race in a preview.
const MARGIN: f32 = 30.0;
/// The page's background.
const PAPER: [u8; 3] = [0xfb, 0xfa, 0xf7];
/// The most lanes of a strategy, as many as the app shows before they scroll.
const MOST_ROWS: usize = 14;
/// The numbers of lanes that a preview tries: it shows as many as fit, but no fewer than the last.
const PREVIEW_ROWS: [usize; 8] = [14, 10, 8, 6, 5, 4, 3, 2];
/// The smallest scale to which a race may be drawn for the sake of more lanes.
const SMALLEST: f32 = 0.75;

/// The path of a playground's picture.
pub fn path(slug: &str, extension: &str) -> String {
    format!("{slug}/race.{extension}")
}

/// Where a picture is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In an article.
    Article,
    /// On the start page, which also serves other links: there the picture is hidden, and must not be loaded.
    Start,
    /// In a frame of another site.
    Frame,
}

impl Place {
    /// Where the wide picture would be drawn too small for its words: in articles, for which article.css has the same
    /// condition, and in frames, whose height must fit the picture, too.
    const fn is_narrow(self) -> &'static str {
        match self {
            Self::Article | Self::Start => "(max-width: 720px)",
            Self::Frame => "(max-width: 560px)",
        }
    }
}

/// The pictures of a race in the reader's colours, and a text that describes them.
pub struct Pictures {
    slug: &'static str,
    /// The description.
    pub words: String,
    /// For wide screens, as SVG.
    pub wide: String,
    /// For phones.
    pub narrow: String,
}

impl Pictures {
    /// Draws a race.
    pub fn of(slug: &'static str, race: &Race<'_>) -> Self {
        let drawn = |narrow| {
            let look = Look {
                theme: Theme::Both,
                most_rows: MOST_ROWS,
                only_lanes: false,
                narrow,
            };
            svg::drawn(race, &look)
        };
        Self {
            slug,
            words: svg::description(race),
            wide: drawn(false),
            narrow: drawn(true),
        }
    }

    /// The element that shows the one of the two that can be read, with its description.
    pub fn element(&self, html: &mut Html, place: Place, words: &str) {
        let [wide, narrow] = [path(self.slug, "svg"), narrow_path(self.slug)];
        let [wide_size, narrow_size] = [size(&self.wide), size(&self.narrow)];
        html.element("picture", &[("class", "race-picture")], |html| {
            html.void(
                "source",
                &[
                    ("media", place.is_narrow()),
                    ("srcset", &narrow),
                    ("width", &narrow_size.0),
                    ("height", &narrow_size.1),
                ],
            );
            let mut attributes = vec![
                ("src", wide.as_str()),
                ("width", &wide_size.0),
                ("height", &wide_size.1),
                ("alt", words),
            ];
            match place {
                // It is the largest visible element.
                Place::Article => attributes.push(("fetchpriority", "high")),
                Place::Start => attributes.push(("loading", "lazy")),
                Place::Frame => {}
            }
            html.void("img", &attributes);
        });
    }
}

/// The path of the picture for phones.
pub fn narrow_path(slug: &str) -> String {
    format!("{slug}/race-narrow.svg")
}

/// Width and height of a picture, from its own attributes.
fn size(svg: &str) -> (String, String) {
    let value = |name: &str| {
        let at = svg.find(&format!(" {name}=\""))? + name.len() + 3;
        svg[at..].split('"').next().map(str::to_owned)
    };
    (
        value("width").unwrap_or_default(),
        value("height").unwrap_or_default(),
    )
}

/// Renders SVG to pixels, with fonts of its own: a machine that builds sites may have none.
pub struct Painter(Options<'static>);

impl Painter {
    /// A painter that knows the fonts in `fonts/`.
    pub fn new() -> Self {
        let mut fonts = Database::new();
        for font in [
            include_bytes!("../fonts/DejaVuSans.ttf").as_slice(),
            include_bytes!("../fonts/DejaVuSans-Bold.ttf"),
            include_bytes!("../fonts/DejaVuSansMono.ttf"),
        ] {
            fonts.load_font_data(font.to_vec());
        }
        fonts.set_sans_serif_family("DejaVu Sans");
        fonts.set_monospace_family("DejaVu Sans Mono");
        Self(Options {
            font_family: "DejaVu Sans".to_owned(),
            fontdb: Arc::new(fonts),
            ..Options::default()
        })
    }

    /// The preview of a race, as PNG: as many lanes as fit into it.
    pub fn preview(&self, race: &Race<'_>) -> Result<Vec<u8>, Problem> {
        let (room, height) = (WIDTH as f32 - 2.0 * MARGIN, HEIGHT as f32 - 2.0 * MARGIN);
        let mut tree = None;
        for most_rows in PREVIEW_ROWS {
            let look = Look {
                theme: Theme::Light,
                most_rows,
                only_lanes: true,
                narrow: false,
            };
            let drawn = self.tree(&svg::drawn(race, &look))?;
            let fits = drawn.size().height() * room / drawn.size().width() * SMALLEST <= height;
            tree = Some(drawn);
            if fits {
                break;
            }
        }
        let tree = tree.ok_or_else(|| Problem("a preview needs a size".to_owned()))?;
        let (wide, high) = (tree.size().width(), tree.size().height());
        let scale = (room / wide).min(height / high);
        let place = Transform::from_row(
            scale,
            0.0,
            0.0,
            scale,
            (WIDTH as f32 - wide * scale) / 2.0,
            (HEIGHT as f32 - high * scale) / 2.0,
        );
        let [red, green, blue] = PAPER;
        let paper = Color::from_rgba8(red, green, blue, 255);
        paint(&tree, (WIDTH, HEIGHT), place, Some(paper))
    }

    /// A square picture, as PNG of this size.
    pub fn square(&self, svg: &str, size: u32) -> Result<Vec<u8>, Problem> {
        let tree = self.tree(svg)?;
        let scale = size as f32 / tree.size().width();
        paint(
            &tree,
            (size, size),
            Transform::from_scale(scale, scale),
            None,
        )
    }

    fn tree(&self, svg: &str) -> Result<Tree, Problem> {
        Tree::from_str(svg, &self.0).map_err(|error| Problem(format!("a picture: {error}")))
    }
}

fn paint(
    tree: &Tree,
    (width, height): (u32, u32),
    place: Transform,
    paper: Option<Color>,
) -> Result<Vec<u8>, Problem> {
    let mut pixels =
        Pixmap::new(width, height).ok_or_else(|| Problem("a picture needs a size".to_owned()))?;
    if let Some(paper) = paper {
        pixels.fill(paper);
    }
    resvg::render(tree, place, &mut pixels.as_mut());
    pixels
        .encode_png()
        .map_err(|error| Problem(format!("a picture: {error}")))
}
