//! The static pages of the site: what a reader sees before the app has loaded, or where it cannot run, and what search
//! engines and chats see of it. All of it is written from the data that the app shows.
//!
//! `cargo xtask build` runs this on `dist/`. In reading order:
//!
//! - [`write()`]: all files; [`Address`]: where the site will be served
//! - `finished`: the default race of a playground
//! - `article`: the page of a playground; `own`: pages that are no playground's; `start`: the start page; `frame`: menu and
//!   brand around all of them
//! - `embed`: the page of a playground for frames of other sites; `oembed`: the data that hosts request to make such a
//!   frame
//! - `head`: the metadata of a page; `template`: the app's own page, from which each page is made
//! - `picture`: the race as SVG and as PNG
//! - `lists`: sitemap, robots, llms.txt; `lost`: the page for addresses that do not exist; `icon`: `favicon.ico`
//! - `html`: elements and text
//!
//! An article lies in a folder of the playground's name and names all files from the site's own folder, which is its
//! `<base>`: so nothing in it depends on the path that the site is served under.

mod address;
mod article;
mod embed;
mod finished;
mod frame;
mod head;
mod height;
mod html;
mod icon;
mod lists;
mod lost;
mod oembed;
mod own;
mod picture;
mod start;
mod template;

pub use address::Address;
pub use height::WIDTH as FRAME_WIDTH;

use std::{fmt, fs, io, path::Path};

use interleave_playgrounds::{Entry, front};

use article::Made;
use finished::Finished;
use picture::{Painter, Pictures};
use template::Template;

/// Why the pages could not be written.
#[derive(Debug)]
pub struct Problem(String);

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        Self(error.to_string())
    }
}

/// The height of a frame of [`FRAME_WIDTH`] pixels that shows a playground, in CSS pixels, for hosts.
///
/// # Errors
///
/// The playground does not start with its own numbers.
pub fn frame_height(entry: &'static Entry) -> Result<u32, Problem> {
    Ok(height::of(&Finished::of(entry)?))
}

/// Writes all pages into the folder of a built site, whose `index.html` is the app's own page.
///
/// # Errors
///
/// The folder holds no built site, or cannot be written to.
pub fn write(dist: &Path, address: &Address) -> Result<(), Problem> {
    let file = |name: &str, content: &[u8]| {
        let path = dist.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, content).map_err(|error| Problem(format!("{}: {error}", path.display())))
    };
    let index = dist.join("index.html");
    let template = fs::read_to_string(&index)
        .map_err(|error| Problem(format!("{}: {error}", index.display())))?;
    let template = Template::of(&template)?;
    let painter = Painter::new();

    let sheet = article::sheet_name();
    file(&sheet, article::SHEET.as_bytes())?;
    file(&embed::script_name(), embed::SCRIPT.as_bytes())?;
    let mut first = None;
    for entry in Entry::all() {
        let finished = Finished::of(entry)?;
        let race = finished.race();
        let pictures = Pictures::of(entry.slug, &race);
        let svgs = [&pictures.wide, &pictures.narrow];
        let paths = [
            picture::path(entry.slug, "svg"),
            picture::narrow_path(entry.slug),
        ];
        for (path, svg) in paths.iter().zip(svgs) {
            file(path, svg.as_bytes())?;
        }
        let preview = painter.preview(&race)?;
        file(&picture::path(entry.slug, "png"), &preview)?;
        let made = Made {
            template: &template,
            address,
            finished: &finished,
            pictures: &pictures,
        };
        let page = article::page(&made)?;
        file(&format!("{}/index.html", entry.slug), page.as_bytes())?;
        let page = embed::page(&made)?;
        file(&embed::path(entry.slug), page.as_bytes())?;
        if let Some(answer) = oembed::answer(address, &finished) {
            file(&oembed::path(entry.slug), answer.to_string().as_bytes())?;
        }
        if entry.slug == front::FIRST {
            file(head::START_PICTURE, &preview)?;
            first = Some(pictures);
        }
    }
    for own in front::OWN {
        let page = own::page(&template, address, own)?;
        file(&format!("{}/index.html", own.slug), page.as_bytes())?;
    }
    let first = first.ok_or_else(|| Problem("no first playground".to_owned()))?;
    let page = start::page(&template, address, &first)?;
    file("index.html", page.as_bytes())?;
    file("404.html", lost::page(&template, address)?.as_bytes())?;
    file("favicon.ico", &icon::ico(&painter)?)?;
    file("robots.txt", lists::robots(address).as_bytes())?;
    file("llms.txt", lists::llms(address).as_bytes())?;
    if let Some(sitemap) = lists::sitemap(address) {
        file("sitemap.xml", sitemap.as_bytes())?;
    }
    Ok(())
}
