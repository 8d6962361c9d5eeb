//! The floor of every verification: the leaves hashed to a root (RFC 6962), read from nowhere.

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use tlog::merkle::{self, Hash};

use crate::record;

/// The leaves of one pass, of which each thread hashes an equal part.
const LEAVES: u64 = 1 << 16;

/// Returns how many leaves so many threads hash in a second, the nodes above them included.
pub(crate) fn leaves_a_second(threads: usize, time: Duration) -> f64 {
    let start = Instant::now();
    let mut leaves = 0;
    while start.elapsed() < time {
        leaves += pass(threads);
    }
    leaves as f64 / start.elapsed().as_secs_f64()
}

fn pass(threads: usize) -> u64 {
    let part = LEAVES / threads as u64;
    let roots: Vec<Hash> = thread::scope(|scope| {
        let hash = |number: usize| scope.spawn(move || root(number, part));
        let threads: Vec<_> = (0..threads).map(hash).collect();
        let join = |thread: thread::ScopedJoinHandle<'_, Hash>| thread.join().expect("no panic");
        threads.into_iter().map(join).collect()
    });
    black_box(merkle::root(&roots));
    part * threads as u64
}

fn root(thread: usize, leaves: u64) -> Hash {
    let leaf = |number| merkle::leaf_hash(&record(thread, number));
    let leaves: Vec<Hash> = (0..leaves).map(leaf).collect();
    merkle::root(&leaves)
}
