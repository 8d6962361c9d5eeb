//! What was locked cannot be deleted or shortened, neither by the machine that wrote it nor by the account's owner.

use jiff::{Timestamp, ToSpan};
use object_store::path::Path;
use object_store::{GetOptions, ObjectStore, ObjectStoreExt, PutMode, PutOptions};
use testkit::seaweed::{ADMIN, Identity, WRITER};

use crate::retention::RetainUntil;
use crate::signed::Answer;
use crate::store::{Bucket, block_on, put};

const MODE: &str = "x-amz-object-lock-mode";
const UNTIL: &str = "x-amz-object-lock-retain-until-date";

/// Whole seconds, as SeaweedFS keeps them.
#[expect(
    clippy::disallowed_methods,
    reason = "the store compares with its own clock"
)]
fn in_hours(hours: i64) -> String {
    let until = Timestamp::now() + hours.hours();
    until.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn retention(until: &str, mode: &str) -> String {
    format!("<Retention><Mode>{mode}</Mode><RetainUntilDate>{until}</RetainUntilDate></Retention>")
}

fn send(bucket: &Bucket, who: Identity, method: &str, key: &str, body: &str) -> Answer {
    let bypass = [("x-amz-bypass-governance-retention", "true")];
    block_on(bucket.signed(who).send(method, key, &bypass, body))
}

/// Checks that nobody can take the version away before its time, and that time can be added.
fn stays(bucket: &Bucket, key: &str, version: &str, bytes: &str) {
    let (deleted, kept) = (
        format!("{key}?versionId={version}"),
        format!("{key}?retention&versionId={version}"),
    );
    for who in [WRITER, ADMIN] {
        let answer = send(bucket, who, "DELETE", &deleted, "");
        assert_eq!(answer.status, 403, "{key} by {who:?}: {answer:?}");
        for (mode, hours) in [("COMPLIANCE", 1), ("GOVERNANCE", 2_000)] {
            let weaker = retention(&in_hours(hours), mode);
            let answer = send(bucket, who, "PUT", &kept, &weaker);
            assert_eq!(answer.status, 403, "{key} by {who:?}: {answer:?}");
        }
    }
    // To write the key again, or to delete it, leaves the version as it is.
    let (client, path) = (bucket.client(WRITER), Path::from(key));
    let found = block_on(async {
        put(&client, key, "other", PutMode::Overwrite)
            .await
            .unwrap();
        client.delete(&path).await.unwrap();
        let options = GetOptions {
            version: Some(version.to_owned()),
            ..GetOptions::default()
        };
        let found = client.get_opts(&path, options).await.unwrap();
        found.bytes().await.unwrap()
    });
    assert_eq!(found, bytes);
    let longer = retention(&in_hours(3_000), "COMPLIANCE");
    assert_eq!(send(bucket, ADMIN, "PUT", &kept, &longer).status, 200);
}

/// Returns mode and date of a version's lock.
fn lock_of(bucket: &Bucket, key: &str, version: &str) -> (Option<String>, Option<String>) {
    let answer = send(
        bucket,
        WRITER,
        "HEAD",
        &format!("{key}?versionId={version}"),
        "",
    );
    let text = |name: &str| Some(answer.headers.get(name)?.to_str().unwrap().to_owned());
    (text(MODE), text(UNTIL))
}

#[test]
fn a_put_locks_what_it_creates() {
    let Some(bucket) = Bucket::find("Object Lock of a single put") else {
        return;
    };
    let until = in_hours(1_000);
    let expected = (Some("COMPLIANCE".to_owned()), Some(until.clone()));

    let client = bucket.retaining_client(WRITER);
    let options = RetainUntil(until.clone()).creating();
    let created = block_on(put(&client, "tile/1", "one", options.clone())).unwrap();
    let version = created.version.unwrap();
    assert_eq!(lock_of(&bucket, "tile/1", &version), expected);
    let again = block_on(put(&client, "tile/1", "two", options));
    assert!(
        matches!(again, Err(object_store::Error::AlreadyExists { .. })),
        "{again:?}"
    );
    stays(&bucket, "tile/1", &version, "one");

    let headers = [
        (MODE, "COMPLIANCE"),
        (UNTIL, until.as_str()),
        ("if-none-match", "*"),
    ];
    let answer = block_on(bucket.signed(WRITER).send("PUT", "tile/2", &headers, "two"));
    assert_eq!(answer.status, 200, "{answer:?}");
    let version = answer.headers["x-amz-version-id"].to_str().unwrap();
    assert_eq!(lock_of(&bucket, "tile/2", version), expected);
    stays(&bucket, "tile/2", version, "two");
}

#[test]
fn a_bucket_locks_what_is_put_into_it() {
    let Some(bucket) = Bucket::find("Object Lock by default") else {
        return;
    };
    let free = block_on(put(
        &bucket.client(WRITER),
        "before",
        "free",
        PutOptions::default(),
    ));
    let free = free.unwrap().version.unwrap();
    let rule = "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>\
                <Mode>COMPLIANCE</Mode><Days>42</Days></DefaultRetention></Rule></ObjectLockConfiguration>";
    let refused = send(&bucket, WRITER, "PUT", "?object-lock", rule);
    assert_eq!(refused.status, 403, "{refused:?}");
    let answer = send(&bucket, ADMIN, "PUT", "?object-lock", rule);
    assert_eq!(answer.status, 200, "{answer:?}");

    let created = block_on(put(
        &bucket.client(WRITER),
        "tile/1",
        "one",
        PutMode::Create,
    ))
    .unwrap();
    let version = created.version.unwrap();
    let (mode, until) = lock_of(&bucket, "tile/1", &version);
    assert_eq!(mode.as_deref(), Some("COMPLIANCE"));
    assert!(until.is_some_and(|until| (in_hours(41 * 24)..in_hours(43 * 24)).contains(&until)));
    stays(&bucket, "tile/1", &version, "one");

    // What was there before has no lock: a version of it can go.
    assert_eq!(lock_of(&bucket, "before", &free), (None, None));
    let answer = send(
        &bucket,
        ADMIN,
        "DELETE",
        &format!("before?versionId={free}"),
        "",
    );
    assert_eq!(answer.status, 204, "{answer:?}");
}
