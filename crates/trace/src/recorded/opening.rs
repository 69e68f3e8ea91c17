//! Reads a recording, written by any of the supported tools.

use super::Recorded;
use super::chrome::Chrome;
use super::read::Lines;

/// Reads a recording.
///
/// # Errors
///
/// It is not a recording, or nothing of it can be read. A problem further down is in [`Recorded::problem`].
pub fn open(text: &str) -> Result<Recorded, String> {
    let mut opening = Opening::default();
    opening.push(text.as_bytes())?;
    opening.finish()
}

/// The first bytes in which the tool that wrote the file must be recognisable.
const BEGINNING: usize = 4096;

/// Some editors write this at the beginning of a text.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// Other formats that may contain a recording, by their first bytes.
const OTHERS: [(&[u8], &str); 5] = [
    (b"\x1f\x8b", "it is compressed (gzip): unpack it first"),
    (b"PK\x03\x04", "it is an archive (zip): unpack it first"),
    (
        b"\x28\xb5\x2f\xfd",
        "it is compressed (zstd): unpack it first",
    ),
    (b"\xff\xfe", "it is text in UTF-16: save it as UTF-8"),
    (b"\xfe\xff", "it is text in UTF-16: save it as UTF-8"),
];

/// A recording that is read chunk by chunk, so that a long one need not be in memory as a whole, and does not block other
/// work.
#[derive(Default)]
pub struct Opening {
    /// The first bytes, while the kind of the file is not known.
    beginning: Vec<u8>,
    kind: Kind,
}

#[derive(Default)]
enum Kind {
    #[default]
    Unknown,
    Lines(Box<Lines>),
    Chrome(Box<Chrome>),
}

impl Opening {
    /// Reads the next bytes of the file.
    ///
    /// # Errors
    ///
    /// It is not a recording. A problem further down ends the reading: see [`Self::is_broken`].
    pub fn push(&mut self, piece: &[u8]) -> Result<(), String> {
        match &mut self.kind {
            Kind::Lines(lines) => lines.push(piece),
            Kind::Chrome(chrome) => {
                chrome.push(piece);
                Ok(())
            }
            Kind::Unknown => {
                self.beginning.extend_from_slice(piece);
                if self.beginning.starts_with(BYTE_ORDER_MARK) {
                    self.beginning.drain(..BYTE_ORDER_MARK.len());
                }
                let is_long = self.beginning.len() >= BEGINNING;
                let known = &self.beginning[..self.beginning.len().min(BEGINNING)];
                match (Chrome::is_one(known), is_long) {
                    (None, false) => Ok(()),
                    (known, _) => self.begin(known == Some(true)),
                }
            }
        }
    }

    fn begin(&mut self, is_chrome: bool) -> Result<(), String> {
        let other = OTHERS
            .iter()
            .find(|(mark, _)| self.beginning.starts_with(mark));
        if let Some((_, what)) = other {
            return Err((*what).to_owned());
        }
        self.kind = match is_chrome {
            true => Kind::Chrome(Box::default()),
            false => Kind::Lines(Box::default()),
        };
        let beginning = std::mem::take(&mut self.beginning);
        self.push(&beginning)
    }

    /// Whether a problem has ended the reading.
    pub fn is_broken(&self) -> bool {
        match &self.kind {
            Kind::Unknown => false,
            Kind::Lines(lines) => lines.is_broken(),
            Kind::Chrome(chrome) => chrome.is_broken(),
        }
    }

    /// The whole recording.
    ///
    /// # Errors
    ///
    /// It is not a recording, or no task has run in it.
    pub fn finish(mut self) -> Result<Recorded, String> {
        if matches!(self.kind, Kind::Unknown) {
            self.begin(false)?;
        }
        let chrome = match self.kind {
            Kind::Chrome(chrome) => chrome,
            Kind::Lines(lines) => return lines.finish(),
            // It has begun.
            Kind::Unknown => return Err("it is empty".to_owned()),
        };
        let (told, problem) = chrome.finish()?;
        let mut lines = Lines::default();
        lines.push(told.text.as_bytes())?;
        let recorded = lines.finish()?;
        Ok(Recorded {
            problem: problem.or(recorded.problem),
            missing: told.missing,
            ..recorded
        })
    }
}
