//! Small pictures: made of whole ones, of hostile ones, and looked over by who gets them.

use std::io::Cursor;

use allocation_counter::measure;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

use super::*;
use crate::event::Thumbnail;
use crate::{MAX_THUMBNAIL_BYTES, MAX_THUMBNAIL_PIXELS};

const FORMATS: [ImageFormat; 2] = [ImageFormat::Png, ImageFormat::Jpeg];
/// A pixel.
const GIF: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\xff\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
/// A pixel.
const WEBP: &[u8] =
    b"RIFF\"\0\0\0WEBPVP8 \x16\0\0\x000\x01\0\x9d\x01*\x01\0\x01\0\x0e\xc0\xfe%\xa4\0\x03p\0\0\0\0";

fn thumbnail(bytes: &[u8]) -> Option<Thumbnail> {
    let mut rig = Rig::new();
    rig.write("picture", bytes);
    let path = rig.path("picture");
    match rig.ask(FileOp::Inspect { transfer: UP, path }) {
        FileReply::Inspected { thumbnail, .. } => thumbnail,
        reply => panic!("{reply:?}"),
    }
}

fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn decoded(thumbnail: &Thumbnail) -> RgbImage {
    assert!(thumbnail.is_sound());
    image::load_from_memory_with_format(thumbnail.jpeg(), ImageFormat::Jpeg).unwrap().to_rgb8()
}

/// Red to the left, blue to the right.
fn halves(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| {
        if x < width / 2 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) }
    })
}

fn is_red(pixel: Rgb<u8>) -> bool {
    pixel.0[0] > 200 && pixel.0[1] < 60 && pixel.0[2] < 60
}

fn is_blue(pixel: Rgb<u8>) -> bool {
    pixel.0[2] > 200 && pixel.0[1] < 60 && pixel.0[0] < 60
}

/// Writes a number over some bytes.
fn patch(bytes: &mut [u8], at: usize, number: &[u8]) {
    bytes[at..at + number.len()].copy_from_slice(number);
}

fn find(bytes: &[u8], what: &[u8]) -> usize {
    bytes.windows(what.len()).position(|window| window == what).unwrap()
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    })
}

fn png_of(width: u32, height: u32) -> Vec<u8> {
    png_of_colours(width, height, 2)
}

/// The kind of colours is as PNG counts them: 0 for grey, 2 for red, green and blue.
fn png_of_colours(width: u32, height: u32, colours: u8) -> Vec<u8> {
    let mut bytes = encoded(halves(8, 8), ImageFormat::Png);
    patch(&mut bytes, 16, &width.to_be_bytes());
    patch(&mut bytes, 20, &height.to_be_bytes());
    bytes[25] = colours;
    let crc = crc(&bytes[12..29]);
    patch(&mut bytes, 29, &crc.to_be_bytes());
    bytes
}

fn jpeg_of(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = encoded(halves(8, 8), ImageFormat::Jpeg);
    let frame = find(&bytes, &[0xff, 0xc0]);
    patch(&mut bytes, frame + 5, &height.to_be_bytes());
    patch(&mut bytes, frame + 7, &width.to_be_bytes());
    bytes
}

#[test]
fn a_picture_that_claims_60000_by_60000_is_refused_before_decoding() {
    let pictures = [
        ("png", png_of(60_000, 60_000)),
        ("png, both sides allowed", png_of(16_000, 16_000)),
        ("png, grey", png_of_colours(16_000, 10_000, 0)),
        ("png, one side", png_of(16_385, 1)),
        ("png, widest", png_of(i32::MAX.unsigned_abs(), i32::MAX.unsigned_abs())),
        ("jpeg", jpeg_of(60_000, 60_000)),
        ("jpeg, both sides allowed", jpeg_of(16_000, 16_000)),
    ];
    for (what, bytes) in pictures {
        let mut refused = true;
        let heap = measure(|| refused = thumbnail(&bytes).is_none());
        assert!(refused, "{what}");
        assert!(heap.bytes_max < 512 * 1_024, "{what}: {} bytes", heap.bytes_max);
    }
}

#[test]
fn hostile_pictures_have_no_thumbnail() {
    let (width, height) = (8, 8);
    let jpeg = encoded(halves(width, height), ImageFormat::Jpeg);
    let scan = find(&jpeg, &[0xff, 0xda]);
    let end = jpeg.len() - 2;
    let scans = [&jpeg[..end], &jpeg[scan..end].repeat(33), &jpeg[end..]].concat();
    let pictures = [
        ("cut jpeg", jpeg[..end].to_vec()),
        ("many scans", scans),
        ("cut png", png_of(width, height)[..60].to_vec()),
        ("magic only", b"\x89PNG\r\n\x1a\n".to_vec()),
        ("no picture", b"hello".to_vec()),
    ];
    for (what, bytes) in pictures {
        assert!(thumbnail(&bytes).is_none(), "{what}");
    }
}

#[test]
fn pictures_of_each_format_have_a_thumbnail_of_the_same_proportions() {
    for format in FORMATS {
        for (width, height, small) in [(640, 320, (320, 160)), (20, 40, (20, 40))] {
            let bytes = encoded(halves(width, height), format);
            let picture = decoded(&thumbnail(&bytes).unwrap());
            assert_eq!(picture.dimensions(), small, "{format:?}");
            let (x, y) = (small.0 / 4, small.1 / 2);
            assert!(is_red(*picture.get_pixel(x, y)), "{format:?}");
            assert!(is_blue(*picture.get_pixel(3 * x, y)), "{format:?}");
        }
    }
    let narrow = encoded(RgbImage::new(16_384, 1), ImageFormat::Png);
    assert_eq!(decoded(&thumbnail(&narrow).unwrap()).dimensions(), (MAX_THUMBNAIL_PIXELS, 1));
    let deep = DynamicImage::from(halves(8, 8)).into_rgb16();
    let picture = decoded(&thumbnail(&encoded(deep, ImageFormat::Png)).unwrap());
    assert!(is_red(*picture.get_pixel(1, 4)));
}

#[test]
fn a_picture_of_another_format_goes_without_and_says_what_it_is() {
    for (bytes, expected) in [(GIF, "image/gif"), (WEBP, "image/webp")] {
        let mut rig = Rig::new();
        rig.write("picture", bytes);
        let path = rig.path("picture");
        match rig.ask(FileOp::Inspect { transfer: UP, path }) {
            FileReply::Inspected { thumbnail, media_type, .. } => {
                assert_eq!((thumbnail, media_type.as_str()), (None, expected));
            }
            reply => panic!("{reply:?}"),
        }
    }
}

#[test]
fn a_photograph_stands_upright_and_does_not_say_where_it_was_taken() {
    let jpeg = encoded(halves(80, 40), ImageFormat::Jpeg);
    // Exif: a little-endian TIFF with one entry, Orientation (0x112) = 6, and a secret behind it.
    let mut exif =
        b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
    exif.extend_from_slice(b"52.5163N13.3777E");
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let bytes = [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat();
    let thumbnail = thumbnail(&bytes).unwrap();
    let picture = decoded(&thumbnail);
    assert_eq!(picture.dimensions(), (40, 80));
    assert!(is_red(*picture.get_pixel(20, 10)) && is_blue(*picture.get_pixel(20, 70)));
    assert!(!thumbnail.jpeg().windows(4).any(|window| window == b"Exif" || window == b"52.5"));
}

#[test]
fn what_is_transparent_is_white() {
    let picture = RgbaImage::from_fn(16, 16, |x, _| Rgba([255, 0, 0, if x < 8 { 0 } else { 255 }]));
    let picture = decoded(&thumbnail(&encoded(picture, ImageFormat::Png)).unwrap());
    assert!(picture.get_pixel(2, 8).0.iter().all(|colour| *colour > 240));
    assert!(is_red(*picture.get_pixel(13, 8)));
}

#[test]
fn a_picture_of_noise_has_a_thumbnail_that_fits() {
    let mut state = 1_u32;
    let noise = RgbImage::from_fn(700, 700, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [a, b, c, _] = state.to_be_bytes();
        Rgb([a, b, c])
    });
    let small = image::imageops::crop_imm(&noise, 0, 0, 320, 320).to_image();
    for (noise, side) in [(noise, 320), (small, 160)] {
        let thumbnail = thumbnail(&encoded(noise, ImageFormat::Png)).unwrap();
        assert!(thumbnail.jpeg().len() <= MAX_THUMBNAIL_BYTES);
        assert_eq!(decoded(&thumbnail).dimensions(), (side, side));
    }
}

#[test]
fn a_thumbnail_that_is_no_small_jpeg_is_not_sound() {
    let jpeg = encoded(halves(320, 200), ImageFormat::Jpeg);
    assert!(Thumbnail(jpeg.clone()).is_sound());
    let scan = find(&jpeg, &[0xff, 0xda]);
    let frame = find(&jpeg, &[0xff, 0xc0]);
    let with = |at: usize, bytes: &[u8]| {
        let mut jpeg = jpeg.clone();
        patch(&mut jpeg, at, bytes);
        jpeg
    };
    let behind_frame = frame + 2 + usize::from(jpeg[frame + 3]);
    let twice = [&jpeg[..behind_frame], &jpeg[frame..behind_frame], &jpeg[behind_frame..]].concat();
    let padding = [&jpeg[..2], &[0xff, 0xfe, 0x60, 0], &[0; 0x5ffe], &jpeg[2..]].concat();
    let unsound = [
        ("empty", Vec::new()),
        ("321 wide", jpeg_of(321, 8)),
        ("60,000 high", jpeg_of(8, 60_000)),
        ("no height", jpeg_of(8, 0)),
        (
            "a later height",
            [&jpeg[..scan], &[0xff, 0xdc, 0, 4, 0xff, 0xff], &jpeg[scan..]].concat(),
        ),
        ("two frames", twice),
        ("a frame of another process", with(frame + 1, &[0xc9])),
        ("12 bits", with(frame + 4, &[12])),
        ("four colours", with(frame + 9, &[4])),
        ("no scan", [&jpeg[..scan], &[0xff, 0xd9]].concat()),
        ("cut", jpeg[..jpeg.len() - 1].to_vec()),
        ("something behind", [jpeg.as_slice(), b"<html>"].concat()),
        ("a comment of 24 KiB", padding),
        ("a png", encoded(halves(8, 8), ImageFormat::Png)),
    ];
    for (what, bytes) in unsound {
        assert!(!Thumbnail(bytes).is_sound(), "{what}");
    }
    assert!(Thumbnail(with(frame + 1, &[0xc2])).is_sound(), "progressive");
    for length in 0..jpeg.len() {
        assert!(!Thumbnail(jpeg[..length].to_vec()).is_sound(), "cut to {length}");
    }
}
