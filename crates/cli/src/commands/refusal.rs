//! Which exit code each error of the library has, and what to do about it.

mod forge;
mod ledger;

pub(crate) use forge::{
    of_change, of_disposition, of_forge, of_gate, of_protect, of_review, of_self_review, of_webhook,
};
pub(crate) use ledger::{of_custody, of_hold, of_key, of_log};

use self::ledger::{UNVOUCHED, of_damage, of_ledger};
use crate::error::{CliError, causes};
use crate::exit::Exit;
use countersign::assemble::AssembleError;
use countersign::audit::AuditError;
use countersign::checks::RecordError;
use countersign::collect::CollectError;
use countersign::draft::DraftError;
use countersign::home::HomeError;
use countersign::pipeline::PipelineError;
use countersign::program::LoadError;
use countersign::publish::PublishError;
use countersign::push::PushError;
use countersign::sessions::SessionError;
use countersign::verify::VerifyError;
use sources::git::{BranchError, CensusError, OpenError};
use std::io;

/// A program that cannot be used is the operator's to mend.
pub(crate) fn of_load(error: LoadError) -> CliError {
    let hint = match &error {
        LoadError::Read { source, .. } if source.kind() == io::ErrorKind::NotFound => {
            Some("countersign init drafts one from the repository")
        }
        LoadError::NotUtf8 { .. } => Some("save the file as UTF-8"),
        LoadError::Read { .. } | LoadError::TooLong { .. } | LoadError::Faults { .. } => None,
    };
    hint.into_iter()
        .fold(CliError::new(Exit::Usage, error), CliError::hint)
}

pub(crate) fn of_assemble(error: AssembleError) -> CliError {
    CliError::new(Exit::Usage, error)
}

pub(crate) fn of_collect(error: CollectError) -> CliError {
    match error {
        CollectError::Program(error) => of_load(error),
        CollectError::Draft(_) => CliError::new(Exit::Bug, error),
        CollectError::NotBegun { .. } => {
            CliError::new(Exit::Usage, error).hint("audit a period that has begun, or all")
        }
        CollectError::Period(_) | CollectError::Keys(_) => CliError::new(Exit::Usage, error),
        CollectError::Open(error) => of_open(error),
        CollectError::Census(CensusError::Branch(
            BranchError::Unborn { .. } | BranchError::Detached { .. } | BranchError::Unknown { .. },
        )) => CliError::new(Exit::Unreachable, error)
            .hint("name the protected branch with --branch NAME"),
        CollectError::Census(_) => CliError::new(Exit::Unreachable, error),
        CollectError::LedgerInside { .. } => {
            CliError::new(Exit::Usage, error).hint("put the ledger elsewhere with --ledger PLACE")
        }
        CollectError::Home(error) => of_home(error),
        CollectError::Forge(error) => of_forge(error),
        CollectError::LedgerPlace { .. } => CliError::new(Exit::Unreachable, error),
        CollectError::Ledger(ref log) if log.is_damage() => of_damage(error),
        CollectError::Cosign(ref ask) if ask.is_damage() => of_damage(error),
        CollectError::Ledger(_) | CollectError::Evidence(_) | CollectError::Cosign(_) => {
            of_ledger(error)
        }
    }
}

pub(crate) fn of_pipeline(error: PipelineError) -> CliError {
    let hint = match &error {
        PipelineError::NotShared => Some(
            "write `ledger: git+URL` or `s3://BUCKET/PREFIX` into the program: docs/shared-ledger.md",
        ),
        PipelineError::NoRemote { .. } => {
            Some("write `ledger: git+origin`, or the address of the other remote as git+URL")
        }
        PipelineError::NoForge { .. } => Some(
            "write `forge: github:OWNER/NAME` or `forge: gitlab:GROUP/PROJECT` into its entry under `repositories`",
        ),
        PipelineError::OtherForge { .. } => {
            Some("write the pipeline of that one: countersign ci --help")
        }
        PipelineError::Differs { .. } => {
            Some("replace it with --force, or write elsewhere with --out")
        }
        PipelineError::Name { .. } => Some(
            "name the protected branch with --branch NAME, or give it and the repository plain names",
        ),
        PipelineError::NoWait => Some("a gate that failed is run again by hand: gh run rerun"),
        PipelineError::Branch(_) => Some("name the protected branch with --branch NAME"),
        PipelineError::Open(_)
        | PipelineError::Program(_)
        | PipelineError::Ledger(_)
        | PipelineError::Write { .. } => None,
    };
    let error = match error {
        PipelineError::Program(error) => of_load(error),
        PipelineError::Open(_)
        | PipelineError::Branch(_)
        | PipelineError::NotShared
        | PipelineError::Write { .. } => CliError::new(Exit::Unreachable, error),
        PipelineError::Ledger(_)
        | PipelineError::Name { .. }
        | PipelineError::NoRemote { .. }
        | PipelineError::NoForge { .. }
        | PipelineError::OtherForge { .. }
        | PipelineError::NoWait
        | PipelineError::Differs { .. } => CliError::new(Exit::Usage, error),
    };
    hint.into_iter().fold(error, CliError::hint)
}

/// Each of them refuses the push: a gate that cannot be asked stays shut.
pub(crate) fn of_push(error: PushError) -> CliError {
    let shut = "nothing was pushed: the gate stays shut where it cannot be asked";
    let error = match error {
        PushError::Program(error) => of_load(error),
        PushError::Home(error) => of_home(error),
        PushError::Ledger(error) => of_log(error),
        PushError::NoProgram { .. } => CliError::new(Exit::Usage, error)
            .hint("push countersign.yaml before the hook is put in, or name one with --program"),
        PushError::NoBranch { .. } => {
            CliError::new(Exit::Usage, error).hint("name the protected branch with --branch NAME")
        }
        PushError::NoLine => CliError::new(Exit::Unknown, error)
            .hint("let the hook hand its own standard input to `countersign gate push`"),
        PushError::Line { .. } | PushError::TooMany | PushError::File(_) => {
            CliError::new(Exit::Usage, error)
        }
        PushError::Open(_) | PushError::Branch(_) | PushError::Refs(_) | PushError::Pushed(_) => {
            CliError::new(Exit::Unreachable, error)
        }
    };
    error.hint(shut)
}

pub(crate) fn of_record(error: RecordError) -> CliError {
    match error {
        RecordError::Collect(error) => of_collect(error),
        RecordError::Ledger(error) => of_log(error),
        RecordError::Kind { ref kinds, .. } => {
            let kinds: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
            let hint = format!("say which with --kind: {}", kinds.join(", "));
            CliError::new(Exit::Usage, error).hint(hint)
        }
        RecordError::Supersedes { .. } => CliError::new(Exit::Usage, error)
            .hint("a report stands in for an earlier one of the same check on the same tree"),
        RecordError::Revision(_) | RecordError::Rules(_) | RecordError::Name => {
            CliError::new(Exit::Usage, error)
        }
    }
}

pub(crate) fn of_session(error: SessionError) -> CliError {
    match error {
        SessionError::Collect(error) => of_collect(error),
        SessionError::Ledger(error) => of_log(error),
        SessionError::Unreadable(_) => CliError::new(Exit::Usage, error),
        SessionError::NoCommit => CliError::new(Exit::Usage, error)
            .hint("record it in the repository that holds its commits"),
    }
}

/// What is no place is the operator's to mend; one that cannot be asked may be so tomorrow.
pub(crate) fn of_home(error: HomeError) -> CliError {
    let exit = match error.is_unreachable() {
        true => Exit::Unreachable,
        false => Exit::Usage,
    };
    match error {
        HomeError::NoFolder { .. } => {
            CliError::new(exit, error).hint("name a folder with --ledger PLACE")
        }
        HomeError::Program(_)
        | HomeError::NoRepository { .. }
        | HomeError::Git(_)
        | HomeError::Cloud(_) => CliError::new(exit, error),
    }
}

pub(crate) fn of_audit(error: AuditError) -> CliError {
    match error {
        AuditError::Collect(error) => of_collect(error),
        AuditError::Assemble(error) => of_assemble(error),
        AuditError::Ledger(ref log) if log.is_damage() => of_damage(error),
        AuditError::Ledger(_) => of_ledger(error),
        AuditError::Publish(ref publish) => {
            let exit = exit_of_publish(publish);
            of_publish(CliError::new(exit, error))
        }
        AuditError::Render(_) | AuditError::Verify(_) => CliError::new(Exit::Bug, error),
    }
}

fn exit_of_publish(error: &PublishError) -> Exit {
    match error {
        PublishError::Foreign { .. }
        | PublishError::OtherLog { .. }
        | PublishError::Inside { .. }
        | PublishError::Taken { .. }
        | PublishError::Overlap { .. } => Exit::Usage,
        PublishError::Io { .. } => Exit::Unreachable,
    }
}

fn of_publish(error: CliError) -> CliError {
    let hint = match error.exit {
        Exit::Usage => "choose another folder with --out, or move that one away",
        _ => "choose another folder with --out",
    };
    error.hint(hint)
}

pub(crate) fn of_draft(error: DraftError) -> CliError {
    match error {
        DraftError::Open(error) => of_open(error),
        DraftError::Exists { .. } => {
            CliError::new(Exit::Usage, error).hint("edit that file, or write elsewhere with --out")
        }
        DraftError::Faults(_) => CliError::new(Exit::Bug, error),
        DraftError::Survey(_) | DraftError::Write { .. } => CliError::new(Exit::Unreachable, error),
    }
}

/// What does not fit is a fail; what cannot be read, or is of a form that is not known here, is neither.
pub(crate) fn of_verify(error: VerifyError) -> CliError {
    let unreadable = causes(&error).any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() != io::ErrorKind::NotFound)
    });
    let exit = match &error {
        VerifyError::Trust { .. } | VerifyError::NoKey { .. } => Exit::Usage,
        VerifyError::Read { path, .. } if path.is_dir() => Exit::Unreachable,
        VerifyError::NoReport { .. } => Exit::Unreachable,
        VerifyError::Version { .. } => Exit::Unknown,
        _ if unreadable => Exit::Unreachable,
        _ => Exit::Fail,
    };
    let unvouched = matches!(error, VerifyError::Unvouched { .. });
    let is_none = matches!(error, VerifyError::NoReport { .. });
    let error = CliError::new(exit, error);
    if is_none {
        return error.hint("countersign audit writes one; countersign ledger verify --ledger FOLDER checks a log by itself");
    }
    if unvouched {
        return error.hint(UNVOUCHED);
    }
    error
}

fn of_open(error: OpenError) -> CliError {
    let hint = match &error {
        OpenError::NoFolder { .. } | OpenError::NotARepository { .. } => {
            Some("name the repository, or run this inside one")
        }
        OpenError::Unreadable { .. } => None,
    };
    hint.into_iter()
        .fold(CliError::new(Exit::Unreachable, error), CliError::hint)
}
