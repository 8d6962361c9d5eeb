//! Group commit: many threads append at once, and what waits while one commit is written goes into the next.
//!
//! Those whom a commit answered are likely to come back at once. So the next commit waits for as many as there were, up
//! to half of what the last one took: otherwise two halves of the appenders take turns, each with a sync of its own.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle, Thread};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::Ledger;
use crate::append::{self, AppendError, Entropy, NewLeaf, Prepared, Receipt};
use crate::commit::{Commit, MAX_COMMIT_BYTES};
use crate::read::ReadError;
use crate::store::{Head, StoreError};

/// The records that go into one commit at most.
const MAX_BATCH: usize = 4096;

/// The bytes of sealed payloads that go into one commit, unless a single one is longer.
const BATCH_BYTES: u64 = MAX_COMMIT_BYTES / 64;

/// A ledger that many threads append to; what they append is published a little later.
#[derive(Debug)]
pub struct Group {
    shared: Arc<Shared>,
    publisher: Option<JoinHandle<()>>,
}

/// Why a record was not acknowledged; it may be in the log or not.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the commit that the record was put into failed")]
pub struct GroupError(#[source] Arc<AppendError>);

#[derive(Debug)]
struct Shared {
    ledger: Ledger,
    queue: Mutex<Queue>,
    ends: Mutex<bool>,
    wakes: Condvar,
    commits: AtomicU64,
    /// Why nothing is published any more.
    broken: Mutex<Option<GroupError>>,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: Vec<(Prepared, Arc<Waiter>)>,
    /// Whether a thread is writing a commit, which will see to whoever waits.
    is_led: bool,
    /// The end of the log as the last commit left it.
    head: Option<Head>,
    /// What the last commit taught about the next.
    rhythm: Rhythm,
    /// Who waits for company, until so many wait.
    gathering: Option<(usize, Thread)>,
}

/// How many records to expect at once, and how long waiting for them pays.
#[derive(Debug, Clone, Copy, Default)]
struct Rhythm {
    /// Those that the last commit answered, who are likely to come back, and those who came meanwhile.
    expected: usize,
    /// Half of what the last commit took: more would be lost by waiting than by another commit.
    patience: Duration,
}

/// A thread that waits until its record is durable, or until it is to write the next commit.
#[derive(Debug)]
struct Waiter {
    thread: Thread,
    leads: AtomicBool,
    answer: Mutex<Option<Result<Receipt, GroupError>>>,
}

impl Group {
    /// Returns a group on a ledger, which publishes what was committed every so often.
    pub fn new(ledger: Ledger, publish_every: Duration) -> Group {
        let shared = Arc::new(Shared {
            ledger,
            queue: Mutex::default(),
            ends: Mutex::new(false),
            wakes: Condvar::new(),
            commits: AtomicU64::new(0),
            broken: Mutex::new(None),
        });
        let of_publisher = shared.clone();
        let publisher = thread::spawn(move || of_publisher.publish_until_the_end(publish_every));
        Group {
            shared,
            publisher: Some(publisher),
        }
    }

    /// Returns the receipt of a record once it is durable.
    pub fn append(
        &self,
        record: NewLeaf,
        at: Timestamp,
        entropy: Entropy<'_>,
    ) -> Result<Receipt, GroupError> {
        if let Some(error) = locked(&self.shared.broken).clone() {
            return Err(error);
        }
        let prepared = append::prepare(0, record, at, entropy).map_err(GroupError::from)?;
        let waiter = Arc::new(Waiter {
            thread: thread::current(),
            leads: AtomicBool::new(false),
            answer: Mutex::new(None),
        });
        let mut queue = locked(&self.shared.queue);
        queue.waiting.push((prepared, waiter.clone()));
        let leads = !std::mem::replace(&mut queue.is_led, true);
        let is_complete = |gathering: &(usize, Thread)| gathering.0 <= queue.waiting.len();
        let gathered = queue.gathering.as_ref().is_some_and(is_complete);
        let gathered = gathered.then(|| queue.gathering.take()).flatten();
        drop(queue);
        if let Some((_, leader)) = gathered {
            leader.unpark();
        }
        waiter.leads.fetch_or(leads, Ordering::AcqRel);
        loop {
            if waiter.leads.swap(false, Ordering::AcqRel) {
                self.shared.lead();
            }
            if let Some(answer) = locked(&waiter.answer).take() {
                return answer;
            }
            thread::park();
        }
    }

    /// Returns how many commits were written, for whoever measures how well records share them.
    pub fn commits(&self) -> u64 {
        self.shared.commits.load(Ordering::Relaxed)
    }

    /// Returns the ledger, to be read.
    pub fn ledger(&self) -> &Ledger {
        &self.shared.ledger
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        *locked(&self.shared.ends) = true;
        self.shared.wakes.notify_all();
        if let Some(publisher) = self.publisher.take() {
            // What it could not publish, the next to open the ledger does.
            let _panicked = publisher.join();
        }
    }
}

impl Shared {
    /// Writes one commit of whatever waits, and makes the first of those who came meanwhile write the next.
    fn lead(&self) {
        let (batch, head) = {
            let mut queue = self.gathered();
            (take_batch(&mut queue.waiting), queue.head.take())
        };
        let (records, waiters): (Vec<Prepared>, Vec<Arc<Waiter>>) = batch.into_iter().unzip();
        let start = now();
        let committed = self.ledger.commit_behind(head, records);
        self.commits.fetch_add(1, Ordering::Relaxed);
        let mut queue = locked(&self.queue);
        queue.head = committed.as_ref().ok().map(|(_, head)| *head);
        queue.rhythm = Rhythm {
            expected: (waiters.len() + queue.waiting.len()).min(MAX_BATCH),
            patience: start.elapsed() / 2,
        };
        match queue.waiting.first() {
            Some((_, next)) => next.lead(),
            None => queue.is_led = false,
        }
        drop(queue);
        match committed {
            Ok((receipts, _)) => {
                let answers = receipts.into_iter().map(Ok);
                answers
                    .zip(waiters)
                    .for_each(|(answer, waiter)| waiter.answer(answer));
            }
            Err(error) => {
                let error = GroupError::from(error);
                waiters
                    .iter()
                    .for_each(|waiter| waiter.answer(Err(error.clone())));
            }
        }
    }

    /// Returns the queue once as many wait as are expected, or no more are worth waiting for.
    fn gathered(&self) -> MutexGuard<'_, Queue> {
        let mut queue = locked(&self.queue);
        let Rhythm { expected, patience } = queue.rhythm;
        let start = now();
        while queue.waiting.len() < expected
            && let Some(left) = patience.checked_sub(start.elapsed())
        {
            queue.gathering = Some((expected, thread::current()));
            drop(queue);
            thread::park_timeout(left);
            queue = locked(&self.queue);
        }
        queue.gathering = None;
        queue
    }

    /// The commits are durable, so what cannot be published now is published by a later attempt, unless the commits do
    /// not lead to what was signed: then nothing is acknowledged any more.
    fn note(&self, error: AppendError) {
        let is_final = match &error {
            AppendError::Read(error) => !matches!(error, ReadError::File(_)),
            AppendError::Store(error) => !matches!(error, StoreError::File(_)),
            AppendError::KeyReplaced { .. } => true,
            AppendError::File(_)
            | AppendError::PayloadTooLong { .. }
            | AppendError::Bundle(_)
            | AppendError::Sign(_)
            | AppendError::Grown { .. } => false,
        };
        if is_final {
            *locked(&self.broken) = Some(GroupError::from(error));
        }
    }

    fn publish_until_the_end(&self, every: Duration) {
        loop {
            let ends = locked(&self.ends);
            let waited = self.wakes.wait_timeout_while(ends, every, |ends| !*ends);
            let ends = *waited.unwrap_or_else(PoisonError::into_inner).0;
            if let Err(error) = self.ledger.publish() {
                self.note(error);
            }
            if ends {
                return;
            }
        }
    }
}

impl Waiter {
    fn lead(&self) {
        self.leads.store(true, Ordering::Release);
        self.thread.unpark();
    }

    fn answer(&self, answer: Result<Receipt, GroupError>) {
        *locked(&self.answer) = Some(answer);
        self.thread.unpark();
    }
}

impl From<AppendError> for GroupError {
    fn from(error: AppendError) -> GroupError {
        GroupError(Arc::new(error))
    }
}

/// Returns the records of the next commit, in the order in which they came.
fn take_batch<T>(waiting: &mut Vec<(Prepared, T)>) -> Vec<(Prepared, T)> {
    let mut bytes = 0;
    let fits = |(record, _): &(Prepared, T)| {
        bytes += Commit::encoded_bytes(std::slice::from_ref(&record.entry));
        bytes <= BATCH_BYTES
    };
    let count = waiting
        .iter()
        .take(MAX_BATCH)
        .take_while(fits_at_first(fits))
        .count();
    waiting.drain(..count).collect()
}

/// Lets the first one through, whatever the test says.
fn fits_at_first<T>(mut fits: impl FnMut(&T) -> bool) -> impl FnMut(&&T) -> bool {
    let mut is_first = true;
    move |item| {
        let fits = fits(item);
        std::mem::replace(&mut is_first, false) || fits
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long a commit takes decides only how long the next one gathers"
)]
fn now() -> Instant {
    Instant::now()
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nobody leaves a half-changed value: each is replaced whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
