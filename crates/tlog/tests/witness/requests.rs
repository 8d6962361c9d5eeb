//! The body of `add-checkpoint`.

use tlog::merkle::{Hash, leaf_hash};
use tlog::witness::request::{MAX_REQUEST_BYTES, Request, RequestError};

use crate::request;

/// The example of C2SP tlog-witness, "add-checkpoint".
const EXAMPLE: &str = "\
old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

\u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
\u{2014} example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
";

fn parse(text: &str) -> Result<Request, RequestError> {
    Request::parse(text.as_bytes())
}

#[test]
fn the_example_of_the_specification_reads_and_writes_back() {
    let request = parse(EXAMPLE).unwrap();
    assert_eq!(request.old_size(), 20_852_014);
    assert_eq!(request.proof().len(), 4);
    assert_eq!(request.checkpoint().size(), 20_852_163);
    assert_eq!(request.note().signatures().len(), 2);
    assert_eq!(request.to_string(), EXAMPLE);
}

#[test]
fn a_request_without_a_proof_reads_and_writes_back() {
    let request = request(0, 3);
    assert!(
        request
            .to_string()
            .starts_with("old 0\n\nlog.example/ada\n3\n")
    );
    assert_eq!(parse(&request.to_string()), Ok(request));
}

#[test]
fn malformed_requests_are_refused_with_their_reason() {
    for line in [
        "old 01", "old", "old +1", "old -1", "old 1 ", "Old 1", "size 1", "",
    ] {
        let refused = parse(&EXAMPLE.replace("old 20852014", line));
        assert_eq!(refused, Err(RequestError::OldSize), "{line:?}");
    }
    assert_eq!(parse("old 1\n"), Err(RequestError::NoCheckpoint));
    let refused = parse(&EXAMPLE.replace("jrJZ", "jr JZ"));
    assert!(
        matches!(refused, Err(RequestError::ProofHash { position: 2, .. })),
        "{refused:?}"
    );
    let refused = parse("old 0\n\ntext\n\n");
    assert!(matches!(refused, Err(RequestError::Note(_))), "{refused:?}");
    let refused = parse(&EXAMPLE.replace("20852163", "many"));
    assert!(
        matches!(refused, Err(RequestError::Checkpoint(_))),
        "{refused:?}"
    );
    let refused = Request::parse(b"old 0\n\xff");
    assert_eq!(refused, Err(RequestError::Utf8 { offset: 6 }));
}

#[test]
fn limits_are_those_of_the_specification_or_above() {
    let with = |hashes: usize| {
        let lines = format!("{}\n", leaf_hash(b"")).repeat(hashes);
        request(0, 3)
            .to_string()
            .replace("old 0\n", &format!("old 0\n{lines}"))
    };
    assert_eq!(parse(&with(63)).unwrap().proof().len(), 63);
    assert_eq!(parse(&with(64)), Err(RequestError::TooManyHashes));
    let many = vec![Hash([0; 32]); 64];
    let refused = Request::new(0, many, request(0, 3).note().clone());
    assert_eq!(refused, Err(RequestError::TooManyHashes));
    let refused = parse(&"o".repeat(MAX_REQUEST_BYTES + 1));
    let bytes = MAX_REQUEST_BYTES + 1;
    assert_eq!(refused, Err(RequestError::TooLong { bytes }));
}
