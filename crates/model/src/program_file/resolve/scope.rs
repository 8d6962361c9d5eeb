//! What the program covers: organisation, repositories, environments, tools, risk classes, cadences.

use super::super::near::did_you_mean;
use super::super::read::{Reader, short};
use super::super::wire::{self, ProgramFile, Text};
use super::{Once, filled, plain, texts};
use crate::catalogue;
use crate::outcome::Risk;
use crate::program::{
    Cadence, Environment, ForgeKind, Organisation, Repository, RepositoryForge, RiskClasses,
};
use globset::Glob;
use std::collections::BTreeMap;

/// Returns the organisation.
pub(super) fn organisation(
    file: &ProgramFile,
    humans: usize,
    reader: &mut Reader<'_>,
) -> Organisation {
    let entry = file.organisation.as_ref();
    let name =
        entry.and_then(|entry| filled(entry.name.as_ref(), "the organisation's name", reader));
    let head_count = entry.and_then(|entry| entry.head_count.as_ref());
    if let Some(zero) = head_count.filter(|count| count.value == 0) {
        reader.fault(&zero.place, "a head count of 0 is nobody", None);
    }
    Organisation {
        name: name.unwrap_or_else(|| "unnamed organisation".into()),
        head_count: head_count.map_or(u32::try_from(humans).unwrap_or(u32::MAX), |count| {
            count.value
        }),
    }
}

/// Returns the repositories that the program names.
pub(super) fn repositories(file: &ProgramFile, reader: &mut Reader<'_>) -> Vec<Repository> {
    let mut once = Once::new("repository");
    let mut repositories = Vec::new();
    for entry in file.repositories.iter().flatten() {
        let name = filled(entry.name.as_ref(), "the repository's name", reader);
        if let (Some(text), Some(name)) = (&entry.name, name) {
            once.admit(text, reader);
            refuse_paths(text, reader);
            let forge = forge(entry, reader);
            repositories.push(repository(name, forge, entry));
        }
    }
    repositories
}

/// The name of a repository is also the name of the folder that its report lies in.
fn refuse_paths(name: &Text, reader: &mut Reader<'_>) {
    let value = name.value.trim();
    if value.starts_with('.') || value.contains(['/', '\\']) || value.contains(char::is_control) {
        let shown = short(value);
        let message =
            format!("`{shown}` cannot name a repository: its report's folder has this name");
        let mend = "leave out slashes and a leading dot; where it lies is its `path`".to_owned();
        reader.fault(&name.place, message, mend);
    }
}

/// Returns where the requests are: `github:owner/name` or `gitlab:group/project`.
fn forge(entry: &wire::Repository, reader: &mut Reader<'_>) -> Option<RepositoryForge> {
    let text = entry.forge.as_ref()?;
    let place = filled(Some(text), "the forge of the repository", reader)?;
    let mend = "write `github:OWNER/NAME` or `gitlab:GROUP/PROJECT`";
    let Some((kind, repository)) = place.split_once(':') else {
        let message = format!("`{}` names no repository of a forge", short(&place));
        reader.fault(&text.place, message, mend.to_owned());
        return None;
    };
    let known = ForgeKind::ALL
        .into_iter()
        .find(|known| known.name() == kind);
    let named = known.filter(|kind| is_repository(*kind, repository));
    let Some(kind) = named else {
        let message = format!("`{}` names no repository of a forge", short(&place));
        reader.fault(&text.place, message, mend.to_owned());
        return None;
    };
    Some(RepositoryForge {
        kind,
        repository: repository.to_owned(),
        api: api(kind, entry.forge_api.as_ref(), reader).unwrap_or_else(|| kind.api().to_owned()),
    })
}

/// The most groups within each other at GitLab, and the project.
const MAX_PARTS: usize = 21;

/// Returns whether a text names a repository of a forge; at GitLab groups may lie in groups.
fn is_repository(kind: ForgeKind, text: &str) -> bool {
    let parts: Vec<&str> = text.split('/').collect();
    let fits = match kind {
        ForgeKind::Github => parts.len() == 2,
        ForgeKind::Gitlab => (2..=MAX_PARTS).contains(&parts.len()),
    };
    fits && parts.iter().all(|part| is_forge_name(kind, part))
}

fn is_forge_name(kind: ForgeKind, part: &str) -> bool {
    let longest = match kind {
        ForgeKind::Github => 100,
        ForgeKind::Gitlab => 255,
    };
    let is_letter = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
    (1..=longest).contains(&part.len())
        && part.chars().all(is_letter)
        && !matches!(part, "." | "..")
}

fn api(kind: ForgeKind, text: Option<&Text>, reader: &mut Reader<'_>) -> Option<String> {
    let path = match kind {
        ForgeKind::Github => "api/v3",
        ForgeKind::Gitlab => "api/v4",
    };
    safe_address(text?, "the address of the API", path, reader)
}

/// A token goes to this address: not over the open network without TLS, and with no login in it.
pub(super) fn safe_address(
    text: &Text,
    what: &str,
    path: &str,
    reader: &mut Reader<'_>,
) -> Option<String> {
    let address = filled(Some(text), what, reader)?;
    let (scheme, rest) = address.split_once("://").unwrap_or_default();
    let host = rest.split('/').next().unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_loopback = matches!(name, "127.0.0.1" | "localhost" | "[::1]");
    let is_safe = scheme == "https" || (scheme == "http" && is_loopback);
    if host.is_empty() || host.contains('@') || !is_safe {
        let message = format!("`{}` is no address of an API", short(&address));
        let mend = format!("write `https://HOST/{path}`, without a login");
        reader.fault(&text.place, message, mend);
        return None;
    }
    Some(address)
}

fn repository(
    name: String,
    forge: Option<RepositoryForge>,
    entry: &wire::Repository,
) -> Repository {
    let methods = entry.merge_methods.as_ref();
    Repository {
        name,
        path: plain(entry.path.as_ref()),
        branch: plain(entry.branch.as_ref()),
        forge,
        merge_methods: methods.map(|list| list.iter().map(|method| method.value).collect()),
    }
}

/// Returns the environments; one named `production` where the program names none.
pub(super) fn environments(file: &ProgramFile, reader: &mut Reader<'_>) -> Vec<Environment> {
    let Some(entries) = &file.environments else {
        return vec![Environment {
            name: "production".into(),
            production: true,
        }];
    };
    let mut once = Once::new("environment");
    let mut environments = Vec::new();
    for entry in entries {
        let name = filled(entry.name.as_ref(), "the environment's name", reader);
        if let (Some(text), Some(name)) = (&entry.name, name) {
            once.admit(text, reader);
            let production = entry.production.as_ref().is_some_and(|flag| flag.value);
            environments.push(Environment { name, production });
        }
    }
    environments
}

/// Returns the tools by purpose.
pub(super) fn tools(file: &ProgramFile) -> BTreeMap<String, Vec<String>> {
    let entries = file.tools.iter().flat_map(|tools| &tools.0);
    entries
        .map(|(purpose, list)| {
            let names = texts(list.as_ref()).map(|text| text.value.trim().to_owned());
            (purpose.value.clone(), names.collect())
        })
        .collect()
}

/// Returns the risk classes; a list that the program gives replaces the shipped one.
pub(super) fn risk_classes(file: &ProgramFile, reader: &mut Reader<'_>) -> RiskClasses {
    let shipped = catalogue::shipped();
    let entry = file.risk_classes.clone().unwrap_or_default();
    RiskClasses {
        high: patterns(entry.high.as_ref(), &shipped.high_risk_paths, reader),
        medium: patterns(entry.medium.as_ref(), &shipped.medium_risk_paths, reader),
        low: patterns(entry.low.as_ref(), &[], reader),
        otherwise: entry.otherwise.map_or(Risk::Low, |risk| risk.value),
    }
}

fn patterns(list: Option<&Vec<Text>>, shipped: &[String], reader: &mut Reader<'_>) -> Vec<String> {
    let Some(list) = list else {
        return shipped.to_vec();
    };
    for text in list {
        if let Err(error) = Glob::new(&text.value) {
            let shown = short(&text.value);
            let message = format!("`{shown}` is not a path pattern: {}", error.kind());
            reader.fault(&text.place, message, None);
        }
    }
    list.iter().map(|text| text.value.clone()).collect()
}

/// Returns how often reviews are due: the catalogue's, as the program changes them.
pub(super) fn cadences(file: &ProgramFile, reader: &mut Reader<'_>) -> BTreeMap<String, Cadence> {
    let mut cadences = catalogue::shipped().cadences.clone();
    for (name, cadence) in file.cadences.iter().flat_map(|cadences| &cadences.0) {
        match cadences.get_mut(&name.value) {
            Some(known) => *known = cadence.as_ref().map_or(*known, |cadence| cadence.value),
            None => {
                let message = format!("unknown cadence `{}`", short(&name.value));
                let mend = did_you_mean(&name.value, cadences.keys().map(String::as_str));
                reader.fault(&name.place, message, mend);
            }
        }
    }
    cadences
}
