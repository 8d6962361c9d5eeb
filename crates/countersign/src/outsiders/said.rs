//! What the records of the program in a log say of those outside, from the first to the last.

use std::collections::BTreeSet;

use gates::outside::{OutsiderKind, Statement};
use ledger::leaf::LeafKind;
use ledger::read::{Entry, Kept, ReadError, Reader};
use model::digest::Digest;
use model::outsiders::{TimestampAuthority, Witness};
use model::program::Program;
use model::program_file;
use signatures::timestamp::TrustedCertificate;

/// The most bytes of records that are in memory at once.
const MAX_BYTES_AT_ONCE: u64 = 16 * program_file::MAX_BYTES as u64;

/// What earlier programs said of the outsiders of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// Who ran each, in the order of the leaves.
    pub statements: Vec<Statement>,
    /// Witnesses that had another key before, and authorities that had another certificate, in words.
    pub swapped: Vec<String>,
    /// The records that were read.
    pub read: BTreeSet<u64>,
    /// The records that are not here, are longer than a program may be, or are none that is understood here.
    pub unread: BTreeSet<u64>,
}

impl Said {
    /// Returns what these leaves, the first of a log, say of those whom a program names.
    pub fn read(reader: &Reader, entries: &[Entry], program: &Program) -> Result<Said, ReadError> {
        let mut said = Said::default();
        let outsiders = &program.outsiders;
        if outsiders.witnesses.is_empty() && outsiders.timestamp_authorities.is_empty() {
            return Ok(said);
        }
        let of_kind = entries
            .iter()
            .filter(|entry| entry.leaf.kind == LeafKind::Program);
        let (short, long): (Vec<_>, Vec<_>) = of_kind.cloned().partition(is_short);
        said.unread = long.iter().map(|entry| entry.index).collect();
        let (mut rest, mut before) = (short.as_slice(), None);
        while !rest.is_empty() {
            let (batch, behind) = rest.split_at(at_once(rest));
            let mut payloads = reader.payloads_of(batch)?;
            for Entry { index, .. } in batch {
                said.record(*index, payloads.remove(index), &mut before, program);
            }
            rest = behind;
        }
        Ok(said)
    }

    /// `before` holds the digest of the last program that was read.
    fn record(
        &mut self,
        leaf: u64,
        kept: Option<Kept>,
        before: &mut Option<Digest>,
        today: &Program,
    ) {
        // Most records repeat the one before.
        let sha256 = kept.as_ref().map(|kept| kept.sha256);
        if sha256.is_some() && *before == sha256 {
            self.read.insert(leaf);
            return;
        }
        match kept.and_then(|kept| parsed(kept.bytes)) {
            Some(earlier) => {
                *before = sha256;
                self.read.insert(leaf);
                self.take(leaf, &earlier, today);
            }
            None => {
                self.unread.insert(leaf);
            }
        }
    }

    fn take(&mut self, leaf: u64, earlier: &Program, today: &Program) {
        for witness in &today.outsiders.witnesses {
            let mut then = earlier.outsiders.witnesses.iter();
            if let Some(then) = then.find(|then| then.key == witness.key) {
                let relation = earlier.relation(&then.run_by, then.relation);
                self.statements.push(Statement {
                    leaf,
                    kind: OutsiderKind::Witness,
                    outsider: witness.name.clone(),
                    run_by: then.run_by.clone(),
                    relation,
                });
            }
            self.compare(leaf, &earlier.outsiders.witnesses, witness);
        }
        for authority in &today.outsiders.timestamp_authorities {
            let mut then = earlier.outsiders.timestamp_authorities.iter();
            if let Some(then) = then.find(|then| is_same(then, authority)) {
                let relation = earlier.relation(&then.run_by, then.relation);
                self.statements.push(Statement {
                    leaf,
                    kind: OutsiderKind::TimestampAuthority,
                    outsider: authority.name.clone(),
                    run_by: then.run_by.clone(),
                    relation,
                });
            }
            self.compare_authority(leaf, &earlier.outsiders.timestamp_authorities, authority);
        }
    }

    /// Says once of each key that it was another one under the same name.
    fn compare(&mut self, leaf: u64, earlier: &[Witness], today: &Witness) {
        let same_name = |then: &&Witness| then.name == today.name && then.key != today.key;
        for then in earlier.iter().filter(same_name) {
            let (name, key) = (then.name.escape_debug(), short(&then.key));
            let told = format!("the program had another key for the witness {name}, {key}");
            self.tell(leaf, &told);
        }
    }

    /// Says once of each certificate that it was another one under the same name.
    fn compare_authority(
        &mut self,
        leaf: u64,
        earlier: &[TimestampAuthority],
        today: &TimestampAuthority,
    ) {
        let same_name =
            |then: &&TimestampAuthority| then.name == today.name && !is_same(then, today);
        for then in earlier.iter().filter(same_name) {
            let name = then.name.escape_debug();
            let digest = certificate_digest(then);
            let digest = digest.map_or("which is none".to_owned(), |it| it.to_string());
            let told = format!(
                "the program had another certificate for the timestamp authority {name}, {digest}"
            );
            self.tell(leaf, &told);
        }
    }

    fn tell(&mut self, leaf: u64, told: &str) {
        if !self.swapped.iter().any(|before| before.starts_with(told)) {
            self.swapped.push(format!(
                "{told} (leaf {leaf}): what was signed by that one does not count, and whether it contradicts the log is not told"
            ));
        }
    }
}

/// Returns whether a record may be a program, by the length to which its leaf commits.
pub(crate) fn is_short(entry: &Entry) -> bool {
    entry.leaf.payload.bytes <= program_file::MAX_BYTES as u64
}

/// Returns how many of these short records are read at once: the first of them at least.
fn at_once(records: &[Entry]) -> usize {
    let mut bytes = 0;
    let fits = |entry: &&Entry| {
        bytes += entry.leaf.payload.bytes;
        bytes <= MAX_BYTES_AT_ONCE
    };
    records.iter().take_while(fits).count()
}

/// Returns whether both have one certificate, however it is written.
fn is_same(then: &TimestampAuthority, today: &TimestampAuthority) -> bool {
    let digest = certificate_digest(then);
    then.certificate == today.certificate || digest.is_some() && digest == certificate_digest(today)
}

/// Returns the SHA-256 of the certificate, by which a verifier names it.
fn certificate_digest(authority: &TimestampAuthority) -> Option<Digest> {
    let certificate = TrustedCertificate::parse(authority.certificate.as_bytes()).ok()?;
    Some(Digest::from_bytes(certificate.sha256()))
}

pub(crate) fn parsed(payload: Vec<u8>) -> Option<Program> {
    let text = String::from_utf8(payload).ok()?;
    program_file::parse("the log", &text).ok()
}

/// Returns name and ID of a key.
fn short(key: &str) -> String {
    let end = key
        .match_indices('+')
        .nth(1)
        .map_or(key.len(), |(at, _)| at);
    key[..end].escape_debug().to_string()
}
