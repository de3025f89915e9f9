//! The menu of a message or room.

use crate::act::Act;
use crate::geometry::Rect;
use crate::look::{Font, Look};
use crate::palette::Ink;
use crate::scene::{Op, Role, Scene};
use crate::state::State;
use crate::state::menu::{Menu, MenuAct};
use crate::view::part::{card, hovers, label, width};

const ROW_H: i32 = 34;

/// Paints the open menu over what is in the scene already.
pub fn view(scene: &mut Scene, state: &State, look: Look<'_>) {
    let Some(menu) = &state.menu else { return };
    let window = Rect::new(0, 0, state.size.0, state.size.1);
    scene.region(window, Act::Dismiss, "", Role::Shield);
    let rect = place(menu, look, window);
    // Real fields would be painted over it.
    scene.fields.retain(|field| field.rect.intersection(rect).is_empty());
    card(scene, rect, 10);
    let mut rest = rect.inset(4, 4);
    for (number, item) in menu.items.iter().enumerate() {
        let (row, below) = rest.split_top(ROW_H);
        if menu.selected == Some(number) || hovers(scene, row) {
            scene.push(Op::Round(row, 8, Ink::Hover));
        }
        let ink = if item.grave { Ink::Bad } else { Ink::Text };
        let icon = Rect::new(row.x + 10, row.y + 8, 18, 18);
        scene.push(Op::Icon(icon, item.icon, if item.grave { Ink::Bad } else { Ink::Soft }));
        label(scene, look, row.split_left(38).1, Font::BODY, ink, item.text);
        scene.region(row, MenuAct::Choose(number), item.text, Role::Button);
        rest = below;
    }
}

/// Inside the window, with a corner at the place if that is possible.
fn place(menu: &Menu, look: Look<'_>, window: Rect) -> Rect {
    let widest = menu.items.iter().map(|item| width(look, Font::BODY, item.text)).max();
    let w = (widest.unwrap_or(0) + 38 + 24).max(160);
    let h = ROW_H * i32::try_from(menu.items.len()).unwrap_or(0) + 8;
    let x = menu.at.x.min(window.right() - w - 8).max(8);
    let y = if menu.at.y + h + 8 <= window.bottom() { menu.at.y } else { menu.at.y - h };
    Rect::new(x, y.min(window.bottom() - h - 8).max(8), w, h)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Point;
    use crate::look::fixture::Fixed;
    use crate::scene::Icon;
    use crate::state::menu::Item;
    use crate::view::fixture::state;
    use crate::view::part::check_scene;

    #[test]
    fn it_stays_inside_the_window() {
        let fixed = Fixed::MONDAY;
        let item = |text| Item { icon: Icon::Copy, text, act: Act::Nothing, grave: false };
        for at in [(0, 0), (479, 599), (200, 590), (470, 10)] {
            let mut state = state((480, 600));
            let at = Point { x: at.0, y: at.1 };
            let items = vec![item("Copy"), item("Reply"), item("Delete…")];
            state.menu = Some(Menu { at, items, selected: Some(1) });
            let mut scene = Scene::default();
            view(&mut scene, &state, fixed.look());
            check_scene(&scene, fixed.look(), state.size).unwrap();
            let window = Rect::new(0, 0, 480, 600);
            assert!(scene.regions.iter().all(|r| r.rect.intersection(window) == r.rect));
            assert_eq!(scene.hit(Point { x: 1, y: 300 }).unwrap().act, Act::Dismiss);
        }
    }
}
