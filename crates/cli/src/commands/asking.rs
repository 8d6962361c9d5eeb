//! The request of a command that appends to the ledger of one repository.

use super::place::{self, tell_begun};
use crate::edge;
use crate::error::CliError;
use countersign::collect::Request;
use countersign::forge::collect::Access;
use sources::git::Silent;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Which program, branch and ledger a command is about.
#[derive(Debug, clap::Args)]
pub(crate) struct Chosen {
    /// The program; default: countersign.yaml on the protected branch
    #[arg(long, value_name = "FILE")]
    pub(crate) program: Option<PathBuf>,
    /// The protected branch; default: the program's, else the repository's own
    #[arg(long, value_name = "NAME")]
    pub(crate) branch: Option<String>,
    /// Where the ledger is: a folder, git+URL, git+NAME for a remote of the repository, or
    /// s3://BUCKET/PREFIX; default: the program's, else .countersign beside it
    #[arg(long, value_name = "PLACE")]
    pub(crate) ledger: Option<OsString>,
}

impl Chosen {
    /// Returns the request of a command that asks the forge.
    pub(crate) fn asking<'a>(&'a self, repository: &'a Path, cosign: bool) -> Asking<'a> {
        Asking {
            repository,
            program: self.program.as_deref(),
            branch: self.branch.as_deref(),
            ledger: self.ledger.as_deref(),
            cosign,
            forge: Some(edge::forge()),
        }
    }
}

/// What the arguments of such a command say.
pub(crate) struct Asking<'a> {
    pub(crate) repository: &'a Path,
    pub(crate) program: Option<&'a Path>,
    pub(crate) branch: Option<&'a str>,
    pub(crate) ledger: Option<&'a OsStr>,
    /// Whether outsiders are asked to sign what was appended.
    pub(crate) cosign: bool,
    /// How the forge is reached; none where the command asks none.
    pub(crate) forge: Option<Access<'static>>,
}

impl Asking<'_> {
    /// Calls `run` with the request.
    pub(crate) fn with_request<T>(
        &self,
        run: impl FnOnce(Request<'_>) -> Result<T, CliError>,
    ) -> Result<T, CliError> {
        let ledger = self.ledger.map(place::parse).transpose()?;
        run(Request {
            repository: self.repository,
            program: self.program,
            branch: self.branch,
            period: None,
            ledger: ledger.as_ref(),
            machine: &edge::appending_machine()?,
            now: edge::now(),
            threads: edge::threads(),
            cosign: self.cosign,
            forge: self.forge,
            begun: &tell_begun,
            progress: &Silent,
            entropy: &mut edge::entropy,
        })
    }
}
