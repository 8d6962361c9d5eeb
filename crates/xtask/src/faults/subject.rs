//! What is broken, and the stranger who looks at what is left: two command lines, of which nothing else is known.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use super::clock::Deadline;
use crate::failure::Failure;

/// How long a workload may run: one that hangs has not survived its fault.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is looked at.
const POLL: Duration = Duration::from_millis(1);
/// Where Linux keeps files in memory: no fault here is one of the disk itself, and nothing waits for it.
const MEMORY: &str = "/dev/shm";
/// What a Rust program that panics exits with.
const PANICKED: i32 = 101;

/// The command lines of a workload and of its check.
#[derive(Debug)]
pub(super) struct Subject {
    /// What is broken.
    pub(super) name: &'static str,
    /// Appends to the folder that is its last word, and prints one line for each acknowledgement, then.
    pub(super) workload: Vec<String>,
    /// Exits with 0 where the folder holds all that the lines of a file acknowledge; these are its last two words.
    pub(super) check: Vec<String>,
}

/// A folder in which one fault happens, and all that was acknowledged there.
#[derive(Debug)]
pub(super) struct Place<'s> {
    subject: &'s Subject,
    folder: TempDir,
}

impl<'s> Place<'s> {
    pub(super) fn new(subject: &'s Subject) -> Result<Place<'s>, Failure> {
        let memory = Path::new(MEMORY);
        let folder = match memory.is_dir() {
            true => tempfile::tempdir_in(memory),
            false => tempfile::tempdir(),
        };
        let folder = folder.map_err(Failure::while_doing("a temporary folder"))?;
        let place = Place { subject, folder };
        File::create(place.acknowledged()).map_err(Failure::while_doing("acknowledgements"))?;
        Ok(place)
    }

    /// Starts the workload behind these words, such as a tracer that runs it.
    pub(super) fn start(&self, before: &[String]) -> Result<Child, Failure> {
        let words = [before, &self.subject.workload].concat();
        let acknowledged = OpenOptions::new().append(true).open(self.acknowledged());
        let errors = File::create(self.path("errors"));
        Command::new(&words[0])
            .args(&words[1..])
            .arg(self.path("data"))
            .stdin(Stdio::null())
            .stdout(acknowledged.map_err(Failure::while_doing("acknowledgements"))?)
            .stderr(errors.map_err(Failure::while_doing("errors"))?)
            .spawn()
            .map_err(Failure::while_doing(&words[0]))
    }

    /// Runs the workload to its end, which must come, and be no panic.
    pub(super) fn run(&self, before: &[String], fault: &str) -> Result<ExitStatus, Failure> {
        let mut child = self.start(before)?;
        let deadline = Deadline::after(PATIENCE);
        loop {
            let ended = child.try_wait().map_err(Failure::while_doing(fault))?;
            match ended {
                Some(status) if status.code() == Some(PANICKED) => {
                    return Err(self.found(fault, "the workload panicked"));
                }
                Some(status) => return Ok(status),
                None if deadline.is_over() => {
                    // Whatever it says: the workload hangs, and that is what is told.
                    let _ = child.kill();
                    let _ = child.wait();
                    return Err(self.found(fault, "the workload hangs"));
                }
                None => thread::sleep(POLL),
            }
        }
    }

    /// Checks what the fault left, lets the workload go on without one, and checks again.
    pub(super) fn holds_and_goes_on(&self, fault: &str) -> Result<(), Failure> {
        self.drop_torn_line()?;
        self.check(fault)?;
        let fault = format!("{fault}, then none");
        if !self.run(&[], &fault)?.success() {
            return Err(self.found(&fault, "the workload fails without a fault"));
        }
        self.check(&fault)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn acknowledged(&self) -> PathBuf {
        self.path("acknowledged")
    }

    /// A line that its writer did not end acknowledges nothing.
    fn drop_torn_line(&self) -> Result<(), Failure> {
        let failed = || Failure::while_doing("acknowledgements");
        let text = fs::read_to_string(self.acknowledged()).map_err(failed())?;
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        fs::write(self.acknowledged(), &text[..whole]).map_err(failed())
    }

    fn check(&self, fault: &str) -> Result<(), Failure> {
        let check = &self.subject.check;
        let output = Command::new(&check[0])
            .args(&check[1..])
            .arg(self.path("data"))
            .arg(self.acknowledged())
            .output()
            .map_err(Failure::while_doing(&check[0]))?;
        match output.status.success() {
            true => Ok(()),
            false => Err(self.found(fault, &String::from_utf8_lossy(&output.stderr))),
        }
    }

    /// Returns what a fault did, after putting the folder where it can be looked at.
    fn found(&self, fault: &str, what: &str) -> Failure {
        let errors = fs::read_to_string(self.path("errors")).unwrap_or_default();
        let kept = self.folder.path().with_extension("kept");
        let kept = match fs::rename(self.folder.path(), &kept) {
            Ok(()) => kept.display().to_string(),
            Err(error) => format!("lost ({error})"),
        };
        Failure::new(format!(
            "{fault}: {what}\nthe workload said: {errors}\nthe folder is {kept}"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, Subject};
    use crate::failure::Failure;

    /// A workload in the shell, whose folder is `$0`, and a check that asks for a file of each acknowledged name.
    fn after_a_fault(workload: &str) -> Result<(), Failure> {
        let shell = |script: &str| ["sh", "-c", script].map(str::to_owned).to_vec();
        let subject = Subject {
            name: "a workload",
            workload: shell(workload),
            check: shell(
                r#"while read -r index hash; do test -e "$0/$index" || exit 1; done <"$1""#,
            ),
        };
        let place = Place::new(&subject)?;
        // The fault is that nothing below `/absent` can be written.
        let fault = ["env", "FAULT=/absent"].map(str::to_owned);
        place.run(&fault, "a fault")?;
        place.holds_and_goes_on("a fault")
    }

    #[test]
    fn who_acknowledges_what_is_there_passes() {
        let honest = r#"mkdir -p "$0" && touch "$0$FAULT/0" && echo "0 hash""#;
        assert!(after_a_fault(honest).is_ok());
    }

    #[test]
    fn who_acknowledges_too_early_is_found() {
        let early = r#"echo "0 hash"; mkdir -p "$0" && touch "$0$FAULT/0""#;
        let found = format!("{:?}", after_a_fault(early).unwrap_err());
        assert!(found.contains("a fault: "), "{found}");
    }

    #[test]
    fn who_panics_or_does_not_go_on_is_found() {
        let panics = r#"test -z "$FAULT" || exit 101"#;
        let found = format!("{:?}", after_a_fault(panics).unwrap_err());
        assert!(found.contains("panicked"), "{found}");
        let stuck = r#"mkdir -p "$0" && touch "$0/lock" && test -n "$FAULT""#;
        let found = format!("{:?}", after_a_fault(stuck).unwrap_err());
        assert!(found.contains("fails without a fault"), "{found}");
    }

    #[test]
    fn a_line_that_is_cut_off_acknowledges_nothing() {
        assert!(
            after_a_fault(r#"printf "0 ha"; mkdir -p "$0"; test -z "$FAULT" && touch "$0/0 ha""#)
                .is_ok()
        );
    }
}
