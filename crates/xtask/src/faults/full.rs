//! The disk is full at each step of 4 KiB: a real file system of that size, in a mount namespace of its own.
//!
//! It is a tmpfs, which gives room a page at a time and knows at each write whether there is any. A disk that promises
//! room and takes it back at the sync (delayed allocation, quotas of a network) is not shown by this, nor a folder that
//! cannot grow; of those the injected `ENOSPC` shows what it can.

use std::process::{Command, Stdio};

use super::clock::Deadline;
use super::subject::{Place, Subject};
use crate::failure::Failure;

/// What a tmpfs gives at a time, in KiB.
const STEP_KIB: u32 = 4;
/// Where everybody has room enough; a workload that fits in no smaller one is not made for this.
const LIMIT_KIB: u32 = 64 << 10;
/// Mounts a file system of $1 KiB on $2, then runs the rest in it, and once more with room enough, and the check.
///
/// Nobody outside sees the file system, and it is gone with this shell.
const SCRIPT: &str = r#"
size=$1 data=$2 acknowledged=$3 workload=$4 check=$5
mount -t tmpfs -o "size=${size}k,mode=700" tmpfs "$data" || exit 90
$workload "$data" >>"$acknowledged"; first=$?
test $first -eq 101 && exit 91
$check "$data" "$acknowledged" || exit 92
mount -o "remount,size=128m" "$data" || exit 90
$workload "$data" >>"$acknowledged" || exit 93
$check "$data" "$acknowledged" || exit 94
test $first -eq 0 && exit 10
exit 0
"#;
/// What the script exits with where the first run had room enough.
const FITTED: i32 = 10;

/// Fills smaller disks first, until the workload fits or the time is over.
pub(super) fn run(subject: &Subject, deadline: &Deadline) -> Result<(), Failure> {
    if !can_mount() {
        println!(
            "no full disk: this user may not mount a file system in a namespace; ENOSPC was only injected"
        );
        return Ok(());
    }
    let sizes = (STEP_KIB..LIMIT_KIB).step_by(STEP_KIB as usize);
    for (disks, size) in sizes.enumerate() {
        if deadline.is_over() {
            println!("{disks} full disks, up to {size} KiB; then the time was over");
            return Ok(());
        }
        if fill(subject, size)? {
            println!(
                "{disks} full disks, up to {size} KiB, where all fits: what was acknowledged is there"
            );
            return Ok(());
        }
    }
    Err(Failure::new(format!(
        "the workload does not fit in {LIMIT_KIB} KiB"
    )))
}

/// Returns whether the workload had room enough.
fn fill(subject: &Subject, size: u32) -> Result<bool, Failure> {
    let place = Place::new(subject)?;
    let (data, acknowledged) = (place.path("data"), place.path("acknowledged"));
    std::fs::create_dir(&data).map_err(Failure::while_doing("a folder to mount on"))?;
    let output = namespace()
        .args(["sh", "-c", SCRIPT, "sh", &size.to_string()])
        .args([data, acknowledged])
        .args([subject.workload.join(" "), subject.check.join(" ")])
        .output()
        .map_err(Failure::while_doing("unshare"))?;
    match output.status.code() {
        Some(0) => Ok(false),
        Some(FITTED) => Ok(true),
        code => Err(Failure::new(format!(
            "a disk of {size} KiB: {} (step {code:?})\n{}",
            meaning(code),
            String::from_utf8_lossy(&output.stderr)
        ))),
    }
}

fn meaning(code: Option<i32>) -> &'static str {
    match code {
        Some(90) => "it cannot be mounted",
        Some(91) => "the workload panicked",
        Some(92) => "what it left does not hold",
        Some(93) => "the workload fails once there is room",
        Some(94) => "what it left does not hold once there is room",
        _ => "the shell ended otherwise",
    }
}

fn can_mount() -> bool {
    let mount = namespace()
        .args(["mount", "-t", "tmpfs", "tmpfs", "/mnt"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    mount.is_ok_and(|status| status.success())
}

/// A user who is not root becomes it within, where the system allows that.
fn namespace() -> Command {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "--"]);
    command
}
