//! What other products and machines wrote on a request: evidence for whoever reads, on which no rule passes.

use super::{Case, RequestCase};
use jiff::Timestamp;
use model::digest::CommitId;
use model::request::words::ReviewState;
use model::request::{Account, Review};
use std::collections::BTreeMap;

/// Products that review requests, by the accounts of their apps.
const PRODUCTS: [(&str, &str); 18] = [
    ("chatgpt-codex-connector[bot]", "Codex"),
    ("claude[bot]", "Claude"),
    ("coderabbitai", "CodeRabbit"),
    ("coderabbitai[bot]", "CodeRabbit"),
    ("codiumai-pr-agent-pro[bot]", "Qodo Merge"),
    ("copilot", "GitHub Copilot"),
    ("copilot-pull-request-reviewer[bot]", "GitHub Copilot"),
    ("cursor[bot]", "Cursor"),
    ("ellipsis-dev[bot]", "Ellipsis"),
    ("gemini-code-assist[bot]", "Gemini Code Assist"),
    ("gitlabduo", "GitLab Duo"),
    ("graphite-app[bot]", "Graphite"),
    ("greptile-apps[bot]", "Greptile"),
    ("korbit-ai[bot]", "Korbit"),
    ("qodo-code-review[bot]", "Qodo Merge"),
    ("qodo-merge-pro[bot]", "Qodo Merge"),
    ("qodo-merge-pro-for-open-source[bot]", "Qodo Merge"),
    ("sourcery-ai[bot]", "Sourcery"),
];

/// Returns what products and machines that are nobody in the program reviewed, and which commit; nothing where none did.
pub(super) fn reviewed(case: &Case<'_>, request: &RequestCase<'_>) -> Option<String> {
    let merged = request.merge().map(|merge| merge.at);
    let in_time = |at: Timestamp| merged.is_none_or(|merged| at <= merged);
    let name = |account: &Account| {
        let principal = request.principal(Some(account), case.directory);
        principal.is_none().then(|| named(account)).flatten()
    };
    let mut said: BTreeMap<String, String> = BTreeMap::new();
    let comments = request.dossier.comments.known().ok();
    for comment in comments.into_iter().flatten() {
        let account = comment.account.as_ref();
        let product = account
            .and_then(name)
            .filter(|_| in_time(comment.created_at));
        // A comment names no commit.
        said.extend(product.map(|product| (product, "wrote a comment".to_owned())));
    }
    let reviews = request.dossier.reviews.known().ok();
    let mut reviews: Vec<&Review> = reviews.into_iter().flatten().collect();
    reviews.sort_by_key(|review| (review.submitted_at, review.id));
    let head = &request.dossier.request.head.commit;
    for review in reviews {
        let product = review.account.as_ref().and_then(name);
        let product = product.filter(|_| review.submitted_at.is_none_or(in_time));
        said.extend(product.map(|product| (product, did(review, head))));
    }
    let said = said.into_iter();
    let said: Vec<String> = said
        .map(|(product, did)| format!("{product} {did}"))
        .collect();
    (!said.is_empty()).then(|| said.join(", "))
}

fn named(account: &Account) -> Option<String> {
    let login = account.login.to_ascii_lowercase();
    let product = PRODUCTS.iter().find(|(of, _)| *of == login);
    match product {
        Some((_, product)) => Some(format!("{product} ({})", account.login)),
        None => account.is_machine().then(|| account.login.clone()),
    }
}

fn did(review: &Review, head: &CommitId) -> String {
    let did = match review.state {
        ReviewState::Approved => "approved",
        ReviewState::ChangesRequested => "asked for changes to",
        ReviewState::Commented
        | ReviewState::Dismissed
        | ReviewState::Pending
        | ReviewState::Other(_) => "reviewed",
    };
    match &review.commit {
        Some(commit) if commit == head => format!("{did} {}, the last commit", commit.short()),
        Some(commit) => format!("{did} {}, not the last commit", commit.short()),
        None => format!("{did} a commit that the forge does not name"),
    }
}
