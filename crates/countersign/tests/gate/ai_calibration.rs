//! CR-7 where the program asks that its AI reviewer is calibrated, from the bytes of reviews and calibrations.

use crate::ai_review::{Review, company, completion, review_of};
use crate::records::Bytes;
use crate::world::{Recorded, World, at};
use crate::{FAIL, PASS, UNKNOWN};
use countersign::calibration::recorded;
use ledger::leaf::LeafKind;
use model::calibration::{Asks, CalibrationRecord, Case, CaseKind, CaseRecord, Manner};
use model::check::Severity;
use model::digest::Digest;
use model::review::Answered;
use serde_json::json;

/// A calibration of scout, by a corpus of its own.
#[derive(Clone)]
struct Calibration {
    record: CalibrationRecord,
    answers: Vec<Vec<u8>>,
}

/// Returns an answer that finds something grave at line 1, or nothing.
fn answer(is_found: bool) -> Vec<u8> {
    let finding = json!({
        "file": "docs/a.md", "line": 1, "severity": "high", "category": "defect", "claim": "It is wrong.",
        "why": "It breaks.", "suggestion": "Mend it.",
    });
    let findings = if is_found { vec![finding] } else { vec![] };
    completion(&json!({"first_mark": "m1", "last_mark": "m2", "findings": findings}).to_string())
}

impl Calibration {
    /// That found each defect below `finds`, and accused each clean change below `accuses`.
    fn of(finds: usize, accuses: usize) -> Calibration {
        let mut answers = Vec::new();
        let mut cases = Vec::new();
        for place in 0..65 {
            for (kind, is_found) in [
                (CaseKind::Planted, place < finds),
                (CaseKind::Clean, place < accuses),
                (CaseKind::Injected(Asks::Approve), place < finds),
            ] {
                let bytes = answer(is_found);
                let mut review = review_of(&bytes);
                review.request = None;
                let case = Case {
                    id: format!("case-{place}"),
                    kind,
                    canary: format!("case-{place}"),
                    severity: Severity::High,
                    file: "docs/a.md".to_owned(),
                    defect: vec![1],
                };
                answers.push(bytes);
                cases.push(CaseRecord { case, review });
            }
        }
        let first = &cases[0].review;
        let asked = &first.answers[0];
        let record = CalibrationRecord {
            version: 1,
            reviewer: first.reviewer.clone(),
            manner: Manner {
                address: asked.address.clone(),
                wire: asked.wire,
                model: asked.model.clone(),
                parameters: asked.parameters,
                prompt_sha256: first.prompt_sha256,
            },
            context_tokens: 32_000,
            corpus_sha256: Digest::of(b"corpus"),
            program_sha256: first.program_sha256,
            at: at(0.0),
            budget: first.budget,
            spent: first.spent,
            cases,
        };
        Calibration { record, answers }
    }

    fn good() -> Calibration {
        Calibration::of(60, 2)
    }

    /// As whoever holds the key of the log writes it: with other answers about the first defects, and their digests.
    fn answering(mut self, defects: usize, bytes: &[u8]) -> Calibration {
        let both = self.record.cases.iter_mut().zip(&mut self.answers);
        let planted = both.filter(|(it, _)| it.case.kind == CaseKind::Planted);
        for (case, answer) in planted.take(defects) {
            case.review.answers[0].bytes = bytes.len();
            case.review.answers[0].sha256 = Digest::of(bytes);
            *answer = bytes.to_vec();
        }
        self
    }

    /// With what was asked in each case altered.
    fn asked(mut self, edit: impl Fn(&mut Answered)) -> Calibration {
        for case in &mut self.record.cases {
            case.review.answers.iter_mut().for_each(&edit);
        }
        self
    }

    fn edited(mut self, edit: impl FnOnce(&mut CalibrationRecord)) -> Calibration {
        edit(&mut self.record);
        self
    }
}

impl Recorded for Calibration {
    fn leaf(&self, _: f64) -> (LeafKind, Vec<u8>) {
        let payload = recorded::payload(&self.record, &self.answers);
        (LeafKind::Calibration, payload)
    }
}

const BAR: &str = "{parameters: {minimum_detection: 60, calibrated_within: 30}}";

fn with(calibration: &impl Recorded) -> World {
    company(BAR)
        .with(0.5, calibration)
        .with(1.0, &crate::bodies::Request::open())
        .with(2.0, &Review::clean())
}

#[track_caller]
fn check(world: World, expected: model::outcome::Outcome, words: &str) {
    crate::ai_review::check(world, expected, words);
}

#[test]
fn a_review_counts_where_its_reviewer_passes_the_bar() {
    check(with(&Calibration::good()), PASS, ", calibrated in leaf 0");
    let nothing = "is refused: by the calibration in leaf 0, it finds 0 of 65 (0.0 to 5.6 %)";
    check(with(&Calibration::of(0, 0)), FAIL, nothing);
    let everything = "it accuses 65 of 65 (94.4 to 100.0 %) of the clean changes";
    check(with(&Calibration::of(65, 65)), FAIL, everything);
    // The program states its own share: 45 of 65 are enough where half is asked for.
    check(with(&Calibration::of(45, 0)), FAIL, "and 60 % is asked for");
    let half = company("{parameters: {calibration: asked}}").with(0.5, &Calibration::of(45, 0));
    let half = half
        .with(1.0, &crate::bodies::Request::open())
        .with(2.0, &Review::clean());
    check(half, PASS, "scout found nothing");
}

#[test]
fn without_a_calibration_of_the_same_reviewer_nobody_can_tell() {
    let none = company(BAR)
        .with(1.0, &crate::bodies::Request::open())
        .with(2.0, &Review::clean());
    check(
        none.clone(),
        UNKNOWN,
        "run `countersign review calibrate --by scout`",
    );
    check(
        none.with(3.0, &Calibration::good()),
        UNKNOWN,
        "was not calibrated",
    );
    let broken = Bytes(LeafKind::Calibration, b"{}\n".to_vec());
    check(
        with(&broken),
        UNKNOWN,
        "does not count: the log holds a calibration in leaf 0 that cannot be read",
    );
    let mut altered = Calibration::good();
    altered.answers[0].push(b' ');
    check(with(&altered), UNKNOWN, "cannot be read");
    let other = Calibration::good().edited(|it| it.manner.model = "owl-5".to_owned());
    check(with(&other), UNKNOWN, "cannot be read");
    let other = other.asked(|it| it.model = "owl-5".to_owned());
    check(
        with(&other),
        UNKNOWN,
        "owl-4 was not calibrated as it is asked now",
    );
    let warm = Calibration::good().edited(|it| it.manner.parameters.temperature = Some(1.0));
    let warm = warm.asked(|it| it.parameters.temperature = Some(1.0));
    check(with(&warm), UNKNOWN, "was not calibrated");
    let late = Calibration::good().asked(|it| it.status = Some(503));
    check(
        with(&late),
        UNKNOWN,
        "the calibration in leaf 0 is unavailable: 195 of 195 cases were asked",
    );
    // Its corpus is that of this program only where it has its cases.
    let corpus = countersign::calibration::corpus::corpus().digest;
    let claimed = Calibration::good().edited(|it| it.corpus_sha256 = corpus);
    check(with(&claimed), UNKNOWN, "cannot be read");
}

#[test]
fn the_rates_are_those_of_the_answers() {
    let worse = Calibration::good().answering(40, &answer(false));
    check(
        with(&worse),
        FAIL,
        "it finds 20 of 65 (20.9 to 42.8 %) of the defects, and 60 % is asked for",
    );
    // What is no answer in the form counts against whoever gave it.
    let polite = Calibration::good().answering(40, &completion("Looks good to me!"));
    check(with(&polite), FAIL, "it finds 20 of 65");
    // A pass that somebody typed is none: the change that landed is decided on the answers.
    let typed = with(&worse).with(9.0, &crate::bodies::Request::open());
    let typed = typed.gated(9.5, |record| {
        record.outcome = PASS;
        for decision in record.rules.values_mut() {
            decision.outcome = PASS;
        }
    });
    let typed = typed.with(31.0, &crate::bodies::Request::open().merged());
    typed.landed(&crate::facts::landed(), "CR-7", FAIL, "it finds 20 of 65");
}

#[test]
fn a_calibration_grows_old() {
    // What cannot be read is forgotten as what can.
    let broken = Bytes(LeafKind::Calibration, b"{}\n".to_vec());
    let mended = company(BAR).with(-24.0 * 31.0, &broken);
    let mended = mended.with(0.5, &Calibration::good());
    let mended = mended
        .with(1.0, &crate::bodies::Request::open())
        .with(2.0, &Review::clean());
    check(mended, PASS, "calibrated in leaf 1");
    let old = company(BAR).with(-24.0 * 31.0, &Calibration::good());
    let old = old
        .with(1.0, &crate::bodies::Request::open())
        .with(2.0, &Review::clean());
    check(
        old,
        UNKNOWN,
        "the calibration in leaf 0 is older than 30 days",
    );
}

#[test]
fn who_stands_in_needs_no_calibration_of_the_one_that_gave_no_review() {
    let unavailable = Review::clean().edited(|it| it.answers[0].status = Some(500));
    let asks = |calibration: &Calibration| {
        company(BAR)
            .but(
                "context_tokens: 32000",
                "context_tokens: 32000, fallback: [outsider]",
            )
            .with(0.5, calibration)
            .with(1.0, &crate::bodies::Request::open())
            .with(2.0, &unavailable)
    };
    let approved = crate::bodies::Request::open().approved("noorh");
    let bad = asks(&Calibration::of(0, 0));
    let stands_in = bad.clone().with(9.0, &approved);
    let words = "the outsider noor approved the final head in its place";
    stands_in.open(9.0, "CR-7", PASS, words);
    let nobody = bad.with(3.0, &Review::clean());
    check(nobody, FAIL, "leaf 3: the review by scout is refused");
    // What ran decides, whatever did not run after it.
    let late = asks(&Calibration::good()).with(1.5, &Review::clean());
    check(late, PASS, "calibrated in leaf 0");
}
