//! Chance that comes again with its seed.

use std::cell::Cell;

/// SplitMix64: a few lines, and good enough to shuffle events.
#[derive(Debug)]
pub struct Chance(Cell<u64>);

impl From<u64> for Chance {
    fn from(seed: u64) -> Self {
        Self(Cell::new(seed))
    }
}

impl Chance {
    /// 64 bits.
    pub fn bits(&self) -> u64 {
        let state = self.0.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
        self.0.set(state);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to 1.
    #[expect(clippy::cast_precision_loss, reason = "32 bits fit a double")]
    pub fn part(&self) -> f64 {
        (self.bits() >> 32) as f64 / 4_294_967_296.0
    }

    /// Whether something happens that has these odds.
    pub fn is(&self, odds: f64) -> bool {
        self.part() < odds
    }

    /// A number below `end`, which is not 0.
    #[expect(clippy::cast_possible_truncation, reason = "below a usize")]
    pub fn below(&self, end: usize) -> usize {
        (self.bits() % end as u64) as usize
    }

    /// From `least` up to `most`.
    pub fn between(&self, least: f64, most: f64) -> f64 {
        least + (most - least) * self.part()
    }

    /// One of several.
    pub fn one_of<'a, T>(&self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}
