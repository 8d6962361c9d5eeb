//! The file of a pipeline, which replaces no other unasked.

use super::PipelineError;
use std::io::{self, Write as _};
use std::path::Path;

/// Whether a file that differs is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It is kept.
    Kept,
    /// It is replaced.
    Replaced,
}

/// Writes a pipeline, whole or not at all, with the folders that it lies in.
pub fn write(path: &Path, text: &str, existing: Existing) -> Result<(), PipelineError> {
    let fail = |source| PipelineError::Write {
        path: path.into(),
        source,
    };
    let absolute = std::path::absolute(path).map_err(fail)?;
    let folder = absolute.parent().unwrap_or(Path::new("/"));
    std::fs::create_dir_all(folder).map_err(fail)?;
    match std::fs::read(&absolute) {
        Ok(before) if before == text.as_bytes() => return Ok(()),
        Ok(_) if existing == Existing::Kept => {
            return Err(PipelineError::Differs { path: path.into() });
        }
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(fail(error)),
    }
    let prefix = ".countersign.partial-";
    let mut file = tempfile::Builder::new()
        .prefix(prefix)
        .permissions(crate::draft::readable())
        .tempfile_in(folder)
        .map_err(fail)?;
    let written = file.write_all(text.as_bytes());
    written
        .and_then(|()| file.as_file().sync_all())
        .map_err(fail)?;
    match existing {
        Existing::Replaced => file.persist(&absolute).map_err(|error| fail(error.error))?,
        Existing::Kept => file
            .persist_noclobber(&absolute)
            .map_err(|error| fail(error.error))?,
    };
    Ok(())
}
