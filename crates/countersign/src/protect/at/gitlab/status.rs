//! What GitLab's `detailed_merge_status` of a request shows of the protection.

use model::outcome::Outcome;
use model::request::words::RequestState;
use sources::gitlab::read::Standing;

const NOT_YET: &str = "the forge does not say yet whether it may land: ask again";

/// "Merge status" of the merge requests API: what is tested in a moment.
pub(super) fn is_unsettled(status: Option<&str>) -> bool {
    matches!(
        status,
        Some("approvals_syncing" | "checking" | "preparing" | "unchecked")
    )
}

/// What stands in the way beside the pipeline and the state of the branch; the last two as older versions write it.
const BLOCKS: [&str; 15] = [
    "commits_status",
    "discussions_not_resolved",
    "jira_association_missing",
    "locked_lfs_files",
    "locked_paths",
    "merge_request_blocked",
    "merge_time",
    "not_approved",
    "requested_changes",
    "security_policy_pipeline_check",
    "security_policy_violations",
    "status_checks_must_pass",
    "title_regex",
    "blocked_status",
    "broken_status",
];

/// Returns what a refusal shows, by what stands in the way of the request after it.
pub(super) fn why_refused(said: &str, status: Option<&str>) -> (Outcome, String) {
    match status {
        Some(word @ ("ci_must_pass" | "ci_still_running")) => {
            (Outcome::Pass, format!("{said}: {word}"))
        }
        Some("mergeable") => (
            Outcome::Unknown,
            format!("it was refused, and GitLab calls it mergeable: {said}"),
        ),
        _ if is_unsettled(status) => (
            Outcome::Unknown,
            format!("it was refused, and GitLab does not say yet why: {said}"),
        ),
        Some(other) => (
            Outcome::Unknown,
            format!("it was refused, and not for its pipeline: {other}"),
        ),
        None => (
            Outcome::Unknown,
            format!("it was refused, and GitLab does not say why: {said}"),
        ),
    }
}

/// Returns whether GitLab would let a request land that passed the gate.
pub(super) fn let_through(standing: &Standing) -> (Outcome, String) {
    let blocked = |why: &str| (Outcome::Fail, why.to_owned());
    let status = standing.merge_status.as_deref();
    match status {
        _ if standing.is_merged || standing.state != RequestState::Open => {
            (Outcome::Unknown, "it is not open any more".to_owned())
        }
        Some("mergeable") => (Outcome::Pass, "the forge lets it land".to_owned()),
        Some("not_open") => (Outcome::Unknown, "it is not open any more".to_owned()),
        Some("ci_must_pass") => blocked("the gate let it pass, and its pipeline did not"),
        Some("ci_still_running") => (
            Outcome::Unknown,
            "its pipeline still runs: ask again".to_owned(),
        ),
        Some("need_rebase") => blocked("its branch is behind: rebase it, and run the gate again"),
        Some("conflict") => blocked("it conflicts with the branch"),
        Some("draft_status") => blocked("it is a draft"),
        _ if is_unsettled(status) => (Outcome::Unknown, NOT_YET.to_owned()),
        Some(word) if BLOCKS.contains(&word) => (
            Outcome::Fail,
            format!(
                "the gate let it pass, and the forge blocks it ({word}): another rule locks the team out"
            ),
        ),
        Some(other) => (
            Outcome::Unknown,
            format!("GitLab says of it `{other}`, which is not known here"),
        ),
        None => (Outcome::Unknown, NOT_YET.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{is_unsettled, let_through, why_refused};
    use model::outcome::Outcome;
    use model::request::words::RequestState;
    use sources::gitlab::read::Standing;

    /// "Merge status" of the merge requests API: every word, and one that nobody knows.
    const WORDS: [&str; 27] = [
        "approvals_syncing",
        "checking",
        "ci_must_pass",
        "ci_still_running",
        "commits_status",
        "conflict",
        "discussions_not_resolved",
        "draft_status",
        "jira_association_missing",
        "mergeable",
        "merge_request_blocked",
        "merge_time",
        "need_rebase",
        "not_approved",
        "not_open",
        "preparing",
        "requested_changes",
        "security_policy_pipeline_check",
        "security_policy_violations",
        "status_checks_must_pass",
        "unchecked",
        "locked_paths",
        "locked_lfs_files",
        "title_regex",
        "broken_status",
        "blocked_status",
        "another",
    ];

    fn of(status: Option<&str>) -> Standing {
        Standing {
            number: 7,
            state: RequestState::Open,
            branch: "main".to_owned(),
            head: "1f0d2a5c3b4e69788796a5b4c3d2e1f001122334".parse().unwrap(),
            is_merged: false,
            merge_status: status.map(str::to_owned),
        }
    }

    #[test]
    fn a_refusal_shows_the_pipeline_alone() {
        let passes = |word: &&&str| why_refused("405", Some(word)).0 == Outcome::Pass;
        let passing: Vec<_> = WORDS.iter().filter(passes).collect();
        assert_eq!(passing, [&"ci_must_pass", &"ci_still_running"]);
        let fails = |word: &str| why_refused("405", Some(word)).0 == Outcome::Fail;
        assert!(!WORDS.iter().any(|word| fails(word)));
        assert_eq!(why_refused("405", None).0, Outcome::Unknown);
    }

    #[test]
    fn a_request_is_let_through_by_one_word() {
        let outcome = |word: &str| let_through(&of(Some(word))).0;
        let with = |wanted| -> Vec<&str> {
            let all = WORDS.into_iter();
            all.filter(|word| outcome(word) == wanted).collect()
        };
        assert_eq!(with(Outcome::Pass), ["mergeable"]);
        let unknown = [
            "approvals_syncing",
            "checking",
            "ci_still_running",
            "not_open",
            "preparing",
            "unchecked",
            "another",
        ];
        assert_eq!(with(Outcome::Unknown), unknown);
        assert_eq!(let_through(&of(None)).0, Outcome::Unknown);
        let mut merged = of(Some("mergeable"));
        merged.is_merged = true;
        assert_eq!(let_through(&merged).0, Outcome::Unknown);
        assert!(is_unsettled(Some("checking")) && !is_unsettled(Some("mergeable")));
    }
}
