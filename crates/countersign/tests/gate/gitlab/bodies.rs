//! GitLab's answers about one request and what protects its branch, in the form of its published examples.

use crate::bodies::{Said, WHOLE, kept};
use crate::facts::{id, proposed};
use crate::world::{Recorded, at};
use countersign::forge::record::{About, Kept, ProposalRecord, Question};
use ledger::leaf::LeafKind;
use model::change::Proposal;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Returns a record of the shop's project with these answers.
pub(crate) fn of_project(about: About, answers: &BTreeMap<Question, Said>) -> Kept {
    let mut kept = kept(about, answers);
    "gitlab".clone_into(&mut kept.record.forge);
    "https://gitlab.com/api/v4".clone_into(&mut kept.record.base);
    kept
}

/// Returns an account.
pub(crate) fn account(login: &str) -> Value {
    json!({"id": login.len(), "username": login, "name": login, "state": "active"})
}

/// What protects `main`, and how requests may land.
#[derive(Clone)]
pub(crate) struct Project {
    branches: Vec<Value>,
    settings: Value,
    events: Vec<Value>,
    answers: BTreeMap<Question, Said>,
}

/// Returns a protected branch, to which those of this level may push.
pub(crate) fn protected(pattern: &str, level: u64) -> Value {
    json!({
        "id": 51, "name": pattern, "push_access_levels": [{"access_level": level}],
        "merge_access_levels": [{"access_level": 40}], "allow_force_push": false,
    })
}

impl Project {
    /// Nobody pushes, nobody forces, pipelines must succeed; the plan keeps no audit log.
    pub(crate) fn good() -> Project {
        let settings = json!({
            "id": 3, "path_with_namespace": "larkspur/shop", "default_branch": "main", "visibility": "private",
            "namespace": {"id": 2, "kind": "user", "full_path": "larkspur"}, "merge_method": "merge",
            "squash_option": "default_off", "only_allow_merge_if_pipeline_succeeds": true,
            "allow_merge_on_skipped_pipeline": null,
        });
        Project {
            branches: vec![protected("main", 0)],
            settings,
            events: vec![],
            answers: [(Question::AuditEvents, Said::Withheld)].into(),
        }
    }

    /// With an audit log that holds an event of long ago.
    pub(crate) fn audited() -> Project {
        let mut project = Project::good();
        project.answers.clear();
        project.event(1, "protected_branch_created")
    }

    /// With another event in its audit log.
    pub(crate) fn event(self, id: u64, name: &str) -> Project {
        self.event_at(12.0, id, name)
    }

    /// With another event of this hour.
    pub(crate) fn event_at(mut self, hours: f64, id: u64, name: &str) -> Project {
        self.events.push(json!({
            "id": id, "author_id": 8, "event_name": name, "created_at": at(hours), "details": {},
        }));
        self
    }

    /// With these protected branches alone.
    pub(crate) fn branches(mut self, branches: &[Value]) -> Project {
        self.branches = branches.to_vec();
        self
    }

    /// With another value in a field of its settings.
    pub(crate) fn set(mut self, name: &str, value: Value) -> Project {
        self.settings[name] = value;
        self
    }

    /// With a field of its settings that is not there.
    pub(crate) fn lacks(mut self, name: &str) -> Project {
        self.settings.as_object_mut().unwrap().remove(name);
        self
    }

    /// With another answer to a question.
    pub(crate) fn says(mut self, question: Question, said: Said) -> Project {
        self.answers.insert(question, said);
        self
    }
}

impl Recorded for Project {
    fn leaf(&self, _: f64) -> (LeafKind, Vec<u8>) {
        let mut answers: BTreeMap<Question, Said> = [
            (Question::Settings, Said::Body(self.settings.clone())),
            (
                Question::ProtectedBranches,
                Said::Body(json!(self.branches)),
            ),
            (Question::ApprovalRules, Said::Withheld),
            (Question::PushRule, Said::Withheld),
            (Question::DeployKeys, Said::Body(json!([]))),
            (Question::Collaborators, Said::Body(json!([]))),
            (Question::Environments, Said::Body(json!([]))),
            (Question::AuditEvents, Said::Body(json!(self.events))),
        ]
        .into();
        answers.extend(self.answers.clone());
        let name = "main".to_owned();
        let kept = of_project(About::Branch { name }, &answers);
        (LeafKind::Forge, kept.payload())
    }
}

/// Merge request 7 as GitLab tells of it.
#[derive(Clone)]
pub(crate) struct Merge {
    request: Value,
    approvals: Vec<Value>,
    notes: Vec<Value>,
    commits: Vec<Value>,
    versions: Vec<Value>,
    pipelines: Vec<Value>,
    jobs: Vec<Value>,
    answers: BTreeMap<Question, Said>,
    is_open: bool,
}

impl Merge {
    /// Opened by ada at hour 0, with a reason, a ticket with every part, and pipeline 31 that passed.
    pub(crate) fn open() -> Merge {
        let (head, start) = (id('b').to_string(), id('a').to_string());
        let request = json!({
            "iid": 7, "state": "opened", "title": "Send receipts", "draft": false,
            "description": "The shop sends a receipt for each order.\n\nTicket: #5\n",
            "author": account("adamarsh"), "labels": [], "target_branch": "main", "source_branch": "receipts",
            "target_project_id": 3, "source_project_id": 3, "references": {"full": "larkspur/shop!7"}, "sha": head,
            "diff_refs": {"base_sha": start, "head_sha": head, "start_sha": start}, "created_at": at(0.0),
            "updated_at": at(0.0), "closed_at": null, "merged_at": null, "merge_user": null, "merged_by": null,
            "merge_commit_sha": null, "squash_commit_sha": null,
        });
        let issue = json!({
            "iid": 5, "title": "Receipts", "description": WHOLE, "state": "opened", "author": account("adamarsh"),
            "labels": [], "created_at": at(-1.0), "updated_at": at(-1.0), "closed_at": null,
        });
        Merge {
            request,
            approvals: vec![],
            notes: vec![],
            commits: vec![commit('b')],
            versions: vec![],
            pipelines: vec![],
            jobs: vec![],
            answers: [
                (Question::ClosesIssues, Said::Body(json!([]))),
                (Question::Issue { number: 5 }, Said::Body(issue)),
            ]
            .into(),
            is_open: true,
        }
        .version(1, 'b', 0.0)
        .pipeline(31, &json!({}))
        .job("unit tests", &json!({}))
        .job("countersign", &json!({}))
    }

    /// As it is after it landed, 30 hours on, as commit `c` by a merge.
    pub(crate) fn merged(self) -> Merge {
        self.merged_as(json!(id('c').to_string()), Value::Null)
    }

    /// As it is after it landed with these commits.
    pub(crate) fn merged_as(self, merge: Value, squash: Value) -> Merge {
        let mut request = self
            .field("state", json!("merged"))
            .field("merged_at", json!(at(30.0)))
            .field("merge_user", account("adamarsh"))
            .field("merge_commit_sha", merge)
            .field("squash_commit_sha", squash);
        request.is_open = false;
        request
    }

    /// With another value in a field of the request itself.
    pub(crate) fn field(mut self, name: &str, value: Value) -> Merge {
        self.request[name] = value;
        self
    }

    /// With an earlier commit.
    pub(crate) fn commit(mut self, digit: char) -> Merge {
        self.commits.push(commit(digit));
        self
    }

    /// With a push that brought this head.
    pub(crate) fn version(mut self, number: u64, head: char, hours: f64) -> Merge {
        let version = json!({
            "id": number, "head_commit_sha": id(head).to_string(), "created_at": at(hours),
        });
        self.versions.insert(0, version);
        self
    }

    /// With another pipeline on its head, which passed.
    pub(crate) fn pipeline(mut self, number: u64, change: &Value) -> Merge {
        let mut pipeline = json!({
            "id": number, "sha": id('b').to_string(), "ref": "refs/merge-requests/7/head", "status": "success",
            "source": "merge_request_event", "created_at": at(1.0), "updated_at": at(2.0),
        });
        alter(&mut pipeline, change);
        self.pipelines.insert(0, pipeline);
        self
    }

    /// Without a pipeline.
    pub(crate) fn unpiped(mut self) -> Merge {
        self.pipelines.clear();
        self
    }

    /// Without a job.
    pub(crate) fn jobless(mut self) -> Merge {
        self.jobs.clear();
        self
    }

    /// With another job of pipeline 31, which passed.
    pub(crate) fn job(mut self, name: &str, change: &Value) -> Merge {
        let mut job = json!({
            "id": 300 + self.jobs.len(), "name": name, "status": "success", "allow_failure": false,
            "started_at": at(1.0), "finished_at": at(1.5), "pipeline": {"id": 31, "sha": id('b').to_string()},
        });
        alter(&mut job, change);
        self.jobs.push(job);
        self
    }

    /// With an approval at this hour.
    pub(crate) fn approved(mut self, login: &str, hours: f64) -> Merge {
        self.approvals
            .push(json!({"user": account(login), "approved_at": at(hours)}));
        self
    }

    /// With what GitLab noted of somebody at this hour.
    pub(crate) fn noted(mut self, login: &str, body: &str, hours: f64) -> Merge {
        self.notes.push(json!({
            "id": 90 + self.notes.len(), "author": account(login), "body": body, "system": true,
            "created_at": at(hours), "updated_at": at(hours),
        }));
        self
    }

    /// With another answer to a question.
    pub(crate) fn says(mut self, question: Question, said: Said) -> Merge {
        self.answers.insert(question, said);
        self
    }
}

fn commit(digit: char) -> Value {
    let person = "ada@larkspur.example";
    json!({
        "id": id(digit).to_string(), "parent_ids": [], "author_name": "ada", "author_email": person,
        "committer_name": "ada", "committer_email": person,
    })
}

fn alter(value: &mut Value, change: &Value) {
    for (name, changed) in change.as_object().into_iter().flatten() {
        value[name] = changed.clone();
    }
}

impl Recorded for Merge {
    fn leaf(&self, _: f64) -> (LeafKind, Vec<u8>) {
        let mut answers: BTreeMap<Question, Said> = [
            (Question::Request, Said::Body(self.request.clone())),
            (Question::Commits, Said::Body(json!(self.commits))),
            (
                Question::Reviews,
                Said::Body(json!({"approved_by": self.approvals})),
            ),
            (Question::Comments, Said::Body(json!(self.notes))),
            (Question::Versions, Said::Body(json!(self.versions))),
            (Question::Statuses, Said::Body(json!([]))),
            (Question::Pipelines, Said::Body(json!(self.pipelines))),
            (
                Question::Jobs { pipeline: 31 },
                Said::Body(json!(self.jobs)),
            ),
        ]
        .into();
        answers.extend(self.answers.clone());
        let about = About::Request {
            number: 7,
            updated_at: None,
        };
        let mut kept = of_project(about, &answers);
        let proposal = Proposal {
            base: id('a'),
            merge_base: id('a'),
            change: proposed(),
        };
        let proposal = ProposalRecord::Known(Box::new(proposal));
        kept.record.proposal = self.is_open.then_some(proposal);
        (LeafKind::Forge, kept.payload())
    }
}
