//! A stand-in for GitHub that others wrote, with state: emulate, on loopback in a temporary folder.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::counterparts::Counterparts;
use crate::server::{self, Server};

/// The repository that is there at the beginning, with one commit on `main`.
pub const REPOSITORY: &str = "ada/shop";
/// The token of its owner, Ada.
pub const ADA: &str = "gho_of_ada";
/// The token of Bo, who owns nothing.
pub const BO: &str = "gho_of_bo";

/// A running stand-in; it and its folder are gone when the value is dropped.
#[derive(Debug)]
pub struct Emulate {
    port: u16,
    _server: Server,
    _folder: TempDir,
}

impl Emulate {
    /// Returns a stand-in with two accounts and one repository, once it takes requests.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    pub fn start(counterparts: &Counterparts) -> Emulate {
        Emulate::of(counterparts, None)
    }

    /// Returns a stand-in on which an app is installed, and the private key of the app.
    ///
    /// # Panics
    /// If it does not start, or openssl makes no key.
    #[must_use]
    pub fn with_app(counterparts: &Counterparts) -> (Emulate, String) {
        let key = app_key();
        (Emulate::of(counterparts, Some(&key)), key)
    }

    fn of(counterparts: &Counterparts, app_key: Option<&str>) -> Emulate {
        let folder = tempfile::Builder::new()
            .prefix("testkit-emulate-")
            .tempdir()
            .expect("a temporary folder can be made");
        let seed = folder.path().join("seed.yaml");
        fs::write(&seed, seed_file(app_key)).expect("a file can be written");
        let [port] = server::free_ports();
        let mut command = counterparts.node("emulate/dist/index.js", folder.path());
        command.args(["start", "-s", "github", "-p", &port.to_string(), "--seed"]);
        command.arg(&seed);
        let server = Server::start(command, &log(folder.path()), || {
            server::get(port, "/rate_limit").is_some()
        });
        Emulate {
            port,
            _server: server,
            _folder: folder,
        }
    }

    /// Returns its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns the base address, without a slash at its end.
    #[must_use]
    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

fn log(folder: &Path) -> std::path::PathBuf {
    folder.join("log")
}

/// The number of the app that is installed on everything that Ada owns.
pub const APP: &str = "7";

/// Returns a new private key for an app, as GitHub gives one.
///
/// # Panics
/// If openssl makes no key.
#[must_use]
pub fn app_key() -> String {
    let mut openssl = Command::new("openssl");
    let made = openssl.args(["genrsa", "-traditional", "2048"]).output();
    let key = String::from_utf8(made.expect("openssl is installed").stdout);
    key.expect("a key in PEM is text")
}

fn seed_file(app_key: Option<&str>) -> String {
    let app = app_key.map(|key| {
        let key = key.replace('\n', "\n        ");
        format!(
            "  apps:\n    - app_id: {APP}\n      slug: countersign-of-ada\n      name: Countersign of Ada\n      \
             private_key: |\n        {key}\n      \
             permissions: {{checks: write, contents: read, pull_requests: write}}\n      \
             installations: [{{installation_id: 70, account: ada, repository_selection: all}}]\n"
        )
    });
    format!(
        "tokens:\n  {ADA}: {{login: ada, scopes: [repo]}}\n  {BO}: {{login: bo, scopes: [repo]}}\n\
         github:\n  users:\n    - {{login: ada, name: Ada Marsh, email: ada@larkspur.example}}\n    \
         - {{login: bo, name: Bo Lind, email: bo@larkspur.example}}\n  repos:\n    \
         - {{owner: ada, name: shop, auto_init: true}}\n{}",
        app.unwrap_or_default()
    )
}
