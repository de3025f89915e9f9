//! How large a thumbnail is, read from its header: the rows must have their height before the picture
//! is decoded.

/// Width and height of a JPEG.
pub(crate) fn size(jpeg: &[u8]) -> Option<(i32, i32)> {
    let mut rest = jpeg.strip_prefix(&[0xff, 0xd8])?;
    loop {
        let [0xff, marker, high, low, body @ ..] = rest else { return None };
        let length = usize::from(u16::from_be_bytes([*high, *low])).checked_sub(2)?;
        // SOF0 to SOF15 but for DHT, JPG and DAC, which lie among them.
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            let [_, h1, h0, w1, w0, ..] = body else { return None };
            let side = |high: &u8, low: &u8| i32::from(u16::from_be_bytes([*high, *low]));
            return Some((side(w1, w0), side(h1, h0))).filter(|(w, h)| *w > 0 && *h > 0);
        }
        rest = body.get(length..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn the_header_says_the_size() {
        let jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc0, 0, 8, 8, 0, 240, 1, 64, 3];
        assert_eq!(size(&jpeg), Some((320, 240)));
        for end in 0..jpeg.len() - 1 {
            assert_eq!(size(&jpeg[..end]), None);
        }
        assert_eq!(size(&[0xff, 0xd8, 0xff, 0xe0, 0, 0]), None);
    }
}
