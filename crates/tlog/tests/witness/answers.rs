//! What a client believes of an answer.

use tlog::cosignature::key::{Algorithm, CosignerKey, CosigningKey};
use tlog::cosignature::{self, cosign};
use tlog::key::KeyName;
use tlog::note::Signature;
use tlog::witness::answer::{AcceptError, Answer, AnswerError, Cosignatures, accept};

use crate::{checkpoint, log, signed};

/// The example of C2SP tlog-witness, "add-checkpoint".
const EXAMPLE: &str = "\
\u{2014} witness.example/w1 CMp+6LWBU0anHGH5aNDTJkH/gj79sG+T6+iP2ThYN5krrDJbR1HDnucjL39QsZTSvVjyQLrdk3DXDqI5G2HgLatVs0pWh6Up69HVOw==
\u{2014} witness.example/w1 I7rEps0pvK2UqkS2gSpVUDhrhVtQV9lgF6pRrWAvjJHjyWpW7VcE3SiOlVlbQNt64vWhO+DlkL0+UfzuOBMh9ChdMkP1vi/lCAsmlw==
\u{2014} witness.example/w2 AWui8Sk55XjYLOijihBjhqEH6nS1ndDymE0a+6idX7pLcnoB+dhnz0854aLZgrrKbYKA7nC3HNJhm/kWl7oJlqU3rXXvpysAdyP3wQ==
";

fn witness(name: &str, seed: u8) -> CosigningKey {
    let name = KeyName::new(name).unwrap();
    CosigningKey::from_seed(name, Algorithm::Ed25519, &[seed; 32]).unwrap()
}

fn line(size: u64, time: u64, key: &CosigningKey) -> Signature {
    cosign(&signed(&checkpoint(size), &log(1)), time, key).unwrap()
}

fn known() -> Vec<CosignerKey> {
    vec![witness("bo", 2).cosigner(), witness("cy", 3).cosigner()]
}

#[test]
fn the_example_of_the_specification_reads_and_writes_back() {
    let answer = Answer::read(200, "text/plain", EXAMPLE.as_bytes()).unwrap();
    let Answer::Cosigned(lines) = answer else {
        panic!("{answer:?}");
    };
    assert_eq!(lines.lines().len(), 3);
    assert_eq!(lines.to_string(), EXAMPLE);
}

#[test]
fn lines_of_known_witnesses_move_to_the_checkpoint() {
    let note = signed(&checkpoint(3), &log(1));
    let lines = [
        line(3, 7, &witness("bo", 2)),
        line(3, 8, &witness("cy", 3)),
        line(3, 9, &witness("stranger", 4)),
    ];
    let answer = Cosignatures::new(lines.to_vec()).unwrap();
    let known = known();
    let accepted = accept(&note, &answer, &known).unwrap();
    assert_eq!(accepted.signatures()[1..], lines[..2]);
    assert_eq!(cosignature::verify(&accepted, &known).unwrap().len(), 2);
    // A line that is there already is not added again.
    assert_eq!(accept(&accepted, &answer, &known).unwrap(), accepted);
}

#[test]
fn a_false_line_or_none_of_a_known_witness_refuses_the_answer() {
    let note = signed(&checkpoint(3), &log(1));
    let good = line(3, 7, &witness("bo", 2));
    for lines in [
        vec![good, line(4, 7, &witness("cy", 3))],
        vec![line(3, 7, &witness("stranger", 4))],
    ] {
        let refused = accept(&note, &Cosignatures::new(lines).unwrap(), &known());
        assert!(
            matches!(refused, Err(AcceptError::Cosignature(_))),
            "{refused:?}"
        );
    }
}

#[test]
fn a_full_checkpoint_takes_no_further_line() {
    let answer = Cosignatures::new(vec![line(3, 7, &witness("bo", 2))]).unwrap();
    let mut note = signed(&checkpoint(3), &log(1));
    let filler = line(3, 7, &witness("stranger", 4));
    while let Ok(fuller) = note.clone().with_signature(filler.clone()) {
        note = fuller;
    }
    let refused = accept(&note, &answer, &known());
    assert!(matches!(refused, Err(AcceptError::Note(_))), "{refused:?}");
}

#[test]
fn a_size_is_read_where_the_type_says_so() {
    for content_type in ["text/x.tlog.size", "Text/X.tlog.size; charset=utf-8"] {
        let answer = Answer::read(409, content_type, b"20852163\n");
        assert_eq!(answer, Ok(Answer::Holds { size: 20_852_163 }));
    }
    for body in [
        &b"20852163"[..],
        b"020\n",
        b"-1\n",
        b"\n",
        b"1\n\n",
        b"\xff\n",
    ] {
        let refused = Answer::read(409, "text/x.tlog.size", body);
        assert_eq!(refused, Err(AnswerError::Size), "{body:?}");
    }
    let other = Answer::read(409, "text/plain", b"5\n").unwrap();
    assert!(
        matches!(other, Answer::Refused { status: 409, .. }),
        "{other:?}"
    );
}

#[test]
fn any_other_answer_is_a_refusal_and_not_believed() {
    let body = [" no such page ".as_bytes(), &[0xff; 1000]].concat();
    let answer = Answer::read(404, "text/html", &body).unwrap();
    let Answer::Refused { status, reason } = answer else {
        panic!("{answer:?}");
    };
    assert_eq!((status, reason.chars().count()), (404, 300));
    assert!(reason.starts_with("no such page "));
    for body in [&b""[..], b"\n", b"no line\n", EXAMPLE.trim_end().as_bytes()] {
        let refused = Answer::read(200, "text/plain", body);
        assert!(matches!(refused, Err(AnswerError::Lines(_))), "{refused:?}");
    }
    assert_eq!(Cosignatures::new(vec![]), None);
}
