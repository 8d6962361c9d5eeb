//! Principals, and the addresses, accounts and keys that each claims alone.

use super::super::read::{Reader, short};
use super::super::record::Record;
use super::super::wire::{self, ProgramFile, Text};
use super::{Once, keys, plain, reviewers, texts};
use crate::catalogue;
use crate::program::{Principal, PrincipalId, PrincipalKind};
use std::collections::{BTreeMap, BTreeSet};

/// Returns the principals that have an id.
pub(super) fn principals(file: &ProgramFile, reader: &mut Reader<'_>) -> Vec<Principal> {
    let mut once = Once::new("principal");
    let mut claims = Claims::default();
    let mut principals = Vec::new();
    let declared = file.principals.iter().flatten();
    for (entry, text) in declared.filter_map(|entry| Some((entry, entry.id.as_ref()?))) {
        let id = id(text, reader);
        if let Some(id) = id.filter(|_| once.admit(text, reader)) {
            principals.push(principal(id, entry, &mut claims, reader));
        }
    }
    if file.principals.as_ref().is_some_and(Vec::is_empty) {
        reader.fault(file.place(), "`principals` is empty", None);
    }
    principals
}

fn id(text: &Text, reader: &mut Reader<'_>) -> Option<PrincipalId> {
    let id = PrincipalId::new(&text.value);
    if id.is_none() {
        let message = format!("`{}` is not a principal's id", short(&text.value));
        let mend = "write at most 64 lower-case letters, digits, `-`, `_` or `.`";
        reader.fault(&text.place, message, mend.to_owned());
    }
    id
}

fn principal(
    id: PrincipalId,
    entry: &wire::Principal,
    claims: &mut Claims,
    reader: &mut Reader<'_>,
) -> Principal {
    let mut claimed = |kind: Claim, list: Option<&Vec<Text>>| -> Vec<String> {
        texts(list)
            .filter(|text| claims.admit(kind, &id, text, reader))
            .map(|text| text.value.trim().to_owned())
            .collect()
    };
    Principal {
        emails: claimed(Claim::Address, entry.emails.as_ref()),
        accounts: claimed(Claim::Account, entry.accounts.as_ref()),
        ssh_keys: claimed(Claim::SshKey, entry.ssh_keys.as_ref()),
        openpgp_keys: claimed(Claim::OpenPgpKey, entry.openpgp_keys.as_ref()),
        name: plain(entry.name.as_ref()).unwrap_or_else(|| id.to_string()),
        kind: entry
            .kind
            .as_ref()
            .map_or(PrincipalKind::Human, |kind| kind.value),
        title: plain(entry.title.as_ref()),
        model: reviewers::model(entry, reader),
        reviewer: reviewers::reviewer(entry, reader),
        id,
    }
}

/// What a principal claims as its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Claim {
    Address,
    Account,
    SshKey,
    OpenPgpKey,
}

impl Claim {
    fn name(self) -> &'static str {
        match self {
            Claim::Address => "address",
            Claim::Account => "account",
            Claim::SshKey => "SSH key",
            Claim::OpenPgpKey => "OpenPGP key",
        }
    }

    /// Returns the form in which two claims are compared, or notes a fault.
    fn canonical(self, text: &Text, reader: &mut Reader<'_>) -> Option<String> {
        match self {
            Claim::Address => keys::address(text, reader),
            Claim::Account => keys::account(text, reader),
            Claim::SshKey => keys::ssh_key(text, reader),
            Claim::OpenPgpKey => keys::openpgp_key(text, reader),
        }
    }
}

#[derive(Default)]
struct Claims(BTreeMap<(Claim, String), PrincipalId>);

impl Claims {
    fn admit(
        &mut self,
        kind: Claim,
        id: &PrincipalId,
        text: &Text,
        reader: &mut Reader<'_>,
    ) -> bool {
        let Some(canonical) = kind.canonical(text, reader) else {
            return false;
        };
        let Some(owner) = self.0.insert((kind, canonical), id.clone()) else {
            return true;
        };
        let shown = short(text.value.trim());
        let (message, mend) = if owner == *id {
            (format!("{} `{shown}` is listed twice", kind.name()), None)
        } else {
            let mend = "one human is one principal, with all accounts, addresses and keys";
            let what = kind.name();
            let message = format!("{what} `{shown}` is claimed by `{owner}` and by `{id}`");
            (message, Some(mend.to_owned()))
        };
        reader.fault(&text.place, message, mend);
        false
    }
}

/// Returns the addresses of forges; none may be a principal's, who would own everybody's web merges.
pub(super) fn forge_addresses(
    file: &ProgramFile,
    principals: &[Principal],
    reader: &mut Reader<'_>,
) -> BTreeSet<String> {
    let mut addresses = catalogue::shipped().forge_addresses.clone();
    for text in texts(file.forge_addresses.as_ref()) {
        addresses.extend(keys::address(text, reader));
    }
    let entries = file.principals.iter().flatten();
    for text in entries.flat_map(|entry| texts(entry.emails.as_ref())) {
        if addresses.contains(&text.value.trim().to_lowercase()) && !principals.is_empty() {
            let message = format!(
                "`{}` is a forge's address, not a principal's",
                short(text.value.trim())
            );
            reader.fault(&text.place, message, None);
        }
    }
    addresses
}
