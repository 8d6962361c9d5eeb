//! The secret of a webhook: from the environment, or from a file that only its owner may read.

use super::secret;
use crate::error::CliError;
use crate::exit::Exit;
use countersign::forge::webhook;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// The secret of the webhook.
pub(super) const WEBHOOK_SECRET: &str = "COUNTERSIGN_WEBHOOK_SECRET";

/// The longest secret of a webhook.
const MAX_SECRET_BYTES: u64 = 4 << 10;

/// Returns the secret of the webhook, from a file or from the environment.
pub(crate) fn webhook_secret(file: Option<&Path>) -> Result<webhook::Secret, CliError> {
    let usage = |message: String| CliError::new(Exit::Usage, message);
    let text = match (file, secret(WEBHOOK_SECRET)?) {
        (Some(_), Some(_)) => {
            return Err(
                usage(format!("--secret-file and {WEBHOOK_SECRET} both say it"))
                    .hint("leave one of them out"),
            );
        }
        (Some(file), None) => secret_of(file)?,
        (None, Some(text)) => text,
        (None, None) => {
            return Err(
                usage("the secret of the webhook is not known".to_owned()).hint(format!(
                    "set {WEBHOOK_SECRET}, or name its file with --secret-file FILE"
                )),
            );
        }
    };
    Ok(webhook::Secret::new(text.into_bytes()))
}

/// Returns the line in a file that nobody but its owner may read.
fn secret_of(file: &Path) -> Result<String, CliError> {
    let fail = |error: io::Error| {
        let message = format!("cannot read {}: {error}", file.display());
        CliError::new(Exit::Unreachable, message)
    };
    let opened = File::open(file).map_err(fail)?;
    let mode = opened.metadata().map_err(fail)?.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        let message = format!(
            "{} may be read by others: its mode is {mode:o}",
            file.display()
        );
        return Err(CliError::new(Exit::Usage, message).hint("chmod 600 it"));
    }
    let mut text = String::new();
    let mut limited = opened.take(MAX_SECRET_BYTES + 1);
    limited.read_to_string(&mut text).map_err(fail)?;
    if text.len() as u64 > MAX_SECRET_BYTES {
        let message = format!("{} has more than {MAX_SECRET_BYTES} bytes", file.display());
        return Err(CliError::new(Exit::Usage, message));
    }
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}
