//! Scanners that workflows and hooks name.

/// A scanner and the words of actions, commands and hooks that run it.
const SCANNERS: [(&str, &[&str]); 19] = [
    ("CodeQL", &["codeql-action", "codeql "]),
    ("semgrep", &["semgrep"]),
    ("gitleaks", &["gitleaks"]),
    ("trufflehog", &["trufflehog"]),
    ("trivy", &["trivy"]),
    ("snyk", &["snyk"]),
    ("grype", &["grype", "anchore/scan-action"]),
    ("OSV-Scanner", &["osv-scanner"]),
    (
        "cargo audit",
        &[
            "cargo audit",
            "cargo-audit",
            "rustsec/audit-check",
            "actions-rust-lang/audit",
        ],
    ),
    ("cargo deny", &["cargo deny", "cargo-deny"]),
    ("bandit", &["bandit"]),
    ("pip-audit", &["pip-audit"]),
    ("npm audit", &["npm audit", "yarn audit", "pnpm audit"]),
    ("govulncheck", &["govulncheck"]),
    ("hadolint", &["hadolint"]),
    ("zizmor", &["zizmor"]),
    ("checkov", &["checkov"]),
    ("tfsec", &["tfsec"]),
    ("OpenSSF Scorecard", &["ossf/scorecard-action"]),
];

/// Returns the scanners that a text names outside its comments.
pub(super) fn scanners(text: &str) -> impl Iterator<Item = String> {
    let lines = text.lines().map(without_comment);
    let text = lines.collect::<Vec<_>>().join("\n").to_lowercase();
    let named = move |(_, words): &(_, &[&str])| words.iter().any(|word| text.contains(word));
    SCANNERS
        .into_iter()
        .filter(named)
        .map(|(name, _)| name.to_owned())
}

fn without_comment(line: &str) -> &str {
    match line.trim_start().starts_with('#') {
        true => "",
        false => line.split(" #").next().unwrap_or(line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        assert_eq!(scanners(text).collect::<Vec<_>>(), expect, "{text}");
    }

    #[test]
    fn actions_commands_and_hooks_name_scanners() {
        check("- uses: github/codeql-action/init@v3", &["CodeQL"]);
        check("  - id: gitleaks\n  - id: bandit", &["gitleaks", "bandit"]);
        check(
            "run: cargo deny check && cargo audit",
            &["cargo audit", "cargo deny"],
        );
        check("- uses: aquasecurity/Trivy-action@0.1", &["trivy"]);
        check("# - uses: semgrep\nrun: make # snyk", &[]);
        check("run: make test", &[]);
    }
}
