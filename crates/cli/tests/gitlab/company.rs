//! A company whose requests are at a fake of GitLab.

use std::fs;
use std::process::Command;
use testkit::gitlab::shop::Request;
use testkit::gitlab::{FakeGitlab, TOKEN};
use testkit::{Repo, Runner};

/// When the request was opened.
pub(crate) const OPENED: &str = "2026-01-05T09:00:00.000Z";

/// A repository with one open request, and who works on it.
pub(crate) struct Company {
    pub(crate) repo: Repo,
    pub(crate) gitlab: FakeGitlab,
    pub(crate) ada: Runner,
    pub(crate) request: Request,
}

impl Company {
    /// Returns a company with these rules in its program.
    pub(crate) fn new(controls: &str) -> Company {
        let gitlab = FakeGitlab::start(&[]);
        let repo = Repo::new();
        let program = program(&repo, &gitlab, controls);
        let commit = repo.commit().file("countersign.yaml", &program);
        let commit = commit.file("shop.py", "print('shop')\n");
        let main = commit.message("Begin\n").write();
        repo.branch("topic", &main);
        let commit = repo.commit().on("topic");
        let head = commit.file("shop.py", "print('a better shop')\n").write();
        repo.checkout();
        gitlab.has_project(&main);
        let ada = Runner::new(env!("CARGO_BIN_EXE_countersign"))
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("COUNTERSIGN_GITLAB_TOKEN", TOKEN)
            .in_dir(repo.path());
        let request = Request {
            number: 1,
            head,
            start: main,
            description: String::new(),
            closes: vec![],
            is_draft: true,
            opened: OPENED.to_owned(),
            merged: None,
            pipeline: "failed",
            approvals: vec![],
            objections: vec![],
        };
        let company = Company {
            repo,
            gitlab,
            ada,
            request,
        };
        company.tell();
        company
    }

    /// Tells GitLab of the request as it is now.
    pub(crate) fn tell(&self) {
        self.gitlab
            .has_requests(std::slice::from_ref(&self.request));
    }

    /// Changes the request.
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut Request)) {
        change(&mut self.request);
        self.tell();
    }

    /// Merges the request, at the forge and here.
    pub(crate) fn merge(&mut self) {
        let merge = self.repo.merge("main", "topic");
        let merged = merge.message("Merge branch 'topic' into 'main'\n\nBetter shop\n\nSee merge request larkspur/web/shop!1\n").write();
        self.gitlab.has_tip(&merged);
        self.change(|request| request.merged = Some((now(), merged)));
    }

    /// Returns what a command says, lines that were folded in one.
    pub(crate) fn says(&self, arguments: &[&str], code: i32) -> String {
        let run = self.ada.run(arguments).expect_code(code);
        let said = format!("{}{}", run.stdout, run.stderr);
        let lines: Vec<&str> = said.split_whitespace().collect();
        lines.join(" ")
    }

    /// Returns what the gate says of the request, where it ends with this code.
    pub(crate) fn gate(&self, code: i32) -> String {
        self.says(&["gate", "merge", "--request", "1"], code)
    }

    /// Returns the key of Ada, who is in the program with it.
    pub(crate) fn key(&self) -> String {
        let keys = self.repo.beside("keys");
        keys.join("ada").to_str().unwrap().to_owned()
    }
}

/// Returns the moment as GitLab writes it.
pub(crate) fn now() -> String {
    let date = Command::new("date")
        .args(["-u", "+%Y-%m-%dT%H:%M:%S.%3NZ"])
        .output()
        .unwrap();
    String::from_utf8(date.stdout).unwrap().trim().to_owned()
}

/// Returns the program, in which Ada has a key that lies beside the repository.
fn program(repo: &Repo, gitlab: &FakeGitlab, controls: &str) -> String {
    let key = repo.beside("keys").join("ada");
    let mut keygen = Command::new("ssh-keygen");
    keygen
        .args(["-q", "-t", "ed25519", "-N", "", "-f"])
        .arg(&key);
    assert!(keygen.status().unwrap().success());
    let public = fs::read_to_string(key.with_extension("pub")).unwrap();
    format!(
        "version: 1\norganisation: {{name: Larkspur Metrics}}\n\
         repositories:\n  - {{name: shop, path: ., branch: main, forge: \"gitlab:larkspur/web/shop\", forge_api: \"{}\"}}\n\
         principals:\n\
         \x20 - {{id: ada, name: Ada Marsh, emails: [ada@larkspur.example], accounts: [\"gitlab:ada\"], ssh_keys: [\"{}\"]}}\n\
         \x20 - {{id: bo, name: Bo Lind, kind: outsider, emails: [bo@elsewhere.example], accounts: [\"gitlab:bo\"]}}\n\
         assignments: {{ada: all, bo: [code review and approval]}}\n\
         risk_classes: {{high: [\"secrets/**\"], medium: [\"infra/**\"], low: [\"**\"]}}\n\
         controls:\n{controls}",
        gitlab.base(),
        public.trim()
    )
}
