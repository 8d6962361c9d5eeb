//! What `ledger key show` answers, and the marks that a changed key leaves in every answer about a log.

use documents::text::folded;
use jiff::Timestamp;
use ledger::keyfile::PrivateKey;
use ledger::keys::history::{Change, KeyHistory};
use ledger::keys::record::KeyChange;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tlog::key::VerifierKey;

use crate::answers::{VERSION, schema, value};
use crate::custody::keys::KeyStatus;

/// What `ledger key show` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KeyAnswer {
    /// The version of this form.
    pub version: u32,
    /// The key in force, as witnesses and auditors take it.
    pub key: String,
    /// Its ID, in hexadecimal digits, by which signatures name it.
    pub id: String,
    /// Where the private half comes from.
    pub private: PrivateAnswer,
    /// The file of the private half.
    pub file: Option<String>,
    /// Every key that the log has had, the first one first.
    pub keys: Vec<String>,
    /// What became of them.
    pub history: Vec<KeyEvent>,
}

/// Where a private key comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PrivateAnswer {
    /// The file holds it.
    File,
    /// An SSH agent holds it, and the file names it.
    Agent,
    /// The environment of this machine gave it.
    Environment,
    /// Not from this machine, whose file holds or names another key.
    Other,
    /// Not from this machine.
    Absent,
}

/// What became of a key of a log, as its log records it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeyEvent {
    /// The leaf that records it.
    pub leaf: u64,
    /// When, by the clock of the machine that recorded it.
    pub at: Timestamp,
    /// What it was.
    pub kind: KeyEventKind,
    /// The key.
    pub key: String,
    /// The key that signs the log from here on, where that is another one.
    pub successor: Option<String>,
    /// The first leaf for which the key is not believed, where it was revoked.
    pub since: Option<u64>,
    /// Why.
    pub reason: Option<String>,
}

/// The ways in which a key ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyEventKind {
    /// It handed the log over, and both keys signed that.
    Rotation,
    /// The key in force declares it to be no longer believed.
    Revocation,
    /// It is gone, and did not vouch for the one that took over.
    Loss,
}

impl KeyEvent {
    /// Returns what became of the keys of a log, in the order of the leaves.
    pub fn all(keys: &KeyHistory) -> Vec<KeyEvent> {
        keys.changes().iter().map(KeyEvent::of).collect()
    }

    fn of(change: &Change) -> KeyEvent {
        let record = &change.record;
        let (kind, key, since) = match &record.change {
            KeyChange::Rotation { from, .. } => (KeyEventKind::Rotation, from, None),
            KeyChange::Loss { from, .. } => (KeyEventKind::Loss, from, None),
            KeyChange::Revocation { key, since, .. } => {
                (KeyEventKind::Revocation, key, Some(*since))
            }
        };
        KeyEvent {
            leaf: record.leaf,
            at: change.at,
            kind,
            key: key.to_string(),
            successor: record.change.successor().map(ToString::to_string),
            since,
            reason: record.reason.clone(),
        }
    }

    /// Returns the mark for people.
    pub fn line(&self) -> String {
        let (leaf, at, key) = (self.leaf, self.at, id(&self.key));
        let successor = self.successor.as_deref().map(id).unwrap_or_default();
        let mark = match self.kind {
            KeyEventKind::Rotation => format!(
                "KEY ROTATED at leaf {leaf}, {at}: {key} handed the log over to {successor}, and both signed that"
            ),
            KeyEventKind::Revocation => format!(
                "KEY REVOKED at leaf {leaf}, {at}: {key} is not believed from leaf {} on",
                self.since.unwrap_or_default()
            ),
            KeyEventKind::Loss => format!(
                "KEY LOST at leaf {leaf}, {at}: from leaf {leaf} on the log is signed by a key that the one before did not vouch for ({key}, then {successor})"
            ),
        };
        match &self.reason {
            Some(reason) => format!("{mark}: {}", reason.escape_debug()),
            None => mark,
        }
    }
}

impl KeyAnswer {
    /// Returns the answer of a key.
    pub fn of(status: &KeyStatus) -> KeyAnswer {
        let (private, path) = match &status.private {
            PrivateKey::File { path } => (PrivateAnswer::File, Some(path)),
            PrivateKey::Agent { path } => (PrivateAnswer::Agent, Some(path)),
            PrivateKey::Given => (PrivateAnswer::Environment, None),
            PrivateKey::Other { path } => (PrivateAnswer::Other, Some(path)),
            PrivateKey::Absent { path } => (PrivateAnswer::Absent, Some(path)),
        };
        KeyAnswer {
            version: VERSION,
            key: status.key.clone(),
            id: id(&status.key),
            private,
            file: path.map(|path| path.display().to_string()),
            keys: status.keys.keys().map(ToString::to_string).collect(),
            history: KeyEvent::all(&status.keys),
        }
    }

    /// Returns the answer for people.
    pub fn text(&self) -> String {
        let file = self.file.as_deref().unwrap_or("no file");
        let private = match self.private {
            PrivateAnswer::File => format!("in {file}"),
            PrivateAnswer::Agent => format!("in an SSH agent; {file} names it"),
            PrivateAnswer::Environment => "given by the environment".to_owned(),
            PrivateAnswer::Other => format!("not here: {file} holds another key"),
            PrivateAnswer::Absent => format!("not here: {file} is missing"),
        };
        let mut lines = vec![
            format!("key      {}", self.key),
            format!("id       {}", self.id),
            format!("private  {private}"),
        ];
        let before = self.keys.iter().filter(|key| **key != self.key);
        lines.extend(before.map(|key| format!("earlier  {key}")));
        lines.extend(self.history.iter().map(|event| folded(&event.line())));
        lines.join("\n")
    }

    /// Returns the answer for machines.
    pub fn json(&self) -> Value {
        value(self)
    }
}

/// Returns the ID in the text of a key, or the text where it is none.
fn id(key: &str) -> String {
    let parsed = key.parse::<VerifierKey>();
    parsed.map_or_else(|_| key.to_owned(), |key| format!("{:08x}", key.id()))
}

/// Returns the schema of what `ledger key show` answers.
pub fn schema_of_key() -> Value {
    schema::<KeyAnswer>()
}
