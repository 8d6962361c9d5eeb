//! A forge behind a proxy that the environment names.

use crate::runner;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use testkit::Repo;
use testkit::server::free_ports;

const PROGRAM: &str = "\
version: 1
organisation: {name: Larkspur Metrics}
repositories:
  - {name: shop, path: ., branch: main, forge: \"github:larkspur/shop\", forge_api: \"https://forge.example/api/v3\"}
principals:
  - {id: ada, name: Ada Marsh, emails: [ada@larkspur.example]}
assignments: {ada: all}
controls: {CR-4: in use}
";
/// What is meant for this machine goes to no proxy, where it would lie in the clear.
#[test]
fn no_proxy_is_asked_for_this_machine() {
    let repo = Repo::new();
    let [port] = free_ports();
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    proxy.set_nonblocking(true).unwrap();
    let api = format!("http://127.0.0.1:{port}");
    let program = PROGRAM.replace("https://forge.example/api/v3", &api);
    repo.commit().file("countersign.yaml", program).write();
    repo.checkout();
    let address = proxy.local_addr().unwrap();
    let run = runner()
        .in_dir(repo.path())
        .env("COUNTERSIGN_GITHUB_TOKEN", "t0ken")
        .env("HTTP_PROXY", format!("http://{address}"))
        .run(["gate", "merge", "--request", "1"])
        .expect_code(4);
    let words = format!("{api}/repos/larkspur/shop cannot be reached");
    assert!(run.stderr.contains(&words), "{}", run.stderr);
    let hint = "hint: check the network, the proxy";
    assert!(run.stderr.contains(hint), "{}", run.stderr);
    assert!(proxy.accept().is_err(), "the proxy was asked");
}

#[test]
fn what_names_no_proxy_is_refused_with_its_variable() {
    let repo = Repo::new();
    repo.commit().file("countersign.yaml", PROGRAM).write();
    repo.checkout();
    for variable in ["HTTPS_PROXY", "http_proxy", "ALL_PROXY"] {
        let run = runner()
            .in_dir(repo.path())
            .env("COUNTERSIGN_GITHUB_TOKEN", "t0ken")
            .env(variable, "htp://ada:s3cret@proxy.example")
            .run(["gate", "merge", "--request", "1"])
            .expect_code(2);
        let words = format!(
            "error: {variable} names no proxy over HTTP\nhint: write it as http://HOST:PORT, or unset it; SOCKS is not spoken\n"
        );
        assert_eq!(run.stderr, words);
        let status = runner()
            .in_dir(repo.path())
            .env(variable, "htp://ada:s3cret@proxy.example")
            .env("AWS_REGION", "eu-central-1")
            .env("AWS_ACCESS_KEY_ID", "id")
            .env("AWS_SECRET_ACCESS_KEY", "key")
            .run(["ledger", "status", "--ledger", "s3://logs/shop"])
            .expect_code(2);
        assert_eq!(status.stderr, words);
        let local = runner()
            .in_dir(repo.path())
            .env(variable, "socks5h://proxy.example")
            .run(["ledger", "status"])
            .expect_code(4);
        assert!(!local.stderr.contains("proxy"), "{}", local.stderr);
    }
}

/// Over plain HTTP the proxy answers in the place of the server.
#[test]
fn a_login_that_the_proxy_wants_is_told_over_plain_http_too() {
    let repo = Repo::new();
    repo.commit().message("Begin\n").write();
    let runner = runner().in_dir(repo.path());
    let _begun = runner.run(["collect"]).expect_code(0);
    let key = std::fs::read_to_string(repo.path().join(".countersign/log.vkey")).unwrap();
    repo.write_file("keys", key);
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = proxy.local_addr().unwrap();
    let asked = std::thread::spawn(move || {
        let (mut stream, _) = proxy.accept().unwrap();
        let mut bytes = [0; 2_000];
        let length = stream.read(&mut bytes).unwrap();
        stream.write_all(REFUSES).unwrap();
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    });
    let at = [
        "ledger",
        "verify",
        "--trust",
        "keys",
        "--at",
        "http://log.example",
    ];
    let run = runner
        .env("HTTP_PROXY", format!("http://{address}"))
        .run(at)
        .expect_code(4);
    let asked = asked.join().unwrap();
    assert!(
        asked.starts_with("GET http://log.example/checkpoint "),
        "{asked}"
    );
    let words = "the proxy of this environment wants another login";
    assert!(run.stderr.contains(words), "{}", run.stderr);
}

const REFUSES: &[u8] = b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";

#[test]
fn a_proxy_is_asked_and_its_password_is_told_nowhere() {
    let repo = Repo::new();
    repo.commit().file("countersign.yaml", PROGRAM).write();
    repo.checkout();
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = proxy.local_addr().unwrap().port();
    let asked = std::thread::spawn(move || {
        let (mut stream, _) = proxy.accept().unwrap();
        let mut bytes = [0; 2_000];
        let length = stream.read(&mut bytes).unwrap();
        stream.write_all(REFUSES).unwrap();
        // Whoever asks again finds nobody.
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    });
    let run = runner()
        .in_dir(repo.path())
        .env("COUNTERSIGN_GITHUB_API", "https://forge.example/api/v3")
        .env("COUNTERSIGN_GITHUB_TOKEN", "t0ken")
        .env("HTTPS_PROXY", format!("http://ada:s3cret@127.0.0.1:{port}"))
        .run(["gate", "merge", "--request", "1"])
        .expect_code(4);
    let asked = asked.join().unwrap();
    assert!(asked.starts_with("CONNECT forge.example:443 "), "{asked}");
    assert!(!asked.contains("t0ken"), "{asked}");
    let said = run.stderr;
    let words = "https://forge.example/api/v3/repos/larkspur/shop cannot be reached: \
                 the proxy of this environment wants another login";
    assert!(said.contains(words), "{said}");
    assert!(
        !said.contains("s3cret") && !said.contains("t0ken"),
        "{said}"
    );
}
