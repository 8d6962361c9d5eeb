//! SIGKILL after ever longer spans, and at the moments at which something appears on the disk.

use crate::company::Company;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

/// Half of them after a span, half of them when something appears. A PDF takes long to set.
const ROUNDS: usize = if cfg!(feature = "pdf") { 20 } else { 40 };
/// Polls after something appeared, for the kills that come a little later.
const LATER: [u32; 2] = [0, 50];

#[test]
fn a_killed_audit_leaves_the_report_and_the_log_whole() {
    let company = Company::new();
    let span = uninterrupted();
    let mut killed = 0;
    for round in 0..ROUNDS {
        company.change(round);
        let mut audit = company.audit();
        match round % 2 {
            0 => wait_for(&mut audit, span * round as u32 / ROUNDS as u32),
            _ => wait_until_something_appears(&mut audit, &company, round / 2),
        }
        // It may have ended by itself.
        let _killed_or_gone = audit.kill();
        let status = audit.wait().expect("the process ends");
        killed += usize::from(status.signal().is_some());
        let _reports = company.holds(&format!("round {round}"));
    }
    assert!(killed > ROUNDS / 2, "only {killed} of {ROUNDS} were killed");
    company.leave_behind();
    let audit = company.audit().wait_with_output().expect("the last audit");
    let stderr = String::from_utf8_lossy(&audit.stderr);
    assert_eq!(audit.status.code(), Some(0), "{stderr}");
    assert_eq!(company.leftovers(), [""; 0]);
    assert!(company.report().join("audit.json").is_file());
    assert!(company.holds("at the end") > 0);
}

/// Returns how long an audit takes that nobody kills.
fn uninterrupted() -> Duration {
    let company = Company::new();
    let start = now();
    let status = company.audit().wait().expect("an audit");
    assert_eq!(status.code(), Some(0));
    start.elapsed()
}

fn wait_for(audit: &mut Child, span: Duration) {
    let start = now();
    while start.elapsed() < span && is_running(audit) {
        std::hint::spin_loop();
    }
}

fn wait_until_something_appears(audit: &mut Child, company: &Company, round: usize) {
    let traces: [fn(&Company) -> u64; 5] = [
        |company| company.leftovers().len() as u64,
        |company| changed_at(&company.ledger().join("evidence")),
        |company| changed_at(&company.ledger().join("ledger/checkpoint")),
        |company| changed_at(&company.ledger().join("payloads")),
        |company| changed_at(&company.report()),
    ];
    let trace = traces[round % traces.len()];
    let before = trace(company);
    while trace(company) == before && is_running(audit) {}
    for _ in 0..LATER[round / traces.len() % LATER.len()] {
        std::hint::black_box(trace(company));
    }
}

/// Returns what changes when a file is replaced, or something appears in a folder; 0 where there is nothing.
fn changed_at(path: &Path) -> u64 {
    let metadata = fs::metadata(path);
    metadata.map_or(0, |it| it.ino() ^ (it.ctime_nsec() as u64) << 20)
}

fn is_running(audit: &mut Child) -> bool {
    audit.try_wait().expect("a child of this process").is_none()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the moment of a kill is a span of real time"
)]
fn now() -> Instant {
    Instant::now()
}
