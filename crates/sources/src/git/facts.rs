//! The facts of one commit, read from its bytes.

use super::batch::Raw;
use super::encoding;
use super::header::Commit;
use super::interned::Interned;
use super::message::{self, AssistantSet};
use super::person::Person;
use super::signature::{self, Header, SignatureChecker};
use gix::ObjectId;
use jiff::Timestamp;
use model::change::{Brought, Change, Signature};
use model::digest::CommitId;
use model::identity::Identity;
use std::collections::{BTreeSet, HashMap};

/// The address under which GitHub commits for a user of its web page.
const GITHUB_NAME: &str = "GitHub";
const GITHUB_ADDRESS: &str = "noreply@github.com";

/// What is kept of every commit, on the chain or not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    /// The committer's clock in seconds.
    pub(super) committed_at: i64,
    /// The author's number.
    pub(super) author: u32,
    /// The committer's number.
    pub(super) committer: u32,
    /// The signature's number.
    pub(super) signature: u32,
    /// Whether a signed tag is embedded.
    pub(super) embedded_tag: bool,
    /// AI assistants that the message names.
    pub(super) assistants: AssistantSet,
}

/// Reads facts in one thread.
pub(super) struct FactReader<'a> {
    /// Where identities and signatures get their numbers.
    pub(super) interned: &'a Interned,
    /// Who checks signatures.
    pub(super) checker: &'a dyn SignatureChecker,
    /// Addresses under which other forges commit for their users.
    pub(super) forge_addresses: &'a BTreeSet<String>,
    /// The header of signatures.
    pub(super) header: Header,
    /// Identities that this thread has met, by their bytes and encoding.
    pub(super) met: HashMap<Box<[u8]>, (u32, Identity)>,
    /// Room for the bytes of one of them.
    pub(super) key: Vec<u8>,
}

impl FactReader<'_> {
    /// Returns the facts of any commit.
    pub(super) fn facts(&mut self, raw: &Raw<'_>, commit: &Commit<'_>) -> Facts {
        let assistants = message::named_assistants(commit.message, commit.encoding);
        let signature = self.signature(raw, commit);
        self.facts_with(commit, &signature, assistants)
    }

    /// Returns the facts of a commit of the chain, and the change that it is but for what it brought in,
    /// its position and its paths.
    pub(super) fn change(&mut self, raw: &Raw<'_>, commit: &Commit<'_>) -> (Facts, Change) {
        let parents: Vec<CommitId> = commit.parents().filter_map(commit_id_of_hex).collect();
        let message = message::parse(commit.message, commit.encoding, parents.len());
        let signature = self.signature(raw, commit);
        let facts = self.facts_with(commit, &signature, message.assistants);
        let (_, author) = self.identity(Person::parse(commit.author), commit.encoding);
        let (_, committer) = self.identity(Person::parse(commit.committer), commit.encoding);
        let forge_committed = self.is_forge(&committer);
        let change = Change {
            commit: commit_id(raw.id),
            position: 0,
            merger: merger(message.landed, forge_committed, &author, &committer),
            parents,
            tree: commit_id_of_hex(commit.tree),
            patch_digest: None,
            merged_paths: None,
            committed_at: timestamp(facts.committed_at),
            authored_at: timestamp(Person::parse(commit.author).seconds),
            subject: message.subject,
            landed: message.landed,
            request: message.request,
            authors: vec![author.clone()],
            bot_suffix: author.has_bot_suffix(),
            author,
            committer,
            forge_committed,
            co_authors: message.co_authors,
            brought: Brought::default(),
            signature,
            embedded_tag: commit.embedded_tag,
            assistants: owned(message.assistants),
            brought_assistants: Vec::new(),
            body_words: message.body_words,
            declared_risk: message.declared_risk,
            risk_assessment: message.risk_assessment,
            tickets: message.tickets,
            paths_read: false,
            paths: Vec::new(),
        };
        (facts, change)
    }

    fn facts_with(
        &mut self,
        commit: &Commit<'_>,
        signature: &Signature,
        assistants: AssistantSet,
    ) -> Facts {
        let committer = Person::parse(commit.committer);
        Facts {
            committed_at: committer.seconds,
            author: self
                .identity(Person::parse(commit.author), commit.encoding)
                .0,
            committer: self.identity(committer, commit.encoding).0,
            signature: self.interned.signature(signature),
            embedded_tag: commit.embedded_tag,
            assistants,
        }
    }

    fn signature(&self, raw: &Raw<'_>, commit: &Commit<'_>) -> Signature {
        if !commit.signed {
            return Signature::absent();
        }
        match signature::split(raw.object, self.header) {
            Some((armored, signed)) => self.checker.check(&armored, &signed),
            None => Signature::absent(),
        }
    }

    fn identity(&mut self, person: Person<'_>, encoding: Option<&[u8]>) -> (u32, Identity) {
        self.key.clear();
        for part in [encoding.unwrap_or_default(), person.name, person.address] {
            self.key.extend_from_slice(part);
            self.key.push(b'\n');
        }
        if let Some((number, identity)) = self.met.get(self.key.as_slice()) {
            return (*number, identity.clone());
        }
        let identity = Identity::new(
            &encoding::decode(person.name, encoding),
            &encoding::decode(person.address, encoding),
        );
        let number = self.interned.identity(&identity);
        let key = self.key.as_slice().into();
        self.met.insert(key, (number, identity.clone()));
        (number, identity)
    }

    fn is_forge(&self, committer: &Identity) -> bool {
        let address = committer.address.as_ref();
        let is_github =
            address.eq_ignore_ascii_case(GITHUB_ADDRESS) && committer.name.as_ref() == GITHUB_NAME;
        let mut others = self.forge_addresses.iter();
        is_github || others.any(|other| other.eq_ignore_ascii_case(address))
    }
}

/// A merge by the forge's web page has the one who pressed the button as its author; a squash has the
/// author of the request, so that nothing in it shows who pressed.
fn merger(
    landed: model::change::Landed,
    forge_committed: bool,
    author: &Identity,
    committer: &Identity,
) -> Option<Identity> {
    use model::change::Landed;
    match landed {
        Landed::RequestMerge | Landed::BranchMerge if forge_committed => Some(author.clone()),
        Landed::RequestMerge | Landed::BranchMerge => Some(committer.clone()),
        Landed::Squash if forge_committed => None,
        Landed::Squash => Some(committer.clone()),
        Landed::NotEvidenced | Landed::Root => None,
    }
}

/// Returns the moment of a clock; one outside all calendars is moved to their end.
pub(super) fn timestamp(seconds: i64) -> Timestamp {
    let (first, last) = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Timestamp::from_second(seconds.clamp(first, last)).unwrap_or_default()
}

/// Returns names as a change keeps them.
pub(super) fn owned(assistants: AssistantSet) -> Vec<String> {
    assistants.names().into_iter().map(str::to_owned).collect()
}

/// Returns the id as the model has it.
pub(super) fn commit_id(id: ObjectId) -> CommitId {
    CommitId::from_bytes(id.as_bytes()).expect("an object id has 20 or 32 bytes")
}

fn commit_id_of_hex(hex: &[u8]) -> Option<CommitId> {
    ObjectId::from_hex(hex).ok().map(commit_id)
}
