//! Who is told how far an audit is.

use std::fmt;
use std::sync::Arc;

/// What an audit goes through, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The leaves of the signed tree.
    Leaves,
    /// The payloads, which lie sealed in the records.
    Payloads,
}

/// Told after every portion, from any thread: how many of how many are done.
#[derive(Clone, Default)]
pub struct Watch(Option<Arc<Told>>);

type Told = dyn Fn(Part, u64, u64) + Send + Sync;

impl Watch {
    /// Returns one who calls this.
    pub fn new(told: impl Fn(Part, u64, u64) + Send + Sync + 'static) -> Watch {
        Watch(Some(Arc::new(told)))
    }

    pub(crate) fn tell(&self, part: Part, done: usize, all: u64) {
        if let Some(told) = &self.0 {
            told(part, done as u64, all);
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Watch")
    }
}
