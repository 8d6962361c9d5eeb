//! A company with a repository on a git server, its log beside it, and two requests: one that may land, and a draft.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use testkit::gitlab::shop::Request;
use testkit::gitlab::{FakeGitlab, TOKEN};
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
    forge: Forge,
}

/// Where the requests are.
enum Forge {
    /// At the stand-in for GitHub.
    Github(Translated),
    /// At a fake of GitLab, for nobody wrote a stand-in.
    Gitlab(FakeGitlab),
}

impl Forge {
    fn program(&self) -> String {
        match self {
            Forge::Github(forge) => program("github:ada/shop", &forge.base(), "CR-4: in use"),
            Forge::Gitlab(forge) => program(
                "gitlab:larkspur/web/shop",
                &forge.base(),
                "CR-1: in use, CR-2: in use, CR-3: in use, CR-4: in use",
            ),
        }
    }

    /// Tells of the tip of `main`, and of the requests with their heads.
    fn tell(&self, main: &str, heads: &[(&str, bool, String)]) {
        match self {
            Forge::Github(forge) => {
                forge.calls("main", main);
                for (branch, is_draft, head) in heads {
                    forge.open_request(branch, head, *is_draft);
                }
            }
            Forge::Gitlab(forge) => {
                forge.has_project(main);
                forge.set_protected(&[("main", 0)]);
                forge.set_pipelines_must_succeed(true);
                let request =
                    |(number, (_, is_draft, head)): (u64, &(&str, bool, String))| Request {
                        number,
                        head: head.clone(),
                        start: main.to_owned(),
                        description: String::new(),
                        is_draft: *is_draft,
                        opened: "2026-01-05T09:00:00.000Z".to_owned(),
                        merged: None,
                        pipeline: "success",
                        approvals: vec![],
                        objections: vec![],
                        closes: vec![],
                    };
                let requests: Vec<Request> = (GOOD..).zip(heads).map(request).collect();
                forge.has_requests(&requests);
            }
        }
    }
}

impl Shop {
    /// Returns the company at GitHub, with a log that its laptop began.
    pub(crate) fn new(counterparts: &Counterparts) -> Shop {
        Shop::at(Forge::Github(Translated::start(counterparts)))
    }

    /// Returns the company at GitLab.
    pub(crate) fn at_gitlab() -> Shop {
        Shop::at(Forge::Gitlab(FakeGitlab::start(&[])))
    }

    fn at(forge: Forge) -> Shop {
        let home = Runner::new(env!("CARGO_BIN_EXE_countersign"));
        let server = HttpServer::of_git(home.home().join("srv"), AUTHORIZATION);
        configure(home.home(), &server);
        let laptop = home.home().join("laptop");
        for folder in [&laptop, &home.home().join("srv/ada")] {
            fs::create_dir_all(folder).unwrap();
        }
        let at = |arguments: &[&str]| done(home.home(), &laptop, arguments);
        at(&["init", "--quiet", "--initial-branch=main"]);
        fs::write(laptop.join("countersign.yaml"), forge.program()).unwrap();
        fs::write(
            laptop.join(".gitignore"),
            ".countersign\n.gitlab-ci-local\n",
        )
        .unwrap();
        at(&["add", "."]);
        at(&["commit", "--quiet", "--message=Say what holds"]);
        let main = at(&["rev-parse", "main"]);
        let mut heads = Vec::new();
        for (branch, is_draft) in [("good", false), ("draft", true)] {
            at(&["checkout", "--quiet", "-b", branch, "main"]);
            fs::write(laptop.join(branch), branch).unwrap();
            at(&["add", "."]);
            at(&["commit", "--quiet", "--message=Add it"]);
            heads.push((branch, is_draft, at(&["rev-parse", branch])));
        }
        forge.tell(&main, &heads);
        at(&["checkout", "--quiet", "main"]);
        let bare = home.home().join("srv/ada/shop.git");
        at(&["clone", "--quiet", "--bare", ".", text(&bare)]);
        at(&["remote", "add", "origin", "https://github.com/ada/shop.git"]);
        let shop = Shop {
            home,
            server,
            forge,
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
        if let Forge::Gitlab(_) = self.forge {
            command.env("COUNTERSIGN_GITLAB_TOKEN", TOKEN);
        }
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

fn program(forge: &str, api: &str, controls: &str) -> String {
    format!(
        "version: 1
organisation: {{name: Larkspur Metrics}}
repositories:
  - {{name: shop, path: ., branch: main, forge: \"{forge}\", forge_api: \"{api}\"}}
principals:
  - {{id: ada, name: Ada Marsh, emails: [ada@larkspur.example], accounts: [\"github:ada\", \"gitlab:ada\"]}}
assignments: {{ada: all}}
controls: {{{controls}}}
ledger: git+origin
"
    )
}
