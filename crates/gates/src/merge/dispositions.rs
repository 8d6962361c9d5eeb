//! What became of the findings of AI reviews: which of them must be answered, and which are.
//!
//! A finding in the final difference is answered where a person accepts it or says why it is false. One that the model made
//! in an earlier difference of the same request is answered too by the commit that mended it: to change a line until the
//! model is silent takes nothing back. What a rule found earlier the rule finds again, or it is gone.

use super::ai_review::before_it_landed;
use super::{Case, RequestCase, signing};
use model::digest::CommitId;
use model::program::PrincipalId;
use model::report::SignatureVerdict;
use model::request::dossier::Dossier;
use model::review::{Finding, FoundBy, Reviewed};
use model::statement::{Disposition, Statement, StatementKind, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// The fewest words of a reason: "fine" says nothing.
pub const MIN_WORDS: usize = 3;
/// The most findings that a reason names.
const MAX_NAMED: usize = 3;

/// The findings that must be answered, by the names by which that is done.
#[derive(Debug, Default)]
pub(super) struct Findings<'a> {
    /// Those that nobody answered.
    pub(super) open: BTreeMap<String, Open<'a>>,
    /// Who answered the others, with the leaf of it.
    pub(super) answered: BTreeSet<(u64, &'a PrincipalId)>,
}

/// A finding that must be answered and is not.
#[derive(Debug)]
pub(super) struct Open<'a> {
    review: &'a Reviewed,
    finding: &'a Finding,
    /// Why what was said of it is no answer.
    refused: Option<String>,
}

/// Returns the findings of these reviews that must be answered.
pub(super) fn findings<'a>(
    case: &Case<'a>,
    request: &RequestCase<'a>,
    reviews: &[&'a Reviewed],
) -> Findings<'a> {
    let mut found = Findings::default();
    let said: Vec<(&Statement, &Disposition)> = dispositions(case, request).collect();
    let is_final = |review: &Reviewed| Some(review.patch_digest) == case.change.patch_digest;
    for review in reviews {
        let stands = |finding: &&Finding| {
            finding.severity >= case.rules.review.severity
                && (finding.by == FoundBy::Model || is_final(review))
        };
        for finding in review.findings.iter().filter(stands) {
            let name = finding.name(&review.patch_digest);
            let of_it = said.iter().filter(|(_, it)| it.finding == name);
            let mut refused = None;
            let answer = of_it.into_iter().find(|(statement, it)| {
                let answered = answers(request.dossiers, (review, is_final(review)), it);
                if let Err(why) = &answered {
                    refused = Some(format!("leaf {}: {why}", statement.leaf));
                }
                answered.is_ok()
            });
            match answer {
                Some((statement, _)) => {
                    let by = (statement.leaf, &statement.record.principal);
                    found.answered.insert(by);
                }
                None => {
                    let open = Open {
                        review,
                        finding,
                        refused,
                    };
                    found.open.entry(name).or_insert(open);
                }
            }
        }
    }
    found
}

/// Returns whether a disposition answers a finding of a review, by what was seen of its request, or why not.
pub fn answers(
    sights: &[Dossier],
    (review, is_final): (&Reviewed, bool),
    said: &Disposition,
) -> Result<(), String> {
    match &said.verdict {
        Verdict::Fixed { commit } if is_final => Err(format!(
            "{} cannot have mended what the final difference holds",
            commit.short()
        )),
        Verdict::Fixed { commit } => came_after(sights, review, commit),
        Verdict::Accepted | Verdict::False => {
            match said.because.split_whitespace().count() >= MIN_WORDS {
                true => Ok(()),
                false => Err("it gives no reason".to_owned()),
            }
        }
    }
}

/// Returns whether a commit came to the request after it was reviewed, or why nobody can tell.
fn came_after(sights: &[Dossier], review: &Reviewed, commit: &CommitId) -> Result<(), String> {
    let (mut before, mut after) = (None, false);
    for dossier in sights {
        let Ok(commits) = dossier.commits.known() else {
            continue;
        };
        let holds = commits.iter().any(|it| it.id == *commit);
        match dossier.leaf < review.leaf {
            true => before = Some(before.unwrap_or(false) || holds),
            false => after |= holds,
        }
    }
    let commit = commit.short();
    match (before, after) {
        (Some(false), true) => Ok(()),
        (Some(true), _) => Err(format!("{commit} was there when it was found")),
        (None, _) => Err("no record shows the commits that were reviewed".to_owned()),
        (Some(false), false) => Err(format!("no record shows {commit} in the request")),
    }
}

/// Returns what people signed of findings.
fn dispositions<'a>(
    case: &Case<'a>,
    request: &RequestCase<'a>,
) -> impl Iterator<Item = (&'a Statement, &'a Disposition)> + use<'a> {
    let in_time = before_it_landed(case, request);
    let directory = case.directory;
    let counts = move |statement: &&Statement| {
        let record = &statement.record;
        let signed = signing::verdict(&statement.signature, directory);
        let is_own = signed.verdict == SignatureVerdict::Valid
            && signed.signer.as_ref() == Some(&record.principal);
        let by = directory.principal(&record.principal);
        record.kind == StatementKind::Disposition
            && in_time(statement.leaf, statement.at)
            && is_own
            && by.is_some_and(super::review::is_person)
    };
    let statements = request.statements.iter().filter(counts);
    statements.flat_map(|statement| {
        let said = statement.record.dispositions.iter();
        said.map(move |disposition| (statement, disposition))
    })
}

impl Findings<'_> {
    /// Returns which findings nobody answered.
    pub(super) fn told(&self, case: &Case<'_>) -> String {
        let named = self.open.iter().take(MAX_NAMED);
        let named: Vec<String> = named.map(|(name, open)| open.told(name, case)).collect();
        let more = match self.open.len().saturating_sub(MAX_NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let noun = match self.open.len() {
            1 => "finding",
            _ => "findings",
        };
        format!(
            "{} {noun} of {} severity or graver without an answer, mend it or answer it with `countersign record disposition`: {}{more}",
            self.open.len(),
            case.rules.review.severity,
            named.join(", ")
        )
    }
}

impl Open<'_> {
    fn told(&self, name: &str, case: &Case<'_>) -> String {
        let finding = self.finding;
        let place = match (&finding.file, finding.line) {
            (Some(file), Some(line)) => format!("{}:{line}", file.escape_debug()),
            (Some(file), None) => file.escape_debug().to_string(),
            (None, _) => "beside the difference".to_owned(),
        };
        let earlier = match Some(self.review.patch_digest) == case.change.patch_digest {
            true => "",
            false => " of an earlier difference",
        };
        let refused = self.refused.as_ref();
        let refused = refused.map_or_else(String::new, |why| format!("; {why}"));
        format!(
            "{name} (leaf {}{earlier}, {}, {place}: {}{refused})",
            self.review.leaf,
            finding.severity,
            finding.claim.escape_debug()
        )
    }
}
