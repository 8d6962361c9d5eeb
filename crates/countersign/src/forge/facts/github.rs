//! What the records of GitHub say.

use super::super::answered::{readable, said, unread};
use super::super::files;
use super::super::record::{Answer, Kept, Question};
use super::super::tickets;
use super::proposal;
use jiff::{SignedDuration, Timestamp};
use model::digest::Digest;
use model::request::audit::AuditLog;
use model::request::dossier::{Dossier, Guards};
use model::request::protection::BranchProtection;
use model::request::{Comment, ListedRequest, Readable};
use sources::github::read;
use std::collections::BTreeMap;

/// How far back the audit log is asked for; GitHub keeps it longer.
pub(in super::super) const AUDIT_LOG_SPAN: SignedDuration = SignedDuration::from_hours(90 * 24);
/// What an answer covers for certain: the day may have changed between question and answer.
const AUDIT_LOG_COVERS: SignedDuration = SignedDuration::from_hours(88 * 24);

/// Returns the list of all requests.
pub(super) fn requests(kept: &Kept) -> Readable<Vec<ListedRequest>> {
    readable(kept, Question::Requests, read::requests)
}

/// Returns a request; nothing where that itself cannot be read.
pub(super) fn dossier(
    (leaf, at, after): (u64, Timestamp, Option<Digest>),
    kept: &Kept,
) -> Option<Dossier> {
    let request = readable(kept, Question::Request, read::request);
    let Readable::Known(request) = request else {
        return None;
    };
    let said = said(&request);
    let linked = tickets::closed_by(&request);
    let mut tickets = tickets::tickets(kept, (&request, &said), &linked, |question| {
        readable(kept, question, read::issue)
    });
    tickets.extend(files::tickets(kept, &request, &said));
    Some(Dossier {
        leaf,
        at,
        after,
        said,
        commits: readable(kept, Question::Commits, read::request_commits),
        reviews: readable(kept, Question::Reviews, read::reviews),
        comments: comments(kept),
        pipelines: None,
        checks: readable(kept, Question::CheckRuns, read::check_runs),
        statuses: readable(kept, Question::Statuses, read::statuses),
        linked,
        tickets,
        proposal: proposal(kept),
        request,
    })
}

/// Returns whether there may be comments beside lines, which GitHub is asked for apart.
pub(in super::super) fn has_line_comments(kept: &Kept) -> bool {
    let count = readable(kept, Question::Request, read::line_comment_count);
    !matches!(count, Readable::Known(Some(0)))
}

fn comments(kept: &Kept) -> Readable<Vec<Comment>> {
    let comments = readable(kept, Question::Comments, read::comments);
    if !has_line_comments(kept) {
        return comments;
    }
    match (
        comments,
        readable(kept, Question::LineComments, read::comments),
    ) {
        (Readable::Known(mut all), Readable::Known(beside)) => {
            all.extend(beside);
            Readable::Known(all)
        }
        (Readable::Known(_), unknown) | (unknown, _) => unknown,
    }
}

/// Returns what protected the branch.
pub(super) fn guards(leaf: u64, at: Timestamp, kept: &Kept, branch: &str) -> Guards {
    let asked = kept.record.answers.iter().map(|answer| answer.question);
    let mut guards = Guards {
        leaf,
        at,
        branch: branch.to_owned(),
        settings: readable(kept, Question::Settings, read::settings),
        rules: readable(kept, Question::Rules, read::branch_rules),
        rulesets: BTreeMap::new(),
        versions: BTreeMap::new(),
        classic: classic(kept),
        suites: readable(kept, Question::RuleSuites, read::rule_suites),
        audit_log: audit_log(kept),
        deploy_keys: readable(kept, Question::DeployKeys, read::deploy_keys),
        collaborators: readable(kept, Question::Collaborators, read::collaborators),
        environments: match readable(kept, Question::Environments, read::environments) {
            Readable::Known(counted) if counted.is_whole() => Readable::Known(counted.items),
            Readable::Known(_) => unread("the list is not whole"),
            Readable::Withheld { needs } => Readable::Withheld { needs },
            Readable::Unread { why } => Readable::Unread { why },
            Readable::NotOffered { said } => Readable::NotOffered { said },
        },
        project: None,
    };
    for question in asked {
        match question {
            Question::Ruleset { id } => {
                guards
                    .rulesets
                    .insert(id, readable(kept, question, read::ruleset));
            }
            Question::RulesetVersions { id } => {
                let versions = readable(kept, question, read::ruleset_versions);
                guards.versions.insert(id, versions);
            }
            _ => {}
        }
    }
    guards
}

/// Returns the audit log, and since when it was asked for: no later than the day that the question named ended.
fn audit_log(kept: &Kept) -> Readable<Option<AuditLog>> {
    let Some((record, _)) = kept.answer(Question::AuditLog) else {
        return Readable::Known(None);
    };
    let since = record.at.checked_sub(AUDIT_LOG_COVERS);
    match (readable(kept, Question::AuditLog, read::audit_log), since) {
        (Readable::Known(events), Ok(since)) => Readable::Known(Some(AuditLog { since, events })),
        (Readable::Known(_), Err(_)) => unread("the moment of the answer is none"),
        (Readable::Withheld { needs }, _) => Readable::Withheld { needs },
        (Readable::Unread { why }, _) => Readable::Unread { why },
        (Readable::NotOffered { said }, _) => Readable::NotOffered { said },
    }
}

pub(in super::super) fn classic(kept: &Kept) -> Readable<Option<BranchProtection>> {
    match kept.answer(Question::Protection) {
        Some((record, _)) if record.answer == Answer::Absent => Readable::Known(None),
        _ => match readable(kept, Question::Protection, read::branch_protection) {
            Readable::Known(protection) => Readable::Known(Some(protection)),
            Readable::Withheld { needs } => Readable::Withheld { needs },
            Readable::Unread { why } => Readable::Unread { why },
            Readable::NotOffered { said } => Readable::NotOffered { said },
        },
    }
}
