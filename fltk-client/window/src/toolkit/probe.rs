//! What tests look at: paints scenes without a window, and reads the pixels back.

use fltk::prelude::{ImageExt, SurfaceDevice};
use fltk::surface::ImageSurface;
use fltk::{app, draw};

use super::measure::Type;
use super::picture::Pictures;
use super::{effects, paint, theme};
use crate::geometry::Rect;
use crate::look::Measure;
use crate::palette::Theme;
use crate::scene::{Scene, difference};

/// FLTK without a window. One a process, on the main thread.
#[derive(Debug)]
pub struct Probe {
    measure: Type,
    pictures: Pictures,
}

/// A painted scene.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    /// Pixels of a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    rgb: Vec<u8>,
}

impl Probe {
    /// Opens the display that `DISPLAY` names, or `None`.
    #[must_use]
    pub fn open() -> Option<Self> {
        let _reached = super::display::reach()?;
        let _ = app::App::default();
        // Connects.
        let _ = app::screen_count();
        Some(Self { measure: Type::default(), pictures: Pictures::default() })
    }

    /// Makes everything larger or smaller.
    pub fn set_scale(&mut self, percent: u16) {
        effects::set_scale(1.0, percent);
        self.measure.forget();
        self.pictures.set_scale(app::screen_scale(0));
    }

    /// Gives FLTK's own widgets the colours of a theme.
    pub fn set_theme(&self, theme: Theme) {
        theme::apply(theme);
    }

    /// Measures as the window does.
    #[must_use]
    pub fn measure(&self) -> &dyn Measure {
        &self.measure
    }

    /// Paints a scene of this size in logical pixels.
    pub fn paint(&mut self, scene: &Scene, theme: Theme, size: (i32, i32)) -> Pixels {
        self.paint_over(&Scene::default(), scene, theme, size)
    }

    /// Paints a scene, and of another one what differs, as a window does.
    pub fn paint_over(
        &mut self,
        before: &Scene,
        after: &Scene,
        theme: Theme,
        (w, h): (i32, i32),
    ) -> Pixels {
        let surface = ImageSurface::new(w, h, true);
        ImageSurface::push_current(&surface);
        paint::scene(before, theme, &mut self.pictures);
        let changed = difference(before, after, Rect::new(0, 0, w, h));
        draw::push_clip(changed.x, changed.y, changed.w.max(0), changed.h.max(0));
        paint::scene(after, theme, &mut self.pictures);
        draw::pop_clip();
        ImageSurface::pop_current();
        let Some(image) = surface.image() else {
            return Pixels { width: 0, height: 0, rgb: Vec::new() };
        };
        let side = |side: i32| usize::try_from(side).unwrap_or(0);
        let (width, height) = (side(image.data_w()), side(image.data_h()));
        Pixels { width, height, rgb: image.to_rgb_data() }
    }
}

impl Pixels {
    /// The colour of a pixel; black outside.
    #[must_use]
    pub fn at(&self, x: usize, y: usize) -> [u8; 3] {
        let start = (y * self.width + x) * 3;
        self.rgb
            .get(start..start + 3)
            .and_then(|pixel| <[u8; 3]>::try_from(pixel).ok())
            .unwrap_or_default()
    }

    /// How many pixels are not of this colour.
    #[must_use]
    pub fn count_other(&self, colour: [u8; 3]) -> usize {
        self.rgb.chunks_exact(3).filter(|pixel| **pixel != colour).count()
    }

    /// How many pixels have this colour.
    #[must_use]
    pub fn count(&self, colour: [u8; 3]) -> usize {
        self.rgb.chunks_exact(3).filter(|pixel| **pixel == colour).count()
    }
}
