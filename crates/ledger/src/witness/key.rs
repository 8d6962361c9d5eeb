//! The keys of a witness: made once, kept where only their owner reads them.

use std::path::{Path, PathBuf};

use tlog::cosignature::key::{Algorithm, CosigningKey};
use tlog::key::{KeyError, KeyName};

use crate::disk::{Access, Disk, LocalDisk};
use crate::file::{self, FileError, failed};
use crate::keyfile::{self, KeyFileError};
use crate::lock;
use crate::stage::Stage;
use crate::witness::Witness;

/// The longest key file that is read.
pub const MAX_KEY_BYTES: u64 = 16 * 1024;

const PRIVATE: &str = "witness.key";
const PUBLIC: &str = "witness.vkey";

/// What a creation that was killed leaves.
const BEGUN: [&str; 3] = ["lock", "staged", PUBLIC];

/// 32 random bytes for each key of a witness.
#[derive(Clone)]
pub struct Seeds {
    /// Of the Ed25519 key.
    pub ed25519: [u8; 32],
    /// Of the ML-DSA-44 key.
    pub ml_dsa_44: [u8; 32],
}

/// Why a witness could not be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A file could not be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The key file could not be used.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// No witness can have this name.
    #[error("no witness can have this name")]
    Name(#[from] KeyError),
    /// The folder holds no witness.
    #[error("{} holds no witness", folder.display())]
    Absent {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder holds a witness already.
    #[error("{} holds a witness already", folder.display())]
    AlreadyThere {
        /// The folder.
        folder: PathBuf,
    },
    /// Something else lies in the folder.
    #[error("{} lies in the folder, which is no witness: choose an empty one", path.display())]
    Foreign {
        /// What lies there.
        path: PathBuf,
    },
}

impl Witness {
    /// Returns a new witness in an empty or absent folder, which cosigns with Ed25519 and with ML-DSA-44.
    pub fn create(folder: &Path, name: &KeyName, seeds: &Seeds) -> Result<Witness, OpenError> {
        refuse_occupied(folder)?;
        let key = |algorithm, seed| CosigningKey::from_seed(name.clone(), algorithm, seed);
        let keys = vec![
            key(Algorithm::Ed25519, &seeds.ed25519)?,
            key(Algorithm::MlDsa44, &seeds.ml_dsa_44)?,
        ];
        std::fs::create_dir_all(folder).map_err(failed("create", folder))?;
        let _lock = lock::exclusive(folder)?;
        // Another call may have been first, and its keys must stay.
        refuse_occupied(folder)?;
        write(&LocalDisk, folder, &keys)?;
        Ok(Witness::on(folder, keys, Box::new(LocalDisk)))
    }

    /// Returns the witness in a folder.
    pub fn open(folder: &Path) -> Result<Witness, OpenError> {
        Ok(Witness::on(folder, read(folder)?, Box::new(LocalDisk)))
    }

    pub(super) fn on(folder: &Path, keys: Vec<CosigningKey>, disk: Box<dyn Disk>) -> Witness {
        Witness {
            folder: folder.to_owned(),
            keys,
            disk,
        }
    }
}

/// The private keys come last: until they are there, the folder is no witness, and the next creation begins anew.
fn write(disk: &dyn Disk, folder: &Path, keys: &[CosigningKey]) -> Result<(), FileError> {
    let lines = |line: fn(&CosigningKey) -> String| keys.iter().map(line).collect::<String>();
    let public = lines(|key| format!("{}\n", key.cosigner()));
    let private = lines(|key| format!("{}\n", key.to_secret_text()));
    let mut stage = Stage::new(disk, folder);
    stage.doubt("");
    stage.write(PUBLIC, public.as_bytes(), Access::Everyone)?;
    stage.sync()?;
    stage.write(PRIVATE, private.as_bytes(), Access::Owner)?;
    stage.sync()
}

fn read(folder: &Path) -> Result<Vec<CosigningKey>, OpenError> {
    let path = folder.join(PRIVATE);
    let Some(bytes) = file::read_if_present(&path, MAX_KEY_BYTES)? else {
        let folder = folder.to_owned();
        return Err(OpenError::Absent { folder });
    };
    keyfile::refuse_open_mode(&path)?;
    let no_line = || KeyFileError::NoLine { path: path.clone() };
    let text = String::from_utf8(bytes).map_err(|_| no_line())?;
    let lines = text.strip_suffix('\n').ok_or_else(no_line)?;
    let keys: Result<Vec<CosigningKey>, KeyError> = lines.split('\n').map(str::parse).collect();
    Ok(keys.map_err(|source| KeyFileError::Malformed { path, source })?)
}

fn refuse_occupied(folder: &Path) -> Result<(), OpenError> {
    if folder.join(PRIVATE).exists() {
        let folder = folder.to_owned();
        return Err(OpenError::AlreadyThere { folder });
    }
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed("list", folder)(error).into()),
    };
    for entry in entries {
        let path = entry.map_err(failed("list", folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !BEGUN.contains(&name.as_ref()) {
            return Err(OpenError::Foreign { path });
        }
    }
    Ok(())
}
