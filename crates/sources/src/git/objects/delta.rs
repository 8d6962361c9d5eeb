//! Deltas of pack files (git's `gitformat-pack`, "Deltified representation").

use super::{Fault, MAX_OBJECT_BYTES};

const SHORT: Fault = Fault::Corrupt("its delta ends too early");
const UNFIT: Fault = Fault::Corrupt("its delta does not fit its base");

/// Returns what `delta` makes of `base`, in the empty buffer that `room` gives for so many bytes.
pub(super) fn apply(
    base: &[u8],
    delta: &[u8],
    room: impl FnOnce(usize) -> Vec<u8>,
) -> Result<Vec<u8>, Fault> {
    let (base_size, delta) = size(delta)?;
    let (result_size, mut delta) = size(delta)?;
    if base_size != base.len() as u64 {
        return Err(UNFIT);
    }
    if result_size > MAX_OBJECT_BYTES {
        return Err(Fault::TooLarge(result_size));
    }
    let mut result = room(usize::try_from(result_size).map_err(|_| UNFIT)?);
    while let [instruction, rest @ ..] = delta {
        delta = if instruction & 0x80 != 0 {
            copy(*instruction, rest, base, &mut result)?
        } else {
            insert(*instruction, rest, &mut result)?
        };
        if result.len() as u64 > result_size {
            return Err(UNFIT);
        }
    }
    match result.len() as u64 == result_size {
        true => Ok(result),
        false => Err(SHORT),
    }
}

/// Bits 0 to 3 say which bytes of the offset follow, bits 4 to 6 which of the size; size 0 means 0x10000.
fn copy<'a>(
    instruction: u8,
    mut rest: &'a [u8],
    base: &[u8],
    result: &mut Vec<u8>,
) -> Result<&'a [u8], Fault> {
    let mut fields = [0_usize; 2];
    for bit in 0..7 {
        if instruction >> bit & 1 == 1 {
            let (byte, after) = rest.split_first().ok_or(SHORT)?;
            let (field, shift) = if bit < 4 {
                (0, bit * 8)
            } else {
                (1, (bit - 4) * 8)
            };
            fields[field] |= usize::from(*byte) << shift;
            rest = after;
        }
    }
    let [offset, size] = fields;
    let size = if size == 0 { 0x10000 } else { size };
    let end = offset.checked_add(size).ok_or(UNFIT)?;
    result.extend_from_slice(base.get(offset..end).ok_or(UNFIT)?);
    Ok(rest)
}

/// Instruction 0 is reserved.
fn insert<'a>(size: u8, rest: &'a [u8], result: &mut Vec<u8>) -> Result<&'a [u8], Fault> {
    let size = usize::from(size);
    if size == 0 {
        return Err(Fault::Corrupt("its delta has an unknown instruction"));
    }
    result.extend_from_slice(rest.get(..size).ok_or(SHORT)?);
    Ok(&rest[size..])
}

/// Sizes come in groups of seven bits, the lowest first.
fn size(mut delta: &[u8]) -> Result<(u64, &[u8]), Fault> {
    let mut size = 0;
    for shift in (0..=56).step_by(7) {
        let (byte, rest) = delta.split_first().ok_or(SHORT)?;
        size |= u64::from(byte & 0x7f) << shift;
        delta = rest;
        if byte & 0x80 == 0 {
            return Ok((size, delta));
        }
    }
    Err(Fault::Corrupt("its delta states no size"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base: &[u8], delta: &[u8], expect: Option<&[u8]>) {
        assert_eq!(
            apply(base, delta, Vec::with_capacity).ok().as_deref(),
            expect,
            "{delta:?}"
        );
    }

    #[test]
    fn deltas_copy_and_insert() {
        check(b"hello world", &[11, 5, 0x90, 5], Some(b"hello"));
        check(
            b"hello world",
            &[11, 8, 0x91, 6, 5, 3, b'a', b'b', b'c'],
            Some(b"worldabc"),
        );
        let base = vec![7; 0x10000];
        check(&base, &[0x80, 0x80, 4, 0x80, 0x80, 4, 0x80], Some(&base));
    }

    #[test]
    fn what_is_no_delta_is_refused() {
        check(b"hello", &[], None);
        check(b"hello", &[4, 1, 0x90, 1], None);
        check(b"hello", &[5, 9, 0x90, 9], None);
        check(b"hello", &[5, 2, 0x90, 1], None);
        check(b"hello", &[5, 1, 0x90, 2], None);
        check(b"hello", &[5, 1, 0x90], None);
        check(b"hello", &[5, 1, 0], None);
        check(b"hello", &[5, 3, 3, b'a'], None);
        check(b"hello", &[0xff; 12], None);
    }

    proptest::proptest! {
        #[test]
        fn no_delta_panics(base: Vec<u8>, delta: Vec<u8>) {
            let _ = apply(&base, &delta, Vec::with_capacity).is_ok();
        }
    }
}
