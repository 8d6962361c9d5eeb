//! A stand-in for the servers of language models that others wrote: aimock, on loopback in a temporary folder.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::counterparts::Counterparts;
use crate::server::{self, Server};

/// A running stand-in, which speaks both wire formats; it and its folder are gone when the value is dropped.
#[derive(Debug)]
pub struct Aimock {
    port: u16,
    _server: Server,
    _folder: TempDir,
}

impl Aimock {
    /// Returns a stand-in that lets in who has this key and answers as these fixtures say, once it takes questions. What no fixture
    /// matches it refuses.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    pub fn start(counterparts: &Counterparts, key: &str, fixtures: &Value) -> Aimock {
        let folder = tempfile::Builder::new()
            .prefix("testkit-aimock-")
            .tempdir()
            .expect("a temporary folder can be made");
        let file = folder.path().join("fixtures.json");
        fs::write(&file, fixtures.to_string()).expect("a file can be written");
        let [port] = server::free_ports();
        let mut command = counterparts.node("@copilotkit/aimock/dist/cli.js", folder.path());
        command.args([
            "--strict",
            "--validate-on-load",
            "-p",
            &port.to_string(),
            "-f",
        ]);
        command.arg(&file).env("AIMOCK_API_KEYS", key);
        let server = Server::start(command, &folder.path().join("log"), || {
            server::get(port, "/health") == Some(200)
        });
        Aimock {
            port,
            _server: server,
            _folder: folder,
        }
    }

    /// Returns the base address, without a slash at its end.
    #[must_use]
    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.port)
    }
}
