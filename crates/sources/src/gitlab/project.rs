//! A project of GitLab, as it is named in an address.

/// The longest path; GitLab allows 255 characters for each part, and 20 groups within each other.
const MAX_PATH: usize = 6_000;
/// The most parts of a path: 20 groups and the project.
const MAX_PARTS: usize = 21;
/// The longest part of a path.
const MAX_PART: usize = 255;

/// A project: its number, or its path with all groups.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Project(String);

/// A text that is no project.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no project: it is written `group/name`, `group/subgroup/name` or as a number")]
pub struct NoProject {
    /// The text, cut short.
    pub text: String,
}

impl Project {
    /// Returns the project that a number or a path names.
    pub fn parse(text: &str) -> Result<Project, NoProject> {
        match text.len() <= MAX_PATH && (is_number(text) || is_path(text)) {
            true => Ok(Project(text.to_owned())),
            false => Err(NoProject {
                text: text.chars().take(80).collect(),
            }),
        }
    }

    /// Returns the one segment of an address that names it: a slash in it is encoded ("Namespaced paths").
    pub(super) fn segment(&self) -> &str {
        &self.0
    }
}

/// A number begins with no zero: GitLab would read another number in it.
fn is_number(text: &str) -> bool {
    text.parse::<u64>()
        .is_ok_and(|it| it.to_string() == text && it > 0)
}

fn is_path(text: &str) -> bool {
    let parts = text.split('/').count();
    (2..=MAX_PARTS).contains(&parts) && text.split('/').all(is_part)
}

/// "Limitations on project and group names": letters, digits, `_`, `.` and `-`; it begins with none of the last two, and
/// ends with none of them, nor as a file of git or a feed does.
fn is_part(part: &str) -> bool {
    let is_word = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
    let is_edge = |it: char| it.is_ascii_alphanumeric() || it == '_';
    let lower = part.to_ascii_lowercase();
    (1..=MAX_PART).contains(&part.len())
        && part.chars().all(is_word)
        && part.starts_with(is_edge)
        && part.ends_with(|it| is_edge(it) || it == '-')
        && !lower.ends_with(".git")
        && !lower.ends_with(".atom")
}

#[cfg(test)]
mod tests {
    use super::Project;

    #[test]
    fn a_project_is_a_number_or_a_path() {
        for text in ["7", "larkspur/shop.js", "larkspur/web/shop", "_a/b-", "a/7"] {
            let project = Project::parse(text).unwrap();
            assert_eq!(project.segment(), text);
        }
        let deep = vec!["a"; 22].join("/");
        let long = format!("a/{}", "b".repeat(256));
        for text in [
            "",
            "shop",
            "0",
            "007",
            "-1",
            "/shop",
            "larkspur/",
            "a//b",
            "a/..",
            "a/.b",
            "a/b.",
            "a/-b",
            "a b/c",
            "ä/b",
            "a/b.git",
            "a/b.ATOM",
            "a/b?c",
            "a%2Fb",
            deep.as_str(),
            long.as_str(),
        ] {
            assert!(Project::parse(text).is_err(), "{text:?}");
        }
    }
}
