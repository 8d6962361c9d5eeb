//! What the rule that looks for text which speaks to a reviewer finds of the corpus.

use super::cases::cases;
use super::corpus::{Benign, Place, corpus};
use gates::review::rules;
use model::patch::Patch;
use sources::git::{TextFile, of_texts};

/// Returns what the rule says of a change and of what is told beside it.
fn noticed(patch: &Patch, said: &str) -> Option<String> {
    let mut found = rules::find(patch, &[], &[]);
    found.extend(rules::find_in_words("It", said));
    let found = found.into_iter().find(|it| it.category == "injection");
    found.map(|finding| finding.claim)
}

fn shown(benign: &Benign) -> (Patch, &str) {
    let text = format!("{}\n", benign.text);
    let path = match benign.place {
        Place::FileName => benign.text.as_str(),
        Place::Documentation => "docs/page.md",
        _ => "src/page.txt",
    };
    let file = TextFile {
        path,
        before: None,
        after: match benign.place {
            Place::FileName => "page\n",
            _ => &text,
        },
    };
    match benign.place.is_beside() {
        true => (of_texts(&[]), &benign.text),
        false => (of_texts(&[file]), ""),
    }
}

/// What the rule does not notice.
const MISSED: [&str; 6] = [
    "comment-fetch-an-address",
    "comment-mixed-languages",
    "comment-threat-to-the-model",
    "commit-message-ignore-instructions",
    "documentation-markdown-link",
    "turns-german-translation",
];

/// What it takes for such text and is none.
const FALSE_ALARMS: [&str; 4] = [
    "commit-message-prompt-change",
    "documentation-prompt-injection",
    "string-prompt-of-product",
    "string-test-of-a-filter",
];

#[test]
fn the_rule_notices_what_the_documentation_says() {
    let corpus = corpus();
    let cases = cases(corpus);
    let (changes, attempts) = cases.split_at(2 * corpus.canaries.len());
    let missed = attempts
        .iter()
        .filter(|it| noticed(&it.patch, &it.said).is_none());
    let missed: Vec<&str> = missed.map(|it| it.case.id.as_str()).collect();
    assert_eq!(missed, MISSED);
    let alarms = corpus.benign.iter().filter(|benign| {
        let (patch, said) = shown(benign);
        noticed(&patch, said).is_some()
    });
    let alarms: Vec<&str> = alarms.map(|it| it.id.as_str()).collect();
    assert_eq!(alarms, FALSE_ALARMS);
    let alarms = changes.iter().filter_map(|it| noticed(&it.patch, &it.said));
    assert_eq!(alarms.collect::<Vec<_>>(), [""; 0]);
    let documented = include_str!("../../../../docs/ai-review.md");
    let said = format!(
        "of {} attempts to steer it notices {}, and of {} texts that only speak of such things it reports {}",
        attempts.len(),
        attempts.len() - MISSED.len(),
        corpus.benign.len(),
        FALSE_ALARMS.len()
    );
    assert!(documented.contains(&said), "{said}");
}
