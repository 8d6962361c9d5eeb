//! What every store keeps to, as one set of checks that runs against each of them.

use std::sync::{Arc, Barrier};

use tlog::key::KeyName;

use crate::read::CHECKPOINT;
use crate::seal::Key;
use crate::store::Store;
use crate::store::contract::made::{Made, all, one, shown};

mod appending;
mod made;
mod naming;

/// The checkpoint of a new store; no store looks into it but to count the leaves that it claims.
pub(crate) const FIRST: &[u8] = b"first";

/// A new store with the checkpoint [`FIRST`], to which any number of machines have handles.
pub(crate) struct Place {
    /// Returns the handle of a machine that was never there before.
    pub(crate) machine: Box<dyn Fn() -> Arc<dyn Store> + Send + Sync>,
}

/// Makes one test of each check, in a module of the name of the store.
macro_rules! contract {
    ($store:ident, $place:expr) => {
        mod $store {
            $crate::store::contract::contract!(@ $place,
                a_new_log_is_empty
                a_commit_is_read_back
                of_two_with_one_end_one_wins
                many_writers_lose_and_fork_nothing
                windows_show_the_commits_that_reach_into_them
                a_commit_that_is_too_long_is_refused
                destroyed_keys_are_gone_for_all
                a_handle_that_saw_keys_brings_none_back
                writing_twice_is_writing_once
                what_was_written_is_there_for_all_once_it_is_published
                a_checkpoint_is_replaced_only_by_who_saw_it
                of_many_publishers_one_wins
                no_name_is_read_beyond_its_limit
                settled_is_what_was_published
                a_new_machine_sees_all_of_it
            );
        }
    };
    (@ $place:expr, $($check:ident)*) => {
        $(#[test]
        fn $check() {
            $crate::store::contract::$check(&$place);
        })*
    };
}
pub(crate) use contract;

pub(crate) use appending::{
    a_commit_is_read_back, a_commit_that_is_too_long_is_refused,
    a_handle_that_saw_keys_brings_none_back, destroyed_keys_are_gone_for_all,
    many_writers_lose_and_fork_nothing, of_two_with_one_end_one_wins,
    windows_show_the_commits_that_reach_into_them,
};
pub(crate) use naming::{
    a_checkpoint_is_replaced_only_by_who_saw_it, no_name_is_read_beyond_its_limit,
    of_many_publishers_one_wins, settled_is_what_was_published,
    what_was_written_is_there_for_all_once_it_is_published, writing_twice_is_writing_once,
};

impl Place {
    pub(crate) fn machine(&self) -> Arc<dyn Store> {
        (self.machine)()
    }

    /// Runs something on so many machines at once, each with its own handle.
    fn at_once<T: Send>(&self, machines: u8, run: impl Fn(u8, &dyn Store) -> T + Sync) -> Vec<T> {
        let barrier = Barrier::new(usize::from(machines));
        std::thread::scope(|scope| {
            let start = |number| {
                let (barrier, run) = (&barrier, &run);
                scope.spawn(move || {
                    let store = self.machine();
                    barrier.wait();
                    run(number, &*store)
                })
            };
            let threads: Vec<_> = (0..machines).map(start).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        })
    }
}

/// The name of the log in every store that is tested.
pub(crate) fn origin() -> KeyName {
    KeyName::new("countersign.local/contract").unwrap()
}

pub(crate) fn a_new_log_is_empty(place: &Place) {
    let (a, b) = (place.machine(), place.machine());
    let head = a.head().unwrap();
    assert_eq!((head.size, b.head().unwrap()), (0, head));
    assert_eq!(all(&*a, 0, 0), vec![]);
    assert_eq!(a.read(CHECKPOINT, 100).unwrap().unwrap(), FIRST);
    assert_eq!(a.read("ledger/tile/0/000.p/1", 100).unwrap(), None);
    assert_eq!(a.list("ledger/tile").unwrap(), Vec::<String>::new());
}

pub(crate) fn a_new_machine_sees_all_of_it(place: &Place) {
    let made: Vec<Made> = (0..3)
        .map(|number| one(&*place.machine(), number, 2))
        .collect();
    let a = place.machine();
    a.head().unwrap();
    a.write(&[("ledger/tile/0/000.p/6".to_owned(), b"tile".to_vec())])
        .unwrap();
    assert!(a.publish(Some(FIRST), b"second").unwrap());
    a.destroy(&[3]).unwrap();
    let b = place.machine();
    let mut seen = made.iter().map(shown).collect::<Vec<_>>();
    seen[1].1[1] = Key::DESTROYED;
    assert_eq!(b.head().unwrap(), made[2].head);
    assert_eq!(all(&*b, 0, 6), seen);
    assert_eq!(b.read(CHECKPOINT, 100).unwrap().unwrap(), b"second");
    assert_eq!(b.list("ledger/tile").unwrap(), ["0/000.p/6"]);
}
