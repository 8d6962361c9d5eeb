//! Commit objects: headers, persons, messages, trailers.

use super::owned;
use signatures::{ObjectFormat, split_commit};
use sources::git::{self, Commit, Person, message};

const COMMIT: &[u8] = b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nparent 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor Ada Marsh <ada@larkspur.example> 1767603600 +0000\ncommitter GitHub <noreply@github.com> 1767603600 -0730\nencoding ISO-8859-1\ngpgsig -----BEGIN SSH SIGNATURE-----\n U1NIU0lH\n -----END SSH SIGNATURE-----\n\nMerge pull request #7 from larkspur/import\n\nRead it in parts (LARK-12)\n\nRisk: high\nCo-authored-by: Claude <noreply@anthropic.com>\n";
const SQUASH: &[u8] = b"feat: read in parts (#12)\r\n\r\n* one\r\n\r\n---------\r\n\r\nCo-authored-by: Copilot <copilot@github.com>\r\nTicket: LARK-9\r\n";
const ENCODINGS: [Option<&[u8]>; 3] = [None, Some(b"ISO-8859-1"), Some(b"Shift_JIS")];

/// A commit as git stores it; and the same bytes as a message, in encodings and with parents that follow from their number.
pub fn commit(bytes: &[u8]) {
    let commit = Commit::parse(bytes);
    let _parents = commit.parents().count();
    let _person = Person::parse(bytes);
    for format in [ObjectFormat::Sha1, ObjectFormat::Sha256] {
        let _split = split_commit(bytes, format);
    }
    let encoding = ENCODINGS[bytes.len() % ENCODINGS.len()];
    let _message = message::parse(bytes, encoding, bytes.len() % 4);
    let _assistants = message::named_assistants(bytes, encoding);
    let _text = git::decode(bytes, Some(bytes));
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    let forge = include_bytes!("../../rules/fixtures/web_flow_squash.commit");
    let signed = include_bytes!("../../../../signatures/tests/fixtures/payload.txt");
    owned(&[COMMIT, SQUASH, forge, signed])
}
