//! A key that handed the log over, and one that was revoked.

use crate::company::{Company, name_and_id};

#[test]
fn a_rotation_is_followed_from_either_key_and_always_shown() {
    let company = Company::new();
    let old = company.key();
    let rotate = ["ledger", "key", "rotate", "--reason", "each year"];
    let said = company.says(&rotate, 0);
    let new = company.key();
    assert_ne!(old, new);
    assert!(
        said.contains(&format!("countersign witness log add {new}")),
        "{said}"
    );
    company.says(&["collect"], 0);
    let mark = "KEY ROTATED at leaf 2, ";
    for command in [["ledger", "status"], ["ledger", "verify"]] {
        let said = company.says(&command, 0);
        assert!(said.contains(mark) && said.contains("each year"), "{said}");
    }
    let by_old = company.verified_by(&[&old], 0);
    assert!(
        by_old.contains("one that you supplied handed the log over"),
        "{by_old}"
    );
    assert!(by_old.contains(mark), "{by_old}");
    let by_new = company.verified_by(&[&new], 0);
    assert!(by_new.contains("a key that you supplied"), "{by_new}");
    let shown = company.says(&["ledger", "key", "show"], 0);
    assert!(shown.contains(&format!("earlier  {old}")), "{shown}");
    let json = company.says(&["ledger", "key", "show", "--format", "json"], 0);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["key"], new);
    assert_eq!(json["history"][0]["kind"], "rotation");
}

#[test]
fn a_report_takes_the_place_of_one_under_the_key_before() {
    let company = Company::new();
    let old = company.key();
    company.says(&["audit", "--out", "report"], 0);
    company.says(&["ledger", "key", "rotate"], 0);
    company.says(&["audit", "--out", "report"], 0);
    company.repo.write_file("trusted", &old);
    let verified = company.says(&["verify", "report", "--trust", "trusted"], 0);
    assert!(verified.contains("KEY ROTATED at leaf"), "{verified}");
    assert!(verified.contains("handed the log over"), "{verified}");
    let export = ["ledger", "export", "--out", "copy"];
    company.says(&export, 0);
    let of_copy = ["ledger", "verify", "--ledger", "copy", "--trust", "trusted"];
    let verified = company.says(&of_copy, 0);
    assert!(verified.contains("KEY ROTATED at leaf"), "{verified}");
}

#[test]
fn a_copy_without_the_record_of_a_rotation_does_not_pass() {
    let company = Company::new();
    company.says(&["ledger", "key", "rotate"], 0);
    company.says(&["ledger", "export", "--out", "copy"], 0);
    let remove = |name: &str| {
        std::fs::remove_dir_all(company.repo.path().join("copy").join(name)).unwrap();
    };
    let verify = ["ledger", "verify", "--ledger", "copy"];
    remove("payloads");
    // Beside the tiles it lies once more, for whoever is served these alone.
    let followed = company.says(&verify, 0);
    assert!(followed.contains("KEY ROTATED at leaf 2"), "{followed}");
    remove("ledger/payloads");
    let refused = company.says(&verify, 3);
    assert!(refused.contains("leaf 2 is not here"), "{refused}");
}

#[test]
fn a_revoked_key_is_shown_and_not_believed() {
    let company = Company::new();
    let stolen = company.key();
    let named = name_and_id(&stolen);
    let revoke = [
        "ledger", "key", "revoke", "--key", named, "--reason", "stolen",
    ];
    let refused = company.says(&revoke, 2);
    assert!(refused.contains("replace it first"), "{refused}");
    company.says(&["ledger", "key", "rotate"], 0);
    let late = [&revoke[..], &["--from-leaf", "9"]].concat();
    let refused = company.says(&late, 2);
    assert!(
        refused.contains("from leaf 3 on at the latest"),
        "{refused}"
    );
    let (_, id) = named.split_once('+').unwrap();
    let by_id = ["ledger", "key", "revoke", "--key", id, "--reason", "stolen"];
    company.says(&by_id, 0);
    for again in [&revoke[..], &[&revoke[..], &["--from-leaf", "3"]].concat()] {
        let told = company.says(again, 0);
        assert_eq!(
            told,
            "the key was revoked before, from leaf 3 on, as leaf 3 records; nothing was added\n"
        );
    }
    let mark = "is not believed from leaf 3 on: stolen";
    let verified = company.verified_by(&[&stolen], 0);
    assert!(verified.contains(mark), "{verified}");
    // What was stolen before the handover may have made the handover.
    let earlier = [&revoke[..], &["--from-leaf", "1"]].concat();
    company.says(&earlier, 0);
    let refused = company.verified_by(&[&stolen], 1);
    assert!(refused.contains("does not vouch"), "{refused}");
    assert!(
        refused.contains("it was revoked from leaf 1 on"),
        "{refused}"
    );
    company.verified_by(&[&stolen, &company.key()], 0);
    let unknown = [
        "ledger",
        "key",
        "revoke",
        "--key",
        "x+00000000",
        "--reason",
        "y",
    ];
    let refused = company.says(&unknown, 2);
    assert!(refused.contains("key show` lists"), "{refused}");
}
