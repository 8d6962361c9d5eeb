//! Witnesses and timestamp authorities: who signs the log besides the organisation.

use super::super::read::{Reader, short};
use super::super::tree::Placed;
use super::super::wire::{self, ProgramFile, Text};
use super::{Once, filled};
use crate::outsiders::{Outsiders, Relation, SILENCE_HOURS, TimestampAuthority, Witness};

/// The types of keys for cosignatures (C2SP tlog-cosignature): how the Base64 of each begins, and how long it is.
const KEY_TYPES: [(&str, &str, usize); 2] = [
    // Byte 0x04 and an Ed25519 key of 32 bytes; byte 0x06 and an ML-DSA-44 key of 1,312.
    ("B", "ABCDEFGHIJKLMNOP", 44),
    ("B", "ghijklmnopqrstuv", 1752),
];

const CERTIFICATE_HEAD: &str = "-----BEGIN CERTIFICATE-----";
const CERTIFICATE_TAIL: &str = "-----END CERTIFICATE-----";

/// Returns the outsiders that the program names.
pub(super) fn outsiders(file: &ProgramFile, reader: &mut Reader<'_>) -> Outsiders {
    let mut names = Once::new("outsider");
    let mut keys = Once::new("the key");
    let mut witnesses = Vec::new();
    for entry in file.witnesses.iter().flatten() {
        witnesses.extend(witness(entry, &mut names, &mut keys, reader));
    }
    let mut certificates = Once::new("the certificate");
    let mut timestamp_authorities = Vec::new();
    for entry in file.timestamp_authorities.iter().flatten() {
        timestamp_authorities.extend(authority(entry, &mut names, &mut certificates, reader));
    }
    Outsiders {
        witnesses,
        timestamp_authorities,
        silence_hours: silence_hours(file.outside_silence_hours.as_ref(), reader),
    }
}

fn witness(
    entry: &wire::Witness,
    names: &mut Once<'_>,
    keys: &mut Once<'_>,
    reader: &mut Reader<'_>,
) -> Option<Witness> {
    let name = named(entry.name.as_ref(), names, reader);
    let key = entry.key.as_ref().and_then(|text| key(text, keys, reader));
    let url = entry.url.as_ref().map(|text| url(text, reader));
    let run_by = filled(entry.run_by.as_ref(), "who runs the witness", reader);
    Some(Witness {
        name: name?,
        key: key?,
        url: url.flatten(),
        run_by: run_by?,
        relation: entry.relation.as_ref()?.value,
    })
}

fn authority(
    entry: &wire::TimestampAuthority,
    names: &mut Once<'_>,
    certificates: &mut Once<'_>,
    reader: &mut Reader<'_>,
) -> Option<TimestampAuthority> {
    let name = named(entry.name.as_ref(), names, reader);
    let url = entry.url.as_ref().and_then(|text| url(text, reader));
    let text = entry.certificate.as_ref();
    let certificate = text.and_then(|text| certificate(text, reader));
    let new = text.is_some_and(|text| certificates.admit(text, reader));
    let certificate = certificate.filter(|_| new);
    let run_by = filled(entry.run_by.as_ref(), "who runs the authority", reader);
    let relation = entry.relation.as_ref();
    let name = name?;
    Some(TimestampAuthority {
        url: url?,
        certificate: certificate?,
        run_by: run_by.unwrap_or_else(|| name.clone()),
        relation: relation.map_or(Relation::Outside, |relation| relation.value),
        name,
    })
}

fn named(text: Option<&Text>, names: &mut Once<'_>, reader: &mut Reader<'_>) -> Option<String> {
    let name = filled(text, "the outsider's name", reader)?;
    names.admit(text?, reader).then_some(name)
}

/// Returns the key, whose outer form alone is checked here.
///
/// One key under two names would count as two organisations.
fn key(text: &Text, keys: &mut Once<'_>, reader: &mut Reader<'_>) -> Option<String> {
    let key = text.value.trim();
    let mut parts = key.splitn(3, '+');
    let (name, id, body) = (parts.next()?, parts.next(), parts.next());
    let id = id.unwrap_or_default();
    let hexadecimal = id.len() == 8 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let formed = !name.is_empty() && !name.contains(char::is_whitespace) && hexadecimal;
    if let Some(body) = body.filter(|body| formed && is_cosignature_key(body)) {
        let body = Placed {
            place: text.place.clone(),
            value: body.to_owned(),
        };
        return keys.admit(&body, reader).then(|| key.to_owned());
    }
    let message = format!("`{}` is not the key of a witness", short(key));
    let mend = "write `name+id+key` as the witness shows it, for cosignatures; \
                the key of a log is another";
    reader.fault(&text.place, message, mend.to_owned());
    None
}

fn is_cosignature_key(body: &str) -> bool {
    let digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let of_type = |(first, seconds, length): &(&str, &str, usize)| {
        let second = body
            .strip_prefix(first)
            .and_then(|rest| rest.chars().next());
        second.is_some_and(|second| seconds.contains(second)) && body.len() == *length
    };
    body.bytes().all(digit) && KEY_TYPES.iter().any(of_type)
}

fn url(text: &Text, reader: &mut Reader<'_>) -> Option<String> {
    let url = text.value.trim();
    let rest = url.strip_prefix("https://").or(url.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split('/').next());
    if host.is_some_and(|host| !host.is_empty()) && !url.contains(char::is_whitespace) {
        return Some(url.to_owned());
    }
    let message = format!("`{}` is not the address of a server", short(url));
    let mend = "write it whole, as in `https://time.example.com/tsr`".to_owned();
    reader.fault(&text.place, message, mend);
    None
}

fn certificate(text: &Text, reader: &mut Reader<'_>) -> Option<String> {
    let certificate = text.value.trim();
    let once = certificate.matches(CERTIFICATE_HEAD).count() == 1;
    if once && certificate.starts_with(CERTIFICATE_HEAD) && certificate.ends_with(CERTIFICATE_TAIL)
    {
        return Some(certificate.to_owned());
    }
    let mend = format!("paste it below `|`, from `{CERTIFICATE_HEAD}` on");
    reader.fault(&text.place, "this is not one certificate in PEM", mend);
    None
}

fn silence_hours(hours: Option<&Placed<u32>>, reader: &mut Reader<'_>) -> u32 {
    let Some(hours) = hours else {
        return SILENCE_HOURS;
    };
    if hours.value == 0 {
        let message = "a silence of 0 hours would leave no record with an outside signature";
        let mend = format!("without this it is {SILENCE_HOURS}");
        reader.fault(&hours.place, message, mend);
    }
    hours.value
}
