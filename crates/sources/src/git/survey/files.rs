//! Tools that files show by their names.

/// A tool and the files that show it.
pub(super) struct Tool {
    name: &'static str,
    files: &'static [File],
}

/// How a path is recognised.
pub(super) enum File {
    /// The whole path.
    Path(&'static str),
    /// Everything below a folder of the root.
    Below(&'static str),
    /// A file of that name in any folder.
    Named(&'static str),
    /// A file whose name begins so, in any folder.
    Starting(&'static str),
    /// A file whose name ends so, in any folder.
    Ending(&'static str),
}

use File::{Below, Ending, Named, Path, Starting};

/// Returns the tools of a table that a path shows.
pub(super) fn named<'a>(
    table: &'static [Tool],
    path: &'a str,
) -> impl Iterator<Item = String> + 'a {
    let shown = |tool: &&Tool| tool.files.iter().any(|file| file.matches(path));
    table.iter().filter(shown).map(|tool| tool.name.to_owned())
}

/// Returns whether a file says which scanners run.
pub(super) fn tells_of_scanners(path: &str) -> bool {
    path == ".pre-commit-config.yaml"
        || CI
            .iter()
            .any(|tool| tool.files.iter().any(|file| file.matches(path)))
}

impl File {
    fn matches(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        match self {
            Path(whole) => path == *whole,
            Below(folder) => path.starts_with(folder),
            Named(wanted) => name == *wanted,
            Starting(start) => name.starts_with(start),
            Ending(end) => name.ends_with(end),
        }
    }
}

pub(super) const CI: &[Tool] = &[
    Tool {
        name: "GitHub Actions",
        files: &[Below(".github/workflows/"), Below(".github/actions/")],
    },
    Tool {
        name: "GitLab CI",
        files: &[Path(".gitlab-ci.yml"), Below(".gitlab/ci/")],
    },
    Tool {
        name: "Gitea Actions",
        files: &[Below(".gitea/workflows/")],
    },
    Tool {
        name: "Forgejo Actions",
        files: &[Below(".forgejo/workflows/")],
    },
    Tool {
        name: "Bitbucket Pipelines",
        files: &[Path("bitbucket-pipelines.yml")],
    },
    Tool {
        name: "Azure Pipelines",
        files: &[Starting("azure-pipelines"), Below(".azure-pipelines/")],
    },
    Tool {
        name: "CircleCI",
        files: &[Below(".circleci/")],
    },
    Tool {
        name: "Jenkins",
        files: &[Starting("Jenkinsfile")],
    },
    Tool {
        name: "Buildkite",
        files: &[Below(".buildkite/")],
    },
    Tool {
        name: "Travis CI",
        files: &[Path(".travis.yml")],
    },
    Tool {
        name: "Drone",
        files: &[Path(".drone.yml")],
    },
    Tool {
        name: "Woodpecker",
        files: &[Path(".woodpecker.yml"), Below(".woodpecker/")],
    },
    Tool {
        name: "AppVeyor",
        files: &[Path("appveyor.yml"), Path(".appveyor.yml")],
    },
    Tool {
        name: "Cirrus CI",
        files: &[Path(".cirrus.yml")],
    },
    Tool {
        name: "SourceHut builds",
        files: &[Path(".build.yml"), Below(".builds/")],
    },
    Tool {
        name: "AWS CodeBuild",
        files: &[Named("buildspec.yml")],
    },
    Tool {
        name: "Google Cloud Build",
        files: &[Named("cloudbuild.yaml")],
    },
];

pub(super) const INFRASTRUCTURE: &[Tool] = &[
    Tool {
        name: "Terraform",
        files: &[Ending(".tf"), Named(".terraform.lock.hcl")],
    },
    Tool {
        name: "OpenTofu",
        files: &[Ending(".tofu")],
    },
    Tool {
        name: "Terragrunt",
        files: &[Named("terragrunt.hcl")],
    },
    Tool {
        name: "Pulumi",
        files: &[Named("Pulumi.yaml")],
    },
    Tool {
        name: "AWS CDK",
        files: &[Named("cdk.json")],
    },
    Tool {
        name: "CloudFormation",
        files: &[
            Starting("cloudformation"),
            Below("cloudformation/"),
            Named("samconfig.toml"),
        ],
    },
    Tool {
        name: "Serverless Framework",
        files: &[Named("serverless.yml"), Named("serverless.yaml")],
    },
    Tool {
        name: "Helm",
        files: &[Named("Chart.yaml")],
    },
    Tool {
        name: "Kubernetes",
        files: &[
            Below("k8s/"),
            Below("kubernetes/"),
            Named("kustomization.yaml"),
            Named("kustomization.yml"),
            Named("skaffold.yaml"),
        ],
    },
    Tool {
        name: "Ansible",
        files: &[Named("ansible.cfg"), Below("ansible/"), Below("playbooks/")],
    },
    Tool {
        name: "Bicep",
        files: &[Ending(".bicep")],
    },
    Tool {
        name: "Fly.io",
        files: &[Named("fly.toml")],
    },
    Tool {
        name: "Render",
        files: &[Path("render.yaml")],
    },
    Tool {
        name: "Vercel",
        files: &[Named("vercel.json")],
    },
    Tool {
        name: "Netlify",
        files: &[Named("netlify.toml")],
    },
    Tool {
        name: "Heroku",
        files: &[Path("Procfile"), Path("app.json")],
    },
];

pub(super) const CONTAINERS: &[Tool] = &[
    Tool {
        name: "Docker",
        files: &[
            Starting("Dockerfile"),
            Ending(".Dockerfile"),
            Ending(".dockerfile"),
        ],
    },
    Tool {
        name: "Podman",
        files: &[Starting("Containerfile")],
    },
    Tool {
        name: "Docker Compose",
        files: &[
            Starting("docker-compose"),
            Named("compose.yaml"),
            Named("compose.yml"),
        ],
    },
    Tool {
        name: "Dev containers",
        files: &[Named("devcontainer.json")],
    },
];

pub(super) const LOCK_FILES: &[Tool] = &[
    Tool {
        name: "cargo",
        files: &[Named("Cargo.lock")],
    },
    Tool {
        name: "npm",
        files: &[Named("package-lock.json"), Named("npm-shrinkwrap.json")],
    },
    Tool {
        name: "yarn",
        files: &[Named("yarn.lock")],
    },
    Tool {
        name: "pnpm",
        files: &[Named("pnpm-lock.yaml")],
    },
    Tool {
        name: "bun",
        files: &[Named("bun.lock"), Named("bun.lockb")],
    },
    Tool {
        name: "deno",
        files: &[Named("deno.lock")],
    },
    Tool {
        name: "poetry",
        files: &[Named("poetry.lock")],
    },
    Tool {
        name: "uv",
        files: &[Named("uv.lock")],
    },
    Tool {
        name: "pdm",
        files: &[Named("pdm.lock")],
    },
    Tool {
        name: "pipenv",
        files: &[Named("Pipfile.lock")],
    },
    Tool {
        name: "bundler",
        files: &[Named("Gemfile.lock")],
    },
    Tool {
        name: "composer",
        files: &[Named("composer.lock")],
    },
    Tool {
        name: "go",
        files: &[Named("go.sum")],
    },
    Tool {
        name: "gradle",
        files: &[Named("gradle.lockfile")],
    },
    Tool {
        name: "mix",
        files: &[Named("mix.lock")],
    },
    Tool {
        name: "nuget",
        files: &[Named("packages.lock.json")],
    },
    Tool {
        name: "nix",
        files: &[Named("flake.lock")],
    },
    Tool {
        name: "swift",
        files: &[Named("Package.resolved")],
    },
    Tool {
        name: "cocoapods",
        files: &[Named("Podfile.lock")],
    },
];

pub(super) const SCANNERS: &[Tool] = &[
    Tool {
        name: "gitleaks",
        files: &[Named(".gitleaks.toml"), Named(".gitleaksignore")],
    },
    Tool {
        name: "semgrep",
        files: &[Starting(".semgrep"), Below(".semgrep/")],
    },
    Tool {
        name: "snyk",
        files: &[Named(".snyk")],
    },
    Tool {
        name: "trivy",
        files: &[Named("trivy.yaml"), Named(".trivyignore")],
    },
    Tool {
        name: "checkov",
        files: &[Named(".checkov.yaml"), Named(".checkov.yml")],
    },
    Tool {
        name: "tflint",
        files: &[Named(".tflint.hcl")],
    },
    Tool {
        name: "tfsec",
        files: &[Below(".tfsec/")],
    },
    Tool {
        name: "SonarQube",
        files: &[Named("sonar-project.properties")],
    },
    Tool {
        name: "Dependabot",
        files: &[
            Path(".github/dependabot.yml"),
            Path(".github/dependabot.yaml"),
        ],
    },
    Tool {
        name: "Renovate",
        files: &[
            Named("renovate.json"),
            Named("renovate.json5"),
            Named(".renovaterc"),
            Named(".renovaterc.json"),
        ],
    },
    Tool {
        name: "cargo deny",
        files: &[Named("deny.toml")],
    },
    Tool {
        name: "cargo audit",
        files: &[Path(".cargo/audit.toml")],
    },
    Tool {
        name: "CodeQL",
        files: &[Below(".github/codeql/")],
    },
    Tool {
        name: "Codecov",
        files: &[Named("codecov.yml"), Named(".codecov.yml")],
    },
    Tool {
        name: "ESLint",
        files: &[Starting(".eslintrc"), Starting("eslint.config.")],
    },
    Tool {
        name: "Pylint",
        files: &[Named(".pylintrc")],
    },
    Tool {
        name: "Ruff",
        files: &[Named("ruff.toml"), Named(".ruff.toml")],
    },
    Tool {
        name: "bandit",
        files: &[Named(".bandit")],
    },
    Tool {
        name: "hadolint",
        files: &[Named(".hadolint.yaml"), Named(".hadolint.yml")],
    },
    Tool {
        name: "golangci-lint",
        files: &[Starting(".golangci.")],
    },
    Tool {
        name: "RuboCop",
        files: &[Named(".rubocop.yml")],
    },
    Tool {
        name: "zizmor",
        files: &[Named("zizmor.yml")],
    },
    Tool {
        name: "pre-commit",
        files: &[Path(".pre-commit-config.yaml")],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(table: &'static [Tool], path: &str, expect: &[&str]) {
        let found: Vec<String> = named(table, path).collect();
        assert_eq!(found, expect, "{path}");
    }

    #[test]
    fn names_show_tools() {
        check(CI, ".github/workflows/ci.yml", &["GitHub Actions"]);
        check(CI, "docs/.github/workflows/ci.yml", &[]);
        check(CI, "deploy/Jenkinsfile.release", &["Jenkins"]);
        check(INFRASTRUCTURE, "live/main.tf", &["Terraform"]);
        check(INFRASTRUCTURE, "charts/shop/Chart.yaml", &["Helm"]);
        check(CONTAINERS, "api/Dockerfile.dev", &["Docker"]);
        check(LOCK_FILES, "web/package-lock.json", &["npm"]);
        check(SCANNERS, ".semgrep.yml", &["semgrep"]);
        check(SCANNERS, "web/eslint.config.mjs", &["ESLint"]);
        check(SCANNERS, "src/lib.rs", &[]);
    }

    #[test]
    fn workflows_and_hooks_are_read() {
        assert!(tells_of_scanners(".github/workflows/ci.yml"));
        assert!(tells_of_scanners(".pre-commit-config.yaml"));
        assert!(!tells_of_scanners("README.md"));
    }
}
