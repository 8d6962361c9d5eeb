//! Scanners that read the content alone.

use serde_json::{Value, json};
use testkit::Counterparts;

use crate::shop::{Shop, State};
use crate::tools::{self, Scan};
use crate::{FAIL, PASS, UNKNOWN};

/// What each state of the repository is judged as, with words of the reason.
type Verdicts = [(State, i32, &'static str); 4];

/// A scanner of one kind of faults. Returns nothing where no counterparts are installed.
#[track_caller]
fn check(kind: &str, scan: Scan, verdicts: Verdicts) {
    let Some(counterparts) = Counterparts::find("a scanner over planted faults") else {
        return;
    };
    for (state, code, words) in verdicts {
        let shop = Shop::new(&counterparts, state);
        let report = scan(&shop);
        shop.check(kind, &report, code, words);
        if code == PASS {
            cut_off_it_is_unknown(&shop, kind, &report);
            of_another_commit_it_is_unknown(&shop, kind, &report);
        }
    }
}

/// A disk that was full, a job that was ended.
#[track_caller]
fn cut_off_it_is_unknown(shop: &Shop, kind: &str, report: &[u8]) {
    shop.check(
        kind,
        &report[..report.len() / 2],
        UNKNOWN,
        "it is no report",
    );
}

/// What a pipeline adds to SARIF that knows which commit it checked out (section 3.14.11).
#[track_caller]
fn of_another_commit_it_is_unknown(shop: &Shop, kind: &str, report: &[u8]) {
    let mut report: Value = serde_json::from_slice(report).unwrap();
    let Some(run) = report.pointer_mut("/runs/0") else {
        return;
    };
    let revision = "0123456789012345678901234567890123456789";
    run["versionControlProvenance"] =
        json!([{"repositoryUri": "https://git.example/shop", "revisionId": revision}]);
    let words = "it says that it is of 012345678901";
    shop.check(kind, report.to_string().as_bytes(), UNKNOWN, words);
}

const PLANTED: State = State::Planted;
const MENDED: State = State::Mended;
const SPOILT: State = State::Spoilt;
const BARE: State = State::Bare;

#[test]
fn bandit() {
    let verdicts = |nothing| {
        [
            (PLANTED, FAIL, "1 found that are high or graver"),
            (MENDED, PASS, "nothing was found"),
            (SPOILT, UNKNOWN, "syntax error"),
            (BARE, UNKNOWN, nothing),
        ]
    };
    check(
        "sast",
        tools::bandit_sarif,
        verdicts("read no line of code"),
    );
    check(
        "sast",
        tools::bandit_json,
        verdicts("no line of code was read"),
    );
}

#[test]
fn semgrep() {
    let planted = (PLANTED, FAIL, "1 found that are high or graver");
    let verdicts = [
        planted,
        (MENDED, PASS, "nothing was found"),
        (SPOILT, UNKNOWN, "an error in `src/show.py`"),
        (BARE, UNKNOWN, "no file was read"),
    ];
    check("sast", tools::semgrep_json, verdicts);
    // The same is written where nothing was found and where nothing was read.
    let silent = "does not say in SARIF what it looked at";
    let verdicts = [
        planted,
        (MENDED, UNKNOWN, silent),
        (SPOILT, UNKNOWN, "the run was not whole"),
        (BARE, UNKNOWN, silent),
    ];
    check("sast", tools::semgrep_sarif, verdicts);
}

#[test]
fn checkov() {
    let planted = (PLANTED, FAIL, "2 found that are high or graver");
    let verdicts = [
        planted,
        (MENDED, PASS, "nothing was found"),
        (SPOILT, UNKNOWN, "1 files were not read"),
        (BARE, UNKNOWN, "no check ran"),
    ];
    check("iac_scan", tools::checkov_json, verdicts);
    let silent = "does not say in SARIF what it looked at";
    let verdicts = [
        planted,
        (MENDED, UNKNOWN, silent),
        (SPOILT, UNKNOWN, silent),
        (BARE, UNKNOWN, silent),
    ];
    check("iac_scan", tools::checkov_sarif, verdicts);
}

#[test]
fn gitleaks() {
    let verdicts = |code, words| {
        [
            (PLANTED, FAIL, "1 found that are low or graver"),
            (MENDED, code, words),
            (SPOILT, code, words),
            (BARE, code, words),
        ]
    };
    // The same is written where nothing was found and where nothing was read.
    check(
        "secret_scan",
        tools::gitleaks_sarif,
        verdicts(UNKNOWN, "record that too, with --tool-log"),
    );
    check(
        "secret_scan",
        tools::gitleaks_json,
        verdicts(UNKNOWN, "an empty list"),
    );
}

#[test]
fn gitleaks_says_in_its_log_what_it_read() {
    let Some(counterparts) = Counterparts::find("gitleaks and its log") else {
        return;
    };
    let shop = |state| Shop::new(&counterparts, state);
    let (planted, mended) = (shop(PLANTED), shop(MENDED));
    let all = ["."];
    let found = "1 found that are low or graver";
    let ran = tools::gitleaks_logged(&planted, &all);
    planted.check_logged("secret_scan", &ran, FAIL, found);
    let ran = tools::gitleaks_logged(&mended, &all);
    mended.check_logged("secret_scan", &ran, PASS, "nothing was found");
    cut_off_it_is_unknown(&mended, "secret_scan", &ran.report);
    of_another_commit_it_is_unknown(&mended, "secret_scan", &ran.report);
    // No rule, and two runs in one log.
    let (ruled, none) = (mended.beside("ruled"), mended.beside("none.toml"));
    std::fs::create_dir(&ruled).unwrap();
    std::fs::write(ruled.join("a"), "a\n").unwrap();
    std::fs::write(&none, "[extend]\nuseDefault = false\n").unwrap();
    let over = [ruled.to_str().unwrap(), "--config", none.to_str().unwrap()];
    let mut ran = tools::gitleaks_logged(&mended, &over);
    mended.check_logged("secret_scan", &ran, UNKNOWN, "had no rule to look by");
    ran = tools::gitleaks_logged(&mended, &over[..1]);
    mended.check_logged("secret_scan", &ran, PASS, "nothing was found");
    ran.log.extend(ran.log.clone());
    mended.check_logged("secret_scan", &ran, UNKNOWN, "the log of more than one run");
    // A folder in which nothing lies, and a file that is passed over.
    std::fs::create_dir(planted.beside("nothing")).unwrap();
    let nothing = planted.beside("nothing");
    let ran = tools::gitleaks_logged(&planted, &[nothing.to_str().unwrap()]);
    planted.check_logged("secret_scan", &ran, UNKNOWN, "scanned no byte");
    let long = format!("{}\n", "long ".repeat(10)).repeat(60_000);
    let shop = Shop::of(&counterparts, &[("a", String::from("a\n")), ("long", long)]);
    let ran = tools::gitleaks_logged(&shop, &[".", "--max-target-megabytes=1"]);
    shop.check_logged("secret_scan", &ran, UNKNOWN, "skipping file: too large");
}

#[test]
fn trivy_over_configuration() {
    let planted = (PLANTED, FAIL, "found that are high or graver");
    // Of Terraform that it could not parse it writes what it writes of Terraform without a fault.
    let unparsed = "leaves out the configuration that it cannot parse";
    let verdicts = [
        planted,
        (MENDED, UNKNOWN, unparsed),
        (SPOILT, UNKNOWN, unparsed),
        (BARE, UNKNOWN, "it lists no target that was scanned"),
    ];
    check("iac_scan", tools::trivy_config_json, verdicts);
    let silent = "does not say in SARIF what it looked at";
    let verdicts = [
        planted,
        (MENDED, UNKNOWN, silent),
        (SPOILT, UNKNOWN, silent),
        (BARE, UNKNOWN, silent),
    ];
    check("iac_scan", tools::trivy_config_sarif, verdicts);
}

#[test]
fn trivy_over_secrets() {
    let unlisted = "it lists no target that was scanned";
    let verdicts = [
        (PLANTED, FAIL, "1 found that are low or graver"),
        (MENDED, UNKNOWN, unlisted),
        (SPOILT, UNKNOWN, unlisted),
        (BARE, UNKNOWN, unlisted),
    ];
    check("secret_scan", tools::trivy_secret_json, verdicts);
}

#[test]
fn hadolint() {
    let planted = (PLANTED, FAIL, "1 found that are high or graver");
    let verdicts = [
        planted,
        (MENDED, PASS, "nothing was found"),
        (SPOILT, UNKNOWN, "Hadolint could not read a file"),
        (BARE, UNKNOWN, "the file is empty"),
    ];
    check("iac_scan", tools::hadolint_sarif, verdicts);
    let verdicts = [
        planted,
        (MENDED, UNKNOWN, "an empty list"),
        (SPOILT, UNKNOWN, "`Dockerfile` was not read"),
        (BARE, UNKNOWN, "the file is empty"),
    ];
    check("iac_scan", tools::hadolint_json, verdicts);
}

#[test]
fn zizmor() {
    let verdicts = [
        (PLANTED, FAIL, "2 found that are high or graver"),
        (MENDED, UNKNOWN, "record that too, with --tool-log"),
        (SPOILT, UNKNOWN, "the file is empty"),
        (BARE, UNKNOWN, "the file is empty"),
    ];
    check("sast", tools::zizmor, verdicts);
}

/// Of a sound workflow and one that cannot be parsed zizmor writes what it writes of the first alone.
#[test]
fn zizmor_says_in_its_log_what_it_could_not_parse() {
    let Some(counterparts) = Counterparts::find("zizmor over a spoilt workflow") else {
        return;
    };
    let sound = "name: ci\non: push\npermissions: {}\njobs:\n  test:\n    name: Test\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n";
    let spoilt = "name: more\non: push\njobs:\n  test: [\n";
    let files = [
        (".github/workflows/ci.yml", sound.to_owned()),
        (".github/workflows/more.yml", spoilt.to_owned()),
    ];
    let shop = Shop::of(&counterparts, &files);
    shop.check("sast", &tools::zizmor(&shop), UNKNOWN, "the file is empty");
    let ran = tools::zizmor_logged(&shop);
    shop.check_logged("sast", &ran, UNKNOWN, "failed to parse input");
    let sound = Shop::of(&counterparts, &files[..1]);
    let ran = tools::zizmor_logged(&sound);
    sound.check_logged("sast", &ran, PASS, "nothing was found");
    cut_off_it_is_unknown(&sound, "sast", &ran.report);
}

#[test]
fn eslint() {
    let verdicts = |spoilt| {
        [
            (PLANTED, FAIL, "1 found that are high or graver"),
            (MENDED, PASS, "nothing was found"),
            (SPOILT, UNKNOWN, spoilt),
            (BARE, UNKNOWN, "the file is empty"),
        ]
    };
    check("lint", tools::eslint_sarif, verdicts("its run failed"));
    check("lint", tools::eslint_json, verdicts("was not read"));
}

#[test]
fn eslint_that_looked_at_no_file_is_unknown() {
    let Some(counterparts) = Counterparts::find("ESLint over files that it leaves out") else {
        return;
    };
    let shop = Shop::new(&counterparts, State::Bare);
    let check = |scan: Scan, words| shop.check("lint", &scan(&shop), UNKNOWN, words);
    check(tools::eslint_sarif_of_none, "what it looked at");
    check(tools::eslint_sarif_of_another, "File ignored");
    check(tools::eslint_json_of_another, "was not read");
}

#[test]
fn pylint() {
    let Some(counterparts) = Counterparts::find("Pylint over planted faults") else {
        return;
    };
    let shop = |text: &str| {
        let files = ["src/a.py", "src/b.py"].map(|name| (name, text.to_owned()));
        Shop::of(&counterparts, &files)
    };
    let planted = shop("import os\n\nprint(os.nothing)\n");
    for scan in [tools::pylint_json2, tools::pylint_json] {
        let found = "2 found that are high or graver";
        planted.check("lint", &scan(&planted), FAIL, found);
        let spoilt = shop("def show(name:\n");
        spoilt.check("lint", &scan(&spoilt), UNKNOWN, "was not read whole");
    }
    let mended = shop("import os\n\nprint(os.name)\n");
    let report = tools::pylint_json2(&mended);
    mended.check("lint", &report, PASS, "nothing was found");
    cut_off_it_is_unknown(&mended, "lint", &report);
    of_another_commit_it_is_unknown(&mended, "lint", &report);
    let bare = Shop::of(&counterparts, &[("README.md", String::new())]);
    let report = tools::pylint_json2(&bare);
    bare.check("lint", &report, UNKNOWN, "Pylint itself may be 3");
    for shop in [mended, bare] {
        let report = tools::pylint_json(&shop);
        shop.check("lint", &report, UNKNOWN, "empty list");
    }
}

/// A list of components says nothing of their vulnerabilities, whatever is in it.
#[test]
fn syft() {
    let listed = "says nothing of their vulnerabilities";
    let verdicts = [PLANTED, MENDED, SPOILT, BARE].map(|state| (state, UNKNOWN, listed));
    check("dependency_scan", tools::syft, verdicts);
}
