//! What differs from the settings that a program asks for, and what stands in the way.

use super::plan;
use jiff::Timestamp;
use model::request::Account;
use model::request::Readable;
use model::request::access::RepositorySettings;
use model::request::dossier::{Guards, ProjectGuards};
use model::request::level::{AccessLevel, ApprovalRule, Grantee, MergeSettings, ProtectedBranch};
use model::request::wanted::{Plan, Setting, Step, WantedSettings};
use model::request::words::{AccountKind, ApprovalRuleKind};
use std::collections::BTreeMap;

fn unread<T>() -> Readable<T> {
    Readable::Withheld {
        needs: "read_api and the role Maintainer".to_owned(),
    }
}

fn level(level: AccessLevel) -> Vec<Grantee> {
    vec![Grantee::Level(level)]
}

/// A protected branch to which nobody pushes.
fn closed(pattern: &str) -> ProtectedBranch {
    ProtectedBranch {
        pattern: pattern.to_owned(),
        pushers: level(AccessLevel::Nobody),
        mergers: level(AccessLevel::Maintainer),
        unprotectors: None,
        allows_force_pushes: false,
        needs_code_owner: None,
        is_of_group: None,
    }
}

fn settings(default_branch: &str) -> RepositorySettings {
    RepositorySettings {
        id: 3,
        full_name: "larkspur/shop".to_owned(),
        owner: Account {
            id: 2,
            login: "larkspur".to_owned(),
            kind: AccountKind::Organization,
        },
        default_branch: default_branch.to_owned(),
        is_private: true,
        visibility: None,
        is_archived: None,
        merge_methods: unread(),
    }
}

/// A project whose settings are as they should be.
fn project(branches: Vec<ProtectedBranch>) -> ProjectGuards {
    ProjectGuards {
        branches: Readable::Known(branches),
        merging: Readable::Known(MergeSettings {
            needs_pipeline: Some(true),
            counts_skipped_pipeline: Some(false),
            ..MergeSettings::default()
        }),
        approval_rules: unread(),
        push_rules: unread(),
        members: unread(),
        audit: unread(),
        group_audits: BTreeMap::new(),
    }
}

fn planned(project: ProjectGuards, default_branch: Readable<RepositorySettings>) -> Plan {
    let wanted = WantedSettings {
        branch: "main".to_owned(),
        nobody_pushes: true,
        nobody_forces: true,
        needs_pipeline: true,
    };
    let guards = Guards {
        leaf: 1,
        at: Timestamp::UNIX_EPOCH,
        branch: "main".to_owned(),
        settings: default_branch,
        rules: unread(),
        rulesets: BTreeMap::new(),
        versions: BTreeMap::new(),
        classic: unread(),
        suites: unread(),
        deploy_keys: unread(),
        collaborators: unread(),
        audit_log: Readable::Known(None),
        environments: unread(),
        project: Some(Box::new(project)),
    };
    plan(wanted, &guards)
}

fn of(project: ProjectGuards) -> Plan {
    planned(project, Readable::Known(settings("main")))
}

fn differing(plan: &Plan) -> Vec<Setting> {
    let Step::Change { differences } = &plan.step else {
        panic!("{:?}", plan.step);
    };
    differences.iter().map(|it| it.setting).collect()
}

#[test]
fn what_is_as_it_should_be_stays() {
    let plan = of(project(vec![closed("main"), closed("ma*"), {
        let mut other = closed("release/*");
        other.pushers = level(AccessLevel::Developer);
        other
    }]));
    assert_eq!(plan.step, Step::Set);
    assert!(plan.is_done(), "{:?}", plan.obstacles);
}

#[test]
fn a_pattern_and_a_branch_of_the_group_are_none_of_its_name() {
    let mut of_group = closed("main");
    of_group.is_of_group = Some(true);
    for other in [closed("*"), of_group] {
        let plan = of(project(vec![other]));
        assert_eq!(differing(&plan), [Setting::ProtectedBranch]);
        assert!(plan.obstacles.is_empty(), "{:?}", plan.obstacles);
    }
}

#[test]
fn each_setting_that_differs_is_told() {
    let mut weak = closed("main");
    weak.pushers = vec![Grantee::Level(AccessLevel::Nobody), Grantee::DeployKey(61)];
    weak.allows_force_pushes = true;
    let mut weak = project(vec![weak]);
    weak.merging = Readable::Known(MergeSettings {
        needs_pipeline: Some(false),
        counts_skipped_pipeline: Some(true),
        ..MergeSettings::default()
    });
    let expected = [
        Setting::Push,
        Setting::ForcePush,
        Setting::Pipeline,
        Setting::SkippedPipeline,
    ];
    assert_eq!(differing(&of(weak)), expected);
    // Where GitLab does not say who may push, nobody knows that none may.
    let mut silent = closed("main");
    silent.pushers.clear();
    assert_eq!(differing(&of(project(vec![silent]))), [Setting::Push]);
}

#[test]
fn what_is_not_shown_is_unknown() {
    let is_unknown = |plan: Plan| matches!(plan.step, Step::Unknown { id: None, .. });
    let mut hidden = project(vec![closed("main")]);
    hidden.branches = unread();
    assert!(is_unknown(of(hidden)));
    let mut hidden = project(vec![closed("main")]);
    hidden.merging = unread();
    assert!(is_unknown(of(hidden)));
    let mut silent = project(vec![closed("main")]);
    silent.merging = Readable::Known(MergeSettings::default());
    assert!(is_unknown(of(silent)));
    assert!(is_unknown(planned(project(vec![closed("main")]), unread())));
}

#[test]
fn what_is_not_ours_stands_in_the_way() {
    let obstacles = |project| of(project).obstacles.join("; ");
    let mut open = closed("m*");
    open.pushers = vec![Grantee::Account(11), Grantee::Group(2)];
    open.allows_force_pushes = true;
    open.is_of_group = Some(true);
    let expected = "account 11 and group 2 may push, by protected branch `m*` of the group, and the most permissive one decides: \
        let nobody push there, or end it; those who may push may force it, by protected branch `m*` of the group, and the most \
        permissive one decides: switch that off, or end it";
    assert_eq!(obstacles(project(vec![closed("main"), open])), expected);
    let mut shut = closed("main");
    shut.mergers = level(AccessLevel::Nobody);
    shut.needs_code_owner = Some(true);
    let expected = "nobody may merge, by protected branch `main`: nothing could land; protected branch `main` asks for the \
        review of owners of the code: the gate decides who approved";
    assert_eq!(obstacles(project(vec![shut.clone()])), expected);
    // One that lets somebody merge is enough.
    shut.needs_code_owner = None;
    assert_eq!(obstacles(project(vec![shut, closed("*")])), "");
    let elsewhere = planned(
        project(vec![closed("main")]),
        Readable::Known(settings("trunk")),
    );
    assert_eq!(elsewhere.step, Step::Set);
    assert!(elsewhere.obstacles[0].starts_with("the default branch is trunk"));
}

#[test]
fn approval_rules_that_did_not_come_whole_may_hold_one() {
    let mut project = project(vec![closed("main")]);
    project.approval_rules = Readable::Unread {
        why: "not all of it came".to_owned(),
    };
    let plan = of(project);
    assert!(
        matches!(&plan.step, Step::Unknown { why, .. } if why == "approval rules: not all of it came"),
        "{plan:?}"
    );
}

#[test]
fn an_approval_that_gitlab_counts_stands_in_the_way() {
    let rule = |approvals, branches: Option<&[&str]>, holds_for_protected| ApprovalRule {
        id: 71,
        name: "two eyes".to_owned(),
        kind: ApprovalRuleKind::AnyApprover,
        approvals,
        eligible: Vec::new(),
        hides_groups: false,
        branches: branches.map(|all| all.iter().map(|it| (*it).to_owned()).collect()),
        holds_for_protected,
    };
    let is_in_the_way = |rule| {
        let mut project = project(vec![closed("main")]);
        project.approval_rules = Readable::Known(vec![rule]);
        !of(project).is_done()
    };
    assert!(is_in_the_way(rule(1, None, None)));
    assert!(is_in_the_way(rule(2, Some(&["ma*"]), None)));
    assert!(is_in_the_way(rule(1, Some(&["trunk"]), Some(true))));
    assert!(!is_in_the_way(rule(0, None, None)));
    assert!(!is_in_the_way(rule(1, Some(&["trunk"]), Some(false))));
}
