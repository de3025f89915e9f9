//! What is dropped on the window, and pictures that are pasted.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};

/// The files that a dropped or pasted text names, one a line (RFC 2483 §5); `None` if it is text.
pub(super) fn files(text: &str) -> Option<Vec<PathBuf>> {
    let mut files = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !line.starts_with('#') {
            files.push(file(line)?);
        }
    }
    (!files.is_empty()).then_some(files)
}

/// A file URI (RFC 8089 §2) of this computer.
fn file(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    if !path.starts_with('/') {
        return None;
    }
    let bytes = decoded(path)?;
    if bytes.contains(&0) {
        return None;
    }
    let path = PathBuf::from(os_string(bytes)?);
    // `/C:/x` names `C:/x` there.
    Some(if cfg!(windows) { path.strip_prefix("/").unwrap_or(&path).to_owned() } else { path })
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let value = digit(bytes.next()?)? * 16 + digit(bytes.next()?)?;
                u8::try_from(value).ok()?
            }
            byte => byte,
        });
    }
    Some(decoded)
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere a name can be refused")]
fn os_string(bytes: Vec<u8>) -> Option<OsString> {
    Some(std::os::unix::ffi::OsStringExt::from_vec(bytes))
}

#[cfg(not(unix))]
fn os_string(bytes: Vec<u8>) -> Option<OsString> {
    String::from_utf8(bytes).ok().map(Into::into)
}

/// A picture of `depth` bytes a pixel as PNG.
pub(super) fn png(pixels: &[u8], (w, h): (u32, u32), depth: u8) -> io::Result<Vec<u8>> {
    let colour = match depth {
        1 => ExtendedColorType::L8,
        2 => ExtendedColorType::La8,
        3 => ExtendedColorType::Rgb8,
        4 => ExtendedColorType::Rgba8,
        _ => return Err(io::ErrorKind::InvalidData.into()),
    };
    let bytes = u64::from(w) * u64::from(h) * u64::from(depth);
    if u64::try_from(pixels.len()).ok() != Some(bytes) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut png = Vec::new();
    PngEncoder::new(&mut png).write_image(pixels, w, h, colour).map_err(io::Error::other)?;
    Ok(png)
}

/// Where pasted pictures lie until the program ends: they are sent from there.
#[derive(Debug, Default)]
pub(super) struct Pasted {
    dir: Option<PathBuf>,
    count: u32,
}

impl Pasted {
    /// Writes down a picture.
    pub(super) fn keep(&mut self, png: &[u8]) -> io::Result<PathBuf> {
        self.count += 1;
        let name = format!("pasted-{}.png", self.count);
        let path = self.dir()?.join(name);
        fs::write(&path, png)?;
        Ok(path)
    }

    fn dir(&mut self) -> io::Result<&Path> {
        if self.dir.is_none() {
            let mut name = [0; 8];
            getrandom::fill(&mut name).map_err(io::Error::other)?;
            let dir = std::env::temp_dir().join(format!("sotto-{:016x}", u64::from_le_bytes(name)));
            let mut builder = fs::DirBuilder::new();
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(&dir)?;
            self.dir = Some(dir);
        }
        self.dir.as_deref().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Drop for Pasted {
    fn drop(&mut self) {
        if let Some(dir) = &self.dir {
            let _ = fs::remove_dir_all(dir);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropped_files_are_found_by_their_addresses() {
        let dropped = "file:///home/alice/a%20b.txt\r\nfile://localhost/tmp/%C3%A4\r\n";
        let expected: Vec<PathBuf> = vec!["/home/alice/a b.txt".into(), "/tmp/ä".into()];
        assert_eq!(files(dropped), Some(expected));
    }

    #[test]
    fn text_and_other_addresses_are_not_files() {
        for text in ["", "hello", "https://example.org/a", "file://host/a", "file:///a\nand more"] {
            assert_eq!(files(text), None, "{text}");
        }
        assert_eq!(files("file:///a%00b"), None);
        assert_eq!(files("file:///a%2"), None);
    }

    #[test]
    fn a_pasted_picture_lies_in_a_private_place_until_the_end() {
        let mut pasted = Pasted::default();
        let path = pasted.keep(&png(&[7; 12], (2, 2), 3).unwrap()).unwrap();
        assert_eq!(image::open(&path).unwrap().width(), 2);
        assert!(png(&[7; 11], (2, 2), 3).is_err(), "too few pixels");
        drop(pasted);
        assert!(!path.exists());
    }
}
