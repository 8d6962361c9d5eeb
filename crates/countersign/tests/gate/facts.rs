//! What the repository shows of a change, with sensible values in every field that a case leaves alone.

use crate::keys;
use crate::world::at;
use model::change::{
    Brought, Change, Landed, Signature, SignatureCheck, SignatureGroup, SignatureKind,
};
use model::digest::{CommitId, Digest};
use model::identity::Identity;

/// Returns the commit of 40 times one digit.
pub(crate) fn id(digit: char) -> CommitId {
    digit.to_string().repeat(40).parse().unwrap()
}

/// Returns the digest of a difference.
pub(crate) fn patch(name: &str) -> Digest {
    Digest::of(name.as_bytes())
}

/// Returns the identity of somebody at the company of these tests.
pub(crate) fn identity(name: &str) -> Identity {
    Identity::new(name, &format!("{name}@larkspur.example"))
}

/// Returns a valid signature with the key of a principal.
pub(crate) fn signed_by(name: &str) -> Signature {
    Signature {
        kind: SignatureKind::Ssh,
        check: SignatureCheck::Valid,
        key: Some(keys::of(name).fingerprint()),
        by_forge: false,
    }
}

/// Returns a valid signature with the forge's own key.
pub(crate) fn signed_by_the_forge() -> Signature {
    Signature {
        kind: SignatureKind::Openpgp,
        key: None,
        by_forge: true,
        ..signed_by("ada")
    }
}

/// Returns one signed commit of somebody.
pub(crate) fn brought(name: &str, signature: Signature) -> Brought {
    let group = SignatureGroup {
        committer: identity(name),
        signature,
        commits: 1,
        newest: id('b'),
    };
    Brought {
        commits: 1,
        absent: false,
        last_committed_at: None,
        signatures: vec![group],
    }
}

/// Returns what request 7 brings while it is open: one commit of ada that touches the documentation.
pub(crate) fn proposed() -> Change {
    Change {
        commit: id('b'),
        position: u32::MAX,
        parents: vec![id('a'), id('b')],
        tree: Some(id('e')),
        patch_digest: Some(patch("receipts")),
        merged_paths: Some(0),
        committed_at: at(0.0),
        authored_at: at(0.0),
        subject: "Send receipts".to_owned(),
        landed: Landed::RequestMerge,
        request: Some(7),
        author: identity("ada"),
        committer: identity("ada"),
        forge_committed: false,
        authors: vec![identity("ada")],
        co_authors: vec![],
        merger: None,
        brought: brought("ada", signed_by("ada")),
        signature: signed_by("ada"),
        embedded_tag: false,
        assistants: vec![],
        brought_assistants: vec![],
        bot_suffix: false,
        body_words: 0,
        declared_risk: None,
        risk_assessment: false,
        tickets: vec![],
        paths_read: true,
        paths: vec!["docs/a".to_owned()],
    }
}

/// Returns request 7 as it landed after 30 hours, by a merge that the forge made and signed.
pub(crate) fn landed() -> Change {
    Change {
        commit: id('c'),
        position: 1,
        committed_at: at(30.0),
        forge_committed: true,
        signature: signed_by_the_forge(),
        ..proposed()
    }
}

/// Returns a commit that names no request.
pub(crate) fn push() -> Change {
    Change {
        commit: id('d'),
        parents: vec![id('a')],
        landed: Landed::NotEvidenced,
        request: None,
        brought: Brought::default(),
        signature: signed_by("ada"),
        ..landed()
    }
}

/// Returns a change that touches this path.
pub(crate) fn touching(path: &str, change: Change) -> Change {
    Change {
        paths: vec![path.to_owned()],
        ..change
    }
}
