//! What lies where a log is to begin.

use std::path::Path;

use crate::file::failed;
use crate::keyfile;
use crate::open::{GITIGNORE, IGNORED, OpenError};
use crate::read::CHECKPOINT;
use crate::store::files::segment;

/// What a creation that was killed leaves: until the private key is there, a folder is no ledger.
const BEGUN: [&str; 2] = ["staged", keyfile::PUBLIC];

/// Refuses to begin a log where something else lies.
pub(super) fn refuse_foreign(folder: &Path) -> Result<(), OpenError> {
    if !folder.exists() || folder.join(keyfile::PRIVATE).exists() {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder).map_err(failed("read", folder))? {
        let path = entry.map_err(failed("read", folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let begun = match name.as_ref() {
            GITIGNORE => std::fs::read(&path).is_ok_and(|bytes| bytes == IGNORED),
            "lock" | "lock.tree" => path.metadata().is_ok_and(|lock| lock.len() == 0),
            "ledger" => holds_nothing_but(&path, CHECKPOINT),
            segment::FOLDER => holds_nothing_but(&path, &segment::name(0)),
            name => BEGUN.contains(&name),
        };
        // Another run may have ended the creation meanwhile.
        if !begun && !folder.join(keyfile::PRIVATE).exists() {
            return Err(OpenError::Foreign { path });
        }
    }
    Ok(())
}

fn holds_nothing_but(folder: &Path, name: &str) -> bool {
    let is_it = |entry: std::io::Result<std::fs::DirEntry>| {
        entry.is_ok_and(|entry| Path::new(name).ends_with(entry.file_name()))
    };
    std::fs::read_dir(folder).is_ok_and(|mut entries| entries.all(is_it))
}
