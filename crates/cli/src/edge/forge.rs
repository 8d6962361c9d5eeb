//! The token of a forge, out of the environment, and to which address it may go.

use super::private::private;
use super::{RUN_IT, printed, variable};
use crate::error::{CliError, causes};
use crate::exit::Exit;
use countersign::forge::collect::NoCredential;
use model::program::{ForgeKind, RepositoryForge};
use sources::forge::token::Token;
use sources::github::Repository;
use sources::github::app::{App, AppError};
use std::path::Path;

/// The longest private key of an app; GitHub's have 1.7 kB.
const MAX_APP_KEY_BYTES: u64 = 16 << 10;

/// The variables of one kind of forge.
struct Variables {
    /// What it is called.
    forge: &'static str,
    /// The token.
    token: &'static str,
    /// A command that prints it.
    command: &'static str,
    /// The address of the API to which it may go, where that is not everybody's.
    api: &'static str,
    /// The token that CI gives to its jobs.
    of_ci: &'static str,
    /// The address of the API to which that belongs.
    api_of_ci: &'static str,
}

const GITHUB: Variables = Variables {
    forge: "GitHub",
    token: "COUNTERSIGN_GITHUB_TOKEN",
    command: "COUNTERSIGN_GITHUB_TOKEN_COMMAND",
    api: "COUNTERSIGN_GITHUB_API",
    of_ci: "GITHUB_TOKEN",
    api_of_ci: "GITHUB_API_URL",
};

const GITLAB: Variables = Variables {
    forge: "GitLab",
    token: "COUNTERSIGN_GITLAB_TOKEN",
    command: "COUNTERSIGN_GITLAB_TOKEN_COMMAND",
    api: "COUNTERSIGN_GITLAB_API",
    of_ci: "CI_JOB_TOKEN",
    api_of_ci: "CI_API_V4_URL",
};

/// The number or client ID of a GitHub App, in whose name GitHub is asked.
const APP: &str = "COUNTERSIGN_GITHUB_APP";
/// Its private key, in PEM.
const APP_KEY: &str = "COUNTERSIGN_GITHUB_APP_KEY";
/// A file with its private key, which nobody but its owner may read.
const APP_KEY_FILE: &str = "COUNTERSIGN_GITHUB_APP_KEY_FILE";

/// What no command that prints a secret is given.
pub(super) const SECRETS: [&str; 8] = [
    GITHUB.token,
    GITHUB.command,
    GITHUB.of_ci,
    GITLAB.token,
    GITLAB.command,
    GITLAB.of_ci,
    APP_KEY,
    APP_KEY_FILE,
];

fn variables(kind: ForgeKind) -> &'static Variables {
    match kind {
        ForgeKind::Github => &GITHUB,
        ForgeKind::Gitlab => &GITLAB,
    }
}

/// Returns the credential for a forge.
///
/// The address stands in the program, which others may have written: a token goes to the API that everybody uses, to the one
/// that CI or the environment names, and to this machine.
pub(super) fn credential(forge: &RepositoryForge) -> Result<Option<Token>, NoCredential> {
    let names = variables(forge.kind);
    let (token, command) = (names.token, names.command);
    let may_go = || match is_here(&forge.api) || is_trusted(forge, names) {
        true => Ok(()),
        false => Err(not_for(forge, names)),
    };
    if let (ForgeKind::Github, Some(id)) = (forge.kind, variable(APP)) {
        let mut others = [token, command].into_iter();
        if let Some(other) = others.find(|name| variable(name).is_some()) {
            return Err(both(APP, other));
        }
        may_go()?;
        return of_app(forge, &id).map(Some);
    }
    let (name, text) = match (variable(token), variable(command)) {
        (Some(_), Some(_)) => return Err(both(token, command)),
        (None, None) => return of_ci(forge, names),
        (Some(text), None) => {
            may_go()?;
            (token, text)
        }
        (None, Some(of)) => {
            may_go()?;
            let text = printed(&of).map_err(|why| NoCredential {
                why: format!("the command in {command} gives no token: {why}"),
                mend: Some(RUN_IT.to_owned()),
                is_usage: false,
            })?;
            (command, text)
        }
    };
    parsed(name, Token::new(text.trim())).map(Some)
}

fn usage(why: String) -> NoCredential {
    NoCredential {
        why,
        mend: None,
        is_usage: true,
    }
}

fn both(one: &str, other: &str) -> NoCredential {
    NoCredential {
        mend: Some("unset one of them".to_owned()),
        ..usage(format!("{one} and {other} are both set"))
    }
}

fn parsed<T, E: std::fmt::Display>(name: &str, parsed: Result<T, E>) -> Result<T, NoCredential> {
    parsed.map_err(|error| usage(format!("{name}: {error}")))
}

fn not_for(forge: &RepositoryForge, names: &Variables) -> NoCredential {
    let (api, product) = (&forge.api, names.forge);
    NoCredential {
        mend: Some(format!("set {} to that address if it is", names.api)),
        ..usage(format!(
            "the program names the API {api}, and the token of {product} is not for it"
        ))
    }
}

/// Returns a token that GitHub gives an app for the repository.
fn of_app(forge: &RepositoryForge, id: &str) -> Result<Token, NoCredential> {
    let pem = match (variable(APP_KEY), variable(APP_KEY_FILE)) {
        (Some(_), Some(_)) => return Err(both(APP_KEY, APP_KEY_FILE)),
        (Some(pem), None) => pem,
        (None, Some(file)) => private(Path::new(&file), MAX_APP_KEY_BYTES).map_err(of_file)?,
        (None, None) => {
            let why = format!("{APP} is set, and neither {APP_KEY} nor {APP_KEY_FILE}");
            return Err(usage(why));
        }
    };
    let app = parsed(APP, App::new(id, &pem))?;
    let repository = Repository::parse(&forge.repository);
    let repository = repository.map_err(|error| usage(error.to_string()))?;
    let token = app.token(&forge.api, &repository, &super::forge_edge());
    token.map_err(|error| {
        let words: Vec<String> = causes(&error).map(ToString::to_string).collect();
        NoCredential {
            why: words.join(": "),
            mend: None,
            is_usage: matches!(error, AppError::Base(_)),
        }
    })
}

fn of_file(error: CliError) -> NoCredential {
    NoCredential {
        why: format!("{APP_KEY_FILE}: {}", error.source),
        is_usage: error.exit == Exit::Usage,
        mend: error.hints.into_iter().next(),
    }
}

/// Returns the token that CI gives to its jobs; it goes to no server on the same machine that only the program names.
///
/// That of a job of GitLab goes to the API of that job alone.
fn of_ci(forge: &RepositoryForge, names: &Variables) -> Result<Option<Token>, NoCredential> {
    let Some(text) = variable(names.of_ci) else {
        return Ok(None);
    };
    match forge.kind {
        ForgeKind::Github if is_trusted(forge, names) => {
            parsed(names.of_ci, Token::new(text.trim())).map(Some)
        }
        ForgeKind::Gitlab if is_at(&forge.api, variable(names.api_of_ci)) => {
            parsed(names.of_ci, Token::job(text.trim())).map(Some)
        }
        ForgeKind::Github | ForgeKind::Gitlab => Ok(None),
    }
}

fn is_trusted(forge: &RepositoryForge, names: &Variables) -> bool {
    let everybodys = Some(forge.kind.api().to_owned());
    let known = [variable(names.api), variable(names.api_of_ci), everybodys];
    known.into_iter().any(|address| is_at(&forge.api, address))
}

fn is_at(api: &str, address: Option<String>) -> bool {
    let plain = |address: &str| address.trim_end_matches('/').to_owned();
    address.is_some_and(|address| plain(&address) == plain(api))
}

pub(super) fn is_here(api: &str) -> bool {
    let host = api.split_once("://").map_or("", |(_, rest)| rest);
    let host = host.split(['/', ':']).next().unwrap_or_default();
    matches!(host, "127.0.0.1" | "localhost")
}
