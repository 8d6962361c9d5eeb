//! A forge: git's own HTTP server before a bare repository, for those who log in.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use testkit::http::{Answered, HttpServer, git_backend};
use testkit::{Repo, Runner};

use crate::{PROGRAM, machine};

/// What lets somebody in, and must stand in no list of processes.
pub(crate) const PASSWORD: &str = "glpat-0123456789";

/// `ci` and the password, as RFC 7617 says.
const AUTHORIZATION: &str = "Basic Y2k6Z2xwYXQtMDEyMzQ1Njc4OQ==";

pub(crate) struct Forge {
    /// The repository that Ada works in, whose log is on the forge.
    pub(crate) repo: Repo,
    server: HttpServer,
    is_leaked: Arc<AtomicBool>,
}

impl Forge {
    pub(crate) fn new() -> Forge {
        let repo = Repo::new();
        let program = format!("{PROGRAM}ledger: git+origin\n");
        repo.write_file("countersign.yaml", &program);
        let commit = repo.commit().file("countersign.yaml", &program);
        commit.message("Begin\n").write();
        let folder = repo.beside("forge");
        git(
            &folder,
            &[
                "clone",
                "--quiet",
                "--bare",
                &text(&repo.path()),
                "shop.git",
            ],
        );
        let is_leaked = Arc::new(AtomicBool::new(false));
        let leaked = is_leaked.clone();
        let server = HttpServer::start(move |asked| {
            if is_shown(PASSWORD) || is_shown(&AUTHORIZATION["Basic ".len()..]) {
                leaked.store(true, Ordering::SeqCst);
            }
            match asked.header("authorization") {
                Some(AUTHORIZATION) => git_backend(&folder, asked),
                Some(_) | None => Answered {
                    headers: vec![("WWW-Authenticate".into(), "Basic realm=\"git\"".into())],
                    ..Answered::status(401)
                },
            }
        });
        let forge = Forge {
            repo,
            server,
            is_leaked,
        };
        forge.logs_in(&forge.repo.path());
        forge
    }

    /// Returns the address, with a login where one is given.
    pub(crate) fn url(&self, login: &str) -> String {
        format!("http://{login}{}/shop.git", self.server.address())
    }

    /// Returns what a file of `git credential-store` says of the forge.
    pub(crate) fn credentials(&self) -> String {
        format!("http://ci:{PASSWORD}@{}\n", self.server.address())
    }

    /// Names the forge in a clone, and lets it in by a header, as GitHub writes it into the clone of a job.
    pub(crate) fn sends_header(&self, clone: &Path) {
        let (url, header) = (self.url(""), format!("AUTHORIZATION: {AUTHORIZATION}"));
        let entry = format!(
            "[remote \"actions\"]\n\turl = {url}\n[http \"{url}\"]\n\textraheader = \"{header}\"\n"
        );
        let config = clone.join(".git/config");
        let before = fs::read_to_string(&config).unwrap();
        fs::write(config, before + &entry).unwrap();
    }

    /// Names the forge in a clone, with a login in the address, as GitLab writes it into the clone of a job.
    fn logs_in(&self, clone: &Path) {
        let config = clone.join(".git/config");
        let before = fs::read_to_string(&config).unwrap();
        let url = self.url(&format!("ci:{PASSWORD}@"));
        fs::write(
            config,
            format!("{before}[remote \"origin\"]\n\turl = {url}\n"),
        )
        .unwrap();
    }

    /// Returns a machine that has nothing but a fresh clone, in the folder `shop` of its home.
    pub(crate) fn runner(&self) -> (Runner, PathBuf) {
        let machine = machine();
        let forge = text(&self.repo.beside("forge").join("shop.git"));
        git(
            machine.home(),
            &["clone", "--quiet", "--origin=disk", &forge, "shop"],
        );
        let clone = machine.home().join("shop");
        self.logs_in(&clone);
        (machine.in_dir(&clone), clone)
    }

    /// Takes the last append to the log back, as whoever rules over the forge can.
    pub(crate) fn rolls_back(&self) {
        self.takes_back(2);
    }

    /// Takes so many pushes of the log back: that of records, and that of the tree with its checkpoint.
    pub(crate) fn takes_back(&self, pushes: u32) {
        let log = "refs/countersign/ledger";
        let back = ["update-ref", log, &format!("{log}~{pushes}")];
        git(&self.repo.beside("forge").join("shop.git"), &back);
    }

    /// Checks that nobody who may list processes saw the password.
    pub(crate) fn leaked_nothing(&self) {
        assert!(!self.is_leaked.load(Ordering::SeqCst));
    }
}

pub(crate) fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

fn git(folder: &Path, arguments: &[&str]) {
    fs::create_dir_all(folder).unwrap();
    let mut git = Command::new("git");
    let git = git.current_dir(folder).args(arguments);
    let ended = git.env("GIT_CONFIG_GLOBAL", "/dev/null").status().unwrap();
    assert!(ended.success(), "{arguments:?}");
}

/// Returns whether any process has a text among its arguments.
fn is_shown(text: &str) -> bool {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let arguments = processes.filter_map(|it| fs::read(it.path().join("cmdline")).ok());
    arguments
        .map(|it| String::from_utf8_lossy(&it).into_owned())
        .any(|it| it.contains(text))
}
