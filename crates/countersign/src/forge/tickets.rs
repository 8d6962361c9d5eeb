//! The tickets of a request that are issues of its forge: which are asked for, and what is known of each.

use super::answered::{SHOWN, readable, said};
use super::record::{Answer, ForgeRecord, Kept, Question};
use model::program::ForgeKind;
use model::request::dossier::Said;
use model::request::issue::LinkedIssue;
use model::request::ticket::Ticket;
use model::request::{ChangeRequest, Readable};
use sources::github::closing;
use sources::gitlab;
use sources::said::markdown;
use std::collections::BTreeMap;

/// Issues of one request that are asked for.
const MAX_ISSUES: usize = 10;

/// Returns the issues that the description of a request closes by GitHub's words for it.
pub(super) fn closed_by(request: &ChangeRequest) -> Readable<Vec<String>> {
    let body = markdown::plain(&markdown::lines(&request.body), SHOWN);
    let closed = closing::closed(&body).into_iter();
    Readable::Known(closed.map(str::to_owned).collect())
}

/// Returns the issues that GitLab says a request closes.
pub(super) fn closed_at(kept: &Kept) -> Readable<Vec<String>> {
    let linked = Question::ClosesIssues;
    let linked = readable(kept, linked, gitlab::read::closes_issues);
    let project = readable(kept, Question::Request, gitlab::read::project);
    let project = project.known().ok().copied();
    let name = |issue| match issue {
        LinkedIssue::Own {
            project: of,
            number,
        } if Some(of) == project => format!("#{number}"),
        LinkedIssue::Own { project, number } => format!("#{number} of project {project}"),
        LinkedIssue::External(name) => name,
    };
    linked.map(|linked| linked.into_iter().map(name).collect())
}

/// Returns the numbers of the issues that are asked for, those first that the request is judged by.
pub(super) fn issues(
    kept: &Kept,
    request: &ChangeRequest,
    linked: &Readable<Vec<String>>,
) -> Vec<u64> {
    let said = said(request);
    let mut found = Vec::new();
    for name in names(&said, linked) {
        if let Some(number) = issue(&kept.record, request, name)
            && !found.contains(&number)
        {
            found.push(number);
        }
    }
    found.truncate(MAX_ISSUES);
    found
}

/// Returns what is known of each issue, by the names that the request gives them.
pub(super) fn tickets(
    kept: &Kept,
    (request, said): (&ChangeRequest, &Said),
    linked: &Readable<Vec<String>>,
    read: impl Fn(Question) -> Readable<Ticket>,
) -> BTreeMap<String, Readable<Ticket>> {
    let known = |name: &String| {
        let number = issue(&kept.record, request, name)?;
        let question = Question::Issue { number };
        let answer = kept.answer(question).map(|(record, _)| &record.answer);
        let ticket = match answer {
            Some(Answer::Absent) => not_shown(""),
            Some(Answer::Withheld { needs }) => not_shown(&format!(", which needs {needs}")),
            Some(Answer::Pages { .. } | Answer::NotOffered { .. }) | None => read(question),
        };
        Some((name.clone(), ticket))
    };
    names(said, linked).filter_map(known).collect()
}

/// A forge does not tell an issue that is not there from one that it may not show.
fn not_shown(needs: &str) -> Readable<Ticket> {
    Readable::Unread {
        why: format!("there is no such issue, or the token may not read issues{needs}"),
    }
}

fn names<'a>(
    said: &'a Said,
    linked: &'a Readable<Vec<String>>,
) -> impl Iterator<Item = &'a String> {
    let linked = linked.known().into_iter().flatten();
    let lines = said.ticket_lines.iter();
    lines.chain(linked).chain(&said.mentioned)
}

/// Returns the number of an issue of the same repository: of `#12`, of `OWNER/NAME#12`, or of its address.
fn issue(record: &ForgeRecord, request: &ChangeRequest, name: &str) -> Option<u64> {
    let number = match name.rsplit_once('#') {
        Some(("", number)) => number,
        Some((place, number)) if place.eq_ignore_ascii_case(&record.at_forge) => number,
        Some(_) | None => behind_address(record, name)?,
    };
    let is_number = number.bytes().all(|it| it.is_ascii_digit());
    let number = number.parse().ok().filter(|_| is_number)?;
    // GitHub numbers a request as it numbers issues, and it is no ticket of its own.
    let is_itself = record.forge == ForgeKind::Github.name() && number == request.number;
    (!is_itself).then_some(number)
}

/// Returns the number at the end of the address of an issue of the same repository.
fn behind_address<'a>(record: &ForgeRecord, name: &'a str) -> Option<&'a str> {
    let pages = format!("{}/{}/", pages_of(&record.base), record.at_forge);
    let (start, rest) = name.split_at_checked(pages.len())?;
    let rest = rest.strip_prefix("-/").unwrap_or(rest);
    let number = rest.strip_prefix("issues/")?;
    let number = number.split(['#', '?']).next()?;
    start.eq_ignore_ascii_case(&pages).then_some(number)
}

/// Returns the address below which a forge shows its repositories, of that of its API.
fn pages_of(base: &str) -> String {
    let base = base.trim_end_matches('/');
    let below = ["/api/v3", "/api/v4"];
    match below.into_iter().find_map(|end| base.strip_suffix(end)) {
        Some(pages) => pages.to_owned(),
        None => base.replacen("https://api.", "https://", 1),
    }
}

#[cfg(test)]
mod tests {
    use super::pages_of;

    #[test]
    fn the_pages_of_a_forge_lie_beside_its_api() {
        let check = |base: &str, expect: &str| assert_eq!(pages_of(base), expect);
        check("https://api.github.com", "https://github.com");
        check("https://git.example/api/v3", "https://git.example");
        check("https://gitlab.com/api/v4", "https://gitlab.com");
        check("https://h.example/lab/api/v4/", "https://h.example/lab");
    }
}
