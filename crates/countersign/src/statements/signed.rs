//! A statement is signed with its author's own key, and recorded.

use super::{bytes, payload};
use crate::checker::Checker;
use crate::collect::CollectError;
use crate::gate::GateError;
use crate::gate::scene::Scene;
use crate::log::{Log, LogError};
use gates::directory::{Directory, DirectoryError};
use jiff::Timestamp;
use ledger::append::NewLeaf;
use ledger::leaf::LeafKind;
use model::change::SignatureCheck;
use model::program::Principal;
use model::statement::{NAMESPACE, StatementRecord};
use sources::git::SignatureChecker as _;

/// What signs bytes, or says why it does not.
pub type Sign<'a> = dyn Fn(&[u8]) -> Result<Vec<u8>, String> + 'a;

/// A statement that is not recorded.
#[derive(Debug, thiserror::Error)]
pub enum StatementError {
    /// A key of the program cannot be used.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// The ledger cannot be used.
    #[error("the ledger cannot be used")]
    Ledger(#[from] LogError),
    /// A key of the program cannot be used.
    #[error("the program cannot be applied")]
    Directory(#[from] DirectoryError),
    /// The key is nobody's.
    #[error("the key {fingerprint} belongs to nobody in the program")]
    Stranger {
        /// The fingerprint.
        fingerprint: String,
    },
    /// The key cannot be read.
    #[error("the key cannot be read")]
    Key(#[from] signatures::KeyError),
    /// It was not signed.
    #[error("the statement was not signed: {why}")]
    NotSigned {
        /// Why.
        why: String,
    },
}

/// Returns whose a public key is.
pub(crate) fn owner(scene: &Scene, public_key: &str) -> Result<Principal, StatementError> {
    let fingerprint = signatures::ssh_fingerprint(public_key)?;
    let directory = Directory::new(&scene.program)?;
    let owner = directory.owner_of(&fingerprint).cloned();
    owner.ok_or(StatementError::Stranger { fingerprint })
}

/// Signs a statement, appends it, and returns its leaf.
pub(crate) fn record(
    (scene, log): (&Scene, &mut Log),
    record: &StatementRecord,
    (now, entropy): (Timestamp, &mut dyn FnMut() -> [u8; 32]),
    sign: &Sign<'_>,
) -> Result<u64, StatementError> {
    let bytes = bytes(record);
    let signature = sign(&bytes).map_err(|why| StatementError::NotSigned { why })?;
    let checker = Checker::in_namespace(&scene.program.principals, NAMESPACE);
    let checker = checker
        .map_err(CollectError::from)
        .map_err(GateError::from)?;
    if checker.check(&signature, &bytes).check != SignatureCheck::Valid {
        let why = "what signed it made no signature that verifies".to_owned();
        return Err(StatementError::NotSigned { why });
    }
    let leaf = NewLeaf::new(LeafKind::Statement, payload(&bytes, &signature));
    let appended = log.append(vec![leaf], now, entropy)?;
    Ok(*appended.leaves.first().expect("one leaf was appended"))
}
