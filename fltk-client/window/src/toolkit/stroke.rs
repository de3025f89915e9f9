//! Thick lines with round ends, as coverage of pixels: a symbol is drawn once and then copied. Through
//! FLTK each of its lines would be a path that is filled, a fifth of a millisecond a symbol.

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

/// Units of a side.
const GRID: f64 = 24.0;
/// Half the width of a line, in units.
const HALF: f64 = 1.0;
/// Straight pieces of a curve.
const STEPS: u8 = 16;

/// What a stroke is made of; its edge is where the distance is zero.
#[derive(Clone, Copy, Debug)]
enum Part {
    /// A straight line with round ends.
    Capsule([f64; 2], [f64; 2]),
    Ring([f64; 2], f64),
    Disc([f64; 2], f64),
}

/// How much of each pixel strokes cover, 0 to 1, in rows of `width`.
pub(super) fn coverage(strokes: &[Stroke], width: u32, height: u32) -> Vec<f64> {
    let parts = parts(strokes);
    let units = |pixel: u32, side: u32| (f64::from(pixel) + 0.5) * GRID / f64::from(side);
    let pixels_of_unit = f64::from(width.min(height)) / GRID;
    let place = |y| (0..width).map(move |x| [units(x, width), units(y, height)]);
    let covered = |at| {
        let distances = parts.iter().map(|part| part.distance(at));
        let nearest = distances.fold(f64::INFINITY, f64::min);
        (0.5 - nearest * pixels_of_unit).clamp(0.0, 1.0)
    };
    (0..height).flat_map(place).map(covered).collect()
}

fn parts(strokes: &[Stroke]) -> Vec<Part> {
    let mut parts = Vec::new();
    for stroke in strokes {
        match *stroke {
            Stroke::Line(places) => parts.extend(line(places)),
            Stroke::Loop(places) => {
                parts.extend(line(places));
                if let (Some(first), Some(last)) = (places.first(), places.last()) {
                    parts.push(Part::Capsule(*last, *first));
                }
            }
            Stroke::Ring(centre, r) => parts.push(Part::Ring(centre, r)),
            Stroke::Arc(centre, r, from, to) => parts.extend(curve(|t| {
                let angle = (from + (to - from) * t).to_radians();
                at(centre, r, angle)
            })),
            Stroke::Curve(points) => parts.extend(curve(|t| bezier(points, t))),
            Stroke::Dot(centre, r) => parts.push(Part::Disc(centre, r)),
        }
    }
    parts
}

fn line(places: &[[f64; 2]]) -> impl Iterator<Item = Part> {
    places.iter().zip(places.iter().skip(1)).map(|(from, to)| Part::Capsule(*from, *to))
}

fn curve(place: impl Fn(f64) -> [f64; 2]) -> impl Iterator<Item = Part> {
    let at = move |step: u8| place(f64::from(step) / f64::from(STEPS));
    (0..STEPS).map(move |step| Part::Capsule(at(step), at(step + 1)))
}

impl Part {
    /// From the edge to a place, in units; negative inside.
    fn distance(self, [x, y]: [f64; 2]) -> f64 {
        let to = |[cx, cy]: [f64; 2]| (x - cx).hypot(y - cy);
        match self {
            Self::Disc(centre, r) => to(centre) - r,
            Self::Ring(centre, r) => (to(centre) - r).abs() - HALF,
            Self::Capsule([ax, ay], [bx, by]) => {
                let (dx, dy) = (bx - ax, by - ay);
                let along = (x - ax) * dx + (y - ay) * dy;
                let t = (along / (dx * dx + dy * dy).max(f64::EPSILON)).clamp(0.0, 1.0);
                to([ax + t * dx, ay + t * dy]) - HALF
            }
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
