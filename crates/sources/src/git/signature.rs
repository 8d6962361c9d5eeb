//! A commit's own signature: what it says it is, and the bytes under it.

use super::header::{below, line};
use model::change::{Signature, SignatureKind};

/// Checks signatures; whoever holds keys implements it.
pub trait SignatureChecker: Sync {
    /// Returns what the check of an armored signature over `signed_bytes` gave.
    ///
    /// It MUST be a pure function of its arguments and of the keys whose digest the caller states,
    /// since its answers are cached under that digest. It MUST NOT panic, whatever the bytes are.
    fn check(&self, armored: &[u8], signed_bytes: &[u8]) -> Signature;
}

/// Knows no key: names the kind of a signature and checks nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoKeys;

impl SignatureChecker for NoKeys {
    fn check(&self, armored: &[u8], _signed_bytes: &[u8]) -> Signature {
        Signature {
            kind: kind(armored),
            check: model::change::SignatureCheck::NoKey,
            key: None,
            by_forge: false,
        }
    }
}

/// The header that holds a commit's own signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Header {
    /// `gpgsig`, in repositories with SHA-1 names.
    Sha1,
    /// `gpgsig-sha256`, in repositories with SHA-256 names.
    Sha256,
}

impl Header {
    fn name(self) -> &'static [u8] {
        match self {
            Header::Sha1 => b"gpgsig ",
            Header::Sha256 => b"gpgsig-sha256 ",
        }
    }
}

/// Returns what the armour of a signature says it is.
pub fn kind(armored: &[u8]) -> SignatureKind {
    match line(armored.trim_ascii_start()).trim_ascii_end() {
        b"-----BEGIN SSH SIGNATURE-----" => SignatureKind::Ssh,
        b"-----BEGIN PGP SIGNATURE-----" | b"-----BEGIN PGP MESSAGE-----" => SignatureKind::Openpgp,
        b"-----BEGIN SIGNED MESSAGE-----" => SignatureKind::X509,
        _ => SignatureKind::Other,
    }
}

/// Returns the armored signature of a commit object and the bytes under it, `None` for a commit without one.
///
/// Goes line by line as git's `parse_buffer_signed_by_header`: every header that begins with `gpgsig` leaves
/// the signed bytes, that of the other object format too. An embedded tag is indented and stays.
pub(super) fn split(object: &[u8], header: Header) -> Option<(Vec<u8>, Vec<u8>)> {
    let (mut armored, mut signed) = (Vec::new(), Vec::with_capacity(object.len()));
    let mut part = Part::Signed;
    let mut rest = object;
    while !rest.is_empty() {
        let after = below(rest);
        let text = &rest[..rest.len() - after.len()];
        if text == b"\n" {
            signed.extend_from_slice(rest);
            break;
        }
        part = part.next(text, header);
        match part {
            Part::Signed => signed.extend_from_slice(text),
            Part::Signature { text_from } => armored.extend_from_slice(&text[text_from..]),
            Part::Other => {}
        }
        rest = after;
    }
    (!armored.is_empty()).then_some((armored, signed))
}

#[derive(Clone, Copy)]
enum Part {
    Signed,
    Signature { text_from: usize },
    Other,
}

impl Part {
    fn next(self, text: &[u8], header: Header) -> Part {
        match self {
            Part::Signature { .. } if text.starts_with(b" ") => Part::Signature { text_from: 1 },
            Part::Other if text.starts_with(b" ") => Part::Other,
            _ if text.starts_with(header.name()) => Part::Signature {
                text_from: header.name().len(),
            },
            _ if text.starts_with(b"gpgsig") => Part::Other,
            _ => Part::Signed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(object: &str, header: Header, expect: Option<(&str, &str)>) {
        let expect = expect.map(|(a, s)| (a.as_bytes().to_vec(), s.as_bytes().to_vec()));
        assert_eq!(split(object.as_bytes(), header), expect, "{object}");
    }

    #[test]
    fn a_signature_is_taken_out() {
        check("tree t\n\ngpgsig no\n", Header::Sha1, None);
        check(
            "tree t\ngpgsig A\n B\n \n C\nencoding e\n\nm\n",
            Header::Sha1,
            Some(("A\nB\n\nC\n", "tree t\nencoding e\n\nm\n")),
        );
    }

    #[test]
    fn the_header_of_the_other_format_leaves_too() {
        let both = "tree t\ngpgsig A\n B\ngpgsig-sha256 C\n D\n\nm\n";
        check(both, Header::Sha1, Some(("A\nB\n", "tree t\n\nm\n")));
        check(both, Header::Sha256, Some(("C\nD\n", "tree t\n\nm\n")));
        check("tree t\ngpgsig A\n\nm\n", Header::Sha256, None);
    }

    #[test]
    fn an_embedded_tag_stays() {
        let tag = "tree t\nmergetag object o\n gpgsig x\n \n";
        check(&format!("{tag}\nm\n"), Header::Sha1, None);
        check(
            &format!("{tag}gpgsig A\n\nm\n"),
            Header::Sha1,
            Some(("A\n", &format!("{tag}\nm\n"))),
        );
    }

    #[test]
    fn armour_names_the_kind() {
        let kinds = [
            ("-----BEGIN SSH SIGNATURE-----\nx", SignatureKind::Ssh),
            ("-----BEGIN PGP SIGNATURE-----\r\nx", SignatureKind::Openpgp),
            ("-----BEGIN PGP MESSAGE-----\nx", SignatureKind::Openpgp),
            ("-----BEGIN SIGNED MESSAGE-----\nx", SignatureKind::X509),
            ("-----BEGIN SOMETHING-----\nx", SignatureKind::Other),
            ("", SignatureKind::Other),
        ];
        for (armored, expect) in kinds {
            assert_eq!(kind(armored.as_bytes()), expect, "{armored}");
        }
    }
}
