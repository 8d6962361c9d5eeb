//! Group commit: whoever finds nobody at work commits all that is queued, and the rest wait.
//!
//! As in the ledger, a commit waits for those whom the last one answered, up to half of what that took.

use std::mem;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use crate::Append;

/// What takes many records at once; they are durable when it returns.
pub(crate) trait Commit: Send {
    fn commit(&mut self, records: &[Vec<u8>]);
}

/// A store of which each commit takes whatever came while the last one ran.
pub(crate) struct Group<C> {
    store: Mutex<C>,
    queue: Mutex<Queue>,
    commits: AtomicU64,
}

#[derive(Default)]
struct Queue {
    records: Vec<Vec<u8>>,
    waiting: Vec<Arc<Waiter>>,
    has_leader: bool,
    /// Those whom the last commit answered, and those who came meanwhile.
    expected: usize,
    patience: Duration,
    gathering: Option<Thread>,
}

struct Waiter {
    thread: Thread,
    told: AtomicU8,
}

const NOTHING: u8 = 0;
const LEAD: u8 = 1;
const DURABLE: u8 = 2;

impl<C: Commit> Group<C> {
    pub(crate) fn new(store: C) -> Group<C> {
        Group {
            store: Mutex::new(store),
            queue: Mutex::default(),
            commits: AtomicU64::new(0),
        }
    }

    /// Commits all that is queued, the leader's own record among it, and lets the next in the queue lead.
    fn lead(&self) {
        let (records, waiting) = {
            let mut queue = self.gathered();
            (mem::take(&mut queue.records), mem::take(&mut queue.waiting))
        };
        let start = Instant::now();
        self.store
            .lock()
            .expect("no panic under the lock")
            .commit(&records);
        self.commits.fetch_add(1, Ordering::Relaxed);
        let next = {
            let mut queue = self.queue.lock().expect("no panic under the lock");
            queue.expected = waiting.len() + queue.waiting.len();
            queue.patience = start.elapsed() / 2;
            let next = queue.waiting.first().cloned();
            queue.has_leader = next.is_some();
            next
        };
        // The next commit begins before those of this one are woken.
        if let Some(next) = next {
            next.tell(LEAD);
        }
        waiting.iter().for_each(|waiter| waiter.tell(DURABLE));
    }

    fn gathered(&self) -> MutexGuard<'_, Queue> {
        let lock = || self.queue.lock().expect("no panic under the lock");
        let (mut queue, start) = (lock(), Instant::now());
        while queue.waiting.len() < queue.expected
            && let Some(left) = queue.patience.checked_sub(start.elapsed())
        {
            queue.gathering = Some(thread::current());
            drop(queue);
            thread::park_timeout(left);
            queue = lock();
        }
        queue.gathering = None;
        queue
    }
}

impl<C: Commit> Append for Group<C> {
    fn append(&self, record: &[u8]) {
        let waiter = Arc::new(Waiter {
            thread: thread::current(),
            told: AtomicU8::new(NOTHING),
        });
        let leads = {
            let mut queue = self.queue.lock().expect("no panic under the lock");
            queue.records.push(record.to_vec());
            queue.waiting.push(Arc::clone(&waiter));
            if queue.waiting.len() >= queue.expected {
                queue.gathering.take().iter().for_each(Thread::unpark);
            }
            !mem::replace(&mut queue.has_leader, true)
        };
        if leads || waiter.wait() == LEAD {
            self.lead();
        }
    }

    fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }
}

impl Waiter {
    fn tell(&self, what: u8) {
        self.told.store(what, Ordering::Release);
        self.thread.unpark();
    }

    fn wait(&self) -> u8 {
        loop {
            match self.told.load(Ordering::Acquire) {
                NOTHING => thread::park(),
                told => return told,
            }
        }
    }
}
