//! Whether a scene could be painted as it was meant; for tests.

use super::text::width;
use crate::geometry::Rect;
use crate::look::Look;
use crate::scene::{Op, Role, Scene};

/// Checks that text stays inside the window and inside the width of what clips it, that clips are
/// balanced, and that no two buttons of the uppermost layer overlap.
///
/// # Errors
/// What is wrong, in words.
#[doc(hidden)]
pub fn check_scene(scene: &Scene, look: Look<'_>, size: (i32, i32)) -> Result<(), String> {
    let window = Rect::new(0, 0, size.0, size.1);
    let mut clips = vec![window];
    for op in &scene.ops {
        let clip = clips.last().copied().ok_or("more ends of clips than clips")?;
        match op {
            Op::Clip(rect) => clips.push(clip.intersection(*rect)),
            Op::Unclip => drop(clips.pop()),
            Op::Text(at, font, _, text) => {
                let right = at.x + width(look, *font, text);
                if at.x < clip.x || right > clip.right() {
                    return Err(format!("{text:?} leaves {clip:?}: {}..{right}", at.x));
                }
                if clips.len() == 1 && (at.y < i32::from(font.size) / 2 || at.y > window.h) {
                    return Err(format!("{text:?} is above or below the window"));
                }
            }
            Op::Fill(..) | Op::Round(..) | Op::Outline(..) | Op::Icon(..) | Op::Picture(..) => {}
        }
    }
    if clips.len() != 1 {
        return Err("a clip does not end".into());
    }
    overlaps(scene)
}

fn overlaps(scene: &Scene) -> Result<(), String> {
    let layer = scene.regions.iter().rposition(|region| region.role == Role::Shield);
    let above: Vec<_> = scene
        .regions
        .iter()
        .skip(layer.map_or(0, |at| at + 1))
        .filter(|region| matches!(region.role, Role::Button | Role::Tool))
        .collect();
    for (n, one) in above.iter().enumerate() {
        for other in above.iter().skip(n + 1) {
            if !one.rect.intersection(other.rect).is_empty() {
                return Err(format!("{:?} and {:?} overlap", one.name, other.name));
            }
        }
    }
    Ok(())
}
