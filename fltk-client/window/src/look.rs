//! What a view needs to know beside the state: how wide text is, and what time it is.

use wire::id::UnixMs;

/// A face and size of type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Font {
    /// Which face.
    pub face: Face,
    /// Height in logical pixels.
    pub size: u8,
}

/// The faces that are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Face {
    /// The system's sans serif.
    Sans,
    /// It in bold.
    Bold,
    /// It in italic.
    Italic,
    /// It in bold italic.
    BoldItalic,
    /// For code.
    Mono,
}

impl Font {
    /// Messages and everything without a reason to differ: 14 px on lines of 20.
    pub const BODY: Self = Self::new(Face::Sans, 14);
    /// It in bold.
    pub const STRONG: Self = Self::new(Face::Bold, 14);
    /// The title of a room or dialog.
    pub const TITLE: Self = Self::new(Face::Bold, 16);
    /// Secondary text.
    pub const SMALL: Self = Self::new(Face::Sans, 12);
    /// Secondary text in bold: names above messages.
    pub const SMALL_STRONG: Self = Self::new(Face::Bold, 12);
    /// Times.
    pub const TINY: Self = Self::new(Face::Sans, 11);
    /// Headings of panes.
    pub const TINY_STRONG: Self = Self::new(Face::Bold, 11);
    /// Code.
    pub const CODE: Self = Self::new(Face::Mono, 13);

    /// A face at a size.
    #[must_use]
    pub const fn new(face: Face, size: u8) -> Self {
        Self { face, size }
    }
}

/// Measures text as it will be painted.
pub trait Measure {
    /// The width of a line of text, in logical pixels.
    fn width(&self, font: Font, text: &str) -> f32;

    /// The pixels from the top of a line to its baseline when the line is `size + 6` high.
    fn ascent(&self, font: Font) -> i32 {
        i32::from(font.size)
    }
}

/// A moment as people of this place read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    /// Year.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: u32,
    /// Day of the month, 1 to 31.
    pub day: u32,
    /// Day of the week, 0 for Monday.
    pub weekday: u32,
    /// Hour, 0 to 23.
    pub hour: u32,
    /// Minute.
    pub minute: u32,
}

/// What time it is, and where.
pub trait Clock {
    /// Now.
    fn wall(&self) -> UnixMs;

    /// Milliseconds since the program began, for what moves.
    fn beat_ms(&self) -> u64;

    /// A moment in this place's time.
    fn local(&self, at: UnixMs) -> Local;
}

/// What is handed to every view.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// How wide text is.
    pub measure: &'a dyn Measure,
    /// What time it is.
    pub clock: &'a dyn Clock,
}

impl core::fmt::Debug for Look<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Look")
    }
}

/// A face and a clock that are the same everywhere, for tests without a display.
#[doc(hidden)]
pub mod fixture {
    use super::{Clock, Face, Font, Local, Look, Measure, UnixMs};

    /// Every character is half as wide as the type is high, wide ones are as wide; bold is a tenth wider.
    #[derive(Clone, Copy, Debug, Default)]
    pub struct Fixed {
        /// Now.
        pub wall: UnixMs,
        /// Milliseconds since the program began.
        pub beat_ms: u64,
    }

    impl Fixed {
        /// Monday, 2026-11-23 10:00 UTC.
        pub const MONDAY: Self = Self { wall: UnixMs(1_795_428_000_000), beat_ms: 0 };

        /// As what is handed to views.
        #[must_use]
        pub fn look(&self) -> Look<'_> {
            Look { measure: self, clock: self }
        }
    }

    impl Measure for Fixed {
        fn width(&self, font: Font, text: &str) -> f32 {
            let wide = |c: char| if u32::from(c) < 0x1100 { 0.5 } else { 1.0 };
            let bold = matches!(font.face, Face::Bold | Face::BoldItalic);
            let em = f32::from(font.size) * if bold { 1.1 } else { 1.0 };
            text.chars().map(wide).sum::<f32>() * em
        }
    }

    impl Clock for Fixed {
        fn wall(&self) -> UnixMs {
            self.wall
        }

        fn beat_ms(&self) -> u64 {
            self.beat_ms
        }

        fn local(&self, at: UnixMs) -> Local {
            super::utc(at)
        }
    }
}

/// A moment in UTC (days to civil date after Howard Hinnant's algorithm).
#[must_use]
pub fn utc(at: UnixMs) -> Local {
    let minutes = i64::try_from(at.0 / 60_000).unwrap_or(i64::MAX);
    let days = minutes.div_euclid(1_440);
    let small = |value: i64| u32::try_from(value).unwrap_or(0);
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    Local {
        year: i32::try_from(year).unwrap_or(i32::MAX),
        month: small(month),
        day: small(doy - (153 * mp + 2) / 5 + 1),
        weekday: small((days + 3).rem_euclid(7)),
        hour: small(minutes.rem_euclid(1_440) / 60),
        minute: small(minutes.rem_euclid(60)),
    }
}
