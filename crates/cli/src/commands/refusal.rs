//! Which exit code each error of the library has, and what to do about it.

use crate::error::{CliError, causes};
use crate::exit::Exit;
use countersign::assemble::AssembleError;
use countersign::audit::AuditError;
use countersign::checks::RecordError;
use countersign::collect::CollectError;
use countersign::custody::keys::KeyError;
use countersign::custody::{CustodyError, HoldError};
use countersign::draft::DraftError;
use countersign::forge::ask::AskForgeError;
use countersign::forge::change::ChangeForgeError;
use countersign::forge::webhook::{BadHook, WebhookError};
use countersign::gate::GateError;
use countersign::home::HomeError;
use countersign::log::LogError;
use countersign::pipeline::PipelineError;
use countersign::program::LoadError;
use countersign::protect::ProtectError;
use countersign::publish::PublishError;
use countersign::push::PushError;
use countersign::self_review::SelfReviewError;
use countersign::verify::VerifyError;
use ledger::audit::AuditError as AuditFault;
use ledger::erase::EraseError;
use ledger::export::ExportError;
use ledger::open::OpenError;
use ledger::read::ReadError;
use ledger::store::StoreError;
use ledger::succession::ChangeError;
use model::program::ForgeKind;
use sources::forge::error::ForgeError;
use sources::git::{BranchError, CensusError};
use std::error::Error;
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

/// What a forge did not say is told with what would make it.
pub(crate) fn of_forge(error: AskForgeError) -> CliError {
    let hint = match &error {
        AskForgeError::Forge(ForgeError::Unauthorised { .. }) => Some(
            "set COUNTERSIGN_GITHUB_TOKEN, or COUNTERSIGN_GITLAB_TOKEN, to a token that is still good",
        ),
        AskForgeError::Forge(ForgeError::RateLimited { .. }) => Some(
            "a token of its own has a limit of its own: set COUNTERSIGN_GITHUB_TOKEN, or COUNTERSIGN_GITLAB_TOKEN",
        ),
        AskForgeError::NotShown {
            is_withheld: false, ..
        } => Some(
            "ask again; where it stays, `forge_api` of the program is not the API of the forge",
        ),
        AskForgeError::NotShown {
            is_withheld: true, ..
        } => Some(
            "the token needs to read pull requests, checks, statuses, contents and metadata, at GitLab `read_api`",
        ),
        AskForgeError::Credential(none) => none.mend.as_deref(),
        AskForgeError::Forge(_)
        | AskForgeError::Unreadable(_)
        | AskForgeError::Base(_)
        | AskForgeError::Repository(_)
        | AskForgeError::Project(_)
        | AskForgeError::Http(_)
        | AskForgeError::Proposal(_)
        | AskForgeError::Keys(_) => None,
    };
    let hint = hint.map(str::to_owned);
    let exit = match &error {
        AskForgeError::Base(_)
        | AskForgeError::Repository(_)
        | AskForgeError::Project(_)
        | AskForgeError::Keys(_) => Exit::Usage,
        AskForgeError::Credential(none) if none.is_usage => Exit::Usage,
        AskForgeError::Forge(_)
        | AskForgeError::Unreadable(_)
        | AskForgeError::Http(_)
        | AskForgeError::Credential(_)
        | AskForgeError::NotShown { .. }
        | AskForgeError::Proposal(_) => Exit::Unreachable,
    };
    hint.into_iter()
        .fold(CliError::new(exit, error), CliError::hint)
}

/// A change that the forge did not make names the permission that it needs.
pub(crate) fn of_change(error: ChangeForgeError) -> CliError {
    match error {
        ChangeForgeError::Ask(error) => of_forge(error),
        ChangeForgeError::Forge(_) => CliError::new(Exit::Unreachable, error),
        ChangeForgeError::NoRulesets { .. } => CliError::new(Exit::Usage, error)
            .hint("set there that nobody pushes to the branch and that pipelines must succeed: docs/gitlab.md says where, and `gate merge` tells what is not set"),
        ChangeForgeError::NoCheckRuns { .. } => {
            CliError::new(Exit::Usage, error).hint("publish it with --publish status")
        }
        ChangeForgeError::OfJob { .. } => CliError::new(Exit::Usage, error)
            .hint("set COUNTERSIGN_GITLAB_TOKEN to one with the scope api: docs/gitlab.md"),
        ChangeForgeError::NoToken { kind, .. } => CliError::new(Exit::Usage, error).hint(match kind {
            ForgeKind::Github => "set COUNTERSIGN_GITHUB_TOKEN: docs/github.md names the permissions",
            ForgeKind::Gitlab => "set COUNTERSIGN_GITLAB_TOKEN to one with the scope api: docs/gitlab.md",
        }),
    }
}

pub(crate) fn of_protect(error: ProtectError) -> CliError {
    match error {
        ProtectError::Gate(error) => of_gate(error),
        ProtectError::Change(error) => of_change(error),
        ProtectError::Canary(error) => {
            let left: Vec<String> = error.left.clone();
            let error = CliError::new(Exit::Unreachable, error)
                .hint("the ruleset is set, and was not tried");
            let name = |error: CliError, left| error.hint(format!("remove it: {left}"));
            left.into_iter().fold(error, name)
        }
        ProtectError::Ledger(error) => of_log(error),
        ProtectError::NothingAsked => {
            CliError::new(Exit::Usage, error).hint("write `CR-1: in use` under `controls`")
        }
        ProtectError::LockedOut => CliError::new(Exit::Fail, error)
            .hint("countersign check names the rules that contradict each other"),
        ProtectError::NoPipeline { .. } => CliError::new(Exit::Fail, error).hint(
            "countersign ci github writes it: land it first; or name another app with --app NUMBER",
        ),
        ProtectError::NotPassed { .. } | ProtectError::NotOffered { .. } => {
            CliError::new(Exit::Fail, error)
        }
        ProtectError::Unseen { .. } => CliError::new(Exit::Unknown, error)
            .hint("the token needs the permission Administration: write"),
        ProtectError::Unreadable(_) => CliError::new(Exit::Unreachable, error),
        ProtectError::Rules(_) | ProtectError::Directory(_) | ProtectError::File(_) => {
            CliError::new(Exit::Usage, error)
        }
    }
}

pub(crate) fn of_gate(error: GateError) -> CliError {
    match error {
        GateError::Collect(error) => of_collect(error),
        GateError::Ledger(error) => of_log(error),
        GateError::Publish(error) => of_change(error),
        GateError::NoProgram { .. } => CliError::new(Exit::Usage, error).hint(
            "land countersign.yaml on the branch first, or name a program with --program FILE",
        ),
        GateError::StaleProgram { .. } => CliError::new(Exit::Unknown, error)
            .hint("git fetch origin, and have the branch here follow the forge's"),
        GateError::NoForge { .. } => CliError::new(Exit::Usage, error)
            .hint("write `forge: github:OWNER/NAME` or `forge: gitlab:GROUP/PROJECT` into its entry under `repositories`"),
        GateError::NotShared => CliError::new(Exit::Unreachable, error)
            .hint("write `ledger: git+URL` into the program: docs/shared-ledger.md"),
        GateError::OtherProgram { .. } => CliError::new(Exit::Usage, error)
            .hint("its `branch` names another branch: name the protected one"),
        GateError::OtherBranch { .. }
        | GateError::File(_)
        | GateError::Rules(_)
        | GateError::Directory(_) => CliError::new(Exit::Usage, error),
    }
}

/// A wait that is not over fails, as in the gate.
pub(crate) fn of_self_review(error: SelfReviewError) -> CliError {
    match error {
        SelfReviewError::Gate(error) => of_gate(error),
        SelfReviewError::Ledger(error) => of_log(error),
        SelfReviewError::Waits { .. } | SelfReviewError::NotOpen { .. } => {
            CliError::new(Exit::Fail, error)
        }
        SelfReviewError::NoDifference { .. } => CliError::new(Exit::Unknown, error)
            .hint("git fetch origin, with the commits of the request: pull/N/head"),
        SelfReviewError::Stranger { .. } => CliError::new(Exit::Usage, error)
            .hint("add its public half to `ssh_keys` of who it belongs to"),
        SelfReviewError::NotSigned { .. } => CliError::new(Exit::Unreachable, error),
        SelfReviewError::NotTheirs { .. } => {
            CliError::new(Exit::Usage, error).hint("name the author's own key with --key FILE")
        }
        SelfReviewError::Rules(_)
        | SelfReviewError::Directory(_)
        | SelfReviewError::Key(_)
        | SelfReviewError::Incomplete { .. } => CliError::new(Exit::Usage, error),
    }
}

/// A delivery that somebody else may have written fails; what is no delivery at all is the operator's to mend.
pub(crate) fn of_webhook(error: WebhookError) -> CliError {
    let hint = match &error {
        WebhookError::Collect(_) | WebhookError::Ledger(_) | WebhookError::Gate(_) => None,
        WebhookError::NoSecret => {
            Some("set COUNTERSIGN_WEBHOOK_SECRET to the secret of the webhook")
        }
        WebhookError::Bad { source, .. } => of_bad_hook(source),
    };
    let error = match error {
        WebhookError::Collect(error) => of_collect(error),
        WebhookError::Ledger(error) => of_log(error),
        WebhookError::Gate(error) => of_gate(error),
        WebhookError::NoSecret => CliError::new(Exit::Usage, error),
        WebhookError::Bad { ref source, .. } => {
            let exit = match source {
                BadHook::Signature | BadHook::Token => Exit::Fail,
                BadHook::Form(_)
                | BadHook::TooLong
                | BadHook::SaidTwice
                | BadHook::Absent { .. }
                | BadHook::Name { .. }
                | BadHook::Event { .. }
                | BadHook::Malformed
                | BadHook::Unreadable(_)
                | BadHook::Repository { .. } => Exit::Usage,
            };
            CliError::new(exit, error).hint("nothing of these files was recorded")
        }
    };
    hint.into_iter().fold(error, CliError::hint)
}

fn of_bad_hook(bad: &BadHook) -> Option<&'static str> {
    match bad {
        BadHook::Signature => {
            Some("the secret is another, or the body is not byte for byte what was sent")
        }
        BadHook::Token => Some("the token of the webhook is another"),
        BadHook::Absent { .. } => Some("keep the delivery with its headers before the body"),
        BadHook::SaidTwice => Some("leave --event, --signature and --delivery out"),
        BadHook::Repository { .. } => {
            Some("name the repository that it is about with --repository REPO")
        }
        BadHook::Form(_)
        | BadHook::TooLong
        | BadHook::Name { .. }
        | BadHook::Event { .. }
        | BadHook::Malformed
        | BadHook::Unreadable(_) => None,
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

/// What is no place is the operator's to mend; one that cannot be asked may be so tomorrow.
pub(crate) fn of_home(error: HomeError) -> CliError {
    match error.is_unreachable() {
        true => CliError::new(Exit::Unreachable, error),
        false => CliError::new(Exit::Usage, error),
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

/// What does not fit is a fail; an absent or unreadable ledger is neither.
pub(crate) fn of_log(error: LogError) -> CliError {
    if error.is_damage() {
        return of_damage(error);
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

/// The place was read, and holds something else than what was written there.
fn of_damage(error: impl Error + Send + Sync + 'static) -> CliError {
    let is_lost = causes(&error).any(|cause| {
        matches!(
            cause.downcast_ref(),
            Some(StoreError::Damaged { .. } | StoreError::Shorter { .. })
        )
    });
    let error = CliError::new(Exit::Fail, error);
    match is_lost {
        true => error.hint("records come back from a backup alone; what follows from them, by countersign ledger rebuild"),
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
const UNVOUCHED: &str = "ask the company what became of the key, get the present one by another way than from this log, and put it into --trust";

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

fn of_open(error: sources::git::OpenError) -> CliError {
    CliError::new(Exit::Unreachable, error)
}

fn of_ledger(error: impl Error + Send + Sync + 'static) -> CliError {
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
