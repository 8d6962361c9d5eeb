//! The place of a ledger, as `--ledger` names it.

use std::ffi::OsStr;
use std::path::Path;

use ledger::place::Location;

use crate::error::CliError;
use crate::exit::Exit;

/// Returns the place that a text names. Not read by clap, which would repeat a password that stands in it.
pub(crate) fn parse(text: &OsStr) -> Result<Location, CliError> {
    Location::parse(text, Path::new("")).map_err(|error| CliError::new(Exit::Usage, error))
}
