//! The lines that git gives to a pre-receive hook.

use super::{MAX_LINES, PushError};
use model::digest::CommitId;

/// One line of a push; an id is none where the reference is not there.
pub(super) struct Line {
    pub(super) old: Option<CommitId>,
    pub(super) new: Option<CommitId>,
    pub(super) reference: String,
}

/// Returns the lines; one that is none of git's is never passed over.
pub(super) fn parse(text: &str) -> Result<Vec<Line>, PushError> {
    let lines: Option<Vec<Line>> = match text.lines().nth(MAX_LINES) {
        Some(_) => return Err(PushError::TooMany),
        None => text.lines().map(line).collect(),
    };
    let lines = lines.ok_or_else(|| PushError::Line {
        number: text.lines().position(|it| line(it).is_none()).unwrap_or(0) + 1,
    })?;
    // git runs the hook for a push of something alone.
    match lines.is_empty() {
        true => Err(PushError::NoLine),
        false => Ok(lines),
    }
}

/// githooks(5), pre-receive: `<old-oid> SP <new-oid> SP <ref-name>`.
fn line(text: &str) -> Option<Line> {
    let mut words = text.splitn(3, ' ');
    let mut id = || {
        let id: CommitId = words.next()?.parse().ok()?;
        let is_none = id.as_bytes().iter().all(|byte| *byte == 0);
        Some((!is_none).then_some(id))
    };
    let (old, new) = (id()?, id()?);
    let reference = words.next()?;
    reference.starts_with("refs/").then(|| Line {
        old,
        new,
        reference: reference.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::{PushError, parse};

    #[test]
    fn a_line_is_what_git_gives_or_nothing_is_judged() {
        let id = "1".repeat(40);
        let check = |text: &str| match parse(text) {
            Ok(lines) => Ok(lines.len()),
            Err(PushError::Line { number }) => Err(number),
            Err(PushError::NoLine) => Err(0),
            Err(error) => panic!("{error}"),
        };
        assert_eq!(check(""), Err(0));
        assert_eq!(check(&format!("{id} {id} refs/heads/a b\n")), Ok(1));
        assert_eq!(
            check(&format!("{id} {id} refs/heads/a\n{id} x refs/a\n")),
            Err(2)
        );
        assert_eq!(check(&format!("{id} {id} HEAD\n")), Err(1));
        assert_eq!(check("\n"), Err(1));
    }
}
