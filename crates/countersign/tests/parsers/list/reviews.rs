//! What an AI reviewer answered, and the records of reviews.

use countersign::calibration::recorded;
use countersign::{reviews, sessions};
use gates::review::calibration::rates;
use model::calibration::{CalibrationRecord, Case, CaseKind, CaseRecord, Manner};
use model::check::Severity;
use model::digest::Digest;
use model::program::PrincipalId;
use model::review::{
    Answered, AskedQuestion, Budget, Covered, Ended, Finding, FoundBy, Parameters, ReadFile,
    ReviewRecord, Spent, VERSION,
};
use model::reviewer::Wire;
use model::session::SessionRecord;
use sources::review::answer::{self, Asked};
use sources::review::prompt::Marks;
use sources::scanners;
use testkit::llm::{Dialect, stream};

/// The findings that a model wrote down.
pub fn review_answer(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let marks = Marks::of("part");
    let asked = Asked {
        marks: &marks,
        paths: &["a.rs".to_owned()],
        covers: &covers(),
    };
    if let Ok(findings) = answer::read(&text, &asked) {
        assert!(findings.len() <= answer::MAX_FINDINGS);
        assert!(findings.iter().all(|finding| finding.by == FoundBy::Model));
    }
}

/// A record with its answers; it is read back as it was written.
pub fn review_record(bytes: &[u8]) {
    if let Some((record, answers)) = reviews::parse(bytes) {
        let owned: Vec<Vec<u8>> = answers.iter().map(|answer| answer.to_vec()).collect();
        let again = reviews::payload(&record, &owned);
        assert!(reviews::parse(&again).is_some_and(|(same, _)| same == record));
        let reviewed = reviews::reviewed((1, record.at), &record, &answers);
        assert_eq!(reviewed.patch_digest, record.patch_digest);
    }
}

/// The record of a calibration with its answers.
pub fn calibration_record(bytes: &[u8]) {
    if let Some((record, answers)) = recorded::parse(bytes) {
        let owned = answers.iter().flatten().map(|answer| answer.to_vec());
        let again = recorded::payload(&record, &owned.collect::<Vec<_>>());
        assert!(recorded::parse(&again).is_some_and(|(same, _)| same == record));
        let calibrated = recorded::calibrated((1, record.at), &record, &answers);
        let rates = rates(&calibrated.cases, Severity::High);
        assert_eq!(rates.cases, record.cases.len() as u64);
    }
}

/// The record of an AI coding session, as its tool wrote it and as the log holds it.
pub fn session(bytes: &[u8]) {
    if let Ok(session) = scanners::session::read(bytes) {
        assert!(session.commits.iter().all(|it| it.len() <= 64));
    }
    if let Some(record) = sessions::parse(bytes) {
        assert_eq!(sessions::parse(&sessions::payload(&record)), Some(record));
    }
}

pub(super) fn coding_sessions() -> Vec<Vec<u8>> {
    let commit = "5869b91e80fea5ac3d4502c728b118e85d65d825";
    let file = format!(
        r#"{{"chainloop.material.evidence.id":"CHAINLOOP_AI_CODING_SESSION","data":{{"schema_version":"v1","agent":{{"name":"pen"}},"session":{{"id":"s"}},"git_context":{{"commits":["{commit} Add","5869b91"]}},"model":{{"primary":"owl","provider":"birch","models_used":["owl"]}}}}}}"#
    );
    let record = SessionRecord {
        version: 1,
        repository: "shop".to_owned(),
        agent: "pen".to_owned(),
        session: "s".to_owned(),
        provider: Some("birch".to_owned()),
        models: vec!["owl".to_owned()],
        commits: vec![commit.parse().expect("an id")],
        file_sha256: Digest::of(b"file"),
        at: jiff::Timestamp::UNIX_EPOCH,
    };
    vec![file.into_bytes(), sessions::payload(&record)]
}

fn covers() -> Vec<Covered> {
    vec![Covered {
        file: 0,
        added: vec![(1, 9)],
        removed: vec![],
    }]
}

pub(super) fn answers() -> Vec<Vec<u8>> {
    let marks = Marks::of("part");
    let with = |findings: &str| {
        format!(
            r#"{{"first_mark":"{}","last_mark":"{}","findings":[{findings}]}}"#,
            marks.first, marks.last
        )
        .into_bytes()
    };
    let finding = r#"{"file":"a.rs","line":3,"severity":"high","category":"race","claim":"Twice.","why":"Money.","suggestion":""}"#;
    vec![with(""), with(finding)]
}

pub(super) fn records() -> Vec<Vec<u8>> {
    let (record, answer) = reviewed();
    vec![reviews::payload(&record, &[answer])]
}

pub(super) fn calibrations() -> Vec<Vec<u8>> {
    let (review, answer) = reviewed();
    let asked = &review.answers[0];
    let of = |kind, defect| CaseRecord {
        case: Case {
            id: "race".to_owned(),
            kind,
            canary: "race".to_owned(),
            severity: Severity::High,
            file: "a.rs".to_owned(),
            defect,
        },
        review: review.clone(),
    };
    let record = CalibrationRecord {
        version: VERSION,
        reviewer: review.reviewer.clone(),
        manner: Manner {
            address: asked.address.clone(),
            wire: asked.wire,
            model: asked.model.clone(),
            parameters: asked.parameters,
            prompt_sha256: review.prompt_sha256,
        },
        context_tokens: 32_000,
        corpus_sha256: Digest::of(b"corpus"),
        program_sha256: review.program_sha256,
        at: review.at,
        budget: review.budget,
        spent: review.spent,
        cases: vec![of(CaseKind::Planted, vec![3]), of(CaseKind::Clean, vec![])],
    };
    vec![recorded::payload(&record, &[answer.clone(), answer])]
}

fn reviewed() -> (ReviewRecord, Vec<u8>) {
    let said = String::from_utf8(answers().swap_remove(1)).expect("it is JSON");
    let answer = stream(Dialect::OpenAi, &said, None);
    let marks = Marks::of("part");
    let record = ReviewRecord {
        version: VERSION,
        repository: "shop".to_owned(),
        request: Some(7),
        merge_base: "a".repeat(40).parse().expect("it is an id"),
        head: "b".repeat(40).parse().expect("it is an id"),
        patch_digest: Digest::of(b"patch"),
        program_sha256: Digest::of(b"program"),
        configured: None,
        reviewer: PrincipalId::new("scout").expect("it is an id"),
        prompt_sha256: Digest::of(b"prompt"),
        at: jiff::Timestamp::UNIX_EPOCH,
        files: vec![ReadFile {
            path: "a.rs".to_owned(),
            added: 9,
            removed: 0,
            listed: None,
            unread: None,
            struck: 0,
        }],
        by_rule: vec![Finding {
            file: Some("a.rs".to_owned()),
            line: Some(3),
            severity: Severity::Low,
            category: "dependency".to_owned(),
            claim: "One more.".to_owned(),
            why: "Others wrote it.".to_owned(),
            suggestion: None,
            by: FoundBy::Rule,
            is_located: true,
        }],
        questions: vec![AskedQuestion {
            sha256: Digest::of(b"question"),
            bytes: 8,
            first_mark: marks.first,
            last_mark: marks.last,
            covers: covers(),
        }],
        answers: vec![Answered {
            question: 0,
            address: "https://api.example/v1/chat/completions".to_owned(),
            wire: Wire::OpenAi,
            model: "owl-4".to_owned(),
            parameters: Parameters {
                max_output_tokens: 4_096,
                temperature: None,
                seed: Some(7),
            },
            at: jiff::Timestamp::UNIX_EPOCH,
            took_ms: 12,
            status: Some(200),
            unreached: None,
            content_type: "text/event-stream".to_owned(),
            ended: Ended::Whole,
            sha256: Digest::of(&answer),
            bytes: answer.len(),
        }],
        budget: Budget {
            tokens: 1_000,
            cost: Some(0.5),
            seconds: 60,
        },
        spent: Spent::default(),
    };
    (record, answer)
}
