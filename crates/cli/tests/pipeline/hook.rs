//! A bare repository whose pre-receive hook asks the gate: what did not pass it is refused, also where it cannot be asked.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use countersign::gate::GateRecord;
use countersign::log::Log;
use ledger::append::NewLeaf;
use ledger::leaf::LeafKind;
use ledger::place::home::Home;
use model::outcome::Outcome;
use testkit::Counterparts;

use crate::shop::{DRAFT, GOOD, Shop, done};
use crate::text;

impl Shop {
    /// Puts the hook in, with its ledger at a place.
    fn guards(&self, ledger: &str) {
        let hook = self.bare().join("hooks/pre-receive");
        fs::create_dir_all(hook.parent().unwrap()).unwrap();
        // The server of git over HTTP has the path of the tests.
        let binary = env!("CARGO_BIN_EXE_countersign");
        self.hook(&format!("exec '{binary}' gate push --ledger {ledger}"));
    }

    fn hook(&self, commands: &str) {
        let hook = self.bare().join("hooks/pre-receive");
        fs::write(&hook, format!("#!/bin/sh\n{commands}\n")).unwrap();
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Pushes to the server, and returns what the hook said where the push was refused.
    fn pushes(&self, what: &str) -> Result<(), String> {
        let bare = self.bare();
        match self.git(&["push", "--quiet", "--force", text(&bare), what]) {
            (_, Some(0)) => Ok(()),
            (said, _) => Err(said),
        }
    }

    fn refuses(&self, what: &str, why: &str) {
        let before = done(self.home(), &self.bare(), &["for-each-ref"]);
        let said = self.pushes(what).unwrap_err();
        assert!(said.contains(why), "{what}: {said}");
        assert_eq!(before, done(self.home(), &self.bare(), &["for-each-ref"]));
    }
}

#[test]
fn a_server_takes_what_passed_the_gate_and_nothing_else() {
    let Some(counterparts) = Counterparts::find("the gate in the hook of a git server") else {
        return;
    };
    let shop = Shop::new(&counterparts);
    let ledger = format!("git+file://{}", text(&shop.bare()));
    shop.guards(&ledger);
    for (number, code) in [(GOOD, 0), (DRAFT, 1)] {
        let number = number.to_string();
        shop.countersign(&["gate", "merge", "--request", &number], code);
    }
    let merge = ["merge", "--quiet", "--no-ff", "--message=Land it"];
    for (branch, from) in [("landed", "good"), ("drafted", "draft")] {
        shop.done(&["checkout", "--quiet", "-b", branch, "main"]);
        shop.done(&[&merge[..], &[from]].concat());
    }
    shop.done(&["checkout", "--quiet", "-b", "more", "landed"]);
    fs::write(shop.laptop().join("good"), "more").unwrap();
    shop.done(&["commit", "--quiet", "--all", "--amend", "--no-edit"]);
    shop.done(&["checkout", "--quiet", "-b", "direct", "main"]);
    fs::write(shop.laptop().join("direct"), "").unwrap();
    shop.done(&["add", "."]);
    shop.done(&["commit", "--quiet", "--message=Past it"]);

    shop.refuses("direct:main", "holds no answer of the gate");
    shop.refuses("more:main", "holds no answer of the gate");
    shop.refuses(
        "drafted:main",
        "the gate's last answer to request 2 is fail",
    );
    shop.refuses(":main", "neither deleted nor made by a push");
    // A name that leads to the branch moves it too.
    let alias = ["symbolic-ref", "refs/heads/alias", "refs/heads/main"];
    done(shop.home(), &shop.bare(), &alias);
    shop.refuses("direct:alias", "holds no answer of the gate");
    shop.pushes("direct:refs/heads/topic").unwrap();
    shop.pushes(":refs/heads/topic").unwrap();

    shop.guards("git+file:///absent/log.git");
    shop.refuses("landed:main", "the gate stays shut");
    shop.pushes("direct:refs/heads/topic").unwrap();
    let binary = env!("CARGO_BIN_EXE_countersign");
    let eaten = format!("cat >/dev/null\nexec '{binary}' gate push --ledger {ledger}");
    shop.hook(&eaten);
    shop.refuses("landed:main", "something read standard input before");
    fs::remove_file(shop.bare().join("hooks/pre-receive")).unwrap();
    shop.guards(&ledger);
    shop.pushes("landed:main").unwrap();
    shop.refuses("landed~1:main", "takes commits away");
    shop.refuses("drafted:main", "takes commits away");
}

#[test]
fn a_pass_that_somebody_typed_lets_nothing_in() {
    let Some(counterparts) = Counterparts::find("a typed pass in the hook of a git server") else {
        return;
    };
    let shop = Shop::new(&counterparts);
    let folder = shop.home().join("log");
    let ledger = text(&folder);
    shop.guards(ledger);
    let request = DRAFT.to_string();
    let asked = ["gate", "merge", "--ledger", ledger, "--request", &request];
    shop.countersign(&asked, 1);
    shop.done(&["checkout", "--quiet", "-b", "drafted", "main"]);
    let merge = ["merge", "--quiet", "--no-ff", "--message=Land it", "draft"];
    shop.done(&merge);
    shop.refuses(
        "drafted:main",
        "the gate's last answer to request 2 is fail",
    );

    let mut drawn = 0_u8;
    let mut entropy = || {
        drawn += 1;
        [drawn; 32]
    };
    let mut log = Log::open_or_create(&Home::in_folder(folder), &mut entropy).unwrap();
    let entries = log.entries().unwrap();
    let last = entries.iter().rfind(|it| it.leaf.kind == LeafKind::Gate);
    let last = last.unwrap();
    let payload = log.reader().payload(last).unwrap().unwrap();
    let mut record = GateRecord::parse(&payload).unwrap();
    record.outcome = Outcome::Pass;
    for decision in record.rules.values_mut() {
        decision.outcome = Outcome::Pass;
    }
    let typed = NewLeaf::new(LeafKind::Gate, serde_json::to_vec(&record).unwrap());
    log.append(vec![typed], last.leaf.at, &mut entropy).unwrap();
    shop.refuses(
        "drafted:main",
        "does not follow from the records before it: CR-4: request 2 is a draft",
    );
}
