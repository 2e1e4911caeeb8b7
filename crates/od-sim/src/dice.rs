//! Reproducible randomness: for the seeded shops and for faults that strike by chance.

#[cfg(test)]
mod tests;

/// SplitMix64 (Steele, Lea and Flood, 2014). Written out because a seed must give the same shop after an update of
/// any random number library, which none of their small generators promises.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in `0..sides`; 0 when there are no sides.
    pub(crate) fn below(&mut self, sides: usize) -> usize {
        let sides = u64::try_from(sides).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.roll() % sides).unwrap_or(0)
    }

    /// True about `percent` times in a hundred.
    pub(crate) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// True with this probability (0 never, 1 always).
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        const STEPS: u32 = 1 << 24;
        let step = u32::try_from(self.roll() >> 40).unwrap_or(0);
        f64::from(step) / f64::from(STEPS) < probability
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}
