//! Small pictures that travel in the message of a large one.
//!
//! The sender's client decodes the person's own file, PNG or JPEG, within bounds; a thumbnail that
//! cannot be made is left out, and the file goes without. Decoders of GIF and WebP would be a hundred
//! kilobytes of the executable. What a receiver gets is looked over here, and decoded by none but who
//! shows it, by [`Picture`] too.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::PngDecoder;
use image::metadata::Orientation;
use image::{ExtendedColorType, ImageDecoder, Limits};

use super::jpeg::Outline;
use super::media::{HEAD_BYTES, media_type};
use super::pixel::Picture;
use crate::event::Thumbnail;
use crate::{MAX_THUMBNAIL_BYTES, MAX_THUMBNAIL_PIXELS};

/// Longest side of a picture that is decoded.
const MAX_SIDE: u32 = 16_384;
/// Most pixels of a picture that is decoded: those of the cameras that people have.
const MAX_PIXELS: u64 = 40_000_000;
/// Most memory for what is decoded, with what the decoder keeps by pixel meanwhile. The largest
/// picture of 4 bytes a pixel fits; one of 16 bits a channel may have half as many pixels.
const MAX_DECODED_BYTES: u64 = 160 << 20;
/// Longest file that is decoded.
const MAX_PICTURE_BYTES: u64 = 64 << 20;
/// Longest JPEG, of which the decoder wants a copy in memory, and the outline one too.
const MAX_JPEG_BYTES: u64 = 32 << 20;
/// Of the JPEG that is made, until it is small enough.
const QUALITIES: [u8; 5] = [80, 65, 50, 35, 20];

/// Of a file of a media type and `size`, if it is a picture that can be decoded within bounds.
pub(super) fn of_file(file: File, size: u64, media_type: &str) -> Option<Thumbnail> {
    encode(&decode_file(file, size, media_type, MAX_THUMBNAIL_PIXELS)?)
}

impl Picture {
    /// Decodes a PNG or JPEG, within the bounds for thumbnails, and makes it upright and no side of it
    /// longer than `longest`.
    #[must_use]
    pub fn of_file(mut file: File, longest: u32) -> Option<Self> {
        let size = file.metadata().ok()?.len();
        let mut head = Vec::with_capacity(HEAD_BYTES);
        let most = u64::try_from(HEAD_BYTES).unwrap_or(u64::MAX);
        (&mut file).take(most).read_to_end(&mut head).ok()?;
        decode_file(file, size, media_type(&head), longest)
    }

    /// As [`Picture::of_file`], of a JPEG in memory.
    #[must_use]
    pub fn of_jpeg(bytes: &[u8], longest: u32) -> Option<Self> {
        let outline = Outline::of(bytes)?;
        let (width, height) = (u32::from(outline.width), u32::from(outline.height));
        if !fits(width, height) {
            return None;
        }
        let per_pixel = if outline.is_progressive { 2 * u64::from(outline.components) } else { 0 };
        let decoder = JpegDecoder::new(Cursor::new(bytes)).ok()?;
        if decoder.dimensions() != (width, height) {
            return None;
        }
        decode(decoder, per_pixel, longest)
    }
}

impl Thumbnail {
    /// Whether it is a JPEG of a size that may be shown. No pixel is decoded.
    pub(crate) fn is_sound(&self) -> bool {
        self.0.len() <= MAX_THUMBNAIL_BYTES
            && Outline::of(&self.0).is_some_and(|jpeg| {
                let longest = u32::from(jpeg.width.max(jpeg.height));
                longest <= MAX_THUMBNAIL_PIXELS && jpeg.trailing == 0 && jpeg.components != 4
            })
    }
}

fn decode_file(mut file: File, size: u64, media_type: &str, longest: u32) -> Option<Picture> {
    if size > MAX_PICTURE_BYTES {
        return None;
    }
    file.rewind().ok()?;
    let reader = BufReader::new(file);
    match media_type {
        "image/png" => decode(PngDecoder::with_limits(reader, limits()).ok()?, 0, longest),
        "image/jpeg" => {
            let mut bytes = Vec::new();
            reader.take(MAX_JPEG_BYTES).read_to_end(&mut bytes).ok()?;
            Picture::of_jpeg(&bytes, longest)
        }
        _ => None,
    }
}

/// Decodes, if the picture says that it is small enough, with `extra` bytes that the decoder keeps
/// for each pixel; and makes it upright, with no side longer than `longest`.
fn decode(mut decoder: impl ImageDecoder, extra: u64, longest: u32) -> Option<Picture> {
    let (width, height) = decoder.dimensions();
    if !fits(width, height) {
        return None;
    }
    let mut limits = limits();
    limits.reserve(decoder.total_bytes()).ok()?;
    limits.reserve((u64::from(width) * u64::from(height)).checked_mul(extra)?).ok()?;
    decoder.set_limits(limits).ok()?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let whole = Picture::decode(decoder)?;
    let (width, height) = whole.size();
    let most = usize::try_from(longest).ok()?;
    let longest = width.max(height);
    let side = |side: usize| match longest {
        longest if longest <= most => side,
        longest => ((side * most + longest / 2) / longest).max(1),
    };
    Some(whole.small(side(width), side(height)).upright(orientation))
}

fn fits(width: u32, height: u32) -> bool {
    let pixels = u64::from(width) * u64::from(height);
    width.max(height) <= MAX_SIDE && (1..=MAX_PIXELS).contains(&pixels)
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    limits
}

/// As good as it may be long, and half as large if that is still too long. Nothing of the file but
/// its pixels comes along: not the place where a photograph was taken, nor the camera.
fn encode(picture: &Picture) -> Option<Thumbnail> {
    QUALITIES.iter().find_map(|quality| encode_at(picture, *quality)).or_else(|| {
        let (width, height) = picture.size();
        let half = picture.small(width.div_ceil(2), height.div_ceil(2));
        QUALITIES.iter().find_map(|quality| encode_at(&half, *quality))
    })
}

fn encode_at(picture: &Picture, quality: u8) -> Option<Thumbnail> {
    let mut bytes = Vec::new();
    let (width, height) = picture.size();
    let (width, height) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode(picture.rgb(), width, height, ExtendedColorType::Rgb8)
        .ok()?;
    Some(Thumbnail(bytes)).filter(Thumbnail::is_sound)
}
