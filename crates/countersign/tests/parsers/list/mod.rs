//! Every parser of outside data, with good inputs: spoilt by the tests on stable, and by libFuzzer in `fuzz/`.

mod cache;
mod commits;
mod differences;
mod forge;
mod gate;
mod gitlab;
mod history;
mod keys;
mod llm;
mod log;
mod records;
mod reports;
mod reviews;
mod segment;
mod signed;
mod texts;
mod witness;

pub use cache::cache;
pub use commits::commit;
pub use differences::difference;
pub use forge::{delivery, github_answer, link};
pub use gate::{forge_record, statement, ticket};
pub use gitlab::{gitlab_answer, gitlab_hook};
pub use keys::{agent, key_record};
pub use llm::llm_answer;
pub use log::{bundle, checkpoint, leaf, note, proof, tile};
pub use records::{audit_json, evidence, record};
pub use reports::{check_record, report};
pub use reviews::{calibration_record, review_answer, review_record, session};
pub use segment::segment;
pub use signed::{openpgp, ssh, timestamp};
pub use texts::{period, program};
pub use witness::{conflict, cosignature, witness_answer, witness_request};

/// Spoilt inputs to a parser that takes microseconds.
const MANY: usize = 20_000;
/// Spoilt inputs to a parser that takes longer, so that a test without optimisation ends in seconds.
const SOME: usize = 1_000;
/// Spoilt inputs to a parser that reads files.
const FEW: usize = 300;

/// A parser that must neither panic nor read back other than what it wrote.
pub struct Parser {
    /// The name of its function here, and of its target in `fuzz/targets`.
    pub name: &'static str,
    /// How many spoilt inputs the test gives to it.
    pub inputs: usize,
    /// Gives it an input.
    pub parse: fn(&[u8]),
    /// Returns the good inputs that are spoilt.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All of them.
#[rustfmt::skip]
pub const PARSERS: [Parser; 39] = [
    Parser { name: "agent", inputs: MANY, parse: agent, seeds: keys::agents },
    Parser { name: "audit_json", inputs: SOME, parse: audit_json, seeds: records::reports },
    Parser { name: "bundle", inputs: MANY, parse: bundle, seeds: log::bundles },
    Parser { name: "cache", inputs: FEW, parse: cache, seeds: cache::seeds },
    Parser { name: "calibration_record", inputs: MANY / 4, parse: calibration_record, seeds: reviews::calibrations },
    Parser { name: "check_record", inputs: MANY, parse: check_record, seeds: reports::records },
    Parser { name: "checkpoint", inputs: MANY, parse: checkpoint, seeds: log::checkpoints },
    Parser { name: "commit", inputs: MANY / 4, parse: commit, seeds: commits::seeds },
    Parser { name: "conflict", inputs: MANY / 4, parse: conflict, seeds: witness::conflicts },
    Parser { name: "cosignature", inputs: SOME, parse: cosignature, seeds: witness::cosigned },
    Parser { name: "delivery", inputs: MANY / 4, parse: delivery, seeds: forge::deliveries },
    Parser { name: "difference", inputs: SOME, parse: difference, seeds: differences::seeds },
    Parser { name: "evidence", inputs: SOME, parse: evidence, seeds: records::chunks },
    Parser { name: "forge_record", inputs: MANY, parse: forge_record, seeds: gate::forge_records },
    Parser { name: "github_answer", inputs: MANY / 4, parse: github_answer, seeds: forge::answers },
    Parser { name: "gitlab_answer", inputs: MANY / 4, parse: gitlab_answer, seeds: gitlab::answers },
    Parser { name: "gitlab_hook", inputs: MANY, parse: gitlab_hook, seeds: gitlab::hooks },
    Parser { name: "key_record", inputs: MANY / 4, parse: key_record, seeds: keys::records },
    Parser { name: "leaf", inputs: MANY, parse: leaf, seeds: log::leaves },
    Parser { name: "link", inputs: MANY, parse: link, seeds: forge::links },
    Parser { name: "llm_answer", inputs: MANY / 4, parse: llm_answer, seeds: llm::answers },
    Parser { name: "note", inputs: MANY, parse: note, seeds: log::notes },
    Parser { name: "openpgp", inputs: SOME, parse: openpgp, seeds: signed::openpgp_seeds },
    Parser { name: "period", inputs: MANY, parse: period, seeds: texts::periods },
    Parser { name: "program", inputs: SOME, parse: program, seeds: texts::programs },
    Parser { name: "proof", inputs: MANY / 4, parse: proof, seeds: log::proofs },
    Parser { name: "record", inputs: SOME, parse: record, seeds: records::seeds },
    Parser { name: "report", inputs: MANY, parse: report, seeds: reports::seeds },
    Parser { name: "review_answer", inputs: MANY / 4, parse: review_answer, seeds: reviews::answers },
    Parser { name: "review_record", inputs: MANY / 4, parse: review_record, seeds: reviews::records },
    Parser { name: "segment", inputs: FEW, parse: segment, seeds: segment::seeds },
    Parser { name: "session", inputs: MANY, parse: session, seeds: reviews::coding_sessions },
    Parser { name: "ssh", inputs: SOME, parse: ssh, seeds: signed::ssh_seeds },
    Parser { name: "statement", inputs: MANY, parse: statement, seeds: gate::statements_of_people },
    Parser { name: "ticket", inputs: MANY, parse: ticket, seeds: gate::tickets },
    Parser { name: "tile", inputs: MANY, parse: tile, seeds: log::tiles },
    Parser { name: "timestamp", inputs: MANY / 4, parse: timestamp, seeds: signed::timestamp_seeds },
    Parser { name: "witness_answer", inputs: MANY / 4, parse: witness_answer, seeds: witness::answers },
    Parser { name: "witness_request", inputs: MANY / 4, parse: witness_request, seeds: witness::requests },
];

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn owned(seeds: &[&[u8]]) -> Vec<Vec<u8>> {
    seeds.iter().map(|seed| seed.to_vec()).collect()
}
