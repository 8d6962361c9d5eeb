//! The query that gives a population.

use super::branch::Branch;
use super::census::Options;
use super::open::Repo;
use jiff::Timestamp;
use model::population::Query;

/// Returns the query of a census.
pub(super) fn query(repo: &Repo, branch: &Branch, options: &Options<'_>) -> Query {
    Query {
        repository: options.repository_name.to_owned(),
        branch: branch.name.clone(),
        period: options.period.clone(),
        command: command(&branch.full_name, options),
        object_format: repo.object_format().to_owned(),
    }
}

/// Returns the first whole second that is not before a moment.
pub(super) fn second_from(at: Timestamp) -> i64 {
    at.as_second() + i64::from(at.subsec_nanosecond() > 0)
}

fn command(full_name: &str, options: &Options<'_>) -> String {
    let from = options
        .period
        .from
        .map(|at| format!("$2>={}", second_from(at)));
    let to = options
        .period
        .to
        .map(|at| format!("$2<{}", second_from(at)));
    let bounds: Vec<String> = from.into_iter().chain(to).collect();
    let log = "git --no-replace-objects log --first-parent --reverse";
    let branch = quoted(full_name);
    match bounds.as_slice() {
        [] => format!("{log} --format=%H {branch} --"),
        bounds => format!(
            "{log} --format='%H %ct' {branch} -- | awk '{} {{print $1}}'",
            bounds.join(" && ")
        ),
    }
}

/// Returns a word that a POSIX shell reads as `text`.
fn quoted(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
    match text.bytes().all(plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_a_shell() {
        assert_eq!(quoted("refs/heads/main"), "refs/heads/main");
        assert_eq!(quoted("refs/heads/it's;x"), r"'refs/heads/it'\''s;x'");
    }
}
