//! A company whose requests are at a stand-in for GitHub.

use serde_json::{Value, json};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use testkit::emulate::{ADA, Emulate, REPOSITORY};
use testkit::overlay::Overlay;
use testkit::{Counterparts, Repo, Runner};

/// What protects the branch as it should be.
const RULES: &str = r#"[
{"type": "pull_request", "ruleset_id": 5, "ruleset_source_type": "Repository", "ruleset_source": "ada/shop", "parameters": {"required_approving_review_count": 0, "dismiss_stale_reviews_on_push": false, "require_code_owner_review": false, "require_last_push_approval": false, "required_review_thread_resolution": false}},
{"type": "non_fast_forward", "ruleset_id": 5, "ruleset_source_type": "Repository", "ruleset_source": "ada/shop"},
{"type": "deletion", "ruleset_id": 5, "ruleset_source_type": "Repository", "ruleset_source": "ada/shop"},
{"type": "required_status_checks", "ruleset_id": 5, "ruleset_source_type": "Repository", "ruleset_source": "ada/shop", "parameters": {"strict_required_status_checks_policy": true, "required_status_checks": [{"context": "countersign", "integration_id": 15368}]}}
]"#;

/// The ruleset that they belong to.
pub(crate) const RULESET: &str = r#"{"id": 5, "name": "main", "target": "branch", "source_type": "Repository", "source": "ada/shop", "enforcement": "active", "bypass_actors": [], "conditions": {"ref_name": {"include": ["refs/heads/main"], "exclude": []}}, "rules": [], "created_at": "2026-01-02T00:00:00Z", "updated_at": "2026-01-02T00:00:00Z"}"#;

/// A repository with one open request, and who works on it.
pub(crate) struct Company {
    pub(crate) repo: Repo,
    pub(crate) forge: Overlay,
    pub(crate) ada: Runner,
    main: String,
}

impl Company {
    /// Returns a company with these rules in its program; nothing where the stand-in is not installed.
    pub(crate) fn new(controls: &str) -> Option<Company> {
        Company::with(controls, &[])
    }

    /// Returns a company with these rules in its program, and these files on its branch.
    pub(crate) fn with(controls: &str, files: &[(&str, &str)]) -> Option<Company> {
        let counterparts = Counterparts::find("requests at a stand-in for GitHub")?;
        let forge = Emulate::start(&counterparts);
        Some(Company::at(
            forge,
            |known| program(known, OUTSIDER, controls),
            files,
        ))
    }

    /// Returns a company on whose repositories an app is installed, with the key of the app.
    pub(crate) fn with_app(controls: &str) -> Option<(Company, String)> {
        let counterparts = Counterparts::find("an app at a stand-in for GitHub")?;
        let (forge, key) = Emulate::with_app(&counterparts);
        let program = |known: &Known<'_>| program(known, OUTSIDER, controls);
        Some((Company::at(forge, program, &[]), key))
    }

    /// Returns a company in which bo is an agent that reviews.
    pub(crate) fn with_agent(controls: &str) -> Option<Company> {
        let counterparts = Counterparts::find("an agent that reviews at a stand-in for GitHub")?;
        let forge = Emulate::start(&counterparts);
        Some(Company::at(
            forge,
            |known| program(known, AGENT, controls),
            &[],
        ))
    }

    /// Returns a company in which scout is an agent that is asked at a model's server.
    pub(crate) fn with_reviewer(controls: &str, reviewer: &str) -> Option<Company> {
        let counterparts = Counterparts::find("a reviewer at a stand-in for GitHub")?;
        let forge = Emulate::start(&counterparts);
        let scout = format!(
            "  - {{id: scout, kind: agent, model: {{vendor: birch, family: owl}}, reviewer: {{{reviewer}}}}}\nassignments:"
        );
        let program = |known: &Known<'_>| {
            let program = program(known, AGENT, controls);
            let program = program.replace("assignments:", &scout);
            program.replace(
                "assignments: {",
                "assignments: {scout: [code review and approval], ",
            )
        };
        Some(Company::at(forge, program, &[]))
    }

    /// Returns a company in which scout and finch are agents that are asked at a model's server, and bo is an outsider.
    pub(crate) fn with_two_reviewers(controls: &str, scout: &str, finch: &str) -> Option<Company> {
        let counterparts = Counterparts::find("two reviewers at a stand-in for GitHub")?;
        let forge = Emulate::start(&counterparts);
        let agents = format!(
            "  - {{id: scout, kind: agent, model: {{vendor: birch}}, reviewer: {{{scout}}}}}\n\
             \x20 - {{id: finch, kind: agent, model: {{vendor: oak}}, reviewer: {{{finch}}}}}\nassignments: {{\
             scout: [code review and approval], finch: [code review and approval], bo: [code review and approval], "
        );
        let program = |known: &Known<'_>| {
            let program = program(known, OUTSIDER, controls);
            program.replace("assignments: {", &agents)
        };
        Some(Company::at(forge, program, &[]))
    }

    fn at(
        forge: Emulate,
        program: impl FnOnce(&Known<'_>) -> String,
        files: &[(&str, &str)],
    ) -> Company {
        let forge = Overlay::start(forge);
        let repo = Repo::new();
        let program = program(&(&repo, &forge));
        let commit = repo.commit().file("countersign.yaml", &program);
        let commit = files
            .iter()
            .fold(commit, |commit, (path, text)| commit.file(path, text));
        let main = commit
            .file("shop.py", "print('shop')\n")
            .message("Begin\n")
            .write();
        let theirs = tip(&forge, "main");
        forge.is_called(&theirs, &main);
        repo.checkout();
        let ada = Runner::new(env!("CARGO_BIN_EXE_countersign"))
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("COUNTERSIGN_GITHUB_TOKEN", ADA)
            .in_dir(repo.path());
        Company {
            repo,
            forge,
            ada,
            main,
        }
    }

    /// Protects the branch as the design asks for.
    pub(crate) fn protect(&self) {
        self.forge.answers("rules/branches/main", 200, RULES);
        self.forge.answers("rulesets/5", 200, RULESET);
        self.forge.answers("rulesets/5/history", 200, "[]");
    }

    /// Has the forge tell that the ruleset was never changed since it was made.
    pub(crate) fn answers_history(&self) {
        let version = r#"[{"version_id": 1, "actor": {"id": 1, "type": "User"}, "updated_at": "2026-01-02T00:00:00Z"}]"#;
        self.forge.answers("rulesets/5/history", 200, version);
    }

    /// Returns the rules as a version of the ruleset holds them.
    pub(crate) fn rules(&self) -> Value {
        serde_json::from_str(RULES).unwrap()
    }

    /// Opens request 1 with this description, and returns its head.
    pub(crate) fn open(&self, body: &str) -> String {
        self.repo.branch("topic", &self.main);
        let head = self.push("shop.py", "print('a better shop')\n");
        let request =
            json!({"title": "Better shop", "head": "topic", "base": "main", "body": body});
        act(&self.forge, ADA, "POST", "pulls", &request);
        head
    }

    /// Adds a commit to the request, here and at the forge, and returns it.
    pub(crate) fn push(&self, path: &str, content: &str) -> String {
        let head = self.repo.commit().on("topic").file(path, content).write();
        if act_status(&self.forge, ADA, "GET", "git/ref/heads/topic", &Value::Null).0 != 200 {
            let main = tip(&self.forge, "main");
            let reference = json!({"ref": "refs/heads/topic", "sha": main});
            act(&self.forge, ADA, "POST", "git/refs", &reference);
            let file = json!({"message": "Change it", "content": "YQ==", "branch": "topic"});
            act(&self.forge, ADA, "PUT", "contents/topic.txt", &file);
        }
        // emulate leaves the head of a request where it was; it is called by another name from now on.
        let theirs = tip(&self.forge, "topic");
        self.forge.is_called(&theirs, &head);
        head
    }

    /// Has one commit in the request, signed by Ada, that brings what its commits brought.
    pub(crate) fn sign(&self) {
        let (theirs, unsigned) = (tip(&self.forge, "topic"), self.repo.tip("topic"));
        self.repo.branch("topic", &self.main);
        let commit = self.repo.commit().on("topic");
        let commit = commit.file("shop.py", "print('a better shop')\n");
        let head = commit.signed(|bytes| self.signature(bytes)).write();
        assert_ne!(unsigned, head);
        self.forge.is_called(&theirs, &head);
    }

    /// Returns Ada's signature of a commit.
    fn signature(&self, bytes: &[u8]) -> String {
        let (key, file) = (self.key(), self.repo.beside("keys").join("commit"));
        fs::write(&file, bytes).unwrap();
        let mut sign = Command::new("ssh-keygen");
        sign.args(["-q", "-Y", "sign", "-n", "git", "-f", &key]);
        assert!(sign.arg(&file).status().unwrap().success());
        let signature = file.with_extension("sig");
        let text = fs::read_to_string(&signature).unwrap();
        fs::remove_file(signature).unwrap();
        text.trim_end().to_owned()
    }

    /// Changes request 1.
    pub(crate) fn change_request(&self, body: &Value) {
        act(&self.forge, ADA, "PATCH", "pulls/1", body);
    }

    /// Merges request 1, at the forge and here.
    pub(crate) fn merge(&self, token: &str) {
        act(&self.forge, token, "PUT", "pulls/1/merge", &json!({}));
        let merge = self.repo.merge("main", "topic");
        let merged = merge
            .message("Merge pull request #1 from ada/topic\n")
            .write();
        let theirs = tip(&self.forge, "main");
        self.forge.is_called(&theirs, &merged);
    }

    /// Returns outcome and reason of a rule on the change that landed, which the report's verification confirms.
    pub(crate) fn landed(&self, control: &str) -> (String, String) {
        self.says(&["audit", "--out", "report", "--period", "all"], 0);
        self.says(&["verify", "report"], 0);
        let report = fs::read(self.repo.path().join("report/audit.json")).unwrap();
        let report: Value = serde_json::from_slice(&report).unwrap();
        let decision = &report["changes"][1]["decisions"][control];
        let text = |name: &str| decision[name].as_str().unwrap().to_owned();
        (text("outcome"), text("reason"))
    }

    /// Does something as somebody.
    pub(crate) fn act(&self, token: &str, path: &str, body: &Value) {
        act(&self.forge, token, "POST", path, body);
    }

    /// Returns what a command says, lines that were folded in one.
    pub(crate) fn says(&self, arguments: &[&str], code: i32) -> String {
        let run = self.ada.run(arguments).expect_code(code);
        let said = format!("{}{}", run.stdout, run.stderr);
        let lines: Vec<&str> = said.split_whitespace().collect();
        lines.join(" ")
    }

    /// Returns what the gate says of request 1, where it ends with this code.
    pub(crate) fn gate(&self, code: i32) -> String {
        self.says(&["gate", "merge", "--request", "1"], code)
    }

    /// Returns what the forge answers to somebody who looks.
    pub(crate) fn look(&self, path: &str) -> Value {
        act(&self.forge, ADA, "GET", path, &Value::Null)
    }

    /// Returns a new SSH key of Ada, named in the program of `program`.
    pub(crate) fn key(&self) -> String {
        text(&self.repo.beside("keys").parent().unwrap().join("keys/ada"))
    }
}

/// What a program is written of.
type Known<'a> = (&'a Repo, &'a Overlay);

/// What bo is in a program, and what ada and bo hold there.
type Bo = (&'static str, &'static str);

const OUTSIDER: Bo = ("outsider", "ada: all");
const AGENT: Bo = ("agent", "ada: all, bo: [code review and approval]");

/// Returns the program, in which Ada has a key that lies beside the repository.
fn program((repo, forge): &Known<'_>, (kind, duties): Bo, controls: &str) -> String {
    let keys = repo.beside("keys");
    let key = keys.join("ada");
    let mut keygen = Command::new("ssh-keygen");
    keygen
        .args(["-q", "-t", "ed25519", "-N", "", "-f"])
        .arg(&key);
    assert!(keygen.status().unwrap().success());
    let public = fs::read_to_string(key.with_extension("pub")).unwrap();
    format!(
        "version: 1\norganisation: {{name: Larkspur Metrics}}\n\
         repositories:\n  - {{name: shop, path: ., branch: main, forge: \"github:{REPOSITORY}\", forge_api: \"{}\"}}\n\
         principals:\n\
         \x20 - {{id: ada, name: Ada Marsh, emails: [ada@larkspur.example, ada@localhost], accounts: [\"github:ada\"], ssh_keys: [\"{}\"]}}\n\
         \x20 - {{id: bo, name: Bo Lind, kind: {kind}, emails: [bo@elsewhere.example], accounts: [\"github:bo\"]}}\n\
         assignments: {{{duties}}}\n\
         risk_classes: {{high: [\"secrets/**\"], medium: [\"infra/**\"], low: [\"**\"]}}\n\
         controls:\n{controls}",
        forge.base(),
        public.trim()
    )
}

fn text(path: &std::path::Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// Returns the name that emulate gave to the tip of a branch.
fn tip(forge: &Overlay, branch: &str) -> String {
    let port = forge.emulate().port();
    let (status, found) = ask(
        port,
        ADA,
        "GET",
        &format!("git/ref/heads/{branch}"),
        &Value::Null,
    );
    assert_eq!(status, 200, "{found}");
    found["object"]["sha"].as_str().unwrap().to_owned()
}

fn act(forge: &Overlay, token: &str, method: &str, path: &str, body: &Value) -> Value {
    let (status, found) = act_status(forge, token, method, path, body);
    assert!((200..300).contains(&status), "{path}: {status} {found}");
    found
}

fn act_status(
    forge: &Overlay,
    token: &str,
    method: &str,
    path: &str,
    body: &Value,
) -> (u16, Value) {
    ask(forge.emulate().port(), token, method, path, body)
}

/// Asks emulate itself, as the person at the web page does.
fn ask(port: u16, token: &str, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let body = match body {
        Value::Null => String::new(),
        body => body.to_string(),
    };
    let request = format!(
        "{method} /repos/{REPOSITORY}/{path} HTTP/1.0\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or_default())
}
