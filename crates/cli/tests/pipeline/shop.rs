//! A company with a repository on a git server, its log beside it, and two requests: one that may land, and a draft.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use testkit::http::HttpServer;
use testkit::{Counterparts, Runner};

use crate::translated::Translated;
use crate::{git, path, said, text};

/// The request that may land.
pub(crate) const GOOD: u64 = 1;
/// The draft.
pub(crate) const DRAFT: u64 = 2;

/// `ci` and `secret`, as RFC 7617 says.
const AUTHORIZATION: &str = "Basic Y2k6c2VjcmV0";

pub(crate) struct Shop {
    home: Runner,
    server: HttpServer,
    _forge: Translated,
}

impl Shop {
    /// Returns the company, with a log that its laptop began.
    pub(crate) fn new(counterparts: &Counterparts) -> Shop {
        let home = Runner::new(env!("CARGO_BIN_EXE_countersign"));
        let server = HttpServer::of_git(home.home().join("srv"), AUTHORIZATION);
        configure(home.home(), &server);
        let laptop = home.home().join("laptop");
        for folder in [&laptop, &home.home().join("srv/ada")] {
            fs::create_dir_all(folder).unwrap();
        }
        let at = |arguments: &[&str]| done(home.home(), &laptop, arguments);
        at(&["init", "--quiet", "--initial-branch=main"]);
        let forge = Translated::start(counterparts);
        fs::write(laptop.join("countersign.yaml"), program(&forge.base())).unwrap();
        fs::write(
            laptop.join(".gitignore"),
            ".countersign\n.gitlab-ci-local\n",
        )
        .unwrap();
        at(&["add", "."]);
        at(&["commit", "--quiet", "--message=Say what holds"]);
        forge.calls("main", &at(&["rev-parse", "main"]));
        for (branch, is_draft) in [("good", false), ("draft", true)] {
            at(&["checkout", "--quiet", "-b", branch, "main"]);
            fs::write(laptop.join(branch), branch).unwrap();
            at(&["add", "."]);
            at(&["commit", "--quiet", "--message=Add it"]);
            forge.open_request(branch, &at(&["rev-parse", branch]), is_draft);
        }
        at(&["checkout", "--quiet", "main"]);
        let bare = home.home().join("srv/ada/shop.git");
        at(&["clone", "--quiet", "--bare", ".", text(&bare)]);
        at(&["remote", "add", "origin", "https://github.com/ada/shop.git"]);
        let shop = Shop {
            home,
            server,
            _forge: forge,
        };
        for (request, branch) in [(GOOD, "good"), (DRAFT, "draft")] {
            let heads = [
                format!("refs/pull/{request}/head"),
                format!("refs/merge-requests/{request}/head"),
            ];
            for head in heads {
                done(shop.home(), &bare, &["update-ref", &head, branch]);
            }
        }
        shop.countersign(&["collect"], 0);
        shop
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.home()
    }

    pub(crate) fn laptop(&self) -> PathBuf {
        self.home().join("laptop")
    }

    pub(crate) fn bare(&self) -> PathBuf {
        self.home().join("srv/ada/shop.git")
    }

    /// Returns the address of the repository, as its web page has it.
    pub(crate) fn page(&self) -> String {
        format!("http://{}/ada/shop", self.server.address())
    }

    /// Returns the private key of the log.
    pub(crate) fn key(&self) -> String {
        let key = fs::read_to_string(self.laptop().join(".countersign/log.key")).unwrap();
        key.trim_end().to_owned()
    }

    /// Returns what a command says on the laptop, if its exit code is this one.
    pub(crate) fn countersign(&self, arguments: &[&str], code: i32) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        command
            .args(arguments)
            .current_dir(self.laptop())
            .env_clear()
            .env("HOME", self.home())
            .env("PATH", path());
        let (said, ended) = said(&command.output().unwrap());
        assert_eq!(ended, Some(code), "{arguments:?}: {said}");
        said
    }

    /// Returns what git says on the laptop, and its exit code.
    pub(crate) fn git(&self, arguments: &[&str]) -> (String, Option<i32>) {
        said(
            &git(self.home(), &self.laptop())
                .args(arguments)
                .output()
                .unwrap(),
        )
    }

    /// Returns what git says on the laptop.
    pub(crate) fn done(&self, arguments: &[&str]) -> String {
        done(self.home(), &self.laptop(), arguments)
    }
}

/// Returns what git says, once it has done it.
pub(crate) fn done(home: &Path, folder: &Path, arguments: &[&str]) -> String {
    let (said, code) = said(&git(home, folder).args(arguments).output().unwrap());
    assert_eq!(code, Some(0), "{arguments:?}: {said}");
    said.trim_end().to_owned()
}

/// What a runner is given: GitHub's address leads to the server, which asks for a login.
fn configure(home: &Path, server: &HttpServer) {
    let address = server.address();
    let config = format!(
        "[user]\n\tname = Ada Marsh\n\temail = ada@larkspur.example\n[credential]\n\thelper = store\n\
         [url \"http://{address}/\"]\n\tinsteadOf = https://github.com/\n"
    );
    fs::write(home.join(".gitconfig"), config).unwrap();
    let login = format!("http://ci:secret@{address}\n");
    fs::write(home.join(".git-credentials"), login).unwrap();
}

fn program(api: &str) -> String {
    format!(
        "version: 1
organisation: {{name: Larkspur Metrics}}
repositories:
  - {{name: shop, path: ., branch: main, forge: \"github:ada/shop\", forge_api: \"{api}\"}}
principals:
  - {{id: ada, name: Ada Marsh, emails: [ada@larkspur.example], accounts: [\"github:ada\"]}}
assignments: {{ada: all}}
controls: {{CR-4: in use}}
ledger: git+origin
"
    )
}
