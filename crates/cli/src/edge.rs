//! The edge of the program: the clock, the environment, the terminal and randomness.

mod forge;
mod private;
pub(crate) mod reviewer;
mod webhook;

pub(crate) use webhook::webhook_secret;

use crate::error::CliError;
use crate::exit::Exit;
use countersign::forge::collect::Access;
use countersign::home::Machine;
use jiff::Timestamp;
use ledger::keyfile::{COMMAND_VARIABLE, MAX_KEY_BYTES, VARIABLE, VARIABLES};
use ledger::place::home::{Cloud, parse_key};
use ledger::signer::KeySources;
use model::program_file::Colour;
use sources::forge::Edge;
use sources::http::{self, PROXY_VARIABLES};
use std::io::{self, IsTerminal as _, Read as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;
use tlog::key::SignerKey;

/// Returns the moment of this run, to the second.
#[expect(
    clippy::disallowed_methods,
    reason = "the edge reads the clock, once for each command"
)]
pub(crate) fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

/// Returns 32 random bytes of the operating system.
#[expect(clippy::disallowed_methods, reason = "the edge draws randomness")]
pub(crate) fn entropy() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the operating system has a random source");
    bytes
}

/// Returns what this machine brings to a ledger that it only reads.
pub(crate) fn reading_machine() -> Machine {
    let entropy = entropy();
    let mut writer = [0; 16];
    writer.copy_from_slice(&entropy[..16]);
    Machine {
        keys: KeySources {
            given: None,
            given_by: None,
            agent: variable("SSH_AUTH_SOCK").map(Into::into),
        },
        cloud: Cloud {
            endpoint: variable("AWS_ENDPOINT_URL_S3").or_else(|| variable("AWS_ENDPOINT_URL")),
            region: variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION")),
            key_id: variable("AWS_ACCESS_KEY_ID"),
            secret_key: variable("AWS_SECRET_ACCESS_KEY"),
            session_token: variable("AWS_SESSION_TOKEN"),
            writer,
        },
    }
}

/// Returns what this machine brings to a ledger that it appends to.
pub(crate) fn appending_machine() -> Result<Machine, CliError> {
    refuse_proxy_that_is_none()?;
    let mut machine = reading_machine();
    if let Some((variable, key)) = log_key()? {
        machine.keys.given = Some(key);
        machine.keys.given_by = Some(variable);
    }
    Ok(machine)
}

/// Refuses an address of a proxy that is none: what was to go through it would go past it.
pub(crate) fn refuse_proxy_that_is_none() -> Result<(), CliError> {
    for name in PROXY_VARIABLES {
        if secret(name)?.is_some_and(|value| !http::is_proxy(&value)) {
            let error = CliError::new(Exit::Usage, format!("{name} names no proxy over HTTP"));
            return Err(
                error.hint("write it as http://HOST:PORT, or unset it; SOCKS is not spoken")
            );
        }
    }
    Ok(())
}

/// Returns the private key of the log, where the environment tells it, or how to get it, with the variable that does.
fn log_key() -> Result<Option<(&'static str, SignerKey)>, CliError> {
    let (name, text) = match (secret(VARIABLE)?, secret(COMMAND_VARIABLE)?) {
        (None, None) => return Ok(None),
        (Some(text), None) => (VARIABLE, text),
        (None, Some(command)) => {
            let printed = printed(&command).map_err(|why| {
                let message = format!("the command in {COMMAND_VARIABLE} gives no key: {why}");
                CliError::new(Exit::Unreachable, message).hint(RUN_IT)
            });
            (COMMAND_VARIABLE, printed?)
        }
        (Some(_), Some(_)) => {
            let message = format!("{VARIABLE} and {COMMAND_VARIABLE} are both set");
            return Err(CliError::new(Exit::Usage, message).hint("unset one of them"));
        }
    };
    match parse_key(&text) {
        Ok(key) => Ok(Some((name, key))),
        Err(error) => Err(CliError::new(
            Exit::Usage,
            format!("{name} gives no key: {error}"),
        )),
    }
}

/// Returns how the forge of a repository is reached.
pub(crate) fn forge() -> Access<'static> {
    Access {
        credential: &forge::credential,
        edge: forge_edge(),
    }
}

fn forge_edge() -> Edge<'static> {
    Edge {
        now: &precisely_now,
        sleep: &pause,
        random: &random,
    }
}

/// Returns where git holds the objects of a push apart, in a hook that may still refuse it.
#[expect(clippy::disallowed_methods, reason = "the edge reads the environment")]
pub(crate) fn quarantine() -> Option<PathBuf> {
    std::env::var_os("GIT_QUARANTINE_PATH").map(PathBuf::from)
}

/// Returns whether this is a job of CI, whose disk ends with it.
pub(crate) fn is_ci() -> bool {
    variable("CI").is_some_and(|value| value != "false")
}

/// Returns where the job of GitLab's CI shows what it says, where this is one.
pub(crate) fn job_address() -> Option<String> {
    variable("CI_JOB_URL")
}

#[expect(clippy::disallowed_methods, reason = "the edge reads the clock")]
pub(crate) fn precisely_now() -> Timestamp {
    Timestamp::now()
}

pub(crate) fn pause(how_long: Duration) {
    std::thread::sleep(how_long);
}

fn random() -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&entropy()[..8]);
    u64::from_le_bytes(bytes)
}

/// What mends a command that gives no secret.
const RUN_IT: &str =
    "run it with sh -c by hand: it must ask nothing, print the secret alone and end with 0";

/// Returns what a command prints, as far as a secret may go; nothing of it is ever repeated.
fn printed(command: &str) -> Result<String, String> {
    let mut shell = Command::new("sh");
    let others = forge::SECRETS.into_iter().chain([webhook::WEBHOOK_SECRET]);
    let of_models = [reviewer::KEY, reviewer::COMMAND]
        .into_iter()
        .chain(reviewer::OF_VENDORS);
    for variable in VARIABLES.into_iter().chain(others).chain(of_models) {
        shell.env_remove(variable);
    }
    let shell = shell.args(["-c", command]).stdin(Stdio::null());
    let child = shell.stdout(Stdio::piped()).spawn();
    let mut child = child.map_err(|error| error.to_string())?;
    let mut text = String::new();
    let read = match child.stdout.take() {
        Some(stdout) => stdout.take(MAX_KEY_BYTES + 1).read_to_string(&mut text),
        None => Err(io::ErrorKind::BrokenPipe.into()),
    };
    let ended = child.wait().map_err(|error| error.to_string())?;
    match read {
        Err(_) => Err("what it prints is no text".to_owned()),
        Ok(_) if text.len() as u64 > MAX_KEY_BYTES => {
            Err(format!("it prints more than {MAX_KEY_BYTES} bytes"))
        }
        Ok(_) if !ended.success() => Err(ended.to_string()),
        Ok(_) => Ok(text),
    }
}

/// Returns a variable that decides which key signs; one that is no text is not passed over, or another key would.
#[expect(clippy::disallowed_methods, reason = "the edge reads the environment")]
fn secret(name: &str) -> Result<Option<String>, CliError> {
    match std::env::var(name) {
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(CliError::new(Exit::Usage, format!("{name} is no text")))
        }
        _ => Ok(variable(name)),
    }
}

/// Returns a variable of the environment; an empty one is none, as an absent secret of a CI is.
#[expect(clippy::disallowed_methods, reason = "the edge reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Returns the threads to read a repository with.
pub(crate) fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Returns whether questions can be asked.
pub(crate) fn is_interactive() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Returns whether standard error is a terminal.
pub(crate) fn is_read_by_people() -> bool {
    std::io::stderr().is_terminal()
}

/// Returns whether what goes to standard error may be coloured.
pub(crate) fn colour_of_stderr() -> Colour {
    match anstream::AutoStream::choice(&std::io::stderr()) {
        anstream::ColorChoice::Never => Colour::Plain,
        anstream::ColorChoice::Auto
        | anstream::ColorChoice::AlwaysAnsi
        | anstream::ColorChoice::Always => Colour::Ansi,
    }
}
