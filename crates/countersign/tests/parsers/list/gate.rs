//! What the merge gate records: a forge's answers, and what people stated; and the tickets in them.

use super::{owned, text};
use countersign::forge::record::{About, Kept, Question};
use countersign::statements;
use model::digest::Digest;
use model::program::PrincipalId;
use model::request::Readable;
use model::statement::{Answered, StatementKind, StatementRecord, VERSION};
use sources::github::closing;

const TICKET: &[u8] = b"## Description\nReceipts.\n## Risk class\n- [x] Low\n<!-- how\nis it taken back? -->\n**Rollback plan**\n```\n# no heading\n```\n";

/// The record of a forge's answers: what is read is written as it was.
pub fn forge_record(bytes: &[u8]) {
    if let Some(kept) = Kept::parse(bytes) {
        let again = Kept::parse(&kept.payload()).expect("what was written is read");
        assert_eq!(again, kept);
    }
}

/// What a person states, with the signature behind it.
pub fn statement(bytes: &[u8]) {
    if let Some((record, _, signature)) = statements::parse(bytes) {
        let payload = statements::payload(&statements::bytes(&record), signature);
        let again = statements::parse(&payload).expect("what was written is read");
        assert_eq!((again.0, again.2), (record, signature));
    }
}

/// The text of a ticket, and of a request that closes some.
pub fn ticket(bytes: &[u8]) {
    let closed = text(bytes);
    assert!(closing::closed(&closed).len() <= 100);
    let ticket = sources::said::ticket("", &closed);
    assert!(ticket.parts.len() + ticket.missing().len() == 5);
}

pub(super) fn forge_records() -> Vec<Vec<u8>> {
    let about = About::Request {
        number: 7,
        updated_at: None,
    };
    let mut kept = Kept::new(
        "github",
        "https://api.github.com",
        "ada/shop",
        "shop",
        about,
    );
    let asked = || (String::new(), jiff::Timestamp::UNIX_EPOCH);
    let needs = "Administration: read".to_owned();
    kept.add(Question::Protection, asked(), Readable::Known(None));
    kept.add(Question::DeployKeys, asked(), Readable::Withheld { needs });
    vec![kept.payload(), b"{}\n".to_vec()]
}

pub(super) fn statements_of_people() -> Vec<Vec<u8>> {
    let record = StatementRecord {
        version: VERSION,
        kind: StatementKind::SelfReview,
        repository: "shop".to_owned(),
        request: 7,
        patch_digest: Digest::of(b"patch"),
        principal: PrincipalId::new("ada").expect("a short name"),
        at: jiff::Timestamp::UNIX_EPOCH,
        after: None,
        answers: vec![Answered {
            asked: "it can be taken back".to_owned(),
            holds: true,
        }],
        findings: "reads well and is small".to_owned(),
        dispositions: Vec::new(),
    };
    vec![statements::payload(
        &statements::bytes(&record),
        b"-----BEGIN SSH SIGNATURE-----\n",
    )]
}

pub(super) fn tickets() -> Vec<Vec<u8>> {
    let closing = b"Fixes #5, closes: ada/shop#6\nresolves https://github.com/ada/shop/issues/7\n";
    owned(&[TICKET, b"#", b"```\n", closing])
}
