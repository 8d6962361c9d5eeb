//! A witness that dies at each step of its disk.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use super::*;
use crate::disk::{Access, DiskFile};

/// Dies at a chosen step, before or after it is done; clones are the same disk.
#[derive(Debug, Clone)]
struct DyingDisk {
    steps_left: Arc<Mutex<Option<u32>>>,
    done_before_death: bool,
    seen: Arc<Mutex<Vec<String>>>,
}

impl DyingDisk {
    fn new(steps: u32, done_before_death: bool) -> DyingDisk {
        DyingDisk {
            steps_left: Arc::new(Mutex::new(Some(steps))),
            done_before_death,
            seen: Arc::default(),
        }
    }

    fn died(&self) -> bool {
        self.steps_left.lock().unwrap().is_none()
    }

    fn step(
        &self,
        name: &str,
        path: &Path,
        act: impl FnOnce() -> io::Result<()>,
    ) -> io::Result<()> {
        let dead = || io::Error::other("the process is dead");
        let mut steps_left = self.steps_left.lock().unwrap();
        let left = steps_left.ok_or_else(dead)?;
        *steps_left = left.checked_sub(1);
        if left > 0 || self.done_before_death {
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            self.seen.lock().unwrap().push(format!("{name} {file}"));
            act()?;
        }
        if left == 0 { Err(dead()) } else { Ok(()) }
    }
}

impl Disk for DyingDisk {
    fn write(&self, path: &Path, bytes: &[u8], access: Access) -> io::Result<()> {
        self.step("write", path, || LocalDisk.write(path, bytes, access))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step("rename", to, || LocalDisk.rename(from, to))
    }

    fn make_dir(&self, path: &Path) -> io::Result<()> {
        self.step("make", path, || LocalDisk.make_dir(path))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.step("remove", path, || LocalDisk.remove(path))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        LocalDisk.open(path)
    }

    fn sync_file(&self, path: &Path) -> io::Result<()> {
        self.step("sync", path, || Ok(()))
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.step("sync", path, || Ok(()))
    }

    fn sync_all(&self, folder: &Path) -> io::Result<()> {
        self.step("sync", folder, || Ok(()))
    }
}

fn on(folder: &Path, disk: &DyingDisk) -> Witness {
    let keys = Witness::open(folder).unwrap().keys;
    Witness::on(folder, keys, Box::new(disk.clone()))
}

#[test]
fn the_record_is_durable_before_anything_is_signed() {
    let (_folder, witness) = witness();
    let disk = DyingDisk::new(u32::MAX, true);
    let dying = on(witness.folder(), &disk);
    dying.add_checkpoint(&first(), || NOW).unwrap();
    let hash = origin_hash(ORIGIN);
    let expected = [
        "write staged".to_owned(),
        "sync staged".to_owned(),
        "rename latest".to_owned(),
        format!("sync {hash}"),
        "write staged".to_owned(),
        "sync staged".to_owned(),
        "rename checkpoint".to_owned(),
        format!("sync {hash}"),
    ];
    assert_eq!(*disk.seen.lock().unwrap(), expected);
}

#[test]
fn killed_at_any_step_it_never_goes_back_and_answers_when_asked_again() {
    for done in [false, true] {
        let steps = (0..).take_while(|step| dies(*step, done)).count();
        assert_eq!(steps, 8);
    }
}

/// Returns whether the witness died at this step of its second cosignature, after asking it again.
fn dies(step: u32, done: bool) -> bool {
    let (_folder, witness) = witness();
    witness.add_checkpoint(&first(), || NOW).unwrap();
    let disk = DyingDisk::new(step, done);
    let dying = on(witness.folder(), &disk);
    let answered = dying.add_checkpoint(&second(), || NOW + 1).is_ok();
    assert_ne!(answered, disk.died());

    let size = witness.logs().unwrap()[0].size.unwrap();
    assert!(
        size == 2 || !answered,
        "step {step}: an answer outlives its record"
    );
    // What was recorded may have been signed: no other tree of that size is, nor a smaller one.
    let fork = body(size, vec![], note(size, leaf_hash(b"fork")));
    assert_eq!(status(&witness, &fork, NOW + 2), 422, "step {step}");
    let request = match size {
        1 => second(),
        _ => body(2, vec![], note(2, root(2))),
    };
    assert_eq!(status(&witness, &request, NOW + 3), 200, "step {step}");
    let shown = witness.checkpoint(&origin_hash(ORIGIN)).unwrap().unwrap();
    assert!(shown.starts_with(b"log.example/ada\n2\n"), "step {step}");
    disk.died()
}

#[test]
fn of_many_that_ask_at_once_one_gets_a_cosignature() {
    let (_folder, witness) = witness();
    witness.add_checkpoint(&first(), || NOW).unwrap();
    let ask = |fork: u8| {
        let root = node_hash(&leaf_hash(b"a"), &leaf_hash(&[fork]));
        let request = body(1, vec![leaf_hash(&[fork])], note(2, root));
        // Each on the folder as another process would be.
        let folder: PathBuf = witness.folder().to_owned();
        move || status(&Witness::open(&folder).unwrap(), &request, NOW + 1)
    };
    let threads: Vec<_> = (0..8).map(|fork| std::thread::spawn(ask(fork))).collect();
    let mut answers: Vec<u16> = threads.into_iter().map(|it| it.join().unwrap()).collect();
    answers.sort_unstable();
    assert_eq!(answers, [200, 409, 409, 409, 409, 409, 409, 409]);
    assert_eq!(witness.logs().unwrap()[0].conflicts.len(), 7);
}
