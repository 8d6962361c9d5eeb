//! A real object store with Object Lock, SeaweedFS, on loopback in a temporary folder.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::counterparts::{Answer, Counterparts};
use crate::server::{self, Server};

/// The largest volume, in megabytes. SeaweedFS asks whether the disk has room for some of them before it takes a byte, and by
/// itself counts with 30,000 for each.
const VOLUME_MEGABYTES: u32 = 64;

/// The free disk below which it takes no writes. By itself it asks for a hundredth of the disk, and a request to a store that is
/// short of it is never answered.
const LEAST_FREE_DISK: &str = "256MiB";

/// Where it puts its sockets, whatever the environment says.
const SOCKETS: &str = "/tmp";

/// A running store; it and its folder are gone when the value is dropped.
#[derive(Debug)]
pub struct Seaweed {
    counterparts: Counterparts,
    ports: [u16; 8],
    _server: Server,
    folder: TempDir,
}

/// Who may ask, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// The name, which is the access key too.
    pub access_key: &'static str,
    /// The secret key.
    pub secret_key: &'static str,
}

/// May do all: it stands for the organisation's cloud account.
pub const ADMIN: Identity = Identity {
    access_key: "admin",
    secret_key: "secret-of-admin",
};

/// May read, write, list, lock what it writes, and ask what the bucket locks: it stands for a machine that appends.
pub const WRITER: Identity = Identity {
    access_key: "writer",
    secret_key: "secret-of-writer",
};

/// May read and list: it stands for an auditor.
pub const READER: Identity = Identity {
    access_key: "reader",
    secret_key: "secret-of-reader",
};

impl Seaweed {
    /// Returns a store without buckets, once it takes requests.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    pub fn start(counterparts: &Counterparts) -> Seaweed {
        let folder = tempfile::Builder::new()
            .prefix("testkit-seaweed-")
            .tempdir()
            .expect("a temporary folder can be made");
        let identities = folder.path().join("s3.json");
        fs::write(&identities, identities_file()).expect("a file can be written");
        fs::create_dir(folder.path().join("data")).expect("a folder can be made");
        // Left out, they would be derived from the others, or be the same for every process.
        let ports: [u16; 8] = server::free_ports();
        let command = command(counterparts, folder.path(), &ports);
        let s3_port = ports[6];
        let server = Server::start(command, &folder.path().join("log"), || is_ready(s3_port));
        Seaweed {
            counterparts: counterparts.clone(),
            ports,
            _server: server,
            folder,
        }
    }

    /// Returns where S3 is spoken, without a slash at its end.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports[6])
    }

    /// Creates a bucket with Object Lock, which S3 only grants to a new one.
    ///
    /// # Panics
    /// If it cannot.
    pub fn create_locked_bucket(&self, name: &str) {
        let [http, grpc, ..] = self.ports;
        let mut shell = self.counterparts.command("weed", self.folder.path());
        shell.args(["shell", &format!("-master=127.0.0.1:{http}.{grpc}")]);
        let script = format!("s3.bucket.create -name {name} -withLock\nexit\n");
        let answer = type_into(shell, &script);
        assert!(
            answer.stdout.contains("Object Lock: enabled"),
            "no bucket was created: {answer:?}"
        );
    }
}

impl Drop for Seaweed {
    /// SeaweedFS leaves its sockets outside of its folder, each named after a port.
    fn drop(&mut self) {
        let ends = self.ports.map(|port| format!("-{port}.sock"));
        for entry in fs::read_dir(SOCKETS).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with("seaweedfs-") && ends.iter().any(|end| name.ends_with(end)) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

fn command(counterparts: &Counterparts, folder: &Path, ports: &[u16; 8]) -> Command {
    let [
        master,
        master_grpc,
        volume,
        volume_grpc,
        filer,
        filer_grpc,
        s3,
        s3_grpc,
    ] = ports;
    let mut command = counterparts.command("weed", folder);
    command
        .arg("server")
        .arg(format!("-dir={}", folder.join("data").display()))
        .args(["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-filer", "-s3"])
        .arg(format!("-master.port={master}"))
        .arg(format!("-master.port.grpc={master_grpc}"))
        .arg(format!("-volume.port={volume}"))
        .arg(format!("-volume.port.grpc={volume_grpc}"))
        .arg(format!("-filer.port={filer}"))
        .arg(format!("-filer.port.grpc={filer_grpc}"))
        .arg(format!("-s3.port={s3}"))
        .arg(format!("-s3.port.grpc={s3_grpc}"))
        .args(["-s3.port.iceberg=0", "-s3.port.lance=0"])
        .arg("-s3.config=s3.json")
        .arg(format!("-master.volumeSizeLimitMB={VOLUME_MEGABYTES}"))
        .arg(format!("-volume.minFreeSpace={LEAST_FREE_DISK}"))
        // A test speaks to nobody outside.
        .arg("-master.telemetry=false");
    command
}

fn is_ready(port: u16) -> bool {
    server::get(port, "/healthz").is_some_and(|status| status == 200)
}

fn identities_file() -> String {
    let identity = |who: Identity, actions: &str| {
        let (key, secret) = (who.access_key, who.secret_key);
        format!(
            r#"{{"name":"{key}","credentials":[{{"accessKey":"{key}","secretKey":"{secret}"}}],"actions":[{actions}]}}"#
        )
    };
    let admin = identity(ADMIN, r#""Admin","Read","Write","List","Tagging""#);
    let writer = identity(
        WRITER,
        r#""Read","Write","List","PutObjectRetention","GetBucketObjectLockConfiguration""#,
    );
    let reader = identity(READER, r#""Read","List""#);
    format!("{{\"identities\":[{admin},{writer},{reader}]}}\n")
}

fn type_into(mut command: Command, script: &str) -> Answer {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a counterpart can be started");
    let mut input = child.stdin.take().expect("its standard input is a pipe");
    input
        .write_all(script.as_bytes())
        .expect("a script can be typed");
    drop(input);
    // Where it cannot reach the store it tries for ever.
    Answer::from(server::output_of(child))
}
