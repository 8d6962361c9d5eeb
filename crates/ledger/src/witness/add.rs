//! The two calls of a witness: `add-checkpoint`, and what monitors read.

use tlog::cosignature::{self, CosignError};
use tlog::note::{MAX_NOTE_BYTES, Note, Signature};
use tlog::witness::answer::Cosignatures;
use tlog::witness::decision::{self, Refusal};
use tlog::witness::origin_hash;
use tlog::witness::request::{Request, RequestError};

use crate::file::{self, FileError};
use crate::lock;
use crate::witness::Witness;
use crate::witness::logs::{LogFolder, LogsError};
use crate::witness::state::{CHECKPOINT, PublishError, StateError};

/// Why a checkpoint was not cosigned.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// The bytes are no request.
    #[error("malformed request")]
    Request(#[from] RequestError),
    /// A rule of the protocol forbids it.
    #[error("a checkpoint of the log {origin} was refused")]
    Refused {
        /// The log.
        origin: String,
        /// The rule.
        #[source]
        refusal: Refusal,
    },
    /// The clock stands before a time that this witness has stated for the log.
    #[error("the clock says {now}, and {last} was stated before: was it set back?")]
    ClockSetBack {
        /// The time that was given.
        now: u64,
        /// The time of the cosignature before.
        last: u64,
    },
    /// The log's keys could not be read.
    #[error(transparent)]
    Logs(#[from] LogsError),
    /// What is kept of the log is damaged.
    #[error(transparent)]
    State(#[from] StateError),
    /// A file could not be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The checkpoint could not be cosigned.
    #[error(transparent)]
    Cosign(#[from] CosignError),
    /// The cosigned checkpoint could not be shown to monitors.
    #[error(transparent)]
    Publish(#[from] PublishError),
}

impl AddError {
    /// Returns the HTTP status that says so: of the protocol, or 500 where the witness is at fault.
    pub fn status(&self) -> u16 {
        match self {
            AddError::Request(_) => 400,
            AddError::Refused { refusal, .. } => refusal.status(),
            AddError::ClockSetBack { .. }
            | AddError::Logs(_)
            | AddError::State(_)
            | AddError::File(_)
            | AddError::Cosign(_)
            | AddError::Publish(_) => 500,
        }
    }
}

impl Witness {
    /// Returns the cosignatures of the checkpoint in a request. `clock` gives seconds of POSIX time; it is read once it is
    /// this request's turn, or one that waited longer would claim to be older than the one before it.
    ///
    /// Killed anywhere, it leaves the record before or after: asked again, the client learns by 409 which,
    /// and a recorded checkpoint is cosigned anew.
    pub fn add_checkpoint(
        &self,
        request: &[u8],
        clock: impl FnOnce() -> u64,
    ) -> Result<Cosignatures, AddError> {
        let request = Request::parse(request)?;
        let origin = request.checkpoint().origin();
        let log = self.log_folder(&origin_hash(origin));
        // Asked before the lock is taken, which lies in the folder that only a known log has.
        if log.keys()?.is_none() {
            let origin = origin.to_owned();
            return Err(refused(&request, Refusal::UnknownOrigin { origin }));
        }
        let _lock = lock::exclusive(&log.path)?;
        let now = clock();
        let note = self.decide_and_record(&request, &log, now)?;
        // From here on the record is durable. Killed, nothing was signed, or nobody has the signature.
        let lines = self.sign(&note, now)?;
        log.publish(&*self.disk, &note, &lines)?;
        // Killed, monitors have the cosignatures, and the client asks again.
        Ok(Cosignatures::new(lines).expect("a witness has a key"))
    }

    /// Returns the cosigned checkpoint of a log, or nothing before the first.
    pub fn checkpoint(&self, origin_hash: &str) -> Result<Option<Vec<u8>>, FileError> {
        let digits = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if origin_hash.len() != 64 || !origin_hash.bytes().all(digits) {
            return Ok(None);
        }
        let path = self.log_folder(origin_hash).path.join(CHECKPOINT);
        file::read_if_present(&path, MAX_NOTE_BYTES as u64)
    }

    /// C2SP tlog-witness, "add-checkpoint": the check of the old size and the record are one step, under the lock.
    fn decide_and_record(
        &self,
        request: &Request,
        log: &LogFolder,
        now: u64,
    ) -> Result<Note, AddError> {
        let keys = log.keys()?.unwrap_or_default();
        let latest = log.latest()?;
        let recorded = latest.as_ref().map(|latest| &latest.checkpoint);
        let accepted = match decision::decide(request, &keys, recorded) {
            Ok(accepted) => accepted,
            Err(refusal) => {
                log.keep_conflict(&*self.disk, request, &keys, latest.as_ref())?;
                return Err(refused(request, refusal));
            }
        };
        self.refuse_clock(log, now)?;
        if latest.is_none_or(|latest| latest.note != accepted.note) {
            log.record(&*self.disk, &accepted.note)?;
        }
        Ok(accepted.note)
    }

    /// A cosignature says what was the largest tree at its time, so times must not run back while trees grow.
    fn refuse_clock(&self, log: &LogFolder, now: u64) -> Result<(), AddError> {
        if now == 0 || now > cosignature::MAX_TIME {
            return Err(CosignError::Time { time: now }.into());
        }
        match log.cosigned_at(&self.cosigners())? {
            Some(last) if now < last => Err(AddError::ClockSetBack { now, last }),
            Some(_) | None => Ok(()),
        }
    }

    fn sign(&self, note: &Note, now: u64) -> Result<Vec<Signature>, CosignError> {
        let keys = self.keys.iter();
        keys.map(|key| cosignature::cosign(note, now, key))
            .collect()
    }
}

fn refused(request: &Request, refusal: Refusal) -> AddError {
    let origin = request.checkpoint().origin().to_owned();
    AddError::Refused { origin, refusal }
}
