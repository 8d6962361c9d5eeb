//! What every store keeps to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::read::CHECKPOINT;
use crate::store::contract::{self, FIRST, Place, contract};
use crate::store::object::BucketStore;
use crate::store::object::bucket::Kept;
use crate::store::object::fake::FakeBucket;

fn place() -> Place {
    let bucket = FakeBucket::default();
    let first = BucketStore::new(bucket.bucket(), contract::origin(), [0; 16]).unwrap();
    first
        .run(first.create(CHECKPOINT, FIRST, Kept::Locked))
        .unwrap();
    let machines = AtomicU8::new(1);
    Place {
        machine: Box::new(move || {
            let writer = machines.fetch_add(1, Ordering::Relaxed);
            Arc::new(BucketStore::new(bucket.bucket(), contract::origin(), [writer; 16]).unwrap())
        }),
    }
}

contract!(bucket, super::place());
