//! Records of AI coding sessions, in the form of Chainloop (`CHAINLOOP_AI_CODING_SESSION`).

use super::error::ReportError;
use super::found::shown;
use super::json::{self, Top};
use serde::Deserialize;
use std::collections::BTreeSet;

/// What the envelope says that it holds.
const KIND: &str = "CHAINLOOP_AI_CODING_SESSION";
/// The most commits of one session.
const MAX_COMMITS: usize = 10_000;
/// The most models of one session.
const MAX_MODELS: usize = 100;
/// The longest name.
const MAX_NAME_CHARS: usize = 200;

/// What a session tells of who wrote what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The tool.
    pub agent: String,
    /// Its name for the session.
    pub id: String,
    /// Who made its models, in small letters.
    pub provider: Option<String>,
    /// The models.
    pub models: BTreeSet<String>,
    /// The commits, each by seven digits or more.
    pub commits: Vec<String>,
}

#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "chainloop.material.evidence.id")]
    kind: Option<String>,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    schema_version: String,
    agent: Named,
    session: Id,
    git_context: Option<GitContext>,
    model: Option<Model>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

#[derive(Deserialize)]
struct GitContext {
    commit_end: Option<String>,
    #[serde(default)]
    commits: Vec<String>,
}

#[derive(Deserialize)]
struct Model {
    primary: Option<String>,
    provider: Option<String>,
    #[serde(default)]
    models_used: Vec<String>,
}

/// Reads the record of a session.
pub fn read(bytes: &[u8]) -> Result<Session, ReportError> {
    let text = super::text(bytes)?;
    match json::top(text)? {
        Top::Object(_) => {}
        Top::Objects(_) | Top::EmptyList | Top::Other(_) => return Err(other("no object")),
    }
    let Envelope { kind, data } = json::read("the record of an AI coding session", text)?;
    if let Some(kind) = kind.filter(|kind| kind != KIND) {
        return Err(other(&kind));
    }
    let known = data.schema_version == "v1";
    json::version("an AI coding session", &data.schema_version, known, "v1")?;
    let context = data.git_context;
    let commits = context
        .into_iter()
        .flat_map(|it| it.commits.into_iter().chain(it.commit_end));
    let commits: Vec<String> = commits.filter_map(|said| hexadecimal(&said)).collect();
    let (primary, provider, used) = match data.model {
        Some(model) => (model.primary, model.provider, model.models_used),
        None => (None, None, Vec::new()),
    };
    let models: BTreeSet<String> = used.into_iter().chain(primary).collect();
    let provider = provider.map(|it| it.to_lowercase());
    let session = Session {
        agent: data.agent.name,
        id: data.session.id,
        provider: provider.filter(|it| !it.is_empty()),
        models,
        commits,
    };
    match session.is_of_size() {
        true => Ok(session),
        false => Err(other("more or longer names than a session has")),
    }
}

impl Session {
    fn is_of_size(&self) -> bool {
        let names = [&self.agent, &self.id].into_iter();
        let mut names = names.chain(&self.models).chain(&self.provider);
        self.commits.len() <= MAX_COMMITS
            && self.models.len() <= MAX_MODELS
            && names
                .all(|it| it.chars().count() <= MAX_NAME_CHARS && !it.contains(char::is_control))
    }
}

/// Returns the name of a commit, behind which its subject may stand.
fn hexadecimal(said: &str) -> Option<String> {
    let name = said.split_whitespace().next()?;
    let is_hexadecimal = name.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_hexadecimal && (7..=64).contains(&name.len())).then(|| name.to_ascii_lowercase())
}

fn other(seen: &str) -> ReportError {
    ReportError::NotKnown { seen: shown(seen) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(more: &str) -> String {
        format!(
            r#"{{"chainloop.material.evidence.id": "{KIND}", "data": {{"schema_version": "v1", "agent": {{"name": "pen"}}, "session": {{"id": "s-1"}}{more}}}}}"#
        )
    }

    #[test]
    fn what_tells_who_wrote_is_read() {
        let commit = "5869b91e80fea5ac3d4502c728b118e85d65d825";
        let more = format!(
            r#", "git_context": {{"commit_end": "{commit}", "commits": ["5869B91 Add more", "no commit", "12345"]}},
            "model": {{"primary": "owl-4", "provider": "Birch", "models_used": ["owl-4", "owl-3"]}}"#
        );
        let read = read(session(&more).as_bytes()).unwrap();
        assert_eq!(read.agent, "pen");
        assert_eq!(read.provider.as_deref(), Some("birch"));
        assert_eq!(read.models, ["owl-3", "owl-4"].map(str::to_owned).into());
        assert_eq!(read.commits, ["5869b91", commit]);
    }

    #[test]
    fn what_is_none_is_refused() {
        let told = |text: &str| read(text.as_bytes()).unwrap_err().to_string();
        assert!(told("[]").contains("of no known form"));
        assert!(told("").contains("empty"));
        let other = session("").replace(KIND, "CHAINLOOP_AI_AGENT_CONFIG");
        assert!(told(&other).contains("CHAINLOOP_AI_AGENT_CONFIG"));
        let version = session("").replace("\"v1\"", "\"v2\"");
        assert!(told(&version).contains("version `v2`"));
        let long = session("").replace("pen", &"p".repeat(201));
        assert!(told(&long).contains("longer names"));
        let bare = read(session("").as_bytes()).unwrap();
        assert!(bare.commits.is_empty() && bare.models.is_empty());
    }
}
