//! Thick lines with round ends: FLTK's own have whole pixels only, and icons need less.

use fltk::draw;

/// A piece of a symbol, in units of a 24 × 24 grid.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stroke {
    /// Straight lines from place to place.
    Line(&'static [[f64; 2]]),
    /// Likewise, and back to the first.
    Loop(&'static [[f64; 2]]),
    /// A circle: centre, radius.
    Ring([f64; 2], f64),
    /// A part of one: centre, radius, from and to in degrees counted from the right against the
    /// clock.
    Arc([f64; 2], f64, f64, f64),
    /// A curve after Bézier.
    Curve([[f64; 2]; 4]),
    /// A filled disc: centre, radius.
    Dot([f64; 2], f64),
}

/// Half the width of a line, in units.
const HALF: f64 = 1.0;
/// Straight pieces of a curve.
const STEPS: u8 = 16;

/// Where units lie in the window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    /// The left, in pixels.
    pub(super) x: f64,
    /// The top, in pixels.
    pub(super) y: f64,
    /// Pixels of a unit.
    pub(super) unit: f64,
}

/// Draws strokes as one path, all parts of which turn the same way, so that where they overlap
/// nothing shows.
pub(super) fn draw(grid: Grid, strokes: &[Stroke]) {
    draw::begin_complex_polygon();
    for stroke in strokes {
        match *stroke {
            Stroke::Line(places) => grid.line(places),
            Stroke::Loop(places) => {
                grid.line(places);
                if let (Some(first), Some(last)) = (places.first(), places.last()) {
                    grid.capsule(*last, *first);
                }
            }
            Stroke::Ring(centre, r) => grid.ring(centre, r),
            Stroke::Arc(centre, r, from, to) => grid.curve(|t| {
                let angle = (from + (to - from) * t).to_radians();
                at(centre, r, angle)
            }),
            Stroke::Curve(points) => grid.curve(|t| bezier(points, t)),
            Stroke::Dot(centre, r) => grid.disc(centre, r),
        }
    }
    draw::end_complex_polygon();
}

impl Grid {
    fn line(&self, places: &[[f64; 2]]) {
        for pair in places.windows(2) {
            if let [from, to] = pair {
                self.capsule(*from, *to);
            }
        }
    }

    fn curve(&self, place: impl Fn(f64) -> [f64; 2]) {
        let mut from = place(0.0);
        for step in 1..=STEPS {
            let to = place(f64::from(step) / f64::from(STEPS));
            self.capsule(from, to);
            from = to;
        }
    }

    fn x(&self, x: f64) -> f64 {
        self.x + x * self.unit - 0.5
    }

    fn y(&self, y: f64) -> f64 {
        self.y + y * self.unit - 0.5
    }

    /// A line with round ends, clockwise.
    fn capsule(&self, from: [f64; 2], to: [f64; 2]) {
        let ([x0, y0], [x1, y1]) = (from, to);
        // The window's y grows downwards, angles against the clock.
        let angle = (y0 - y1).atan2(x1 - x0).to_degrees();
        let r = HALF * self.unit;
        draw::draw_arc2(self.x(x0), self.y(y0), r, angle + 270.0, angle + 90.0);
        draw::draw_arc2(self.x(x1), self.y(y1), r, angle + 90.0, angle - 90.0);
        self.part();
    }

    fn ring(&self, [x, y]: [f64; 2], r: f64) {
        self.disc([x, y], r + HALF);
        // The other way round: a hole.
        draw::draw_arc2(self.x(x), self.y(y), (r - HALF) * self.unit, 0.0, 360.0);
        self.part();
    }

    fn disc(&self, [x, y]: [f64; 2], r: f64) {
        draw::draw_arc2(self.x(x), self.y(y), r * self.unit, 360.0, 0.0);
        self.gap();
    }

    fn gap(&self) {
        draw::gap();
    }

    /// Windows fills what two parts cover as if it were a hole, so there each is its own path.
    fn part(&self) {
        if cfg!(windows) {
            draw::end_complex_polygon();
            draw::begin_complex_polygon();
        } else {
            draw::gap();
        }
    }
}

fn at([x, y]: [f64; 2], r: f64, angle: f64) -> [f64; 2] {
    [x + r * angle.cos(), y - r * angle.sin()]
}

fn bezier([[ax, ay], [bx, by], [cx, cy], [dx, dy]]: [[f64; 2]; 4], t: f64) -> [f64; 2] {
    let u = 1.0 - t;
    let (a, b, c, d) = (u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t);
    [a * ax + b * bx + c * cx + d * dx, a * ay + b * by + c * cy + d * dy]
}
