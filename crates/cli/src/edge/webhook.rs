//! The secret of a webhook: from the environment, or from a file that only its owner may read.

use super::private::private;
use super::secret;
use crate::error::CliError;
use crate::exit::Exit;
use countersign::forge::webhook;
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
        (Some(file), None) => private(file, MAX_SECRET_BYTES)?
            .trim_end_matches(['\n', '\r'])
            .to_owned(),
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
