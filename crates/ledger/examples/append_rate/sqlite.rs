//! SQLite with a write-ahead log and `synchronous=FULL`, which syncs at every commit.
//!
//! It has one writer at a time, so one connection is as fast as any number, and spares the waiting for its file lock.
//! `Single` commits each record by itself, as a program does that knows nothing of groups; `Sqlite` in a `Group` commits
//! all that is queued in one transaction, as ours and the floor do.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::Connection;

use crate::group::Commit;
use crate::{Append, Result};

pub(crate) struct Sqlite {
    connection: Connection,
}

pub(crate) struct Single {
    sqlite: Mutex<Sqlite>,
    commits: AtomicU64,
}

impl Sqlite {
    pub(crate) fn open(folder: &Path) -> Result<Sqlite> {
        let connection = Connection::open(folder.join("log.sqlite"))?;
        connection.execute_batch(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
             CREATE TABLE records (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);",
        )?;
        Ok(Sqlite { connection })
    }
}

impl Commit for Sqlite {
    fn commit(&mut self, records: &[Vec<u8>]) {
        let mut insert = || -> rusqlite::Result<()> {
            let transaction = self.connection.transaction()?;
            {
                let sql = "INSERT INTO records (bytes) VALUES (?1)";
                let mut statement = transaction.prepare_cached(sql)?;
                for record in records {
                    statement.execute([record])?;
                }
            }
            transaction.commit()
        };
        insert().expect("SQLite obeys");
    }
}

impl Single {
    pub(crate) fn open(folder: &Path) -> Result<Single> {
        Ok(Single {
            sqlite: Mutex::new(Sqlite::open(folder)?),
            commits: AtomicU64::new(0),
        })
    }
}

impl Append for Single {
    fn append(&self, record: &[u8]) {
        let mut sqlite = self.sqlite.lock().expect("no panic under the lock");
        sqlite.commit(&[record.to_vec()]);
        self.commits.fetch_add(1, Ordering::Relaxed);
    }

    fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }
}
