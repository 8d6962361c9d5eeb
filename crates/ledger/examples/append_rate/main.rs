//! Prints how fast records become durable in one store, or are hashed: `append_rate SIDE APPENDERS SECONDS FOLDER`.
//!
//! `cargo xtask bench ledger` alternates the sides, each round a process of its own in a folder of its own.
//! `append_rate growth LEAVES 0 FOLDER` measures a log that grows to so many leaves instead.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement"
)]

use std::error::Error;
use std::path::Path;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

mod group;
mod growth;
mod hash;
mod ours;
mod raw;
mod sqlite;

/// The bytes of each record.
const RECORD_BYTES: usize = 512;
/// What a thread of this program needs; there may be a thousand.
const STACK_BYTES: usize = 256 << 10;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A store that many threads append to.
///
/// `append` MUST return only when the record would survive a power cut.
trait Append: Sync {
    fn append(&self, record: &[u8]);

    /// Returns how often the store was told to become durable.
    fn commits(&self) -> u64;
}

/// Returns a record that no other appender writes, and that does not repeat.
fn record(appender: usize, number: u64) -> [u8; RECORD_BYTES] {
    let mut record = [b'.'; RECORD_BYTES];
    record[..8].copy_from_slice(&(appender as u64).to_be_bytes());
    record[8..16].copy_from_slice(&number.to_be_bytes());
    record
}

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [side, appenders, seconds, folder] = words.as_slice() else {
        return Err("usage: append_rate SIDE APPENDERS SECONDS FOLDER".into());
    };
    let (appenders, seconds) = (
        appenders.parse()?,
        Duration::from_secs_f64(seconds.parse()?),
    );
    let folder = Path::new(folder);
    match side.as_str() {
        "ours" => print_rate(&ours::Ours::open(folder)?, appenders, seconds),
        "raw" => print_rate(
            &group::Group::new(raw::Raw::open(folder)?),
            appenders,
            seconds,
        ),
        "sqlite" => print_rate(&sqlite::Single::open(folder)?, appenders, seconds),
        "sqlite-grouped" => {
            let sqlite = group::Group::new(sqlite::Sqlite::open(folder)?);
            print_rate(&sqlite, appenders, seconds);
        }
        "hash" => println!(
            "rate {:.0}",
            hash::leaves_a_second(appenders, seconds, false)
        ),
        "hash-all" => println!(
            "rate {:.0}",
            hash::leaves_a_second(appenders, seconds, true)
        ),
        "verify" => println!("rate {:.0}", ours::verified_a_second(folder, seconds)?),
        "verify-public" => println!("rate {:.0}", ours::verified_at_a_second(folder, seconds)?),
        "growth" => growth::print(folder, appenders as u64)?,
        "readable" => growth::print_delay(folder)?,
        other => return Err(format!("no side is called {other}").into()),
    }
    Ok(())
}

/// Prints acknowledged records a second, and records for each time that the store was told to become durable.
fn print_rate(store: &impl Append, appenders: usize, time: Duration) {
    let (records, seconds) = measure(store, appenders, time);
    println!("rate {:.0}", records as f64 / seconds);
    println!("commits {}", store.commits());
    println!(
        "grouping {:.2}",
        records as f64 / store.commits().max(1) as f64
    );
}

/// Returns how many records were acknowledged, and the seconds from the first append to the last answer.
fn measure(store: &impl Append, appenders: usize, time: Duration) -> (u64, f64) {
    let (barrier, is_over) = (Barrier::new(appenders + 1), AtomicBool::new(false));
    thread::scope(|scope| {
        let appender = |appender: usize| {
            let (barrier, is_over) = (&barrier, &is_over);
            let work = move || {
                barrier.wait();
                let mut number = 0;
                while !is_over.load(Ordering::Relaxed) {
                    store.append(&record(appender, number));
                    number += 1;
                }
                number
            };
            let thread = thread::Builder::new().stack_size(STACK_BYTES);
            thread.spawn_scoped(scope, work).expect("a thread starts")
        };
        let threads: Vec<_> = (0..appenders).map(appender).collect();
        barrier.wait();
        let start = Instant::now();
        thread::sleep(time);
        is_over.store(true, Ordering::Relaxed);
        let each = threads
            .into_iter()
            .map(|it| it.join().expect("an append holds"));
        let records = each.sum();
        (records, start.elapsed().as_secs_f64())
    })
}
