//! Pictures: decoded on a thread within bounds, kept within bounds, scaled for the screen.

use std::collections::{HashMap, HashSet};
use std::fs::File;

use fltk::enums::ColorDepth;
use fltk::image::RgbImage;
use fltk::prelude::ImageExt;
use image::imageops::{self, FilterType};

use super::icon::Symbols;
use crate::effect::PictureSource;
use crate::geometry::Rect;
use crate::scene::{Icon, PictureKey};

/// Pixels of a place that a picture is scaled for.
const MAX_PIXELS: u64 = 40_000_000;
/// A side of a picture that is kept; larger ones are scaled down.
const MAX_SIDE: u32 = 1_600;
/// What all decoded pictures may take.
const MAX_KEPT_BYTES: usize = 24 << 20;
/// Pictures whose source is remembered, so that they are decoded again when they are seen again.
const MAX_SOURCES: usize = 256;

/// A decoded picture: red, green, blue, opacity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl Picture {
    pub(super) const fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }
}

/// Decodes a picture, or says `None` if it is none, damaged, or too large.
pub(super) fn decode(source: &PictureSource) -> Option<Picture> {
    let picture = match source {
        PictureSource::Jpeg(bytes) => engine::file::Picture::of_jpeg(bytes, MAX_SIDE),
        // What is no file, such as a pipe, might be waited for when it is opened.
        PictureSource::File(path) if !path.is_file() => None,
        PictureSource::File(path) => {
            engine::file::Picture::of_file(File::open(path).ok()?, MAX_SIDE)
        }
    }?;
    let (width, height) = picture.size();
    let (width, height) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
    let mut pixels = Vec::with_capacity(picture.rgb().len() / 3 * 4);
    for pixel in picture.rgb().chunks_exact(3) {
        pixels.extend_from_slice(pixel);
        pixels.push(u8::MAX);
    }
    Some(Picture { width, height, pixels })
}

/// The pictures that scenes can name.
#[derive(Debug, Default)]
pub(super) struct Pictures {
    decoded: HashMap<PictureKey, Kept<Picture>>,
    /// Ready for a place on the screen.
    scaled: HashMap<Shape, Kept<RgbImage>>,
    sources: HashMap<PictureKey, (PictureSource, u64)>,
    symbols: Symbols,
    /// Seen without being there, since [`Pictures::missing`] was asked.
    missing: HashSet<PictureKey>,
    bytes: usize,
    /// Counts uses, to tell what was used last.
    use_count: u64,
    scale: f32,
}

#[derive(Debug)]
struct Kept<T> {
    what: T,
    bytes: usize,
    used: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Shape {
    key: PictureKey,
    width: u32,
    height: u32,
    radius: u32,
}

impl Pictures {
    /// Remembers where a picture is.
    pub(super) fn expect(&mut self, key: PictureKey, source: PictureSource) {
        self.use_count += 1;
        self.sources.insert(key, (source, self.use_count));
        while self.sources.len() > MAX_SOURCES {
            let oldest = self.sources.iter().min_by_key(|(_, (_, used))| *used);
            let Some(key) = oldest.map(|(key, _)| *key) else { return };
            self.sources.remove(&key);
        }
    }

    /// Keeps a decoded picture.
    pub(super) fn insert(&mut self, key: PictureKey, picture: Picture) {
        self.use_count += 1;
        let bytes = picture.pixels.len();
        if let Some(before) =
            self.decoded.insert(key, Kept { what: picture, bytes, used: self.use_count })
        {
            self.bytes -= before.bytes;
        }
        let (scaled, total) = (&mut self.scaled, &mut self.bytes);
        scaled.retain(|shape, kept| {
            let stays = shape.key != key;
            *total -= if stays { 0 } else { kept.bytes };
            stays
        });
        self.bytes += bytes;
        self.trim();
    }

    /// What was to be painted but had been forgotten, and where to find it.
    pub(super) fn missing(&mut self) -> Vec<(PictureKey, PictureSource)> {
        let keys = core::mem::take(&mut self.missing);
        let source = |key| self.sources.get(&key).map(|(source, _)| (key, source.clone()));
        keys.into_iter().filter_map(source).collect()
    }

    /// The screen's scale changed.
    pub(super) fn set_scale(&mut self, scale: f32) {
        self.scale = scale;
        self.bytes -= self.scaled.drain().map(|(_, kept)| kept.bytes).sum::<usize>();
    }

    /// Paints a picture so that it covers a rectangle, with round corners; `false` if it is not there.
    pub(super) fn draw(&mut self, key: PictureKey, rect: Rect, radius: i32) -> bool {
        let scale = self.scale();
        let shape = Shape {
            key,
            width: device(rect.w, scale),
            height: device(rect.h, scale),
            radius: device(radius, scale),
        };
        self.use_count += 1;
        if !self.scaled.contains_key(&shape) {
            let Some(kept) = self.decoded.get_mut(&key) else {
                self.missing.insert(key);
                return false;
            };
            kept.used = self.use_count;
            let Some(mut image) = fitted(&kept.what, shape) else { return false };
            image.scale(rect.w, rect.h, false, true);
            let bytes = usize::try_from(shape.width * shape.height * 4).unwrap_or(0);
            self.scaled.insert(shape, Kept { what: image, bytes, used: self.use_count });
            self.bytes += bytes;
            self.trim();
        }
        if let Some(kept) = self.scaled.get_mut(&shape) {
            kept.used = self.use_count;
            kept.what.draw(rect.x, rect.y, rect.w, rect.h);
        }
        true
    }

    /// Paints a symbol as large as fits into the middle of a rectangle.
    pub(super) fn symbol(&mut self, icon: Icon, rect: Rect, colour: [u8; 3]) {
        let scale = self.scale();
        self.symbols.paint(icon, rect, colour, scale);
    }

    fn scale(&self) -> f32 {
        if self.scale > 0.0 { self.scale } else { 1.0 }
    }

    /// Forgets what was not used for longest. What was used last stays, whatever it takes.
    fn trim(&mut self) {
        while self.bytes > MAX_KEPT_BYTES && self.scaled.len() + self.decoded.len() > 1 {
            let decoded = self.decoded.iter().min_by_key(|(_, kept)| kept.used);
            let decoded = decoded.map(|(key, kept)| (*key, kept.used));
            let scaled = self.scaled.iter().min_by_key(|(_, kept)| kept.used);
            let scaled = scaled.map(|(shape, kept)| (*shape, kept.used));
            let freed = match (decoded, scaled) {
                (Some((key, used)), scaled) if scaled.is_none_or(|(_, other)| used <= other) => {
                    self.decoded.remove(&key).map(|kept| kept.bytes)
                }
                (_, Some((shape, _))) => self.scaled.remove(&shape).map(|kept| kept.bytes),
                _ => None,
            };
            let Some(freed) = freed else { return };
            self.bytes -= freed;
        }
    }
}

/// The middle of a picture, as large as a place, without its corners.
fn fitted(picture: &Picture, shape: Shape) -> Option<RgbImage> {
    let (width, height) = (shape.width, shape.height);
    if width == 0 || height == 0 || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return None;
    }
    let whole = image::ImageBuffer::<image::Rgba<u8>, _>::from_raw(
        picture.width,
        picture.height,
        picture.pixels.as_slice(),
    )?;
    let [w, h] = cover([picture.width, picture.height], [width, height]);
    let part = imageops::crop_imm(&whole, (picture.width - w) / 2, (picture.height - h) / 2, w, h);
    let mut pixels = if w > width * 2 {
        imageops::thumbnail(&*part, width, height)
    } else {
        imageops::resize(&*part, width, height, FilterType::Triangle)
    };
    for (x, y, pixel) in pixels.enumerate_pixels_mut() {
        let [r, g, b, opacity] = pixel.0;
        pixel.0 = [r, g, b, scaled_by(opacity, inside(shape, x, y))];
    }
    let [w, h] = [i32::try_from(width).ok()?, i32::try_from(height).ok()?];
    RgbImage::new(pixels.as_raw(), w, h, ColorDepth::Rgba8).ok()
}

/// The largest part of a picture that has a place's proportions.
fn cover([w, h]: [u32; 2], [width, height]: [u32; 2]) -> [u32; 2] {
    let part = |side: u32, by: u32, of: u32| {
        let part = u64::from(side) * u64::from(by) / u64::from(of.max(1));
        u32::try_from(part).unwrap_or(u32::MAX).max(1)
    };
    let fitting_width = part(h, width, height);
    if fitting_width <= w { [fitting_width, h] } else { [w, part(w, height, width).min(h)] }
}

/// How much of a pixel lies inside of the round corners, 0 to 1.
fn inside(shape: Shape, x: u32, y: u32) -> f32 {
    let r = small(shape.radius.min(shape.width / 2).min(shape.height / 2));
    let away = |at: u32, side: u32| {
        let at = small(at) + 0.5;
        (r - at).max(at - (small(side) - r)).max(0.0)
    };
    let distance = away(x, shape.width).hypot(away(y, shape.height));
    (r - distance + 0.5).clamp(0.0, 1.0)
}

fn device(side: i32, scale: f32) -> u32 {
    u32::try_from(crate::geometry::px(small(u32::try_from(side).unwrap_or(0)) * scale)).unwrap_or(0)
}

#[expect(clippy::as_conversions, reason = "sides of a screen are exact in it")]
const fn small(value: u32) -> f32 {
    value as f32
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a factor between 0 and 1"
)]
fn scaled_by(value: u8, factor: f32) -> u8 {
    (f32::from(value) * factor) as u8
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{DynamicImage, ImageFormat, RgbImage};

    use super::*;

    fn jpeg(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let picture =
            DynamicImage::ImageRgb8(RgbImage::from_pixel(width, height, [9, 99, 199].into()));
        picture.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_picture_is_decoded_and_made_no_larger_than_needed() {
        let small = decode(&PictureSource::Jpeg(jpeg(320, 200))).unwrap();
        assert_eq!(small.size(), (320, 200));
        let large = decode(&PictureSource::Jpeg(jpeg(3_200, 1_000))).unwrap();
        assert_eq!(large.size(), (1_600, 500));
    }

    #[test]
    fn what_is_no_picture_or_claims_to_be_huge_is_refused() {
        assert_eq!(decode(&PictureSource::Jpeg(b"GIF89a".to_vec())), None);
        assert_eq!(decode(&PictureSource::Jpeg(Vec::new())), None);
        let mut huge = jpeg(16, 16);
        // The size stands behind the marker of the frame: precision, height, width.
        let frame = huge.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
        huge[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
        assert_eq!(decode(&PictureSource::Jpeg(huge)), None);
        assert_eq!(decode(&PictureSource::File("/dev/zero".into())), None);
    }

    #[test]
    fn the_oldest_pictures_go_when_there_are_too_many() {
        let mut pictures = Pictures::default();
        let picture = Picture { width: 1_600, height: 1_600, pixels: vec![0; 1_600 * 1_600 * 4] };
        for key in 0..6 {
            pictures.expect(PictureKey(key), PictureSource::Jpeg(Vec::new()));
            pictures.insert(PictureKey(key), picture.clone());
        }
        assert!(pictures.bytes <= MAX_KEPT_BYTES);
        assert!(pictures.decoded.contains_key(&PictureKey(5)));
        assert!(!pictures.decoded.contains_key(&PictureKey(0)));
    }

    #[test]
    fn the_part_that_covers_a_place_has_its_proportions() {
        assert_eq!(cover([400, 200], [100, 100]), [200, 200]);
        assert_eq!(cover([200, 400], [100, 100]), [200, 200]);
        assert_eq!(cover([1, 1_000], [100, 1]), [1, 1]);
    }
}
