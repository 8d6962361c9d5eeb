//! Identities and signatures by number: a history repeats few of them many times.

use model::change::{Signature, SignatureCheck, SignatureKind};
use model::identity::Identity;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Values that all threads number alike.
#[derive(Default)]
pub(super) struct Interned {
    identities: Mutex<Numbers<Identity>>,
    signatures: Mutex<Numbers<SignatureParts>>,
}

type SignatureParts = (SignatureKind, SignatureCheck, Option<String>, bool);

/// Distinct values in the order in which they were first seen.
pub(super) struct Numbers<T> {
    numbers: HashMap<T, u32>,
    values: Vec<T>,
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Numbers {
            numbers: HashMap::new(),
            values: Vec::new(),
        }
    }
}

impl<T: Clone + Eq + Hash> Numbers<T> {
    /// Returns the number of a value.
    pub(super) fn number(&mut self, value: &T) -> u32 {
        if let Some(number) = self.numbers.get(value) {
            return *number;
        }
        let number = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.numbers.insert(value.clone(), number);
        self.values.push(value.clone());
        number
    }
}

impl Interned {
    /// Returns the number of an identity.
    pub(super) fn identity(&self, identity: &Identity) -> u32 {
        locked(&self.identities).number(identity)
    }

    /// Returns the number of a signature.
    pub(super) fn signature(&self, signature: &Signature) -> u32 {
        let Signature {
            kind,
            check,
            key,
            by_forge,
        } = signature.clone();
        locked(&self.signatures).number(&(kind, check, key, by_forge))
    }

    /// Returns identities and signatures, each at its number.
    pub(super) fn values(&self) -> (Vec<Identity>, Vec<Signature>) {
        let signatures = locked(&self.signatures).values.clone();
        let signatures = signatures.into_iter().map(signature).collect();
        (locked(&self.identities).values.clone(), signatures)
    }
}

fn signature((kind, check, key, by_forge): SignatureParts) -> Signature {
    Signature {
        kind,
        check,
        key,
        by_forge,
    }
}

/// A thread that panicked left the value whole: nothing under these locks is changed in two steps.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
