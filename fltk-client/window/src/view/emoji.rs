//! The emoji menu.

use crate::act::Act;
use crate::emoji::Emoji;
use crate::geometry::Rect;
use crate::look::{Face, Font, Look};
use crate::palette::Ink;
use crate::scene::{Field, Op, Role, Scene};
use crate::state::State;
use crate::state::emoji::{CELL, COLUMNS, EmojiAct, EmojiMenu, GRID_H, HEADING_H};
use crate::view::part::{card, field, heading, hovers, label, label_centre};

/// What stands on the tab of each section.
const TABS: [&str; 10] = ["🕘", "😀", "👋", "🐻", "🍎", "🚗", "⚽", "💡", "🔣", "🏁"];
const BIG: Font = Font::new(Face::Sans, 20);

/// Paints the open menu over what is in the scene already.
pub fn view(scene: &mut Scene, state: &State, look: Look<'_>) {
    let Some(menu) = &state.emoji else { return };
    let window = Rect::new(0, 0, state.size.0, state.size.1);
    scene.region(window, Act::Dismiss, "", Role::Shield);
    let rect = menu.rect(state.size);
    // Real fields would be painted over it.
    scene.fields.retain(|field| field.rect.intersection(rect).is_empty());
    card(scene, rect, 12);
    scene.region(rect, Act::Nothing, "", Role::Shield);
    let inner = rect.inset(8, 8);
    let (tabs_place, rest) = inner.split_top(34);
    tabs(scene, look, menu, tabs_place);
    let (search, rest) = rest.split_top(44);
    field(scene, search.inset(0, 4), Field::EmojiSearch, "Search emoji", None);
    let (foot, grid_place) = rest.split_bottom(34);
    let named = grid(scene, look, menu, Rect { h: grid_place.h.min(GRID_H), ..grid_place });
    if let Some(emoji) = named {
        let (picture, words) = foot.split_left(40);
        label_centre(scene, look, picture, BIG, Ink::Text, emoji.text);
        let text = format!("{}  :{}:", emoji.name, emoji.shortcode());
        label(scene, look, words, Font::SMALL, Ink::Soft, &text);
    }
}

fn tabs(scene: &mut Scene, look: Look<'_>, menu: &EmojiMenu, place: Rect) {
    let searched = menu.sections.len() == 1;
    let mut below = 0;
    let shown = menu.sections.iter().take_while(|section| {
        below += section.height();
        below <= menu.scroll
    });
    let shown = shown.count();
    let w = place.w / 10;
    for (number, tab) in TABS.iter().enumerate() {
        let x = place.x + w * i32::try_from(number).unwrap_or(0);
        let rect = Rect::new(x, place.y, w, 32);
        if !searched && number == shown {
            scene.push(Op::Round(rect, 8, Ink::Selected));
        } else if hovers(scene, rect) {
            scene.push(Op::Round(rect, 8, Ink::Hover));
        }
        label_centre(scene, look, rect, Font::new(Face::Sans, 16), Ink::Text, tab);
        let name = menu.sections.get(number).map_or("", |section| section.name);
        scene.region(rect, EmojiAct::Group(number), name, Role::Tool);
    }
}

/// The cells that are visible; returns the one that is hovered, or has the keyboard.
fn grid(scene: &mut Scene, look: Look<'_>, menu: &EmojiMenu, place: Rect) -> Option<Emoji> {
    scene.push(Op::Clip(place));
    let (mut y, mut number, mut named) = (place.y - menu.scroll, 0, None);
    for section in menu.sections.iter().filter(|section| section.shows()) {
        let head = Rect::new(place.x + 2, y, place.w - 4, HEADING_H);
        if !head.intersection(place).is_empty() {
            let empty = section.emoji.is_empty();
            heading(scene, look, head, if empty { "Nothing found" } else { section.name });
        }
        y += HEADING_H;
        for row in section.emoji.chunks(COLUMNS) {
            let line = Rect::new(place.x, y, place.w, CELL);
            if line.intersection(place).is_empty() {
                number += row.len();
                y += CELL;
                continue;
            }
            let mut x = place.x + 2;
            for emoji in row {
                let rect = Rect::new(x, y, CELL, CELL);
                let touched = rect.intersection(place);
                if hovers(scene, touched) {
                    scene.push(Op::Round(rect, 8, Ink::Hover));
                    named = Some(*emoji);
                } else if menu.selected == Some(number) {
                    scene.push(Op::Round(rect, 8, Ink::Selected));
                    named = named.or(Some(*emoji));
                }
                label_centre(scene, look, rect, BIG, Ink::Text, emoji.text);
                scene.region(touched, EmojiAct::Pick(emoji.text.into()), emoji.name, Role::Row);
                (x, number) = (x + CELL, number + 1);
            }
            y += CELL;
        }
    }
    scene.push(Op::Unclip);
    named
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Out;
    use crate::geometry::Point;
    use crate::look::fixture::Fixed;
    use crate::state::emoji::Purpose;
    use crate::state::sign::Fields;
    use crate::view::fixture::state;
    use crate::view::part::check_scene;

    fn scene_of(size: (i32, i32), typed: &str, pointer: Option<Point>) -> Scene {
        let mut state = state(size);
        let (at, recent) = (Point { x: 320, y: size.1 - 60 }, ["👍".into()]);
        let (mut fields, mut out) = (Fields::new(), Out::counting());
        let mut menu = EmojiMenu::open(Purpose::Insert, at, &recent, &mut fields, &mut out);
        menu.typed(typed);
        state.emoji = Some(menu);
        let mut scene = Scene { pointer, ..Scene::default() };
        let fixed = Fixed::MONDAY;
        view(&mut scene, &state, fixed.look());
        check_scene(&scene, fixed.look(), size).unwrap();
        scene
    }

    #[test]
    fn it_fits_and_only_visible_cells_are_made() {
        for size in [(480, 600), (1_000, 700)] {
            let scene = scene_of(size, "", None);
            let cells = scene.regions.iter().filter(|region| region.role == Role::Row).count();
            assert!((20..80).contains(&cells), "{cells}");
            assert_eq!(scene.fields.len(), 1);
        }
    }

    #[test]
    fn the_name_of_what_is_under_the_mouse_stands_at_the_foot() {
        let scene = scene_of((1_000, 700), "potato", None);
        let cell = scene.regions.iter().find(|region| region.name.as_ref() == "potato").unwrap();
        let at = Point { x: cell.rect.x + 5, y: cell.rect.y + 5 };
        let scene = scene_of((1_000, 700), "potato", Some(at));
        assert!(scene.to_string().contains("potato  :potato:"), "{scene}");
    }

    #[test]
    fn it_says_if_nothing_is_found() {
        assert!(scene_of((480, 600), "qqqq", None).to_string().contains("NOTHING FOUND"));
    }
}
