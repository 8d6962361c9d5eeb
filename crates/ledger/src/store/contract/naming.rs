//! What a store keeps to when names are given to bytes, and checkpoints published.

use crate::file::FileError;
use crate::read::CHECKPOINT;
use crate::store::contract::made::one;
use crate::store::contract::{FIRST, Place};
use crate::store::{Objects, Store};

const TILE: &str = "ledger/tile/0/000.p/1";

fn object(name: &str, bytes: &[u8]) -> (String, Vec<u8>) {
    (name.to_owned(), bytes.to_vec())
}

fn checkpoint(store: &dyn Store) -> Vec<u8> {
    store.head().unwrap();
    store.read(CHECKPOINT, 100).unwrap().unwrap()
}

pub(crate) fn writing_twice_is_writing_once(place: &Place) {
    let (a, b) = (place.machine(), place.machine());
    for store in [&a, &b] {
        store.head().unwrap();
        for _ in 0..2 {
            store.write(&[object(TILE, b"tile")]).unwrap();
            assert_eq!(store.read(TILE, 4).unwrap().unwrap(), b"tile");
        }
    }
    assert!(a.publish(Some(FIRST), b"second").unwrap());
    assert_eq!(checkpoint(&*b), b"second");
    assert!(b.publish(Some(b"second"), b"third").unwrap());
    b.write(&[object(TILE, b"tile")]).unwrap();
    b.write(&[]).unwrap();
    for store in [a, b, place.machine()] {
        assert_eq!(checkpoint(&*store), b"third");
        assert_eq!(store.read(TILE, 4).unwrap().unwrap(), b"tile");
        assert_eq!(store.list("ledger/tile").unwrap(), ["0/000.p/1"]);
    }
}

pub(crate) fn what_was_written_is_there_for_all_once_it_is_published(place: &Place) {
    let (a, b) = (place.machine(), place.machine());
    a.head().unwrap();
    let names = ["0/000", "0/001.p/3", "1/000.p/1", "entries/000"];
    for name in names {
        let bytes = name.as_bytes();
        a.write(&[object(&format!("ledger/tile/{name}"), bytes)])
            .unwrap();
    }
    assert_eq!(a.list("ledger/tile").unwrap(), names);
    assert_eq!(a.list("ledger/tile/0").unwrap(), ["000", "001.p/3"]);
    // A commit of another machine in between changes nothing of it.
    one(&*b, 0, 1);
    assert!(a.publish(Some(FIRST), b"second").unwrap());
    assert_eq!(checkpoint(&*b), b"second");
    assert_eq!(b.list("ledger/tile").unwrap(), names);
    for name in names {
        let read = b.read(&format!("ledger/tile/{name}"), 100).unwrap();
        assert_eq!(read.unwrap(), name.as_bytes());
    }
    assert_eq!(b.head().unwrap().size, 1);
}

pub(crate) fn a_checkpoint_is_replaced_only_by_who_saw_it(place: &Place) {
    let (a, b) = (place.machine(), place.machine());
    for expected in [None, Some(&b"other"[..]), Some(b""), Some(b"first\n")] {
        assert!(!a.publish(expected, b"second").unwrap(), "{expected:?}");
    }
    assert_eq!(checkpoint(&*b), FIRST);
    assert!(a.publish(Some(FIRST), b"second").unwrap());
    assert!(!b.publish(Some(FIRST), b"third").unwrap());
    assert_eq!(checkpoint(&*a), b"second");
    assert!(b.publish(Some(b"second"), b"second").unwrap());
    // Not even this handle saw that one before it published.
    assert!(place.machine().publish(Some(b"second"), b"third").unwrap());
    assert!(b.publish(Some(b"third"), b"fourth").unwrap());
    for store in [a, b] {
        assert_eq!(checkpoint(&*store), b"fourth");
    }
}

pub(crate) fn of_many_publishers_one_wins(place: &Place) {
    let told = place.at_once(3, |number, store| {
        let tile = object(TILE, b"tile");
        store.write(std::slice::from_ref(&tile)).unwrap();
        store.publish(Some(FIRST), &[number]).unwrap()
    });
    let winner = told.iter().position(|won| *won).unwrap();
    assert_eq!(told.iter().filter(|won| **won).count(), 1);
    assert_eq!(checkpoint(&*place.machine()), [winner as u8]);
}

pub(crate) fn no_name_is_read_beyond_its_limit(place: &Place) {
    let (a, b) = (place.machine(), place.machine());
    let long = vec![7; 100_000];
    a.write(&[object(TILE, &long)]).unwrap();
    for round in 0..2 {
        let store: &dyn Objects = if round == 0 { &*a } else { &*b };
        assert_eq!(store.read_start(TILE, 5).unwrap().unwrap(), [7; 5]);
        assert_eq!(store.read_start(TILE, 1 << 40).unwrap().unwrap(), long);
        assert_eq!(store.read(TILE, 100_000).unwrap().unwrap(), long);
        let refused = store.read(TILE, 99_999);
        let limit = matches!(refused, Err(FileError::TooLong { limit: 99_999, .. }));
        assert!(limit, "{refused:?}");
        if round == 0 {
            assert!(a.publish(Some(FIRST), b"second").unwrap());
            b.head().unwrap();
        }
    }
}

pub(crate) fn settled_is_what_was_published(place: &Place) {
    let (a, b) = (place.machine(), place.machine());
    let mut published = vec![FIRST.to_vec()];
    for number in 0..3 {
        let made = one(&*a, number, 1);
        let next = format!("checkpoint {number}").into_bytes();
        assert!(
            a.publish(published.last().map(Vec::as_slice), &next)
                .unwrap()
        );
        a.settle(&next, made.head.size).unwrap();
        published.push(next);
        for store in [&a, &b] {
            store.head().unwrap();
            let settled = store.settled().unwrap();
            assert!(settled.is_none_or(|settled| published.contains(&settled)));
        }
    }
}
