//! Opening a ledger that machines share: which of the keys that this one holds is the log's.
//!
//! The public key in the store is the first one of the log, and stays. The checkpoint says by its signature which key
//! is in force, and the records lead from the first one there.

use std::path::Path;
use std::sync::Arc;

use tlog::key::VerifierKey;

use crate::Ledger;
use crate::append::AppendError;
use crate::disk::Disk;
use crate::keyfile;
use crate::lock;
use crate::open::OpenError;
use crate::own;
use crate::own::key::OwnKey;
use crate::read::Reader;
use crate::signer::{HeldKeys, KeySources, LogKey};
use crate::store::{Head, Store};
use crate::succession::keeper::Keeper;

/// What a machine brings to a ledger that lies elsewhere.
#[derive(Clone)]
pub(crate) struct Machine<'m> {
    pub(crate) folder: &'m Path,
    pub(crate) own: Arc<OwnKey>,
    pub(crate) sources: &'m KeySources,
    /// How errors call the place of the ledger.
    pub(crate) place: String,
}

impl<'m> Machine<'m> {
    pub(crate) fn new(
        folder: &'m Path,
        disk: Box<dyn Disk>,
        sources: &'m KeySources,
        place: String,
    ) -> Machine<'m> {
        Machine {
            folder,
            own: Arc::new(OwnKey::new(folder, disk)),
            sources,
            place,
        }
    }
}

impl Ledger {
    /// Returns the ledger in a store, after what was interrupted there, and a change of the key on this machine, is
    /// finished; the end is given by who just looked for it.
    pub(crate) fn over_shared(
        machine: Machine<'_>,
        store: Arc<dyn Store>,
        end: Option<Head>,
    ) -> Result<Ledger, OpenError> {
        let opened = Ledger::of_machine(&machine, store, end);
        opened.map_err(|error| error.of_key_from(machine.sources))
    }

    fn of_machine(
        machine: &Machine<'_>,
        store: Arc<dyn Store>,
        end: Option<Head>,
    ) -> Result<Ledger, OpenError> {
        let Machine { folder, place, .. } = machine;
        let changing = lock::of_change_under_way(folder)?;
        let keys = machine.own.held(machine.sources)?;
        if keys.current.is_none() && keys.heir.is_none() {
            return Err(own::no_key(folder, place));
        }
        let mut ledger = Ledger::as_signed(folder, keys, store)?;
        ledger.keeper = Some(Keeper::Machine(machine.own.clone()));
        let finished = match changing {
            Some(_) => ledger.finish_change(),
            None => ledger.finish(end),
        };
        if let Err(OpenError::KeyLost { .. }) = finished {
            return Err(own::no_key(folder, place));
        }
        ledger.refuse_other_keys(finished, place)?;
        // A key that it replaced may have signed before it did.
        let signer = ledger.reader.checkpoint()?.key;
        let heir = ledger.keys.heir.as_ref().map(LogKey::verifier);
        ledger.reader = ledger.reader.believing(signer, heir);
        Ok(ledger)
    }

    /// Returns the ledger in a store as it was left, under the key that signed its checkpoint.
    pub(crate) fn as_signed(
        folder: &Path,
        keys: HeldKeys,
        store: Arc<dyn Store>,
    ) -> Result<Ledger, OpenError> {
        let first = keyfile::read_public_in(&*store)?;
        let held: Vec<VerifierKey> = [&keys.current, &keys.heir]
            .into_iter()
            .flatten()
            .map(LogKey::verifier)
            .collect();
        if held.iter().any(|key| key.name() != first.name()) {
            let path = store.place(keyfile::PUBLIC);
            let own = keyfile::PRIVATE;
            return Err(OpenError::OtherPublicKey { path, own });
        }
        let reader = Reader::appending(folder, first.clone(), store.clone());
        let own = held.first().map_or_else(
            || reader.clone(),
            |key| reader.believing(key.clone(), held.get(1).cloned()),
        );
        let signer = match own.checkpoint() {
            Ok(signed) => signed.key,
            Err(_) => match reader.followed()? {
                Some(reader) => reader.log().clone(),
                None => reader.checkpoint()?.key,
            },
        };
        let mut ledger = Ledger::unpublished(folder, (signer.clone(), keys), store);
        // One of these may be the next to sign.
        let next = held.into_iter().rfind(|key| *key != signer);
        ledger.reader = ledger.reader.believing(signer, next);
        Ok(ledger)
    }

    /// Refuses a log that is signed by a key which this machine does not hold.
    fn refuse_other_keys(
        &self,
        finished: Result<(), OpenError>,
        place: &str,
    ) -> Result<(), OpenError> {
        let id = match finished {
            Err(OpenError::Unfinished(error)) => match *error {
                AppendError::KeyReplaced { id } => id,
                error => return Err(OpenError::Unfinished(Box::new(error))),
            },
            finished => {
                finished?;
                let signer = self.reader.checkpoint()?.key;
                if self.keys.of(&signer).is_some() {
                    return Ok(());
                }
                signer.id()
            }
        };
        let held = self.keys.current.as_ref().or(self.keys.heir.as_ref());
        let held = held.map(LogKey::verifier);
        let history = self.history()?;
        match held.filter(|held| history.keys().any(|key| key == held)) {
            Some(held) => Err(OpenError::KeyReplaced {
                id,
                held: held.id(),
                path: self.reader.folder().join(keyfile::PRIVATE),
                place: place.to_owned(),
            }),
            None => Err(OpenError::OtherPublicKey {
                path: self.store.place(keyfile::PUBLIC),
                own: keyfile::PRIVATE,
            }),
        }
    }
}
