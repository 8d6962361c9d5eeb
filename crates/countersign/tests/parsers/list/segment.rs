//! What a killed append, a power cut or a full disk left in a ledger's folder.

use jiff::Timestamp;
use ledger::Ledger;
use ledger::append::NewLeaf;
use ledger::leaf::LeafKind;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const ORIGIN: &str = "countersign.local/0123456789abcdef";
const SEGMENT: &str = "records/00000000000000000000";
const HINT: &str = "settled";
const LEAVES: u64 = 2;

/// A ledger, and its segment as it was written.
struct Written {
    folder: TempDir,
    segment: Vec<u8>,
}

thread_local! {
    static WRITTEN: Written = written();
}

fn open(folder: &Path) -> Result<Ledger, ledger::open::OpenError> {
    Ledger::open_or_create(folder, ORIGIN, [7; 32])
}

fn written() -> Written {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut ledger = open(folder.path()).expect("a new ledger");
    for payload in [b"first".to_vec(), b"second".repeat(300)] {
        let leaf = NewLeaf::new(LeafKind::Observation, payload);
        let appended = ledger.append(vec![leaf], Timestamp::UNIX_EPOCH, &mut || [3; 32]);
        appended.expect("a leaf");
    }
    let segment = fs::read(folder.path().join(SEGMENT)).expect("a segment");
    Written { folder, segment }
}

/// The segment of a log whose checkpoint was signed: it leads to that checkpoint or is refused and left alone.
/// And the hint how far the tree is durable, which never matters.
pub fn segment(bytes: &[u8]) {
    WRITTEN.with(|written| {
        let file = |name: &str| written.folder.path().join(name);
        fs::write(file(SEGMENT), bytes).expect("the segment can be written");
        match open(written.folder.path()) {
            Ok(ledger) => assert_eq!(size(&ledger), LEAVES),
            Err(_) => assert_eq!(fs::read(file(SEGMENT)).expect("a segment"), bytes),
        }
        fs::write(file(SEGMENT), &written.segment).expect("the segment can be written");
        fs::write(file(HINT), bytes).expect("the hint can be written");
        assert_eq!(
            size(&open(written.folder.path()).expect("a ledger")),
            LEAVES
        );
        fs::remove_file(file(HINT)).expect("the hint can be removed");
    });
}

fn size(ledger: &Ledger) -> u64 {
    let signed = ledger.reader().checkpoint().expect("a checkpoint");
    signed.checkpoint.size()
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    let hint = format!(
        r#"{{"v":1,"segment":0,"offset":62,"size":0,"chain":"{}","checkpoint":""}}"#,
        "0".repeat(64)
    );
    vec![written().segment, hint.into_bytes()]
}
