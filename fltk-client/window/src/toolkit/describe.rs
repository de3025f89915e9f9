//! Writes what the window shows, for programs that look at it: a line for each thing, tab-separated.
//!
//! `region`, `field` or `text`, then left, top, width and height in pixels of the window, then its name
//! or text. The file is replaced whole after each frame.

use std::fmt::Write as _;
use std::path::Path;

use crate::geometry::Rect;
use crate::look::Measure;
use crate::scene::{Op, Scene};

/// Replaces the file. `scale` is pixels for one logical pixel.
///
/// # Errors
/// Those of writing.
pub(super) fn write(
    path: &Path,
    scene: &Scene,
    measure: &dyn Measure,
    scale: f32,
) -> std::io::Result<()> {
    let mut lines = String::new();
    let mut line = |kind: &str, rect: Rect, name: &str| {
        let [x, y, w, h] = [rect.x, rect.y, rect.w, rect.h].map(|side| scaled(side, scale));
        let name = name.replace(['\n', '\t'], " ");
        // Writing to a string does not fail.
        let _ = writeln!(lines, "{kind}\t{x}\t{y}\t{w}\t{h}\t{name}");
    };
    for region in &scene.regions {
        line("region", region.rect, &region.name);
    }
    for place in &scene.fields {
        line("field", place.rect, &format!("{:?}", place.field));
    }
    for op in &scene.ops {
        if let Op::Text(at, font, _, text) = op {
            let size = i32::from(font.size);
            let width = crate::geometry::px(measure.width(*font, text));
            line("text", Rect::new(at.x, at.y - size, width, size + 4), text);
        }
    }
    let new = path.with_extension("new");
    std::fs::write(&new, lines)?;
    std::fs::rename(new, path)
}

fn scaled(side: i32, scale: f32) -> i32 {
    let side = f32::from(i16::try_from(side).unwrap_or(i16::MAX));
    crate::geometry::px(side * scale)
}
