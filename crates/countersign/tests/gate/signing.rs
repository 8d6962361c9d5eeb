//! CR-10: commits are signed by a key of their principal.

use crate::bodies::Request;
use crate::facts::{brought, landed, proposed, signed_by, signed_by_the_forge};
use crate::world::World;
use crate::{FAIL, PASS, UNKNOWN};
use model::change::{Change, Signature, SignatureCheck};
use model::outcome::Outcome;

/// Checks the rule on a request whose commit has this signature, open and landed.
#[track_caller]
fn check(name: &str, signature: &Signature, expected: Outcome, words: &str) {
    let with = |change: Change| Change {
        brought: brought(name, signature.clone()),
        ..change
    };
    let open = Change {
        signature: signature.clone(),
        committer: crate::facts::identity(name),
        ..with(proposed())
    };
    let world = World::new("CR-10: in use").with(10.0, &Request::open().brings(open));
    world.open(10.0, "CR-10", expected, words);
    world.landed(&with(landed()), "CR-10", expected, words);
}

#[test]
fn every_commit_is_signed_by_its_principal() {
    check(
        "ada",
        &signed_by("ada"),
        PASS,
        "signed by its principal's key",
    );
    check("ada", &Signature::absent(), FAIL, "not signed");
    check("ada", &signed_by("bo"), FAIL, "signed with the key of bo");
    check(
        "ada",
        &signed_by("mallory"),
        UNKNOWN,
        "a key of nobody in the program",
    );
    check(
        "mallory",
        &signed_by("ada"),
        UNKNOWN,
        "is nobody in the program",
    );
    check(
        "ada",
        &signed_by_the_forge(),
        UNKNOWN,
        "only the forge signed it",
    );
    let says = |check| Signature {
        check,
        ..signed_by("ada")
    };
    check(
        "ada",
        &says(SignatureCheck::Invalid),
        FAIL,
        "the signature is invalid",
    );
    check(
        "ada",
        &says(SignatureCheck::NoKey),
        UNKNOWN,
        "no key to check the signature with",
    );
}
