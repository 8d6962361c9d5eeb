//! Which key signed an audited log.

use tlog::key::VerifierKey;

use crate::read::{ReadError, Reader};

/// Returns a reader under the key that signed the checkpoint: the one that is believed in, the one that lies there, or
/// one to which the records lead from either, where no other is to lie there; nothing where it is none of these.
pub(super) fn find(
    reader: &Reader,
    there: Option<&VerifierKey>,
) -> Result<Option<Reader>, ReadError> {
    let there = there.map(|key| reader.believing(key.clone(), None));
    let readers = [Some(reader.clone()), there];
    let mut readers = readers.into_iter().flatten();
    if let Some(signed) = readers.clone().find(|it| it.checkpoint().is_ok()) {
        return Ok(Some(signed));
    }
    if !reader.store.keeps_public_key() {
        return Ok(None);
    }
    readers.try_fold(None, |found, reader| match found {
        Some(found) => Ok(Some(found)),
        None => reader.followed(),
    })
}
