//! `countersign gate push`: whether a server of git may take a push.

use crate::commands::{output, place, refusal};
use crate::edge;
use crate::error::{CliError, visible};
use crate::exit::Exit;
use countersign::push::{self, Asked, MAX_BYTES};
use ledger::place::Location;
use std::ffi::OsString;
use std::io::Read as _;
use std::path::PathBuf;

/// Decide whether a server of git may take a push.
///
/// Stands in the pre-receive hook of a bare repository and reads from standard input the
/// lines that git gives to it. The protected branch takes nothing but the merge of one
/// request, by a merge commit, one squashed commit or a fast-forward, whose difference
/// and tree are those that the gate's last answer in the ledger let pass. It is neither
/// rewound nor deleted. Other branches and tags are not judged. Where the ledger cannot
/// be reached the push is refused.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Args {
    /// The repository of the server
    #[arg(value_name = "REPO", default_value = ".")]
    repository: PathBuf,
    /// The program; default: countersign.yaml on the protected branch
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// The protected branch; default: the one that HEAD of the server names
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,
    /// Where the ledger is: a folder, git+URL, git+NAME for a remote of the repository, or
    /// s3://BUCKET/PREFIX; default: the program's
    #[arg(long, value_name = "PLACE")]
    ledger: Option<OsString>,
}

const EXAMPLE: &str = "Example, the whole of hooks/pre-receive on the server:
  #!/bin/sh
  exec countersign gate push --ledger git+file:///srv/git/log.git";

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    let ledger = args.ledger.as_deref().map(place::parse).transpose()?;
    if !matches!(ledger, None | Some(Location::Folder(_))) {
        edge::refuse_proxy_that_is_none()?;
    }
    let quarantine = edge::quarantine();
    let asked = Asked {
        repository: &args.repository,
        quarantine: quarantine.as_deref(),
        lines: &lines()?,
        program: args.program.as_deref(),
        branch: args.branch.as_deref(),
        ledger: ledger.as_ref(),
        machine: &edge::reading_machine(),
        now: edge::now(),
    };
    let answer = push::judge(&asked).map_err(refusal::of_push)?;
    let said = answer.to_string();
    if !said.is_empty() {
        output::line(&visible(&said))?;
    }
    Ok(match answer.is_taken() {
        true => Exit::Pass,
        false => Exit::Fail,
    })
}

fn lines() -> Result<String, CliError> {
    let mut text = String::new();
    let read = std::io::stdin()
        .take(MAX_BYTES + 1)
        .read_to_string(&mut text);
    match read {
        Err(error) => {
            let message = format!("the lines of the push cannot be read: {error}");
            Err(CliError::new(Exit::Usage, message))
        }
        Ok(_) if text.len() as u64 > MAX_BYTES => {
            let message = format!("the lines of the push have more than {MAX_BYTES} bytes");
            Err(CliError::new(Exit::Usage, message))
        }
        Ok(_) => Ok(text),
    }
}
