//! Those outside the organisation who sign its log, as the program names them.

use crate::program::{PrincipalKind, Program};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Hours without an outside signature after which what was recorded has nobody to vouch for its time.
pub const SILENCE_HOURS: u32 = 24;

/// Everyone who signs the log besides the organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outsiders {
    /// Who cosigns checkpoints.
    pub witnesses: Vec<Witness>,
    /// Who stamps checkpoints (RFC 3161).
    pub timestamp_authorities: Vec<TimestampAuthority>,
    /// Hours after which a record without an outside signature has grade `self` for its time.
    pub silence_hours: u32,
}

impl Default for Outsiders {
    fn default() -> Outsiders {
        Outsiders {
            witnesses: Vec::new(),
            timestamp_authorities: Vec::new(),
            silence_hours: SILENCE_HOURS,
        }
    }
}

/// One who cosigns checkpoints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// Its name in reports.
    pub name: String,
    /// Its key as C2SP signed-note writes it, of a type for cosignatures (C2SP tlog-cosignature); read in full by `tlog`.
    pub key: String,
    /// Where it answers, if it is to be asked (C2SP tlog-witness, the submission prefix).
    pub url: Option<String>,
    /// The organisation or the person that runs it.
    pub run_by: String,
    /// How that stands to the organisation, by its own account; [`Program::relation`] judges it.
    pub relation: Relation,
}

/// One who stamps checkpoints (RFC 3161).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimestampAuthority {
    /// Its name in reports.
    pub name: String,
    /// Where it answers.
    pub url: String,
    /// Its certificate, or that of whoever issued it, in PEM; read in full by `signatures`.
    pub certificate: String,
    /// The organisation that runs it; its name where the program does not say.
    pub run_by: String,
    /// How that stands to the organisation, by its own account; [`Program::relation`] judges it.
    pub relation: Relation,
}

/// How an outsider stands to the organisation whose log it signs.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Another organisation.
    Outside,
    /// Another organisation, whose log this one witnesses in return: it counts, and is disclosed.
    Reciprocal,
    /// The operator, a co-founder or the same organisation: it counts as nobody.
    Own,
}

impl Program {
    /// Returns how whoever runs an outsider stands to the organisation: what the program says,
    /// unless that is the organisation itself or one of its principals, by name or id.
    ///
    /// A principal of kind `outsider` is not of the organisation.
    pub fn relation(&self, run_by: &str, declared: Relation) -> Relation {
        let own_names = self
            .principals
            .iter()
            .filter(|principal| principal.kind != PrincipalKind::Outsider)
            .flat_map(|principal| [principal.id.as_str(), principal.name.as_str()])
            .chain([self.organisation.name.as_str()]);
        match own_names.into_iter().any(|own| same_name(own, run_by)) {
            true => Relation::Own,
            false => declared,
        }
    }
}

/// Returns whether two names are one to a reader: without regard to case and white space.
pub fn same_name(one: &str, other: &str) -> bool {
    folded(one) == folded(other)
}

/// Returns a name in lower case with single spaces, by which names are compared.
pub fn folded(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").to_lowercase()
}
