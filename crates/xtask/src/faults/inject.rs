//! Every call that changes a disk fails once, and is once the last before the process dies (strace, `inject`).

use std::fs;

use super::clock::Deadline;
use super::subject::{Place, Subject};
use crate::failure::Failure;

/// The calls by which a file or folder changes, and those that make a change durable.
const CALLS: [&str; 22] = [
    "openat",
    "write",
    "pwrite64",
    "writev",
    "pwritev2",
    "ftruncate",
    "fallocate",
    "copy_file_range",
    "fsync",
    "fdatasync",
    "sync_file_range",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "unlink",
    "unlinkat",
    "mkdir",
    "mkdirat",
    "rmdir",
    "linkat",
    "truncate",
];
/// What is injected into each: a broken disk, a full one, and the death of the process as it calls.
const FAULTS: [&str; 3] = ["error=EIO", "error=ENOSPC", "signal=SIGKILL"];

/// One kind of fault, and whether a workload ran through without meeting it.
struct Kind {
    call: &'static str,
    fault: &'static str,
    met: u32,
    is_through: bool,
}

/// Injects into the first call of each kind, then into the second, until none is left or the time is over.
pub(super) fn run(subject: &Subject, deadline: &Deadline) -> Result<(), Failure> {
    let kind = |call, fault| Kind {
        call,
        fault,
        met: 0,
        is_through: false,
    };
    let mut kinds: Vec<Kind> = CALLS
        .iter()
        .flat_map(|call| FAULTS.iter().map(move |fault| kind(*call, *fault)))
        .collect();
    for number in 1.. {
        if kinds.iter().all(|kind| kind.is_through) || deadline.is_over() {
            break;
        }
        for kind in kinds.iter_mut().filter(|kind| !kind.is_through) {
            if deadline.is_over() {
                break;
            }
            match inject(subject, kind, number)? {
                true => kind.met += 1,
                false => kind.is_through = true,
            }
        }
    }
    report(&kinds, deadline);
    Ok(())
}

/// Returns whether the workload met the fault.
fn inject(subject: &Subject, kind: &Kind, number: u32) -> Result<bool, Failure> {
    let place = Place::new(subject)?;
    let name = format!("{}:{}:when={number}", kind.call, kind.fault);
    let trace = place.path("trace");
    // Followed into threads and children, each of which counts its own calls.
    let mut tracer: Vec<String> = ["strace", "-f", "-qq", "-o"].map(str::to_owned).to_vec();
    tracer.push(trace.display().to_string());
    tracer.extend(["-e".to_owned(), format!("trace={}", kind.call)]);
    tracer.extend(["-e".to_owned(), format!("inject={name}")]);
    let status = place.run(&tracer, &name)?;
    let trace = fs::read_to_string(&trace).map_err(Failure::while_doing("reading the trace"))?;
    let is_met = trace.contains("(INJECTED)") || trace.contains("+++ killed by SIGKILL +++");
    if !is_met && !status.success() {
        return Err(Failure::new(format!(
            "{name}: the workload fails without a fault"
        )));
    }
    place.holds_and_goes_on(&name)?;
    Ok(is_met)
}

fn report(kinds: &[Kind], deadline: &Deadline) {
    let met: u32 = kinds.iter().map(|kind| kind.met).sum();
    let seconds = deadline.elapsed().as_secs();
    println!(
        "{met} faults in calls, {seconds} s: what was acknowledged is there, and the rest goes on"
    );
    for kind in kinds.iter().filter(|kind| kind.met > 0) {
        let through = match kind.is_through {
            true => "every one",
            false => "the time was over",
        };
        println!(
            "  {:<16}{:<16}{:>5} ({through})",
            kind.call, kind.fault, kind.met
        );
    }
}
