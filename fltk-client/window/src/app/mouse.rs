//! The mouse: what is under the pointer in the last scene is meant.

use super::App;
use crate::act::Act;
use crate::effect::{Button, Input};
use crate::geometry::{Point, Rect};
use crate::look::Look;
use crate::scene::Role;
use crate::state::Screen;
use crate::state::rooms::RoomsAct;
use crate::state::timeline::TimelineAct;
use crate::view;

/// Pixels that a page leaves of what was in sight.
const PAGE_REST: i32 = 40;

/// What the first button holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// Text of the timeline is selected, or its thumb is moved.
    Timeline,
    /// The thumb of the list: where it was held, and how far the list was scrolled.
    List(i32, i32),
    /// The same of the members.
    Panel(i32, i32),
}

impl App {
    pub(super) fn mouse(&mut self, input: Input, look: Look<'_>) {
        match input {
            Input::Press { at, button, clicks, mods } => {
                self.state.pointer = Some(at);
                self.hovered = None;
                match button {
                    Button::First => self.press(at, clicks, mods.shift, look),
                    Button::Second => self.menu_at(at, look),
                    Button::Middle => {}
                }
            }
            Input::Drag(at) => {
                self.state.pointer = Some(at);
                self.drag(at, look);
            }
            Input::Release(at) => {
                self.state.pointer = Some(at);
                if self.held.take() == Some(Held::Timeline) {
                    self.timeline_act(TimelineAct::Release(at));
                }
            }
            Input::Move(at) => self.hover(at, look),
            Input::Leave => {
                self.state.pointer = None;
                self.hovered = None;
            }
            Input::Wheel(at, pixels) => self.wheel(at, pixels, look),
            _ => {}
        }
    }

    fn hover(&mut self, at: Point, look: Look<'_>) {
        self.state.pointer = Some(at);
        let tool =
            self.scene.hit(at).filter(|region| matches!(region.role, Role::Tool | Role::Note));
        let known = self.hovered.as_ref().map(|(rect, name, _)| (*rect, &**name));
        if tool.map(|tool| (tool.rect, &*tool.name)) != known {
            let beat = look.clock.beat_ms();
            self.hovered = tool.map(|tool| (tool.rect, tool.name.clone(), beat));
        }
    }

    fn press(&mut self, at: Point, clicks: u8, shift: bool, look: Look<'_>) {
        self.state.ring = None;
        let region = self.scene.hit(at);
        let meant = region.map(|region| (region.role, region.act.clone()));
        match meant {
            Some((Role::Drag, Act::Rooms(RoomsAct::ListThumb))) => self.press_list_bar(at, look),
            Some((Role::Drag, Act::Rooms(RoomsAct::PanelThumb))) => self.press_panel_bar(at, look),
            Some((Role::Text | Role::Drag | Role::Note, Act::Timeline(_))) => {
                self.held = Some(Held::Timeline);
                self.timeline_act(TimelineAct::Press { at, clicks, extend: shift });
            }
            Some((_, act)) => self.act(act, look),
            None => {}
        }
    }

    fn press_list_bar(&mut self, at: Point, look: Look<'_>) {
        let Some(places) = self.places(look) else { return };
        let Screen::Chat(chat) = &mut self.state.screen else { return };
        let rows = view::rooms::rows_rect(places.list);
        let shown = (rows.h, view::rooms::content_height(chat), chat.rooms.scroll);
        match beside(rows, shown, at) {
            Some(by) => chat.rooms.scroll += by,
            None => self.held = Some(Held::List(at.y, chat.rooms.scroll)),
        }
        self.fit(look);
    }

    fn press_panel_bar(&mut self, at: Point, look: Look<'_>) {
        let Some(places) = self.places(look) else { return };
        let Screen::Chat(chat) = &mut self.state.screen else { return };
        let panel = places.panel;
        let shown = (panel.h, view::members::content_height(chat), chat.rooms.panel_scroll);
        match beside(panel, shown, at) {
            Some(by) => chat.rooms.panel_scroll += by,
            None => self.held = Some(Held::Panel(at.y, chat.rooms.panel_scroll)),
        }
        self.fit(look);
    }

    fn drag(&mut self, at: Point, look: Look<'_>) {
        let Some(places) = self.places(look) else { return };
        let Screen::Chat(chat) = &mut self.state.screen else { return };
        match self.held {
            Some(Held::Timeline) => self.timeline_act(TimelineAct::Drag(at)),
            Some(Held::List(y, scroll)) => {
                let height = view::rooms::rows_rect(places.list).h;
                let content = view::rooms::content_height(chat);
                chat.rooms.scroll = dragged(scroll, at.y - y, height, content);
            }
            Some(Held::Panel(y, scroll)) => {
                let content = view::members::content_height(chat);
                chat.rooms.panel_scroll = dragged(scroll, at.y - y, places.panel.h, content);
            }
            None => {}
        }
    }

    fn wheel(&mut self, at: Point, pixels: i32, look: Look<'_>) {
        self.hovered = None;
        if self.wheel_over(pixels, look) {
            return;
        }
        let Some(places) = self.places(look) else { return };
        let Screen::Chat(chat) = &mut self.state.screen else { return };
        if places.list.contains(at) {
            chat.rooms.scroll += pixels;
        } else if places.panel.contains(at) {
            chat.rooms.panel_scroll += pixels;
        } else if places.timeline.contains(at) {
            self.timeline_act(TimelineAct::Wheel(pixels));
        }
        self.fit(look);
    }
}

/// By how much a press beside a scroll bar's thumb scrolls: a page; nothing if it is on the thumb.
fn beside(rect: Rect, shown: (i32, i32, i32), at: Point) -> Option<i32> {
    let thumb = view::rooms::thumb(rect, shown)?;
    match at.y {
        y if y < thumb.y => Some(PAGE_REST - rect.h),
        y if y >= thumb.bottom() => Some(rect.h - PAGE_REST),
        _ => None,
    }
}

/// How far a list is scrolled whose thumb was dragged by so many pixels.
fn dragged(scroll: i32, by: i32, height: i32, content: i32) -> i32 {
    let thumb = (height * height / content.max(1)).max(24).min(height);
    let travel = (height - thumb).max(1);
    scroll + by * (content - height).max(0) / travel
}
