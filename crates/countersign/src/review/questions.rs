//! What a reviewer is asked about a difference, and the record of it before anybody answered.

use super::beside::{Beside, quiet};
use crate::program;
use gates::merge::CI_FILES;
use gates::review::rules;
use jiff::Timestamp;
use model::digest::{CommitId, Digest};
use model::patch::Patch;
use model::program::PrincipalId;
use model::review::{AskedQuestion, Budget, Finding, ReadFile, ReviewRecord, Spent, VERSION};
use model::reviewer::Reviewer;
use sources::review::parts::{self, Part, Plan};
use sources::review::prompt::{self, Marks};
use sources::review::shown::{Shown, Side, shown};
use sources::review::uses::Used;

/// What is reviewed.
pub(crate) struct Subject<'a> {
    /// The repository, as the program calls it.
    pub(crate) repository: &'a str,
    /// The request; none where a range of commits is reviewed.
    pub(crate) request: Option<u64>,
    /// The commit from which the difference was taken.
    pub(crate) merge_base: &'a CommitId,
    /// The last commit of it.
    pub(crate) head: &'a CommitId,
    /// SHA-256 of the program that names the reviewer.
    pub(crate) program_sha256: Digest,
    /// The difference.
    pub(crate) patch: &'a Patch,
    /// What its author says of it, without secrets.
    pub(crate) said: &'a str,
    /// What the program asks of code.
    pub(crate) rules: &'a str,
    /// Where what it defines is used.
    pub(crate) used: &'a Used,
}

/// Questions that are about to be put, and the record of them.
pub(crate) struct Questions {
    pub(super) how: Reviewer,
    pub(super) record: ReviewRecord,
    pub(super) texts: Vec<String>,
    struck: usize,
}

impl Questions {
    /// Returns what a reviewer is to be asked.
    pub(crate) fn of(
        subject: &Subject<'_>,
        (id, how): (&PrincipalId, &Reviewer),
        now: Timestamp,
    ) -> Questions {
        let shown = shown(subject.patch);
        let by_rule = by_rule(&shown, subject);
        let beside = Beside::of(subject, &shown, &by_rule, how.question_bytes());
        let room = how.question_bytes().saturating_sub(beside.bytes());
        let plan = parts::parts(&shown, room);
        let of = plan.parts.len();
        let numbered = (1..).zip(&plan.parts);
        let question = |(number, part): (usize, &Part)| beside.question(part, (number, of));
        let texts: Vec<String> = numbered
            .map(question)
            // Paths may hold secrets too.
            .map(|question| quiet(&question))
            .collect();
        let record = ReviewRecord {
            version: VERSION,
            repository: subject.repository.to_owned(),
            request: subject.request,
            merge_base: subject.merge_base.clone(),
            head: subject.head.clone(),
            patch_digest: subject.patch.digest,
            program_sha256: subject.program_sha256,
            configured: None,
            reviewer: id.clone(),
            prompt_sha256: prompt::digest(),
            at: now,
            files: files(&shown, &plan),
            by_rule,
            questions: plan.parts.iter().zip(&texts).map(asked).collect(),
            answers: Vec::new(),
            budget: how.budget,
            spent: Spent::default(),
        };
        Questions {
            how: how.clone(),
            record,
            texts,
            struck: shown.struck.len(),
        }
    }

    /// Returns the questions with another budget.
    pub(crate) fn within(mut self, budget: Budget) -> Questions {
        self.how.budget = budget;
        self.record.budget = budget;
        self
    }

    /// Returns how many questions there are, and their bytes together.
    pub(crate) fn size(&self) -> (usize, usize) {
        let bytes = self.texts.iter().map(String::len).sum();
        (self.texts.len(), bytes)
    }

    /// Returns the record of questions that nobody was asked.
    pub(crate) fn unasked(self) -> ReviewRecord {
        self.record
    }

    /// Returns what is about to be sent where, and what it may use.
    pub(crate) fn intent(&self) -> String {
        let bytes: usize = self.texts.iter().map(String::len).sum();
        let (parts, files) = (self.texts.len(), self.record.files.len());
        let cost = self.how.budget.cost;
        let cost = cost.map_or_else(String::new, |cost| format!(", a cost of {cost}"));
        format!(
            "{} asks {} at {} about {files} files in {parts} parts of {bytes} bytes together, {} secrets struck; it may use {} tokens{cost} and {} s",
            self.record.reviewer,
            self.how.model,
            self.how.api,
            self.struck,
            self.how.budget.tokens,
            self.how.budget.seconds
        )
    }
}

fn asked((part, question): (&Part, &String)) -> AskedQuestion {
    let marks = Marks::of(&part.text);
    AskedQuestion {
        sha256: Digest::of(question.as_bytes()),
        bytes: question.len(),
        first_mark: marks.first,
        last_mark: marks.last,
        covers: part.covers.clone(),
    }
}

fn by_rule(shown: &Shown<'_>, subject: &Subject<'_>) -> Vec<Finding> {
    let gate_files = [&[program::FILE_NAME][..], &CI_FILES].concat();
    let is_added = |file: usize, line: u32| {
        let file = shown.files.get(file).map(|it| it.file);
        file.is_some_and(|file| file.added().any(|(number, _)| number == line))
    };
    let secrets: Vec<rules::SecretAt<'_>> = shown
        .struck
        .iter()
        .filter(|(file, side, it)| *side == Side::After && is_added(*file, it.line))
        .map(|(file, _, it)| (*file, it.line, it.kind))
        .collect();
    let mut found = rules::find(subject.patch, &gate_files, &secrets);
    let whose = match subject.request {
        Some(_) => "What the request says of itself",
        None => "What its commits say of themselves",
    };
    found.extend(rules::find_in_words(whose, subject.said));
    for finding in &mut found {
        finding.file = finding.file.as_deref().map(quiet);
        finding.claim = quiet(&finding.claim);
    }
    found
}

fn files(shown: &Shown<'_>, plan: &Plan) -> Vec<ReadFile> {
    let of = |(place, it): (usize, &sources::review::shown::ShownFile<'_>)| {
        let listed = plan.listed.iter().find(|(at, _)| *at == place);
        let unread = plan.unread.iter().find(|(at, _)| *at == place);
        let struck = shown.struck.iter().filter(|(at, _, _)| *at == place);
        ReadFile {
            path: quiet(&it.file.path),
            added: it.file.added().count() as u32,
            removed: it.file.removed().count() as u32,
            listed: listed.map(|(_, why)| *why),
            unread: unread.map(|(_, why)| why.clone()),
            struck: struck.count() as u32,
        }
    };
    shown.files.iter().enumerate().map(of).collect()
}
