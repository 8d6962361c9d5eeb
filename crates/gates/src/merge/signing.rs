//! CR-10: commits are signed by a key of their principal; the forge's own signature is counted apart.

use super::{COMMITS_ABSENT, Case, Moment, commits_are_absent, fail, pass, unknown};
use crate::directory::Directory;
use model::change::{Signature, SignatureCheck, SignatureGroup};
use model::digest::CommitId;
use model::identity::Identity;
use model::outcome::AssuranceGrade;
use model::program::PrincipalId;
use model::report::{Decision, SignatureVerdict};

/// What a signature is worth under the keys of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The verdict.
    pub verdict: SignatureVerdict,
    /// The principal whose key made it.
    pub signer: Option<PrincipalId>,
}

/// Returns what a signature is worth under the keys of a program.
pub fn verdict(signature: &Signature, directory: &Directory<'_>) -> Verdict {
    let signer = signature
        .key
        .as_deref()
        .and_then(|key| directory.owner_of(key))
        .map(|owner| owner.id.clone());
    let verdict = match signature.check {
        SignatureCheck::Absent => SignatureVerdict::None,
        SignatureCheck::Invalid => SignatureVerdict::Invalid,
        SignatureCheck::NoKey => SignatureVerdict::Unverified,
        SignatureCheck::Valid if signature.by_forge || signer.is_some() => SignatureVerdict::Valid,
        SignatureCheck::Valid => SignatureVerdict::ValidUnknownKey,
    };
    let signer = signer.filter(|_| verdict == SignatureVerdict::Valid);
    Verdict { verdict, signer }
}

/// What one signature, or a group of equal ones, says about the rule. Worst first.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Finding {
    Miss(String),
    Open(String),
    ForgeOnly,
    Own,
}

pub(super) fn decide(case: &Case<'_>) -> Decision {
    let change = case.change;
    let own = finding(
        &change.signature,
        &change.committer,
        &change.commit,
        1,
        case.directory,
    );
    let brought = change
        .brought
        .signatures
        .iter()
        .map(|group| of_group(group, case.directory));
    let merged_by_the_forge = own == Finding::ForgeOnly && change.brought.commits > 0;
    let findings = brought.chain((!merged_by_the_forge).then_some(own));
    match findings.min() {
        Some(Finding::Miss(reason)) => fail(reason),
        Some(Finding::Open(reason)) => unknown(reason),
        Some(Finding::ForgeOnly) => {
            unknown("only the forge signed it: that shows where it was made, not by whom")
        }
        Some(Finding::Own) if commits_are_absent(change) => unknown(COMMITS_ABSENT),
        Some(Finding::Own) => pass(
            own_words(case.moment, change.brought.commits, merged_by_the_forge),
            AssuranceGrade::Attested,
        ),
        None => unknown("git shows no signature that could be judged"),
    }
}

fn own_words(moment: Moment, brought: u32, merged_by_the_forge: bool) -> String {
    // Nothing merges an open request yet: its head is one of them.
    let all = match moment {
        Moment::Open { .. } => brought.max(1),
        Moment::Landed => brought + 1,
    };
    match merged_by_the_forge {
        true => format!(
            "every commit brought in ({brought}) is signed by its principal's key; the forge signed the merge"
        ),
        false => format!("every commit ({all}) is signed by its principal's key"),
    }
}

fn of_group(group: &SignatureGroup, directory: &Directory<'_>) -> Finding {
    finding(
        &group.signature,
        &group.committer,
        &group.newest,
        group.commits,
        directory,
    )
}

fn finding(
    signature: &Signature,
    committer: &Identity,
    commit: &CommitId,
    commits: u32,
    directory: &Directory<'_>,
) -> Finding {
    let place = match commits {
        1 => format!("commit {}", commit.short()),
        more => format!("commit {} and {} like it", commit.short(), more - 1),
    };
    let judged = verdict(signature, directory);
    match judged.verdict {
        SignatureVerdict::None => Finding::Miss(format!("{place}: not signed")),
        SignatureVerdict::Invalid => Finding::Miss(format!("{place}: the signature is invalid")),
        SignatureVerdict::Unverified | SignatureVerdict::Valid if signature.by_forge => {
            Finding::ForgeOnly
        }
        SignatureVerdict::Unverified => {
            Finding::Open(format!("{place}: no key to check the signature with"))
        }
        SignatureVerdict::ValidUnknownKey => {
            Finding::Open(format!("{place}: signed by a key of nobody in the program"))
        }
        SignatureVerdict::Valid => belongs(&place, judged.signer, committer, directory),
    }
}

fn belongs(
    place: &str,
    signer: Option<PrincipalId>,
    committer: &Identity,
    directory: &Directory<'_>,
) -> Finding {
    match (signer, directory.principal_of(committer)) {
        (Some(signer), Some(principal)) if signer == principal.id => Finding::Own,
        (Some(signer), Some(principal)) => Finding::Miss(format!(
            "{place}: committed by {}, signed with the key of {signer}",
            principal.id
        )),
        (_, None) => Finding::Open(format!(
            "{place}: its committer {committer} is nobody in the program"
        )),
        (None, Some(_)) => {
            Finding::Open(format!("{place}: the key belongs to nobody in the program"))
        }
    }
}
