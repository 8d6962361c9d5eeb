//! The witness protocol without its HTTP: what is asked, what is decided, what is answered (C2SP tlog-witness).
//!
//! Not here: where a witness keeps what it cosigned (`ledger::witness`), sockets (`server`),
//! and `sign-subtree`, which a witness may leave out.

use sha2::{Digest, Sha256};

pub mod answer;
pub mod decision;
pub mod request;

/// Returns the path of the latest checkpoint of a log below the monitoring prefix of a witness.
pub fn checkpoint_path(origin: &str) -> String {
    format!("{}/checkpoint", origin_hash(origin))
}

/// Returns the SHA-256 of an origin in lower-case hex: C2SP tlog-witness, "Monitor Retrieval Mechanism".
pub fn origin_hash(origin: &str) -> String {
    let digest = Sha256::digest(origin);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_checkpoint_lies_under_the_hash_of_its_origin() {
        assert_eq!(
            super::checkpoint_path("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad/checkpoint"
        );
    }
}
