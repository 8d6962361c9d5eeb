//! What GitLab's published description allows to be asked, and answers of the form that it publishes, as facts.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod answers;
mod contradictions;
mod endpoints;
mod orders;
mod pages;
mod protections;
mod refused;
mod table;
mod webhook;
mod withheld;

use std::time::Duration;

use jiff::Timestamp;
use sources::forge::base::Base;
use sources::forge::error::ForgeError;
use sources::forge::retrieval::Retrieval;
use sources::forge::token::Token;
use sources::forge::{Client, Edge, Limits};
use sources::gitlab::HEADERS;
use sources::gitlab::endpoint::Endpoint;
use sources::gitlab::project::Project;
use sources::http::Http;
use testkit::gitlab::{FakeGitlab, JOB_TOKEN, TOKEN};

/// The head of the requests of these tests.
const HEAD: &str = "1f0d2a5c3b4e69788796a5b4c3d2e1f001122334";
/// What they are compared with.
const START: &str = "2e1c3b6d4a5f78697887b6a5d4c3f2e110213243";
/// What lies on the branch after them.
const LANDED: &str = "3d2b4c7e5f60897a6978c7b6e5d4a3f221304152";

fn access() -> Option<Token> {
    Token::new(TOKEN).ok()
}

fn job() -> Option<Token> {
    Token::job(JOB_TOKEN).ok()
}

/// Returns what a fake answers to whoever has this token.
fn ask(
    gitlab: &FakeGitlab,
    token: Option<Token>,
    endpoint: Endpoint<'_>,
) -> Result<Retrieval, ForgeError> {
    let base = Base::parse(&gitlab.base()).unwrap();
    let limits = Limits {
        attempts: 2,
        ..Limits::default()
    };
    let client = Client::new(Http::new().unwrap(), base, token, &HEADERS, limits);
    let edge = Edge {
        now: &|| Timestamp::UNIX_EPOCH,
        sleep: &|_: Duration| {},
        random: &|| 0,
    };
    let project = Project::parse("larkspur/web/shop").unwrap();
    client.get(&edge, &endpoint.of(&project), None)
}
