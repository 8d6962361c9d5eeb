//! Prints how fast a year of requests is collected, read back and decided: `census_rate SIDE REQUESTS LATENCY_MS FOLDER`.
//!
//! `cargo xtask bench census` runs it. The side `decisions` needs no latency, and the side `collection` answers each call
//! after so many milliseconds.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a measurement"
)]

mod bodies;
mod collection;
mod decisions;
#[path = "../../tests/gate/keys.rs"]
mod keys;
mod year;

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

/// How often each side runs.
const ROUNDS: usize = 5;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [side, requests, latency, folder] = words.as_slice() else {
        return Err("usage: census_rate SIDE REQUESTS LATENCY_MS FOLDER".into());
    };
    let requests = requests.parse()?;
    match side.as_str() {
        "decisions" => decisions::print(requests, Path::new(folder)),
        "collection" => {
            let latency = Duration::from_millis(latency.parse()?);
            collection::print(requests, latency, Path::new(folder))
        }
        other => Err(format!("no side is called {other}").into()),
    }
}

/// Returns what work returns, and the seconds that it took.
fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed().as_secs_f64())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Returns 32 bytes, others at each call.
fn entropy() -> impl FnMut() -> [u8; 32] {
    let mut drawn = 0_u64;
    move || {
        drawn += 1;
        *model::digest::Digest::of(&drawn.to_le_bytes()).as_bytes()
    }
}
