//! Places and sizes, in logical pixels: FLTK multiplies them by the screen's scale.

/// A place in the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Point {
    /// Pixels from the left.
    pub x: i32,
    /// Pixels from the top.
    pub y: i32,
}

/// A rectangle; empty if a side is not positive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rect {
    /// Left.
    pub x: i32,
    /// Top.
    pub y: i32,
    /// Width.
    pub w: i32,
    /// Height.
    pub h: i32,
}

impl Rect {
    /// A rectangle by its corner and sides.
    #[must_use]
    pub const fn new(x: i32, y: i32, w: i32, h: i32) -> Self {
        Self { x, y, w, h }
    }

    /// The first x behind it.
    #[must_use]
    pub const fn right(&self) -> i32 {
        self.x + self.w
    }

    /// The first y below it.
    #[must_use]
    pub const fn bottom(&self) -> i32 {
        self.y + self.h
    }

    /// Whether it holds no pixel.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.w <= 0 || self.h <= 0
    }

    /// Whether a place is in it.
    #[must_use]
    pub const fn contains(&self, at: Point) -> bool {
        self.x <= at.x && at.x < self.right() && self.y <= at.y && at.y < self.bottom()
    }

    /// Smaller by `dx` at the left and right and `dy` at the top and bottom.
    #[must_use]
    pub const fn inset(&self, dx: i32, dy: i32) -> Self {
        Self::new(self.x + dx, self.y + dy, self.w - 2 * dx, self.h - 2 * dy)
    }

    /// Moved.
    #[must_use]
    pub const fn moved(&self, dx: i32, dy: i32) -> Self {
        Self::new(self.x + dx, self.y + dy, self.w, self.h)
    }

    /// Its first `h` pixels from the top, and the rest.
    #[must_use]
    pub const fn split_top(&self, h: i32) -> (Self, Self) {
        let rest = Self::new(self.x, self.y + h, self.w, self.h - h);
        (Self::new(self.x, self.y, self.w, h), rest)
    }

    /// Its last `h` pixels at the bottom, and the rest.
    #[must_use]
    pub const fn split_bottom(&self, h: i32) -> (Self, Self) {
        let rest = Self::new(self.x, self.y, self.w, self.h - h);
        (Self::new(self.x, self.bottom() - h, self.w, h), rest)
    }

    /// Its first `w` pixels from the left, and the rest.
    #[must_use]
    pub const fn split_left(&self, w: i32) -> (Self, Self) {
        let rest = Self::new(self.x + w, self.y, self.w - w, self.h);
        (Self::new(self.x, self.y, w, self.h), rest)
    }

    /// Its last `w` pixels at the right, and the rest.
    #[must_use]
    pub const fn split_right(&self, w: i32) -> (Self, Self) {
        let rest = Self::new(self.x, self.y, self.w - w, self.h);
        (Self::new(self.right() - w, self.y, w, self.h), rest)
    }

    /// A rectangle of this size in its middle.
    #[must_use]
    pub const fn centred(&self, w: i32, h: i32) -> Self {
        Self::new(self.x + (self.w - w) / 2, self.y + (self.h - h) / 2, w, h)
    }

    /// What is in both.
    #[must_use]
    pub fn intersection(&self, other: Self) -> Self {
        let (x, y) = (self.x.max(other.x), self.y.max(other.y));
        let (right, bottom) = (self.right().min(other.right()), self.bottom().min(other.bottom()));
        Self::new(x, y, right - x, bottom - y)
    }

    /// The smallest that holds both.
    #[must_use]
    pub fn around(&self, other: Self) -> Self {
        if self.is_empty() || other.is_empty() {
            return if other.is_empty() { *self } else { other };
        }
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        let (right, bottom) = (self.right().max(other.right()), self.bottom().max(other.bottom()));
        Self::new(x, y, right - x, bottom - y)
    }
}

/// A measured length in whole pixels, the nearest.
#[must_use]
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "there is no other way from float to integer; `as` saturates, and NaN becomes 0"
)]
pub fn px(value: f32) -> i32 {
    value.round() as i32
}
