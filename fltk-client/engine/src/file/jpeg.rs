//! The outline of a JPEG (ITU-T T.81, annex B), read without decoding a pixel.

const START_OF_IMAGE: [u8; 2] = [0xff, 0xd8];
const END_OF_IMAGE: u8 = 0xd9;
const START_OF_SCAN: u8 = 0xda;
/// Says later how many lines there are, after the frame said 0.
const NUMBER_OF_LINES: u8 = 0xdc;
/// Scans of a picture: those of common encoders are about 10, and each costs work on every pixel,
/// whatever its length.
const MAX_SCANS: u32 = 32;

/// What a JPEG says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outline {
    pub(super) width: u16,
    pub(super) height: u16,
    /// Colours: 1, 3 or 4.
    pub(super) components: u8,
    /// Whether all its coefficients have to be kept until the last scan.
    pub(super) is_progressive: bool,
    /// Bytes behind its end.
    pub(super) trailing: usize,
}

impl Outline {
    /// Of bytes that are a whole baseline or progressive JPEG with one frame of 8 bits; `None` for
    /// any others.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(&START_OF_IMAGE)?;
        let (mut frame, mut scans) = (None, 0);
        loop {
            match segment(&mut rest)? {
                (END_OF_IMAGE, _) if scans > 0 => {
                    return frame.map(|frame| Self { trailing: rest.len(), ..frame });
                }
                (END_OF_IMAGE | NUMBER_OF_LINES, _) => return None,
                (START_OF_SCAN, _) if frame.is_some() && scans < MAX_SCANS => {
                    scans += 1;
                    rest = behind_scan(rest)?;
                }
                (START_OF_SCAN, _) => return None,
                (kind, payload) if is_frame(kind) => {
                    let first = frame.replace(Self::of_frame(kind, payload)?);
                    if first.is_some() {
                        return None;
                    }
                }
                _ => {}
            }
        }
    }

    fn of_frame(kind: u8, payload: &[u8]) -> Option<Self> {
        let &[8, h1, h0, w1, w0, components, ..] = payload else { return None };
        let (width, height) = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
        let is_common = matches!(kind, 0xc0..=0xc2) && matches!(components, 1 | 3 | 4);
        let is_progressive = kind == 0xc2;
        (is_common && width > 0 && height > 0).then_some(Self {
            width,
            height,
            components,
            is_progressive,
            trailing: 0,
        })
    }
}

/// Starts of frames, of any process.
const fn is_frame(kind: u8) -> bool {
    matches!(kind, 0xc0..=0xcf) && !matches!(kind, 0xc4 | 0xc8 | 0xcc)
}

/// The next marker, and what belongs to it.
fn segment<'a>(rest: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let [0xff, behind @ ..] = *rest else { return None };
    // A marker may be preceded by any number of 0xff.
    let fill = behind.iter().take_while(|byte| **byte == 0xff).count();
    let (kind, behind) = behind.get(fill..)?.split_first()?;
    if *kind == END_OF_IMAGE {
        *rest = behind;
        return Some((*kind, &[]));
    }
    let (length, _) = behind.split_first_chunk::<2>()?;
    let (segment, behind) = behind.split_at_checked(u16::from_be_bytes(*length).into())?;
    *rest = behind;
    Some((*kind, segment.get(2..)?))
}

/// What follows the entropy-coded data: the next marker that is not a part of them.
fn behind_scan(data: &[u8]) -> Option<&[u8]> {
    let is_marker = |pair: &[u8]| matches!(pair, [0xff, kind] if !matches!(kind, 0 | 0xd0..=0xd7));
    let length = data.windows(2).position(is_marker)?;
    data.get(length..)
}
