//! A key that is replaced while others look at the log and append to it.

use std::thread;

use crate::company::Company;

/// Replacements, each beside the others' commands.
const ROUNDS: usize = 6;

#[test]
fn nobody_is_accused_while_the_key_is_replaced() {
    let company = Company::new();
    for _ in 0..ROUNDS {
        thread::scope(|scope| {
            let ada = &company.ada;
            scope.spawn(|| drop(ada.run(["ledger", "key", "rotate"]).expect_code(0)));
            for command in ["verify", "status", "verify", "verify"] {
                scope.spawn(move || {
                    let run = ada.run(["ledger", command]);
                    // Nobody signed yet for what a process appended whose key was replaced meanwhile.
                    let is_unsigned = run.stdout.contains("nobody signed for that");
                    let told = format!("{}{}", run.stdout, run.stderr);
                    assert!(
                        run.code == Some(0) || run.code == Some(3) && is_unsigned,
                        "{told}"
                    );
                });
            }
            scope.spawn(|| {
                let run = ada.run(["collect"]);
                // A process that had the log open already says what became of its key.
                let is_told = run
                    .stderr
                    .contains("which was not its key when it was opened");
                let told = &run.stderr;
                assert!(
                    run.code == Some(0) || run.code == Some(4) && is_told,
                    "{told}"
                );
            });
        });
    }
    // Signs for what the last of them appended.
    company.says(&["collect"], 0);
    let verified = company.says(&["ledger", "verify"], 0);
    assert_eq!(
        verified.matches("KEY ROTATED").count(),
        ROUNDS,
        "{verified}"
    );
}
