//! What GitHub's published description says of a request: Prism, which others wrote, on loopback in a temporary folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value};
use tempfile::TempDir;

use crate::counterparts::Counterparts;
use crate::server::{self, Server};

/// The description, in the package of npm.
const DESCRIPTION: &str = "@octokit/openapi/generated/api.github.com.json";
/// The one of GitHub Enterprise Cloud.
const ENTERPRISE: &str = "@octokit/openapi/generated/ghec.json";

/// A server that answers with the examples of the description, and refuses what does not fit it.
#[derive(Debug)]
pub struct Prism {
    port: u16,
    part: Value,
    _server: Server,
    _folder: TempDir,
}

impl Prism {
    /// Returns a server for these paths of the description: the whole of it takes minutes to load.
    ///
    /// # Panics
    /// If it does not start, or the description has no such path.
    #[must_use]
    pub fn start(counterparts: &Counterparts, paths: &[&str]) -> Prism {
        Prism::of(DESCRIPTION, counterparts, paths)
    }

    /// Returns a server for these paths of the description of GitHub Enterprise Cloud.
    ///
    /// # Panics
    /// If it does not start, or the description has no such path.
    #[must_use]
    pub fn start_enterprise(counterparts: &Counterparts, paths: &[&str]) -> Prism {
        Prism::of(ENTERPRISE, counterparts, paths)
    }

    fn of(description: &str, counterparts: &Counterparts, paths: &[&str]) -> Prism {
        let folder = tempfile::Builder::new()
            .prefix("testkit-prism-")
            .tempdir()
            .expect("a temporary folder can be made");
        let text = fs::read(counterparts.file(description)).expect("the description can be read");
        let whole: Value = serde_json::from_slice(&text).expect("the description is JSON");
        let mut part = part(&whole, paths);
        answer_in_both(&mut part);
        let file = folder.path().join("github.json");
        fs::write(&file, part.to_string()).expect("a file can be written");
        let [port] = server::free_ports();
        let program = "@stoplight/prism-cli/dist/index.js";
        let mut command = counterparts.node(program, folder.path());
        command.args(["mock", "-h", "127.0.0.1", "-p", &port.to_string()]);
        command.arg(&file);
        let server = Server::start(command, &log(folder.path()), || {
            server::get(port, "/repos/larkspur/shop").is_some()
        });
        Prism {
            port,
            part,
            _server: server,
            _folder: folder,
        }
    }

    /// Returns the base address, without a slash at its end.
    #[must_use]
    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Returns which parameters of an address the description does not name for this path: Prism passes over them.
    #[must_use]
    pub fn unknown(&self, path: &str, address: &str) -> Vec<String> {
        let listed = self.part["paths"][path]["get"]["parameters"].as_array();
        let known: BTreeSet<&str> = listed
            .into_iter()
            .flatten()
            .filter_map(|parameter| match parameter["$ref"].as_str() {
                Some(reference) => self.part.pointer(&reference[1..])?["name"].as_str(),
                None => parameter["name"].as_str(),
            })
            .collect();
        let query = address.split_once('?').map_or("", |(_, query)| query);
        let named = query.split('&').filter_map(|pair| pair.split('=').next());
        let named = named.filter(|name| !name.is_empty() && !known.contains(name));
        named.map(str::to_owned).collect()
    }
}

/// Returns these paths of a description, with every component that they name.
fn part(whole: &Value, paths: &[&str]) -> Value {
    let mut part = whole.clone();
    let mut kept = Map::new();
    for path in paths {
        let found = whole["paths"].get(path);
        let found = found.unwrap_or_else(|| panic!("the description has no {path}"));
        kept.insert((*path).to_owned(), found.clone());
    }
    let mut needed = BTreeSet::new();
    let mut open: Vec<&Value> = kept.values().collect();
    while let Some(value) = open.pop() {
        for reference in references(value) {
            if needed.insert(reference.clone()) {
                open.push(
                    whole
                        .pointer(&reference[1..])
                        .expect("a component is there"),
                );
            }
        }
    }
    let mut components = Map::new();
    for reference in &needed {
        let mut steps = reference.split('/').skip(2);
        let (Some(kind), Some(name)) = (steps.next(), steps.next()) else {
            continue;
        };
        let of_kind = components
            .entry(kind)
            .or_insert_with(|| Value::Object(Map::new()));
        of_kind[name] = whole["components"][kind][name].clone();
    }
    part["paths"] = Value::Object(kept);
    part["components"] = Value::Object(components);
    if let Some(part) = part.as_object_mut() {
        part.retain(|name, _| !name.ends_with("webhooks"));
    }
    part
}

/// The description names the plain media type only; "Media types" of the documentation asks for GitHub's own.
fn answer_in_both(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if let Some(plain) = fields.get("application/json").cloned() {
                fields.insert("application/vnd.github+json".to_owned(), plain);
            }
            fields.values_mut().for_each(answer_in_both);
        }
        Value::Array(items) => items.iter_mut().for_each(answer_in_both),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => {
            let own = fields
                .get("$ref")
                .and_then(Value::as_str)
                .map(str::to_owned);
            own.into_iter()
                .chain(fields.values().flat_map(references))
                .collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

fn log(folder: &Path) -> std::path::PathBuf {
    folder.join("log")
}
