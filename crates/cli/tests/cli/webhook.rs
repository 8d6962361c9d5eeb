//! Deliveries of a webhook in files: each is recorded once, and only where its signature is right.

use crate::runner;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use testkit::Repo;

const PROGRAM: &str = "\
version: 1
organisation: {name: Larkspur Metrics}
repositories: [{name: shop, path: ., branch: main, forge: \"github:larkspur/shop\"}]
principals:
  - {id: ada, name: Ada Marsh, emails: [ada@larkspur.example], accounts: [\"github:adamarsh\"]}
assignments: {ada: all}
controls: {CR-1: in use, CR-2: in use}
";

// The signatures are what Python's hmac makes of each body with this secret.
const SECRET: &str = "correct horse";
const PUSH: &str = r#"{"ref":"refs/heads/main","before":"6dcb09b5b57875f334f61aebed695e2e4193db5e","after":"893f768e172fb1bc9c5d6f3dd48557e45f14e01d","forced":true,"pusher":{"name":"ada"},"repository":{"id":3,"full_name":"Larkspur/Shop","pushed_at":1767603600},"sender":{"id":8,"login":"adamarsh","type":"User"}}"#;
const PUSH_SIGNED: &str = "sha256=801f6ebb0574810b8f62d56aacc3f35d5e14e62bb7343ffdd9bda4286191e1b5";
const TURNED: &str = r#"{"action":"disabled","repository":{"id":3,"full_name":"larkspur/shop"},"sender":{"id":8,"login":"adamarsh","type":"User"}}"#;
const TURNED_SIGNED: &str =
    "sha256=e8916d4f66ce84c51fadbf607b1f2d14fe6d8b0405638e4bb98990f989bf2bb9";
const OTHER: &str = r#"{"action":"started","repository":{"id":4,"full_name":"larkspur/stall"}}"#;
const OTHER_SIGNED: &str =
    "sha256=141f54a496da156e27f5b61b86880414e793562b94aa6e0348dd2ec8956f43e1";
const NOT_JSON: &str = r#"{"action":"#;
const NOT_JSON_SIGNED: &str =
    "sha256=598cb1ee100749c39be2569cff6e49df238894c61b81d9d76d0e1fa23619a0da";

/// A repository, and the secret of its webhook.
struct Shop {
    repo: Repo,
    secret: &'static str,
}

impl Shop {
    fn new() -> Shop {
        let repo = Repo::new();
        repo.commit().file("a", "1").write();
        repo.write_file("countersign.yaml", PROGRAM);
        let secret = SECRET;
        Shop { repo, secret }
    }

    fn says(&self, arguments: &[&str], code: i32) -> String {
        let runner = runner()
            .in_dir(self.repo.path())
            .env("COUNTERSIGN_WEBHOOK_SECRET", self.secret);
        let run = runner.run(arguments).expect_code(code);
        let said = format!("{}{}", run.stdout, run.stderr);
        let words: Vec<&str> = said.split_whitespace().collect();
        words.join(" ")
    }

    /// Keeps a delivery as an HTTP request.
    fn keeps(&self, file: &str, (event, body, signature): (&str, &str, &str)) {
        let text = format!(
            "POST /hook HTTP/1.1\r\nX-GitHub-Delivery: 72d3162e\r\nX-GitHub-Event: {event}\r\n\
             X-Hub-Signature-256: {signature}\r\n\r\n{body}"
        );
        self.repo.write_file(file, &text);
    }

    #[track_caller]
    fn collects(&self, files: &[&str], code: i32, words: &str) {
        let said = self.says(&[&["collect", "webhook"][..], files].concat(), code);
        assert!(said.contains(words), "{said}");
    }

    fn leaves(&self) -> String {
        self.says(&["ledger", "status"], 0)
    }
}

#[test]
fn the_same_body_is_recorded_once() {
    let shop = Shop::new();
    shop.keeps("push.http", ("push", PUSH, PUSH_SIGNED));
    shop.collects(&["push.http"], 0, "recorded 1 delivery in leaf 0");
    shop.collects(
        &["push.http"],
        0,
        "nothing new: 1 delivery was recorded before",
    );
    // Nothing signs the number of the delivery.
    let again = format!(
        "X-GitHub-Event: push\nX-GitHub-Delivery: other\nX-Hub-Signature-256: {PUSH_SIGNED}\n\n{PUSH}\n"
    );
    shop.repo.write_file("again.http", &again);
    let turned = ("branch_protection_configuration", TURNED, TURNED_SIGNED);
    shop.keeps("turned.http", turned);
    shop.collects(
        &["again.http", "turned.http", "turned.http"],
        0,
        "recorded 1 delivery in leaf 1; 2 deliveries were recorded before",
    );
    let said = shop.says(&["ledger", "verify"], 0);
    assert!(said.contains("2 leaves"), "{said}");
}

#[test]
fn a_body_alone_comes_with_options() {
    let shop = Shop::new();
    shop.repo.write_file("body.json", PUSH);
    let options = ["body.json", "--event", "push", "--signature", PUSH_SIGNED];
    shop.collects(&options, 0, "recorded 1 delivery in leaf 0");
    let said = shop.says(&["collect", "webhook", "body.json"], 2);
    assert!(said.contains("it does not say what signs it"), "{said}");
    let many = [&options[..], &["body.json"]].concat();
    shop.collects(&many, 2, "there are several files");
    shop.keeps("push.http", ("push", PUSH, PUSH_SIGNED));
    shop.collects(&["push.http", "--event", "push"], 2, "headers of its own");
}

#[test]
fn one_that_does_not_count_keeps_all_from_being_recorded() {
    let shop = Shop::new();
    shop.keeps("good.http", ("push", PUSH, PUSH_SIGNED));
    let check = |delivery, code, words: &str| {
        shop.keeps("bad.http", delivery);
        shop.collects(&["good.http", "bad.http"], code, words);
        let told = "nothing of these files was recorded";
        shop.collects(&["good.http", "bad.http"], code, told);
    };
    check(
        ("push", PUSH, TURNED_SIGNED),
        1,
        "the signature is not of this body by this secret",
    );
    check(
        ("push", PUSH, "sha1=2"),
        2,
        "is not `sha256=` and 64 hexadecimal characters",
    );
    check(
        ("star", OTHER, OTHER_SIGNED),
        2,
        "it is about larkspur/stall, and not about larkspur/shop",
    );
    check(
        ("push", NOT_JSON, NOT_JSON_SIGNED),
        2,
        "is not what GitHub answers: EOF",
    );
    check(
        ("pushed", PUSH, PUSH_SIGNED),
        2,
        "GitHub sends no event `pushed`",
    );
    check(
        ("star", PUSH, PUSH_SIGNED),
        2,
        "it is the payload of `push`, and not of `star`",
    );
    check(("push", TURNED, TURNED_SIGNED), 2, "and not of `push`");
    let long = format!("{{\"a\": \"{}\"}}", " ".repeat(25 << 20));
    check(
        ("push", &long, PUSH_SIGNED),
        2,
        "it has more than 26214400 bytes",
    );
    let said = shop.says(&["collect", "webhook", "gone.http"], 4);
    assert!(said.contains("cannot read gone.http"), "{said}");
    shop.collects(&["good.http"], 0, "recorded 1 delivery in leaf 0");
    assert!(
        shop.leaves().contains("leaves 1: 1 forge"),
        "{}",
        shop.leaves()
    );
}

#[test]
fn the_secret_comes_from_a_file_or_from_the_environment() {
    let shop = Shop {
        secret: "",
        ..Shop::new()
    };
    shop.keeps("push.http", ("push", PUSH, PUSH_SIGNED));
    shop.collects(
        &["push.http"],
        2,
        "set COUNTERSIGN_WEBHOOK_SECRET, or name its file",
    );
    shop.repo.write_file("secret", "correct horse\n");
    let file = shop.repo.path().join("secret");
    let mode = |mode| fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
    let given = ["push.http", "--secret-file", "secret"];
    mode(0o644);
    shop.collects(&given, 2, "secret may be read by others: its mode is 644");
    mode(0o600);
    let both = Shop {
        secret: SECRET,
        repo: Repo::new(),
    };
    both.repo.write_file("countersign.yaml", PROGRAM);
    both.collects(&["push.http", "--secret-file", "secret"], 2, "both say it");
    shop.collects(&given, 0, "recorded 1 delivery in leaf 0");
    shop.repo.write_file("secret", "wrong\n");
    shop.collects(
        &given,
        1,
        "the secret is another, or the body is not byte for byte what was sent",
    );
    shop.repo.write_file("secret", "\n");
    shop.collects(&given, 2, "the secret of the webhook is empty or too long");
}
