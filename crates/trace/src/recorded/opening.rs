//! Reads a file of a program's run, whichever tool wrote it.

use super::Recorded;
use super::chrome::Chrome;
use super::read::Lines;

/// Reads a recording.
///
/// # Errors
///
/// If it is no recording, or nothing of it can be read. What is wrong further down is [`Recorded::problem`].
pub fn open(text: &str) -> Result<Recorded, String> {
    let mut opening = Opening::default();
    opening.push(text.as_bytes())?;
    opening.finish()
}

/// What is in more bytes than these tells which tool wrote the file.
const BEGINNING: usize = 4096;

/// Some editors put this before a text.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// Files that hold a recording in another form, by how they begin.
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

/// A recording that is read piece by piece, so that a long one neither has to be in memory as a whole nor keeps anything
/// else waiting.
#[derive(Default)]
pub struct Opening {
    /// As long as it is not known which kind of file it is.
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
    /// It is no recording. What is wrong further down ends the reading, which [`Self::is_broken`] says.
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

    /// Whether no more of the file need be read.
    pub fn is_broken(&self) -> bool {
        match &self.kind {
            Kind::Unknown => false,
            Kind::Lines(lines) => lines.is_broken(),
            Kind::Chrome(chrome) => chrome.is_broken(),
        }
    }

    /// What has been read, whole.
    ///
    /// # Errors
    ///
    /// It is no recording, or no task has run in it.
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
