//! `review calibrate`: a reviewer of the program is asked about the corpus, and what it said is recorded, whatever it was.

use super::asking::Asking;
use super::cases::{Shown, cases};
use super::corpus::corpus;
use super::recorded;
use crate::collect::{self, CollectError, Request};
use crate::gate::GateError;
use crate::gate::scene::ground;
use crate::log::Log;
use crate::review::asking::Server;
use crate::review::plan::{MAX_SAID, asked_of, bar, reviewer, severity};
use crate::review::questions::{Questions, Subject};
use crate::review::{Means, ReviewError};
use gates::review::calibration::{Bar, Rates, Standing, below, rates, standing, unavailable};
use jiff::Timestamp;
use ledger::append::NewLeaf;
use ledger::leaf::LeafKind;
use model::calibration::{CalibrationRecord, Case, CaseRecord, Manner, VERSION};
use model::check::Severity;
use model::digest::{CommitId, Digest};
use model::program::{PrincipalId, Program};
use model::review::Budget;
use model::reviewer::Reviewer;
use sources::review::prompt;
use sources::review::redact::redact;
use sources::review::uses::Used;

/// What a calibration may use where nobody says otherwise: all of the corpus, asked of a model that thinks before it answers.
pub const BUDGET: Budget = Budget {
    tokens: 3_000_000,
    cost: None,
    seconds: 7_200,
};
/// The commits of a change that no repository holds.
const NO_COMMIT: [u8; 20] = [0; 20];

/// A calibration that is about to be asked for.
pub struct Planned {
    log: Log,
    id: PrincipalId,
    how: Reviewer,
    program_sha256: Digest,
    at: Timestamp,
    budget: Budget,
    cases: Vec<(Case, Questions)>,
    bar: Option<Bar>,
    severity: Severity,
}

/// A calibration that is recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// Its leaf.
    pub leaf: u64,
    /// What was asked.
    pub record: CalibrationRecord,
    /// What the reviewer did.
    pub rates: Rates,
    /// What it came to.
    pub verdict: Verdict,
    /// What the program asks for, or what ships where it asks for nothing.
    pub bar: Bar,
    /// Whether the program asks.
    pub is_asked: bool,
    /// The least severity of a finding that must be answered.
    pub severity: Severity,
}

/// What a calibration came to, with those before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The reviewer does what is asked for.
    Relied,
    /// It does not, and in what.
    Refused(Vec<String>),
    /// Nobody can tell, and why.
    Unavailable(String),
}

/// Records the program, and returns what its reviewer is to be asked.
pub fn plan(
    mut request: Request<'_>,
    by: Option<&str>,
    budget: Budget,
) -> Result<Planned, ReviewError> {
    let ground = ground(&request, false)?;
    let (program, named) = (&ground.program, ground.named.as_str());
    let (id, how) = reviewer(program, by)?;
    let (id, how) = (id.clone(), how.clone());
    let severity = severity(program, named);
    let bar = bar(program, named);
    if budget.cost.is_some() && how.prices.is_none() {
        return Err(ReviewError::NoPrices { id });
    }
    let program_sha256 = Digest::of(ground.text.as_bytes());
    let asked = |shown: Shown| {
        let about = (program, program_sha256, named);
        let questions = questions(&shown, about, (&id, &how), request.now);
        (shown.case, questions)
    };
    let cases = cases(corpus()).into_iter().map(asked).collect();
    let log = collect::open_log(&ground.found.home, &mut request);
    let mut log = log.map_err(CollectError::from).map_err(GateError::from)?;
    let program = NewLeaf::new(LeafKind::Program, ground.text.into_bytes());
    log.append(vec![program], request.now, request.entropy)?;
    Ok(Planned {
        log,
        id,
        how,
        program_sha256,
        at: request.now,
        budget,
        cases,
        bar,
        severity,
    })
}

fn questions(
    shown: &Shown,
    (program, program_sha256, named): (&Program, Digest, &str),
    by: (&PrincipalId, &Reviewer),
    now: Timestamp,
) -> Questions {
    let no_commit = CommitId::from_bytes(&NO_COMMIT).expect("it has the length of an id");
    let said = redact(&shown.said);
    let said: String = said.text.chars().take(MAX_SAID).collect();
    let subject = Subject {
        repository: named,
        request: None,
        merge_base: &no_commit,
        head: &no_commit,
        program_sha256,
        patch: &shown.patch,
        said: &said,
        rules: &asked_of(program, named, &shown.patch),
        used: &Used::default(),
    };
    Questions::of(&subject, by, now)
}

impl Planned {
    /// Returns what is about to be sent where, and what it may use.
    pub fn intent(&self) -> String {
        let sizes = self.cases.iter().map(|(_, questions)| questions.size());
        let (count, bytes) = sizes.fold((0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1));
        let Budget {
            tokens,
            cost,
            seconds,
        } = self.budget;
        let cost = cost.map_or_else(String::new, |cost| format!(", a cost of {cost}"));
        format!(
            "{} asks {} at {} about {} cases in {count} questions of {bytes} bytes together; it may use {tokens} tokens{cost} and {seconds} s",
            self.id,
            self.how.model,
            self.how.api,
            self.cases.len()
        )
    }

    /// Asks, and records what was answered.
    ///
    /// `told` hears how many cases were asked, of how many.
    pub fn ask(
        mut self,
        means: Means<'_>,
        told: &dyn Fn(usize, usize),
    ) -> Result<Recorded, ReviewError> {
        let server = Server::of(&self.how, &means)?;
        let mut asking = Asking::new((means.now)(), self.budget);
        let count = self.cases.len();
        let mut cases = Vec::with_capacity(count);
        for (case, questions) in std::mem::take(&mut self.cases) {
            let review = asking.case((case.kind, questions), &server, &means);
            cases.push(CaseRecord { case, review });
            if !asking.is_over {
                told(cases.len(), count);
            }
        }
        let record = CalibrationRecord {
            version: VERSION,
            reviewer: self.id.clone(),
            manner: Manner {
                address: server.endpoint.address().to_owned(),
                wire: self.how.wire,
                model: self.how.model.clone(),
                parameters: self.how.parameters,
                prompt_sha256: prompt::digest(),
            },
            context_tokens: self.how.context_tokens,
            corpus_sha256: corpus().digest,
            program_sha256: self.program_sha256,
            at: self.at,
            cases,
            budget: self.budget,
            spent: asking.spent,
        };
        self.record(record, &asking.answers, means)
    }

    fn record(
        mut self,
        record: CalibrationRecord,
        answers: &[Vec<u8>],
        means: Means<'_>,
    ) -> Result<Recorded, ReviewError> {
        let payload = recorded::payload(&record, answers);
        let now = (means.now)();
        let read = recorded::parse(&payload).expect("what was just written can be read");
        let calibrated = recorded::calibrated((0, now), &read.0, &read.1);
        let rates = rates(&calibrated.cases, self.severity);
        let leaf = NewLeaf::new(LeafKind::Calibration, payload);
        let appended = self.log.append(vec![leaf], now, means.entropy)?;
        let leaf = *appended.leaves.first().expect("one leaf was appended");
        let bar = self.bar.unwrap_or_default();
        let all = recorded::all(&self.log)?;
        let asked = (&bar, self.severity);
        let verdict = match standing(asked, &all, &record.manner, (leaf + 1, now)) {
            Standing::Relied(_) => Verdict::Relied,
            Standing::Unknown(why) => Verdict::Unavailable(unavailable(&rates).unwrap_or(why)),
            Standing::Refused(why) => {
                let own = below(&bar, &rates);
                let together = own.is_empty().then_some(why);
                Verdict::Refused(own.into_iter().chain(together).collect())
            }
        };
        Ok(Recorded {
            leaf,
            record,
            rates,
            verdict,
            bar,
            is_asked: self.bar.is_some(),
            severity: self.severity,
        })
    }
}
