//! AI reviews in the log: the record, and behind it the answers as they came.

use gates::review::judge::{Heard, judge};
use jiff::Timestamp;
use ledger::leaf::LeafKind;
use ledger::read::{Entry, Kept, ReadError, Reader};
use model::calibration::Manner;
use model::digest::Digest;
use model::review::{Answered, ReviewRecord, Reviewed, VERSION};
use sources::llm::read::{self as replies, Stop};
use sources::review::answer::{self, Asked};
use sources::review::prompt::Marks;

use crate::forge::facts::{Read, of_kind};
use crate::gate::again;

/// Returns the payload of a review: the record in one line, and behind it the bytes of each answer.
pub fn payload(record: &ReviewRecord, answers: &[Vec<u8>]) -> Vec<u8> {
    let mut payload = serde_json::to_vec(record).expect("a record has text keys only");
    payload.push(b'\n');
    payload.extend(answers.iter().flatten());
    payload
}

/// Returns the record that a payload is, with the bytes of each answer.
pub fn parse(payload: &[u8]) -> Option<(ReviewRecord, Vec<&[u8]>)> {
    let end = payload.iter().position(|byte| *byte == b'\n')?;
    let (head, mut rest) = (&payload[..end], &payload[end + 1..]);
    let record: ReviewRecord = serde_json::from_slice(head).ok()?;
    let mut answers = Vec::with_capacity(record.answers.len());
    for answered in &record.answers {
        let (bytes, after) = rest.split_at_checked(answered.bytes)?;
        (answered.sha256 == Digest::of(bytes)).then_some(())?;
        answers.push(bytes);
        rest = after;
    }
    (record.version == VERSION && rest.is_empty()).then_some((record, answers))
}

/// Returns what each answer says, read again from its bytes.
pub fn heard(record: &ReviewRecord, answers: &[&[u8]]) -> Vec<Heard> {
    let paths: Vec<String> = record.files.iter().map(|file| file.path.clone()).collect();
    let both = record.answers.iter().zip(answers);
    let heard = both.map(|(answered, bytes)| Heard {
        question: answered.question,
        said: said(record, &paths, answered, bytes),
    });
    heard.collect()
}

fn said(
    record: &ReviewRecord,
    paths: &[String],
    answered: &Answered,
    bytes: &[u8],
) -> Result<Vec<model::review::Finding>, String> {
    if let Some(why) = &answered.unreached {
        return Err(why.clone());
    }
    let asked = record.questions.get(answered.question);
    let asked = asked.ok_or_else(|| "it answers no question of the record".to_owned())?;
    let heard = replies::Heard {
        status: answered.status.unwrap_or_default(),
        content_type: answered.content_type.clone(),
        ended: answered.ended,
        raw: bytes.to_vec(),
    };
    let reply = replies::read(answered.wire, &heard).map_err(|error| error.to_string())?;
    let Some(text) = reply.text() else {
        return Err(match reply.stop {
            Stop::Length => "the answer was cut off: the model may write no more".to_owned(),
            Stop::Refused => "the model refused to answer".to_owned(),
            Stop::Other(word) => format!("the model stopped: {}", word.escape_debug()),
            Stop::End => "the answer is empty".to_owned(),
        });
    };
    let marks = Marks {
        first: asked.first_mark.clone(),
        last: asked.last_mark.clone(),
    };
    let asked = Asked {
        marks: &marks,
        paths,
        covers: &asked.covers,
    };
    answer::read(text, &asked).map_err(|error| error.to_string())
}

/// Returns what a recorded review came to.
pub fn reviewed(
    (leaf, at): (u64, Timestamp),
    record: &ReviewRecord,
    answers: &[&[u8]],
) -> Reviewed {
    let heard = heard(record, answers);
    let judged = judge(record, &heard);
    let models = record.answers.iter().map(|answered| answered.model.clone());
    Reviewed {
        leaf,
        at,
        request: record.request,
        reviewer: record.reviewer.clone(),
        patch_digest: record.patch_digest,
        models: models.collect(),
        then: None,
        manners: manners(record, &heard),
        outcome: judged.outcome,
        findings: judged.findings,
        configured: record.configured.clone(),
        why: judged.why,
    }
}

/// Returns who gave the answers that say something.
fn manners(record: &ReviewRecord, heard: &[Heard]) -> Vec<Manner> {
    let mut manners = Vec::new();
    for (answered, heard) in record.answers.iter().zip(heard) {
        let manner = Manner {
            address: answered.address.clone(),
            wire: answered.wire,
            model: answered.model.clone(),
            parameters: answered.parameters,
            prompt_sha256: record.prompt_sha256,
        };
        if heard.said.is_ok() && !manners.contains(&manner) {
            manners.push(manner);
        }
    }
    manners
}

/// Adds the reviews among these leaves that are of a repository.
pub(crate) fn enter(
    whole: &mut Read,
    reader: &Reader,
    entries: &[Entry],
    repository: &str,
) -> Result<(), ReadError> {
    let of_reviews = of_kind(entries, LeafKind::Review);
    if of_reviews.is_empty() {
        return Ok(());
    }
    let clocked = crate::earlier::clocked(entries, LeafKind::Review);
    let read = |entry: &Entry, kept: Option<Kept>| {
        let at = clocked.get(&entry.index).copied();
        let place = (entry.index, at.unwrap_or(entry.leaf.at));
        let parsed = kept.as_ref().and_then(|kept| parse(&kept.bytes));
        let found = parsed.map(|(record, answers)| {
            (record.repository == repository).then(|| {
                let program = record.configured.as_ref().map(|_| record.program_sha256);
                (program, reviewed(place, &record, &answers))
            })
        });
        (place.0, kept.is_some(), found)
    };
    let mut reviews = Vec::new();
    reader.each_payload(&of_reviews, read, |(leaf, is_here, found)| {
        whole.enter(leaf, is_here);
        match found {
            Some(found) => reviews.extend(found),
            None => drop(whole.facts.unread_reviews.insert(leaf)),
        }
    })?;
    let named = reviews.iter();
    let named = named.filter_map(|(program, reviewed)| Some((reviewed.leaf, (*program)?)));
    let (programs, leaves) = again::programs(reader, entries, &named.collect::<Vec<_>>())?;
    whole.present.extend(leaves);
    for (program, mut reviewed) in reviews {
        let program = program.and_then(|sha256| programs.get(&sha256));
        let mut principals = program.into_iter().flat_map(|it| &it.principals);
        let then = principals.find(|it| it.id == reviewed.reviewer);
        reviewed.then = then.cloned().map(Box::new);
        whole.facts.reviews.enter(reviewed);
    }
    Ok(())
}
