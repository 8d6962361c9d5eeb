//! A small repository in several states.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use testkit::{Counterparts, Repo, Runner};

use crate::tools::Logged;

/// How the files of the repository are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Each scanner has something to find.
    Planted,
    /// Nothing is to be found.
    Mended,
    /// No scanner can parse what it looks for.
    Spoilt,
    /// Nothing that a scanner looks for is there.
    Bare,
}

const PROGRAM: &str = "\
version: 1
organisation: {name: Larkspur Metrics}
principals:
  - {id: ada, name: Ada Marsh, emails: [ada@larkspur.example]}
assignments: {ada: all}
";

/// What Semgrep looks for: its own rules would come from a server.
const RULES: &str = "\
rules:
  - id: shell
    languages: [python]
    severity: ERROR
    message: a shell runs what a caller typed
    pattern: subprocess.call(..., shell=True)
";
const ESLINT: &str = "export default [{files: [\"**/*.js\"], rules: {\"no-eval\": \"error\"}}];\n";

const PYTHON: [&str; 3] = [
    "import subprocess\n\n\ndef show(name):\n    return subprocess.call(\"cat \" + name, shell=True)\n",
    "def show(name):\n    with open(name) as file:\n        return file.read()\n",
    "import subprocess\n\n\ndef show(name:\n    return subprocess.call(\"cat \" + name, shell=True)\n",
];
const JAVASCRIPT: [&str; 3] = [
    "export function show(name) {\n  return eval(name);\n}\n",
    "export function show(name) {\n  return name;\n}\n",
    "export function show(name) {\n  return name;\n",
];
const TERRAFORM: [&str; 3] = [
    "resource \"aws_security_group\" \"shop\" {
  name        = \"shop\"
  description = \"The shop\"
  ingress {
    description = \"everything from everywhere\"
    from_port   = 22
    to_port     = 22
    protocol    = \"tcp\"
    cidr_blocks = [\"0.0.0.0/0\"]
  }
}
",
    "resource \"aws_sqs_queue\" \"orders\" {\n  name              = \"orders\"\n  kms_master_key_id = \"alias/orders\"\n}\n",
    "resource \"aws_sqs_queue\" \"orders\" {\n  name =\n",
];
const DOCKERFILE: [&str; 3] = [
    "FROM debian:12\nRUN sudo rm -rf /var/cache\n",
    "FROM debian:12.5\nUSER 1000\nHEALTHCHECK CMD [\"true\"]\nCMD [\"true\"]\n",
    "FROM debian:12\nRUUN true\n",
];
const WORKFLOW: [&str; 3] = [
    "name: ci
on: pull_request_target
jobs:
  title:
    runs-on: ubuntu-latest
    steps:
      - run: echo \"${{ github.event.pull_request.title }}\"
",
    "name: ci\non: push\npermissions: {}\njobs:\n  test:\n    name: Test\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n",
    "name: ci\non: push\njobs:\n  test: [\n",
];
const FILES: [(&str, [&str; 3]); 5] = [
    ("src/show.py", PYTHON),
    ("src/show.js", JAVASCRIPT),
    ("main.tf", TERRAFORM),
    ("Dockerfile", DOCKERFILE),
    (".github/workflows/ci.yml", WORKFLOW),
];

/// Returns a key of nobody, which stands nowhere as a whole: whoever scans this repository finds none.
fn key() -> String {
    format!("aws_access_key_id = \"{}{}\"\n", "AKIA", "Z7QHT3WNB5XKRMDC")
}

/// A repository in one state, with what is not its own beside it.
pub(crate) struct Shop {
    repo: Repo,
    runner: Runner,
    counterparts: Counterparts,
}

impl Shop {
    pub(crate) fn new(counterparts: &Counterparts, state: State) -> Shop {
        let which = [State::Planted, State::Mended, State::Spoilt];
        let files = which.iter().position(|it| *it == state).map(|which| {
            let of_state = |(name, texts): (_, [&'static str; 3])| (name, texts[which].to_owned());
            FILES.map(of_state).to_vec()
        });
        let mut files = files.unwrap_or_default();
        if state == State::Planted {
            files.push(("settings.ini", key()));
        }
        Shop::of(counterparts, &files)
    }

    /// Returns a repository with these files only.
    pub(crate) fn of(counterparts: &Counterparts, files: &[(&str, String)]) -> Shop {
        let repo = Repo::new();
        let mut commit = repo.commit().file("countersign.yaml", PROGRAM);
        for (name, text) in files {
            commit = commit.file(name, text);
        }
        commit.write();
        repo.checkout();
        let beside = repo.beside("tools");
        fs::write(beside.join("rules.yaml"), RULES).unwrap();
        fs::write(beside.join("eslint.config.mjs"), ESLINT).unwrap();
        Shop {
            runner: Runner::new(env!("CARGO_BIN_EXE_countersign")).in_dir(repo.path()),
            counterparts: counterparts.clone(),
            repo,
        }
    }

    /// Returns the folder of a file beside the repository, which no scanner looks at.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.repo.beside("tools").join(name)
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.repo.path()
    }

    /// Returns a program of the virtual environment, at work in the repository.
    pub(crate) fn program(&self, name: &str) -> Command {
        let mut command = self.counterparts.command(name, &self.home());
        let programs = self.counterparts.program(name);
        // Some of them start others that lie beside them.
        let path = format!("{}:/usr/bin:/bin", programs.parent().unwrap().display());
        command.env("PATH", path).current_dir(self.folder());
        command
    }

    /// Returns a program on Node, at work in the repository.
    pub(crate) fn on_node(&self, file: &str) -> Command {
        let mut command = self.counterparts.node(file, &self.home());
        command.current_dir(self.folder());
        command
    }

    pub(crate) fn file_of_package(&self, file: &str) -> PathBuf {
        self.counterparts.file(file)
    }

    fn home(&self) -> PathBuf {
        self.repo.beside("home")
    }

    /// Records a report on the repository's commit, and returns what was said with its exit code.
    pub(crate) fn records(&self, kind: &str, report: &[u8]) -> (String, i32) {
        self.records_file(&["--kind", kind], report)
    }

    fn records_file(&self, more: &[&str], report: &[u8]) -> (String, i32) {
        let file = self.beside("report");
        fs::write(&file, report).unwrap();
        let record = ["record", "check", file.to_str().unwrap()];
        let run = self.runner.run([&record[..], more].concat());
        let said = format!("{}{}", run.stdout, run.stderr).replace("\n  ", " ");
        (said, run.code.unwrap())
    }

    /// Checks the verdict of `record check` on a report.
    #[track_caller]
    pub(crate) fn check(&self, kind: &str, report: &[u8], code: i32, words: &str) {
        check(self.records(kind, report), report, code, words);
    }

    /// Checks the verdict of `record check` on a report beside what its tool printed.
    #[track_caller]
    pub(crate) fn check_logged(&self, kind: &str, ran: &Logged, code: i32, words: &str) {
        let log = self.beside("log");
        fs::write(&log, &ran.log).unwrap();
        let more = ["--kind", kind, "--tool-log", log.to_str().unwrap()];
        check(self.records_file(&more, &ran.report), &ran.log, code, words);
    }
}

#[track_caller]
fn check((said, found): (String, i32), report: &[u8], code: i32, words: &str) {
    let shown = || String::from_utf8_lossy(&report[..report.len().min(2_000)]).into_owned();
    assert_eq!(found, code, "{said}\n{}", shown());
    assert!(said.contains(words), "{said}\n{}", shown());
}
