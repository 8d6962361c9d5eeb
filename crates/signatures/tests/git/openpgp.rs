//! OpenPGP signatures that GnuPG made over one payload, with a moved clock.

use crate::support::{fixture, text};
use signatures::{Check, Checked, Flaw, KeyError, KeySources, Keyring, openpgp_fingerprints};

const JUNE_2020: u32 = 1_590_969_600;
const JUNE_2022: u32 = 1_654_041_600;
const JANUARY_2021: u32 = 1_609_459_200;

fn keyring(names: &[&str]) -> Keyring {
    let keys: Vec<_> = names
        .iter()
        .map(|name| text(&format!("openpgp/{name}.pub.asc")))
        .collect();
    let keys: Vec<_> = keys.iter().map(String::as_str).collect();
    Keyring::new(KeySources {
        openpgp: &keys,
        ..Default::default()
    })
    .unwrap()
}

fn check(keys: &[&str], name: &str) -> Checked {
    keyring(keys).check(
        &fixture(&format!("openpgp/{name}.asc")),
        &fixture("payload.txt"),
    )
}

fn fingerprints(name: &str) -> Vec<String> {
    openpgp_fingerprints(&text(&format!("openpgp/{name}.pub.asc"))).unwrap()
}

fn valid(keys: &[&str], name: &str) {
    assert_eq!(check(keys, name).check, Check::Valid, "{name}");
}

fn refused(keys: &[&str], name: &str, expect: Flaw) {
    assert_eq!(check(keys, name).check, Check::Invalid(expect), "{name}");
}

#[test]
fn binary_and_text_signatures_verify() {
    valid(&["grace", "ada"], "good");
    valid(&["grace", "ada"], "text");
    valid(&["grace", "ada"], "rsa");
    let checked = check(&["ada"], "good");
    assert_eq!(checked.key, fingerprints("ada").first().cloned());
    assert!(!checked.by_forge);
}

#[test]
fn other_bytes_do_not_verify() {
    let mut payload = fixture("payload.txt");
    payload[6] ^= 1;
    let checked = keyring(&["ada"]).check(&fixture("openpgp/good.asc"), &payload);
    assert_eq!(checked.check, Check::Invalid(Flaw::Mismatch));
    assert_eq!(checked.key, fingerprints("ada").first().cloned());
}

#[test]
fn without_the_key_nothing_is_said() {
    let checked = check(&["grace"], "unknown");
    assert_eq!(checked.check, Check::NoKey);
    assert_eq!(
        checked.key.as_deref(),
        Some("DDA7405883A41FB4A8A6EB8EC7B4B015278719F7")
    );
}

#[test]
fn sha1_is_refused_with_and_without_the_key() {
    refused(&["ada"], "sha1", Flaw::WeakHash("SHA1".to_owned()));
    refused(&[], "sha1", Flaw::WeakHash("SHA1".to_owned()));
}

#[test]
fn a_subkey_signs_until_it_is_retired() {
    let names = fingerprints("subkey");
    assert_eq!(names.len(), 2, "the primary key and the subkey that signs");
    assert_eq!(check(&["subkey"], "subkey").key.as_ref(), Some(&names[1]));
    valid(&["subkey"], "subkey");
    valid(&["subkey"], "subkey_late");
    valid(&["subkey_retired"], "subkey");
    let retired = Flaw::KeyRetired {
        signed_at: JUNE_2022,
        revoked_at: JANUARY_2021,
    };
    refused(&["subkey_retired"], "subkey_late", retired);
}

#[test]
fn of_two_copies_of_a_key_the_stricter_counts() {
    let retired = Flaw::KeyRetired {
        signed_at: JUNE_2022,
        revoked_at: JANUARY_2021,
    };
    refused(
        &["subkey", "subkey_retired"],
        "subkey_late",
        retired.clone(),
    );
    refused(&["subkey_retired", "subkey"], "subkey_late", retired);
}

#[test]
fn expiry_is_judged_at_the_moment_of_the_signature() {
    valid(&["expired"], "expired_before");
    let expired = Flaw::KeyExpired {
        signed_at: JUNE_2022,
        expired_at: JANUARY_2021.into(),
    };
    refused(&["expired"], "expired_after", expired);
}

#[test]
fn a_signature_older_than_its_key_is_refused() {
    let Check::Invalid(Flaw::BeforeKey {
        signed_at,
        created_at,
    }) = check(&["ada"], "before_key").check
    else {
        panic!("accepted");
    };
    assert!(signed_at < created_at && created_at < JUNE_2020);
}

#[test]
fn a_soft_revocation_spares_what_came_before_and_a_hard_one_nothing() {
    valid(&["soft"], "soft_before");
    let retired = Flaw::KeyRetired {
        signed_at: JUNE_2022,
        revoked_at: JANUARY_2021,
    };
    refused(&["soft"], "soft_after", retired);
    refused(&["hard"], "hard", Flaw::KeyCompromised);
}

#[test]
fn of_several_signatures_one_by_a_known_key_has_to_verify_and_none_to_fail() {
    valid(&["ada"], "two");
    valid(&["grace"], "two");
    valid(&["ada", "grace"], "two");
    valid(&["ada"], "two_one_unknown");
    assert_eq!(check(&["grace"], "two_one_unknown").check, Check::NoKey);
}

#[test]
fn damaged_armor_is_never_valid_nor_a_panic() {
    let whole = fixture("openpgp/good.asc");
    let keyring = keyring(&["ada"]);
    let payload = fixture("payload.txt");
    for end in 30..whole.len() - 1 {
        let checked = keyring.check(&whole[..end], &payload);
        assert!(
            matches!(checked.check, Check::Invalid(_)),
            "{end}: {:?}",
            checked.check
        );
    }
    for at in 30..whole.len() - 1 {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        let checked = keyring.check(&changed, &payload);
        assert!(checked.key.is_none() || checked.key.is_some_and(|key| key.len() >= 16));
    }
    let twice = [&whole[..], &whole[..]].concat();
    assert_eq!(
        keyring.check(&twice, &payload).check,
        Check::Invalid(Flaw::Armor)
    );
}

#[test]
fn a_key_that_cannot_be_used_is_named_with_its_reason() {
    let (good, short) = (text("openpgp/ada.pub.asc"), text("openpgp/short.pub.asc"));
    let error = Keyring::new(KeySources {
        openpgp: &[&good, &short],
        ..Default::default()
    })
    .unwrap_err();
    assert_eq!(error.to_string(), "OpenPGP key 2 cannot be used");
    assert_eq!(
        error.source.to_string(),
        "the key B0263AC73F8ACA8C0B7C3C71A848BBD3E54BB58B has 1024 bits, fewer than 2048"
    );
}

#[test]
fn two_blocks_in_one_text_are_refused() {
    let two = text("openpgp/ada.pub.asc") + &text("openpgp/grace.pub.asc");
    assert!(matches!(
        openpgp_fingerprints(&two),
        Err(KeyError::NotOneBlock { found: 2 })
    ));
    assert!(matches!(
        openpgp_fingerprints(""),
        Err(KeyError::NotOneBlock { found: 0 })
    ));
    let signature = text("openpgp/good.asc");
    assert!(matches!(
        openpgp_fingerprints(&signature),
        Err(KeyError::Openpgp(_))
    ));
}
