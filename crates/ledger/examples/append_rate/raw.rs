//! The floor: one `write` and one `fdatasync` for all that is queued, and nothing else.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use crate::Result;
use crate::group::Commit;

pub(crate) struct Raw {
    file: File,
    bytes: Vec<u8>,
}

impl Raw {
    pub(crate) fn open(folder: &Path) -> Result<Raw> {
        let file = File::create_new(folder.join("log"))?;
        Ok(Raw {
            file,
            bytes: Vec::new(),
        })
    }
}

impl Commit for Raw {
    fn commit(&mut self, records: &[Vec<u8>]) {
        self.bytes.clear();
        records
            .iter()
            .for_each(|record| self.bytes.extend_from_slice(record));
        self.file.write_all(&self.bytes).expect("the disk has room");
        self.file.sync_data().expect("the disk obeys");
    }
}
