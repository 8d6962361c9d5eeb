//! A real language model, small enough for a test: SmolLM2 with 135 million parameters, served by llama.cpp on loopback.
//!
//! It speaks both wire formats. What it says proves that it was asked, and nothing about what a model can tell.

use tempfile::TempDir;

use crate::counterparts::Counterparts;
use crate::server::{self, Server};

/// What starts it, beside the pins that install it.
const SCRIPT: &str = include_str!("../../../tests/counterparts/model.py");

/// What it is called.
pub const NAME: &str = "smollm2-135m-instruct";

/// A running model; it is gone when the value is dropped.
#[derive(Debug)]
pub struct SmallModel {
    port: u16,
    _server: Server,
    _folder: TempDir,
}

impl SmallModel {
    /// Returns the model that lets in who has this key, with a window of so many tokens, once it takes questions.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    pub fn start(counterparts: &Counterparts, key: &str, window: u32) -> SmallModel {
        let folder = tempfile::Builder::new()
            .prefix("testkit-small-model-")
            .tempdir()
            .expect("a temporary folder can be made");
        let [port] = server::free_ports();
        let mut command = counterparts.command("python", folder.path());
        command.args(["-c", SCRIPT, &port.to_string(), key, &window.to_string()]);
        // It answers 503 while it loads.
        let server = Server::start(command, &folder.path().join("log"), || {
            server::get(port, "/health") == Some(200)
        });
        SmallModel {
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
