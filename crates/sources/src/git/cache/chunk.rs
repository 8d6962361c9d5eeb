//! Changes as a file keeps them: identities and signatures once, the rest by number.

use crate::git::facts::timestamp;
use crate::git::interned::Interned;
use model::change::{
    Brought, Change, Landed, Signature, SignatureCheck, SignatureGroup, SignatureKind,
};
use model::digest::CommitId;
use model::identity::Identity;
use model::outcome::Risk;
use serde::{Deserialize, Serialize};
use std::io;

#[derive(Serialize, Deserialize)]
struct ChunkWire<'a> {
    #[serde(borrow)]
    identities: Vec<(&'a str, &'a str)>,
    signatures: Vec<(SignatureKind, SignatureCheck, Option<&'a str>, bool)>,
    changes: Vec<ChangeWire<'a>>,
}

#[derive(Serialize, Deserialize)]
struct ChangeWire<'a> {
    #[serde(borrow)]
    commit: &'a [u8],
    position: u32,
    parents: Vec<&'a [u8]>,
    committed_at: i64,
    authored_at: i64,
    subject: &'a str,
    landed: Landed,
    request: Option<u64>,
    author: u32,
    committer: u32,
    forge_committed: bool,
    authors: Vec<u32>,
    co_authors: Vec<u32>,
    merger: Option<u32>,
    brought: u32,
    last_brought_at: Option<i64>,
    groups: Vec<GroupWire<'a>>,
    signature: u32,
    embedded_tag: bool,
    assistants: Vec<&'a str>,
    brought_assistants: Vec<&'a str>,
    bot_suffix: bool,
    body_words: u32,
    declared_risk: Option<Risk>,
    risk_assessment: bool,
    tickets: Vec<&'a str>,
    paths_read: bool,
    paths: Vec<&'a str>,
}

#[derive(Serialize, Deserialize)]
struct GroupWire<'a> {
    committer: u32,
    signature: u32,
    commits: u32,
    newest: &'a [u8],
}

/// Returns changes as they are kept.
pub(super) fn encode(changes: &[Change]) -> io::Result<Vec<u8>> {
    let interned = Interned::default();
    let wires = changes
        .iter()
        .map(|change| wire(change, &interned))
        .collect();
    let (identities, signatures) = interned.values();
    let chunk = ChunkWire {
        identities: identities
            .iter()
            .map(|it| (&*it.name, &*it.address))
            .collect(),
        signatures: signatures
            .iter()
            .map(|it| (it.kind, it.check, it.key.as_deref(), it.by_forge))
            .collect(),
        changes: wires,
    };
    postcard::to_stdvec(&chunk).map_err(io::Error::other)
}

/// Returns the changes of a chunk, `None` where it is none.
pub(super) fn decode(bytes: &[u8]) -> Option<Vec<Change>> {
    let chunk: ChunkWire<'_> = postcard::from_bytes(bytes).ok()?;
    let identities = chunk
        .identities
        .iter()
        .map(|(name, address)| Identity::new(name, address));
    let tables = Tables {
        identities: identities.collect(),
        signatures: chunk.signatures.into_iter().map(signature).collect(),
    };
    chunk
        .changes
        .into_iter()
        .map(|wire| tables.change(wire))
        .collect()
}

fn signature(
    (kind, check, key, by_forge): (SignatureKind, SignatureCheck, Option<&str>, bool),
) -> Signature {
    Signature {
        kind,
        check,
        key: key.map(str::to_owned),
        by_forge,
    }
}

fn wire<'a>(change: &'a Change, interned: &Interned) -> ChangeWire<'a> {
    let number = |identity: &Identity| interned.identity(identity);
    ChangeWire {
        commit: change.commit.as_bytes(),
        position: change.position,
        parents: change.parents.iter().map(CommitId::as_bytes).collect(),
        committed_at: change.committed_at.as_second(),
        authored_at: change.authored_at.as_second(),
        subject: &change.subject,
        landed: change.landed,
        request: change.request,
        author: number(&change.author),
        committer: number(&change.committer),
        forge_committed: change.forge_committed,
        authors: change.authors.iter().map(number).collect(),
        co_authors: change.co_authors.iter().map(number).collect(),
        merger: change.merger.as_ref().map(number),
        brought: change.brought.commits,
        last_brought_at: change.brought.last_committed_at.map(|at| at.as_second()),
        groups: change
            .brought
            .signatures
            .iter()
            .map(|group| group_wire(group, interned))
            .collect(),
        signature: interned.signature(&change.signature),
        embedded_tag: change.embedded_tag,
        assistants: texts(&change.assistants),
        brought_assistants: texts(&change.brought_assistants),
        bot_suffix: change.bot_suffix,
        body_words: change.body_words,
        declared_risk: change.declared_risk,
        risk_assessment: change.risk_assessment,
        tickets: texts(&change.tickets),
        paths_read: change.paths_read,
        paths: texts(&change.paths),
    }
}

fn group_wire<'a>(group: &'a SignatureGroup, interned: &Interned) -> GroupWire<'a> {
    GroupWire {
        committer: interned.identity(&group.committer),
        signature: interned.signature(&group.signature),
        commits: group.commits,
        newest: group.newest.as_bytes(),
    }
}

fn texts(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

fn owned(texts: Vec<&str>) -> Vec<String> {
    texts.into_iter().map(str::to_owned).collect()
}

struct Tables {
    identities: Vec<Identity>,
    signatures: Vec<Signature>,
}

impl Tables {
    fn change(&self, wire: ChangeWire<'_>) -> Option<Change> {
        let commits = wire.parents.into_iter().map(CommitId::from_bytes);
        Some(Change {
            commit: CommitId::from_bytes(wire.commit)?,
            position: wire.position,
            parents: commits.collect::<Option<_>>()?,
            committed_at: timestamp(wire.committed_at),
            authored_at: timestamp(wire.authored_at),
            subject: wire.subject.to_owned(),
            landed: wire.landed,
            request: wire.request,
            author: self.identity(wire.author)?,
            committer: self.identity(wire.committer)?,
            forge_committed: wire.forge_committed,
            authors: self.identities(&wire.authors)?,
            co_authors: self.identities(&wire.co_authors)?,
            merger: match wire.merger {
                Some(number) => Some(self.identity(number)?),
                None => None,
            },
            brought: Brought {
                commits: wire.brought,
                last_committed_at: wire.last_brought_at.map(timestamp),
                signatures: wire
                    .groups
                    .iter()
                    .map(|group| self.group(group))
                    .collect::<Option<_>>()?,
            },
            signature: self.signature(wire.signature)?,
            embedded_tag: wire.embedded_tag,
            assistants: owned(wire.assistants),
            brought_assistants: owned(wire.brought_assistants),
            bot_suffix: wire.bot_suffix,
            body_words: wire.body_words,
            declared_risk: wire.declared_risk,
            risk_assessment: wire.risk_assessment,
            tickets: owned(wire.tickets),
            paths_read: wire.paths_read,
            paths: owned(wire.paths),
        })
    }

    fn group(&self, wire: &GroupWire<'_>) -> Option<SignatureGroup> {
        Some(SignatureGroup {
            committer: self.identity(wire.committer)?,
            signature: self.signature(wire.signature)?,
            commits: wire.commits,
            newest: CommitId::from_bytes(wire.newest)?,
        })
    }

    fn identities(&self, numbers: &[u32]) -> Option<Vec<Identity>> {
        numbers
            .iter()
            .map(|&number| self.identity(number))
            .collect()
    }

    fn identity(&self, number: u32) -> Option<Identity> {
        self.identities.get(number as usize).cloned()
    }

    fn signature(&self, number: u32) -> Option<Signature> {
        self.signatures.get(number as usize).cloned()
    }
}
