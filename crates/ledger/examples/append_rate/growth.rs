//! What an append and a proof cost in logs of growing size, and how soon a leaf can be read.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use ledger::Ledger;
use ledger::append::NewLeaf;
use ledger::group::Group;
use ledger::leaf::LeafKind;
use ledger::read::Reader;

use crate::ours::{ORIGIN, PUBLISH_EVERY, random};
use crate::{Result, record};

/// The sizes at which it is measured, smallest first.
const SIZES: [u64; 5] = [1_000, 10_000, 100_000, 1_000_000, 10_000_000];

/// Leaves that are appended at once to get from one size to the next.
const BATCH: u64 = 4_096;

/// Appends, and proofs, of which the median is taken.
const SAMPLES: u64 = 200;

/// Leaves of which it is told how soon each could be read.
const READ: u64 = 20;

/// Prints `growth SIZE APPEND PROOF` for each size up to the largest, in microseconds.
pub(crate) fn print(folder: &Path, largest: u64) -> Result<()> {
    let mut ledger = Ledger::open_or_create_busy(folder, ORIGIN, [7; 32])?;
    let mut size = 0;
    for wanted in SIZES.into_iter().filter(|wanted| *wanted <= largest) {
        while size < wanted {
            let leaves = BATCH.min(wanted - size);
            append(&mut ledger, leaves)?;
            size += leaves;
        }
        let appends = median(SAMPLES, |_| append(&mut ledger, 1))?;
        let proofs = median(SAMPLES, |number| {
            // Anywhere in the log, and not in its order.
            let index = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % size;
            black_box(ledger.reader().proof(index)?);
            Ok(())
        })?;
        size += SAMPLES;
        println!("growth {wanted} {appends} {proofs}");
    }
    Ok(())
}

/// Prints `readable MILLISECONDS`: the longest time from an acknowledgement to a checkpoint that has the leaf.
pub(crate) fn print_delay(folder: &Path) -> Result<()> {
    let ledger = Ledger::open_or_create_busy(folder, ORIGIN, [7; 32])?;
    let group = Group::new(ledger, PUBLISH_EVERY);
    let reader = Reader::open(folder)?;
    let mut longest = Duration::ZERO;
    for number in 0..READ {
        let leaf = NewLeaf::new(LeafKind::Observation, record(0, number).to_vec());
        let index = group
            .append(leaf, Timestamp::UNIX_EPOCH, &mut random)?
            .index;
        let start = Instant::now();
        while reader.checkpoint()?.checkpoint.size() <= index {
            std::thread::sleep(Duration::from_millis(1));
        }
        longest = longest.max(start.elapsed());
    }
    println!("readable {}", longest.as_millis());
    Ok(())
}

fn append(ledger: &mut Ledger, leaves: u64) -> Result<()> {
    let leaf = |number| NewLeaf::new(LeafKind::Observation, record(0, number).to_vec());
    let batch = (0..leaves).map(leaf).collect();
    ledger.append(batch, Timestamp::UNIX_EPOCH, &mut random)?;
    Ok(())
}

/// Returns the median microseconds of so many calls.
fn median(calls: u64, mut call: impl FnMut(u64) -> Result<()>) -> Result<u128> {
    let mut times = Vec::new();
    for number in 0..calls {
        let start = Instant::now();
        call(number)?;
        times.push(start.elapsed().as_micros());
    }
    times.sort_unstable();
    Ok(times[times.len() / 2])
}
