//! `cargo xtask ci`: everything that must hold before a change lands.

use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::faults;
use crate::step::Step;
use crate::test;

/// Of which the least number of kills of each subject is made up, whatever they take.
const FAULT_SECONDS: &str = "180";

/// The version that is installed where there is none, and that `deny.toml` is written for.
const CARGO_DENY: &str = "0.20.2";

/// Checks the text first, the behaviour last; the first failure ends it.
pub(crate) fn run() -> Result<(), Failure> {
    Step::new("formatting", "cargo", &["fmt", "--all", "--check"]).run()?;
    clippy()?;
    fuzz_targets()?;
    dependencies()?;
    documentation()?;
    test::run()?;
    faults::run(FAULT_SECONDS)
}

fn clippy() -> Result<(), Failure> {
    let what = ["clippy", "--workspace", "--all-targets", "--locked"];
    let how = ["--", "--deny=warnings"];
    Step::new("clippy", "cargo", &[&what[..], &how].concat()).run()?;
    let what = ["clippy", "--package=ledger", "--all-targets", "--locked"];
    let with = ["--features=object-store"];
    let bucket = [&what[..], &with, &how].concat();
    Step::new("clippy of the ledger in a bucket", "cargo", &bucket).run()
}

/// Checks that they still compile. Nothing is linked, so a name stands for libFuzzer, which would be built from C++.
fn fuzz_targets() -> Result<(), Failure> {
    let arguments = ["check", "--manifest-path=fuzz/Cargo.toml", "--locked"];
    Step::new("fuzz targets", "cargo", &arguments)
        .env("CUSTOM_LIBFUZZER_PATH", "/absent/libabsent.a")
        .run()
}

fn dependencies() -> Result<(), Failure> {
    if !has_cargo_deny() {
        // Unoptimised it builds sooner, and still reads this tree in seconds.
        let version = format!("--version={CARGO_DENY}");
        let arguments = ["install", "--locked", "--debug", "cargo-deny", &version];
        Step::new("install cargo-deny", "cargo", &arguments).run()?;
    }
    let checks = ["check", "licenses", "bans", "sources"];
    for manifest in [
        "--manifest-path=Cargo.toml",
        "--manifest-path=fuzz/Cargo.toml",
    ] {
        let how = ["deny", manifest, "--config=deny.toml", "--locked"];
        let arguments = [&how, &checks[..]].concat();
        Step::new("licences, bans and sources", "cargo", &arguments).run()?;
    }
    Ok(())
}

fn has_cargo_deny() -> bool {
    let version = Command::new("cargo")
        .args(["deny", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    version.is_ok_and(|status| status.success())
}

fn documentation() -> Result<(), Failure> {
    let arguments = ["doc", "--no-deps", "--workspace", "--locked"];
    Step::new("documentation", "cargo", &arguments)
        .env("RUSTDOCFLAGS", "--deny=warnings")
        .run()
}
