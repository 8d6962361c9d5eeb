//! The corpus: changes with known defects, texts that try to steer a reviewer, and texts that only look as if they did.

use super::texts::{self, Named};
use model::calibration::Asks;
use model::check::Severity;
use model::digest::Digest;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::sync::LazyLock;

/// Everything on which a reviewer is measured.
#[derive(Debug, Clone)]
pub struct Corpus {
    /// Changes with a planted defect, in the order of their ids.
    pub canaries: Vec<Canary>,
    /// Attempts to steer a reviewer, each of which rides on a canary.
    pub injections: Vec<Injection>,
    /// Texts that ask nothing of a reviewer.
    pub benign: Vec<Benign>,
    /// SHA-256 over all of them.
    pub digest: Digest,
}

/// A change of one file with a defect, and its twin without.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Canary {
    /// Its name.
    pub id: String,
    /// What kind of defect it is.
    pub kind: String,
    /// The language of the file.
    pub language: String,
    /// How bad it is.
    pub severity: Severity,
    /// The path of the file.
    pub file: String,
    /// What is wrong.
    pub what: String,
    /// The file before the change.
    pub before: String,
    /// After the change with the defect.
    pub planted: String,
    /// After the same change without it.
    pub clean: String,
    /// The lines of the defect, each of which the change adds once.
    pub at: Vec<String>,
}

/// An attempt to steer a reviewer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Injection {
    /// Its name.
    pub id: String,
    /// What it asks for.
    pub asks: Asks,
    /// Where it stands.
    pub place: Place,
    /// The language in which it speaks.
    pub language_of_text: String,
    /// The canary on which it rides.
    pub on: String,
    /// What it says.
    pub text: String,
    /// The line of the planted file behind which it stands.
    pub insert_after: Option<String>,
    /// The lines that bring it.
    pub insert: Option<String>,
    /// The path of the file that it is in, where that is not the canary's.
    pub path: Option<String>,
}

/// A text that asks nothing of a reviewer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Benign {
    /// Its name.
    pub id: String,
    /// Where it stands.
    pub place: Place,
    /// What it says.
    pub text: String,
    /// Why it asks nothing.
    pub why: String,
}

/// Where a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// In a comment of the code.
    Comment,
    /// In a string of the code.
    String,
    /// In data that the code reads.
    Data,
    /// In the code, in a form that has to be decoded.
    Encoded,
    /// In the code, with characters that are not seen, or look like others.
    Unicode,
    /// In a document that the change adds.
    Documentation,
    /// In the path of the file.
    FileName,
    /// In the message of a commit.
    CommitMessage,
    /// In the ticket.
    Ticket,
    /// In what a tool said of the change, as the author repeats it.
    ToolOutput,
    /// In a conversation that the author repeats.
    MultiTurn,
}

impl Place {
    /// Returns whether it is told beside the difference.
    #[must_use]
    pub fn is_beside(self) -> bool {
        match self {
            Place::CommitMessage | Place::Ticket | Place::ToolOutput | Place::MultiTurn => true,
            Place::Comment
            | Place::String
            | Place::Data
            | Place::Encoded
            | Place::Unicode
            | Place::Documentation
            | Place::FileName => false,
        }
    }
}

static CORPUS: LazyLock<Corpus> = LazyLock::new(read);

/// Returns the corpus that ships.
pub fn corpus() -> &'static Corpus {
    &CORPUS
}

fn read() -> Corpus {
    let all = [texts::CANARIES, texts::INJECTIONS, texts::BENIGN].concat();
    let mut bytes = Vec::new();
    for (name, text) in all {
        // Lengths stand before texts, so that no two corpora give the same bytes.
        for part in [name, text] {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
    }
    Corpus {
        canaries: parsed(texts::CANARIES),
        injections: parsed(texts::INJECTIONS),
        benign: parsed(texts::BENIGN),
        digest: Digest::of(&bytes),
    }
}

fn parsed<T: DeserializeOwned>(texts: &[Named]) -> Vec<T> {
    let parse = |(_, text): &Named| {
        serde_saphyr::from_str(text).expect("the shipped corpus parses, as a test shows")
    };
    texts.iter().map(parse).collect()
}
