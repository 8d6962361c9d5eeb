//! An operator whose log a timestamp authority stamps: `openssl ts`, behind a socket.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use testkit::{Answer, Counterparts, Runner};

use crate::operator::{Company, PROGRAM};
use crate::runner;

const CONFIG: &str = "\
[tsa]
default_tsa = authority
[authority]
serial = serial
crypto_device = builtin
signer_cert = certificate.pem
signer_key = key.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_alg = sha256
";

/// An authority with a key of its own; it answers until the test ends.
struct Authority {
    home: Runner,
    address: SocketAddr,
}

impl Authority {
    fn start() -> Authority {
        let home = runner();
        fs::write(home.home().join("ts.cnf"), CONFIG).unwrap();
        fs::write(home.home().join("serial"), "01\n").unwrap();
        openssl(
            home.home(),
            "req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out certificate.pem -days 30 \
             -subj /CN=Quayside -addext extendedKeyUsage=critical,timeStamping",
        );
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let own = home.home().to_owned();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                answer(&own, stream.unwrap());
            }
        });
        Authority { home, address }
    }

    /// Returns what a program says of it.
    fn stated(&self) -> String {
        let certificate = fs::read_to_string(self.home.home().join("certificate.pem")).unwrap();
        let indented: Vec<String> = certificate
            .lines()
            .map(|line| format!("      {line}"))
            .collect();
        format!(
            "timestamp_authorities:\n  - name: Quayside\n    url: http://{}/tsr\n    certificate: |\n{}\n",
            self.address,
            indented.join("\n")
        )
    }

    /// Returns the SHA-256 of its certificate, by which a verifier names it.
    fn fingerprint(&self) -> String {
        let printed = openssl(
            self.home.home(),
            "x509 -in certificate.pem -noout -fingerprint -sha256",
        );
        let hex = printed.trim().split('=').nth(1).unwrap().replace(':', "");
        hex.to_lowercase()
    }
}

fn openssl(folder: &Path, arguments: &str) -> String {
    let mut command = Command::new("openssl");
    let command = command
        .args(arguments.split_whitespace())
        .current_dir(folder);
    let output = command.stderr(Stdio::piped()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn answer(folder: &Path, mut stream: TcpStream) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut request = vec![0; length];
    reader.read_exact(&mut request).unwrap();
    fs::write(folder.join("request.tsq"), request).unwrap();
    openssl(
        folder,
        "ts -reply -config ts.cnf -section authority -queryfile request.tsq -out reply.tsr",
    );
    let reply = fs::read(folder.join("reply.tsr")).unwrap();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/timestamp-reply\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        reply.len()
    );
    stream
        .write_all(&[head.as_bytes(), &reply].concat())
        .unwrap();
}

#[test]
fn a_log_is_stamped_and_later_records_are_younger_than_the_stamp() {
    let (company, authority) = (Company::new(), Authority::start());
    company.says(&["collect"], 0);
    let program = format!("{PROGRAM}{}", authority.stated());
    company.repo.write_file("countersign.yaml", program);
    let signed = company.says(&["ledger", "cosign"], 0);
    assert_eq!(signed, "Quayside: signed 2 leaves, kept in leaf 2\n");
    company.says(&["collect"], 0);
    let known = company.says(&["ledger", "interval", "--from", "0", "--to", "3"], 3);
    // Accuracy is taken off on both sides, and these records are less than two seconds apart.
    assert!(
        known.contains("leaf 0 existed by") && known.contains("Quayside, timestamped, claimed"),
        "{known}"
    );
    let keys = format!("{}\n{}\n", company.log_key(), authority.fingerprint());
    company.repo.write_file("keys", keys);
    let verified = company.says(&["ledger", "verify", "--trust", "keys"], 0);
    assert!(verified.contains("Last outside contact: "), "{verified}");
    assert!(verified.contains("Quayside"), "{verified}");
}

#[test]
fn an_authority_is_known_by_its_certificate_however_that_is_written() {
    let (company, authority) = (Company::new(), Authority::start());
    let stated = authority.stated();
    let own = format!("{PROGRAM}{stated}    relation: own\n");
    company.repo.write_file("countersign.yaml", &own);
    company.says(&["collect"], 0);
    // Lines of another length are another text, and the same certificate.
    let lines: Vec<&str> = stated.lines().map(str::trim).collect();
    let begin = lines.iter().position(|line| line.starts_with("-----BEGIN"));
    let first = lines[begin.unwrap() + 1];
    let cut = stated.replace(first, &format!("{}\n      {}", &first[..8], &first[8..]));
    let outside = format!("{PROGRAM}{cut}    relation: outside\n");
    company.repo.write_file("countersign.yaml", outside);
    company.says(&["collect", "--no-cosign"], 0);
    let told = company.says(&["ledger", "verify"], 0).replace("\n  ", " ");
    assert!(
        told.contains("does not count: the organisation itself runs the signer"),
        "{told}"
    );
    assert!(!told.contains("WARNING"), "{told}");

    let other = Authority::start();
    company
        .repo
        .write_file("countersign.yaml", format!("{PROGRAM}{}", other.stated()));
    let told = company.says(&["ledger", "verify"], 0).replace("\n  ", " ");
    let warning = format!(
        "WARNING: the program had another certificate for the timestamp authority Quayside, {} (leaf 0)",
        authority.fingerprint()
    );
    assert_eq!(told.matches(&warning).count(), 1, "{told}");
}

/// Returns what rfc3161-client says of the token of a record, over bytes that need not be those that were stamped.
fn theirs(counterparts: &Counterparts, files: [&Path; 3]) -> Answer {
    let home = runner();
    let mut python = counterparts.command("python", home.home());
    let script = python.args(["-c", include_str!("stamped.py")]);
    Answer::of(script.args(files))
}

/// Returns the file of a folder that holds no other one: the record of the stamp is the only payload of the copy.
fn only_file(mut path: PathBuf) -> PathBuf {
    while path.is_dir() {
        let mut entries = fs::read_dir(&path).unwrap();
        path = entries.next().unwrap().unwrap().path();
        assert!(entries.next().is_none(), "{}", path.display());
    }
    path
}

#[test]
fn a_stamp_is_verified_by_rfc3161_client() {
    let name = "a_stamp_is_verified_by_rfc3161_client";
    let Some(counterparts) = Counterparts::find(name) else {
        return;
    };
    let (company, authority, other) = (Company::new(), Authority::start(), Authority::start());
    company.says(&["collect"], 0);
    let at = |path: &str| company.repo.path().join(path);
    // Before the record of the stamp there is the checkpoint that was stamped, and behind it another.
    fs::copy(at(".countersign/ledger/checkpoint"), at("stamped")).unwrap();
    let program = format!("{PROGRAM}{}", authority.stated());
    company.repo.write_file("countersign.yaml", program);
    company.says(&["ledger", "timestamp"], 0);
    company.says(&["ledger", "export", "--out", "copy"], 0);
    let record = only_file(at("copy/payloads"));
    let certificate = authority.home.home().join("certificate.pem");
    let verified = theirs(&counterparts, [&record, &at("stamped"), &certificate]);
    assert!(verified.is_success, "{}", verified.stderr);
    let ours = company.says(&["ledger", "verify"], 0);
    let contact = format!("Last outside contact: {}", verified.stdout.trim_end());
    assert!(ours.contains(&contact), "{ours}\n{contact}");

    let later = at(".countersign/ledger/checkpoint");
    let mismatch = theirs(&counterparts, [&record, &later, &certificate]);
    assert!(!mismatch.is_success && mismatch.stderr.contains("Mismatch between messages"));
    let stranger = other.home.home().join("certificate.pem");
    let untrusted = theirs(&counterparts, [&record, &at("stamped"), &stranger]);
    assert!(!untrusted.is_success && untrusted.stderr.contains("VerificationError"));
}

#[test]
fn a_stamp_of_another_authority_is_not_kept() {
    let (company, stated, other) = (Company::new(), Authority::start(), Authority::start());
    company.says(&["collect"], 0);
    let program = stated
        .stated()
        .replace(&stated.address.to_string(), &other.address.to_string());
    company
        .repo
        .write_file("countersign.yaml", format!("{PROGRAM}{program}"));
    let refused = company.says(&["ledger", "cosign"], 4);
    assert!(
        refused.contains("its token proves nothing of this log"),
        "{refused}"
    );
    let status = company.says(&["ledger", "status"], 0);
    assert!(status.contains("leaves  2:"), "{status}");
}
