//! A project that the fake holds: what protects its branch, and its requests, in the form of GitLab's published examples.

use super::{Content, FakeGitlab};

/// A merge request of the fake's project, from `topic` to `main`.
#[derive(Debug, Clone)]
pub struct Request {
    /// The number.
    pub number: u64,
    /// The commit that it brings.
    pub head: String,
    /// The commit on `main` that it is compared with.
    pub start: String,
    /// The description.
    pub description: String,
    /// The issues that it closes, by project and number.
    pub closes: Vec<(u64, u64)>,
    /// Whether it is a draft.
    pub is_draft: bool,
    /// When it was opened, and its pipeline began.
    pub opened: String,
    /// When it was merged, and as which commit.
    pub merged: Option<(String, String)>,
    /// How its pipeline and the jobs in it ended, but for the gate's own in an open one.
    pub pipeline: &'static str,
    /// Who approved it, and when.
    pub approvals: Vec<(&'static str, String)>,
    /// Who wanted changes, and when.
    pub objections: Vec<(&'static str, String)>,
}

/// Who works on the project, each with a number.
const ACCOUNTS: [&str; 3] = ["ada", "bo", "eve"];

pub(super) fn account(login: &str) -> String {
    let number = ACCOUNTS.iter().position(|known| *known == login);
    let number = number.unwrap_or(ACCOUNTS.len()) + 11;
    format!(r#"{{"id": {number}, "username": "{login}", "name": "{login}", "state": "active"}}"#)
}

fn one(text: impl Into<String>) -> Content {
    Content::Pages(vec![text.into()])
}

fn list(items: &[String]) -> Content {
    one(format!("[{}]", items.join(", ")))
}

impl FakeGitlab {
    /// Tells of a project without any protection, in a group, on the free plan.
    pub fn has_project(&self, tip: &str) {
        self.set_pipelines_must_succeed(false);
        self.set_protected(&[]);
        self.has_tip(tip);
        for path in ["/deploy_keys", "/environments", "/merge_requests"] {
            self.holds(path, one("[]"));
        }
        let member = account("ada").replace('}', r#", "access_level": 50, "expires_at": null}"#);
        self.holds("/members/all", list(&[member]));
        for path in ["/approval_rules", "/push_rule", "/audit_events"] {
            self.holds(path, Content::Refused(404, "404 Not Found"));
        }
    }

    /// Tells of another tip of `main`.
    pub fn has_tip(&self, tip: &str) {
        let branch = format!(r#"{{"name": "main", "commit": {{"id": "{tip}"}}}}"#);
        self.holds("/repository/branches/main", one(branch));
    }

    /// Tells whether a request lands only with a pipeline that passed.
    pub fn set_pipelines_must_succeed(&self, is_on: bool) {
        let project = format!(
            r#"{{"id": 3, "path_with_namespace": "larkspur/web/shop", "default_branch": "main", "visibility": "private",
            "archived": false, "merge_method": "merge", "squash_option": "default_off",
            "namespace": {{"id": 2, "kind": "group", "full_path": "larkspur/web"}},
            "only_allow_merge_if_pipeline_succeeds": {is_on}, "allow_merge_on_skipped_pipeline": null}}"#
        );
        self.holds("", one(project));
    }

    /// Tells of these protected branches, to each of which those of a level may push.
    pub fn set_protected(&self, branches: &[(&str, u64)]) {
        let branch = |(name, level): &(&str, u64)| {
            format!(
                r#"{{"id": 51, "name": "{name}", "push_access_levels": [{{"id": 1001, "access_level": {level}}}],
                "merge_access_levels": [{{"access_level": 40}}], "allow_force_push": false}}"#
            )
        };
        let branches: Vec<String> = branches.iter().map(branch).collect();
        self.holds("/protected_branches", list(&branches));
    }

    /// Tells of an issue.
    pub fn has_issue(&self, number: u64, description: &str) {
        let (author, text) = (account("ada"), quoted(description));
        let issue = format!(
            r#"{{"iid": {number}, "title": "A better shop", "description": {text}, "state": "opened",
            "author": {author}, "labels": [], "created_at": "2026-01-02T10:00:00Z",
            "updated_at": "2026-01-02T10:00:00Z", "closed_at": null}}"#
        );
        self.holds(&format!("/issues/{number}"), one(issue));
    }

    /// Tells of these requests and no other.
    pub fn has_requests(&self, requests: &[Request]) {
        let whole: Vec<String> = requests.iter().map(Request::whole).collect();
        self.holds("/merge_requests", list(&whole));
        for request in requests {
            self.has_request(request);
        }
    }

    fn has_request(&self, request: &Request) {
        let Request { number, head, .. } = request;
        let (of, opened) = (format!("/merge_requests/{number}"), &request.opened);
        self.holds(&of, one(request.whole()));
        let of = |rest: &str| format!("{of}/{rest}");
        let person = "ada@larkspur.example";
        let commit = format!(
            r#"{{"id": "{head}", "parent_ids": [], "author_name": "Ada Marsh", "author_email": "{person}",
            "committer_name": "Ada Marsh", "committer_email": "{person}"}}"#
        );
        self.holds(&of("commits"), list(&[commit]));
        let version =
            format!(r#"{{"id": 1, "head_commit_sha": "{head}", "created_at": "{opened}"}}"#);
        self.holds(&of("versions"), list(&[version]));
        let approval = |(login, at): &(&str, String)| {
            format!(r#"{{"user": {}, "approved_at": "{at}"}}"#, account(login))
        };
        let approvals: Vec<String> = request.approvals.iter().map(approval).collect();
        let approvals = format!(r#"{{"approved_by": [{}]}}"#, approvals.join(", "));
        self.holds(&of("approvals"), one(approvals));
        let note = |(login, at): &(&str, String)| {
            let author = account(login);
            format!(
                r#"{{"id": 91, "author": {author}, "body": "requested changes", "system": true,
                "created_at": "{at}", "updated_at": "{at}"}}"#
            )
        };
        let notes: Vec<String> = request.objections.iter().map(note).collect();
        self.holds(&of("notes"), list(&notes));
        let closed = |(project, number): &(u64, u64)| {
            format!(
                r#"{{"id": {project}00{number}, "iid": {number}, "project_id": {project}, "title": "A better shop"}}"#
            )
        };
        let closed: Vec<String> = request.closes.iter().map(closed).collect();
        self.holds(&of("closes_issues"), list(&closed));
        self.holds(&format!("/repository/commits/{head}/statuses"), one("[]"));
        self.holds(
            &of("merge_ref"),
            Content::Refused(400, "Merge request is not mergeable"),
        );
        self.has_pipeline(request);
    }

    fn has_pipeline(&self, request: &Request) {
        let Request {
            number,
            head,
            opened,
            pipeline: ended,
            ..
        } = request;
        let id = number + 30;
        let (whole, own) = match request.merged {
            Some(_) => (*ended, *ended),
            None => ("running", "running"),
        };
        let pipeline = format!(
            r#"{{"id": {id}, "sha": "{head}", "ref": "refs/merge-requests/{number}/head", "status": "{whole}",
            "source": "merge_request_event", "created_at": "{opened}", "updated_at": "{opened}"}}"#
        );
        let path = format!("/merge_requests/{number}/pipelines");
        self.holds(&path, list(&[pipeline]));
        let job = |id: u64, name: &str, status: &str| {
            format!(
                r#"{{"id": {id}, "name": "{name}", "status": "{status}", "allow_failure": false,
                "started_at": "{opened}", "finished_at": "{opened}", "pipeline": {{"id": {number}, "sha": "{head}"}}}}"#
            )
        };
        let jobs = [job(301, "tests", ended), job(302, "countersign", own)];
        self.holds(&format!("/pipelines/{id}/jobs"), list(&jobs));
    }
}

impl Request {
    fn whole(&self) -> String {
        let Request {
            number,
            head,
            start,
            is_draft,
            opened,
            ..
        } = self;
        let text = quoted(&self.description);
        let (state, merged) = match &self.merged {
            Some((at, commit)) => {
                let by = account("ada");
                let merged = format!(
                    r#""merged_at": "{at}", "merge_user": {by}, "merge_commit_sha": "{commit}""#
                );
                ("merged", merged)
            }
            None => {
                let nothing = r#""merged_at": null, "merge_user": null, "merge_commit_sha": null"#;
                ("opened", nothing.to_owned())
            }
        };
        let updated = self.merged.as_ref().map_or(opened, |(at, _)| at);
        format!(
            r#"{{"iid": {number}, "state": "{state}", "title": "Better shop", "description": {text}, "draft": {is_draft},
            "author": {}, "labels": [], "target_branch": "main", "source_branch": "topic", "target_project_id": 3,
            "source_project_id": 3, "references": {{"full": "larkspur/web/shop!{number}"}}, "sha": "{head}",
            "diff_refs": {{"base_sha": "{start}", "head_sha": "{head}", "start_sha": "{start}"}},
            "created_at": "{opened}", "updated_at": "{updated}", "closed_at": null, "merged_by": null,
            "squash_commit_sha": null, {merged}}}"#,
            account("ada")
        )
    }
}

/// Returns a text as JSON writes it; only what these tests write is escaped.
fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", text.replace('\n', "\\n"))
}
