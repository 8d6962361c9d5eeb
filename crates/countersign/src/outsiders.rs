//! The outsiders of a log: they are asked to sign it, and what they sign is kept in it.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::thread;

use gates::outside::{OutsideSignature, OutsiderKind};
use jiff::Timestamp;
use ledger::Ledger;
use ledger::append::AppendError;
use ledger::leaf::LeafKind;
use ledger::outside::Outside;
use ledger::read::ReadError;
use model::outsiders::{TimestampAuthority, Witness};
use model::program::Program;
use signatures::timestamp::{
    CertificateError, Imprint, MAX_RESPONSE_BYTES, ResponseError, TrustedCertificate, VerifyError,
    parse_response,
};
use sources::http::{Http, HttpError};
use tlog::cosignature::key::CosignerKey;
use tlog::key::KeyError;
use tlog::note::Note;
use tlog::witness::answer::{AcceptError, Answer, AnswerError, MAX_ANSWER_BYTES};
use tlog::witness::request::{Request, RequestError};

pub mod gather;
mod refused;
pub mod said;
pub mod standing;

/// Requests to one witness: the size that it holds may move while another machine asks it too.
const ATTEMPTS: usize = 4;

/// What came of asking one outsider.
#[derive(Debug)]
pub struct Asked {
    /// Its name in the program.
    pub outsider: String,
    /// What it did.
    pub result: Result<Signed, AskError>,
    /// The leaf that keeps its answer, where that contradicts the log.
    pub accuses_in: Option<u64>,
}

/// What an outsider did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signed {
    /// It signed a checkpoint of so many leaves, and the log keeps that in a leaf.
    Now {
        /// The leaves of the checkpoint.
        size: u64,
        /// The leaf that keeps the signature.
        leaf: u64,
    },
    /// It had signed everything but signatures already.
    Before {
        /// The leaves of the checkpoint that it signed last.
        size: u64,
    },
    /// The program does not say where it answers.
    NoAddress,
}

/// Why an outsider did not sign.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// It cannot be reached.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The program names a key for it that is none.
    #[error("the program has no usable key for it")]
    Key(#[from] KeyError),
    /// The program has a certificate for it that is none.
    #[error("the program has no usable certificate for it")]
    Certificate(#[from] CertificateError),
    /// The log could not be read.
    #[error("the log cannot be read")]
    Read(#[from] ReadError),
    /// The signature could not be kept.
    #[error("its signature cannot be kept in the log")]
    Append(#[from] AppendError),
    /// The request could not be made.
    #[error("the log makes no request")]
    Request(#[from] RequestError),
    /// The answer is not one of a witness.
    #[error("it answered what no witness answers")]
    Answer(#[from] AnswerError),
    /// It did not cosign the checkpoint that it was sent.
    #[error("its answer is not its cosignature")]
    Accept(#[from] AcceptError),
    /// The answer is not one of a timestamp authority.
    #[error("it answered what no timestamp authority answers, or refused")]
    Response(#[from] ResponseError),
    /// The token is not over this checkpoint, or not by this authority.
    #[error("its token proves nothing of this log")]
    Token(#[from] VerifyError),
    /// It refused.
    #[error("it refused with status {status}: {reason}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What it said.
        reason: String,
    },
    /// The witness does not know the log, or this key of it (C2SP tlog-witness: 404, 403).
    #[error("it does not know this log, or its key: it refused with status {status}: {reason}")]
    UnknownKey {
        /// The HTTP status.
        status: u16,
        /// What it said.
        reason: String,
    },
    /// It has seen a larger log: this one is an older copy, or another one under the same name.
    #[error(
        "it has cosigned {held} leaves of a log with this name, and this one has {size}: an older copy was put back, or the log was begun anew"
    )]
    AheadOfLog {
        /// The leaves that the witness cosigned.
        held: u64,
        /// The leaves of this log.
        size: u64,
    },
    /// It has cosigned another history under this name.
    #[error(
        "it has cosigned another history of this log ({reason}): the log was rewritten, or an older copy was put back and gone on with"
    )]
    OtherHistory {
        /// What it said.
        reason: String,
    },
    /// The size that it holds changed with every attempt.
    #[error("the size that it holds changed with each of {ATTEMPTS} attempts: ask again")]
    Moving,
}

impl AskError {
    /// Returns whether the outsider has seen another log than this one: the log was rewritten or an older copy put back.
    pub fn contradicts_log(&self) -> bool {
        refused::contradiction(self).is_some()
    }

    /// Returns whether the log that was to be signed is not what was written.
    pub fn is_damage(&self) -> bool {
        match self {
            AskError::Read(error) => error.is_damage(),
            AskError::Append(error) => error.is_damage(),
            AskError::AheadOfLog { .. }
            | AskError::OtherHistory { .. }
            | AskError::Http(_)
            | AskError::Key(_)
            | AskError::Certificate(_)
            | AskError::Request(_)
            | AskError::Answer(_)
            | AskError::Accept(_)
            | AskError::Response(_)
            | AskError::Token(_)
            | AskError::Refused { .. }
            | AskError::UnknownKey { .. }
            | AskError::Moving => false,
        }
    }
}

/// Who of the program is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// Witnesses and timestamp authorities.
    Everyone,
    /// Timestamp authorities alone.
    TimestampAuthorities,
}

/// Asks outsiders of the program to sign the log as it is now, all at once: most of them may be off.
///
/// All of them sign one checkpoint, and what they signed is kept in one batch behind it.
pub fn ask_all(
    ledger: &mut Ledger,
    program: &Program,
    whom: Whom,
    now: Timestamp,
    entropy: &mut dyn FnMut() -> [u8; 32],
) -> Result<Vec<Asked>, AskError> {
    let outsiders = &program.outsiders;
    let witnesses = match whom {
        Whom::Everyone => outsiders.witnesses.as_slice(),
        Whom::TimestampAuthorities => &[],
    };
    if witnesses.is_empty() && outsiders.timestamp_authorities.is_empty() {
        return Ok(Vec::new());
    }
    let covered = covered(ledger, program)?;
    let of = |name: &str| covered.get(name).copied().unwrap_or(0);
    let asking: &Ledger = ledger;
    let asked = thread::scope(|scope| {
        let cosigned = witnesses.iter().map(|witness| {
            let ask = move || cosign(asking, witness, of(&witness.name));
            (&witness.name, scope.spawn(ask))
        });
        let mut threads: Vec<_> = cosigned.collect();
        for authority in &outsiders.timestamp_authorities {
            let random = entropy();
            let ask = move || stamp(asking, authority, of(&authority.name), random);
            threads.push((&authority.name, scope.spawn(ask)));
        }
        let answers = threads.into_iter().map(|(name, thread)| {
            let answer = thread.join();
            (
                name.clone(),
                answer.unwrap_or_else(|panic| resume_unwind(panic)),
            )
        });
        answers.collect()
    });
    keep(ledger, asked, now, entropy)
}

/// What one outsider answered, before the log keeps it.
enum Answered {
    /// It signed a checkpoint of so many leaves.
    Signed(Box<Outside>, u64),
    /// It had nothing to sign.
    Nothing(Signed),
}

/// Appends what was signed or contradicts the log, and returns what came of asking each.
fn keep(
    ledger: &mut Ledger,
    asked: Vec<(String, Result<Answered, AskError>)>,
    now: Timestamp,
    entropy: &mut dyn FnMut() -> [u8; 32],
) -> Result<Vec<Asked>, AskError> {
    let known = refused::kept(ledger, asked.iter().map(|(name, answer)| (name, answer)))?;
    let leaf = |(name, answer): &(String, Result<Answered, AskError>)| match answer {
        Ok(Answered::Signed(outside, _)) => Ok(Some(outside.to_leaf())),
        Err(error) if !known.contains_key(name) => refused::leaf(ledger, name, error),
        Ok(Answered::Nothing(_)) | Err(_) => Ok(None),
    };
    let batch: Result<Vec<_>, ReadError> =
        asked.iter().filter_map(|it| leaf(it).transpose()).collect();
    let receipts = ledger.append(batch?, now, entropy)?.receipts;
    let mut leaves = receipts.iter().map(|receipt| receipt.index);
    let asked = asked.into_iter().map(|(outsider, answer)| {
        let accuses = answer.as_ref().is_err_and(AskError::contradicts_log);
        let accuses_in = match known.get(&outsider) {
            Some(leaf) => Some(*leaf),
            None if accuses => leaves.next(),
            None => None,
        };
        let result = answer.map(|answer| match answer {
            Answered::Signed(_, size) => Signed::Now {
                size,
                leaf: leaves.next().unwrap_or(size),
            },
            Answered::Nothing(signed) => signed,
        });
        Asked {
            outsider,
            result,
            accuses_in,
        }
    });
    Ok(asked.collect())
}

/// Returns the leaves that each outsider signed for, by its name.
fn covered(ledger: &Ledger, program: &Program) -> Result<BTreeMap<String, u64>, ReadError> {
    let gathered = gather::gather(ledger.reader(), program, &[])?;
    let mut covered = BTreeMap::new();
    for OutsideSignature { outsider, size, .. } in gathered.signatures {
        if let Some(outsider) = outsider {
            let most: &mut u64 = covered.entry(outsider).or_default();
            *most = size.max(*most);
        }
    }
    Ok(covered)
}

/// Returns the checkpoint to be signed, unless nothing but signatures came behind what was signed before.
fn unsigned(ledger: &Ledger, covered: u64) -> Result<Option<(Note, u64)>, ReadError> {
    let signed = ledger.reader().checkpoint()?;
    let size = signed.checkpoint.size();
    let behind = ledger.reader().entries(covered.min(size)..size)?;
    let is_new = behind
        .iter()
        .any(|entry| entry.leaf.kind != LeafKind::Outside);
    Ok(is_new.then(|| (signed.note.only_by(&[&signed.key]), size)))
}

fn cosign(ledger: &Ledger, witness: &Witness, covered: u64) -> Result<Answered, AskError> {
    let Some(url) = &witness.url else {
        return Ok(Answered::Nothing(Signed::NoAddress));
    };
    let key: CosignerKey = witness.key.parse()?;
    let Some((note, size)) = unsigned(ledger, covered)? else {
        return Ok(Answered::Nothing(Signed::Before { size: covered }));
    };
    let (checkpoint, size) = ask_witness(ledger, (note, size), covered, url, &key)?;
    let outside = Outside {
        checkpoint,
        token: None,
        refusal: None,
    };
    Ok(Answered::Signed(Box::new(outside), size))
}

/// Returns the cosigned checkpoint. C2SP tlog-witness, "add-checkpoint": a witness tells the size that it holds.
fn ask_witness(
    ledger: &Ledger,
    (mut note, mut size): (Note, u64),
    covered: u64,
    url: &str,
    key: &CosignerKey,
) -> Result<(Note, u64), AskError> {
    let http = Http::new()?;
    let url = format!("{}/add-checkpoint", url.trim_end_matches('/'));
    let mut held = covered;
    for _ in 0..ATTEMPTS {
        let proof = ledger.reader().consistency_path(held, size)?;
        let request = Request::new(held, proof, note.clone())?.to_string();
        let limit = MAX_ANSWER_BYTES as u64;
        let answer = http.post(&url, "text/plain", request.into_bytes(), limit)?;
        match Answer::read(answer.status, &answer.content_type, &answer.body)? {
            Answer::Cosigned(lines) => {
                let known = std::slice::from_ref(key);
                let accepted = tlog::witness::answer::accept(&note, &lines, known)?;
                return Ok((accepted, size));
            }
            Answer::Holds { size: theirs } => {
                held = theirs;
                if held > size {
                    (note, size) = grown(ledger, held)?;
                }
            }
            // C2SP tlog-witness, "add-checkpoint": 422 where the checkpoint is not consistent with the one before.
            Answer::Refused { status, reason } => {
                return Err(match status {
                    422 => AskError::OtherHistory { reason },
                    403 | 404 => AskError::UnknownKey { status, reason },
                    _ => AskError::Refused { status, reason },
                });
            }
        }
    }
    Err(AskError::Moving)
}

/// Returns the checkpoint as it is now: another machine may have appended since, and had that signed.
fn grown(ledger: &Ledger, held: u64) -> Result<(Note, u64), AskError> {
    let signed = ledger.publish()?;
    let size = signed.checkpoint.size();
    match held > size {
        true => Err(AskError::AheadOfLog { held, size }),
        false => Ok((signed.note.only_by(&[&signed.key]), size)),
    }
}

fn stamp(
    ledger: &Ledger,
    authority: &TimestampAuthority,
    covered: u64,
    random: [u8; 32],
) -> Result<Answered, AskError> {
    let trusted = TrustedCertificate::parse(authority.certificate.as_bytes())?;
    let Some((note, size)) = unsigned(ledger, covered)? else {
        return Ok(Answered::Nothing(Signed::Before { size: covered }));
    };
    let imprint = Imprint::of(&Outside::stamped_bytes(&note));
    let [a, b, c, d, e, f, g, h, ..] = random;
    let nonce = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
    let request = signatures::timestamp::request(&imprint, nonce);
    let limit = MAX_RESPONSE_BYTES as u64;
    let answer = Http::new()?.post(
        &authority.url,
        "application/timestamp-query",
        request,
        limit,
    )?;
    if answer.status != 200 {
        let reason = String::from_utf8_lossy(&answer.body);
        return Err(AskError::Refused {
            status: answer.status,
            reason: reason.chars().take(200).collect(),
        });
    }
    let token = parse_response(&answer.body)?;
    token.verify(&imprint, Some(nonce), &[trusted])?;
    let outside = Outside {
        checkpoint: note,
        token: Some(token.bytes().to_vec()),
        refusal: None,
    };
    Ok(Answered::Signed(Box::new(outside), size))
}

/// Returns how an outsider of this kind is called.
pub fn kind_name(kind: OutsiderKind) -> &'static str {
    match kind {
        OutsiderKind::Witness => "witness",
        OutsiderKind::TimestampAuthority => "timestamp authority",
    }
}
