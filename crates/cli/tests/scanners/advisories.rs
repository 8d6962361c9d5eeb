//! Scanners of dependencies, which ask a server for advisories: one of ours, for none of the real ones answers everywhere.

use std::net::TcpListener;

use serde_json::{Value, json};
use testkit::Counterparts;
use testkit::http::{Answered, HttpServer};

use crate::shop::Shop;
use crate::{FAIL, PASS, UNKNOWN};

const KIND: &str = "dependency_scan";

const REQUIREMENTS: &str = "larkspur-prices==1.0.0\n";
/// A dependency whose version nobody can tell, which pip-audit skips.
const UNPINNED: &str = "larkspur-prices @ file:///srv/larkspur-prices.tar.gz\n";

fn shop(counterparts: &Counterparts, requirements: &str) -> Shop {
    let package =
        json!({"name": "shop", "version": "1.0.0", "dependencies": {"larkspur-prices": "1.0.0"}});
    let lock = json!({
        "name": "shop", "version": "1.0.0", "lockfileVersion": 3, "requires": true,
        "packages": {"": package, "node_modules/larkspur-prices": {"version": "1.0.0"}},
    });
    let files = [
        ("requirements.txt", requirements.to_owned()),
        ("package.json", package.to_string()),
        ("package-lock.json", lock.to_string()),
    ];
    Shop::of(counterparts, &files)
}

/// Returns a server that answers every question for advisories with this, and says which versions there are.
fn server(status: u16, body: &Value) -> HttpServer {
    let body = body.to_string();
    let version = json!({"name": "larkspur-prices", "version": "1.0.0", "dist": {}});
    let versions = json!({"name": "larkspur-prices", "versions": {"1.0.0": version}}).to_string();
    HttpServer::start(move |asked| {
        let (status, body) = match asked.method.as_str() {
            "GET" => (200, &versions),
            _ => (status, &body),
        };
        Answered {
            headers: vec![("Content-Type".into(), "application/json".into())],
            body: body.clone().into_bytes(),
            ..Answered::status(status)
        }
    })
}

/// Returns an address at which nobody answers.
fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

fn at(server: &HttpServer) -> String {
    format!("http://{}", server.address())
}

fn pip_audit(shop: &Shop, address: &str) -> Vec<u8> {
    let mut audit = shop.program("pip-audit");
    audit.args([
        "--requirement",
        "requirements.txt",
        "--no-deps",
        "--disable-pip",
    ]);
    audit.args(["--format", "json", "--progress-spinner", "off"]);
    audit.args(["--vulnerability-service", "osv", "--osv-url", address]);
    audit.output().unwrap().stdout
}

#[test]
fn pip_audit_that_reaches_no_source_is_unknown() {
    let Some(counterparts) = Counterparts::find("pip-audit") else {
        return;
    };
    let shop = shop(&counterparts, REQUIREMENTS);
    let check = |address: &str, code, words| {
        shop.check(KIND, &pip_audit(&shop, address), code, words);
    };
    let affected = json!([{"package": {"name": "larkspur-prices", "ecosystem": "PyPI"}}]);
    let known =
        json!({"vulns": [{"id": "PYSEC-2026-1", "summary": "a fault", "affected": affected}]});
    check(
        &at(&server(200, &known)),
        FAIL,
        "1 found that are high or graver",
    );
    check(&at(&server(200, &json!({}))), PASS, "nothing was found");
    check(&at(&server(503, &json!({}))), UNKNOWN, "the file is empty");
    check(&nowhere(), UNKNOWN, "the file is empty");
}

/// It prints "No known vulnerabilities found" and ends well.
#[test]
fn pip_audit_that_skipped_a_dependency_is_unknown() {
    let Some(counterparts) = Counterparts::find("pip-audit over what it skips") else {
        return;
    };
    let shop = shop(&counterparts, UNPINNED);
    let report = pip_audit(&shop, &nowhere());
    shop.check(KIND, &report, UNKNOWN, "`larkspur-prices` was skipped");
}

fn npm_audit(shop: &Shop, address: &str) -> Vec<u8> {
    let mut audit = shop.on_node("npm/bin/npm-cli.js");
    audit.args([
        "audit",
        "--json",
        "--fetch-retries=0",
        "--registry",
        address,
    ]);
    audit.output().unwrap().stdout
}

#[test]
fn npm_audit_that_is_refused_is_unknown() {
    let Some(counterparts) = Counterparts::find("npm audit") else {
        return;
    };
    let shop = shop(&counterparts, REQUIREMENTS);
    let check = |address: &str, code, words| {
        shop.check(KIND, &npm_audit(&shop, address), code, words);
    };
    let advisory = json!({
        "id": 1, "url": "https://advisories.example/1", "title": "a fault", "severity": "high",
        "vulnerable_versions": "<2.0.0", "cwe": [], "cvss": {"score": 0, "vectorString": null},
    });
    let known = json!({"larkspur-prices": [advisory]});
    check(
        &at(&server(200, &known)),
        FAIL,
        "1 found that are high or graver",
    );
    check(&at(&server(200, &json!({}))), PASS, "nothing was found");
    check(&at(&server(405, &json!({}))), UNKNOWN, "405");
    check(&nowhere(), UNKNOWN, "ECONNREFUSED");
}
