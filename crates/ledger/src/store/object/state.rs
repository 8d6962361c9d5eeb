//! The state: which record is the last one. It is the one object that writers compete for.

use serde::{Deserialize, Serialize};

use crate::store::Head;
use crate::store::object::trail::Link;
use model::digest::Digest;

/// Its name below the prefix.
pub(super) const NAME: &str = "state";

const VERSION: u32 = 1;

/// The longest state that is read.
pub(super) const MAX_BYTES: u64 = 4096;

/// The end of a log that has leaves. It is not signed: a wrong one leads to no record, or to another tree than the
/// checkpoint that was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    v: u32,
    size: u64,
    chain: Digest,
    /// The leaves before the last record, and the SHA-256 of its header: both are in its name.
    base: u64,
    last: Digest,
}

impl State {
    /// Returns the state of a log that ends with a record.
    pub(super) fn new(head: Head, last: Link) -> State {
        State {
            v: VERSION,
            size: head.size,
            chain: head.chain,
            base: last.base,
            last: last.header,
        }
    }

    /// Returns what these bytes say, if they are a state.
    pub(super) fn parse(bytes: &[u8]) -> Option<State> {
        let state: State = serde_json::from_slice(bytes).ok()?;
        (state.v == VERSION && state.base < state.size).then_some(state)
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a state is numbers and text")
    }

    /// Returns the end of the log.
    pub(super) fn head(&self) -> Head {
        Head {
            size: self.size,
            chain: self.chain,
        }
    }

    /// Returns its last record.
    pub(super) fn last(&self) -> Link {
        Link {
            base: self.base,
            end: self.size,
            header: self.last,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::State;
    use crate::store::Head;
    use crate::store::object::trail::Link;
    use model::digest::Digest;

    #[test]
    fn a_state_comes_back_and_is_readable() {
        let digest = Digest::of(b"");
        let link = Link {
            base: 1,
            end: 3,
            header: digest,
        };
        let head = Head {
            size: 3,
            chain: digest,
        };
        let state = State::new(head, link);
        let text = format!(r#"{{"v":1,"size":3,"chain":"{digest}","base":1,"last":"{digest}"}}"#);
        assert_eq!(String::from_utf8(state.encode()).unwrap(), text);
        assert_eq!(State::parse(text.as_bytes()), Some(state));
        assert_eq!((state.head(), state.last()), (head, link));
        for strange in [
            text.replace("\"v\":1", "\"v\":2"),
            text.replace("\"base\":1", "\"base\":3"),
            "{}".to_owned(),
        ] {
            assert_eq!(State::parse(strange.as_bytes()), None, "{strange}");
        }
    }
}
