//! The classic protection of a branch.

use model::request::protection::{Actors, BranchProtection, ProtectionChecks, ProtectionReviews};
use model::request::rules::RequiredCheck;
use serde::Deserialize;

use super::{Fact, object};
use crate::forge::answer::Unreadable;

/// What GitHub writes for "any app" where it does not write null.
const ANY_APP: i64 = -1;

/// Returns the protection of a branch.
pub fn branch_protection(pages: &[&[u8]]) -> Result<BranchProtection, Unreadable> {
    object("the protection of a branch", pages)
}

#[derive(Deserialize)]
pub(super) struct ProtectionWire {
    enforce_admins: SwitchWire,
    required_status_checks: Option<ChecksWire>,
    required_pull_request_reviews: Option<ReviewsWire>,
    restrictions: Option<ActorsWire>,
    allow_force_pushes: Option<SwitchWire>,
    allow_deletions: Option<SwitchWire>,
    required_linear_history: Option<SwitchWire>,
    required_signatures: Option<SwitchWire>,
    lock_branch: Option<SwitchWire>,
}

#[derive(Deserialize)]
struct SwitchWire {
    enabled: bool,
}

#[derive(Deserialize)]
struct ChecksWire {
    strict: Option<bool>,
    contexts: Vec<String>,
    checks: Option<Vec<CheckWire>>,
}

#[derive(Deserialize)]
struct CheckWire {
    context: String,
    app_id: Option<i64>,
}

#[derive(Deserialize)]
struct ReviewsWire {
    required_approving_review_count: Option<u64>,
    dismiss_stale_reviews: bool,
    require_code_owner_reviews: bool,
    require_last_push_approval: Option<bool>,
    bypass_pull_request_allowances: Option<ActorsWire>,
}

#[derive(Deserialize)]
struct ActorsWire {
    users: Vec<UserWire>,
    teams: Vec<SlugWire>,
    apps: Option<Vec<SlugWire>>,
}

#[derive(Deserialize)]
struct UserWire {
    login: String,
}

#[derive(Deserialize)]
struct SlugWire {
    slug: String,
}

impl Fact for BranchProtection {
    type Wire = ProtectionWire;

    fn of(wire: ProtectionWire) -> Result<BranchProtection, String> {
        let enabled = |switch: Option<SwitchWire>| switch.map(|switch| switch.enabled);
        Ok(BranchProtection {
            holds_for_administrators: wire.enforce_admins.enabled,
            checks: wire.required_status_checks.map(checks).transpose()?,
            reviews: wire.required_pull_request_reviews.map(reviews),
            pushers: wire.restrictions.map(actors),
            allows_force_pushes: enabled(wire.allow_force_pushes),
            allows_deletions: enabled(wire.allow_deletions),
            needs_linear_history: enabled(wire.required_linear_history),
            needs_signatures: enabled(wire.required_signatures),
            is_locked: enabled(wire.lock_branch),
        })
    }
}

/// `contexts` are the names alone; `checks`, which older servers lack, also pins them to apps.
fn checks(wire: ChecksWire) -> Result<ProtectionChecks, String> {
    let app = |id: Option<i64>| match id {
        None | Some(ANY_APP) => Ok(None),
        Some(id) => u64::try_from(id)
            .map(Some)
            .map_err(|_| format!("{id} is no app")),
    };
    let checks = match wire.checks {
        Some(checks) => checks
            .into_iter()
            .map(|CheckWire { context, app_id }| {
                Ok(RequiredCheck {
                    context,
                    app: app(app_id)?,
                })
            })
            .collect::<Result<_, String>>()?,
        None => {
            let check = |context| RequiredCheck { context, app: None };
            wire.contexts.into_iter().map(check).collect()
        }
    };
    Ok(ProtectionChecks {
        checks,
        is_strict: wire.strict,
    })
}

fn reviews(wire: ReviewsWire) -> ProtectionReviews {
    ProtectionReviews {
        approvals: wire.required_approving_review_count,
        dismisses_stale: wire.dismiss_stale_reviews,
        needs_code_owner: wire.require_code_owner_reviews,
        needs_other_than_last_pusher: wire.require_last_push_approval,
        bypass: wire.bypass_pull_request_allowances.map(actors),
    }
}

fn actors(wire: ActorsWire) -> Actors {
    let slugs = |slugs: Vec<SlugWire>| slugs.into_iter().map(|it| it.slug).collect();
    Actors {
        users: wire.users.into_iter().map(|it| it.login).collect(),
        teams: slugs(wire.teams),
        apps: wire.apps.map(slugs).unwrap_or_default(),
    }
}
