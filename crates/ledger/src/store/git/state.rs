//! The end of a log as the tree of a commit says it; it is not signed, and only compared.

use serde::{Deserialize, Serialize};

use crate::store::Head;
use model::digest::Digest;

/// Where it lies in the tree.
pub(super) const NAME: &str = "state";

/// The longest that is read.
pub(super) const MAX_BYTES: u64 = 1024;

const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    version: u32,
    size: u64,
    chain: Digest,
}

/// Returns the bytes that say where a log ends.
pub(super) fn encode(head: &Head) -> Vec<u8> {
    let state = State {
        version: VERSION,
        size: head.size,
        chain: head.chain,
    };
    let mut bytes = serde_json::to_vec(&state).expect("a state is numbers and text");
    bytes.push(b'\n');
    bytes
}

/// Returns where a log ends, or nothing when the bytes do not say so.
pub(super) fn parse(bytes: &[u8]) -> Option<Head> {
    let state: State = serde_json::from_slice(bytes).ok()?;
    (state.version == VERSION).then_some(Head {
        size: state.size,
        chain: state.chain,
    })
}

#[cfg(test)]
mod tests {
    use super::{encode, parse};
    use crate::store::Head;
    use model::digest::Digest;

    #[test]
    fn an_end_comes_back_and_nothing_else_does() {
        let head = Head {
            size: 7,
            chain: Digest::of(b"chain"),
        };
        let bytes = encode(&head);
        assert_eq!(parse(&bytes), Some(head));
        let text = String::from_utf8(bytes).unwrap();
        for (from, to) in [(":1", ":2"), ("7", "-7"), ("size", "length"), ("}", "")] {
            assert_eq!(parse(text.replacen(from, to, 1).as_bytes()), None, "{to}");
        }
    }
}
