//! Deliveries of GitHub's webhook, in the form of payloads that it really sent, with names of our own.

use crate::facts::id;
use crate::world::{Recorded, at};
use countersign::forge::record::{About, Kept, Question};
use ledger::leaf::LeafKind;
use model::digest::Digest;
use serde_json::{Value, json};

/// One delivery.
#[derive(Clone)]
pub(crate) struct Hook {
    event: &'static str,
    body: Value,
}

impl Hook {
    pub(crate) fn new(event: &'static str, mut body: Value) -> Hook {
        body["repository"]["id"] = json!(3);
        body["repository"]["full_name"] = json!("larkspur/shop");
        body["sender"] = json!({"id": 8, "login": "adamarsh", "type": "User"});
        Hook { event, body }
    }

    /// Something was done to a ruleset.
    pub(crate) fn ruleset(action: &str, ruleset: &Value) -> Hook {
        let body = json!({"action": action, "repository_ruleset": ruleset});
        Hook::new("repository_ruleset", body)
    }

    /// The classic protection of `main` was changed at this hour: whether it asks for a request, and keeps history.
    pub(crate) fn classic(hours: f64, is_on: bool) -> Hook {
        let (level, allowed) = if is_on {
            ("everyone", "off")
        } else {
            ("off", "everyone")
        };
        Hook::new(
            "branch_protection_rule",
            json!({"action": "edited", "rule": {
                "id": 2, "repository_id": 3, "name": "main", "created_at": at(-500.0), "updated_at": at(hours),
                "pull_request_reviews_enforcement_level": level, "required_approving_review_count": 0,
                "dismiss_stale_reviews_on_push": false, "require_code_owner_review": false,
                "required_status_checks": ["unit tests"], "required_status_checks_enforcement_level": level,
                "admin_enforced": true, "allow_force_pushes_enforcement_level": allowed,
                "allow_deletions_enforcement_level": allowed,
            }, "changes": {}}),
        )
    }

    /// A push to a ref left this commit, at this hour.
    pub(crate) fn push(reference: &str, commit: char, hours: f64, is_forced: bool) -> Hook {
        Hook::new(
            "push",
            json!({
                "ref": reference, "before": id('a').to_string(), "after": id(commit).to_string(),
                "created": false, "deleted": false, "forced": is_forced, "pusher": {"name": "adamarsh"},
                "repository": {"pushed_at": at(hours).as_second()},
            }),
        )
    }
}

impl Recorded for Hook {
    fn leaf(&self, hours: f64) -> (LeafKind, Vec<u8>) {
        let body = self.body.to_string().into_bytes();
        let about = About::Webhook {
            event: self.event.to_owned(),
            delivery: None,
            body_sha256: Digest::of(&body),
        };
        let base = "https://api.github.com";
        let mut kept = Kept::new("github", base, "larkspur/shop", "shop", about);
        kept.add_body(Question::Payload, at(hours), body);
        (LeafKind::Forge, kept.payload())
    }
}
