//! A piece of the index: folded texts one after the other in one buffer that never moves.

use memchr::memmem::Finder;
use wire::id::{Seq, UnixMs};
use zeroize::Zeroizing;

/// Ends each text; no byte of UTF-8 has this value, so no hit reaches across two.
const END: u8 = 0xff;

/// See the module. Its buffer is wiped when it is dropped.
pub(super) struct Segment {
    /// Allocated once: growing would leave copies of texts behind.
    text: Zeroizing<Vec<u8>>,
    /// Where each text begins, in order.
    starts: Vec<u32>,
    /// Whose they are, likewise.
    places: Vec<Place>,
}

/// A message: its number in its room, and when the relay got it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) seq: Seq,
    pub(super) at: UnixMs,
}

impl Segment {
    /// With space for so many bytes.
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            text: Zeroizing::new(Vec::with_capacity(capacity)),
            starts: Vec::new(),
            places: Vec::new(),
        }
    }

    /// The bytes that a text takes.
    pub(super) const fn needs(folded: &[u8]) -> usize {
        folded.len() + 1
    }

    /// Adds a text, unless there is no space for it.
    pub(super) fn add(&mut self, place: Place, folded: &[u8]) -> bool {
        let is_full = self.text.capacity() - self.text.len() < Self::needs(folded);
        let Some(start) = u32::try_from(self.text.len()).ok().filter(|_| !is_full) else {
            self.starts.shrink_to_fit();
            self.places.shrink_to_fit();
            return false;
        };
        self.text.extend_from_slice(folded);
        self.text.push(END);
        self.starts.push(start);
        self.places.push(place);
        true
    }

    /// The text at a place.
    pub(super) fn text_of(&self, seq: Seq) -> Option<&[u8]> {
        let number = self.number(seq)?;
        let (start, end) = self.bounds(number)?;
        self.text.get(start..end)
    }

    /// Overwrites the text at a place, which is then found no more; `false` if there is none.
    pub(super) fn remove(&mut self, seq: Seq) -> bool {
        let Some(number) = self.number(seq) else { return false };
        if let Some((start, end)) = self.bounds(number)
            && let Some(text) = self.text.get_mut(start..end)
        {
            text.fill(END);
        }
        if let Some(place) = self.places.get_mut(number) {
            place.seq = GONE;
        }
        true
    }

    /// Calls `found` with each message in which all words occur, of which there is one at least.
    pub(super) fn find(
        &self,
        (first, others): (&Finder<'_>, &[Finder<'_>]),
        mut found: impl FnMut(Place),
    ) {
        let mut from = 0;
        while let Some(hit) = self.text.get(from..).and_then(|text| first.find(text)) {
            let number = self.number_at(from + hit);
            let Some((start, end)) = self.bounds(number) else { return };
            let text = self.text.get(start..end).unwrap_or_default();
            if let Some(place) = self.places.get(number)
                && others.iter().all(|word| word.find(text).is_some())
            {
                found(*place);
            }
            from = end;
        }
    }

    /// Which text a byte belongs to.
    fn number_at(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| index(*start) <= byte).saturating_sub(1)
    }

    fn number(&self, seq: Seq) -> Option<usize> {
        self.places.iter().position(|place| place.seq == seq).filter(|_| seq != GONE)
    }

    /// Where a text begins and ends, without its end mark.
    fn bounds(&self, number: usize) -> Option<(usize, usize)> {
        let start = index(*self.starts.get(number)?);
        let behind = self.starts.get(number + 1).map_or(self.text.len(), |next| index(*next));
        Some((start, behind.saturating_sub(1)))
    }
}

/// The place of a text that was removed. SQLite has no such row.
const GONE: Seq = Seq(u64::MAX);

fn index(start: u32) -> usize {
    usize::try_from(start).unwrap_or(usize::MAX)
}
