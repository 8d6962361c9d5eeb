//! Which tool a path or a CI file shows.

use super::Survey;

/// Folders and files of CI systems, by the start of the path.
const CI: [(&str, &str); 9] = [
    (".github/workflows/", "github-actions"),
    (".gitlab-ci.yml", "gitlab-ci"),
    ("bitbucket-pipelines.yml", "bitbucket-pipelines"),
    ("azure-pipelines.yml", "azure-pipelines"),
    (".circleci/", "circleci"),
    ("Jenkinsfile", "jenkins"),
    (".buildkite/", "buildkite"),
    (".woodpecker", "woodpecker"),
    (".travis.yml", "travis"),
];

/// Ends of paths of infrastructure code.
const INFRASTRUCTURE: [(&str, &str); 10] = [
    (".tf", "terraform"),
    (".tofu", "opentofu"),
    ("Pulumi.yaml", "pulumi"),
    ("cdk.json", "cdk"),
    ("serverless.yml", "serverless"),
    ("template.cfn.yaml", "cloudformation"),
    ("Chart.yaml", "helm"),
    ("kustomization.yaml", "kustomize"),
    ("ansible.cfg", "ansible"),
    (".bicep", "bicep"),
];

/// File names of container tools.
const CONTAINERS: [(&str, &str); 6] = [
    ("Dockerfile", "dockerfile"),
    ("Containerfile", "containerfile"),
    ("docker-compose.yml", "docker-compose"),
    ("docker-compose.yaml", "docker-compose"),
    ("compose.yaml", "docker-compose"),
    ("compose.yml", "docker-compose"),
];

/// File names of lock files.
const LOCK_FILES: [(&str, &str); 12] = [
    ("Cargo.lock", "cargo"),
    ("package-lock.json", "npm"),
    ("yarn.lock", "yarn"),
    ("pnpm-lock.yaml", "pnpm"),
    ("bun.lock", "bun"),
    ("poetry.lock", "poetry"),
    ("uv.lock", "uv"),
    ("Pipfile.lock", "pipenv"),
    ("go.sum", "go"),
    ("Gemfile.lock", "bundler"),
    ("composer.lock", "composer"),
    ("mix.lock", "mix"),
];

/// File names of scanners' configurations.
const SCANNER_FILES: [(&str, &str); 17] = [
    (".gitleaks.toml", "gitleaks"),
    (".semgrep.yml", "semgrep"),
    (".semgrepignore", "semgrep"),
    (".snyk", "snyk"),
    ("trivy.yaml", "trivy"),
    (".trivyignore", "trivy"),
    (".checkov.yaml", "checkov"),
    (".tflint.hcl", "tflint"),
    ("sonar-project.properties", "sonarqube"),
    ("dependabot.yml", "dependabot"),
    ("renovate.json", "renovate"),
    ("deny.toml", "cargo-deny"),
    ("codecov.yml", "codecov"),
    (".pylintrc", "pylint"),
    ("ruff.toml", "ruff"),
    (".golangci.yml", "golangci-lint"),
    (".hadolint.yaml", "hadolint"),
];

/// Words in CI files that name a scanner.
const SCANNER_WORDS: [(&str, &str); 18] = [
    ("codeql", "codeql"),
    ("semgrep", "semgrep"),
    ("gitleaks", "gitleaks"),
    ("trivy", "trivy"),
    ("snyk", "snyk"),
    ("cargo audit", "cargo-audit"),
    ("cargo-audit", "cargo-audit"),
    ("cargo deny", "cargo-deny"),
    ("cargo-deny", "cargo-deny"),
    ("bandit", "bandit"),
    ("npm audit", "npm-audit"),
    ("pip-audit", "pip-audit"),
    ("hadolint", "hadolint"),
    ("zizmor", "zizmor"),
    ("checkov", "checkov"),
    ("tfsec", "tfsec"),
    ("eslint", "eslint"),
    ("clippy", "clippy"),
];

/// Enters what a path shows.
pub(super) fn of_path(path: &str, survey: &mut Survey) {
    let name = file_name(path);
    survey.ci.extend(matching(&CI, |start| path.starts_with(start)));
    survey.infrastructure.extend(matching(&INFRASTRUCTURE, |end| path.ends_with(end)));
    survey.containers.extend(matching(&CONTAINERS, |known| name == known));
    survey.lock_files.extend(matching(&LOCK_FILES, |known| name == known));
    survey.scanners.extend(matching(&SCANNER_FILES, |known| name == known));
    if name.starts_with(".eslintrc") || name.starts_with("eslint.config.") {
        survey.scanners.insert("eslint".into());
    }
}

/// Returns whether the content of a file tells more than its path.
pub(super) fn is_looked_into(path: &str) -> bool {
    let known = [".pre-commit-config.yaml", ".mailmap"];
    known.contains(&path) || CI.iter().any(|(start, _)| path.starts_with(start))
}

/// Enters what the content of such a file shows.
pub(super) fn of_content(path: &str, content: &str, survey: &mut Survey) {
    if path == ".mailmap" {
        survey.mailmap = super::mailmap::parse(content);
        return;
    }
    let content = content.to_lowercase();
    survey.scanners.extend(matching(&SCANNER_WORDS, |word| content.contains(word)));
}

fn matching<'t>(
    table: &'t [(&'static str, &'static str)],
    fits: impl Fn(&str) -> bool + 't,
) -> impl Iterator<Item = String> + 't {
    table.iter().filter(move |(mark, _)| fits(mark)).map(|(_, tool)| (*tool).to_owned())
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, content: &str) -> Survey {
        let mut survey = Survey::default();
        of_path(path, &mut survey);
        of_content(path, content, &mut survey);
        survey
    }

    #[test]
    fn paths_name_tools() {
        assert!(check("infra/main.tf", "").infrastructure.contains("terraform"));
        assert!(check("web/Dockerfile", "").containers.contains("dockerfile"));
        assert!(check("Cargo.lock", "").lock_files.contains("cargo"));
        assert!(check(".github/dependabot.yml", "").scanners.contains("dependabot"));
        assert!(check("src/Dockerfile.rs", "").containers.is_empty());
    }

    #[test]
    fn a_workflow_names_its_scanners() {
        let survey = check(".github/workflows/ci.yml", "- run: cargo deny check\n- uses: github/CodeQL-action\n");
        assert!(survey.ci.contains("github-actions"));
        assert_eq!(Vec::from_iter(survey.scanners), ["cargo-deny", "codeql"]);
    }
}
