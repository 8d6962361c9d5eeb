//! The outside signatures that a log keeps, verified by the keys at hand.

use gates::outside::{KeySource, OutsideSignature, OutsiderKind};
use jiff::{SignedDuration, Timestamp};
use ledger::keys::history::KeyHistory;
use ledger::leaf::LeafKind;
use ledger::outside::{Outside, Refusal};
use ledger::read::{Entry, ReadError, Reader};
use model::digest::Digest;
use model::program::Program;
use signatures::timestamp::{Imprint, Token, TrustedCertificate};
use tlog::checkpoint::{self, Checkpoint};
use tlog::cosignature;
use tlog::cosignature::key::CosignerKey;
use tlog::frontier::Frontier;
use tlog::key::VerifierKey;
use tlog::merkle::{self, Hash};

/// What the outsiders signed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gathered {
    /// The signatures that verify, in the order of the leaves that keep them.
    pub signatures: Vec<OutsideSignature>,
    /// The time that each leaf claims for itself.
    pub leaves: Vec<Timestamp>,
    /// The leaves up to the last one that is more than a signature.
    pub end: u64,
    /// Records of outside signatures that are not here: what they say is unknown.
    pub absent: u64,
    /// Checkpoints that a revoked key signed, with the leaf: whoever else signed them vouches for nothing.
    pub disbelieved: Vec<String>,
    /// Records whose signatures are by keys that neither the program nor the verifier names.
    pub unnamed: u64,
    /// What witnesses answered that contradicts the log, with the leaf; nobody signed it.
    pub accusations: Vec<String>,
    /// What does not fit, with the leaf.
    pub faults: Vec<String>,
}

impl Gathered {
    /// Returns the times of the leaves but for those at the end that only keep signatures: nobody is asked to sign
    /// those alone, so that a log at rest needs no signature each day for the signature of the day before.
    pub fn records(&self) -> &[Timestamp] {
        let signed = self.signatures.iter().map(|signature| signature.size).max();
        let end = self.end.max(signed.unwrap_or(0));
        let end = usize::try_from(end).unwrap_or(usize::MAX);
        self.leaves.get(..end).unwrap_or(&self.leaves)
    }
}

/// The keys by which outsiders are known.
struct Known {
    cosigners: Vec<CosignerKey>,
    /// The name in the program of each, where it has one, and who supplied the key.
    cosigner_facts: Vec<(Option<String>, KeySource)>,
    authorities: Vec<(String, TrustedCertificate, KeySource)>,
}

/// Returns the outside signatures of a log. `trust` holds keys and certificates that the verifier got elsewhere.
///
/// A signature by a key that nobody knows says nothing, and is only counted.
pub fn gather(reader: &Reader, program: &Program, trust: &[String]) -> Result<Gathered, ReadError> {
    let signed = reader.checkpoint()?;
    let entries = reader.entries(0..signed.checkpoint.size())?;
    let keys = reader.keys(&entries, &signed.key)?;
    of_entries(reader, (&entries, &keys), program, trust)
}

/// Returns those that these leaves keep, the first of a log, with the keys that they lead through.
pub fn of_entries(
    reader: &Reader,
    (entries, keys): (&[Entry], &KeyHistory),
    program: &Program,
    trust: &[String],
) -> Result<Gathered, ReadError> {
    let known = Known::of(program, trust);
    let mut gathered = Gathered {
        leaves: entries.iter().map(|entry| entry.leaf.at).collect(),
        end: records_end(entries),
        ..Gathered::default()
    };
    let mut roots = Roots::new(entries);
    let kept = reader.outside(entries)?;
    let records = entries
        .iter()
        .filter(|it| it.leaf.kind == LeafKind::Outside);
    gathered.absent = (records.count() - kept.len()) as u64;
    for (leaf, outside) in kept {
        match outside {
            Ok(outside) => known.take(leaf, &outside, keys, &mut roots, &mut gathered),
            Err(error) => gathered.faults.push(format!("leaf {leaf}: {error}")),
        }
    }
    Ok(gathered)
}

impl Known {
    fn of(program: &Program, trust: &[String]) -> Known {
        let mut known = Known {
            cosigners: Vec::new(),
            cosigner_facts: Vec::new(),
            authorities: Vec::new(),
        };
        let supplied: Vec<CosignerKey> = trust.iter().filter_map(|key| key.parse().ok()).collect();
        for witness in &program.outsiders.witnesses {
            if let Ok(key) = witness.key.parse::<CosignerKey>() {
                let source = source(supplied.contains(&key));
                known
                    .cosigner_facts
                    .push((Some(witness.name.clone()), source));
                known.cosigners.push(key);
            }
        }
        for key in supplied {
            if !known.cosigners.contains(&key) {
                known.cosigner_facts.push((None, KeySource::Verifier));
                known.cosigners.push(key);
            }
        }
        for authority in &program.outsiders.timestamp_authorities {
            if let Ok(certificate) = TrustedCertificate::parse(authority.certificate.as_bytes()) {
                let digest = Digest::from_bytes(certificate.sha256()).to_string();
                let is_supplied = trust.iter().any(|line| line.eq_ignore_ascii_case(&digest));
                let name = authority.name.clone();
                known
                    .authorities
                    .push((name, certificate, source(is_supplied)));
            }
        }
        known
    }

    fn take(
        &self,
        leaf: u64,
        outside: &Outside,
        keys: &KeyHistory,
        roots: &mut Roots<'_>,
        gathered: &mut Gathered,
    ) {
        let own = own_checkpoint(leaf, outside, keys, roots);
        let (checkpoint, key) = match own {
            Ok(own) => own,
            Err(fault) => {
                gathered.faults.push(fault);
                return;
            }
        };
        if let Some(refusal) = &outside.refusal {
            gathered.accusations.push(accusation(leaf, refusal));
            return;
        }
        if !keys.is_believed(key, checkpoint.size()) {
            gathered.disbelieved.push(format!(
                "leaf {leaf}: what outsiders signed there does not count, for the log's own signature is by the revoked key {:08x}",
                key.id()
            ));
            return;
        }
        let found = match &outside.token {
            Some(token) => self.stamped(outside, token, checkpoint.size()),
            None => self.cosigned(outside, checkpoint.size()),
        };
        match found {
            Ok(found) if found.is_empty() => gathered.unnamed += 1,
            Ok(found) => gathered.signatures.extend(found),
            Err(why) => gathered.faults.push(format!("leaf {leaf}: {why}")),
        }
    }

    fn cosigned(&self, outside: &Outside, size: u64) -> Result<Vec<OutsideSignature>, String> {
        let found = match cosignature::verify(&outside.checkpoint, &self.cosigners) {
            Ok(found) => found,
            Err(cosignature::CosignatureError::NoneKnown) => return Ok(Vec::new()),
            Err(error) => return Err(error.to_string()),
        };
        let signature = |one: cosignature::Cosignature<'_, '_>| {
            let place = self.cosigners.iter().position(|key| key == one.cosigner)?;
            let (outsider, key) = self.cosigner_facts.get(place)?.clone();
            Some(OutsideSignature {
                kind: OutsiderKind::Witness,
                outsider,
                time: Timestamp::from_second(i64::try_from(one.time).ok()?).ok()?,
                accuracy: SignedDuration::ZERO,
                size,
                key,
                sha256: Digest::of(&one.line.bytes),
            })
        };
        Ok(found.into_iter().filter_map(signature).collect())
    }

    fn stamped(
        &self,
        outside: &Outside,
        token: &[u8],
        size: u64,
    ) -> Result<Vec<OutsideSignature>, String> {
        let parsed = Token::parse(token).map_err(|error| error.to_string())?;
        let imprint = Imprint::of(&Outside::stamped_bytes(&outside.checkpoint));
        for (name, certificate, key) in &self.authorities {
            let trusted = std::slice::from_ref(certificate);
            let Ok(stamped) = parsed.verify(&imprint, None, trusted) else {
                continue;
            };
            let accuracy = stamped.accuracy.unwrap_or_default();
            return Ok(vec![OutsideSignature {
                kind: OutsiderKind::TimestampAuthority,
                outsider: Some(name.clone()),
                time: stamped.time,
                accuracy: SignedDuration::try_from(accuracy).unwrap_or(SignedDuration::MAX),
                size,
                key: *key,
                sha256: Digest::of(token),
            }]);
        }
        Ok(Vec::new())
    }
}

/// Returns the checkpoint that a leaf keeps, which the log must have had, and the key of the log that signed it.
fn own_checkpoint<'k>(
    leaf: u64,
    outside: &Outside,
    keys: &'k KeyHistory,
    roots: &mut Roots<'_>,
) -> Result<(Checkpoint, &'k VerifierKey), String> {
    // The log's own signature is by the key that was in force when the tree had that size.
    let size = outside.checkpoint.text().parse::<Checkpoint>();
    let key = keys.at(size.map_or(0, |checkpoint| checkpoint.size()));
    let checkpoint = checkpoint::verify(&outside.checkpoint, std::slice::from_ref(key));
    let checkpoint =
        checkpoint.map_err(|error| format!("leaf {leaf}: its checkpoint is {error}"))?;
    match roots.at(checkpoint.size()) == Some(*checkpoint.root()) {
        true => Ok((checkpoint, key)),
        false => Err(format!(
            "leaf {leaf} keeps a checkpoint of {} leaves that this log never had: it was rewritten since",
            checkpoint.size()
        )),
    }
}

fn accusation(leaf: u64, refusal: &Refusal) -> String {
    let witness = refusal.witness.escape_debug();
    let seen = match refusal.held {
        Some(held) => format!(
            "has cosigned {held} leaves of a log with this name, more than there were: an older copy was put back, or the log was begun anew"
        ),
        None => format!(
            "has cosigned another history of this log ({}): the log was rewritten, or an older copy was put back and gone on with",
            refusal.said.escape_debug()
        ),
    };
    format!(
        "the witness {witness} {seen}; its answer is in leaf {leaf}, and it keeps what it has seen"
    )
}

fn records_end(entries: &[Entry]) -> u64 {
    let mut newest_first = entries.iter().rev();
    let last = newest_first.find(|entry| entry.leaf.kind != LeafKind::Outside);
    last.map_or(0, |entry| entry.index + 1)
}

fn source(is_supplied: bool) -> KeySource {
    match is_supplied {
        true => KeySource::Verifier,
        false => KeySource::Program,
    }
}

/// The roots of earlier sizes, asked for in any order, most often a growing one.
struct Roots<'e> {
    entries: &'e [Entry],
    frontier: Frontier,
}

impl<'e> Roots<'e> {
    fn new(entries: &'e [Entry]) -> Roots<'e> {
        let frontier = Frontier::empty();
        Roots { entries, frontier }
    }

    fn at(&mut self, size: u64) -> Option<Hash> {
        if size < self.frontier.size() {
            self.frontier = Frontier::empty();
        }
        let start = usize::try_from(self.frontier.size()).ok()?;
        let end = usize::try_from(size).ok()?;
        for entry in self.entries.get(start..end)? {
            self.frontier.push(merkle::leaf_hash(&entry.bytes));
        }
        Some(self.frontier.root())
    }
}
