//! Changes as a file keeps them: identities and signatures once, the rest by number.
//!
//! Written out by hand: everything that was ever read is read again at each start, so it is made without detours.

use super::bytes::{Reader, Writer};
use super::span::Span;
use crate::git::facts::timestamp;
use crate::git::interned::Interned;
use jiff::Timestamp;
use model::change::{
    Brought, Change, Landed, Signature, SignatureCheck, SignatureGroup, SignatureKind,
};
use model::digest::{CommitId, Digest};
use model::identity::Identity;
use model::outcome::Risk;
use std::sync::Arc;

const LANDED: [Landed; 5] = [
    Landed::RequestMerge,
    Landed::Squash,
    Landed::BranchMerge,
    Landed::NotEvidenced,
    Landed::Root,
];
const KINDS: [SignatureKind; 5] = [
    SignatureKind::Ssh,
    SignatureKind::Openpgp,
    SignatureKind::X509,
    SignatureKind::Other,
    SignatureKind::None,
];
const CHECKS: [SignatureCheck; 4] = [
    SignatureCheck::Valid,
    SignatureCheck::Invalid,
    SignatureCheck::NoKey,
    SignatureCheck::Absent,
];
const RISKS: [Risk; 3] = [Risk::Low, Risk::Medium, Risk::High];

/// Returns changes as they are kept.
pub(super) fn encode(changes: &[Change]) -> Vec<u8> {
    let interned = Interned::default();
    let mut rows = Writer::default();
    rows.list(changes, |rows, change| {
        let mut row = Writer::default();
        write(&mut row, change, &interned);
        rows.signed(change.committed_at.as_second());
        rows.append(&row);
    });
    let (identities, signatures) = interned.values();
    let mut chunk = Writer::default();
    chunk.list(&identities, |chunk, identity| {
        chunk.text(&identity.name);
        chunk.text(&identity.address);
    });
    chunk.list(&signatures, |chunk, signature| {
        chunk.number(place(&KINDS, &signature.kind));
        chunk.number(place(&CHECKS, &signature.check));
        chunk.option(signature.key.as_deref(), Writer::text);
        chunk.number(u64::from(signature.by_forge));
    });
    chunk.append(&rows);
    chunk.finish()
}

/// Appends those changes of a chunk that were committed in a span of seconds, `None` where it is no chunk.
pub(super) fn decode(bytes: &[u8], span: Span, changes: &mut Vec<Change>) -> Option<()> {
    let mut reader = Reader::new(bytes)?;
    let tables = Tables {
        identities: reader.list(identity)?,
        signatures: reader.list(signature)?,
    };
    let mut rows = reader.part()?;
    for _ in 0..rows.number()? {
        let at = rows.signed()?;
        let mut row = rows.part()?;
        if span.contains(at) {
            changes.push(tables.change(&mut row, timestamp(at))?);
        }
    }
    (reader.is_empty() && rows.is_empty()).then_some(())
}

fn write(row: &mut Writer, change: &Change, interned: &Interned) {
    let person = |row: &mut Writer, it: &Identity| row.number(u64::from(interned.identity(it)));
    row.bytes(change.commit.as_bytes());
    row.number(u64::from(change.position));
    row.list(&change.parents, |row, parent| row.bytes(parent.as_bytes()));
    row.option(change.tree.as_ref(), |row, tree| row.bytes(tree.as_bytes()));
    row.option(change.patch_digest.as_ref(), |row, digest| {
        row.bytes(digest.as_bytes())
    });
    row.option(change.merged_paths, |row, count| row.number(count.into()));
    row.signed(change.authored_at.as_second());
    row.text(&change.subject);
    row.number(place(&LANDED, &change.landed));
    row.option(change.request, Writer::number);
    person(row, &change.author);
    person(row, &change.committer);
    row.number(u64::from(change.forge_committed));
    row.list(&change.authors, person);
    row.list(&change.co_authors, person);
    row.option(change.merger.as_ref(), person);
    write_brought(row, &change.brought, interned);
    row.number(u64::from(interned.signature(&change.signature)));
    row.number(u64::from(change.embedded_tag));
    texts(row, &change.assistants);
    texts(row, &change.brought_assistants);
    row.number(u64::from(change.bot_suffix));
    row.number(u64::from(change.body_words));
    row.option(change.declared_risk, |row, risk| {
        row.number(place(&RISKS, &risk))
    });
    row.number(u64::from(change.risk_assessment));
    texts(row, &change.tickets);
    row.number(u64::from(change.paths_read));
    texts(row, &change.paths);
}

fn write_brought(row: &mut Writer, brought: &Brought, interned: &Interned) {
    row.number(u64::from(brought.commits));
    row.number(u64::from(brought.absent));
    row.option(brought.last_committed_at, |row, at| {
        row.signed(at.as_second())
    });
    row.list(&brought.signatures, |row, group| {
        row.number(u64::from(interned.identity(&group.committer)));
        row.number(u64::from(interned.signature(&group.signature)));
        row.number(u64::from(group.commits));
        row.bytes(group.newest.as_bytes());
    });
}

fn texts(row: &mut Writer, texts: &[String]) {
    row.list(texts, |row, text| row.text(text));
}

/// What a table does not have is written so that no table has it, and read as a damaged file.
fn place<T: PartialEq>(table: &[T], value: &T) -> u64 {
    let place = table.iter().position(|it| it == value);
    place.unwrap_or(table.len()) as u64
}

fn of_table<T: Copy>(table: &[T], reader: &mut Reader<'_>) -> Option<T> {
    table.get(usize::try_from(reader.number()?).ok()?).copied()
}

fn identity(reader: &mut Reader<'_>) -> Option<Identity> {
    Some(Identity {
        name: Arc::from(reader.text()?),
        address: Arc::from(reader.text()?),
    })
}

fn signature(reader: &mut Reader<'_>) -> Option<Signature> {
    Some(Signature {
        kind: of_table(&KINDS, reader)?,
        check: of_table(&CHECKS, reader)?,
        key: reader.option(owned)?,
        by_forge: reader.flag()?,
    })
}

fn owned(reader: &mut Reader<'_>) -> Option<String> {
    reader.text().map(str::to_owned)
}

fn commit(reader: &mut Reader<'_>) -> Option<CommitId> {
    CommitId::from_bytes(reader.bytes()?)
}

fn digest(reader: &mut Reader<'_>) -> Option<Digest> {
    reader.bytes()?.try_into().ok().map(Digest::from_bytes)
}

struct Tables {
    identities: Vec<Identity>,
    signatures: Vec<Signature>,
}

impl Tables {
    fn change(&self, row: &mut Reader<'_>, committed_at: Timestamp) -> Option<Change> {
        Some(Change {
            commit: commit(row)?,
            position: row.small()?,
            parents: row.list(commit)?,
            tree: row.option(commit)?,
            patch_digest: row.option(digest)?,
            merged_paths: row.option(Reader::small)?,
            committed_at,
            authored_at: timestamp(row.signed()?),
            subject: owned(row)?,
            landed: of_table(&LANDED, row)?,
            request: row.option(Reader::number)?,
            author: self.identity(row)?,
            committer: self.identity(row)?,
            forge_committed: row.flag()?,
            authors: row.list(|row| self.identity(row))?,
            co_authors: row.list(|row| self.identity(row))?,
            merger: row.option(|row| self.identity(row))?,
            brought: self.brought(row)?,
            signature: self.signature(row)?,
            embedded_tag: row.flag()?,
            assistants: row.list(owned)?,
            brought_assistants: row.list(owned)?,
            bot_suffix: row.flag()?,
            body_words: row.small()?,
            declared_risk: row.option(|row| of_table(&RISKS, row))?,
            risk_assessment: row.flag()?,
            tickets: row.list(owned)?,
            paths_read: row.flag()?,
            paths: row.list(owned)?,
        })
    }

    fn brought(&self, row: &mut Reader<'_>) -> Option<Brought> {
        Some(Brought {
            commits: row.small()?,
            absent: row.flag()?,
            last_committed_at: row.option(Reader::signed)?.map(timestamp),
            signatures: row.list(|row| self.group(row))?,
        })
    }

    fn group(&self, row: &mut Reader<'_>) -> Option<SignatureGroup> {
        Some(SignatureGroup {
            committer: self.identity(row)?,
            signature: self.signature(row)?,
            commits: row.small()?,
            newest: commit(row)?,
        })
    }

    fn identity(&self, row: &mut Reader<'_>) -> Option<Identity> {
        self.identities.get(row.small()? as usize).cloned()
    }

    fn signature(&self, row: &mut Reader<'_>) -> Option<Signature> {
        self.signatures.get(row.small()? as usize).cloned()
    }
}
