//! `favicon.ico`: browsers and readers of feeds ask for it without being told to. It holds PNG pictures of three sizes.

use crate::{Problem, picture::Painter};

/// The sizes in it, in pixels.
const SIZES: [u8; 3] = [16, 32, 48];
/// The icon as the page has it.
const ICON: &str = include_str!("../../../public/icon.svg");

/// The file.
pub fn ico(painter: &Painter) -> Result<Vec<u8>, Problem> {
    let pictures = SIZES.map(|size| Ok((size, painter.square(ICON, u32::from(size))?)));
    let pictures = pictures.into_iter().collect::<Result<Vec<_>, Problem>>()?;
    // Reserved, the type of an icon, and how many there are; then sixteen bytes of each, then the pictures.
    let mut file = vec![0, 0, 1, 0, SIZES.len() as u8, 0];
    let mut at = file.len() + 16 * pictures.len();
    for (size, picture) in &pictures {
        // Width, height, no palette, reserved, one plane, 32 bits a pixel.
        file.extend([*size, *size, 0, 0, 1, 0, 32, 0]);
        for number in [picture.len(), at] {
            let number = u32::try_from(number).map_err(|error| Problem(error.to_string()))?;
            file.extend(number.to_le_bytes());
        }
        at += picture.len();
    }
    file.extend(pictures.iter().flat_map(|(_, picture)| picture));
    Ok(file)
}
