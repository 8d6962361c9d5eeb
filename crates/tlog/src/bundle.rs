//! Entry bundles: up to 256 entries, each behind its length in two bytes (C2SP tlog-tiles, "Log entries").

use crate::tile::FULL_WIDTH;

/// The bytes of the length that stands before each entry.
pub const LENGTH_BYTES: usize = 2;

/// The longest entry that a length of two bytes can announce.
pub const MAX_ENTRY_BYTES: usize = u16::MAX as usize;

/// The longest bundle.
pub const MAX_BUNDLE_BYTES: usize = FULL_WIDTH as usize * (LENGTH_BYTES + MAX_ENTRY_BYTES);

/// Why entries make no bundle, or bytes are none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// An entry is longer than its length can say.
    #[error("entry {position} has {bytes} bytes, more than {MAX_ENTRY_BYTES}")]
    TooLong {
        /// The position within the bundle.
        position: usize,
        /// The bytes of the entry.
        bytes: usize,
    },
    /// The bytes end within an entry or before the last one.
    #[error("entry {position}, which begins at byte {offset}, is cut off")]
    Truncated {
        /// The position within the bundle.
        position: usize,
        /// Where its length begins.
        offset: usize,
    },
    /// More bytes follow the last entry.
    #[error("bytes follow the last entry, from byte {offset} on")]
    Trailing {
        /// Where they begin.
        offset: usize,
    },
}

/// Returns the bytes of a bundle with these entries.
pub fn encode<T: AsRef<[u8]>>(entries: &[T]) -> Result<Vec<u8>, BundleError> {
    let mut bundle = Vec::new();
    for (position, entry) in entries.iter().enumerate() {
        let entry = entry.as_ref();
        let length = u16::try_from(entry.len()).map_err(|_| BundleError::TooLong {
            position,
            bytes: entry.len(),
        })?;
        bundle.extend_from_slice(&length.to_be_bytes());
        bundle.extend_from_slice(entry);
    }
    Ok(bundle)
}

/// Returns the `width` entries of a bundle, each with the offset of its length; nothing may follow them.
pub fn decode(bytes: &[u8], width: u16) -> Result<Vec<(usize, &[u8])>, BundleError> {
    let mut entries = Vec::with_capacity(usize::from(width));
    let mut offset = 0;
    for position in 0..usize::from(width) {
        let entry = entry_at(bytes, offset).ok_or(BundleError::Truncated { position, offset })?;
        entries.push((offset, entry));
        offset += LENGTH_BYTES + entry.len();
    }
    if offset != bytes.len() {
        return Err(BundleError::Trailing { offset });
    }
    Ok(entries)
}

fn entry_at(bytes: &[u8], offset: usize) -> Option<&[u8]> {
    let (length, rest) = bytes.get(offset..)?.split_first_chunk()?;
    rest.get(..usize::from(u16::from_be_bytes(*length)))
}

#[cfg(test)]
mod tests {
    use super::{BundleError, decode, encode};

    #[test]
    fn entries_come_back_with_their_offsets() {
        let bundle = encode(&["ab", "", "c"]).unwrap();
        assert_eq!(bundle, b"\x00\x02ab\x00\x00\x00\x01c");
        let entries = decode(&bundle, 3).unwrap();
        assert_eq!(entries, [(0, &b"ab"[..]), (4, b""), (6, b"c")]);
    }

    #[test]
    fn every_cut_and_every_addition_is_refused() {
        let mut bundle = encode(&["ab", "c"]).unwrap();
        for length in 0..bundle.len() {
            let cut = decode(&bundle[..length], 2);
            assert!(
                matches!(cut, Err(BundleError::Truncated { .. })),
                "{length}: {cut:?}"
            );
        }
        bundle.push(0);
        assert_eq!(decode(&bundle, 2), Err(BundleError::Trailing { offset: 7 }));
    }

    #[test]
    fn an_entry_too_long_for_its_length_is_refused() {
        let error = encode(&[vec![0; 65_535], vec![0; 65_536]]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "entry 1 has 65536 bytes, more than 65535"
        );
    }
}
