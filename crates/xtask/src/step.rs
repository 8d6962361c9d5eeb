//! One command that must succeed, with its name printed before it.

use std::path::PathBuf;
use std::process::Command;

use crate::failure::Failure;
use crate::workspace;

/// A command whose output goes where ours goes.
#[derive(Debug)]
pub(crate) struct Step {
    name: String,
    command: Command,
}

impl Step {
    /// Returns a step that runs a program in the root of the workspace.
    pub(crate) fn new(name: &str, program: &str, arguments: &[&str]) -> Step {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(workspace::root());
        Step {
            name: name.to_owned(),
            command,
        }
    }

    /// Runs it in this folder of the workspace.
    pub(crate) fn in_folder(mut self, folder: &str) -> Step {
        self.command.current_dir(workspace::root().join(folder));
        self
    }

    /// Sets a variable of its environment.
    pub(crate) fn env(mut self, name: &str, value: impl Into<PathBuf>) -> Step {
        self.command.env(name, value.into());
        self
    }

    /// Adds an argument.
    pub(crate) fn argument(mut self, argument: impl Into<PathBuf>) -> Step {
        self.command.arg(argument.into());
        self
    }

    /// Runs it to its end.
    pub(crate) fn run(mut self) -> Result<(), Failure> {
        eprintln!("==> {}", self.name);
        let status = self
            .command
            .status()
            .map_err(Failure::while_doing(&self.name))?;
        match status.success() {
            true => Ok(()),
            false => Err(Failure::of_step(&self.name, status.code())),
        }
    }
}
