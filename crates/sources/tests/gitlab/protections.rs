//! Settings, protections, members and the audit log, read by hand and by the program.

use std::collections::BTreeSet;

use model::request::Readable;
use model::request::level::{AccessLevel, Grantee};
use model::request::words::{AccountKind, ApprovalRuleKind, MergeMethod, Visibility};
use serde_json::{Value, json};
use sources::gitlab::read;

use super::answers;

fn bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

fn listed(value: &Value) -> Vec<u8> {
    format!("[{value}]").into_bytes()
}

#[test]
fn settings_of_a_project() {
    let page = bytes(&answers::project());
    let settings = read::settings(&[&page]).unwrap();
    assert_eq!(settings.full_name, "larkspur/web/shop");
    assert_eq!(
        (settings.owner.login.as_str(), settings.owner.kind),
        ("larkspur/web", AccountKind::Organization)
    );
    assert_eq!(
        (settings.is_private, settings.visibility),
        (true, Some(Visibility::Private))
    );
    let methods = BTreeSet::from([MergeMethod::Rebase, MergeMethod::Squash]);
    assert_eq!(settings.merge_methods, Readable::Known(methods));
    let merges = read::merge_settings(&[&page]).unwrap();
    assert_eq!(
        (merges.needs_pipeline, merges.counts_skipped_pipeline),
        (Some(true), Some(false))
    );
    // Null is what nobody ever set; what is absent is not said.
    let mut silent = answers::project();
    let fields = silent.as_object_mut().unwrap();
    fields.remove("allow_merge_on_skipped_pipeline");
    let silent = read::merge_settings(&[&bytes(&silent)]).unwrap();
    assert_eq!(silent.counts_skipped_pipeline, None);
    assert_eq!(
        (merges.needs_resolved_discussions, merges.runs_on_merge),
        (Some(false), None)
    );
}

#[test]
fn who_is_let_through_is_a_level_or_somebody() {
    let check = |field: &str, id: Value, expected: Grantee| {
        let mut branch = answers::protected_branch();
        branch["push_access_levels"][0][field] = id;
        let read = read::protected_branches(&[&listed(&branch)]).unwrap();
        assert_eq!(read[0].pushers, [expected]);
        let levels = read::push_levels(&[&bytes(&branch)]).unwrap();
        assert_eq!(levels[0].grantee, expected);
    };
    check(
        "access_level",
        json!(0),
        Grantee::Level(AccessLevel::Nobody),
    );
    check(
        "access_level",
        json!(60),
        Grantee::Level(AccessLevel::Administrator),
    );
    check(
        "access_level",
        json!(25),
        Grantee::Level(AccessLevel::Other(25)),
    );
    // The level that stands beside one who is named says nothing.
    check("user_id", json!(11), Grantee::Account(11));
    check("group_id", json!(2), Grantee::Group(2));
    check("deploy_key_id", json!(61), Grantee::DeployKey(61));
}

#[test]
fn what_protects_a_branch() {
    let read = read::protected_branches(&[&listed(&answers::protected_branch())])
        .unwrap()
        .remove(0);
    assert_eq!(
        (read.pattern.as_str(), read.allows_force_pushes),
        ("main", false)
    );
    assert_eq!(read.mergers, [Grantee::Level(AccessLevel::Maintainer)]);
    assert_eq!(
        read.unprotectors.unwrap(),
        [Grantee::Level(AccessLevel::Maintainer)]
    );
    let mut free = answers::protected_branch();
    for field in [
        "unprotect_access_levels",
        "code_owner_approval_required",
        "inherited",
    ] {
        free.as_object_mut().unwrap().remove(field).unwrap();
    }
    let read = read::protected_branches(&[&listed(&free)])
        .unwrap()
        .remove(0);
    assert_eq!(
        (read.unprotectors, read.needs_code_owner, read.is_of_group),
        (None, None, None)
    );
}

#[test]
fn who_and_what_may_reach_a_project() {
    let key = read::deploy_keys(&[&listed(&answers::deploy_key())])
        .unwrap()
        .remove(0);
    assert_eq!(
        (key.title.as_str(), key.is_read_only, key.is_enabled),
        ("mirror", false, None)
    );
    let mut answer = answers::member();
    answer["member_role"] = json!({"id": 9, "name": "release manager", "base_access_level": 30});
    let member = read::members(&[&listed(&answer)]).unwrap().remove(0);
    assert_eq!(
        (member.account.login.as_str(), member.level),
        ("bo", AccessLevel::Developer)
    );
    assert_eq!(member.custom_role.as_deref(), Some("release manager"));
    assert_eq!(
        (member.is_active, member.expires_on),
        (Some(true), "2026-12-31".parse().ok())
    );
}

#[test]
fn who_must_approve() {
    let mut answer = answers::approval_rule();
    let rule = read::approval_rules(&[&listed(&answer)]).unwrap().remove(0);
    assert_eq!(
        (rule.kind, rule.approvals, rule.eligible.len()),
        (ApprovalRuleKind::Regular, 1, 2)
    );
    assert_eq!(rule.branches.unwrap(), ["main"]);
    (answer["protected_branches"], answer["rule_type"]) = (json!([]), "any_approver".into());
    let rule = read::approval_rules(&[&listed(&answer)]).unwrap().remove(0);
    assert_eq!(
        (rule.kind, rule.branches),
        (ApprovalRuleKind::AnyApprover, None)
    );
}

#[test]
fn what_a_push_must_keep() {
    let rules = read::push_rule(&[&bytes(&answers::push_rule())])
        .unwrap()
        .unwrap();
    assert_eq!(
        (rules.needs_signatures, rules.needs_own_committer),
        (Some(true), None)
    );
    assert_eq!(
        (rules.refuses_secrets, rules.keeps_tags),
        (Some(true), Some(false))
    );
    assert_eq!(read::push_rule(&[b"null"]), Ok(None));
}

#[test]
fn an_event_of_the_audit_log() {
    let mut answer = answers::audit_event();
    let event = read::audit_events(&[&listed(&answer)]).unwrap().remove(0);
    assert_eq!(
        (event.account, event.account_name.as_deref()),
        (Some(12), Some("Bo Lind"))
    );
    assert_eq!(event.name.as_deref(), Some("protected_branch_updated"));
    assert_eq!(
        (event.from.as_deref(), event.to.as_deref()),
        (Some("false"), Some("true"))
    );
    assert_eq!(event.target.as_deref(), Some("main"));
    answer["author_id"] = (-1).into();
    let event = read::audit_events(&[&listed(&answer)]).unwrap().remove(0);
    assert_eq!(event.account, None);
}
