//! Why a command stopped, and the exit code that says so.

use std::fmt::Display;
use std::process::ExitCode;

/// The exit code for a command line that nobody can obey.
const USAGE: u8 = 2;
/// The exit code where a step has none of its own.
const STOPPED: u8 = 1;

/// The first thing that went wrong.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    /// A step that ended with this exit code; a signal leaves none.
    pub(crate) fn of_step(name: &str, code: Option<i32>) -> Failure {
        let code = code.and_then(|code| u8::try_from(code).ok());
        Failure {
            code: code.unwrap_or(STOPPED),
            message: format!("“{name}” failed"),
        }
    }

    /// Something that prevents a step from being taken at all.
    pub(crate) fn new(message: impl Into<String>) -> Failure {
        Failure {
            code: STOPPED,
            message: message.into(),
        }
    }

    /// A command line that does not say what to do.
    pub(crate) fn usage(message: impl Into<String>) -> Failure {
        Failure {
            code: USAGE,
            message: message.into(),
        }
    }

    /// Returns a converter of errors that adds what was being done.
    pub(crate) fn while_doing<E: Display>(what: &str) -> impl FnOnce(E) -> Failure {
        move |error| Failure::new(format!("{what}: {error}"))
    }
}

/// Prints the failure, if there is one, and returns the exit code of the process.
pub(crate) fn report(result: Result<(), Failure>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {}", failure.message);
            ExitCode::from(failure.code)
        }
    }
}
