//! `countersign record disposition`: what became of what an AI reviewer found.

use super::super::asking::Asking;
use super::super::{output, refusal, signing};
use crate::edge;
use crate::error::{CliError, visible};
use crate::exit::Exit;
use countersign::dispositions::{self, Said};
use documents::text::folded;
use model::statement::Verdict;
use std::ffi::OsString;
use std::path::PathBuf;

/// Say what became of what an AI reviewer found, and sign it.
///
/// A finding as grave as the program says (CR-7) blocks the request until a person says
/// what became of it, or the commit is named that mended it. What the final difference
/// holds is not mended: it is accepted, or false. It is signed with your SSH key.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
#[command(group = clap::ArgGroup::new("verdict").required(true))]
pub(crate) struct Args {
    /// The findings, as `review` and `gate merge` name them
    #[arg(value_name = "FINDING", required = true)]
    findings: Vec<String>,
    /// The number of the request
    #[arg(long, value_name = "NUMBER")]
    request: u64,
    /// They are mended by this commit of the request, which came after the review
    #[arg(long, value_name = "COMMIT", group = "verdict")]
    fixed: Option<String>,
    /// They are so, and stay
    #[arg(long, group = "verdict", requires = "because")]
    accepted: bool,
    /// They are not so
    #[arg(long = "false", group = "verdict", requires = "because")]
    is_false: bool,
    /// Why
    #[arg(long, value_name = "TEXT")]
    because: Option<String>,
    /// Your SSH key, private or public where an agent holds it; default: git's
    /// user.signingkey
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// The git repository, or a folder inside it; it must hold the commits of the request
    #[arg(long, value_name = "REPO", default_value = ".")]
    repository: PathBuf,
    /// The program; default: countersign.yaml on the protected branch
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// Where the ledger is: a folder, git+URL, git+NAME for a remote of the repository, or
    /// s3://BUCKET/PREFIX; default: the program's, else .countersign beside it
    #[arg(long, value_name = "PLACE")]
    ledger: Option<OsString>,
}

const EXAMPLE: &str = "Example:
  countersign record disposition 3f9c2a71d04e --request 7 --fixed HEAD
  countersign record disposition 3f9c2a71d04e --request 7 --false \\
    --because \"the caller checks it, in pay.rs:40\"";

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    let key = signing::key(args.key.as_deref(), &args.repository)?;
    let asking = Asking {
        repository: &args.repository,
        program: args.program.as_deref(),
        branch: None,
        ledger: args.ledger.as_deref(),
        cosign: false,
        forge: Some(edge::forge()),
    };
    let answering = asking.with_request(|request| {
        dispositions::begin(request, args.request).map_err(refusal::of_disposition)
    })?;
    let principal = answering
        .owner(&signing::public(&key)?)
        .map_err(refusal::of_disposition)?;
    let verdict = match (&args.fixed, args.accepted) {
        (Some(commit), _) => answering.fixed(commit).map_err(refusal::of_disposition)?,
        (None, true) => Verdict::Accepted,
        (None, false) => Verdict::False,
    };
    let said = Said {
        findings: &args.findings,
        verdict,
        because: args.because.as_deref().unwrap_or_default(),
    };
    let sign = |bytes: &[u8]| signing::sign(&key, bytes);
    let disposed = answering.finish(principal, &said, (edge::now(), &mut edge::entropy), &sign);
    let disposed = disposed.map_err(refusal::of_disposition)?;
    for (name, finding) in &disposed.findings {
        let said = format!("{name} {}: {}", finding.severity, visible(&finding.claim));
        output::line(&folded(&said))?;
    }
    let became = match &said.verdict {
        Verdict::Fixed { commit } => format!("mended by {}", commit.short()),
        Verdict::Accepted => "accepted".to_owned(),
        Verdict::False => "false".to_owned(),
    };
    let (by, leaf) = (&disposed.principal, disposed.leaf);
    output::line(&folded(&format!(
        "recorded as {became} by {by}, leaf {leaf}"
    )))?;
    Ok(Exit::Pass)
}
