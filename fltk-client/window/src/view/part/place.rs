//! Puts a scene that is higher than its place into that place.

use crate::geometry::Rect;
use crate::scene::{Op, Scene};

/// Adds what is inside of `clip`: painted things are clipped, regions shortened, and fields left out
/// unless they are whole, for real fields know no clip.
pub fn clipped(scene: &mut Scene, inner: Scene, clip: Rect) {
    // Outlines and rings may reach a little beyond.
    let painted = clip.inset(-4, 0);
    scene.push(Op::Clip(painted));
    scene.ops.extend(inner.ops);
    scene.push(Op::Unclip);
    for mut region in inner.regions {
        region.rect = region.rect.intersection(clip);
        if !region.rect.is_empty() {
            scene.regions.push(region);
        }
    }
    let whole = |rect: Rect| rect.intersection(clip) == rect;
    scene.fields.extend(inner.fields.into_iter().filter(|field| whole(field.rect)));
    if let Some(ms) = inner.next_ms {
        scene.wake_after(ms);
    }
}
