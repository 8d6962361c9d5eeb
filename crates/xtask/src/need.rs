//! Programs that tests, benchmarks and faults need, installed from the distribution where that is possible.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::step::Step;

/// A program, and the Debian package that brings it.
type Need = (&'static str, &'static str);

/// What the tests need.
pub(crate) const TESTS: [Need; 11] = [
    ("chromium", "chromium"),
    ("git", "git"),
    ("node", "nodejs"),
    ("npm", "npm"),
    ("openssl", "openssl"),
    ("pdftoppm", "poppler-utils"),
    ("pdftotext", "poppler-utils"),
    // gitlab-ci-local copies the files of a job with it.
    ("rsync", "rsync"),
    ("ssh-add", "openssh-client"),
    ("ssh-agent", "openssh-client"),
    ("ssh-keygen", "openssh-client"),
];

/// What the benchmark of the ledger needs.
pub(crate) const POSTGRES: [Need; 2] = [("initdb", "postgresql"), ("pgbench", "postgresql")];

/// What faults are injected with.
pub(crate) const FAULTS: [Need; 1] = [("strace", "strace")];

/// Where Debian keeps the programs of its PostgreSQL, a folder for each version.
const POSTGRES_VERSIONS: &str = "/usr/lib/postgresql";

/// How this user becomes root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Elevation {
    AlreadyRoot,
    Sudo,
}

/// Installs what is absent, or says which packages to install.
pub(crate) fn ensure(needs: &[Need]) -> Result<(), Failure> {
    let is_there = |program: &str| find(program).is_some();
    let packages = missing_packages(needs, is_there);
    if packages.is_empty() {
        return Ok(());
    }
    let elevation = elevation().ok_or_else(|| cannot_install(&packages))?;
    apt(elevation, "update the list of packages", &["update"])
        .and_then(|()| {
            let options = ["install", "--yes", "--no-install-recommends"];
            let name = format!("install {}", packages.join(", "));
            apt(elevation, &name, &[&options, packages.as_slice()].concat())
        })
        .map_err(|_| cannot_install(&packages))?;
    match missing_packages(needs, is_there).as_slice() {
        [] => Ok(()),
        still => Err(cannot_install(still)),
    }
}

fn missing_packages(needs: &[Need], is_there: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let mut packages: Vec<&str> = needs
        .iter()
        .filter(|(program, _)| !is_there(program))
        .map(|&(_, package)| package)
        .collect();
    packages.dedup();
    packages
}

/// Returns where a program lies, on the path or with PostgreSQL.
#[expect(clippy::disallowed_methods, reason = "this program is an edge")]
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let versions = fs::read_dir(POSTGRES_VERSIONS);
    let of_postgres = versions.into_iter().flatten().flatten();
    std::env::split_paths(&path)
        .chain(of_postgres.map(|version| version.path().join("bin")))
        .map(|folder| folder.join(program))
        .find(|program| program.is_file())
}

/// Returns whether this process may do everything.
pub(crate) fn is_root() -> bool {
    owner_of_this_process() == Some(0)
}

/// None where apt is absent, or this user may not install.
fn elevation() -> Option<Elevation> {
    find("apt-get")?;
    if is_root() {
        return Some(Elevation::AlreadyRoot);
    }
    let sudo = Command::new("sudo")
        .args(["-n", "true"])
        .stderr(Stdio::null())
        .status();
    sudo.is_ok_and(|status| status.success())
        .then_some(Elevation::Sudo)
}

fn owner_of_this_process() -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    Some(Path::new("/proc/self").metadata().ok()?.uid())
}

fn apt(elevation: Elevation, name: &str, arguments: &[&str]) -> Result<(), Failure> {
    // sudo drops the environment, so the variable is given behind it.
    let quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];
    let words = [&quiet, arguments].concat();
    match elevation {
        Elevation::AlreadyRoot => Step::new(name, words[0], &words[1..]).run(),
        Elevation::Sudo => Step::new(name, "sudo", &[&["-n"], words.as_slice()].concat()).run(),
    }
}

fn cannot_install(packages: &[&str]) -> Failure {
    Failure::new(format!(
        "programs are needed that are absent and cannot be installed here; install: {}",
        packages.join(" ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_missing_where_all_is_there() {
        assert!(missing_packages(&TESTS, |_| true).is_empty());
    }

    #[test]
    fn a_package_is_named_once() {
        let packages = missing_packages(&TESTS, |program| !program.starts_with("pdf"));
        assert_eq!(packages, ["poppler-utils"]);
    }

    #[test]
    fn every_package_is_named_in_the_error() {
        let failure = cannot_install(&missing_packages(&TESTS, |program| program == "git"));
        assert!(
            format!("{failure:?}").contains("install: chromium nodejs npm openssl poppler-utils")
        );
    }
}
