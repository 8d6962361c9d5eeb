//! Machines that die, services that fail, answers that are lost, and many who write at once.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Barrier};

use tempfile::TempDir;

use crate::Ledger;
use crate::store::object::fake::{FakeBucket, Fault};
use crate::store::object::tests::{append, audited, open_on, payloads_of, try_append};

/// Returns a bucket with a log of three leaves, and the folder of a machine that has its key.
fn begun() -> (TempDir, FakeBucket) {
    let (folder, bucket) = (TempDir::new().unwrap(), FakeBucket::default());
    let mut ledger = open_on(&folder, bucket.bucket(), 0).unwrap();
    append(&mut ledger, &["first", "second"]);
    append(&mut ledger, &["third"]);
    (folder, bucket)
}

#[test]
fn a_machine_that_dies_at_any_request_leaves_a_whole_log() {
    let mut request = 0;
    loop {
        let (folder, bucket) = begun();
        let dead = move |number, _: &str| match number >= request {
            true => Fault::Before,
            false => Fault::None,
        };
        let opened = open_on(&folder, bucket.bucket_with(1, Box::new(dead)), 1);
        let appended =
            opened.map(|mut ledger| try_append(&mut ledger, &["fourth", "fifth"]).is_ok());
        let is_promised = appended.unwrap_or(false);
        let found = audited(&folder, &bucket);
        assert_eq!(
            found[..3],
            ["first", "second", "third"],
            "request {request}"
        );
        assert!(
            found.len() == 5 || found.len() == 3 && !is_promised,
            "request {request}: {found:?}"
        );
        let mut next = open_on(&folder, bucket.bucket(), 2).unwrap();
        append(&mut next, &["sixth"]);
        assert_eq!(payloads_of(&next).last().unwrap(), "sixth");
        if is_promised {
            break;
        }
        request += 1;
    }
    assert!(request > 10, "{request} requests were cut");
}

#[test]
fn a_machine_that_creates_a_log_may_die_at_any_request() {
    let mut request = 0;
    loop {
        let (folder, bucket) = (TempDir::new().unwrap(), FakeBucket::default());
        let dead = move |number, _: &str| match number >= request {
            true => Fault::Before,
            false => Fault::None,
        };
        let opened = open_on(&folder, bucket.bucket_with(1, Box::new(dead)), 1);
        let is_open = opened.is_ok();
        let mut next = open_on(&folder, bucket.bucket(), 2).unwrap();
        append(&mut next, &["first"]);
        assert_eq!(payloads_of(&next), ["first"]);
        if is_open {
            return;
        }
        request += 1;
    }
}

#[test]
fn one_request_that_stumbles_is_not_noticed() {
    for fault in [Fault::Before, Fault::After, Fault::Lost, Fault::Conflict] {
        let mut request = 0;
        loop {
            let (folder, bucket) = begun();
            let plan = move |number, _: &str| match number == request {
                true => fault,
                false => Fault::None,
            };
            let count = Arc::new(AtomicU64::new(0));
            let counted = count.clone();
            let plan = move |number, what: &str| {
                counted.store(number, Ordering::Relaxed);
                plan(number, what)
            };
            let mut ledger = open_on(&folder, bucket.bucket_with(4, Box::new(plan)), 1).unwrap();
            append(&mut ledger, &["fourth", "fifth"]);
            let expected = ["first", "second", "third", "fourth", "fifth"];
            assert_eq!(
                payloads_of(&ledger),
                expected,
                "{fault:?} of request {request}"
            );
            assert_eq!(ledger.disturbances(), vec![]);
            if count.load(Ordering::Relaxed) < request {
                break;
            }
            request += 1;
        }
    }
}

#[test]
fn an_answer_that_is_lost_is_read_back() {
    for fault in [Fault::After, Fault::Lost] {
        for what in [
            "PUT https://bucket.example/logs/some/prefix/state",
            "/records/",
            "/keys/",
            "/checkpoint",
            "/tile/",
        ] {
            let (folder, bucket) = begun();
            let plan = move |_, request: &str| match request.starts_with("PUT")
                && request.contains(what)
            {
                true => fault,
                false => Fault::None,
            };
            // Nothing is repeated by itself, and no put is ever answered.
            let mut ledger = open_on(&folder, bucket.bucket_with(1, Box::new(plan)), 1).unwrap();
            append(&mut ledger, &["fourth"]);
            assert_eq!(audited(&folder, &bucket).len(), 4, "{fault:?} {what}");
        }
    }
}

/// Numbers that look random and are the same in every run.
fn shuffled(mut state: u64) -> impl FnMut() -> u64 + Send {
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    }
}

/// Lets so many machines append at once, on lines where one in so many requests fails, and checks that all that was
/// promised is there once and nothing forked.
fn race(machines: u8, appends: u8, failing: u64) {
    let (folder, bucket) = begun();
    let barrier = Barrier::new(usize::from(machines));
    let promised: Vec<String> = std::thread::scope(|scope| {
        let machine = |number: u8| {
            let (folder, bucket, barrier) = (&folder, &bucket, &barrier);
            scope.spawn(move || {
                let mut next = shuffled((u64::from(number) + 1) * 88_172_645_463_325_252);
                let is_open = Arc::new(AtomicBool::new(false));
                let fails = is_open.clone();
                let plan = move |_, _: &str| match next() % failing {
                    _ if !fails.load(Ordering::Relaxed) => Fault::None,
                    0 => Fault::Before,
                    1 => Fault::After,
                    2 => Fault::Lost,
                    3 => Fault::Conflict,
                    _ => Fault::None,
                };
                let bucket = bucket.bucket_with(5, Box::new(plan));
                let mut ledger: Ledger = open_on(folder, bucket, number + 1).unwrap();
                is_open.store(true, Ordering::Relaxed);
                barrier.wait();
                let text = |count| format!("{count} of machine {number}");
                let payloads = (0..appends).map(text);
                let done = |payload: &String| try_append(&mut ledger, &[payload]).is_ok();
                payloads.filter(done).collect::<Vec<_>>()
            })
        };
        let machines: Vec<_> = (0..machines).map(machine).collect();
        machines
            .into_iter()
            .flat_map(|machine| machine.join().unwrap())
            .collect()
    });
    let found = audited(&folder, &bucket);
    for payload in &promised {
        let times = found.iter().filter(|found| *found == payload).count();
        assert_eq!(times, 1, "{payload}");
    }
    assert!(promised.len() >= usize::from(machines) * usize::from(appends) / 2);
}

#[test]
fn two_machines_never_fork() {
    race(2, 12, u64::MAX);
    race(2, 12, 12);
}

#[test]
fn eight_machines_never_fork() {
    race(8, 4, u64::MAX);
    race(8, 4, 20);
}
