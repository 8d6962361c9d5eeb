//! The place of a ledger, as `--ledger` names it.

use std::ffi::OsStr;
use std::path::Path;

use ledger::place::Location;
use ledger::place::home::{Home, Place};

use crate::error::{CliError, tell, visible};
use crate::exit::Exit;

/// Returns the place that a text names. Not read by clap, which would repeat a password that stands in it.
pub(crate) fn parse(text: &OsStr) -> Result<Location, CliError> {
    Location::parse(text, Path::new("")).map_err(|error| CliError::new(Exit::Usage, error))
}

/// Says that a log was begun, and where: whoever mistyped its place would else have two.
pub(crate) fn tell_begun(home: &Home) {
    let place = match &home.place {
        Place::Folder => {
            let folder = home.folder.strip_prefix(".").unwrap_or(&home.folder);
            format!("in {}", folder.display())
        }
        elsewhere => format!("on {elsewhere}"),
    };
    tell(&visible(&format!("began a log {place}")));
}
