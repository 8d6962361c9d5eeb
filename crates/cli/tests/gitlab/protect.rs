//! The protection of a branch of GitLab: shown, set, and what stands in the way of it.

use crate::company::Company;
use serde_json::{Value, json};
use testkit::Runner;
use testkit::gitlab::{Content, Fault, JOB_TOKEN, READING_TOKEN};
use testkit::schema::fits;

const CONTROLS: &str = "  CR-1: in use\n  CR-2: in use\n  CR-3: in use\n";
const BY_HAND: &str = "by hand: the free plan changes that on the web page alone: Settings > Repository > Protected branches > \
    `main` > Allowed to push and merge: No one";

pub(crate) fn company() -> Company {
    let company = Company::new(CONTROLS);
    let commit = company
        .repo
        .commit()
        .file(".gitlab-ci.yml", "countersign: {script: [true]}\n");
    commit.message("Add the pipeline\n").write();
    company
}

#[track_caller]
pub(crate) fn contains(said: &str, expect: &[&str]) {
    for words in expect {
        assert!(said.contains(words), "{words}: {said}");
    }
}

pub(crate) fn sent(company: &Company) -> Vec<String> {
    let written = company.gitlab.written();
    let named = written
        .iter()
        .map(|it| format!("{} {}", it.method, it.path));
    named.collect()
}

fn with(company: &Company, token: (&str, &str)) -> Runner {
    Runner::new(env!("CARGO_BIN_EXE_countersign"))
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("CI_API_V4_URL", company.gitlab.base())
        .env(token.0, token.1)
        .in_dir(company.repo.path())
}

#[test]
fn a_branch_is_protected_and_its_protection_tried() {
    let mut company = company();
    let said = company.says(&["protect", "--plan"], 1);
    let expect = "protection of larkspur/web/shop, on main: 2 settings differ \
        protected branch: there is none; to be: one to which nobody may push \
        pipeline: a request may land without a pipeline that passed; to be: it lands behind one alone \
        push nobody, and 0 approvals force push nobody \
        pipeline must succeed, and one that was skipped did not; GitLab pins no job to an app \
        nothing was changed: countersign protect --apply sets what differs";
    assert_eq!(said, expect);
    assert_eq!(sent(&company), [""; 0]);
    assert!(!company.repo.path().join(".countersign").exists());

    company.gitlab.has(Fault::ChecksFirst);
    let said = company.says(&["protect", "--apply"], 0);
    contains(
        &said,
        &[
            "on main: it was set",
            "pass canary, request 2, leaf 2: 405 Method Not Allowed: ci_must_pass",
        ],
    );
    let protected = company.gitlab.look("/protected_branches");
    let expected = json!([{
        "id": 52, "name": "main", "allow_force_push": false,
        "push_access_levels": [{"id": 1002, "access_level": 0}],
        "merge_access_levels": [{"id": 2002, "access_level": 40}],
    }]);
    assert_eq!(protected, expected);
    let project = company.gitlab.look("");
    assert_eq!(project["only_allow_merge_if_pipeline_succeeds"], true);
    assert_eq!(project["allow_merge_on_skipped_pipeline"], false);
    let request = company.gitlab.look("/merge_requests/2");
    assert_eq!(request["state"], "closed");
    let source = request["source_branch"].as_str().unwrap();
    assert!(source.starts_with("countersign-canary-"), "{source}");
    let branch = format!("/repository/branches/{source}");
    assert_eq!(company.gitlab.look(&branch), Value::Null);
    let branch = branch.as_str();
    let expected = [
        "POST /protected_branches",
        "PUT ",
        "POST /repository/branches",
        "POST /repository/files/countersign-canary.txt",
        "POST /merge_requests",
        "PUT /merge_requests/2/merge",
        "PUT /merge_requests/2",
        &format!("DELETE {branch}"),
    ];
    assert_eq!(sent(&company), expected);

    let said = company.says(&["protect", "--plan"], 0);
    contains(&said, &["on main: it is set"]);
    contains(&company.says(&["ledger", "verify"], 0), &["3 leaves"]);
    // What it sets is what the gate asks for.
    company.change(|request| request.pipeline = "success");
    contains(
        &company.gate(0),
        &["pass CR-1", "pass CR-2", "pass CR-3", "0 failed, 0 unknown"],
    );
}

#[test]
fn what_is_weak_is_told_and_set_where_it_is() {
    let company = company();
    company.gitlab.is_premium();
    let level = |id: u64, level: u64| json!({"id": id, "access_level": level});
    let weak = json!([{
        "id": 51, "name": "main", "allow_force_push": true, "merge_access_levels": [level(7, 30)],
        "push_access_levels": [level(1, 40), {"id": 2, "access_level": 40, "deploy_key_id": 61}],
    }]);
    let weak = Content::Pages(vec![weak.to_string()]);
    company.gitlab.holds("/protected_branches", weak);
    let mut project = company.gitlab.look("");
    project["only_allow_merge_if_pipeline_succeeds"] = true.into();
    project["allow_merge_on_skipped_pipeline"] = true.into();
    let project = Content::Pages(vec![project.to_string()]);
    company.gitlab.holds("", project);
    let run = ["protect", "--format", "json"];
    let [answer, schema]: [Value; 2] = [
        company.ada.run(run).expect_code(1).stdout,
        company.ada.run(["schema", "protect"]).expect_code(0).stdout,
    ]
    .map(|text| serde_json::from_str(&text).unwrap());
    fits(&answer, &schema, "protect");
    let expected = json!([
        {"setting": "push", "is": "every maintainer and deploy key 61 may push", "wanted": "nobody may push"},
        {"setting": "force_push", "is": "those who may push may force it", "wanted": "nobody may force it"},
        {"setting": "skipped_pipeline", "is": "a pipeline that was skipped counts as passed", "wanted": "it does not count"},
    ]);
    assert_eq!(answer["step"]["change"]["differences"], expected);
    assert_eq!(
        (&answer["outcome"], &answer["changed"]),
        (&json!("fail"), &json!(false))
    );
    let wanted = json!({
        "branch": "main", "nobody_pushes": true, "nobody_forces": true, "needs_pipeline": true,
    });
    assert_eq!(answer["wanted"], wanted);

    contains(
        &company.says(&["protect", "--apply"], 0),
        &["it was set", "pass canary"],
    );
    let protected = company.gitlab.look("/protected_branches");
    // It is the same one: it was never ended on the way, and who may merge stays.
    let expected = json!([{
        "id": 51, "name": "main", "allow_force_push": false,
        "push_access_levels": [level(1, 0)], "merge_access_levels": [level(7, 30)],
    }]);
    assert_eq!(protected, expected);
}

#[test]
fn what_the_free_plan_does_not_change_in_place_is_told_and_stays_protected() {
    let company = company();
    company.gitlab.set_protected(&[("main", 40)]);
    contains(&company.says(&["protect"], 1), &[BY_HAND]);
    let said = company.says(&["protect", "--apply"], 1);
    contains(
        &said,
        &[
            "it was changed, and 1 setting differs all the same",
            "push: every maintainer may push; to be: nobody may push",
            BY_HAND,
        ],
    );
    assert!(!said.contains("canary"), "{said}");
    let said = company.says(&["protect", "--apply"], 1);
    contains(&said, &["on main: 1 setting differs push"]);
    company.gitlab.has(Fault::RefusesLevels);
    let said = company.says(&["protect", "--apply"], 1);
    contains(
        &said,
        &["nothing was tried: GitLab does not change in place who may push: 403 Forbidden"],
    );
    let all = sent(&company);
    assert!(!all.iter().any(|it| it.starts_with("DELETE")), "{all:?}");
    // Once it is done by hand, the rest goes on.
    company.gitlab.set_protected(&[("main", 0)]);
    contains(
        &company.says(&["protect", "--apply"], 0),
        &["it is set", "pass canary"],
    );
}

#[test]
fn what_is_not_ours_to_change_stands_in_the_way() {
    let company = company();
    company.gitlab.set_pipelines_must_succeed(true);
    company.gitlab.set_protected(&[("main", 0), ("ma*", 40)]);
    let rule = json!([{
        "id": 71, "name": "two eyes", "rule_type": "any_approver", "eligible_approvers": [],
        "approvals_required": 1, "contains_hidden_groups": false, "protected_branches": [],
    }]);
    let rule = Content::Pages(vec![rule.to_string()]);
    company.gitlab.holds("/approval_rules", rule);
    let mut project = company.gitlab.look("");
    project["default_branch"] = "trunk".into();
    let project = Content::Pages(vec![project.to_string()]);
    company.gitlab.holds("", project);
    let expect = [
        "on main: it is set",
        "in the way: every maintainer may push, by protected branch `ma*`, and the most permissive one decides",
        "in the way: approval rule `two eyes` asks for 1 approval, which the gate decides: set it to 0",
        "in the way: the default branch is trunk: a maintainer may delete every other protected branch",
    ];
    contains(&company.says(&["protect"], 1), &expect);
    let said = company.says(&["protect", "--apply"], 1);
    contains(&said, &expect);
    contains(&said, &["pass canary"]);
    let protected = company.gitlab.look("/protected_branches");
    assert_eq!(protected[1]["push_access_levels"][0]["access_level"], 40);
}

#[test]
fn what_would_lock_the_team_out_is_not_set() {
    let bare = Company::new(CONTROLS);
    contains(
        &bare.says(&["protect", "--apply"], 1),
        &[
            "main holds no .gitlab-ci.yml: nothing would report the check `countersign`",
            "hint: countersign ci gitlab writes it: land it first",
        ],
    );
    let other = Company::new(CONTROLS);
    let commit = other.repo.commit();
    let commit = commit.file(
        ".gitlab-ci.yml",
        "stages: [test]\nunit:\n  script: [countersign]\n",
    );
    commit.message("Add the tests\n").write();
    contains(
        &other.says(&["protect", "--apply"], 1),
        &[
            ".gitlab-ci.yml on main holds no job `countersign`: any pipeline would do",
            "or name another job with --check NAME",
        ],
    );
    let locked = Company::new(
        "  CR-3: in use\n  CM-2: {parameters: {approvals: {low: 0, medium: 5, high: 5}}}\n",
    );
    contains(
        &locked.says(&["protect", "--apply"], 1),
        &["are not shown to let every change of this team pass"],
    );
    for company in [bare, other, locked] {
        assert_eq!(sent(&company), [""; 0]);
    }
}

#[test]
fn who_may_not_change_it_is_told_what_is_needed() {
    let company = company();
    let said = |token, arguments: &[&str], code| {
        let run = with(&company, token).run(arguments).expect_code(code);
        let said = format!("{}{}", run.stdout, run.stderr);
        said.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let reading = ("COUNTERSIGN_GITLAB_TOKEN", READING_TOKEN);
    said(reading, &["protect"], 1);
    let refused = said(reading, &["protect", "--apply"], 4);
    contains(
        &refused,
        &["needs the permission api and the role Maintainer"],
    );
    let of_job = ("CI_JOB_TOKEN", JOB_TOKEN);
    let refused = said(of_job, &["protect", "--apply"], 2);
    contains(
        &refused,
        &["the token of a CI job of GitLab may change nothing"],
    );
    let refused = said(("NOBODY", ""), &["protect"], 2);
    contains(
        &refused,
        &["there is no token for larkspur/web/shop", "scope api"],
    );
    // Who is no maintainer sees not what protects a branch.
    let withheld = Content::Refused(403, "403 Forbidden");
    company.gitlab.holds("/protected_branches", withheld);
    let unknown = company.says(&["protect"], 3);
    contains(
        &unknown,
        &[
            "on main: unknown: protected branches: ",
            "the role Maintainer",
        ],
    );
    let refused = company.says(&["protect", "--apply"], 3);
    contains(
        &refused,
        &[
            "what protects the branch cannot be told: protected branches: ",
            "hint: the token needs the scope api, and its owner the role Maintainer",
        ],
    );
    assert_eq!(sent(&company), [""; 0]);
}
