//! Errors of the ledger: what does not hold, and what cannot be reached.

use super::{exit_of_publish, of_publish};
use crate::error::{CliError, causes};
use crate::exit::Exit;
use countersign::custody::keys::KeyError;
use countersign::custody::{CustodyError, HoldError};
use countersign::log::LogError;
use ledger::audit::AuditError as AuditFault;
use ledger::erase::EraseError;
use ledger::export::ExportError;
use ledger::open::OpenError;
use ledger::read::ReadError;
use ledger::store::StoreError;
use ledger::succession::ChangeError;
use std::error::Error;
use std::io;

/// What does not fit is a fail; an absent or unreadable ledger is neither.
pub(crate) fn of_log(error: LogError) -> CliError {
    if error.is_damage() {
        return match &error {
            LogError::Audit(AuditFault::Store(_)) => CliError::new(Exit::Fail, error).hint(LOST),
            LogError::Audit(
                AuditFault::FileMismatch { .. }
                | AuditFault::MissingFile { .. }
                | AuditFault::Truncated { .. }
                | AuditFault::TrailingBytes { .. },
            ) => CliError::new(Exit::Fail, error).hint(DERIVED),
            _ => of_damage(error),
        };
    }
    match &error {
        LogError::Audit(AuditFault::HandedOver { .. }) => CliError::new(Exit::Unknown, error).hint(
            "run countersign collect on a machine that has the present key, and if others may have had the one before, revoke it",
        ),
        LogError::Audit(AuditFault::UnreadHandover { .. }) => CliError::new(Exit::Unknown, error).hint(
            "put the payload back from a copy of the log, or the checkpoint that was signed over that leaf; if it never was a record of a key, find out who appended it",
        ),
        LogError::Audit(AuditFault::Keys(cause))
            if matches!(**cause, ReadError::NoKeyRecord { .. }) =>
        {
            CliError::new(Exit::Unknown, error).hint(
                "verify a folder that has the payload: the ledger itself, a report, or an export of it",
            )
        }
        LogError::Export(ExportError::NoPayload { .. } | ExportError::Occupied { .. })
        | LogError::Read(ReadError::BeyondEnd { .. }) => CliError::new(Exit::Usage, error),
        LogError::Open(OpenError::Absent { .. }) => CliError::new(Exit::Unreachable, error)
            .hint("countersign collect begins one, and --ledger PLACE names another"),
        LogError::Audit(_)
        | LogError::Export(_)
        | LogError::Read(_)
        | LogError::Open(_)
        | LogError::Append(_) => of_ledger(error),
    }
}

const LOST: &str =
    "records come back from a backup alone; what follows from them, by countersign ledger rebuild";

/// A copy in a report has no records.
const DERIVED: &str =
    "in a ledger of your own, countersign ledger rebuild makes again what follows from its records";

/// The place was read, and holds something else than what was written there.
pub(super) fn of_damage(error: impl Error + Send + Sync + 'static) -> CliError {
    let is_lost = causes(&error).any(|cause| {
        matches!(
            cause.downcast_ref(),
            Some(StoreError::Damaged { .. } | StoreError::Shorter { .. })
        )
    });
    let error = CliError::new(Exit::Fail, error);
    match is_lost {
        true => error.hint(LOST),
        false => error,
    }
}

pub(crate) fn of_hold(error: HoldError) -> CliError {
    match error {
        HoldError::Log(error) => of_log(error),
        HoldError::Unvouched { .. } => CliError::new(Exit::Fail, error).hint(UNVOUCHED),
        HoldError::UntrustedKey { .. } | HoldError::Contradicted { .. } => {
            CliError::new(Exit::Fail, error)
        }
        HoldError::OneKey | HoldError::NoAddress { .. } => CliError::new(Exit::Usage, error),
        HoldError::NothingServed { .. } | HoldError::Http(_) => {
            CliError::new(Exit::Unreachable, error)
        }
    }
}

/// Whoever cannot sign with the key before can write that it was lost: the record alone must not better the verdict.
pub(super) const UNVOUCHED: &str = "ask the company what became of the key, get the present one by another way than from this log, and put it into --trust";

pub(crate) fn of_key(error: KeyError) -> CliError {
    match error {
        KeyError::Log(error) => of_log(error),
        KeyError::Change(ChangeError::Open(error)) => of_log(LogError::Open(error)),
        KeyError::Change(ChangeError::Read(error)) => of_log(LogError::Read(error)),
        KeyError::Change(ChangeError::Append(ref append)) if append.is_damage() => of_damage(error),
        KeyError::Change(ChangeError::Store(ref store)) if store.is_damage() => of_damage(error),
        KeyError::Read { .. }
        | KeyError::NoPublicKey { .. }
        | KeyError::Given { .. }
        | KeyError::Change(
            ChangeError::Given
            | ChangeError::Pending
            | ChangeError::NotNew { .. }
            | ChangeError::NotLost { .. }
            | ChangeError::UnknownKey { .. }
            | ChangeError::InForce { .. }
            | ChangeError::TooLate { .. }
            | ChangeError::Key(_)
            | ChangeError::Record(_),
        ) => CliError::new(Exit::Usage, error),
        KeyError::File(_) | KeyError::Change(_) => of_ledger(error),
    }
}

pub(crate) fn of_custody(error: CustodyError) -> CliError {
    match error {
        CustodyError::Log(error) => of_log(error),
        CustodyError::Erase(EraseError::Append(ref append)) if append.is_damage() => {
            of_damage(error)
        }
        CustodyError::Erase(EraseError::Store(ref store)) if store.is_damage() => of_damage(error),
        CustodyError::Erase(EraseError::Append(_) | EraseError::Store(_)) => of_ledger(error),
        CustodyError::Erase(EraseError::Read(read)) => of_log(LogError::Read(read)),
        CustodyError::Erase(_) => CliError::new(Exit::Usage, error),
        CustodyError::Publish(error) => {
            let exit = exit_of_publish(&error);
            of_publish(CliError::new(exit, error))
        }
        CustodyError::Ask(ref ask) if ask.is_damage() => of_damage(error),
        CustodyError::Ask(_) => CliError::new(Exit::Unreachable, error),
    }
}

pub(super) fn of_ledger(error: impl Error + Send + Sync + 'static) -> CliError {
    let denied = causes(&error).any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| {
            matches!(
                error.kind(),
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
            )
        })
    });
    let error = CliError::new(Exit::Unreachable, error);
    if denied {
        error.hint("put the ledger elsewhere with --ledger PLACE")
    } else {
        error
    }
}
