//! Standard output: data and nothing else.

use crate::error::CliError;
use crate::exit::Exit;
use std::io::{self, Write as _};

/// Writes to standard output; a reader that has gone away is no error.
pub(crate) fn print(bytes: &[u8]) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(CliError::new(Exit::Unreachable, error).hint("standard output cannot be written"))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Writes text with a newline at its end.
pub(crate) fn line(text: &str) -> Result<(), CliError> {
    print(format!("{}\n", text.trim_end()).as_bytes())
}

/// Writes a value as indented JSON.
pub(crate) fn json(value: &serde_json::Value) -> Result<(), CliError> {
    line(&format!("{value:#}"))
}
