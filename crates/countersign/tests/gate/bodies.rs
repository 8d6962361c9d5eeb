//! GitHub's answers about one request, in the form of responses that it really sent, with names of our own.

use crate::facts::{id, proposed};
use crate::world::{Recorded, at};
use countersign::forge::record::{
    About, Answer, AnswerRecord, FileAt, FileRecord, FileSeen, Kept, PageRecord, ProposalRecord,
    Question,
};
use ledger::leaf::LeafKind;
use model::change::{Change, Proposal};
use model::digest::Digest;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What a question brings.
#[derive(Clone)]
pub(crate) enum Said {
    Body(Value),
    CutShort,
    Withheld,
    NotOffered,
    Absent,
}

/// Returns a record of the shop's repository with these answers.
pub(crate) fn kept(about: About, answers: &BTreeMap<Question, Said>) -> Kept {
    let base = "https://api.github.com";
    let mut kept = Kept::new("github", base, "larkspur/shop", "shop", about);
    for (question, said) in answers {
        add(&mut kept, *question, said);
    }
    kept
}

fn add(kept: &mut Kept, question: Question, said: &Said) {
    let address = "https://api.github.com/repos/larkspur/shop".to_owned();
    let answer = match said {
        Said::Body(body) => {
            let body = body.to_string().into_bytes();
            kept.pages.extend_from_slice(&body);
            let page = PageRecord {
                address: address.clone(),
                bytes: body.len() as u64,
                sha256: Digest::of(&body),
                struck: 0,
                whole: None,
            };
            Answer::Pages {
                pages: vec![page],
                cut_short: None,
            }
        }
        Said::CutShort => Answer::Pages {
            pages: vec![],
            cut_short: Some("the connection broke".to_owned()),
        },
        Said::Withheld => Answer::Withheld {
            needs: "Administration: read".to_owned(),
        },
        Said::NotOffered => Answer::NotOffered {
            said: "Upgrade to GitHub Pro or make this repository public".to_owned(),
        },
        Said::Absent => Answer::Absent,
    };
    kept.record.answers.push(AnswerRecord {
        question,
        address,
        at: at(0.0),
        answer,
    });
}

/// Request 7 as the forge tells of it.
#[derive(Clone)]
pub(crate) struct Request {
    request: Value,
    reviews: Vec<Value>,
    runs: Vec<Value>,
    statuses: Vec<Value>,
    commits: Vec<Value>,
    answers: BTreeMap<Question, Said>,
    proposal: Option<ProposalRecord>,
    file: Option<(&'static str, FileSeen)>,
    pub(crate) about: u64,
    pub(crate) edit: fn(&mut Kept),
}

/// Returns an account; what ends in `[bot]` is an app's.
pub(crate) fn account(login: &str) -> Value {
    let kind = if login.ends_with("[bot]") {
        "Bot"
    } else {
        "User"
    };
    json!({"id": login.len(), "login": login, "type": kind, "site_admin": false})
}

/// Returns a ticket with these lines under its headings.
pub(crate) fn issue(body: &str) -> Value {
    json!({"number": 5, "title": "Receipts", "body": body, "state": "open", "closed_at": null})
}

/// A ticket with every part.
pub(crate) const WHOLE: &str = "## Description\nThe shop sends receipts.\n\n## Business justification\nThe law asks for them.\n\n\
    ## Risk class\nLow\n\n## Rollback plan\nRevert it.\n\n## Testing evidence\nCI run 12\n";

impl Request {
    /// Opened by ada at hour 0, with a reason, a ticket with every part, and a check that passed.
    pub(crate) fn open() -> Request {
        let tip = |branch: &str, commit| {
            let repository = json!({"full_name": "larkspur/shop"});
            json!({"ref": branch, "sha": id(commit).to_string(), "repo": repository})
        };
        let request = json!({
            "number": 7, "state": "open", "title": "Send receipts", "draft": false,
            "body": "The shop sends a receipt for each order.\n\nTicket: #5\n",
            "user": account("adamarsh"), "labels": [], "base": tip("main", 'a'), "head": tip("receipts", 'b'),
            "created_at": at(0.0), "closed_at": null, "merged": false, "merged_at": null, "merged_by": null,
            "merge_commit_sha": null, "commits": 1, "review_comments": 0,
        });
        let answers = [(Question::Issue { number: 5 }, Said::Body(issue(WHOLE)))];
        Request {
            request,
            reviews: vec![],
            runs: vec![],
            statuses: vec![],
            commits: vec![commit("ada", Some("adamarsh"))],
            answers: answers.into(),
            proposal: None,
            file: None,
            about: 7,
            edit: |_| {},
        }
        .passed("unit tests")
        .brings(proposed())
    }

    /// As GitHub sent it, with the commit of ada and without a ticket.
    pub(crate) fn sent(request: Value) -> Request {
        let mut sent = Request::open();
        sent.request = request;
        sent.answers.clear();
        sent
    }

    /// With a review as GitHub sent it.
    pub(crate) fn reviewed(mut self, review: Value) -> Request {
        self.reviews.push(review);
        self
    }

    /// As it is after it landed, 30 hours on, as commit `c`.
    pub(crate) fn merged(self) -> Request {
        self.merged_at(30.0)
    }

    pub(crate) fn merged_at(self, hours: f64) -> Request {
        let mut request = self
            .field("state", json!("closed"))
            .field("closed_at", json!(at(hours)))
            .field("merged", json!(true))
            .field("merged_at", json!(at(hours)))
            .field("merged_by", account("adamarsh"))
            .field("merge_commit_sha", json!(id('c').to_string()));
        request.proposal = None;
        request
    }

    /// With another value in a field of the request itself.
    pub(crate) fn field(mut self, name: &str, value: Value) -> Request {
        self.request[name] = value;
        self
    }

    pub(crate) fn body(self, text: &str) -> Request {
        self.field("body", json!(text))
    }

    /// With another last commit.
    pub(crate) fn head(mut self, commit: char) -> Request {
        self.request["head"]["sha"] = json!(id(commit).to_string());
        for run in &mut self.runs {
            run["head_sha"] = json!(id(commit).to_string());
        }
        self
    }

    pub(crate) fn base(mut self, branch: &str) -> Request {
        self.request["base"]["ref"] = json!(branch);
        self
    }

    /// With another change behind it.
    pub(crate) fn brings(mut self, change: Change) -> Request {
        self.proposal = Some(ProposalRecord::Known(Box::new(Proposal {
            base: id('a'),
            merge_base: id('a'),
            change,
        })));
        self
    }

    /// With a difference that nobody can tell.
    pub(crate) fn brings_nothing(mut self) -> Request {
        let why = "the repository lacks its commits".to_owned();
        self.proposal = Some(ProposalRecord::Unknown(why));
        self
    }

    /// With another review: of whom, what it says, of which commit, at which hour.
    pub(crate) fn review(mut self, login: &str, state: &str, commit: char, hours: f64) -> Request {
        self.reviews.push(json!({
            "id": self.reviews.len() + 1, "user": account(login), "state": state, "body": "",
            "commit_id": id(commit).to_string(), "submitted_at": at(hours),
        }));
        self
    }

    /// With an approval of its head at hour 10.
    pub(crate) fn approved(self, login: &str) -> Request {
        self.review(login, "APPROVED", 'b', 10.0)
    }

    /// With another run of a check by GitHub Actions, which is app 15368.
    pub(crate) fn run(mut self, name: &str, change: &Value) -> Request {
        let mut run = json!({
            "id": 100 + self.runs.len(), "name": name, "head_sha": self.request["head"]["sha"],
            "status": "completed", "conclusion": "success", "started_at": at(1.0), "completed_at": at(1.5),
            "app": {"id": 15368, "slug": "github-actions"},
        });
        for (name, value) in change.as_object().into_iter().flatten() {
            run[name] = value.clone();
        }
        self.runs.push(run);
        self
    }

    pub(crate) fn passed(self, name: &str) -> Request {
        self.run(name, &json!({}))
    }

    /// Without a run of any check.
    pub(crate) fn unchecked(mut self) -> Request {
        self.runs.clear();
        self
    }

    /// With another status.
    pub(crate) fn status(mut self, context: &str, state: &str, hours: f64) -> Request {
        self.statuses.push(json!({
            "context": context, "state": state, "creator": account("adamarsh"),
            "created_at": at(hours), "updated_at": at(hours),
        }));
        self
    }

    /// With other commits; the request says that it has so many.
    pub(crate) fn commits(mut self, commits: Vec<Value>, count: u64) -> Request {
        self.commits = commits;
        self.field("commits", json!(count))
    }

    /// With another answer to a question.
    pub(crate) fn says(mut self, question: Question, said: Said) -> Request {
        self.answers.insert(question, said);
        self
    }

    /// With another text in its ticket.
    pub(crate) fn ticket(self, text: &str) -> Request {
        let question = Question::Issue { number: 5 };
        self.says(question, Said::Body(issue(text)))
    }

    /// With a file as its only ticket, as the content that is judged shows it.
    pub(crate) fn ticket_file(mut self, path: &'static str, seen: FileSeen) -> Request {
        self.file = Some((path, seen));
        self.body(&format!("The shop sends a receipt.\n\nTicket: {path}\n"))
    }

    /// Changed in its record, as no forge would.
    pub(crate) fn edited(mut self, edit: fn(&mut Kept)) -> Request {
        self.edit = edit;
        self
    }
}

/// Returns a commit as a list of a request's commits shows it.
pub(crate) fn commit(name: &str, login: Option<&str>) -> Value {
    let person =
        json!({"name": name, "email": format!("{name}@larkspur.example"), "date": at(0.0)});
    json!({
        "sha": id('b').to_string(), "parents": [{"sha": id('a').to_string()}],
        "commit": {"author": person, "committer": person, "tree": {"sha": id('e').to_string()}},
        "author": login.map(account), "committer": login.map(account),
    })
}

impl Request {
    fn file_record(&self, (path, seen): &(&'static str, FileSeen)) -> FileRecord {
        let tree = match &self.proposal {
            Some(ProposalRecord::Known(proposal)) => proposal.change.tree.clone(),
            Some(ProposalRecord::Unknown(_)) | None => None,
        };
        let commit = if self.request["merged"] == true {
            'c'
        } else {
            'b'
        };
        FileRecord {
            path: (*path).to_owned(),
            at: tree.map_or_else(|| FileAt::Commit(id(commit)), FileAt::Tree),
            seen: seen.clone(),
        }
    }
}

impl Recorded for Request {
    fn leaf(&self, _: f64) -> (LeafKind, Vec<u8>) {
        let runs = json!({"total_count": self.runs.len(), "check_runs": self.runs});
        let mut answers: BTreeMap<Question, Said> = [
            (Question::Request, Said::Body(self.request.clone())),
            (Question::Commits, Said::Body(json!(self.commits))),
            (Question::Reviews, Said::Body(json!(self.reviews))),
            (Question::Comments, Said::Body(json!([]))),
            (Question::CheckRuns, Said::Body(runs)),
            (Question::Statuses, Said::Body(json!(self.statuses))),
        ]
        .into();
        answers.extend(self.answers.clone());
        let about = About::Request {
            number: self.about,
            updated_at: None,
        };
        let mut kept = kept(about, &answers);
        kept.record.proposal.clone_from(&self.proposal);
        kept.record.files = self.file.iter().map(|it| self.file_record(it)).collect();
        (self.edit)(&mut kept);
        (LeafKind::Forge, kept.payload())
    }
}
