//! Taking a log over that machines share, from a machine that lacks its key.

use std::sync::Arc;

use crate::Ledger;
use crate::keyfile;
use crate::lock;
use crate::open::OpenError;
use crate::open::machine::Machine;
use crate::signer::{HeldKeys, NewKey};
use crate::store::Store;
use crate::succession::keeper::Keeper;
use crate::succession::{ChangeError, Occasion};

impl Ledger {
    /// Returns the log in a store, which a new key of this machine took over; the key in force is on no machine.
    pub(crate) fn take_over_shared(
        machine: Machine<'_>,
        store: Arc<dyn Store>,
        new: &NewKey,
        occasion: Occasion<'_>,
    ) -> Result<Ledger, ChangeError> {
        let Machine {
            folder, sources, ..
        } = machine;
        let own = machine.own.clone();
        let path = folder.join(keyfile::PRIVATE);
        // A takeover that was interrupted may have made the key that is missing: then nothing is lost.
        match Ledger::over_shared(machine, store.clone(), None) {
            Err(OpenError::NoKey { .. }) => {}
            Ok(_) | Err(OpenError::KeyReplaced { .. }) => {
                return Err(ChangeError::NotLost { path });
            }
            Err(error) => return Err(error.into()),
        }
        let _changing = lock::creating(folder)?;
        if path.exists() {
            return Err(ChangeError::NotLost { path });
        }
        let keys = HeldKeys {
            current: None,
            ..own.held(sources)?
        };
        let mut ledger = Ledger::as_signed(folder, keys, store)?;
        ledger.keeper = Some(Keeper::Machine(own));
        let (_, from) = ledger.in_force(ledger.store.head()?)?;
        ledger.take_over(from, new, sources, occasion)?;
        Ok(ledger)
    }
}
