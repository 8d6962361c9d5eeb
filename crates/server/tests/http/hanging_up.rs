//! Clients that ask and hang up while the witness waits: what they asked for takes their place until it is done.

use std::fs::{self, File};
use std::net::TcpStream;
use std::process::Command;
use std::sync::{Condvar, Mutex};

use ledger::witness::Witness;
use tlog::witness::checkpoint_path;

use crate::{NOW, ORIGIN, Server, first, request};

/// More requests than there are slots.
const ASKED: usize = 200;

/// How often it is asked whether a client that hung up made room.
const PROBES: usize = 200;

/// More than enough for a slot to be free again.
const MANY: usize = 10_000;

static IS_OPEN: Mutex<bool> = Mutex::new(false);
static OPENED: Condvar = Condvar::new();

/// A clock that stands still until it is let go.
fn held_clock() -> u64 {
    let is_held = |is_open: &mut bool| !*is_open;
    drop(OPENED.wait_while(IS_OPEN.lock().unwrap(), is_held).unwrap());
    NOW
}

/// Asks for what the witness cannot finish until no slot is left, hangs up, and checks that none is until `finish`.
fn hang_up(ask: impl Fn() -> TcpStream, probe: impl Fn() -> u16, finish: impl FnOnce()) {
    let mut asked = Vec::new();
    let is_full = (0..ASKED).any(|_| {
        asked.push(ask());
        probe() == 503
    });
    drop(asked);
    let stays_full = (0..PROBES).all(|_| probe() == 503);
    // Before anything panics: the server ends when its work does.
    finish();
    let is_free_again = (0..MANY).any(|_| probe() != 503);
    assert_eq!((is_full, stays_full, is_free_again), (true, true, true));
}

#[test]
fn a_client_that_hangs_up_makes_no_room_for_another_checkpoint() {
    let server = Server::with_clock(held_clock);
    let body = request(0, first());
    hang_up(
        || server.send("POST /add-checkpoint", &body),
        || server.add(b"none").status,
        || {
            *IS_OPEN.lock().unwrap() = true;
            OPENED.notify_all();
        },
    );
}

#[test]
fn a_client_that_hangs_up_makes_no_room_for_another_reader() {
    let server = Server::start();
    assert_eq!(server.add(&request(0, first())).status, 200);
    let folder = Witness::open(server.folder.path()).unwrap();
    let logs = folder.folder().join("logs");
    let pipe = logs.join(checkpoint_path(ORIGIN));
    fs::remove_file(&pipe).unwrap();
    // Whoever opens it waits until somebody writes.
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let path = format!("GET /{}", checkpoint_path(ORIGIN));
    hang_up(
        || server.send(&path, b""),
        || server.exchange("GET /none/checkpoint", b"").status,
        || {
            let writer = File::options().write(true).open(&pipe).unwrap();
            fs::remove_file(&pipe).unwrap();
            drop(writer);
        },
    );
}
