//! Parts a raw commit into its signature and the bytes that were signed.

/// How a repository names its objects, which decides the header that holds the commit's own signature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ObjectFormat {
    /// SHA-1 names; the header is `gpgsig`.
    #[default]
    Sha1,
    /// SHA-256 names; the header is `gpgsig-sha256`.
    Sha256,
}

/// A signed commit in its two parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// The armored signature, as the signing program wrote it.
    pub signature: Vec<u8>,
    /// The commit without any signature header, which is what was signed.
    pub signed_bytes: Vec<u8>,
}

/// Returns the signature of a raw commit object and the bytes under it, or `None` where the commit is not signed.
///
/// Goes line by line as git's `parse_buffer_signed_by_header` does: every header that begins with `gpgsig` leaves the signed bytes, that of the other object format too.
/// A signed tag inside a `mergetag` header is indented, so its signature is not taken for the commit's.
pub fn split_commit(raw: &[u8], format: ObjectFormat) -> Option<Split> {
    let mut split = Split {
        signature: Vec::new(),
        signed_bytes: Vec::with_capacity(raw.len()),
    };
    let mut part = Part::Signed;
    let mut rest = raw;
    while !rest.is_empty() {
        let (line, after) = split_line(rest);
        if line == b"\n" {
            split.signed_bytes.extend_from_slice(rest);
            break;
        }
        part = part.of_next(line, format);
        split.take(part, line);
        rest = after;
    }
    (!split.signature.is_empty()).then_some(split)
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Signed,
    Signature { text_from: usize },
    OtherSignature,
}

impl Part {
    fn of_next(self, line: &[u8], format: ObjectFormat) -> Part {
        let header = header(format);
        match self {
            Part::Signature { .. } if line.starts_with(b" ") => Part::Signature { text_from: 1 },
            Part::OtherSignature if line.starts_with(b" ") => Part::OtherSignature,
            _ if line.starts_with(header) => Part::Signature {
                text_from: header.len(),
            },
            _ if line.starts_with(b"gpgsig") => Part::OtherSignature,
            _ => Part::Signed,
        }
    }
}

impl Split {
    fn take(&mut self, part: Part, line: &[u8]) {
        match part {
            Part::Signed => self.signed_bytes.extend_from_slice(line),
            Part::Signature { text_from } => self.signature.extend_from_slice(&line[text_from..]),
            Part::OtherSignature => {}
        }
    }
}

fn header(format: ObjectFormat) -> &'static [u8] {
    match format {
        ObjectFormat::Sha1 => b"gpgsig ",
        ObjectFormat::Sha256 => b"gpgsig-sha256 ",
    }
}

fn split_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes
        .iter()
        .position(|&byte| byte == b'\n')
        .map_or(bytes.len(), |at| at + 1);
    bytes.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, format: ObjectFormat, expect: Option<(&str, &str)>) {
        let split = split_commit(raw.as_bytes(), format);
        let parts = split.as_ref().map(|split| {
            let text = |bytes| str::from_utf8(bytes).unwrap();
            (text(&split.signature), text(&split.signed_bytes))
        });
        assert_eq!(parts, expect);
    }

    #[test]
    fn an_unsigned_commit_has_no_parts() {
        check("tree 1\nauthor a\n\nmessage\n", ObjectFormat::Sha1, None);
        check("", ObjectFormat::Sha1, None);
        check(
            "tree 1\n\ngpgsig in the message\n",
            ObjectFormat::Sha1,
            None,
        );
    }

    #[test]
    fn both_signature_headers_leave_the_signed_bytes() {
        let raw = "tree 1\ngpgsig BEGIN\n \n a\n END\ngpgsig-sha256 BEGIN\n b\nencoding x\n\nhi\n gpgsig\n";
        let signed = "tree 1\nencoding x\n\nhi\n gpgsig\n";
        check(raw, ObjectFormat::Sha1, Some(("BEGIN\n\na\nEND\n", signed)));
        check(raw, ObjectFormat::Sha256, Some(("BEGIN\nb\n", signed)));
    }

    #[test]
    fn the_signature_of_a_merged_tag_is_not_the_commits() {
        let tag =
            "tree 1\nmergetag object 2\n tag v1\n \n -----BEGIN PGP SIGNATURE-----\n gpgsig x\n";
        check(&format!("{tag}\nhi\n"), ObjectFormat::Sha1, None);
        check(
            &format!("{tag}gpgsig own\n\nhi\n"),
            ObjectFormat::Sha1,
            Some(("own\n", &format!("{tag}\nhi\n"))),
        );
    }

    #[test]
    fn a_header_of_an_unknown_format_leaves_the_signed_bytes_too() {
        check(
            "tree 1\ngpgsig-x a\n b\ngpgsig c\n\nhi",
            ObjectFormat::Sha1,
            Some(("c\n", "tree 1\n\nhi")),
        );
    }
}
