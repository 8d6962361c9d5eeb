//! The messages that cosigners sign (C2SP tlog-cosignature, "Ed25519 signed message" and "ML-DSA-44 signed message").

use crate::checkpoint::Checkpoint;
use crate::cosignature::key::{Algorithm, CosignerKey};

/// The first line of what Ed25519 signs, which keeps it apart from every other note.
const ED25519_HEADER: &str = "cosignature/v1";

/// The first bytes of what ML-DSA-44 signs.
const ML_DSA_LABEL: &[u8; 12] = b"subtree/v1\n\0";

/// Returns what a cosigner signs, or nothing where a name or origin is too long for it.
///
/// `checkpoint` is what `text` says.
pub(super) fn signed(
    cosigner: &CosignerKey,
    time: u64,
    text: &str,
    checkpoint: &Checkpoint,
) -> Option<Vec<u8>> {
    match cosigner.algorithm() {
        // The whole text, extension lines too, though the cosigner says nothing of those.
        Algorithm::Ed25519 => Some(format!("{ED25519_HEADER}\ntime {time}\n{text}").into_bytes()),
        Algorithm::MlDsa44 => {
            let mut message = ML_DSA_LABEL.to_vec();
            message.extend(short(cosigner.name().as_str())?);
            message.extend(time.to_be_bytes());
            message.extend(short(checkpoint.origin())?);
            // The subtree of a checkpoint begins at leaf zero.
            message.extend(0_u64.to_be_bytes());
            message.extend(checkpoint.size().to_be_bytes());
            message.extend(checkpoint.root().0);
            Some(message)
        }
    }
}

/// `opaque <1..2^8-1>` of RFC 8446 section 3.4: the bytes behind their length.
fn short(text: &str) -> Option<Vec<u8>> {
    let length = u8::try_from(text.len()).ok()?;
    Some([&[length], text.as_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::signed;
    use crate::checkpoint::Checkpoint;
    use crate::cosignature::key::{Algorithm, CosigningKey};
    use crate::key::KeyName;
    use crate::merkle;

    // The example of C2SP tlog-cosignature, "Ed25519 signed message".
    const EXAMPLE: &str = "\
cosignature/v1
time 1679315147
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
";

    fn message(algorithm: Algorithm, text: &str) -> Option<Vec<u8>> {
        let name = KeyName::new("witness.example").unwrap();
        let key = CosigningKey::from_seed(name, algorithm, &[7; 32]).unwrap();
        signed(&key.cosigner(), 1_679_315_147, text, &text.parse().unwrap())
    }

    fn checkpoint(origin: &str) -> String {
        let checkpoint = Checkpoint::new(origin, 258, merkle::leaf_hash(b""));
        checkpoint.unwrap().to_string()
    }

    #[test]
    fn ed25519_signs_the_example_of_the_specification() {
        let (_, text) = EXAMPLE.split_once("1679315147\n").unwrap();
        let message = message(Algorithm::Ed25519, text).unwrap();
        assert_eq!(String::from_utf8(message).unwrap(), EXAMPLE);
    }

    #[test]
    fn only_ed25519_signs_extension_lines() {
        let text = checkpoint("log.example");
        let extended = format!("{text}extension\n");
        let signed = |algorithm, text: &str| message(algorithm, text).unwrap();
        let ed25519 = signed(Algorithm::Ed25519, &extended);
        assert!(ed25519.ends_with(b"=\nextension\n"));
        let ml_dsa = signed(Algorithm::MlDsa44, &extended);
        assert_eq!(ml_dsa, signed(Algorithm::MlDsa44, &text));
    }

    #[test]
    fn ml_dsa_signs_the_structure_byte_for_byte() {
        let message = message(Algorithm::MlDsa44, &checkpoint("log.example")).unwrap();
        let expected = b"subtree/v1\n\0\x0fwitness.example\0\0\0\0\x64\x18\x50\xcb\x0blog.example\
            \0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x02\
            \x6e\x34\x0b\x9c\xff\xb3\x7a\x98\x9c\xa5\x44\xe6\xbb\x78\x0a\x2c\
            \x78\x90\x1d\x3f\xb3\x37\x38\x76\x85\x11\xa3\x06\x17\xaf\xa0\x1d";
        assert_eq!(
            message.escape_ascii().to_string(),
            expected.escape_ascii().to_string()
        );
    }

    #[test]
    fn a_long_origin_fits_only_into_the_text() {
        let origin = "o".repeat(256);
        let fits = |algorithm, origin| message(algorithm, &checkpoint(origin)).is_some();
        assert!(fits(Algorithm::Ed25519, &origin));
        assert!(!fits(Algorithm::MlDsa44, &origin));
        assert!(fits(Algorithm::MlDsa44, &origin[1..]));
    }
}
