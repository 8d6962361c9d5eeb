//! One case of a calibration after the other, within the budget of all.

use crate::review::Means;
use crate::review::asking::Server;
use crate::review::questions::Questions;
use crate::reviews;
use gates::review::calibration::is_whole;
use jiff::Timestamp;
use model::calibration::CaseKind;
use model::review::{Budget, ReviewRecord, Spent};

/// Cases one after the other without an answer of use, after which no more are asked.
const MAX_OUTAGES: usize = 3;
/// The most bytes of answers that are kept; with more no more cases are asked.
const MAX_KEPT: usize = 64 << 20;

/// A calibration while it runs.
pub(super) struct Asking {
    began: Timestamp,
    budget: Budget,
    pub(super) spent: Spent,
    /// Cases one after the other without an answer of use.
    outages: usize,
    pub(super) is_over: bool,
    pub(super) answers: Vec<Vec<u8>>,
    kept: usize,
}

impl Asking {
    pub(super) fn new(began: Timestamp, budget: Budget) -> Asking {
        Asking {
            began,
            budget,
            spent: Spent::default(),
            outages: 0,
            is_over: false,
            answers: Vec::new(),
            kept: 0,
        }
    }

    /// Asks about a case, where budget and server let it.
    pub(super) fn case(
        &mut self,
        (kind, questions): (CaseKind, Questions),
        server: &Server,
        means: &Means<'_>,
    ) -> ReviewRecord {
        self.spent.seconds = seconds(self.began, (means.now)());
        if self.is_over {
            return questions.unasked();
        }
        let heard = questions.within(self.left()).ask_at(server, means);
        let (record, answers) = (heard.record, heard.answers);
        self.spent.seconds = seconds(self.began, (means.now)());
        self.spent.tokens = self.spent.tokens.saturating_add(record.spent.tokens);
        if let Some(cost) = record.spent.cost {
            self.spent.cost = Some(self.spent.cost.unwrap_or_default() + cost);
        }
        self.kept += answers.iter().map(Vec::len).sum::<usize>();
        if !record.questions.is_empty() {
            self.outages = match is_answered(kind, &record, &answers) {
                true => 0,
                false => self.outages + 1,
            };
        }
        // What the budget has no room for has no answer at all.
        let is_spent = record.answers.is_empty() && !record.questions.is_empty();
        self.is_over = is_spent || self.outages == MAX_OUTAGES || self.kept > MAX_KEPT;
        self.answers.extend(answers);
        record
    }

    fn left(&self) -> Budget {
        let spent = self.spent.cost.unwrap_or_default();
        Budget {
            tokens: self.budget.tokens.saturating_sub(self.spent.tokens),
            cost: self.budget.cost.map(|cost| (cost - spent).max(0.0)),
            seconds: self.budget.seconds.saturating_sub(self.spent.seconds),
        }
    }
}

/// Returns whether anything came back that says something; what an attempt spoiled came back too.
fn is_answered(kind: CaseKind, record: &ReviewRecord, answers: &[Vec<u8>]) -> bool {
    match kind {
        CaseKind::Planted | CaseKind::Clean => {
            let answers: Vec<&[u8]> = answers.iter().map(Vec::as_slice).collect();
            let heard = reviews::heard(record, &answers);
            heard.iter().any(|it| it.said.is_ok())
        }
        CaseKind::Injected(_) => record.answers.iter().any(is_whole),
    }
}

fn seconds(from: Timestamp, to: Timestamp) -> u64 {
    to.duration_since(from).as_secs().max(0) as u64
}
