//! Secrets in files.

use crate::error::CliError;
use crate::exit::Exit;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Returns the text in a file that nobody but its owner may read.
pub(super) fn private(file: &Path, limit: u64) -> Result<String, CliError> {
    let fail = |error: io::Error| {
        let message = format!("cannot read {}: {error}", file.display());
        CliError::new(Exit::Unreachable, message)
    };
    let opened = File::open(file).map_err(fail)?;
    let mode = opened.metadata().map_err(fail)?.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        let message = format!(
            "{} may be read by others: its mode is {mode:o}",
            file.display()
        );
        return Err(CliError::new(Exit::Usage, message).hint("chmod 600 it"));
    }
    let mut text = String::new();
    let mut limited = opened.take(limit + 1);
    limited.read_to_string(&mut text).map_err(fail)?;
    if text.len() as u64 > limit {
        let message = format!("{} has more than {limit} bytes", file.display());
        return Err(CliError::new(Exit::Usage, message));
    }
    Ok(text)
}
