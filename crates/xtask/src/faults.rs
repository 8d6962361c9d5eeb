//! `cargo xtask faults SECONDS`: what a failing disk, a full one and a killed process leave of a ledger and of a witness.
//!
//! A workload appends and prints what was acknowledged; after each fault a stranger checks what is on the disk, the
//! workload goes on without a fault, and the stranger checks again.
//!
//! Not shown: a power cut. What a dead process had written is still in the system's memory here, synced or not; what is
//! lost without a sync is tested inside the crate, on a disk that forgets.

use std::time::Duration;

use crate::failure::Failure;
use crate::need;
use crate::step::Step;
use crate::workspace;

use self::clock::Deadline;
use self::subject::Subject;

mod clock;
mod full;
mod inject;
mod kill;
mod subject;

/// Builds the subjects, and spends half of the time of each on one fault at a time, a quarter on full disks and the rest
/// on kills; the ledger has three quarters of it all.
///
/// What is left of one part goes to the next.
pub(crate) fn run(seconds: &str) -> Result<(), Failure> {
    let seconds: u64 = seconds
        .parse()
        .map_err(|_| Failure::usage(format!("not a number of seconds: {seconds:?}")))?;
    need::ensure(&need::FAULTS)?;
    let [ledger, witness] = subjects()?;
    broken(&ledger, seconds * 3 / 4)?;
    broken(&witness, seconds / 4)
}

fn broken(subject: &Subject, seconds: u64) -> Result<(), Failure> {
    println!("{}:", subject.name);
    let whole = Deadline::after(Duration::from_secs(seconds));
    inject::run(subject, &Deadline::after(Duration::from_secs(seconds / 2)))?;
    full::run(subject, &Deadline::after(Duration::from_secs(seconds / 4)))?;
    kill::run(subject, &whole)
}

/// Returns the workloads and checks of the ledger and of the witness.
fn subjects() -> Result<[Subject; 2], Failure> {
    let what = [
        "build",
        "--locked",
        "--package=ledger",
        "--example=fault_subject",
    ];
    Step::new("subject", "cargo", &what).run()?;
    let program = workspace::target()?.join("debug/examples/fault_subject");
    let program = program.display().to_string();
    let of = |name, [workload, check]: [&str; 2]| Subject {
        name,
        workload: vec![program.clone(), workload.to_owned()],
        check: vec![program.clone(), check.to_owned()],
    };
    Ok([
        of("the ledger", ["append", "check"]),
        of("the witness", ["cosign", "check-cosigned"]),
    ])
}
