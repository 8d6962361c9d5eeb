//! The record of what a forge answered about one thing: a line that says what was asked, and the answers byte for byte.

use super::canary::Must;
use jiff::Timestamp;
use model::change::Proposal;
use model::digest::{CommitId, Digest};
use model::outcome::Outcome;
use model::program::RepositoryForge;
use model::request::Readable;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sources::forge::cut::{Field, cut};
use sources::forge::retrieval::Retrieval;

/// The version of the record.
const VERSION: u32 = 1;

/// What was asked of a forge about one thing, and what came: the first line of the payload, before the pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgeRecord {
    /// The version of this form.
    pub version: u32,
    /// What kind of forge it is: `github` or `gitlab`.
    pub forge: String,
    /// The address of its API.
    pub base: String,
    /// The repository there.
    pub at_forge: String,
    /// The repository, as the program calls it.
    pub repository: String,
    /// What was asked about.
    pub about: About,
    /// Leaves of the log before the forge was asked.
    pub log_size: u64,
    /// The questions with their answers, in the order of their pages behind this line.
    pub answers: Vec<AnswerRecord>,
    /// What the request would bring, as the repository here shows it.
    pub proposal: Option<ProposalRecord>,
    /// The files that the request names as its tickets, as the repository here shows them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileRecord>,
}

/// What a forge was asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum About {
    /// Every request.
    Requests,
    /// One request.
    Request {
        /// Its number.
        number: u64,
        /// When anything of it changed last, as the list of all says.
        updated_at: Option<Timestamp>,
    },
    /// What protects a branch.
    Branch {
        /// Its name.
        name: String,
    },
    /// What the forge did with a request that was to show whether the protection holds.
    Canary {
        /// Its number.
        request: u64,
        /// Its head.
        head: CommitId,
        /// What the forge had to do.
        must: Must,
        /// Pass where it did.
        outcome: Outcome,
        /// What it said.
        said: String,
    },
    /// What the forge sent by itself.
    Webhook {
        /// The name of the event, which nothing signs.
        event: String,
        /// The number of the delivery, which nothing signs.
        delivery: Option<String>,
        /// SHA-256 of the body as it came, before anything was struck out.
        body_sha256: Digest,
    },
}

/// One question with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerRecord {
    /// What was asked.
    pub question: Question,
    /// The address, with its parameters.
    pub address: String,
    /// When.
    pub at: Timestamp,
    /// What came.
    pub answer: Answer,
}

/// One question to a forge.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Question {
    /// All requests.
    Requests,
    /// One request.
    Request,
    /// Its commits.
    Commits,
    /// Its reviews.
    Reviews,
    /// Its comments.
    Comments,
    /// The runs of checks on its head.
    CheckRuns,
    /// The statuses of its head.
    Statuses,
    /// A ticket.
    Issue {
        /// Its number.
        number: u64,
    },
    /// The branch that it is to land on.
    Branch,
    /// The repository's settings.
    Settings,
    /// The rules in force on the branch.
    Rules,
    /// One ruleset.
    Ruleset {
        /// Its number.
        id: u64,
    },
    /// The versions of one ruleset.
    RulesetVersions {
        /// Its number.
        id: u64,
    },
    /// What one ruleset said since one of its versions.
    RulesetVersion {
        /// Its number.
        id: u64,
        /// The number of the version.
        version: u64,
    },
    /// The classic protection of the branch.
    Protection,
    /// How the rules judged the pushes of the last month.
    RuleSuites,
    /// Keys of machines.
    DeployKeys,
    /// Who may reach the repository.
    Collaborators,
    /// Where it is deployed to.
    Environments,
    /// What a request brought since each push.
    Versions,
    /// The merge of a request that was tried last.
    Trial,
    /// The pipelines of a request.
    Pipelines,
    /// The jobs of one pipeline.
    Jobs {
        /// Its number.
        pipeline: u64,
    },
    /// The branches that are protected.
    ProtectedBranches,
    /// Who must approve.
    ApprovalRules,
    /// What a push must keep.
    PushRule,
    /// What was changed in the project.
    AuditEvents,
    /// What was changed in a group that the project lies below.
    GroupAuditEvents {
        /// The parts of its full path: the first parts of the project's.
        parts: u64,
    },
    /// What was done to the classic protection of branches, as the audit log of the organisation says.
    AuditLog,
    /// What it sent by itself.
    Payload,
}

impl Question {
    /// Returns what is asked for, in words.
    pub fn name(self) -> String {
        match self {
            Question::Requests => "the list of requests".to_owned(),
            Question::Request => "itself".to_owned(),
            Question::Commits => "its commits".to_owned(),
            Question::Reviews => "its reviews".to_owned(),
            Question::Comments => "its comments".to_owned(),
            Question::CheckRuns => "the runs of checks on its head".to_owned(),
            Question::Statuses => "the statuses of its head".to_owned(),
            Question::Issue { number } => format!("ticket #{number}"),
            Question::Branch => "its branch".to_owned(),
            Question::Settings => "the settings".to_owned(),
            Question::Rules => "the rules".to_owned(),
            Question::Ruleset { id } => format!("ruleset {id}"),
            Question::RulesetVersions { id } => format!("the versions of ruleset {id}"),
            Question::RulesetVersion { id, version } => {
                format!("version {version} of ruleset {id}")
            }
            Question::Payload => "what it sent".to_owned(),
            Question::Protection => "classic protection".to_owned(),
            Question::RuleSuites => "the judged pushes".to_owned(),
            Question::DeployKeys => "the deploy keys".to_owned(),
            Question::Collaborators => "the collaborators".to_owned(),
            Question::Environments => "the environments".to_owned(),
            Question::Versions => "its versions".to_owned(),
            Question::Trial => "its trial merge".to_owned(),
            Question::Pipelines => "its pipelines".to_owned(),
            Question::Jobs { pipeline } => format!("the jobs of pipeline {pipeline}"),
            Question::ProtectedBranches => "the protected branches".to_owned(),
            Question::ApprovalRules => "the approval rules".to_owned(),
            Question::PushRule => "the push rules".to_owned(),
            Question::AuditEvents => "the audit events".to_owned(),
            Question::GroupAuditEvents { .. } => "the audit events of a group".to_owned(),
            Question::AuditLog => "the audit log".to_owned(),
        }
    }
}

/// What came of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Answer {
    /// Pages.
    Pages {
        /// The pages.
        pages: Vec<PageRecord>,
        /// Why these are not all, where they are not.
        cut_short: Option<String>,
    },
    /// That there is none, which it says only to those who may know.
    Absent,
    /// Nothing: the token may not see it.
    Withheld {
        /// The permission that it lacks.
        needs: String,
    },
    /// Nothing: the plan does not offer it.
    NotOffered {
        /// What the forge said.
        said: String,
    },
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageRecord {
    /// The address at last, behind redirections.
    pub address: String,
    /// Its length.
    pub bytes: u64,
    /// Its digest.
    pub sha256: Digest,
    /// Secrets that were struck out, letter by letter, before it was kept.
    pub struck: u64,
    /// What the forge sent, where only the fields that are read are kept of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whole: Option<WholePage>,
}

/// A page that is not kept whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WholePage {
    /// Its length.
    pub bytes: u64,
    /// Its digest, after secrets were struck out.
    pub sha256: Digest,
}

/// What a request would bring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ProposalRecord {
    /// The change.
    Known(Box<Proposal>),
    /// Nobody can say.
    Unknown(String),
}

/// A file of the repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileRecord {
    /// Its path.
    pub path: String,
    /// Where it was read.
    pub at: FileAt,
    /// What lies there.
    pub seen: FileSeen,
}

/// The content in which a file is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FileAt {
    /// What would lie on the branch.
    Tree(CommitId),
    /// What a commit holds.
    Commit(CommitId),
}

/// What lies at a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FileSeen {
    /// A file with this text.
    Text(String),
    /// No file: why.
    None(String),
    /// Nobody can say.
    Unknown(String),
}

/// A record with its pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// What the record says.
    pub record: ForgeRecord,
    /// The pages of all answers, one behind the other.
    pub pages: Vec<u8>,
}

impl Kept {
    /// Returns a record without an answer.
    pub fn new(forge: &str, base: &str, at_forge: &str, repository: &str, about: About) -> Kept {
        Kept {
            record: ForgeRecord {
                version: VERSION,
                forge: forge.to_owned(),
                base: base.to_owned(),
                at_forge: at_forge.to_owned(),
                repository: repository.to_owned(),
                about,
                log_size: 0,
                answers: Vec::new(),
                proposal: None,
                files: Vec::new(),
            },
            pages: Vec::new(),
        }
    }

    /// Adds an answer; what a query gave no answer to has the address and the time that it would have.
    pub fn add(
        &mut self,
        question: Question,
        (address, at): (String, Timestamp),
        answer: Readable<Option<Retrieval>>,
    ) {
        let answer = match answer {
            Readable::Known(Some(retrieval)) => self.keep(retrieval),
            Readable::Known(None) => Answer::Absent,
            Readable::Withheld { needs } => Answer::Withheld { needs },
            Readable::NotOffered { said } => Answer::NotOffered { said },
            Readable::Unread { why } => Answer::Pages {
                pages: Vec::new(),
                cut_short: Some(why),
            },
        };
        self.record.answers.push(AnswerRecord {
            question,
            address,
            at,
            answer,
        });
    }

    /// Adds what came without being asked for.
    pub fn add_body(&mut self, question: Question, at: Timestamp, body: Vec<u8>) {
        let pages = vec![self.keep_page(String::new(), body)];
        self.record.answers.push(AnswerRecord {
            question,
            address: String::new(),
            at,
            answer: Answer::Pages {
                pages,
                cut_short: None,
            },
        });
    }

    fn keep(&mut self, retrieval: Retrieval) -> Answer {
        let cut_short = retrieval.cut_short.as_ref().map(ToString::to_string);
        let pages = retrieval.pages.into_iter();
        let pages = pages.map(|page| self.keep_page(page.address, page.body));
        Answer::Pages {
            pages: pages.collect(),
            cut_short,
        }
    }

    fn keep_page(&mut self, address: String, mut body: Vec<u8>) -> PageRecord {
        let struck = strike(&mut body);
        self.pages.extend_from_slice(&body);
        PageRecord {
            address,
            bytes: body.len() as u64,
            sha256: Digest::of(&body),
            struck,
            whole: None,
        }
    }

    /// Keeps of each page, which is of a list, these fields of its items alone; one that is no list stays whole.
    pub fn cut(&mut self, fields: &[Field]) {
        let pages = std::mem::take(&mut self.pages);
        let mut rest = pages.as_slice();
        for answer in &mut self.record.answers {
            for page in answer.pages_mut() {
                let length = usize::try_from(page.bytes).unwrap_or(usize::MAX);
                let (body, behind) = rest.split_at(length.min(rest.len()));
                rest = behind;
                let Some(kept) = cut(body, fields) else {
                    self.pages.extend_from_slice(body);
                    continue;
                };
                let (bytes, sha256) = (page.bytes, page.sha256);
                page.bytes = kept.len() as u64;
                page.sha256 = Digest::of(&kept);
                page.whole = Some(WholePage { bytes, sha256 });
                self.pages.extend_from_slice(&kept);
            }
        }
    }

    /// Returns the payload of a leaf.
    pub fn payload(&self) -> Vec<u8> {
        let mut payload = serde_json::to_vec(&self.record).expect("a record has text keys only");
        payload.push(b'\n');
        payload.extend_from_slice(&self.pages);
        payload
    }

    /// Returns what a payload holds; nothing where it is of another version, or its pages are not what it says.
    pub fn parse(payload: &[u8]) -> Option<Kept> {
        let end = payload.iter().position(|byte| *byte == b'\n')?;
        let (head, pages) = (&payload[..end], &payload[end + 1..]);
        let record: ForgeRecord = serde_json::from_slice(head).ok()?;
        let kept = Kept {
            record,
            pages: pages.to_vec(),
        };
        let fits = kept.record.version == VERSION && kept.fits();
        fits.then_some(kept)
    }

    /// Returns what a payload says of its pages, and none of them; nothing where it is of another version, or they are not
    /// as long as it says. That they are what was written the leaf shows.
    pub fn head(payload: &[u8]) -> Option<Kept> {
        let end = payload.iter().position(|byte| *byte == b'\n')?;
        let record: ForgeRecord = serde_json::from_slice(&payload[..end]).ok()?;
        let pages = record.answers.iter().flat_map(AnswerRecord::pages);
        let bytes = pages.fold(0_u64, |bytes, page| bytes.saturating_add(page.bytes));
        let is_it = record.version == VERSION && bytes == (payload.len() - end - 1) as u64;
        is_it.then_some(Kept {
            record,
            pages: Vec::new(),
        })
    }

    /// Returns whether it is of a repository at its forge, by the name that the program gives it: what another repository of a
    /// forge says shows nothing of this one, whatever the program called it then.
    pub fn is_of(&self, named: &str, forge: &RepositoryForge) -> bool {
        let record = &self.record;
        record.repository == named
            && record.forge == forge.kind.name()
            && record.base == forge.api
            && record.at_forge.eq_ignore_ascii_case(&forge.repository)
    }

    /// Returns the questions to which no whole answer came, each with why.
    pub fn unanswered(&self) -> impl Iterator<Item = (Question, &str)> {
        let answers = self.record.answers.iter();
        answers.filter_map(|answer| match &answer.answer {
            Answer::Pages { cut_short, .. } => Some((answer.question, cut_short.as_deref()?)),
            Answer::Absent | Answer::Withheld { .. } | Answer::NotOffered { .. } => None,
        })
    }

    fn fits(&self) -> bool {
        let mut rest = self.pages.as_slice();
        for page in self.record.answers.iter().flat_map(AnswerRecord::pages) {
            let Ok(length) = usize::try_from(page.bytes) else {
                return false;
            };
            let Some((bytes, after)) = rest.split_at_checked(length) else {
                return false;
            };
            if Digest::of(bytes) != page.sha256 {
                return false;
            }
            rest = after;
        }
        rest.is_empty()
    }

    /// Returns what came of a question, with its pages.
    pub fn answer(&self, question: Question) -> Option<(&AnswerRecord, Vec<&[u8]>)> {
        let mut start = 0;
        for answer in &self.record.answers {
            let mut bodies = Vec::new();
            for page in answer.pages() {
                let end = start + page.bytes as usize;
                bodies.push(&self.pages[start..end]);
                start = end;
            }
            if answer.question == question {
                return Some((answer, bodies));
            }
        }
        None
    }

    /// Returns whether another record says the same: the moments and addresses do not count.
    pub fn says_the_same(&self, other: &Kept) -> bool {
        let answers = |kept: &Kept| -> Vec<(Question, Answer)> {
            let each = kept.record.answers.iter();
            each.map(|it| (it.question, it.answer.clone())).collect()
        };
        let (one, another) = (&self.record, &other.record);
        one.proposal == another.proposal
            && one.files == another.files
            && answers(self) == answers(other)
    }
}

impl AnswerRecord {
    fn pages_mut(&mut self) -> &mut [PageRecord] {
        match &mut self.answer {
            Answer::Pages { pages, .. } => pages,
            Answer::Absent | Answer::Withheld { .. } | Answer::NotOffered { .. } => &mut [],
        }
    }

    fn pages(&self) -> &[PageRecord] {
        match &self.answer {
            Answer::Pages { pages, .. } => pages,
            Answer::Absent | Answer::Withheld { .. } | Answer::NotOffered { .. } => &[],
        }
    }
}

/// What says something of a private repository may hold a token that opens it for a while.
const SECRET: &[u8] = b"\"temp_clone_token\"";

/// Strikes out the secrets of a page, and returns how many there were.
fn strike(body: &mut [u8]) -> u64 {
    let mut struck = 0;
    let mut from = 0;
    while let Some(at) = find(&body[from..], SECRET) {
        from += at + SECRET.len();
        let value = body[from..]
            .iter_mut()
            .skip_while(|byte| **byte != b'"' && !byte.is_ascii_alphabetic());
        let mut is_inside = false;
        for byte in value {
            match (*byte, is_inside) {
                (b'"', false) => is_inside = true,
                (b'"', true) => {
                    struck += 1;
                    break;
                }
                (_, true) => *byte = b'*',
                // `null` is no secret.
                (_, false) => break,
            }
        }
    }
    struck
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::strike;

    #[test]
    fn a_token_is_struck_out_in_its_place() {
        let check = |text: &str, expect: &str, count: u64| {
            let mut body = text.as_bytes().to_vec();
            assert_eq!(strike(&mut body), count, "{text}");
            assert_eq!(String::from_utf8(body).unwrap(), expect);
        };
        check(
            r#"{"temp_clone_token":"AB12","a":"b"}"#,
            r#"{"temp_clone_token":"****","a":"b"}"#,
            1,
        );
        check(
            r#"{"temp_clone_token" : "A" }"#,
            r#"{"temp_clone_token" : "*" }"#,
            1,
        );
        check(
            r#"{"temp_clone_token":null,"a":"b"}"#,
            r#"{"temp_clone_token":null,"a":"b"}"#,
            0,
        );
        check(
            r#"{"temp_clone_token":"","a":"b"}"#,
            r#"{"temp_clone_token":"","a":"b"}"#,
            1,
        );
        check(r#"{"temp_clone_token":"A"#, r#"{"temp_clone_token":"*"#, 0);
    }
}
