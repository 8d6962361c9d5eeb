//! How each scanner is run, as its documentation says; what it wrote is its report, also where that is nothing.

use std::fs;
use std::process::{Command, Output};

use crate::shop::Shop;

/// Runs a scanner over a repository and returns its report.
pub(crate) type Scan = fn(&Shop) -> Vec<u8>;

/// What a scanner wrote, and what it printed while it ran.
pub(crate) struct Logged {
    pub(crate) report: Vec<u8>,
    pub(crate) log: Vec<u8>,
}

/// The name that each gives its report is told to it.
const REPORT: &str = "written";

fn output(command: &mut Command) -> Output {
    command.output().unwrap()
}

/// Returns what a scanner wrote into a file; none is as an empty one, which CI would hand on.
fn written(shop: &Shop, command: &mut Command) -> Vec<u8> {
    let file = shop.beside(REPORT);
    drop(fs::remove_file(&file));
    output(command);
    fs::read(file).unwrap_or_default()
}

fn bandit(shop: &Shop, format: &str) -> Vec<u8> {
    let mut bandit = shop.program("bandit");
    bandit.args(["--quiet", "--recursive", ".", "--format", format]);
    bandit.arg("--output").arg(shop.beside(REPORT));
    written(shop, &mut bandit)
}

pub(crate) fn bandit_sarif(shop: &Shop) -> Vec<u8> {
    bandit(shop, "sarif")
}

pub(crate) fn bandit_json(shop: &Shop) -> Vec<u8> {
    bandit(shop, "json")
}

fn semgrep(shop: &Shop, format: &str) -> Vec<u8> {
    let mut semgrep = shop.program("semgrep");
    semgrep.args([
        "scan",
        "--quiet",
        "--metrics=off",
        "--disable-version-check",
    ]);
    semgrep.arg("--config").arg(shop.beside("rules.yaml"));
    semgrep.arg(format).arg("--output").arg(shop.beside(REPORT));
    written(shop, semgrep.arg("."))
}

pub(crate) fn semgrep_sarif(shop: &Shop) -> Vec<u8> {
    semgrep(shop, "--sarif")
}

pub(crate) fn semgrep_json(shop: &Shop) -> Vec<u8> {
    semgrep(shop, "--json")
}

/// It takes a folder, and names the file itself.
fn checkov(shop: &Shop, format: &str, name: &str) -> Vec<u8> {
    let mut checkov = shop.program("checkov");
    checkov.args([
        "--quiet",
        "--compact",
        "--skip-download",
        "--directory",
        ".",
    ]);
    checkov.args(["--framework", "terraform", "--output", format]);
    checkov
        .arg("--output-file-path")
        .arg(shop.beside("checkov"));
    output(&mut checkov);
    fs::read(shop.beside("checkov").join(name)).unwrap_or_default()
}

pub(crate) fn checkov_json(shop: &Shop) -> Vec<u8> {
    checkov(shop, "json", "results_json.json")
}

pub(crate) fn checkov_sarif(shop: &Shop) -> Vec<u8> {
    checkov(shop, "sarif", "results_sarif.sarif")
}

fn gitleaks(shop: &Shop, format: &str) -> Vec<u8> {
    gitleaks_over(shop, &["."], format).report
}

/// Returns what gitleaks wrote and what it printed of a folder, with the options behind it.
pub(crate) fn gitleaks_logged(shop: &Shop, over: &[&str]) -> Logged {
    gitleaks_over(shop, over, "sarif")
}

fn gitleaks_over(shop: &Shop, over: &[&str], format: &str) -> Logged {
    let mut gitleaks = shop.program("gitleaks");
    gitleaks.arg("dir").args(over);
    gitleaks.args(["--no-banner", "--redact", "--report-format", format]);
    let file = shop.beside(REPORT);
    drop(fs::remove_file(&file));
    let log = output(gitleaks.arg("--report-path").arg(&file)).stderr;
    let report = fs::read(file).unwrap_or_default();
    Logged { report, log }
}

pub(crate) fn gitleaks_sarif(shop: &Shop) -> Vec<u8> {
    gitleaks(shop, "sarif")
}

pub(crate) fn gitleaks_json(shop: &Shop) -> Vec<u8> {
    gitleaks(shop, "json")
}

fn trivy(shop: &Shop, arguments: &[&str]) -> Vec<u8> {
    let mut trivy = shop.program("trivy");
    trivy.arg("--quiet").args(arguments);
    trivy.arg("--output").arg(shop.beside(REPORT));
    written(shop, trivy.arg("."))
}

pub(crate) fn trivy_config_json(shop: &Shop) -> Vec<u8> {
    trivy(shop, &["config", "--skip-check-update", "--format=json"])
}

pub(crate) fn trivy_config_sarif(shop: &Shop) -> Vec<u8> {
    trivy(shop, &["config", "--skip-check-update", "--format=sarif"])
}

pub(crate) fn trivy_secret_json(shop: &Shop) -> Vec<u8> {
    trivy(shop, &["fs", "--scanners=secret", "--format=json"])
}

fn hadolint(shop: &Shop, format: &str) -> Vec<u8> {
    let mut hadolint = shop.program("hadolint");
    output(hadolint.args(["--format", format, "Dockerfile"])).stdout
}

pub(crate) fn hadolint_sarif(shop: &Shop) -> Vec<u8> {
    hadolint(shop, "sarif")
}

pub(crate) fn hadolint_json(shop: &Shop) -> Vec<u8> {
    hadolint(shop, "json")
}

pub(crate) fn zizmor(shop: &Shop) -> Vec<u8> {
    let mut zizmor = shop.program("zizmor");
    zizmor.args(["--offline", "--no-progress", "--format=sarif"]);
    output(zizmor.args(["--strict-collection", "."])).stdout
}

/// As it is run by default: it warns of what it could not parse, and goes on.
pub(crate) fn zizmor_logged(shop: &Shop) -> Logged {
    let mut zizmor = shop.program("zizmor");
    let ran = output(zizmor.args(["--offline", "--no-progress", "--format=sarif", "."]));
    Logged {
        report: ran.stdout,
        log: ran.stderr,
    }
}

fn pylint(shop: &Shop, format: &str) -> Vec<u8> {
    let mut pylint = shop.program("pylint");
    pylint.args(["--disable=all", "--enable=E,F", "--recursive=y"]);
    output(pylint.arg(format!("--output-format={format}")).arg(".")).stdout
}

pub(crate) fn pylint_json2(shop: &Shop) -> Vec<u8> {
    pylint(shop, "json2")
}

pub(crate) fn pylint_json(shop: &Shop) -> Vec<u8> {
    pylint(shop, "json")
}

fn eslint(shop: &Shop, format: &str, more: &[&str]) -> Vec<u8> {
    let mut eslint = shop.on_node("eslint/bin/eslint.js");
    eslint.arg("--config").arg(shop.beside("eslint.config.mjs"));
    eslint.arg("--format").arg(match format {
        "sarif" => shop.file_of_package("@microsoft/eslint-formatter-sarif/sarif.js"),
        name => name.into(),
    });
    output(eslint.args(more)).stdout
}

pub(crate) fn eslint_sarif(shop: &Shop) -> Vec<u8> {
    eslint(shop, "sarif", &["src/*.js"])
}

pub(crate) fn eslint_json(shop: &Shop) -> Vec<u8> {
    eslint(shop, "json", &["src/*.js"])
}

/// Told to end well where no file is there.
pub(crate) fn eslint_sarif_of_none(shop: &Shop) -> Vec<u8> {
    eslint(
        shop,
        "sarif",
        &["--no-error-on-unmatched-pattern", "src/*.js"],
    )
}

/// Given a file that its configuration does not know.
pub(crate) fn eslint_sarif_of_another(shop: &Shop) -> Vec<u8> {
    eslint(shop, "sarif", &["countersign.yaml"])
}

pub(crate) fn eslint_json_of_another(shop: &Shop) -> Vec<u8> {
    eslint(shop, "json", &["countersign.yaml"])
}

pub(crate) fn syft(shop: &Shop) -> Vec<u8> {
    let mut syft = shop.program("syft");
    output(syft.args(["--quiet", "scan", "dir:.", "--output=cyclonedx-json"])).stdout
}
