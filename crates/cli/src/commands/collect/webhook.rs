//! `countersign collect webhook`: what the forge sent by itself, from files.

use super::super::asking::Asking;
use super::super::{handed, output, refusal};
use crate::edge;
use crate::error::CliError;
use crate::exit::Exit;
use countersign::forge::webhook::{self, DeliveryFile, Given, MAX_DELIVERY_BYTES, Recorded};
use documents::text::{count, folded};
use std::ffi::OsString;
use std::path::PathBuf;

/// Record deliveries of the forge's webhook in the ledger.
///
/// A file holds a delivery as an HTTP request, its headers and an empty line before the
/// body, or a body alone whose headers the options say. The secret comes from
/// COUNTERSIGN_WEBHOOK_SECRET or from a file. A body whose signature is wrong, or that is
/// about another repository, is not recorded, and with it none of the files. The same body
/// is recorded once.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Args {
    /// The files; - is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// What X-GitHub-Event said, of a body alone
    #[arg(long, value_name = "NAME")]
    event: Option<String>,
    /// What X-Hub-Signature-256 said, of a body alone
    #[arg(long, value_name = "SIGNATURE")]
    signature: Option<String>,
    /// What X-GitHub-Delivery said, of a body alone
    #[arg(long, value_name = "ID")]
    delivery: Option<String>,
    /// The file with the secret of the webhook, which nobody but you may read
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// The git repository, or a folder inside it
    #[arg(long, value_name = "REPO", default_value = ".")]
    repository: PathBuf,
    /// The program; default: countersign.yaml in the repository
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// Where the ledger is: a folder, git+URL, git+NAME for a remote of the repository, or
    /// s3://BUCKET/PREFIX; default: the program's, else .countersign beside it
    #[arg(long, value_name = "PLACE")]
    ledger: Option<OsString>,
}

const EXAMPLE: &str = "Example:
  countersign collect webhook deliveries/*.http
  countersign collect webhook body.json --event push --signature sha256=…";

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    let given = Given {
        event: args.event.as_deref(),
        delivery: args.delivery.as_deref(),
        signature: args.signature.as_deref(),
    };
    if given.is_some() && args.files.len() > 1 {
        let message = "the options say what one body is, and there are several files";
        return Err(CliError::new(Exit::Usage, message)
            .hint("keep each delivery with its headers, or record them one by one"));
    }
    let secret = edge::webhook_secret(args.secret_file.as_deref())?;
    let read = args
        .files
        .iter()
        .map(|file| handed::read(file, MAX_DELIVERY_BYTES));
    let bytes: Vec<Vec<u8>> = read.collect::<Result<_, _>>()?;
    let names: Vec<String> = args.files.iter().map(|file| handed::name(file)).collect();
    let files = names.iter().zip(&bytes);
    let files: Vec<DeliveryFile<'_>> = files
        .map(|(name, bytes)| DeliveryFile { name, bytes })
        .collect();
    let asking = Asking {
        repository: &args.repository,
        program: args.program.as_deref(),
        branch: None,
        ledger: args.ledger.as_deref(),
        cosign: false,
        forge: None,
    };
    let recorded = asking.with_request(|request| {
        webhook::record(request, &secret, given, &files).map_err(refusal::of_webhook)
    })?;
    output::line(&folded(&told(&recorded)))?;
    Ok(Exit::Pass)
}

fn told(recorded: &Recorded) -> String {
    let known = match recorded.known {
        0 => String::new(),
        known => format!(
            "{} recorded before",
            count(known, "delivery was", "deliveries were")
        ),
    };
    let new = match recorded.leaves.as_slice() {
        [] => return format!("nothing new: {known}"),
        [leaf] => format!("recorded 1 delivery in leaf {leaf}"),
        [first, .., last] => {
            let number = recorded.leaves.len();
            format!("recorded {number} deliveries in leaves {first} to {last}")
        }
    };
    match known.is_empty() {
        true => new,
        false => format!("{new}; {known}"),
    }
}
