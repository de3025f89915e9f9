//! Pixels as a decoder gives them, made small and upright.
//!
//! `image` does as much, compiled for each of ten kinds of pixels: a hundred kilobytes. Here bytes
//! are read by how many make a sample and how many of those a pixel, and what comes out is red,
//! green and blue.

use image::metadata::Orientation;
use image::{ColorType, ImageDecoder};

/// Pixels, row by row.
#[derive(Debug)]
pub struct Picture {
    width: usize,
    height: usize,
    /// Samples of a pixel: grey, grey and alpha, colours, or colours and alpha.
    channels: usize,
    /// Bytes of a sample, in the machine's order.
    depth: usize,
    bytes: Vec<u8>,
}

impl Picture {
    /// Decodes a whole picture. The caller has looked at its size.
    pub(super) fn decode(decoder: impl ImageDecoder) -> Option<Self> {
        let (width, height) = decoder.dimensions();
        let (channels, depth) = match decoder.color_type() {
            ColorType::L8 => (1, 1),
            ColorType::La8 => (2, 1),
            ColorType::Rgb8 => (3, 1),
            ColorType::Rgba8 => (4, 1),
            ColorType::L16 => (1, 2),
            ColorType::La16 => (2, 2),
            ColorType::Rgb16 => (3, 2),
            ColorType::Rgba16 => (4, 2),
            _ => return None,
        };
        let mut bytes = vec![0; usize::try_from(decoder.total_bytes()).ok()?];
        let (width, height) = (usize::try_from(width).ok()?, usize::try_from(height).ok()?);
        decoder.read_image(&mut bytes).ok()?;
        Some(Self { width, height, channels, depth, bytes })
    }

    /// Width and height.
    #[must_use]
    pub const fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// Red, green and blue of each pixel, row by row; on white where they are transparent.
    #[must_use]
    pub fn rgb(&self) -> &[u8] {
        &self.bytes
    }

    /// Of this size, which is no larger than it is: each pixel the mean of those in its place, on
    /// white where they are transparent.
    pub(super) fn small(&self, width: usize, height: usize) -> Self {
        let mut bytes = Vec::with_capacity(width * height * 3);
        for y in 0..height {
            for x in 0..width {
                let mean = self.mean(part(x, width, self.width), part(y, height, self.height));
                bytes.extend_from_slice(&mean);
            }
        }
        Self { width, height, channels: 3, depth: 1, bytes }
    }

    fn mean(&self, columns: core::ops::Range<usize>, rows: core::ops::Range<usize>) -> [u8; 3] {
        let (mut sum, mut count) = ([0_u64; 3], 0_u64);
        let pixel_bytes = self.channels * self.depth;
        for y in rows {
            let start = y * self.width;
            let row = (start + columns.start) * pixel_bytes..(start + columns.end) * pixel_bytes;
            for pixel in self.bytes.get(row).unwrap_or_default().chunks_exact(pixel_bytes) {
                let colour = self.on_white(pixel);
                for (sum, sample) in sum.iter_mut().zip(colour) {
                    *sum += u64::from(sample);
                }
                count += 1;
            }
        }
        sum.map(|sum| u8::try_from((sum + count / 2) / count.max(1)).unwrap_or(u8::MAX))
    }

    fn on_white(&self, pixel: &[u8]) -> [u8; 3] {
        let sample = |channel: usize| match self.depth {
            1 => pixel.get(channel).copied().unwrap_or_default(),
            _ => {
                let pair = pixel.get(2 * channel..).and_then(|rest| rest.first_chunk::<2>());
                u16::from_ne_bytes(pair.copied().unwrap_or_default()).to_be_bytes()[0]
            }
        };
        let (colour, alpha) = match self.channels {
            1 => ([sample(0); 3], u8::MAX),
            2 => ([sample(0); 3], sample(1)),
            3 => ([sample(0), sample(1), sample(2)], u8::MAX),
            _ => ([sample(0), sample(1), sample(2)], sample(3)),
        };
        if alpha == u8::MAX {
            return colour;
        }
        let alpha = u32::from(alpha);
        colour.map(|colour| {
            let mixed = u32::from(colour) * alpha + 255 * (255 - alpha) + 127;
            u8::try_from(mixed / 255).unwrap_or(u8::MAX)
        })
    }

    /// Turned and mirrored as its file says that it has to be (Exif 2.32, tag 0x0112), of a picture
    /// that was made [`Picture::small`].
    pub(super) fn upright(self, orientation: Orientation) -> Self {
        use Orientation as O;
        let swaps = matches!(
            orientation,
            O::Rotate90 | O::Rotate270 | O::Rotate90FlipH | O::Rotate270FlipH
        );
        let (width, height) =
            if swaps { (self.height, self.width) } else { (self.width, self.height) };
        let mut bytes = Vec::with_capacity(self.bytes.len());
        for y in 0..height {
            for x in 0..width {
                let (right, down) = (width - 1 - x, height - 1 - y);
                let (x, y) = match orientation {
                    O::NoTransforms => (x, y),
                    O::FlipHorizontal => (right, y),
                    O::FlipVertical => (x, down),
                    O::Rotate180 => (right, down),
                    O::Rotate90 => (y, right),
                    O::Rotate270 => (down, x),
                    O::Rotate90FlipH => (y, x),
                    O::Rotate270FlipH => (down, right),
                };
                let at = (y * self.width + x) * 3;
                bytes.extend_from_slice(self.bytes.get(at..at + 3).unwrap_or_default());
            }
        }
        Self { width, height, bytes, ..self }
    }
}

/// Those of `whole` that stand in the place of one of `small`: at least one.
fn part(index: usize, small: usize, whole: usize) -> core::ops::Range<usize> {
    let start = index * whole / small;
    start..((index + 1) * whole / small).max(start + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(width: usize, height: usize, letters: &[u8]) -> Picture {
        let bytes = letters.iter().flat_map(|letter| [*letter; 3]).collect();
        Picture { width, height, channels: 3, depth: 1, bytes }
    }

    #[test]
    fn every_orientation_is_undone() {
        use Orientation as O;
        let upright: [(O, (usize, usize), &[u8]); 8] = [
            (O::NoTransforms, (3, 2), b"abcdef"),
            (O::FlipHorizontal, (3, 2), b"cbafed"),
            (O::FlipVertical, (3, 2), b"defabc"),
            (O::Rotate180, (3, 2), b"fedcba"),
            (O::Rotate90, (2, 3), b"daebfc"),
            (O::Rotate270, (2, 3), b"cfbead"),
            (O::Rotate90FlipH, (2, 3), b"adbecf"),
            (O::Rotate270FlipH, (2, 3), b"fcebda"),
        ];
        for (orientation, size, expected) in upright {
            let picture = letters(3, 2, b"abcdef").upright(orientation);
            assert_eq!(picture.size(), size, "{orientation:?}");
            assert_eq!(picture.bytes, letters(0, 0, expected).bytes, "{orientation:?}");
            let mut theirs = image::DynamicImage::ImageRgb8(
                image::RgbImage::from_raw(3, 2, letters(3, 2, b"abcdef").bytes).unwrap(),
            );
            theirs.apply_orientation(orientation);
            assert_eq!(picture.bytes, theirs.into_bytes(), "{orientation:?}");
        }
    }

    #[test]
    fn every_pixel_counts_once_when_sizes_do_not_divide() {
        for (small, whole) in [(1, 1), (3, 10), (7, 10), (10, 10), (320, 16_384), (1, 5)] {
            let parts: Vec<_> = (0..small).flat_map(|index| part(index, small, whole)).collect();
            assert_eq!(parts, (0..whole).collect::<Vec<_>>());
        }
        assert_eq!(letters(4, 1, &[0, 100, 200, 255]).small(2, 1).bytes[..3], [50; 3]);
    }

    #[test]
    fn each_kind_of_pixel_is_read() {
        let deep = |samples: &[u16]| samples.iter().flat_map(|s| s.to_ne_bytes()).collect();
        let kinds: [(usize, usize, Vec<u8>, [u8; 3]); 8] = [
            (1, 1, vec![7], [7; 3]),
            (2, 1, vec![7, 255], [7; 3]),
            (3, 1, vec![1, 2, 3], [1, 2, 3]),
            (4, 1, vec![1, 2, 3, 0], [255; 3]),
            (1, 2, deep(&[0x0102]), [1; 3]),
            (2, 2, deep(&[0x0102, 0xffff]), [1; 3]),
            (3, 2, deep(&[0x0102, 0x0304, 0xffff]), [1, 3, 255]),
            (4, 2, deep(&[0, 0, 0, 0x80ff]), [127; 3]),
        ];
        for (channels, depth, bytes, expected) in kinds {
            let picture = Picture { width: 1, height: 1, channels, depth, bytes };
            assert_eq!(picture.small(1, 1).bytes, expected);
        }
    }
}
