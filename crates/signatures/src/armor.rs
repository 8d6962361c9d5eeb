//! Tells the kind of a signature from the first line of its armor.

/// The systems that git can sign with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignatureKind {
    /// SSHSIG, as `ssh-keygen -Y sign` makes it.
    Ssh,
    /// OpenPGP, as `gpg` makes it.
    Openpgp,
    /// CMS with an X.509 certificate, as `gpgsm`, `smimesign` and `gitsign` make it.
    X509,
    /// None of these.
    Other,
}

/// Returns the kind of an armored signature, by the same first lines that git goes by.
pub fn kind(armored: &[u8]) -> SignatureKind {
    if armored.starts_with(b"-----BEGIN SSH SIGNATURE-----") {
        SignatureKind::Ssh
    } else if armored.starts_with(b"-----BEGIN PGP SIGNATURE-----")
        || armored.starts_with(b"-----BEGIN PGP MESSAGE-----")
    {
        SignatureKind::Openpgp
    } else if armored.starts_with(b"-----BEGIN SIGNED MESSAGE-----") {
        SignatureKind::X509
    } else {
        SignatureKind::Other
    }
}

/// Returns what stands between `begin` and `end`, where the armor is one block and nothing follows it.
///
/// git joins repeated signature headers; a second block would be a signature that nobody checked.
pub(crate) fn only_block<'a>(armored: &'a [u8], begin: &str, end: &str) -> Option<&'a [u8]> {
    let body = armored.strip_prefix(begin.as_bytes())?;
    let stop = find(body, end.as_bytes())?;
    let rest = &body[stop + end.len()..];
    rest.trim_ascii().is_empty().then(|| &body[..stop])
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_tells_the_kind() {
        let check = |armored: &str, expect| assert_eq!(kind(armored.as_bytes()), expect);
        check("-----BEGIN SSH SIGNATURE-----\nU1NI", SignatureKind::Ssh);
        check(
            "-----BEGIN PGP SIGNATURE-----\n\niQ",
            SignatureKind::Openpgp,
        );
        check("-----BEGIN PGP MESSAGE-----\n\nowG", SignatureKind::Openpgp);
        check("-----BEGIN SIGNED MESSAGE-----\nMII", SignatureKind::X509);
        check("\n-----BEGIN SSH SIGNATURE-----", SignatureKind::Other);
        check("", SignatureKind::Other);
    }

    #[test]
    fn a_second_block_is_refused() {
        let block = |text: &'static str| only_block(text.as_bytes(), "<", ">");
        assert_eq!(block("<a>\n \n"), Some(&b"a"[..]));
        assert_eq!(block("<a><b>"), None);
        assert_eq!(block("<a"), None);
        assert_eq!(block(" <a>"), None);
    }
}
