//! What the records of GitLab say.

use super::super::answered::{readable, said, unread};
use super::super::files;
use super::super::record::{Kept, Question};
use super::super::tickets;
use super::proposal;
use jiff::Timestamp;
use model::digest::Digest;
use model::request::access::RepositorySettings;
use model::request::audit::AuditEvent;
use model::request::check::{CheckRun, Counted, Pipeline};
use model::request::dossier::{Dossier, Guards, ProjectGuards};
use model::request::ticket::{Standing, Ticket};
use model::request::words::AccountKind;
use model::request::words::RequestState;
use model::request::{ChangeRequest, ListedRequest, Readable, Review};
use sources::gitlab::read;
use sources::gitlab::reviews::reviews;
use sources::said;
use std::collections::BTreeMap;

/// What GitLab has in the place of GitHub's protection.
const NO_RULESETS: &str = "GitLab protects branches by levels of access";

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
    let Readable::Known(mut request) = request else {
        return None;
    };
    let trial = readable(kept, Question::Trial, read::merge_ref);
    request.trial = trial.known().ok().cloned();
    let said = said(&request);
    let linked = tickets::closed_at(kept);
    let read = |question| ticket(kept, question);
    let mut tickets = tickets::tickets(kept, (&request, &said), &linked, read);
    tickets.extend(files::tickets(kept, &request, &said));
    let pipelines = readable(kept, Question::Pipelines, read::pipelines);
    Some(Dossier {
        leaf,
        at,
        after,
        said,
        commits: readable(kept, Question::Commits, read::request_commits),
        reviews: reviewed(kept),
        comments: readable(kept, Question::Comments, read::comments),
        checks: jobs(kept, &request, &pipelines),
        pipelines: Some(pipelines),
        statuses: readable(kept, Question::Statuses, read::statuses),
        linked,
        tickets,
        proposal: proposal(kept),
        request,
    })
}

fn ticket(kept: &Kept, question: Question) -> Readable<Ticket> {
    readable(kept, question, |pages| {
        let issue = read::issue(pages)?;
        let standing = match issue.state {
            RequestState::Open => Standing::Open,
            _ => Standing::Closed {
                at: issue.closed_at,
            },
        };
        Ok(said::ticket(&issue.title, &issue.description).standing(standing))
    })
}

/// Approvals say nothing of a head, and nobody knows who objects where GitLab's own notes are not read.
fn reviewed(kept: &Kept) -> Readable<Vec<Review>> {
    let approvals = readable(kept, Question::Reviews, read::approvals);
    let notes = readable(kept, Question::Comments, read::system_notes);
    let versions = readable(kept, Question::Versions, read::versions);
    match (approvals, notes, versions) {
        (Readable::Known(approvals), Readable::Known(notes), Readable::Known(versions)) => {
            Readable::Known(reviews(approvals, &notes, &versions))
        }
        (Readable::Known(_), Readable::Known(_), versions) => lacking(&versions),
        (Readable::Known(_), notes, _) => lacking(&notes),
        (approvals, _, _) => approvals,
    }
}

/// Returns why something is not known, of another that rests on it.
fn lacking<T, U>(absent: &Readable<T>) -> Readable<U> {
    match absent {
        Readable::Withheld { needs } => Readable::Withheld {
            needs: needs.clone(),
        },
        Readable::NotOffered { said } => Readable::NotOffered { said: said.clone() },
        Readable::Unread { why } => unread(why.clone()),
        Readable::Known(_) => unread("it was not asked"),
    }
}

/// Returns the jobs of the pipeline that counts; without one there are none.
fn jobs(
    kept: &Kept,
    request: &ChangeRequest,
    pipelines: &Readable<Vec<Pipeline>>,
) -> Readable<Counted<CheckRun>> {
    let counted = |items: Vec<CheckRun>| Counted {
        total: items.len() as u64,
        items,
    };
    let Readable::Known(known) = pipelines else {
        return lacking(pipelines);
    };
    match request.pipeline(known).map(|pipeline| pipeline.id) {
        Some(pipeline) => {
            let question = Question::Jobs { pipeline };
            readable(kept, question, |pages| Ok(counted(read::jobs(pages)?)))
        }
        None => Readable::Known(counted(Vec::new())),
    }
}

/// Returns the full paths of the groups that a project lies below, the outermost first; none where it is an account's.
pub(in super::super) fn groups(settings: &RepositorySettings) -> Vec<String> {
    if settings.owner.kind == AccountKind::User {
        return Vec::new();
    }
    let path = &settings.owner.login;
    let ends = path.match_indices('/').map(|(end, _)| end);
    let ends = ends.chain([path.len()]);
    ends.map(|end| path[..end].to_owned()).collect()
}

fn group_audits(kept: &Kept) -> BTreeMap<String, Readable<Vec<AuditEvent>>> {
    let settings = readable(kept, Question::Settings, read::settings);
    let groups = settings.known().map(groups).unwrap_or_default();
    let of_group = |(parts, group)| {
        let question = Question::GroupAuditEvents { parts };
        (group, readable(kept, question, read::audit_events))
    };
    (1..).zip(groups).map(of_group).collect()
}

/// Returns what protected the branch.
pub(super) fn guards(leaf: u64, at: Timestamp, kept: &Kept, branch: &str) -> Guards {
    Guards {
        leaf,
        at,
        branch: branch.to_owned(),
        settings: readable(kept, Question::Settings, read::settings),
        rules: unread(NO_RULESETS),
        rulesets: BTreeMap::new(),
        versions: BTreeMap::new(),
        classic: unread(NO_RULESETS),
        suites: unread(NO_RULESETS),
        audit_log: Readable::Known(None),
        deploy_keys: readable(kept, Question::DeployKeys, read::deploy_keys),
        collaborators: unread("GitLab has members"),
        environments: readable(kept, Question::Environments, read::environments),
        project: Some(Box::new(ProjectGuards {
            branches: readable(kept, Question::ProtectedBranches, read::protected_branches),
            merging: readable(kept, Question::Settings, read::merge_settings),
            approval_rules: readable(kept, Question::ApprovalRules, read::approval_rules),
            push_rules: readable(kept, Question::PushRule, read::push_rule),
            members: readable(kept, Question::Collaborators, read::members),
            audit: readable(kept, Question::AuditEvents, read::audit_events),
            group_audits: group_audits(kept),
        })),
    }
}
