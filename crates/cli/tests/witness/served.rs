//! The witness as a process: it ends when asked to, and when killed it forgets nothing that it answered.

use crate::company::{self, Served, checkpoint, request};
use crate::http::{add_checkpoint, exchange};
use tlog::cosignature;
use tlog::note::Note;
use tlog::witness::answer::{self, Answer};
use tlog::witness::checkpoint_path;

#[test]
fn it_cosigns_and_ends_when_asked_to() {
    let (runner, known) = company::witness();
    let mut server = Served::start(runner.home());
    let answered = add_checkpoint(server.address, &request(0, 5)).unwrap();
    let Answer::Cosigned(lines) = answered else {
        panic!("{answered:?}");
    };
    let cosigned = answer::accept(&checkpoint(5), &lines, &known).unwrap();
    let path = format!("GET /{}", checkpoint_path(company::ORIGIN));
    let (status, _, shown) = exchange(server.address, &path, b"").unwrap();
    assert_eq!((status, shown), (200, cosigned.to_string().into_bytes()));
    assert_eq!(server.terminate().code(), Some(0));
}

#[test]
fn killed_again_and_again_it_never_goes_back() {
    let (runner, known) = company::witness();
    let mut answered = 0;
    for _ in 0..6 {
        let mut server = Served::start(runner.home());
        let address = server.address;
        let held = holds(address);
        assert!(
            held >= answered,
            "{held} leaves after {answered} were answered"
        );
        let first = add_checkpoint(address, &request(held, held + 1)).unwrap();
        assert!(matches!(first, Answer::Cosigned(_)), "{first:?}");
        let client = std::thread::spawn(move || {
            let mut size = held + 1;
            while let Ok(Answer::Cosigned(_)) = add_checkpoint(address, &request(size, size + 1)) {
                size += 1;
            }
            size
        });
        // Somewhere within a request: this one returns while others of the client are under way.
        for _ in 0..3 {
            holds(address);
        }
        server.kill();
        answered = client.join().unwrap();
    }
    let server = Served::start(runner.home());
    let held = holds(server.address);
    assert!(held >= answered && answered >= 6, "{held}, {answered}");
    let again = add_checkpoint(server.address, &request(held, held)).unwrap();
    let Answer::Cosigned(lines) = again else {
        panic!("{again:?}");
    };
    let cosigned: Note = answer::accept(&checkpoint(held), &lines, &known).unwrap();
    assert_eq!(cosignature::verify(&cosigned, &known).unwrap().len(), 2);
}

/// Returns the leaves of the tree that the witness holds: it tells them to whoever proves from a size that none has.
fn holds(address: std::net::SocketAddr) -> u64 {
    let far = 1 << 40;
    let body = format!("old {far}\n\n{}", company::forked(far));
    match add_checkpoint(address, body.as_bytes()).unwrap() {
        Answer::Holds { size } => size,
        other => panic!("{other:?}"),
    }
}
