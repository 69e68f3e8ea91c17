//! The finished pages: valid, complete, linked, and in the words of the app.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics fails, which is what it is for"
)]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use interleave_player::view::{self, Route};
use interleave_playgrounds::{
    CARDS, Entry, front,
    guide::{PATTERNS, QUESTIONS, STEPS},
    highlight::{self, Language},
    source::Listing,
};
use interleave_site::{Address, write};
use resvg::{
    tiny_skia::Pixmap,
    usvg::{Options, Tree, fontdb::Database},
};
use scraper::{ElementRef, Html, Selector};
use serde_json::Value;

/// The address where the site is served.
const URL: &str = "https://example.org/a/b/";
/// The app's page, reduced to what matters here.
const INDEX: &str = "<!doctype html><html lang=en><meta charset=utf-8>\
    <meta content=\"default-src 'self'; base-uri 'none'\" http-equiv=Content-Security-Policy>\
    <title>Interleave: see async run</title><meta content=\"About it.\" name=description>\
    <meta name=theme-color content=#fbfaf7 media=\"(prefers-color-scheme: light)\">\
    <meta name=theme-color content=#14161a media=\"(prefers-color-scheme: dark)\">\
    <link as=fetch href=./app-1234567890abcdef.wasm id=app-wasm rel=preload>\
    <link href=./app-1234567890abcdef.js id=app-js integrity=sha384-a rel=modulepreload>\
    <link href=./icon-1234567890abcdef.svg rel=icon><link href=manifest.webmanifest rel=manifest>\
    <meta content='{\"page\":[\"style-2234567890abcdef.css\",\"page-1234567890abcdef.wasm\"]}' name=chunks>\
    <link href=./style-1234567890abcdef.css rel=stylesheet><script src=./boot-1234567890abcdef.js></script>\
    <script integrity=sha384-b src=./start-1234567890abcdef.js type=module></script>\
    <div id=app><p hidden id=loading role=status>Loading</div><noscript><p>No script.</p></noscript>";
/// What that page refers to.
const FILES: [&str; 8] = [
    "icon-1234567890abcdef.svg",
    "manifest.webmanifest",
    "style-1234567890abcdef.css",
    "style-2234567890abcdef.css",
    "boot-1234567890abcdef.js",
    "start-1234567890abcdef.js",
    "app-1234567890abcdef.js",
    "app-1234567890abcdef.wasm",
];

/// A site in a folder of its own, and its files.
struct Site {
    files: BTreeMap<String, Vec<u8>>,
}

impl Site {
    fn made(name: &str, url: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("interleave-site-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("index.html"), INDEX).unwrap();
        for file in FILES {
            fs::write(folder.join(file), "").unwrap();
        }
        let written = Address::of(url).and_then(|address| write(&folder, &address));
        let files = read(&folder);
        fs::remove_dir_all(&folder).unwrap();
        written.unwrap();
        Self { files }
    }

    fn text(&self, path: &str) -> &str {
        let file = self.files.get(path).unwrap_or_else(|| panic!("no {path}"));
        std::str::from_utf8(file).unwrap()
    }

    /// All pages with their paths.
    fn pages(&self) -> impl Iterator<Item = (&str, Html)> {
        let pages = self.files.keys().filter(|path| path.ends_with(".html"));
        pages.map(|path| (path.as_str(), self.page(path)))
    }

    /// A page as browsers without scripts show it.
    fn page(&self, path: &str) -> Html {
        let html = self
            .text(path)
            .replace("<noscript>", "<div>")
            .replace("</noscript>", "</div>");
        Html::parse_document(&html)
    }

    fn article(&self, slug: &str) -> Html {
        self.page(&format!("{slug}/index.html"))
    }
}

/// The site with a known address, which most tests read.
static SITE: LazyLock<Site> = LazyLock::new(|| Site::made("known", URL));

fn read(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(within) = folders.pop() {
        for entry in fs::read_dir(folder.join(&within)).unwrap() {
            let path = within.join(entry.unwrap().file_name());
            let whole = folder.join(&path);
            if whole.is_dir() {
                folders.push(path);
            } else {
                let name = path.to_string_lossy().replace('\\', "/");
                files.insert(name, fs::read(whole).unwrap());
            }
        }
    }
    files
}

fn all<'a>(html: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    html.select(&Selector::parse(selector).unwrap()).collect()
}

fn the<'a>(html: &'a Html, selector: &str) -> ElementRef<'a> {
    let found = all(html, selector);
    assert_eq!(found.len(), 1, "{selector}");
    found[0]
}

fn text(element: ElementRef<'_>) -> String {
    element.text().collect()
}

fn texts(html: &Html, selector: &str) -> Vec<String> {
    all(html, selector).into_iter().map(text).collect()
}

/// The value of an attribute of the one element.
fn attribute(html: &Html, selector: &str, name: &str) -> String {
    the(html, selector)
        .attr(name)
        .unwrap_or_else(|| panic!("{selector}: no {name}"))
        .to_owned()
}

#[test]
fn every_page_is_valid() {
    for (path, html) in SITE.pages() {
        assert!(html.errors.is_empty(), "{path}: {:?}", html.errors);
        assert_eq!(all(&html, "h1").len(), 1, "{path}");
        assert_eq!(all(&html, "main").len(), 1, "{path}");
        assert_eq!(attribute(&html, "html", "lang"), "en", "{path}");
        assert!(
            all(&html, "[style], style, [onclick]").is_empty(),
            "{path}: the policy forbids these"
        );
        let ids: Vec<_> = all(&html, "[id]")
            .iter()
            .filter_map(|it| it.attr("id"))
            .collect();
        let mut unique = ids.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), ids.len(), "{path}: {ids:?}");
        for image in all(&html, "img") {
            assert!(
                !image.attr("alt").unwrap_or_default().is_empty(),
                "{path}: an image without words"
            );
        }
        // The page has no inline script but data.
        for script in all(&html, "script:not([src])") {
            assert_eq!(script.attr("type"), Some("application/ld+json"), "{path}");
        }
    }
}

#[test]
fn headings_skip_no_level() {
    for (path, html) in SITE.pages() {
        let levels = all(&html, "main :is(h1, h2, h3, h4)");
        let levels = levels
            .iter()
            .map(|it| it.value().name().as_bytes()[1] - b'0');
        let mut before = 0;
        for level in levels {
            assert!(level <= before + 1, "{path}: h{before}, then h{level}");
            before = level;
        }
    }
}

/// The target of a reference, from the site's own folder: articles name that folder as their base, and the start page is in
/// it.
fn target<'a>(path: &str, html: &Html, href: &'a str) -> &'a str {
    assert!(
        !href.contains(':') && !href.starts_with('/'),
        "{path}: {href}"
    );
    if path.contains('/') {
        assert_eq!(attribute(html, "base", "href"), "../", "{path}");
    }
    href.strip_prefix("./").unwrap_or(href)
}

#[test]
fn every_link_leads_somewhere() {
    let mut count = 0;
    for (path, html) in SITE.pages().filter(|(path, _)| *path != "404.html") {
        for (selector, name) in [
            ("a[href]", "href"),
            ("link[href]", "href"),
            ("[src]", "src"),
            ("[srcset]", "srcset"),
        ] {
            for element in all(&html, selector) {
                let href = element.attr(name).unwrap();
                let href = match href.strip_prefix(URL) {
                    Some(href) => {
                        let rel = element.attr("rel").unwrap();
                        assert!(["canonical", "alternate"].contains(&rel), "{path}: {href}");
                        href
                    }
                    None => target(path, &html, href),
                };
                count += 1;
                let (href, hash) = href.split_once('#').unwrap_or((href, ""));
                if !hash.is_empty() {
                    let hash = match href.strip_suffix('/') {
                        Some(name) => format!("#/{name}{hash}"),
                        None => format!("#{hash}"),
                    };
                    let (route, problems) = view::parse(&hash);
                    assert!(
                        problems.is_empty() && matches!(route, Route::Playground(_)),
                        "{path}: {hash}"
                    );
                    if href.is_empty() {
                        continue;
                    }
                }
                let file = match href.is_empty() || href.ends_with('/') {
                    true => format!("{href}index.html"),
                    false => href.to_owned(),
                };
                assert!(
                    SITE.files.contains_key(&file),
                    "{path}: {href} leads to no file"
                );
            }
        }
    }
    assert!(count > 30 * CARDS.len(), "{count} links");
}

#[test]
fn previews_are_whole() {
    for page in names()
        .map(|name| format!("{name}/"))
        .chain([String::new()])
    {
        let html = SITE.page(&format!("{page}index.html"));
        let meta =
            |property: &str| attribute(&html, &format!("meta[property='{property}']"), "content");
        assert_eq!(meta("og:url"), format!("{URL}{page}"));
        assert_eq!(
            attribute(&html, "link[rel=canonical]", "href"),
            format!("{URL}{page}")
        );
        let picture = meta("og:image");
        let file = picture.strip_prefix(URL).unwrap();
        let pixels = Pixmap::decode_png(&SITE.files[file]).unwrap();
        let size = (pixels.width().to_string(), pixels.height().to_string());
        assert_eq!(size, (meta("og:image:width"), meta("og:image:height")));
        assert_eq!(size, ("1200".to_owned(), "630".to_owned()));
        assert!(!meta("og:image:alt").is_empty() && !meta("og:title").is_empty());
        let description = attribute(&html, "meta[name=description]", "content");
        assert_eq!(meta("og:description"), description);
        assert_eq!(
            attribute(&html, "meta[name='twitter:card']", "content"),
            "summary_large_image"
        );
        let data: Value =
            serde_json::from_str(&text(the(&html, "script[type='application/ld+json']"))).unwrap();
        assert_eq!(data["url"], format!("{URL}{page}"));
        assert_eq!(data["description"], description);
        assert_eq!(data["image"], picture);
    }
}

/// The names of all pages but the start page in links.
fn names() -> impl Iterator<Item = &'static str> {
    let own = front::OWN.iter().map(|own| own.slug);
    own.chain(CARDS.iter().map(|card| card.slug))
}

/// A picture without words, for want of a font, has fewer dark pixels. Nor is it cut off at an edge.
#[test]
fn previews_show_words() {
    for card in CARDS {
        let pixels = Pixmap::decode_png(&SITE.files[&format!("{}/race.png", card.slug)]).unwrap();
        let is_dark = |x: u32, y: u32| {
            pixels
                .pixel(x, y)
                .is_some_and(|it| it.red() < 90 && it.blue() < 90)
        };
        // Words alone are this dark, and the title is on the left.
        let dark = (0..630)
            .flat_map(|y| (0..600).map(move |x| (x, y)))
            .filter(|&(x, y)| is_dark(x, y));
        assert!(dark.count() > 300, "{}: no title", card.slug);
        let paper = pixels.pixel(0, 0).unwrap();
        let is_paper = |x: u32, y: u32| pixels.pixel(x, y) == Some(paper);
        let edge = (0..1200).all(|x| is_paper(x, 0) && is_paper(x, 629))
            && (0..630).all(|y| is_paper(0, y) && is_paper(1199, y));
        assert!(edge, "{}: it touches an edge", card.slug);
    }
}

#[test]
fn articles_are_in_the_words_of_the_app() {
    for entry in Entry::all() {
        let (card, html) = (entry.card(), SITE.article(entry.slug));
        let plain = |words: &str| words.replace('`', "");
        assert_eq!(text(the(&html, "h1")), plain(card.heading));
        assert_eq!(text(the(&html, ".subtitle")), plain(card.subtitle));
        assert_eq!(text(the(&html, ".lead")), entry.lead);
        assert_eq!(
            text(the(&html, "title")),
            format!("{} · Interleave", card.title)
        );
        let sources = entry.sources().map(|source| Listing::of(source).text);
        let [rust, python] = &sources;
        // The parser leaves out a line break at the very beginning, which no program has.
        assert_eq!(texts(&html, "pre code"), [python.as_str(), rust.as_str()]);
        let shown = entry.strategies().iter().filter(|strategy| strategy.shown);
        let shown: Vec<_> = shown.collect();
        let titles: Vec<_> = shown.iter().map(|strategy| strategy.title).collect();
        assert_eq!(texts(&html, ".totals tbody th"), titles, "{}", entry.slug);
        let headlines: Vec<_> = shown.iter().map(|strategy| strategy.headline).collect();
        assert_eq!(
            texts(&html, ".totals tbody code"),
            headlines,
            "{}",
            entry.slug
        );
        assert_eq!(
            all(&html, "ol.sentences").len(),
            shown.len(),
            "{}",
            entry.slug
        );
        // Each claim that these strategies allow, with its figure, which holds.
        let claims = entry.claims(&entry.defaults());
        let claims = claims.iter().filter(|claim| {
            claim
                .measure
                .modes()
                .all(|mode| shown.iter().any(|it| it.mode == mode))
        });
        let claims: Vec<_> = claims.collect();
        let labels: Vec<_> = claims.iter().map(|claim| claim.label.clone()).collect();
        assert_eq!(texts(&html, ".claim h3"), labels, "{}", entry.slug);
        let figures: Vec<_> = claims
            .iter()
            .map(|claim| claim.measure.words(claim.expected))
            .collect();
        assert_eq!(texts(&html, ".claim .num"), figures, "{}", entry.slug);
        let says: Vec<_> = claims.iter().map(|claim| claim.says()).collect();
        assert_eq!(texts(&html, ".claim .says"), says, "{}", entry.slug);
    }
}

#[test]
fn programs_have_the_colours_of_the_app() {
    for entry in Entry::all() {
        let html = SITE.article(entry.slug);
        let [rust, python] = entry.sources().map(|source| Listing::of(source).text);
        let coloured = [(&python, Language::Python), (&rust, Language::Rust)]
            .into_iter()
            .flat_map(|(source, language)| highlight::lines(source, language).into_iter().flatten())
            .filter(|(token, _)| !token.class().is_empty());
        let coloured: Vec<_> = coloured
            .map(|(token, piece)| (token.class().to_owned(), piece.to_owned()))
            .collect();
        let spans: Vec<_> = all(&html, ".listing span")
            .into_iter()
            .map(|span| (span.attr("class").unwrap().to_owned(), text(span)))
            .collect();
        assert_eq!(spans, coloured, "{}", entry.slug);
        assert!(
            spans.iter().any(|(class, _)| class == "tk-kw"),
            "{}",
            entry.slug
        );
    }
}

#[test]
fn the_start_page_has_all_cards() {
    let html = SITE.page("index.html");
    assert_eq!(text(the(&html, "h1")), front::HEADING);
    assert_eq!(text(the(&html, "title")), front::TITLE);
    let links: Vec<_> = all(&html, ".cards h3 a")
        .iter()
        .map(|it| it.attr("href").unwrap().to_owned())
        .collect();
    let pages: Vec<_> = CARDS.iter().map(|card| format!("{}/", card.slug)).collect();
    assert_eq!(links, pages);
    let aims: Vec<_> = CARDS.iter().map(|card| card.aim).collect();
    assert_eq!(texts(&html, ".cards p:nth-of-type(2)"), aims);
    let template = include_str!("../../../index.html");
    assert!(template.contains(&format!("<title>{}</title>", front::TITLE)));
    // The app's own elements are still there.
    assert_eq!(text(the(&html, "#loading")), "Loading");
    assert!(all(&html, "base").is_empty());
    // It is also the page of other links, which do not need its picture.
    assert_eq!(attribute(&html, "#app .static img", "loading"), "lazy");
}

#[test]
fn the_course_leads_through_all_articles() {
    for pair in CARDS.windows(2) {
        let (before, after) = (SITE.article(pair[0].slug), SITE.article(pair[1].slug));
        assert_eq!(
            attribute(&before, "a[rel=next]", "href"),
            format!("{}/", pair[1].slug)
        );
        assert_eq!(
            attribute(&after, "a[rel=prev]", "href"),
            format!("{}/", pair[0].slug)
        );
        assert_eq!(
            attribute(&before, "meta[name=page]", "content"),
            pair[0].slug
        );
    }
}

#[test]
fn only_addresses_for_others_are_whole() {
    let unknown = Site::made("unknown", "");
    assert!(!unknown.files.contains_key("sitemap.xml"));
    assert!(
        !unknown
            .files
            .keys()
            .any(|path| path.ends_with("oembed.json"))
    );
    for (path, html) in unknown.pages() {
        assert!(all(&html, "link[rel=canonical]").is_empty(), "{path}");
        let page = unknown.text(path);
        assert!(
            !page.contains("href=\"/") && !page.contains("src=\"/"),
            "{path}"
        );
    }
    // Only the page that works at any depth names the path of the site.
    for (path, html) in SITE.pages() {
        let rooted = all(&html, "[href^='/'], [src^='/']").len();
        assert_eq!(rooted > 0, path == "404.html", "{path}");
    }
    let lost = SITE.page("404.html");
    assert_eq!(attribute(&lost, "base", "href"), "/a/b/");
    assert!(
        all(&lost, "a")
            .iter()
            .any(|link| link.attr("href") == Some("./"))
    );
}

#[test]
fn machines_find_every_page() {
    let sitemap = SITE.text("sitemap.xml");
    let llms = SITE.text("llms.txt");
    for name in names() {
        let url = format!("{URL}{name}/");
        assert!(sitemap.contains(&format!("<loc>{url}</loc>")), "{url}");
    }
    for card in CARDS {
        let line = format!("[{}]({URL}{}/): {}", card.title, card.slug, card.aim);
        assert!(llms.contains(&line), "{line}");
    }
    for own in front::OWN {
        let line = format!("[{}]({URL}{}/): {}", own.name, own.slug, own.lead);
        assert!(llms.contains(&line), "{line}");
    }
    assert!(
        SITE.text("robots.txt")
            .contains(&format!("Sitemap: {URL}sitemap.xml\n"))
    );
}

/// The page itself loads nothing of the app.
#[test]
fn frames_begin_with_a_picture_and_nothing_of_the_app() {
    for card in CARDS {
        let html = SITE.page(&format!("{}/embed.html", card.slug));
        let asked = all(
            &html,
            "link[rel=preload], link[rel=modulepreload], link[rel=prefetch]",
        );
        assert!(asked.is_empty(), "{}", card.slug);
        let scripts: Vec<_> = all(&html, "script")
            .iter()
            .filter(|script| script.attr("type") != Some("text/plain"))
            .map(|script| script.attr("src").unwrap().to_owned())
            .collect();
        let [boot, embed] = &scripts[..] else {
            panic!("{}: {scripts:?}", card.slug)
        };
        assert!(
            boot.contains("boot-") && embed.starts_with("embed-"),
            "{scripts:?}"
        );
        // The data that its script needs to start the app.
        assert_eq!(
            attribute(&html, "#start", "src"),
            "./start-1234567890abcdef.js"
        );
        assert_eq!(attribute(&html, "#start", "integrity"), "sha384-b");
        for (id, rel) in [("app-wasm", "preload"), ("app-js", "modulepreload")] {
            assert_eq!(attribute(&html, &format!("#{id}"), "data-rel"), rel);
        }
        assert_eq!(attribute(&html, "meta[name=page]", "content"), card.slug);
        assert_eq!(attribute(&html, "meta[name=page]", "data-embed"), "1");
        assert_eq!(text(the(&html, "h1")), card.heading.replace('`', ""));
        let picture = attribute(&html, "picture img", "src");
        assert_eq!(picture, format!("{}/race.svg", card.slug));
        let link = the(&html, ".embed-head a");
        let target = [link.attr("href"), link.attr("target")];
        assert_eq!(target, [Some(&*format!("{}/", card.slug)), Some("_blank")]);
        assert!(all(&html, "section").is_empty());
        assert!(all(&SITE.article(card.slug), "#start, [data-embed]").is_empty());
    }
}

/// On a slow line the app's files would come between the words and their styles.
#[test]
fn what_can_be_read_comes_before_the_app() {
    for path in names()
        .map(|name| format!("{name}/index.html"))
        .chain(["index.html".to_owned()])
    {
        let html = SITE.page(&path);
        for (id, rel) in [("app-wasm", "preload"), ("app-js", "modulepreload")] {
            assert_eq!(
                attribute(&html, &format!("#{id}"), "data-rel"),
                rel,
                "{path}"
            );
            assert!(all(&html, &format!("#{id}[rel]")).is_empty(), "{path}");
        }
        assert_eq!(all(&html, "script[type=module]").len(), 1, "{path}");
        assert_eq!(all(&html, "#app > .static h1").len(), 1, "{path}");
    }
}

#[test]
fn hosts_are_told_how_to_embed_a_playground() {
    for card in CARDS {
        let article = SITE.article(card.slug);
        let link = "link[rel=alternate][type='application/json+oembed']";
        let path = attribute(&article, link, "href");
        let path = path.strip_prefix(URL).unwrap();
        let answer: Value = serde_json::from_str(SITE.text(path)).unwrap();
        assert_eq!(
            (&answer["version"], &answer["type"]),
            (&"1.0".into(), &"rich".into())
        );
        assert_eq!(answer["title"], card.title);
        let frame = Html::parse_fragment(answer["html"].as_str().unwrap());
        assert!(frame.errors.is_empty(), "{path}: {:?}", frame.errors);
        let attribute = |name: &str| attribute(&frame, "iframe", name);
        let src = attribute("src");
        let (file, hash) = src.strip_prefix(URL).unwrap().split_once('#').unwrap();
        assert!(SITE.files.contains_key(file), "{file}");
        assert_eq!(hash, "?embed=1");
        assert_eq!(attribute("loading"), "lazy");
        assert_eq!(attribute("title"), format!("Playground: {}", card.title));
        assert_eq!(answer["height"].to_string(), attribute("height"));
        let thumbnail = answer["thumbnail_url"].as_str().unwrap();
        let picture = &SITE.files[thumbnail.strip_prefix(URL).unwrap()];
        let pixels = Pixmap::decode_png(picture).unwrap();
        assert_eq!(answer["thumbnail_width"], pixels.width());
        assert_eq!(answer["thumbnail_height"], pixels.height());
    }
}

#[test]
fn the_guide_can_be_read() {
    let html = SITE.page("choose/index.html");
    let plain = |words: &str| words.replace('`', "");
    assert_eq!(text(the(&html, "h1")), front::CHOOSE.heading);
    let questions: Vec<_> = QUESTIONS.iter().map(|it| it.question.to_owned()).collect();
    assert_eq!(texts(&html, ".questions h2"), questions);
    let answers = QUESTIONS.iter().flat_map(|question| question.answers);
    let answers: Vec<_> = answers.map(|answer| plain(answer.when)).collect();
    assert_eq!(texts(&html, ".questions dt"), answers);
    let patterns: Vec<_> = PATTERNS.iter().map(|it| plain(it.python)).collect();
    assert_eq!(texts(&html, ".patterns tbody th"), patterns);
    let steps: Vec<_> = STEPS.iter().map(|step| step.title.to_owned()).collect();
    assert_eq!(texts(&html, ".steps h3"), steps);
    // Each link has the name of a playground.
    assert!(
        texts(&html, ".choose dd a, .choose td a")
            .iter()
            .all(|name| !name.is_empty())
    );
    for own in front::OWN {
        let html = SITE.page(&format!("{}/index.html", own.slug));
        assert_eq!(
            text(the(&html, "title")),
            format!("{} · Interleave", own.title)
        );
        assert_eq!(text(the(&html, ".lead")), own.lead);
        assert_eq!(
            attribute(&html, "meta[property='og:title']", "content"),
            own.name
        );
        let here = attribute(&html, ".menu [aria-current=page]", "href");
        assert_eq!(here, format!("{}/", own.slug));
    }
    let commands: Vec<_> = front::RECORDER.iter().map(|it| it.1.to_owned()).collect();
    assert_eq!(
        texts(&SITE.page("recording/index.html"), "pre code"),
        commands
    );
}

/// On a phone of 390 pixels the wide picture would have letters of four pixels.
#[test]
fn pictures_for_phones_hold_all_their_words() {
    let mut fonts = Database::new();
    fonts.load_font_data(include_bytes!("../fonts/DejaVuSans.ttf").to_vec());
    fonts.set_sans_serif_family("DejaVu Sans");
    let options = Options {
        font_family: "DejaVu Sans".to_owned(),
        fontdb: fonts.into(),
        ..Options::default()
    };
    for card in CARDS {
        let html = SITE.article(card.slug);
        let path = attribute(&html, "picture source", "srcset");
        let tree = Tree::from_str(SITE.text(&path), &options).unwrap();
        let size = (
            tree.size().width().to_string(),
            tree.size().height().to_string(),
        );
        let said = ["width", "height"].map(|name| attribute(&html, "picture source", name));
        assert_eq!(size, said.into());
        assert_eq!(tree.size().width(), 420.0);
        let drawn = tree.root().abs_bounding_box();
        assert!(
            drawn.right() <= 420.0 && drawn.left() >= 0.0,
            "{path}: {drawn:?}"
        );
    }
}

#[test]
fn the_page_for_what_does_not_exist_has_the_colours_of_the_others() {
    let html = SITE.page("404.html");
    let colours = all(&html, "meta[name=theme-color]");
    let colours: Vec<_> = colours
        .iter()
        .map(|meta| (meta.attr("content"), meta.attr("media")))
        .collect();
    let of = |colour, theme| (Some(colour), Some(theme));
    let light = of("#fbfaf7", "(prefers-color-scheme: light)");
    assert_eq!(
        colours,
        [light, of("#14161a", "(prefers-color-scheme: dark)")]
    );
    let ways: Vec<_> = all(&html, ".links a")
        .iter()
        .map(|it| it.attr("href").unwrap().to_owned())
        .collect();
    assert_eq!(ways, ["./", "choose/"]);
}

/// The icons that the page, the manifest and phones refer to.
#[test]
fn icons_have_the_sizes_that_are_asked_for() {
    let public = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../public");
    let manifest = fs::read_to_string(public.join("manifest.webmanifest")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    let mut asked = vec![("icons/apple-touch-icon.png".to_owned(), 180)];
    for icon in manifest["icons"].as_array().unwrap() {
        let (path, sizes) = (
            icon["src"].as_str().unwrap(),
            icon["sizes"].as_str().unwrap(),
        );
        assert!(public.join(path).exists(), "{path}");
        if let Some((size, _)) = sizes.split_once('x') {
            asked.push((path.to_owned(), size.parse().unwrap()));
        }
    }
    assert_eq!(asked.len(), 5, "{asked:?}");
    for (path, size) in asked {
        let pixels = Pixmap::decode_png(&fs::read(public.join(&path)).unwrap()).unwrap();
        assert_eq!((pixels.width(), pixels.height()), (size, size), "{path}");
    }
}

#[test]
fn the_icon_holds_three_pictures() {
    let file = &SITE.files["favicon.ico"];
    assert_eq!(file[..6], [0, 0, 1, 0, 3, 0]);
    for (place, size) in [16_u32, 32, 48].into_iter().enumerate() {
        let entry = &file[6 + 16 * place..][..16];
        let number = |at: usize| u32::from_le_bytes(entry[at..at + 4].try_into().unwrap()) as usize;
        let picture = Pixmap::decode_png(&file[number(12)..][..number(8)]).unwrap();
        assert_eq!((picture.width(), picture.height()), (size, size));
        assert_eq!(u32::from(entry[0]), size);
        assert!(picture.pixels().iter().any(|pixel| pixel.alpha() == 255));
    }
}

#[test]
fn a_page_that_is_not_the_apps_is_refused() {
    let folder =
        std::env::temp_dir().join(format!("interleave-site-{}-refused", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let address = Address::of("").unwrap();
    let missing = write(&folder, &address).unwrap_err().to_string();
    fs::write(folder.join("index.html"), "<title>Another</title>").unwrap();
    let other = write(&folder, &address).unwrap_err().to_string();
    fs::remove_dir_all(&folder).unwrap();
    assert!(missing.contains("index.html"), "{missing}");
    assert!(other.contains("chunks"), "{other}");
}
