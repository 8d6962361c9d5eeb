//! Programs that the tests need, installed from the distribution where that is possible.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::step::Step;

/// A program, and the Debian package that brings it.
type Need = (&'static str, &'static str);

const NEEDS: [Need; 7] = [
    ("chromium", "chromium"),
    ("git", "git"),
    ("node", "nodejs"),
    ("npm", "npm"),
    ("openssl", "openssl"),
    ("pdftoppm", "poppler-utils"),
    ("pdftotext", "poppler-utils"),
];

/// How this user becomes root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Elevation {
    AlreadyRoot,
    Sudo,
}

/// Installs what is absent, or says which packages to install.
pub(crate) fn ensure() -> Result<(), Failure> {
    let packages = missing_packages(on_path);
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
    match missing_packages(on_path).as_slice() {
        [] => Ok(()),
        still => Err(cannot_install(still)),
    }
}

fn missing_packages(is_there: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let mut packages: Vec<&str> = NEEDS
        .iter()
        .filter(|(program, _)| !is_there(program))
        .map(|&(_, package)| package)
        .collect();
    packages.dedup();
    packages
}

#[expect(clippy::disallowed_methods, reason = "this program is an edge")]
fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// None where apt is absent, or this user may not install.
fn elevation() -> Option<Elevation> {
    if !on_path("apt-get") {
        return None;
    }
    if owner_of_this_process() == Some(0) {
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
        "the tests need programs that are absent and cannot be installed here; install: {}",
        packages.join(" ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_missing_where_all_is_there() {
        assert!(missing_packages(|_| true).is_empty());
    }

    #[test]
    fn a_package_is_named_once() {
        let packages = missing_packages(|program| !program.starts_with("pdf"));
        assert_eq!(packages, ["poppler-utils"]);
    }

    #[test]
    fn every_package_is_named_in_the_error() {
        let failure = cannot_install(&missing_packages(|program| program == "git"));
        assert!(
            format!("{failure:?}").contains("install: chromium nodejs npm openssl poppler-utils")
        );
    }
}
