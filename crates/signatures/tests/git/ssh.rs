//! SSH signatures over one payload: `ssh-keygen` made the good ones, and refuses the bad ones too, save as noted.

use crate::support::{fixture, text};
use signatures::{Check, Flaw, KeyError, Keyring, SignatureKind, ssh_fingerprint};

fn check(name: &str) -> signatures::Checked {
    let signature = fixture(&format!("ssh/{name}.sig"));
    Keyring::default().check(&signature, &fixture("payload.txt"))
}

fn refused(name: &str, expect: Flaw) {
    assert_eq!(check(name).check, Check::Invalid(expect), "{name}");
}

#[test]
fn every_key_type_verifies_and_names_its_key() {
    for (name, key) in [
        ("ed25519", "ed25519"),
        ("sha256", "ed25519"),
        ("rsa", "rsa"),
        ("rsa_sha256", "rsa"),
        ("p256", "p256"),
        ("p384", "p384"),
        ("p521", "p521"),
        ("sk_ed25519", "sk_ed25519"),
        ("sk_p256", "sk_p256"),
        ("sk_p256_untouched", "sk_p256"),
    ] {
        let line = fixture(&format!("ssh/{key}.pub"));
        let fingerprint = ssh_fingerprint(str::from_utf8(&line).unwrap()).unwrap();
        let checked = check(name);
        assert_eq!(checked.check, Check::Valid, "{name}");
        assert_eq!(checked.key, Some(fingerprint), "{name}");
        assert_eq!(checked.kind, SignatureKind::Ssh);
        assert!(!checked.by_forge);
    }
}

#[test]
fn other_bytes_do_not_verify() {
    for name in [
        "ed25519",
        "rsa",
        "p256",
        "p384",
        "p521",
        "sk_ed25519",
        "sk_p256",
    ] {
        let signature = fixture(&format!("ssh/{name}.sig"));
        let mut payload = fixture("payload.txt");
        payload.push(b'\n');
        let checked = Keyring::default().check(&signature, &payload);
        assert_eq!(checked.check, Check::Invalid(Flaw::Mismatch), "{name}");
    }
}

#[test]
fn a_known_key_gives_the_same_answer() {
    let lines =
        ["ed25519", "sk_ed25519", "rsa", "p256"].map(|name| fixture(&format!("ssh/{name}.pub")));
    let lines = lines.each_ref().map(|line| str::from_utf8(line).unwrap());
    let keyring = Keyring::new(signatures::KeySources {
        ssh: &lines,
        ..Default::default()
    })
    .unwrap();
    for name in [
        "ed25519",
        "sk_ed25519",
        "sk_ed25519_counter",
        "rsa",
        "namespace",
    ] {
        let signature = fixture(&format!("ssh/{name}.sig"));
        assert_eq!(
            keyring.check(&signature, &fixture("payload.txt")),
            check(name),
            "{name}"
        );
    }
}

#[test]
fn what_is_not_for_git_or_out_of_form_is_refused() {
    let malformed = Flaw::Malformed("the SSH signature");
    refused("namespace", Flaw::Namespace("file".to_owned()));
    refused("trailing", malformed.clone());
    refused("trailing_in_signature", malformed);
    refused("sha1_hash", Flaw::WeakHash("sha1".to_owned()));
    refused("rsa_sha1", Flaw::WeakAlgorithm("ssh-rsa".to_owned()));
    refused("sk_ed25519_counter", Flaw::Mismatch);
    let (signature, key) = ("ssh-ed25519".to_owned(), "ssh-rsa".to_owned());
    refused("other_algorithm", Flaw::OtherAlgorithm { signature, key });
    assert_eq!(
        check("version_2").check,
        Check::Unsupported("SSHSIG version 2".to_owned())
    );
}

/// `ssh-keygen` 9.2 accepts both.
#[test]
fn keys_that_prove_nothing_are_refused() {
    refused(
        "rsa1024",
        Flaw::ShortKey {
            bits: 1024,
            limit: 2048,
        },
    );
    refused("small_order", Flaw::SmallOrderKey);
}

#[test]
fn damaged_armor_is_refused() {
    let whole = fixture("ssh/ed25519.sig");
    let refuse = |armored: &[u8]| {
        let checked = Keyring::default().check(armored, &fixture("payload.txt"));
        assert!(
            matches!(checked.check, Check::Invalid(_)),
            "{:?}",
            checked.check
        );
    };
    for end in 30..whole.len() - 1 {
        refuse(&whole[..end]);
    }
    refuse(&[&whole[..], &whole[..]].concat());
    refuse(&[&whole[..], &vec![b' '; signatures::MAX_SIGNATURE_BYTES][..]].concat());
}

#[test]
fn no_changed_byte_of_a_signature_goes_unseen() {
    let whole = fixture("ssh/ed25519.sig");
    let payload = fixture("payload.txt");
    for at in 0..whole.len() - 1 {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        let checked = Keyring::default().check(&changed, &payload);
        assert_ne!(checked.check, Check::Valid, "byte {at}");
    }
}

#[test]
fn a_keyring_is_shared_between_threads() {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<Keyring>();
}

#[test]
fn a_line_of_authorized_keys_has_the_fingerprint_that_ssh_keygen_prints() {
    let line = text("ssh/ed25519.pub");
    let expect = "SHA256:l4p1/Fa+5W0YRJwpmShNp5IxGMJNsMG62G1hO9KaSLc";
    assert_eq!(ssh_fingerprint(&line).unwrap(), expect);
    assert_eq!(
        ssh_fingerprint(&format!("namespaces=\"git\" {line}")).unwrap(),
        expect
    );
    let refuse = |line: &str| ssh_fingerprint(line).unwrap_err();
    assert!(matches!(
        refuse(&line.repeat(2)),
        KeyError::NotOneLine { found: 2 }
    ));
    assert!(matches!(refuse(""), KeyError::NotOneLine { found: 0 }));
    assert!(matches!(refuse("ssh-ed25519 AAAA"), KeyError::Ssh(_)));
    assert!(matches!(
        refuse(&"A".repeat(20_000)),
        KeyError::TooLong { .. }
    ));
}
