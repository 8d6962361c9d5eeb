//! Errors of what asks a forge, changes something there, or takes what it sent.

use super::ledger::of_log;
use super::of_collect;
use crate::error::CliError;
use crate::exit::Exit;
use countersign::dispositions::DispositionError;
use countersign::forge::ask::AskForgeError;
use countersign::forge::change::ChangeForgeError;
use countersign::forge::webhook::{DeliveryFault, WebhookError};
use countersign::gate::GateError;
use countersign::gate::opened::NotOpened;
use countersign::protect::ProtectError;
use countersign::review::ReviewError;
use countersign::self_review::SelfReviewError;
use countersign::statements::signed::StatementError;
use model::program::ForgeKind;
use sources::forge::error::ForgeError;

/// What a forge did not say is told with what would make it.
pub(crate) fn of_forge(error: AskForgeError) -> CliError {
    let hint = match &error {
        AskForgeError::Forge(ForgeError::Unauthorised { .. }) => Some(
            "set COUNTERSIGN_GITHUB_TOKEN, or COUNTERSIGN_GITLAB_TOKEN, to a token that is still good",
        ),
        AskForgeError::Forge(ForgeError::RateLimited { .. }) => Some(
            "a token of its own has a limit of its own: set COUNTERSIGN_GITHUB_TOKEN, or COUNTERSIGN_GITLAB_TOKEN",
        ),
        AskForgeError::Forge(ForgeError::Unreachable(_) | ForgeError::Failing { .. }) => {
            Some("check the network, the proxy and `forge_api` of the program, and ask again")
        }
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
        ChangeForgeError::NoCheckRuns { .. } => {
            CliError::new(Exit::Usage, error).hint("publish it with --publish status")
        }
        ChangeForgeError::OfJob { .. } => CliError::new(Exit::Usage, error)
            .hint("set COUNTERSIGN_GITLAB_TOKEN to one with the scope api: docs/gitlab.md"),
        ChangeForgeError::NoToken { kind, .. } => {
            CliError::new(Exit::Usage, error).hint(match kind {
                ForgeKind::Github => {
                    "set COUNTERSIGN_GITHUB_TOKEN: docs/github.md names the permissions"
                }
                ForgeKind::Gitlab => {
                    "set COUNTERSIGN_GITLAB_TOKEN to one with the scope api: docs/gitlab.md"
                }
            })
        }
        ChangeForgeError::Unreadable(_) | ChangeForgeError::NotWhole { .. } => {
            CliError::new(Exit::Unreachable, error)
        }
    }
}

pub(crate) fn of_protect(error: ProtectError) -> CliError {
    match error {
        ProtectError::Gate(error) => of_gate(error),
        ProtectError::Change(error) => of_change(error),
        ProtectError::Canary(error) => {
            let left: Vec<String> = error.left.clone();
            let hint = match error.kind {
                ForgeKind::Github => "the ruleset is set, and was not tried",
                ForgeKind::Gitlab => "the protection is set, and was not tried",
            };
            let error = CliError::new(Exit::Unreachable, error).hint(hint);
            let name = |error: CliError, left| error.hint(format!("remove it: {left}"));
            left.into_iter().fold(error, name)
        }
        ProtectError::Ledger(error) => of_log(error),
        ProtectError::NothingAsked => {
            CliError::new(Exit::Usage, error).hint("write `CR-1: in use` under `controls`")
        }
        ProtectError::LockedOut => CliError::new(Exit::Fail, error)
            .hint("countersign check names the rules that contradict each other"),
        ProtectError::NoPipeline { kind, .. } => {
            CliError::new(Exit::Fail, error).hint(match kind {
                ForgeKind::Github => "countersign ci github writes it: land it first; or name another app with --app NUMBER",
                ForgeKind::Gitlab => "countersign ci gitlab writes it: land it first",
            })
        }
        ProtectError::NoJob { .. } => CliError::new(Exit::Fail, error)
            .hint("countersign ci gitlab writes it into that file: land it first; or name another job with --check NAME"),
        ProtectError::NotPassed { .. } | ProtectError::NotOffered { .. } => {
            CliError::new(Exit::Fail, error)
        }
        ProtectError::NoRequest { .. } => CliError::new(Exit::Usage, error)
            .hint("name an open request that the gate let pass, and give a token that may see it"),
        ProtectError::Unseen { .. } => CliError::new(Exit::Unknown, error)
            .hint("the token needs the permission Administration: write"),
        ProtectError::Hidden { .. } => CliError::new(Exit::Unknown, error)
            .hint("the token needs the scope api, and its owner the role Maintainer"),
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
            "name the protected branch with --branch NAME, or land countersign.yaml on it first",
        ),
        GateError::OfFile { .. } => CliError::new(Exit::Usage, error)
            .hint("leave --program out, or --publish"),
        GateError::StaleProgram { .. } => CliError::new(Exit::Unknown, error)
            .hint("git fetch origin, and have the branch here follow the forge's"),
        GateError::NoForge { .. } => CliError::new(Exit::Usage, error)
            .hint("write `forge: github:OWNER/NAME` or `forge: gitlab:GROUP/PROJECT` into its entry under `repositories`"),
        GateError::NotShared => CliError::new(Exit::Unreachable, error)
            .hint("write `ledger: git+URL` into the program: docs/shared-ledger.md"),
        GateError::OtherProgram { .. } => CliError::new(Exit::Usage, error)
            .hint("the program there names another branch as the protected one: ask on that, or with --branch"),
        GateError::OtherBranch { .. } => CliError::new(Exit::Fail, error)
            .hint("the gate decides on requests to the protected branch of the program alone"),
        GateError::File(_)
        | GateError::Rules(_)
        | GateError::Directory(_) => CliError::new(Exit::Usage, error),
    }
}

/// A request that nobody can read yet is the operator's to mend.
fn of_opened(error: NotOpened) -> CliError {
    match error {
        NotOpened::Gate(error) => of_gate(error),
        NotOpened::Ledger(error) => of_log(error),
        NotOpened::NotOpen { .. } => CliError::new(Exit::Fail, error)
            .hint("open it again at the forge, or name another with --request N"),
        NotOpened::NoDifference { .. } => CliError::new(Exit::Unknown, error)
            .hint("git fetch origin, with the commits of the request: pull/N/head"),
    }
}

pub(crate) fn of_review(error: ReviewError) -> CliError {
    match error {
        ReviewError::Request(error) => of_opened(error),
        ReviewError::Gate(error) => of_gate(error),
        ReviewError::NoRange { .. } => {
            CliError::new(Exit::Usage, error).hint("write FROM..TO, such as main..HEAD")
        }
        ReviewError::Revision(_) | ReviewError::Empty { .. } => CliError::new(Exit::Usage, error),
        ReviewError::NoBase { .. } => CliError::new(Exit::Unknown, error)
            .hint("rebase the one on the other, or fetch the history that is not here"),
        ReviewError::Ledger(error) => of_log(error),
        ReviewError::Several { .. } => {
            CliError::new(Exit::Usage, error).hint("name one with --by PRINCIPAL")
        }
        ReviewError::NoPrices { .. } => CliError::new(Exit::Usage, error)
            .hint("write `input_price` and `output_price` in its `reviewer` block, for a million tokens"),
        ReviewError::NoReviewer | ReviewError::Unknown { .. } => {
            CliError::new(Exit::Usage, error)
                .hint("write `reviewer: {wire: …, model: …, context_tokens: …}` at an agent in countersign.yaml")
        }
        ReviewError::Endpoint(_) | ReviewError::Credential(_) => CliError::new(Exit::Usage, error),
        ReviewError::Patch(_) | ReviewError::Otherwise { .. } => CliError::new(Exit::Unknown, error),
        ReviewError::Http(_) => CliError::new(Exit::Unreachable, error),
    }
}

pub(crate) fn of_self_review(error: SelfReviewError) -> CliError {
    match error {
        SelfReviewError::Request(error) => of_opened(error),
        SelfReviewError::Statement(error) => of_statement(error),
        SelfReviewError::Ledger(error) => of_log(error),
        SelfReviewError::Waits { .. } => CliError::new(Exit::Fail, error),
        SelfReviewError::NotTheirs { .. } => {
            CliError::new(Exit::Usage, error).hint("name the author's own key with --key FILE")
        }
        SelfReviewError::Rules(_) | SelfReviewError::Incomplete { .. } => {
            CliError::new(Exit::Usage, error)
        }
    }
}

pub(crate) fn of_disposition(error: DispositionError) -> CliError {
    match error {
        DispositionError::Request(error) => of_opened(error),
        DispositionError::Statement(error) => of_statement(error),
        DispositionError::Ledger(error) => of_log(error),
        DispositionError::NoFinding { .. } => CliError::new(Exit::Usage, error)
            .hint("`countersign gate merge` and `countersign review` name those that are open"),
        DispositionError::NoPerson { .. } => {
            CliError::new(Exit::Usage, error).hint("name a person's own key with --key FILE")
        }
        DispositionError::NoAnswer { .. } => CliError::new(Exit::Usage, error)
            .hint("push the commit that mends it, or say why it stays or is false"),
        DispositionError::Revision(_) | DispositionError::NoReason => {
            CliError::new(Exit::Usage, error)
        }
    }
}

fn of_statement(error: StatementError) -> CliError {
    match error {
        StatementError::Gate(error) => of_gate(error),
        StatementError::Ledger(error) => of_log(error),
        StatementError::Stranger { .. } => CliError::new(Exit::Usage, error)
            .hint("add its public half to `ssh_keys` of who it belongs to"),
        StatementError::NotSigned { .. } => CliError::new(Exit::Unreachable, error),
        StatementError::Directory(_) | StatementError::Key(_) => CliError::new(Exit::Usage, error),
    }
}

/// A delivery that somebody else may have written fails; what is no delivery at all is the operator's to mend.
pub(crate) fn of_webhook(error: WebhookError) -> CliError {
    let hint = match &error {
        WebhookError::Collect(_) | WebhookError::Ledger(_) | WebhookError::Gate(_) => None,
        WebhookError::NoSecret => {
            Some("set COUNTERSIGN_WEBHOOK_SECRET to the secret of the webhook")
        }
        WebhookError::Bad { source, .. } => of_delivery(source),
    };
    let error = match error {
        WebhookError::Collect(error) => of_collect(error),
        WebhookError::Ledger(error) => of_log(error),
        WebhookError::Gate(error) => of_gate(error),
        WebhookError::NoSecret => CliError::new(Exit::Usage, error),
        WebhookError::Bad { ref source, .. } => {
            let exit = match source {
                DeliveryFault::Signature | DeliveryFault::Token => Exit::Fail,
                DeliveryFault::Form(_)
                | DeliveryFault::TooLong
                | DeliveryFault::SaidTwice
                | DeliveryFault::Absent { .. }
                | DeliveryFault::Name { .. }
                | DeliveryFault::Event { .. }
                | DeliveryFault::Malformed
                | DeliveryFault::Unreadable(_)
                | DeliveryFault::Repository { .. } => Exit::Usage,
            };
            CliError::new(exit, error).hint("nothing of these files was recorded")
        }
    };
    hint.into_iter().fold(error, CliError::hint)
}

fn of_delivery(fault: &DeliveryFault) -> Option<&'static str> {
    match fault {
        DeliveryFault::Signature => {
            Some("the secret is another, or the body is not byte for byte what was sent")
        }
        DeliveryFault::Token => Some("the token of the webhook is another"),
        DeliveryFault::Absent { .. } => Some("keep the delivery with its headers before the body"),
        DeliveryFault::SaidTwice => Some("leave --event, --signature and --delivery out"),
        DeliveryFault::Repository { .. } => {
            Some("name the repository that it is about with --repository REPO")
        }
        DeliveryFault::Form(_)
        | DeliveryFault::TooLong
        | DeliveryFault::Name { .. }
        | DeliveryFault::Event { .. }
        | DeliveryFault::Malformed
        | DeliveryFault::Unreadable(_) => None,
    }
}
