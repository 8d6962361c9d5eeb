//! Where the log is kept, and how long a bucket keeps it at least.

use super::super::read::{Reader, short};
use super::super::wire::{ProgramFile, Text};
use super::filled;
use crate::program::{LEDGER_RETENTION_DAYS, LedgerEntry};

/// What a place that is an address begins with.
const SCHEMES: [&str; 6] = [
    "git+file",
    "git+git",
    "git+http",
    "git+https",
    "git+ssh",
    "s3",
];

/// Longer than anybody keeps records.
const MAX_RETENTION_DAYS: u32 = 36_500;

/// Returns what the program says of its log.
pub(super) fn ledger(file: &ProgramFile, reader: &mut Reader<'_>) -> LedgerEntry {
    let place = file.ledger.as_ref().and_then(|text| place(text, reader));
    let days = file.ledger_retention_days.as_ref();
    if let Some(days) = days.filter(|days| days.value > MAX_RETENTION_DAYS) {
        let message = format!("nobody keeps a log for {} days", days.value);
        let mend = format!("write at most {MAX_RETENTION_DAYS}");
        reader.fault(&days.place, message, mend);
    }
    LedgerEntry {
        place,
        retention_days: days.map_or(LEDGER_RETENTION_DAYS, |days| days.value),
    }
}

/// The text of the program is kept in the log and in every report: a login has no place in it.
fn place(text: &Text, reader: &mut Reader<'_>) -> Option<String> {
    let place = filled(Some(text), "the place of the ledger", reader)?;
    let Some((scheme, rest)) = place.split_once("://") else {
        return Some(place);
    };
    if !SCHEMES.contains(&scheme) {
        let message = format!("no ledger is kept at `{}://`", short(scheme));
        let mend =
            "write a folder, `git+https://…`, `git+ssh://…`, `git+origin` or `s3://bucket/prefix`";
        reader.fault(&text.place, message, mend.to_owned());
        return None;
    }
    let host = rest.split('/').next().unwrap_or_default();
    let login = host.rsplit_once('@').map(|(login, _)| login);
    // The user name of SSH is no secret, and one of HTTP is often a token.
    if login.is_some_and(|login| login.contains(':') || !scheme.ends_with("ssh")) {
        let message =
            "a login stands in the address, and everybody who reads a report would see it";
        let mend = "leave it out, and let a credential helper of git log in".to_owned();
        reader.fault(&text.place, message, mend);
        return None;
    }
    Some(place)
}
