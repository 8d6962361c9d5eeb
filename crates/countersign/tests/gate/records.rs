//! The other records of the log: self-reviews that people sign, and reports of checks.

use crate::facts::{id, patch};
use crate::keys;
use crate::world::{Recorded, at};
use countersign::checks::{CheckRecord, ToolLog};
use countersign::statements;
use ledger::leaf::LeafKind;
use model::check::CheckKind;
use model::digest::Digest;
use model::program::PrincipalId;
use model::statement::{Answered, StatementKind, StatementRecord};

/// A self-review of request 7 by ada, signed with her key.
#[derive(Clone)]
pub(crate) struct SelfReview {
    pub(crate) record: StatementRecord,
    pub(crate) key: &'static str,
    pub(crate) namespace: &'static str,
}

impl SelfReview {
    pub(crate) fn by(principal: &'static str) -> SelfReview {
        SelfReview {
            record: StatementRecord {
                version: 1,
                kind: StatementKind::SelfReview,
                repository: "shop".to_owned(),
                request: 7,
                patch_digest: patch("receipts"),
                principal: PrincipalId::new(principal).unwrap(),
                at: at(0.0),
                after: None,
                answers: vec![Answered {
                    asked: "every input is checked".to_owned(),
                    holds: true,
                }],
                findings: "nothing".to_owned(),
                dispositions: Vec::new(),
            },
            key: principal,
            namespace: "countersign",
        }
    }

    /// On another difference.
    pub(crate) fn of(mut self, name: &str) -> SelfReview {
        self.record.patch_digest = patch(name);
        self
    }

    /// A point of the checklist does not hold.
    pub(crate) fn denied(mut self) -> SelfReview {
        self.record.answers[0].holds = false;
        self
    }
}

impl Recorded for SelfReview {
    fn leaf(&self, _: f64) -> (LeafKind, Vec<u8>) {
        let signed = statements::bytes(&self.record);
        let signature = keys::of(self.key).sign(self.namespace, &signed);
        let payload = statements::payload(&signed, signature.as_bytes());
        (LeafKind::Statement, payload)
    }
}

/// A report of a check on the content of request 7.
#[derive(Clone)]
pub(crate) struct Report {
    pub(crate) kind: CheckKind,
    pub(crate) tree: char,
    pub(crate) file: String,
    pub(crate) log: Option<&'static str>,
}

impl Report {
    pub(crate) fn tests(failures: u32) -> Report {
        let failed = "<testcase name='b'><failure/></testcase>".repeat(failures as usize);
        Report {
            kind: CheckKind::UnitTests,
            tree: 'e',
            file: format!(
                "<testsuite name='s' tests='{}' failures='{failures}' errors='0'><testcase name='a'/>{failed}</testsuite>",
                failures + 1
            ),
            log: None,
        }
    }

    pub(crate) fn coverage(hits: u32) -> Report {
        Report {
            kind: CheckKind::Coverage,
            tree: 'e',
            file: format!("TN:\nSF:a.c\nDA:1,{hits}\nend_of_record\n"),
            log: None,
        }
    }

    /// A scan without a finding, or with one of this level.
    pub(crate) fn sast(level: Option<&str>) -> Report {
        let result = level
            .map(|level| format!(r#"{{"ruleId":"r","level":"{level}","message":{{"text":"m"}}}}"#));
        Report {
            kind: CheckKind::Sast,
            tree: 'e',
            file: format!(
                r#"{{"version":"2.1.0","runs":[{{"tool":{{"driver":{{"name":"CodeQL"}}}},"invocations":[{{"executionSuccessful":true}}],"results":[{}]}}]}}"#,
                result.unwrap_or_default()
            ),
            log: None,
        }
    }

    /// A scan of gitleaks that read something and found nothing.
    pub(crate) fn secrets() -> Report {
        Report {
            kind: CheckKind::SecretScan,
            tree: 'e',
            file: r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"gitleaks","rules":[{"id":"key"}]}},"results":[]}]}"#
                .to_owned(),
            log: Some("9:41AM INF scanned ~1234 bytes (1.23 KB) in 12ms\n9:41AM INF no leaks found\n"),
        }
    }
}

impl Recorded for Report {
    fn leaf(&self, _: f64) -> (LeafKind, Vec<u8>) {
        let record = CheckRecord {
            version: 1,
            kind: Some(self.kind),
            name: "report".to_owned(),
            commit: id('b'),
            tree: id(self.tree),
            supersedes: None,
            report_sha256: Digest::of(self.file.as_bytes()),
            tool_log: self.log.map(|log| ToolLog {
                sha256: Digest::of(log.as_bytes()),
                bytes: log.len(),
            }),
        };
        let mut payload = serde_json::to_vec(&record).unwrap();
        payload.push(b'\n');
        payload.extend(self.file.as_bytes());
        payload.extend(self.log.unwrap_or_default().as_bytes());
        (LeafKind::Check, payload)
    }
}

/// Bytes as they are.
pub(crate) struct Bytes(pub(crate) LeafKind, pub(crate) Vec<u8>);

impl Recorded for Bytes {
    fn leaf(&self, _: f64) -> (LeafKind, Vec<u8>) {
        (self.0, self.1.clone())
    }
}
