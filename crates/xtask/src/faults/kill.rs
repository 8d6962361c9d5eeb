//! The process is killed at moments that nobody chose.

use std::thread;
use std::time::Duration;

use super::clock::Deadline;
use super::subject::{Place, Subject};
use crate::failure::Failure;

/// How many kills a folder lives through, one after the other.
const KILLS_A_FOLDER: u32 = 5;
/// How many there are at least, whatever time is left.
const LEAST_KILLS: u32 = 500;
/// Any number but 0; the moments also depend on the machine, so no two runs are alike.
const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// Kills until the time is over, and often enough to say something.
pub(super) fn run(subject: &Subject, deadline: &Deadline) -> Result<(), Failure> {
    let span = undisturbed(subject)?;
    let mut random = SEED;
    let mut kills = 0;
    while !deadline.is_over() || kills < LEAST_KILLS {
        let place = Place::new(subject)?;
        for _ in 0..KILLS_A_FOLDER {
            random = next(random);
            let moment = span.mul_f64((random >> 11) as f64 / (1_u64 << 53) as f64);
            let fault = format!("killed after {moment:?}");
            let mut child = place.start(&[])?;
            thread::sleep(moment);
            // Where it has ended already it was not killed, and what it left is checked as well.
            let _ = child.kill();
            child.wait().map_err(Failure::while_doing(&fault))?;
            place.holds_and_goes_on(&fault)?;
            kills += 1;
        }
    }
    println!(
        "{kills} kills at random moments within {span:?}: what was acknowledged is there, and the rest goes on"
    );
    Ok(())
}

/// Returns how long a workload takes that nobody disturbs.
fn undisturbed(subject: &Subject) -> Result<Duration, Failure> {
    let place = Place::new(subject)?;
    let clock = Deadline::after(Duration::MAX);
    place.run(&[], "no fault")?;
    Ok(clock.elapsed())
}

/// Marsaglia's xorshift.
fn next(mut random: u64) -> u64 {
    random ^= random << 13;
    random ^= random >> 7;
    random ^ (random << 17)
}
