//! A share of cases, and how far the share of all that could have been asked may lie from it.

use std::fmt;

/// The quantile of the normal distribution that leaves 2.5 percent on each side.
const Z: f64 = 1.959_963_984_540_054;

/// So many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    /// How many it is true of.
    pub hits: u64,
    /// Of how many.
    pub of: u64,
}

impl Share {
    /// Counts one more.
    pub fn add(&mut self, is_hit: bool) {
        self.hits += u64::from(is_hit);
        self.of += 1;
    }

    /// Returns both shares counted as one.
    #[must_use]
    pub fn with(self, other: Share) -> Share {
        Share {
            hits: self.hits + other.hits,
            of: self.of + other.of,
        }
    }

    /// Returns the percentage; none where there is no case.
    #[must_use]
    pub fn percent(self) -> Option<f64> {
        (self.of > 0).then(|| 100.0 * self.hits as f64 / self.of as f64)
    }

    /// Returns the ends of the interval, in percent, that holds the true share in 95 of 100 such samples (Wilson 1927);
    /// everything where there is no case.
    #[must_use]
    pub fn interval(self) -> (f64, f64) {
        if self.of == 0 {
            return (0.0, 100.0);
        }
        let (of, share) = (self.of as f64, self.hits as f64 / self.of as f64);
        let middle = share + Z * Z / (2.0 * of);
        let reach = Z * (share * (1.0 - share) / of + Z * Z / (4.0 * of * of)).sqrt();
        let scale = 1.0 + Z * Z / of;
        let percent = |end: f64| (100.0 * end / scale).clamp(0.0, 100.0);
        (percent(middle - reach), percent(middle + reach))
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (low, high) = self.interval();
        write!(f, "{} of {} ({low:.1} to {high:.1} %)", self.hits, self.of)
    }
}
