//! The third-party programs that a test talks to, and what starts them.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Names the folder whose `bin/` has the programs; `cargo xtask test` sets it.
const VARIABLE: &str = "COUNTERPARTS";

/// A folder of installed programs, which nobody of this project wrote.
#[derive(Debug, Clone)]
pub struct Counterparts {
    folder: PathBuf,
}

/// What a counterpart answered to one call.
#[derive(Debug)]
pub struct Answer {
    /// Whether it ended with exit code 0.
    pub is_success: bool,
    /// What it wrote on its standard output.
    pub stdout: String,
    /// What it wrote on its standard error.
    pub stderr: String,
}

impl Counterparts {
    /// Returns the installed programs; where none are, says so in one line that names the test, and returns nothing.
    ///
    /// Once `COUNTERPARTS` is set nothing is passed over any more: an absent program fails the test that asks for it.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "a test learns from its environment what it can run"
    )]
    pub fn find(test: &str) -> Option<Counterparts> {
        match std::env::var_os(VARIABLE) {
            Some(folder) => Some(Counterparts {
                folder: folder.into(),
            }),
            None => {
                // Not by `eprintln!`, which a test runner keeps to itself where the test passes.
                let why = format!("{VARIABLE} is not set; `cargo xtask test` sets it");
                let _ = writeln!(std::io::stderr(), "not run: {test} ({why})");
                None
            }
        }
    }

    /// Returns the path of a program.
    ///
    /// # Panics
    /// If it is absent.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        let path = self.folder.join("bin").join(name);
        assert!(
            path.is_file(),
            "{} is absent; `cargo xtask counterparts` installs it",
            path.display()
        );
        path
    }

    /// Returns the path of a file of an npm package.
    ///
    /// # Panics
    /// If it is absent.
    #[must_use]
    pub fn file(&self, file: &str) -> PathBuf {
        let path = self.folder.join("node_modules").join(file);
        assert!(path.is_file(), "{} is absent", path.display());
        path
    }

    /// Returns the folder of a package that is read and never run, by the start of its name.
    ///
    /// # Panics
    /// If it is absent.
    #[must_use]
    pub fn source(&self, name: &str) -> PathBuf {
        let folder = self.folder.join("sources");
        let entries =
            fs::read_dir(&folder).expect("`cargo xtask counterparts` installs the sources");
        let mut folders = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|it| it.is_dir());
        let is_it = |path: &PathBuf| {
            let file = path.file_name().unwrap_or_default();
            file.to_string_lossy().starts_with(name)
        };
        let found = folders.find(is_it);
        found.unwrap_or_else(|| panic!("{name} is absent from {}", folder.display()))
    }

    /// Returns a command that runs a file of an npm package on the Node that came with it.
    ///
    /// # Panics
    /// If it is absent.
    #[must_use]
    pub fn node(&self, file: &str, home: &Path) -> Command {
        let path = self.file(file);
        let mut command = self.command("node", home);
        command.arg(path);
        command
    }

    /// Returns a command that runs a program, with nothing of this environment but a path to what the system has.
    #[must_use]
    pub fn command(&self, name: &str, home: &Path) -> Command {
        let mut command = Command::new(self.program(name));
        command
            .env_clear()
            .env("HOME", home)
            .env("TMPDIR", home)
            .env("PATH", "/usr/bin:/bin")
            .current_dir(home)
            .stdin(Stdio::null());
        command
    }
}

impl Answer {
    /// Returns what a command answered once it ended.
    ///
    /// # Panics
    /// If it cannot be started.
    #[must_use]
    pub fn of(command: &mut Command) -> Answer {
        Answer::from(command.output().expect("a counterpart can be started"))
    }
}

impl From<Output> for Answer {
    fn from(output: Output) -> Answer {
        Answer {
            is_success: output.status.success(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}
