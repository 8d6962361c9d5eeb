//! A terminal whose other side is a test.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::process::Stdio;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// How long a program may be silent before the test fails.
const PATIENCE_SECONDS: i64 = 60;
/// What the Enter key sends.
const ENTER: &[u8] = b"\r";

/// The side at which a person would sit.
#[derive(Debug)]
pub(crate) struct Terminal {
    master: File,
    /// The side of the program, held so that the line does not end before it has been started.
    slave: Option<File>,
    /// What the program wrote, with all that moves the cursor.
    seen: Vec<u8>,
}

impl Terminal {
    /// Returns a terminal of eighty columns.
    pub(crate) fn open() -> Terminal {
        let master =
            openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("the system has terminals");
        grantpt(&master).expect("the terminal can be used");
        unlockpt(&master).expect("the terminal can be opened");
        let name = ptsname(&master, Vec::new()).expect("the terminal has a name");
        let slave = rustix::fs::open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty())
            .expect("the terminal can be opened");
        let size = Winsize {
            ws_row: 24,
            ws_col: 80,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&slave, size).expect("the terminal has a size");
        Terminal {
            master: master.into(),
            slave: Some(slave.into()),
            seen: Vec::new(),
        }
    }

    /// Returns the program's side once more.
    pub(crate) fn stdio(&self) -> Stdio {
        let slave = self.slave.as_ref().expect("the program was not started");
        slave
            .try_clone()
            .expect("the terminal can be shared")
            .into()
    }

    /// Waits for each question and types its answer, then reads until the program lets go; returns all it wrote.
    pub(crate) fn converse(mut self, answers: &[(&str, &str)]) -> String {
        self.slave = None;
        let mut from = 0;
        for (question, answer) in answers {
            while !contains(&self.seen[from..], question.as_bytes()) {
                assert!(self.read(), "it ended before it asked {question:?}");
            }
            from = self.seen.len();
            let typed = [answer.as_bytes(), ENTER].concat();
            self.master.write_all(&typed).expect("it can be answered");
        }
        while self.read() {}
        String::from_utf8(self.seen).expect("a program that prints UTF-8")
    }

    /// Reads what was written meanwhile, or returns that the program let go of the terminal.
    fn read(&mut self) -> bool {
        let mut fds = [PollFd::new(&self.master, PollFlags::IN)];
        let patience = Timespec {
            tv_sec: PATIENCE_SECONDS,
            tv_nsec: 0,
        };
        let ready = poll(&mut fds, Some(&patience)).expect("the terminal can be waited for");
        let seen = String::from_utf8_lossy(&self.seen);
        assert!(ready > 0, "it waits, and this is what it wrote: {seen:?}");
        let mut bytes = [0; 4096];
        // Linux answers EIO once nobody holds the other side.
        let count = self.master.read(&mut bytes).unwrap_or(0);
        self.seen.extend_from_slice(&bytes[..count]);
        count > 0
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}
