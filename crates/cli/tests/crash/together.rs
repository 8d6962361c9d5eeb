//! Audits at the same moment, of one repository into one ledger and one report.

use crate::company::Company;

const ROUNDS: usize = 4;
const RUNS: usize = 3;

#[test]
fn audits_at_once_all_end_well() {
    let company = Company::new();
    for round in 0..ROUNDS {
        company.change(round);
        let running: Vec<_> = (0..RUNS).map(|_| company.audit()).collect();
        for audit in running {
            let output = audit.wait_with_output().expect("the audit ends");
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(0), "round {round}: {stderr}");
        }
        let reports = company.holds(&format!("round {round}"));
        assert_eq!(reports, (round + 1) * RUNS, "no run is lost");
        assert_eq!(company.leftovers(), [""; 0]);
    }
}
