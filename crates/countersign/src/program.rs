//! The program of a run: the organisation's file, or the draft that `init` would write.

use model::digest::Digest;
use model::program::Program;
use model::program_file::{self, Faults};
use model::report::ProgramOrigin;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// The name of the file.
pub const FILE_NAME: &str = "countersign.yaml";
/// The longest program that is read.
pub const MAX_PROGRAM_BYTES: u64 = 1 << 20;

/// A program with the text that it was read from.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The program.
    pub program: Program,
    /// Its text, which the ledger keeps.
    pub text: String,
    /// Where it came from.
    pub origin: ProgramOrigin,
}

/// A program that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file is absent or unreadable.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is too long.
    #[error("{} is longer than {MAX_PROGRAM_BYTES} bytes, the most that a program has", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
    },
    /// The file is not UTF-8.
    #[error("{} is not UTF-8: byte {at} does not fit", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// The first byte that does not fit, from 0.
        at: usize,
    },
    /// The file has faults.
    #[error("{} has faults", path.display())]
    Faults {
        /// The file.
        path: PathBuf,
        /// All of them.
        #[source]
        faults: Faults,
    },
}

impl Loaded {
    /// Returns the digest of the text.
    pub fn sha256(&self) -> Digest {
        Digest::of(self.text.as_bytes())
    }

    /// Returns the program of a draft's text.
    pub fn draft(text: String) -> Result<Loaded, Faults> {
        let program = program_file::parse("the draft", &text)?;
        Ok(Loaded {
            program,
            text,
            origin: ProgramOrigin::Draft,
        })
    }
}

/// Returns the program in the file at `path`.
pub fn load(path: &Path) -> Result<Loaded, LoadError> {
    parsed(path, read(path)?)
}

/// Returns the program in the bytes of a file.
pub fn of_bytes(path: &Path, bytes: Vec<u8>) -> Result<Loaded, LoadError> {
    parsed(path, utf8(path, bytes)?)
}

fn parsed(path: &Path, text: String) -> Result<Loaded, LoadError> {
    let name = path.display().to_string();
    match program_file::parse(&name, &text) {
        Ok(program) => Ok(Loaded {
            program,
            text,
            origin: ProgramOrigin::File,
        }),
        Err(faults) => Err(LoadError::Faults {
            path: path.into(),
            faults,
        }),
    }
}

/// Returns the text of the file at `path`, within its limit.
pub fn read(path: &Path) -> Result<String, LoadError> {
    let fail = |source| LoadError::Read {
        path: path.into(),
        source,
    };
    let file = File::open(path).map_err(fail)?;
    let mut bytes = vec![];
    // A device says nothing of its length, so one byte more than the limit is asked for.
    file.take(MAX_PROGRAM_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(fail)?;
    utf8(path, bytes)
}

fn utf8(path: &Path, bytes: Vec<u8>) -> Result<String, LoadError> {
    if bytes.len() as u64 > MAX_PROGRAM_BYTES {
        return Err(LoadError::TooLong { path: path.into() });
    }
    String::from_utf8(bytes).map_err(|error| LoadError::NotUtf8 {
        path: path.into(),
        at: error.utf8_error().valid_up_to(),
    })
}
