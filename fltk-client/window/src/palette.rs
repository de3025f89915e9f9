//! Every colour of the window, in one place. Text has a contrast of at least 4.5:1 on what it stands.

/// A colour by what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ink {
    /// Timeline, composer, fields.
    Ground,
    /// Room list, members.
    Pane,
    /// Separators, borders.
    Line,
    /// Text.
    Text,
    /// Secondary text.
    Soft,
    /// Times and hints.
    Faint,
    /// Own messages, the primary button.
    Own,
    /// Text on `Own`.
    OnOwn,
    /// Times and marks on `Own`.
    OnOwnSoft,
    /// Others' messages.
    Other,
    /// Links, focus ring, badges, progress.
    Accent,
    /// Text on `Accent`.
    OnAccent,
    /// Selected room, pressed tool, selected text.
    Selected,
    /// Under the pointer.
    Hover,
    /// Verified, connected.
    Good,
    /// Key change, gap.
    Warn,
    /// Failure, new-messages line.
    Bad,
    /// Behind code and quotes in another's message.
    Inset,
    /// Behind code and quotes in an own message.
    OwnInset,
    /// Selected text in an own message.
    OwnSelected,
    /// Over everything behind a dialog.
    Shade,
    /// An account's name, one of [`HUES`].
    Name(u8),
    /// An account's or room's avatar, one of [`HUES`]; its initials are white.
    Avatar(u8),
    /// White.
    White,
}

/// Colours of accounts.
pub const HUES: u8 = 8;

/// Which palette.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Theme {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}

/// Red, green, blue, opacity.
pub type Rgba = [u8; 4];

impl Theme {
    /// The colour of an ink.
    #[must_use]
    pub const fn colour(self, ink: Ink) -> Rgba {
        let [light, dark] = pair(ink);
        let rgb = match self {
            Self::Light => light,
            Self::Dark => dark,
        };
        let [_, r, g, b] = rgb.to_be_bytes();
        let opacity = if matches!(ink, Ink::Shade) { 0x90 } else { 0xff };
        [r, g, b, opacity]
    }
}

/// An ink in both themes, as 0xRRGGBB: light, dark.
const fn pair(ink: Ink) -> [u32; 2] {
    match ink {
        Ink::Ground => [0xFF_FFFF, 0x16_181C],
        Ink::Pane => [0xF4_F5F7, 0x1C_1F24],
        Ink::Line => [0xE3_E5E9, 0x2B_2F36],
        Ink::Text => [0x1B_1F24, 0xE8_EAED],
        Ink::Soft => [0x5B_6470, 0xA7_AFBA],
        Ink::Faint => [0x64_6C77, 0x90_98A5],
        Ink::Own => [0x2F_6FDE, 0x2B_62C4],
        Ink::OnOwn | Ink::White => [0xFF_FFFF, 0xFF_FFFF],
        Ink::OnOwnSoft => [0xFF_FFFF, 0xE6_EDFA],
        Ink::Other => [0xEE_F0F3, 0x26_2A31],
        Ink::Accent => [0x2F_6FDE, 0x7F_AAF5],
        Ink::OnAccent => [0xFF_FFFF, 0x16_181C],
        Ink::Selected => [0xE4_EDFB, 0x24_3145],
        Ink::Hover => [0xEB_EDF1, 0x24_282F],
        Ink::Good => [0x1E_7F4F, 0x5C_C48E],
        Ink::Warn => [0x9A_5B00, 0xE9_B45C],
        Ink::Bad => [0xB3_261E, 0xF2_827A],
        Ink::Inset => [0xE0_E3E8, 0x32_373F],
        Ink::OwnInset => [0x2A_62C4, 0x25_54A8],
        Ink::OwnSelected => [0x1F_4FA3, 0x1C_4285],
        Ink::Shade => [0x00_0000, 0x00_0000],
        Ink::Name(hue) => match hue % HUES {
            0 => [0x9C_3A6B, 0xE5_86B4],
            1 => [0xB0_4A1B, 0xF0_8F5F],
            2 => [0x4B_7520, 0x9C_CB63],
            3 => [0x1B_7585, 0x5F_C4D4],
            4 => [0x6D_47BF, 0xB3_97F5],
            5 => [0x8A_6100, 0xE0_B450],
            6 => [0x2B_62C4, 0x84_ADF7],
            _ => [0x1E_7F4F, 0x62_CC94],
        },
        Ink::Avatar(hue) => match hue % HUES {
            0 => [0x9C_3A6B, 0x9C_3A6B],
            1 => [0xB5_522B, 0xB5_522B],
            2 => [0x56_7D24, 0x56_7D24],
            3 => [0x1F_7A87, 0x1F_7A87],
            4 => [0x75_53C7, 0x75_53C7],
            5 => [0x8A_6614, 0x8A_6614],
            6 => [0x2F_65C8, 0x2F_65C8],
            _ => [0x2A_7D55, 0x2A_7D55],
        },
    }
}
