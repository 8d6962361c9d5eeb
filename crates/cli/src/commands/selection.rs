//! The arguments that say which repository, branch and period a run is about.

use crate::edge;
use crate::error::CliError;
use clap::Args;
use countersign::collect::Request;
use model::period::Period;
use sources::git::Progress;
use std::path::PathBuf;

/// Which repository, and which part of it.
#[derive(Debug, Args)]
pub(crate) struct Selection {
    /// The git repository, or a folder inside it
    #[arg(value_name = "REPO", default_value = ".")]
    pub(crate) repository: PathBuf,
    /// The program; default: countersign.yaml in the repository, else a draft of one
    #[arg(long, value_name = "FILE")]
    pub(crate) program: Option<PathBuf>,
    /// The protected branch; default: the program's, else the repository's own
    #[arg(long, value_name = "NAME")]
    pub(crate) branch: Option<String>,
    /// The observation period: all, 2026, 2026-Q2, 2026-H1, 2026-05 or FROM..TO;
    /// default: the program's, else the last 365 days
    #[arg(long, value_name = "PERIOD", value_parser = Period::parse)]
    pub(crate) period: Option<Period>,
    /// The folder of the ledger; default: .countersign beside the program
    #[arg(long, value_name = "DIR")]
    pub(crate) ledger: Option<PathBuf>,
}

impl Selection {
    /// Calls `run` with the request that the arguments make.
    pub(crate) fn with_request<T>(
        &self,
        progress: &dyn Progress,
        run: impl FnOnce(Request<'_>) -> Result<T, CliError>,
    ) -> Result<T, CliError> {
        run(Request {
            repository: &self.repository,
            program: self.program.as_deref(),
            branch: self.branch.as_deref(),
            period: self.period.clone(),
            ledger: self.ledger.as_deref(),
            now: edge::now(),
            threads: edge::threads(),
            progress,
            entropy: &mut edge::entropy,
        })
    }
}
