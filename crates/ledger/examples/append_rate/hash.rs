//! The floor of every verification: the leaves hashed to a root (RFC 6962), and what they commit to, read from nowhere.

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use model::digest::Digest;
use tlog::merkle::{self, Hash};

use crate::{RECORD_BYTES, record};

/// The leaves of one pass, of which each thread hashes an equal part.
pub(crate) const LEAVES: u64 = 1 << 16;

/// The bytes of a leaf as the ledger writes it.
const LEAF_BYTES: usize = 192;

/// The bytes of a salt, which stands before the payload.
const SALT_BYTES: usize = 32;

/// Returns how many leaves so many threads hash in a second, the nodes above them included, with or without the payloads
/// that they commit to.
pub(crate) fn leaves_a_second(threads: usize, time: Duration, with_payloads: bool) -> f64 {
    let start = Instant::now();
    let mut leaves = 0;
    while start.elapsed() < time {
        leaves += pass(threads, with_payloads);
    }
    leaves as f64 / start.elapsed().as_secs_f64()
}

fn pass(threads: usize, with_payloads: bool) -> u64 {
    let part = LEAVES / threads as u64;
    let roots: Vec<Hash> = thread::scope(|scope| {
        let hash = |number: usize| scope.spawn(move || root(number, part, with_payloads));
        let threads: Vec<_> = (0..threads).map(hash).collect();
        let join = |thread: thread::ScopedJoinHandle<'_, Hash>| thread.join().expect("no panic");
        threads.into_iter().map(join).collect()
    });
    black_box(merkle::root(&roots));
    part * threads as u64
}

fn root(thread: usize, leaves: u64, with_payloads: bool) -> Hash {
    let leaf = |number| {
        let record = record(thread, number);
        if with_payloads {
            black_box(Digest::of_parts([
                &[0; SALT_BYTES][..],
                &record[..RECORD_BYTES],
            ]));
        }
        merkle::leaf_hash(&record[..LEAF_BYTES])
    };
    let leaves: Vec<Hash> = (0..leaves).map(leaf).collect();
    merkle::root(&leaves)
}
