//! The pull or merge request that a message names, in the words of each forge.

use model::change::Landed;

/// Returns how a commit with that many parents landed, and the request that this rests on.
///
/// A commit with one parent and the subject of a GitHub merge is a flattened copy of somebody's merge:
/// nothing shows that it came through that request.
pub(super) fn landed(subject: &str, body: &str, parents: usize) -> (Landed, Option<u64>) {
    match parents {
        0 => (Landed::Root, None),
        1 => match squashed(subject, body) {
            Some(request) => (Landed::Squash, Some(request)),
            None => (Landed::NotEvidenced, None),
        },
        _ => match merged(subject, body) {
            Some(request) => (Landed::RequestMerge, Some(request)),
            None => (Landed::BranchMerge, None),
        },
    }
}

/// A merge of GitHub's that was copied flat names a request that it did not land by.
fn squashed(subject: &str, body: &str) -> Option<u64> {
    let trace = || forge_trace(subject, body).filter(|_| github(subject).is_none());
    suffix(subject).or_else(trace)
}

fn merged(subject: &str, body: &str) -> Option<u64> {
    github(subject)
        .or_else(|| gitea(subject))
        .or_else(|| forge_trace(subject, body))
        .or_else(|| bors(subject))
        .or_else(|| suffix(subject))
}

/// What Azure, Bitbucket and GitLab write into merges and squashes alike.
fn forge_trace(subject: &str, body: &str) -> Option<u64> {
    azure(subject)
        .or_else(|| bitbucket(subject))
        .or_else(|| bitbucket_server(subject))
        .or_else(|| gitlab(body))
}

/// `Merge pull request #12 from larkspur/topic`
fn github(subject: &str) -> Option<u64> {
    let (number, rest) = number(subject.strip_prefix("Merge pull request #")?)?;
    rest.starts_with(" from ").then_some(number)
}

/// `Merge pull request 'A title' (#12) from topic into main`
fn gitea(subject: &str) -> Option<u64> {
    let title = subject.strip_prefix("Merge pull request '")?;
    let (_, rest) = title.rsplit_once("' (#")?;
    let (number, rest) = number(rest)?;
    rest.starts_with(')').then_some(number)
}

/// `Merged PR 12: A title`
fn azure(subject: &str) -> Option<u64> {
    let (number, rest) = number(subject.strip_prefix("Merged PR ")?)?;
    rest.starts_with(':').then_some(number)
}

/// `Merged in topic (pull request #12)`
fn bitbucket(subject: &str) -> Option<u64> {
    let (_, rest) = subject
        .strip_prefix("Merged in ")?
        .rsplit_once(" (pull request #")?;
    let (number, rest) = number(rest)?;
    rest.starts_with(')').then_some(number)
}

/// `Pull request #12: A title`
fn bitbucket_server(subject: &str) -> Option<u64> {
    let (number, rest) = number(subject.strip_prefix("Pull request #")?)?;
    rest.starts_with(':').then_some(number)
}

/// `See merge request larkspur/shop!12`, at the start of a line of the body
fn gitlab(body: &str) -> Option<u64> {
    body.lines().find_map(|line| {
        let project = line.strip_prefix("See merge request ")?;
        let project = project.split_whitespace().next()?;
        Some(number(project.split_once('!')?.1)?.0)
    })
}

/// `Merge #12` and `Auto merge of #12 - ada:topic, r=bea`
fn bors(subject: &str) -> Option<u64> {
    let rest = subject
        .strip_prefix("Merge #")
        .or_else(|| subject.strip_prefix("Auto merge of #"))?;
    Some(number(rest)?.0)
}

/// `A title (#12)`
fn suffix(subject: &str) -> Option<u64> {
    let digits = subject.strip_suffix(')')?.rsplit_once("(#")?.1;
    let (number, rest) = number(digits)?;
    rest.is_empty().then_some(number)
}

/// Returns the number at the start and what follows it.
fn number(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit());
    let (digits, rest) = text.split_at(end.unwrap_or(text.len()));
    Some((digits.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(subject: &str, body: &str, parents: usize, landed: Landed, request: Option<u64>) {
        let found = super::landed(subject, body, parents);
        assert_eq!(found, (landed, request), "{subject:?} {body:?} {parents}");
    }

    fn check_merge(subject: &str, request: u64) {
        check(subject, "", 2, Landed::RequestMerge, Some(request));
    }

    fn check_branch_merge(subject: &str) {
        check(subject, "", 2, Landed::BranchMerge, None);
    }

    fn check_squash(subject: &str, request: u64) {
        check(subject, "", 1, Landed::Squash, Some(request));
    }

    fn check_not_evidenced(subject: &str) {
        check(subject, "", 1, Landed::NotEvidenced, None);
    }

    #[test]
    fn merges_name_their_request() {
        check_merge("Merge pull request #12 from larkspur/topic", 12);
        check_merge("Merge pull request #12 from larkspur/topic (#9)", 12);
        check_merge(
            "Merge pull request 'A title' (#12) from topic into main",
            12,
        );
        check_merge(
            "Merge pull request 'It's (#3)' (#12) from topic into main",
            12,
        );
        check_merge("Merged in topic (pull request #12)", 12);
        check_merge("Pull request #12: A title", 12);
        check_merge("Merged PR 12: A title", 12);
        check_merge("Merge #12", 12);
        check_merge("Merge #12 #13", 12);
        check_merge("Auto merge of #12 - ada:topic, r=bea", 12);
        check_merge("A title (#12)", 12);
        check_merge("A title (#11) (#12)", 12);
        check(
            "Merge branch 'x' into 'main'",
            "\nTitle\n\nSee merge request larkspur/shop!12\n",
            2,
            Landed::RequestMerge,
            Some(12),
        );
        check(
            "Merge branch 'x'",
            "\nSee merge request !12",
            2,
            Landed::RequestMerge,
            Some(12),
        );
        check("Octopus (#4)", "", 3, Landed::RequestMerge, Some(4));
    }

    #[test]
    fn a_merge_without_a_number_is_of_a_branch() {
        check_branch_merge("Merge branch 'topic'");
        check_branch_merge("Merge pull request # from larkspur/topic");
        check_branch_merge("Merge pull request #12");
        check_branch_merge("Merge pull request #99999999999999999999 from a/b");
        check_branch_merge("Merged PR twelve: no");
        check_branch_merge("Fix (#12) and more");
        check_branch_merge("Fix (#12a)");
        check_branch_merge("Fix (#)");
        check(
            "Merge branch 'x'",
            "\nWe said: See merge request a/b!12",
            2,
            Landed::BranchMerge,
            None,
        );
    }

    #[test]
    fn squashes_name_their_request() {
        check_squash("A title (#12)", 12);
        check_squash("Revert \"A title (#12)\" (#13)", 13);
        check_squash("Merge pull request #12 from larkspur/topic (#13)", 13);
        check_squash("Merged PR 12: A title", 12);
        check_squash("Merged in topic (pull request #12)", 12);
        check_squash("Pull request #12: A title", 12);
        check(
            "A title",
            "\nText\n\nSee merge request larkspur/shop!12\n",
            1,
            Landed::Squash,
            Some(12),
        );
    }

    #[test]
    fn git_alone_cannot_tell_a_push_from_a_rebase_merge() {
        check_not_evidenced("A title");
        check_not_evidenced("Revert \"A title (#12)\"");
        check_not_evidenced("Merge pull request #12 from larkspur/topic");
        check_not_evidenced("Merge branch 'topic'");
        check_not_evidenced("Merge #12");
        check_not_evidenced("");
    }

    #[test]
    fn a_root_is_a_root() {
        check("A title (#12)", "", 0, Landed::Root, None);
    }
}
