//! A ledger in a temporary folder, what was recorded in it, and what the rules say of that.

use countersign::forge::facts;
use countersign::gate::scene::ProgramFrom;
use countersign::gate::{GateRecord, again};
use countersign::log::Log;
use gates::census::{self, Facts, Judgement};
use gates::directory::Directory;
use gates::merge::gate::{self, Answer, Question};
use gates::merge::{Requests, receipts, windows};
use gates::rules::{Forge, Rules};
use jiff::Timestamp;
use ledger::append::NewLeaf;
use ledger::leaf::LeafKind;
use ledger::place::home::Home;
use model::change::Change;
use model::check::CheckRun;
use model::digest::Digest;
use model::outcome::Outcome;
use model::period::Period;
use model::population::{AllCommits, Observation, Query, Sighting};
use model::program::{ControlId, Program};
use model::program_file;
use model::report::{ChangeReport, Decision, WindowsReport};
use model::request::dossier::ForgeFacts;

use crate::facts::id;
use crate::keys;
use std::collections::BTreeMap;

/// When request 7 was opened.
const T0: i64 = 1_767_603_600;

/// Every control that is decided on a change, in use with the parameters that ship.
pub(crate) const ALL: &str = "CM-1: in use, CM-2: in use, CR-1: in use, CR-2: in use, CR-3: in use, CR-4: in use, \
     CR-5: {parameters: {required_checks: unit_tests}}, CR-6: in use, CR-7: in use, CR-8: in use, CR-9: in use, CR-10: in use";

/// Returns the moment so many hours after request 7 was opened.
pub(crate) fn at(hours: f64) -> Timestamp {
    Timestamp::from_second(T0 + (hours * 3600.0) as i64).unwrap()
}

/// Something that the log holds.
pub(crate) trait Recorded {
    /// Returns the leaf that holds it, recorded at this hour.
    fn leaf(&self, hours: f64) -> (LeafKind, Vec<u8>);
}

/// The program and the log of a company.
#[derive(Clone)]
pub(crate) struct World {
    program: String,
    leaves: Vec<(f64, LeafKind, Vec<u8>)>,
    sightings: Vec<Sighting>,
    own_check: &'static str,
}

/// What the log was read back as.
struct ReadBack {
    program: Program,
    forge: ForgeFacts,
    checks: Vec<CheckRun>,
    unread_checks: bool,
}

impl World {
    /// Returns a company of ada, bo, the outsider noor, the agent scout and the bot ferry, with these controls.
    pub(crate) fn new(controls: &str) -> World {
        let [ada, bo, noor] = ["ada", "bo", "noor"].map(|name| keys::of(name).line());
        let program = format!(
            "\
version: 1
organisation: {{name: Larkspur Metrics}}
period: 2026-H1
repositories: [{{name: shop, branch: main, forge: \"github:larkspur/shop\"}}]
principals:
  - {{id: ada, emails: [ada@larkspur.example], accounts: [\"github:adamarsh\", \"github:ada-at-night\"], ssh_keys: [\"{ada}\"]}}
  - {{id: bo, emails: [bo@larkspur.example], accounts: [\"github:boreyes\", \"github:bo-at-night\"], ssh_keys: [\"{bo}\"]}}
  - {{id: noor, kind: outsider, emails: [noor@larkspur.example], accounts: [\"github:noorh\"], ssh_keys: [\"{noor}\"]}}
  - {{id: scout, kind: agent, emails: [scout@larkspur.example], accounts: [\"github:scout[bot]\"]}}
  - {{id: ferry, kind: automation, accounts: [\"github:ferry[bot]\"]}}
assignments:
  ada: [code authoring, code review and approval]
  bo: [code authoring, code review and approval]
  noor: [code review and approval]
  scout: [code review and approval]
risk_classes: {{high: [\"infra/**\"], medium: [\"app/**\"], low: [\"docs/**\"], otherwise: low}}
controls: {{{controls}}}
"
        );
        World {
            program,
            leaves: Vec::new(),
            sightings: Vec::new(),
            own_check: "",
        }
    }

    /// Returns it with a gate that answers as a check of this name.
    pub(crate) fn called(mut self, own_check: &'static str) -> World {
        self.own_check = own_check;
        self
    }

    /// Returns the company with another text in its program.
    pub(crate) fn but(mut self, from: &str, to: &str) -> World {
        assert!(self.program.contains(from), "{from}");
        self.program = self.program.replace(from, to);
        self
    }

    /// Returns its program.
    pub(crate) fn program(&self) -> &str {
        &self.program
    }

    /// Returns it with something recorded so many hours after request 7 was opened.
    pub(crate) fn with(mut self, hours: f64, recorded: &impl Recorded) -> World {
        let (kind, payload) = recorded.leaf(hours);
        self.leaves.push((hours, kind, payload));
        self
    }

    /// Returns it with what the gate answers at this hour, or what somebody made of that, and the program before it.
    pub(crate) fn gated(self, hours: f64, edit: impl FnOnce(&mut GateRecord)) -> World {
        let by = self.clone();
        self.gated_by(hours, &by, edit)
    }

    /// The same by the program of another company.
    pub(crate) fn gated_by(
        mut self,
        hours: f64,
        by: &World,
        edit: impl FnOnce(&mut GateRecord),
    ) -> World {
        let program = by.program.clone();
        self.leaves
            .push((hours, LeafKind::Program, program.clone().into_bytes()));
        let own = std::mem::replace(&mut self.program, program.clone());
        let answer = self.answer(hours).unwrap();
        self.program = own;
        let mut record = GateRecord {
            version: 1,
            countersign: "0.1.0".to_owned(),
            at: at(hours),
            repository: "shop".to_owned(),
            branch: "main".to_owned(),
            request: 7,
            head: answer.head,
            patch_digest: answer.patch_digest,
            merged_tree: answer.merged_tree,
            risk: answer.risk,
            outcome: answer.outcome,
            rules: answer.rules,
            own_check: self.own_check.to_owned(),
            program_sha256: Digest::of(program.as_bytes()),
            program_from: ProgramFrom::Branch,
            evidence: answer.evidence,
            log_size: self.leaves.len() as u64,
        };
        edit(&mut record);
        let payload = serde_json::to_vec(&record).unwrap();
        self.leaves.push((hours, LeafKind::Gate, payload));
        self
    }

    /// Returns it with a look at the branch, which held changes up to position 8.
    pub(crate) fn observed(mut self, hours: f64) -> World {
        let leaf = self.leaves.len() as u64;
        self.leaves.push((hours, LeafKind::Observation, Vec::new()));
        self.sightings.push(Sighting {
            leaf,
            looked_behind: leaf,
            at: at(hours),
            head: id('c'),
            first_parent_commits: 9,
            refs: BTreeMap::new(),
        });
        self
    }

    /// Returns what the gate answers on request 7 at this hour.
    pub(crate) fn answer(&self, hours: f64) -> Option<Answer> {
        let read = self.read_back();
        let rules = Rules::new(&read.program, "shop", Forge::Asked).unwrap();
        let directory = Directory::new(&read.program).unwrap();
        let question = Question {
            number: 7,
            forge: &read.forge,
            checks: &read.checks,
            unread_checks: read.unread_checks,
            log: None,
            own_check: self.own_check,
            now: at(hours),
            until: u64::MAX,
        };
        gate::answer(&question, &read.program, &directory, &rules)
    }

    /// Returns the rows of changes that landed, oldest first.
    pub(crate) fn rows(&self, changes: &[Change]) -> Vec<ChangeReport> {
        let read = self.read_back();
        let rules = Rules::new(&read.program, "shop", Forge::of(&read.forge)).unwrap();
        let directory = Directory::new(&read.program).unwrap();
        let checks = (read.checks.as_slice(), read.unread_checks);
        let receipts = receipts(changes, (&[], 0), checks);
        let requests = Requests::of(changes, &read.forge, &self.sightings);
        let evidence = vec![Digest::of(b""); changes.len()];
        let shown = (&receipts, &requests, None);
        census::register(changes, &evidence, shown, &directory, &rules)
    }

    /// Returns the judgement of a population of changes, oldest first.
    pub(crate) fn judged(&self, changes: &[Change]) -> Judgement {
        let read = self.read_back();
        let directory = Directory::new(&read.program).unwrap();
        let observation = observation(changes);
        let facts = Facts {
            observation: &observation,
            changes,
            sightings: &self.sightings,
            unbroken_from: 0,
            unread: 0,
            checks: &read.checks,
            unread_checks: 0,
            forge: &read.forge,
            now: at(40.0),
        };
        let requests = census::requests(&facts);
        let rows = self.rows(changes);
        census::judge(&read.program, &directory, (&facts, &requests), rows)
    }

    /// Returns the exception windows, with these changes, oldest first.
    pub(crate) fn windows(&self, changes: &[Change]) -> WindowsReport {
        let read = self.read_back();
        let rules = Rules::new(&read.program, "shop", Forge::Asked).unwrap();
        let requests = Requests::of(changes, &read.forge, &self.sightings);
        windows::found(&read.forge, changes, &requests, &rules)
    }

    /// Checks what a rule says of the open request 7 at this hour, and words of its reason.
    #[track_caller]
    pub(crate) fn open(&self, hours: f64, control: &str, expected: Outcome, words: &str) {
        let answer = self.answer(hours).expect("the log holds the request");
        let decision = answer.rules.get(&ControlId(control.into()));
        check(decision.expect("the rule is on"), expected, words);
    }

    /// Checks what a rule says of a change that landed, and words of its reason.
    #[track_caller]
    pub(crate) fn landed(&self, change: &Change, control: &str, expected: Outcome, words: &str) {
        let rows = self.rows(std::slice::from_ref(change));
        let decision = rows[0].decisions.get(&ControlId(control.into()));
        check(decision.expect("the rule is on"), expected, words);
    }

    fn read_back(&self) -> ReadBack {
        let folder = tempfile::tempdir().unwrap();
        let mut drawn = 0_u64;
        let mut entropy = || {
            drawn += 1;
            *Digest::of(&drawn.to_le_bytes()).as_bytes()
        };
        let home = Home::in_folder(folder.path().join("ledger"));
        let mut log = Log::open_or_create(&home, &mut entropy).unwrap();
        for batch in self.leaves.chunk_by(|(one, ..), (other, ..)| one == other) {
            let leaves = batch.iter();
            let leaves = leaves.map(|(_, kind, payload)| NewLeaf::new(*kind, payload.clone()));
            log.append(leaves.collect(), at(batch[0].0), &mut entropy)
                .unwrap();
        }
        let program = program_file::parse("countersign.yaml", &self.program).unwrap();
        let entries = log.entries().unwrap();
        let place = ("shop", "main");
        let forge = facts::facts(log.reader(), &entries, &program, place);
        let mut forge = forge.unwrap().facts;
        let (checks, unread) = countersign::checks::read(log.reader(), &entries).unwrap();
        again::decide(
            &mut forge,
            log.reader(),
            &entries,
            "shop",
            (&checks, &unread),
        )
        .unwrap();
        ReadBack {
            program,
            forge,
            checks,
            unread_checks: !unread.is_empty(),
        }
    }
}

fn observation(changes: &[Change]) -> Observation {
    Observation {
        version: 1,
        query: Query {
            repository: "shop".to_owned(),
            branch: "main".to_owned(),
            period: Period::all(),
            command: String::new(),
            object_format: "sha1".to_owned(),
        },
        head: id('c'),
        first_parent_commits: 9,
        refs: BTreeMap::new(),
        incomplete: Vec::new(),
        changes: changes.len() as u64,
        population_sha256: Digest::of(b""),
        chunks: Vec::new(),
        all_commits: AllCommits::default(),
        keys_sha256: Digest::of(b""),
        log_size: 0,
    }
}

#[track_caller]
fn check(decision: &Decision, expected: Outcome, words: &str) {
    assert_eq!(decision.outcome, expected, "{decision:?}");
    assert!(decision.reason.contains(words), "{decision:?}");
}
