//! What a store keeps to when commits are appended, and their keys destroyed.

use std::collections::BTreeSet;

use crate::commit::{Commit, MAX_COMMIT_BYTES, NewEntry};
use crate::seal::{Key, Sealed};
use crate::store::StoreError;
use crate::store::contract::Place;
use crate::store::contract::made::{Made, all, make, one, shown};

pub(crate) fn a_commit_is_read_back(place: &Place) {
    let (a, b) = (place.machine(), place.machine());
    let before = b.head().unwrap();
    let made = one(&*a, 0, 2);
    let mut encoded = Vec::new();
    made.commit.encode(&mut encoded);
    assert_eq!(made.head, before.after(&made.commit, &encoded));
    for store in [a, b] {
        assert_eq!(store.head().unwrap(), made.head);
        assert_eq!(all(&*store, 0, 2), [shown(&made)]);
    }
}

pub(crate) fn of_two_with_one_end_one_wins(place: &Place) {
    let (a, b) = (place.machine(), place.machine());
    let end = a.head().unwrap();
    assert_eq!(b.head().unwrap(), end);
    let (first, keys) = make(0, 0, 1);
    let head = a.commit(&end, &first, &keys).unwrap().unwrap();
    let (second, others) = make(0, 1, 3);
    for store in [&b, &a] {
        assert_eq!(store.commit(&end, &second, &others).unwrap(), None);
        assert_eq!(store.head().unwrap(), head);
        assert_eq!(all(&**store, 0, 1), [(first.clone(), keys.clone())]);
    }
    let ends = place.at_once(2, |number, store| {
        let (commit, keys) = make(1, 2 + number, 1);
        store.commit(&head, &commit, &keys).unwrap()
    });
    let won: Vec<_> = ends.into_iter().flatten().collect();
    assert_eq!(won, [b.head().unwrap()]);
}

pub(crate) fn many_writers_lose_and_fork_nothing(place: &Place) {
    let made = place.at_once(4, |number, store| {
        let commits = 0..4;
        commits
            .map(|commit| one(store, number * 4 + commit, 1 + commit % 2))
            .collect::<Vec<Made>>()
    });
    let mut made: Vec<Made> = made.into_iter().flatten().collect();
    made.sort_by_key(|made| made.commit.base);
    let store = place.machine();
    let end = store.head().unwrap();
    assert_eq!((end.size, end), (24, made[made.len() - 1].head));
    let committed: Vec<_> = made.iter().map(shown).collect();
    assert_eq!(all(&*store, 0, end.size), committed);
    let bases: BTreeSet<u64> = made.iter().map(|made| made.commit.base).collect();
    assert_eq!(bases.len(), 16, "no two commits begin at one leaf");
}

pub(crate) fn windows_show_the_commits_that_reach_into_them(place: &Place) {
    let store = place.machine();
    let made: Vec<Made> = (0..4)
        .map(|number| one(&*store, number, [1, 3, 2, 1][usize::from(number)]))
        .collect();
    for end in made.iter().map(|made| made.head.size) {
        for from in 0..=end {
            let reaches = |made: &&Made| made.commit.base < end && made.commit.end() > from;
            let expected: Vec<_> = made.iter().filter(reaches).map(shown).collect();
            let expected = if from == end { vec![] } else { expected };
            assert_eq!(all(&*store, from, end), expected, "from {from} to {end}");
        }
    }
    let beyond = store.commits(0, 8, &mut |_, _| Ok(()));
    assert!(
        matches!(beyond, Err(StoreError::Shorter { .. })),
        "{beyond:?}"
    );
    let stopped = store.commits(0, 7, &mut |_, _| Err(StoreError::TooLong { bytes: 1 }));
    assert!(matches!(stopped, Err(StoreError::TooLong { bytes: 1 })));
}

pub(crate) fn a_commit_that_is_too_long_is_refused(place: &Place) {
    let store = place.machine();
    let end = store.head().unwrap();
    // Nothing looks at these bytes, so that they take no memory.
    let entry = || NewEntry {
        leaf: Vec::new(),
        sealed: Sealed {
            key_check: [0; 4],
            bytes: vec![0; (MAX_COMMIT_BYTES / 4) as usize],
        },
    };
    let commit = Commit {
        base: 0,
        leaves: (0..4).map(|_| entry()).collect(),
    };
    let refused = store.commit(&end, &commit, &[Key::DESTROYED; 4]);
    assert!(
        matches!(refused, Err(StoreError::TooLong { .. })),
        "{refused:?}"
    );
    assert_eq!(place.machine().head().unwrap(), end);
}

pub(crate) fn destroyed_keys_are_gone_for_all(place: &Place) {
    let (a, b) = (place.machine(), place.machine());
    let made: Vec<Made> = (0..3).map(|number| one(&*a, number, 2)).collect();
    b.head().unwrap();
    let mut seen: Vec<_> = made.iter().map(shown).collect();
    assert_eq!(all(&*b, 0, 6), seen);
    for leaves in [&[1, 2][..], &[2], &[0, 3, 1], &[]] {
        b.destroy(leaves).unwrap();
        for leaf in leaves {
            seen[*leaf as usize / 2].1[*leaf as usize % 2] = Key::DESTROYED;
        }
        for store in [&a, &b] {
            assert_eq!(store.head().unwrap(), made[2].head);
            assert_eq!(all(&**store, 0, 6), seen, "after {leaves:?}");
        }
    }
    assert!(b.destroy(&[6]).is_err(), "there is no such leaf");
}

pub(crate) fn a_handle_that_saw_keys_brings_none_back(place: &Place) {
    let (a, b) = (place.machine(), place.machine());
    let first = one(&*a, 0, 2);
    b.head().unwrap();
    assert_eq!(all(&*b, 0, 2), [shown(&first)]);
    a.destroy(&[0]).unwrap();
    one(&*b, 1, 1);
    let record = one(&*b, 2, 1);
    b.destroy(&[2]).unwrap();
    for store in [a, b, place.machine()] {
        store.head().unwrap();
        let keys: Vec<Vec<Key>> = all(&*store, 0, 4)
            .into_iter()
            .map(|shown| shown.1)
            .collect();
        assert_eq!(
            keys,
            [
                vec![Key::DESTROYED, first.keys[1]],
                vec![Key::DESTROYED],
                record.keys.clone()
            ]
        );
        assert_eq!(store.head().unwrap(), record.head);
    }
}
