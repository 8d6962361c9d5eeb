//! What one retrieval has spent of its limits.

use std::time::Duration;

use jiff::Timestamp;

use super::error::ForgeError;
use super::{Edge, Limits};
use crate::http::HttpError;

/// The pause before the second attempt is at most this; before each later one, twice the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// No pause before another attempt is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

pub(super) struct Budget {
    limits: Limits,
    pages: usize,
    bytes: u64,
    paused: Duration,
}

impl Budget {
    pub(super) fn new(limits: Limits) -> Budget {
        Budget {
            limits,
            pages: 0,
            bytes: 0,
            paused: Duration::ZERO,
        }
    }

    pub(super) fn count_page(&mut self) -> Result<(), ForgeError> {
        self.pages += 1;
        match self.pages > self.limits.pages {
            true => Err(ForgeError::TooManyPages {
                limit: self.limits.pages,
            }),
            false => Ok(()),
        }
    }

    /// Returns the bytes that the next page may have.
    pub(super) fn page_limit(&self) -> u64 {
        let left = self.limits.all_bytes.saturating_sub(self.bytes);
        left.min(self.limits.page_bytes)
    }

    /// Returns why there is no page; where all pages together were too long, says so.
    pub(super) fn explain(&self, error: HttpError) -> ForgeError {
        match error {
            HttpError::TooLong { .. } if self.page_limit() < self.limits.page_bytes => {
                ForgeError::TooLong {
                    limit: self.limits.all_bytes,
                }
            }
            HttpError::TooLong { limit, .. } => ForgeError::TooLong { limit },
            HttpError::Unreachable { .. } | HttpError::ProxyLogin { .. } => {
                ForgeError::Unreachable(error)
            }
        }
    }

    pub(super) fn count_bytes(&mut self, bytes: usize) -> Result<(), ForgeError> {
        self.bytes = self.bytes.saturating_add(bytes as u64);
        match self.bytes > self.limits.all_bytes {
            true => Err(ForgeError::TooLong {
                limit: self.limits.all_bytes,
            }),
            false => Ok(()),
        }
    }

    /// Returns when a rate limit is over, if the caller has the patience.
    pub(super) fn wait_until(
        &mut self,
        edge: &Edge<'_>,
        until: Timestamp,
    ) -> Result<(), ForgeError> {
        let left = until.duration_since((edge.now)());
        let pause = Duration::try_from(left).unwrap_or(Duration::ZERO);
        // The forge counts in whole seconds of its own clock.
        let pause = pause.saturating_add(Duration::from_secs(1));
        let limited = ForgeError::RateLimited { until };
        self.pause(edge, pause, limited)
    }

    /// Returns after a random part of a pause that doubles with each attempt, so that not all clients come back at once.
    pub(super) fn back_off(
        &mut self,
        edge: &Edge<'_>,
        attempt: u32,
        error: ForgeError,
    ) -> Result<(), ForgeError> {
        let doubled = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(attempt - 1));
        let most = doubled.min(LONGEST_PAUSE).as_millis() as u64;
        let pause = Duration::from_millis((edge.random)() % (most + 1));
        self.pause(edge, pause, error)
    }

    fn pause(
        &mut self,
        edge: &Edge<'_>,
        pause: Duration,
        otherwise: ForgeError,
    ) -> Result<(), ForgeError> {
        let paused = self.paused.saturating_add(pause);
        if paused > self.limits.pauses {
            return Err(otherwise);
        }
        self.paused = paused;
        (edge.sleep)(pause);
        Ok(())
    }
}
