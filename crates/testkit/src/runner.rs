//! Runs a real binary where nothing of this machine can reach it.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::Filter;
use crate::terminal::Terminal;

/// A command with an empty environment, a home of its own, nothing on its standard input, and a terminal only to converse.
///
/// `PATH` names an empty folder, so that a program which quietly starts git fails here.
#[derive(Debug)]
pub struct Runner {
    binary: PathBuf,
    home: TempDir,
    folder: PathBuf,
    environment: BTreeMap<OsString, OsString>,
    filter: Filter,
}

impl Runner {
    /// Returns a runner of that binary, which starts in its empty home.
    ///
    /// A test passes `env!("CARGO_BIN_EXE_countersign")`.
    #[must_use]
    pub fn new(binary: impl Into<PathBuf>) -> Runner {
        let home = tempfile::Builder::new()
            .prefix("testkit-home-")
            .tempdir()
            .expect("a temporary folder can be made");
        let path = home.path().join("empty-path");
        fs::create_dir(&path).expect("a folder in the home can be made");
        let environment = BTreeMap::from([
            ("HOME".into(), home.path().into()),
            ("PATH".into(), path.into()),
            ("GIT_CONFIG_NOSYSTEM".into(), "1".into()),
        ]);
        Runner {
            binary: binary.into(),
            folder: home.path().to_owned(),
            environment,
            filter: Filter::new().path(home.path(), "[HOME]"),
            home,
        }
    }

    /// Starts in this folder, which snapshots call `[DIR]`.
    #[must_use]
    pub fn in_dir(mut self, folder: impl AsRef<Path>) -> Runner {
        self.folder = folder.as_ref().to_owned();
        self.filter = self.filter.path(folder, "[DIR]");
        self
    }

    /// Sets a variable of the environment.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Runner {
        self.environment.insert(name.into(), value.into());
        self
    }

    /// Calls a path by this placeholder in snapshots.
    #[must_use]
    pub fn hide_path(mut self, path: impl AsRef<Path>, placeholder: &str) -> Runner {
        self.filter = self.filter.path(path, placeholder);
        self
    }

    /// Calls a text by this placeholder in snapshots.
    #[must_use]
    pub fn hide(mut self, text: &str, placeholder: &str) -> Runner {
        self.filter = self.filter.text(text, placeholder);
        self
    }

    /// Returns the home, for what a test puts there or finds there.
    #[must_use]
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Runs the binary to its end.
    pub fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Run {
        let output = self
            .command(arguments)
            .stdin(Stdio::null())
            .output()
            .expect("the binary can be started");
        Run::new(output, self.filter.clone())
    }

    /// Runs the binary to its end with a file as standard input.
    pub fn run_on<A: AsRef<OsStr>>(
        &self,
        input: impl AsRef<Path>,
        arguments: impl IntoIterator<Item = A>,
    ) -> Run {
        let input = File::open(input).expect("the file can be read");
        let mut command = self.command(arguments);
        let output = command.stdin(input).output();
        Run::new(
            output.expect("the binary can be started"),
            self.filter.clone(),
        )
    }

    /// Runs the binary with a terminal as standard input and standard error, and answers its questions in their order.
    ///
    /// An answer is typed once its question was printed. Standard error has all that the terminal was told to show.
    pub fn converse<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
        answers: &[(&str, &str)],
    ) -> Run {
        let terminal = Terminal::open();
        let child = self
            .command(arguments)
            .stdin(terminal.stdio())
            .stdout(Stdio::piped())
            .stderr(terminal.stdio())
            .spawn()
            .expect("the binary can be started");
        let shown = terminal.converse(answers);
        let output = child.wait_with_output().expect("the binary ends");
        Run {
            stderr: shown,
            ..Run::new(output, self.filter.clone())
        }
    }

    fn command<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env_clear()
            .envs(&self.environment);
        command
    }
}

/// What a run left behind, unfiltered.
#[derive(Debug)]
pub struct Run {
    /// What it wrote on its standard output.
    pub stdout: String,
    /// What it wrote on its standard error.
    pub stderr: String,
    /// Its exit code; none where a signal ended it.
    pub code: Option<i32>,
    filter: Filter,
}

impl Run {
    fn new(output: Output, filter: Filter) -> Run {
        Run {
            stdout: String::from_utf8(output.stdout).expect("a program that prints UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("a program that prints UTF-8"),
            code: output.status.code(),
            filter,
        }
    }

    /// Returns exit code, standard output and standard error together, filtered, for one snapshot.
    #[must_use]
    pub fn snapshot(&self) -> String {
        let code = self
            .code
            .map_or("a signal".to_owned(), |code| code.to_string());
        let mut text = format!("exit: {code}\n");
        for (name, stream) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            text.push_str(&format!("--- {name}\n"));
            text.push_str(&self.filter.apply(stream));
            if !stream.is_empty() && !stream.ends_with('\n') {
                text.push_str("[no line feed]\n");
            }
        }
        text
    }

    /// Returns the run, if the exit code is this one.
    ///
    /// # Panics
    /// With both streams, if it is another.
    #[must_use]
    pub fn expect_code(self, code: i32) -> Run {
        assert_eq!(self.code, Some(code), "{}", self.snapshot());
        self
    }
}
