//! The focus ring: Tab goes over fields and buttons in reading order.

use super::App;
use crate::act::Act;
use crate::effect::Effect;
use crate::geometry::Rect;
use crate::look::Look;
use crate::scene::{Field, Region, Role};

/// Pixels of a line of things that stand side by side.
const BAND: i32 = 28;

/// Something that the keyboard can be put on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    Field(Field),
    Region(usize),
}

impl App {
    /// Puts the keyboard on the next field or button, or on the one before.
    pub(super) fn go_on(&mut self, back: bool, look: Look<'_>) {
        let stops = self.stops(look);
        let here = match (self.state.ring, self.focus) {
            (Some(ring), _) => Some(Stop::Region(ring)),
            (None, Some(field)) => Some(Stop::Field(field)),
            (None, None) => None,
        };
        let at = here.and_then(|here| stops.iter().position(|stop| *stop == here));
        let next = match (at, back) {
            (None, false) => 0,
            (None, true) | (Some(0), true) => stops.len().saturating_sub(1),
            (Some(at), true) => at - 1,
            (Some(at), false) => (at + 1) % stops.len().max(1),
        };
        match stops.get(next) {
            Some(Stop::Field(field)) => {
                self.state.ring = None;
                self.out.effect(Effect::Focus(Some(*field)));
            }
            Some(Stop::Region(region)) => {
                self.state.ring = Some(*region);
                self.ringed = self.scene.regions.get(*region).cloned();
                self.out.effect(Effect::Focus(None));
            }
            None => {}
        }
    }

    /// What is meant by pressing the button that has the keyboard.
    pub(super) fn ringed(&self) -> Option<Act> {
        let region = self.state.ring.and_then(|ring| self.scene.regions.get(ring))?;
        Some(region.act.clone())
    }

    /// Keeps the ring around the same thing when others came or went before it in the scene; takes it
    /// away with the thing. Says whether the ring moved.
    pub(super) fn keep_ring(&mut self) -> bool {
        let Some(ring) = self.state.ring else { return false };
        let regions = &self.scene.regions;
        let now = match &self.ringed {
            Some(was) => regions
                .get(ring)
                .filter(|region| region.role == was.role && region.act == was.act)
                .map_or_else(|| found(regions, was), |_| Some(ring)),
            None => None,
        };
        self.state.ring = now;
        self.ringed = now.and_then(|now| regions.get(now).cloned());
        now != Some(ring)
    }

    fn stops(&self, look: Look<'_>) -> Vec<Stop> {
        let first = self.scene.regions.iter().rposition(|region| region.role == Role::Shield);
        let shield = first.and_then(|first| self.scene.regions.get(first)).map(|one| one.rect);
        let first = first.map_or(0, |first| first + 1);
        let regions = self.scene.regions.iter().enumerate().skip(first);
        let pressed = |role| matches!(role, Role::Button | Role::Tool | Role::Row | Role::Link);
        let regions = regions
            .filter(|(_, region)| pressed(region.role) && !region.rect.is_empty())
            .map(|(n, region)| (region.rect, Stop::Region(n)));
        let covered =
            |rect: &Rect| shield.is_some_and(|shield| shield.intersection(*rect) != *rect);
        let fields = self
            .scene
            .fields
            .iter()
            .filter(|place| place.enabled && !covered(&place.rect))
            .map(|place| (place.rect, Stop::Field(place.field)));
        let mut stops: Vec<_> = fields.chain(regions).collect();
        let places = self.places(look).filter(|_| shield.is_none());
        let column = |rect: &Rect| {
            let middle = rect.centred(0, 0);
            let at = crate::geometry::Point { x: middle.x, y: middle.y };
            places.map_or(0, |places| match at {
                at if places.list.contains(at) => 0,
                at if places.panel.contains(at) => 2,
                _ => 1,
            })
        };
        stops.sort_by_key(|(rect, _)| {
            let middle = rect.y + rect.h / 2;
            (column(rect), middle / BAND, rect.x, middle)
        });
        stops.into_iter().map(|(_, stop)| stop).collect()
    }
}

/// Where a thing is now: what does the same, nearest to where it was; else what stands in its place, as
/// a switch does whose next press means something else.
fn found(regions: &[Region], was: &Region) -> Option<usize> {
    let like = regions.iter().enumerate().filter(|(_, region)| region.role == was.role);
    let far =
        |region: &Region| (region.rect.x - was.rect.x).abs() + (region.rect.y - was.rect.y).abs();
    let same = like.clone().filter(|(_, region)| region.act == was.act);
    same.min_by_key(|(_, region)| far(region))
        .or_else(|| like.clone().find(|(_, region)| region.rect == was.rect))
        .map(|(number, _)| number)
}
