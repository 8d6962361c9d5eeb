//! The key of a log in a bucket, replaced by a machine that dies at any request.

use jiff::Timestamp;
use tempfile::TempDir;

use crate::audit::Payloads;
use crate::open::OpenError;
use crate::signer::{KeySources, NewKey};
use crate::store::object::bucket::Bucket;
use crate::store::object::fake::{FakeBucket, Fault};
use crate::store::object::open;
use crate::store::object::tests::{append, entropy_of, open_on, with_key_of};
use crate::succession::Occasion;

fn rotate(folder: &TempDir, bucket: Bucket) -> bool {
    let sources = KeySources::default();
    let occasion = Occasion {
        reason: Some("a test"),
        at: Timestamp::UNIX_EPOCH,
        entropy: &mut entropy_of("rotation"),
    };
    open::open_with(folder.path(), &sources, bucket, [1; 16]).is_ok_and(|mut ledger| {
        ledger
            .rotate(&NewKey::Seed([77; 32]), &sources, occasion)
            .is_ok()
    })
}

#[test]
fn a_machine_that_dies_at_any_request_of_a_rotation_loses_no_key() {
    for fault in [Fault::Before, Fault::Lost] {
        let mut request = 0;
        loop {
            let (folder, bucket) = (TempDir::new().unwrap(), FakeBucket::default());
            append(
                &mut open_on(&folder, bucket.bucket(), 0).unwrap(),
                &["first"],
            );
            let old = with_key_of(&folder);
            let mut died = false;
            let dead = move |number, _: &str| match number >= request {
                // All that come behind the first one that fails are not carried out.
                true if std::mem::replace(&mut died, true) => Fault::Before,
                true => fault,
                false => Fault::None,
            };
            let done = rotate(&folder, bucket.bucket_with(1, Box::new(dead)));
            let mut next = open_on(&folder, bucket.bucket(), 2).unwrap();
            append(&mut next, &["second"]);
            let ledger = open_on(&folder, bucket.bucket(), 3).unwrap();
            let case = format!("{fault:?} of request {request}");
            assert!(!folder.path().join("log.key.next").exists(), "{case}");
            let audited = ledger.audit(&Payloads::AllPresent).expect(&case);
            let changed = audited.keys.changes().len();
            assert!(changed == 1 || changed == 0 && !done, "{case}");
            match (open_on(&old, bucket.bucket(), 4), changed) {
                (Ok(_), 0) | (Err(OpenError::KeyReplaced { .. }), 1) => {}
                (opened, _) => panic!("{case}: {opened:?}"),
            }
            let stranger = TempDir::new().unwrap();
            let reader = open::find(stranger.path(), bucket.bucket(), [5; 16]);
            let reader = reader.unwrap().unwrap();
            assert_eq!(reader.log(), audited.keys.current(), "{case}");
            if done {
                break;
            }
            request += 1;
        }
        assert!(request > 10, "{request} requests were cut");
    }
}
