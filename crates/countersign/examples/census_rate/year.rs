//! A year of requests: the program, what the log holds of each, and what git shows of the branch.

use crate::bodies::{self, REPOSITORY, Told, id};
use crate::keys;
use countersign::checks::CheckRecord;
use countersign::forge::record::{
    About, Answer, AnswerRecord, Kept, PageRecord, ProposalRecord, Question,
};
use countersign::statements;
use jiff::{SignedDuration, Timestamp};
use ledger::append::NewLeaf;
use ledger::leaf::LeafKind;
use model::change::{
    Brought, Change, Landed, Proposal, Signature, SignatureCheck, SignatureGroup, SignatureKind,
};
use model::check::CheckKind;
use model::digest::Digest;
use model::identity::Identity;
use model::population::Sighting;
use model::program::PrincipalId;
use model::statement::{Answered, StatementKind, StatementRecord};
use serde_json::{Value, json};

/// When the year begins.
const BEGINS: i64 = 1_767_225_600;
/// Its hours; each begins with a look at the branch.
pub(crate) const HOURS: u64 = 365 * 24;
/// Hours from the opening of a request to its self-review, to its last look, and to the hour that ends with its merge.
const REVIEWED: u64 = 5;
const LOOKED: u64 = 6;
const LANDS: u64 = 7;

/// Every control that is decided on a change.
const CONTROLS: &str = "CM-1: in use, CM-2: in use, CR-1: in use, CR-2: in use, CR-3: in use, CR-4: in use, \
     CR-5: {parameters: {required_checks: unit_tests}}, CR-6: in use, CR-7: in use, CR-8: in use, CR-9: in use, CR-10: in use";

pub(crate) struct Year {
    pub(crate) program: String,
    pub(crate) told: Vec<Told>,
    pub(crate) changes: Vec<Change>,
    fingerprint: String,
}

/// Returns the moment at which an hour of the year begins.
pub(crate) fn at(hour: u64) -> Timestamp {
    let hours = SignedDuration::from_hours(hour as i64);
    let begins = Timestamp::from_second(BEGINS).expect("it is in this century");
    begins.checked_add(hours).expect("it is in this century")
}

impl Year {
    /// Returns a year with so many requests, one after the other.
    pub(crate) fn of(requests: u64) -> Year {
        let ada = keys::of("ada");
        let mut year = Year {
            program: program(),
            told: Vec::new(),
            changes: Vec::new(),
            fingerprint: ada.fingerprint(),
        };
        for number in 1..=requests {
            let hour = hour_of(number, requests);
            let merged = at(hour + LANDS) - SignedDuration::from_mins(30);
            year.told.push(Told {
                number,
                opened: at(hour),
                updated: merged,
                merged: Some((merged, id(b'm', number))),
            });
            year.changes.push(year.landed(number, merged));
        }
        year
    }

    /// Returns the hours from the first request to a day after the last.
    pub(crate) fn hours(&self) -> std::ops::Range<u64> {
        0..HOURS + 24
    }

    /// Returns what an hour brings to a log of so many leaves, and what its look at the branch sees.
    pub(crate) fn hour(&self, size: u64, hour: u64) -> (Vec<NewLeaf>, Sighting) {
        let mut leaves = vec![NewLeaf::new(LeafKind::Observation, b"{}".to_vec())];
        if hour.is_multiple_of(24) {
            leaves.push(self.guards(hour, true));
        }
        leaves.extend(self.of_requests(hour));
        if hour + 1 == self.hours().end {
            leaves.push(self.list(size, hour));
        }
        (leaves, self.sighting(size, hour))
    }

    fn of_requests(&self, hour: u64) -> Vec<NewLeaf> {
        let mut leaves = Vec::new();
        for told in self.opened(hour) {
            let open = told.open();
            leaves.push(self.request(&open, at(hour)));
            leaves.extend([self.tests(told.number), self.coverage(told.number)]);
        }
        for told in hour
            .checked_sub(REVIEWED)
            .into_iter()
            .flat_map(|it| self.opened(it))
        {
            leaves.push(self.self_review(told.number, at(hour)));
        }
        for told in hour
            .checked_sub(LOOKED)
            .into_iter()
            .flat_map(|it| self.opened(it))
        {
            let program = self.program.clone().into_bytes();
            leaves.push(NewLeaf::new(LeafKind::Program, program));
            leaves.push(self.guards(hour, false));
            leaves.push(self.request(&told.open(), at(hour)));
            leaves.push(self.gated(told.number, at(hour)));
        }
        for told in hour
            .checked_sub(LANDS)
            .into_iter()
            .flat_map(|it| self.opened(it))
        {
            leaves.push(self.request(told, at(hour)));
        }
        leaves
    }

    /// Returns the requests that were opened in an hour.
    fn opened(&self, hour: u64) -> &[Told] {
        let from = self.told.partition_point(|told| told.opened < at(hour));
        let to = self.told.partition_point(|told| told.opened < at(hour + 1));
        &self.told[from..to]
    }

    fn sighting(&self, leaf: u64, hour: u64) -> Sighting {
        let merged_at = |told: &Told| told.merged.as_ref().map(|it| it.0);
        let landed = self
            .told
            .partition_point(|it| merged_at(it) < Some(at(hour)));
        let open = self.told[landed..]
            .iter()
            .take_while(|it| it.opened <= at(hour));
        let refs = open.map(|it| (format!("topic-{}", it.number), id(b'h', it.number)));
        Sighting {
            leaf,
            looked_behind: leaf,
            at: at(hour),
            head: id(b'm', landed as u64),
            first_parent_commits: landed as u64 + 1,
            refs: refs.collect(),
        }
    }

    /// Returns the record of a request; what is open shows its difference.
    fn request(&self, told: &Told, when: Timestamp) -> NewLeaf {
        let about = About::Request {
            number: told.number,
            updated_at: Some(told.updated),
        };
        let issue = told.issue_number();
        let answers = [
            (Question::Request, told.request()),
            (Question::Commits, told.commits()),
            (Question::Reviews, told.reviews()),
            (Question::Comments, json!([])),
            (Question::CheckRuns, told.runs()),
            (Question::Statuses, json!([])),
            (Question::Issue { number: issue }, Told::issue(issue)),
        ];
        let mut kept = kept(about, when, answers.into());
        if told.merged.is_none() {
            kept.record.proposal = Some(ProposalRecord::Known(Box::new(Proposal {
                base: id(b'm', told.number - 1),
                merge_base: id(b'm', told.number - 1),
                change: self.proposed(told.number, told.opened),
            })));
        }
        NewLeaf::new(LeafKind::Forge, kept.payload())
    }

    /// Returns what protects the branch; the gate asks not how pushes were judged.
    fn guards(&self, hour: u64, is_whole: bool) -> NewLeaf {
        let name = "main".to_owned();
        let month = at(hour) - SignedDuration::from_hours(30 * 24);
        let merged = |told: &&Told| {
            let merged_at = told.merged.as_ref().map(|it| it.0);
            merged_at.is_some_and(|it| it >= month && it < at(hour))
        };
        let mut answers = vec![
            (Question::Rules, bodies::rules()),
            (
                Question::Ruleset { id: 1 },
                bodies::ruleset(at(0) - SignedDuration::from_hours(900)),
            ),
        ];
        if is_whole {
            let suites = bodies::suites(self.told.iter().filter(merged));
            answers.push((Question::RuleSuites, suites));
        }
        let mut kept = kept(About::Branch { name }, at(hour), answers);
        kept.record.answers.push(AnswerRecord {
            question: Question::Protection,
            address: String::new(),
            at: at(hour),
            answer: Answer::Absent,
        });
        NewLeaf::new(LeafKind::Forge, kept.payload())
    }

    fn list(&self, size: u64, hour: u64) -> NewLeaf {
        let items: Vec<Value> = self.told.iter().map(Told::listed).collect();
        let answers = [(Question::Requests, json!(items))].into();
        let mut kept = kept(About::Requests, at(hour), answers);
        kept.record.log_size = size + 1;
        NewLeaf::new(LeafKind::Forge, kept.payload())
    }

    fn tests(&self, number: u64) -> NewLeaf {
        let cases = "<testcase name='a'/>".repeat(20);
        let file =
            format!("<testsuite name='s' tests='20' failures='0' errors='0'>{cases}</testsuite>");
        check(CheckKind::UnitTests, number, &file)
    }

    fn coverage(&self, number: u64) -> NewLeaf {
        let lines: String = (1..40).map(|line| format!("DA:{line},1\n")).collect();
        check(
            CheckKind::Coverage,
            number,
            &format!("TN:\nSF:a.c\n{lines}end_of_record\n"),
        )
    }

    fn self_review(&self, number: u64, when: Timestamp) -> NewLeaf {
        let record = StatementRecord {
            version: 1,
            kind: StatementKind::SelfReview,
            repository: "shop".to_owned(),
            request: number,
            patch_digest: patch(number),
            principal: PrincipalId::new("ada").expect("it is an id"),
            at: when,
            after: None,
            answers: vec![Answered {
                asked: "every input is checked".to_owned(),
                holds: true,
            }],
            findings: "nothing".to_owned(),
            dispositions: Vec::new(),
        };
        let signed = statements::bytes(&record);
        let signature = keys::of("ada").sign("countersign", &signed);
        let payload = statements::payload(&signed, signature.as_bytes());
        NewLeaf::new(LeafKind::Statement, payload)
    }

    fn gated(&self, number: u64, when: Timestamp) -> NewLeaf {
        let record = json!({
            "version": 1, "countersign": "0.1.0", "at": when, "repository": "shop", "branch": "main", "request": number,
            "head": id(b'h', number), "patch_digest": patch(number), "merged_tree": id(b't', number), "risk": "low",
            "outcome": "pass", "rules": {}, "own_check": "", "program_sha256": Digest::of(self.program.as_bytes()),
            "program_from": "branch", "evidence": [], "log_size": 0,
        });
        let payload = record.to_string().into_bytes();
        NewLeaf::new(LeafKind::Gate, payload)
    }

    /// A merge that the forge made and signed.
    fn landed(&self, number: u64, merged: Timestamp) -> Change {
        let signature = Signature {
            kind: SignatureKind::Openpgp,
            check: SignatureCheck::Valid,
            key: None,
            by_forge: true,
        };
        Change {
            commit: id(b'm', number),
            position: number as u32,
            committed_at: merged,
            forge_committed: true,
            signature,
            ..self.proposed(number, merged)
        }
    }

    /// One signed commit of ada; one in five touches the application, and one in fifty the infrastructure.
    fn proposed(&self, number: u64, when: Timestamp) -> Change {
        let path = match (number % 50, number % 5) {
            (0, _) => format!("infra/{number}.tf"),
            (_, 0) => format!("app/{number}.rs"),
            (_, _) => format!("docs/{number}.md"),
        };
        let ada = Identity::new("ada", "ada@larkspur.example");
        let signature = Signature {
            kind: SignatureKind::Ssh,
            check: SignatureCheck::Valid,
            key: Some(self.fingerprint.clone()),
            by_forge: false,
        };
        let group = SignatureGroup {
            committer: ada.clone(),
            signature: signature.clone(),
            commits: 1,
            newest: id(b'h', number),
        };
        Change {
            commit: id(b'h', number),
            position: u32::MAX,
            parents: vec![id(b'm', number - 1), id(b'h', number)],
            tree: Some(id(b't', number)),
            patch_digest: Some(patch(number)),
            merged_paths: Some(0),
            committed_at: when,
            authored_at: when,
            subject: format!("Merge pull request #{number} from {REPOSITORY}"),
            landed: Landed::RequestMerge,
            request: Some(number),
            author: ada.clone(),
            committer: ada.clone(),
            forge_committed: false,
            authors: vec![ada],
            co_authors: vec![],
            merger: None,
            brought: Brought {
                commits: 1,
                absent: false,
                last_committed_at: None,
                signatures: vec![group],
            },
            signature,
            embedded_tag: false,
            assistants: vec![],
            brought_assistants: vec![],
            bot_suffix: false,
            body_words: 0,
            declared_risk: None,
            risk_assessment: false,
            tickets: vec![],
            paths_read: true,
            paths: vec![path],
        }
    }
}

impl Told {
    fn open(&self) -> Told {
        Told {
            merged: None,
            updated: self.opened,
            ..self.clone()
        }
    }
}

fn hour_of(number: u64, requests: u64) -> u64 {
    (number - 1) * (HOURS - LANDS) / requests
}

fn patch(number: u64) -> Digest {
    Digest::of(&number.to_be_bytes())
}

fn kept(about: About, when: Timestamp, answers: Vec<(Question, Value)>) -> Kept {
    let base = "https://api.github.com";
    let mut kept = Kept::new("github", base, REPOSITORY, "shop", about);
    for (question, body) in answers {
        let body = body.to_string().into_bytes();
        kept.pages.extend_from_slice(&body);
        let address = format!("{base}/repos/{REPOSITORY}");
        let page = PageRecord {
            address: address.clone(),
            bytes: body.len() as u64,
            sha256: Digest::of(&body),
            struck: 0,
            whole: None,
        };
        kept.record.answers.push(AnswerRecord {
            question,
            address,
            at: when,
            answer: Answer::Pages {
                pages: vec![page],
                cut_short: None,
            },
        });
    }
    kept
}

fn check(kind: CheckKind, number: u64, file: &str) -> NewLeaf {
    let record = CheckRecord {
        version: 1,
        kind: Some(kind),
        name: "report".to_owned(),
        commit: id(b'h', number),
        tree: id(b't', number),
        supersedes: None,
        report_sha256: Digest::of(file.as_bytes()),
        tool_log: None,
    };
    let mut payload = serde_json::to_vec(&record).expect("a record has text keys only");
    payload.push(b'\n');
    payload.extend(file.as_bytes());
    NewLeaf::new(LeafKind::Check, payload)
}

fn program() -> String {
    let [ada, bo, noor] = ["ada", "bo", "noor"].map(|name| keys::of(name).line());
    format!(
        "\
version: 1
organisation: {{name: Larkspur Metrics}}
period: 2026
repositories: [{{name: shop, branch: main, forge: \"github:{REPOSITORY}\"}}]
principals:
  - {{id: ada, emails: [ada@larkspur.example], accounts: [\"github:adamarsh\"], ssh_keys: [\"{ada}\"]}}
  - {{id: bo, emails: [bo@larkspur.example], accounts: [\"github:boreyes\"], ssh_keys: [\"{bo}\"]}}
  - {{id: noor, kind: outsider, emails: [noor@larkspur.example], accounts: [\"github:noorh\"], ssh_keys: [\"{noor}\"]}}
  - {{id: scout, kind: agent, emails: [scout@larkspur.example], accounts: [\"github:scout[bot]\"]}}
assignments:
  ada: [code authoring, code review and approval]
  bo: [code authoring, code review and approval]
  noor: [code review and approval]
  scout: [code review and approval]
risk_classes: {{high: [\"infra/**\"], medium: [\"app/**\"], low: [\"docs/**\"], otherwise: low}}
controls: {{{CONTROLS}}}
"
    )
}
