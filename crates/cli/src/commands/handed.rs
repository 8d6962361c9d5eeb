//! What is handed to a command: a file, or standard input.

use crate::error::CliError;
use crate::exit::Exit;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Returns what it is called.
pub(super) fn name(file: &Path) -> String {
    match is_standard_input(file) {
        true => "standard input".to_owned(),
        false => file.display().to_string(),
    }
}

/// Returns its bytes, of what is longer one byte more than what is read.
pub(super) fn read(file: &Path, most: usize) -> Result<Vec<u8>, CliError> {
    let fail = |error: io::Error| {
        let message = format!("cannot read {}: {error}", name(file));
        CliError::new(Exit::Unreachable, message).hint("nothing was recorded")
    };
    let source: Box<dyn Read> = match is_standard_input(file) {
        true => Box::new(io::stdin()),
        false => Box::new(File::open(file).map_err(fail)?),
    };
    let mut bytes = Vec::new();
    let limit = most as u64 + 1;
    source.take(limit).read_to_end(&mut bytes).map_err(fail)?;
    Ok(bytes)
}

fn is_standard_input(file: &Path) -> bool {
    file == Path::new("-")
}
