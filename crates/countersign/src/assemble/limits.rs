//! What a report does not prove, and what the log holds against it.

use super::Recorded;
use crate::answers::ledger::keys::KeyEvent;
use crate::forge::unprotected;
use documents::text::count;
use gates::census;
use model::report::ProgramOrigin;
use std::collections::{BTreeMap, BTreeSet};

/// Returns what a report does not prove, one sentence each.
pub(super) fn limits(recorded: &Recorded<'_>) -> Vec<String> {
    let mut limits = vec![signed_outside(recorded)];
    limits.extend([
        "The log shows that nothing recorded was changed since, not that everything was recorded.",
        "Git alone is one source: no population here was reconciled with a second one, so no control is concluded effective.",
        "Names, addresses, dates and messages of commits are typed by their committers; dates may prove a miss, never a pass.",
        "Git does not keep who pushed, what was reviewed, which checks ran or when a request was opened.",
    ].map(String::from));
    if recorded.program_origin == ProgramOrigin::Draft {
        limits.push("The program was drafted from the repository for this run: nobody has confirmed who is who, who holds which duty or which controls exist.".into());
    }
    let gaps = recorded.observation.incomplete.iter();
    limits.extend(gaps.map(|gap| format!("The repository is not whole: {}.", gap.sentence())));
    limits.push(log_began(recorded));
    let others = recorded.earlier.others;
    if others > 0 {
        limits.push(format!(
            "{} of the log: of another repository or branch, or not whole, so nothing here rests on it{}.",
            observations(others),
            elsewhere(recorded)
        ));
    }
    limits
}

/// What the signatures of outsiders leave open, by the keys that the program names.
fn signed_outside(recorded: &Recorded<'_>) -> String {
    match &recorded.outside.assurance.last_contact {
        None => "No signature of somebody outside counted for the log when this report was made: its grade is self, and whoever holds its key could have written all of it anew before handing this report over.".into(),
        Some(contact) => format!(
            "{} last signed the log at {}, when it had {}: whoever holds its key could have written anew what lies behind them, and the keys of those who signed came from the audited company.",
            contact.outsider.escape_debug(),
            contact.time,
            count(contact.size, "leaf", "leaves")
        ),
    }
}

/// A log can be begun anew, under another key, to be rid of the one before.
fn log_began(recorded: &Recorded<'_>) -> String {
    match recorded.earlier.began {
        None => {
            "The log begins with this audit: whatever was recorded elsewhere before is not in it."
                .into()
        }
        Some(began) => format!(
            "The log began on {} and holds {} before this one: whatever was recorded elsewhere before is not in it.",
            began.strftime("%Y-%m-%d"),
            count(recorded.earlier.audits, "audit", "audits")
        ),
    }
}

/// Returns what an operator who wrote the history or the log anew would leave behind.
pub(super) fn warnings(
    recorded: &Recorded<'_>,
    strange_mergers: &BTreeMap<String, BTreeSet<u64>>,
) -> Vec<String> {
    let earlier = recorded.earlier;
    let rewritten = census::rewritten(recorded.observation, recorded.changes, &earlier.sightings);
    let rewritten = rewritten
        .iter()
        .map(|gap| format!("The repository is not what it was: {gap}."));
    let mut warnings: Vec<String> = rewritten.collect();
    let faults = recorded.outside.faults.iter();
    warnings
        .extend(faults.map(|fault| format!("The log contradicts what outsiders signed: {fault}.")));
    let accusations = recorded.outside.accusations.iter();
    warnings.extend(accusations.map(|it| format!("A witness contradicts the log: {it}.")));
    let swapped = recorded.outside.swapped.iter();
    warnings
        .extend(swapped.map(|it| format!("The log has another outsider under an old name: {it}.")));
    let keys = recorded.outside.key_history.iter();
    warnings.extend(keys.map(KeyEvent::line));
    let absent = recorded.outside.absent;
    if absent > 0 {
        warnings.push(format!(
            "{} of outside signatures cannot be read here: whether they contradict the log is unknown.",
            count(absent, "record", "records")
        ));
    }
    warnings.extend(renamed(recorded));
    if earlier.unread > 0 {
        warnings.push(format!(
            "{} of the log cannot be read here: what was seen then is not compared with what is there now.",
            observations(earlier.unread)
        ));
    }
    if !earlier.forge.unread.is_empty() {
        let leaves: Vec<String> = earlier.forge.unread.iter().map(u64::to_string).collect();
        warnings.push(format!(
            "Records of the forge or of the gate that cannot be read here, in leaves {}: what they showed of requests is unknown.",
            leaves.join(", ")
        ));
    }
    let gates = earlier.forge.gates.values().flatten();
    let doubts = gates.filter_map(|gated| Some((gated.leaf, gated.doubt.as_ref()?)));
    warnings.extend(doubts.map(|(leaf, doubt)| {
        format!(
            "Leaf {leaf}: the gate's record says pass, which does not follow from the records before it: {}.",
            doubt.reason
        )
    }));
    if !earlier.unread_checks.is_empty() {
        let leaves: Vec<String> = earlier.unread_checks.iter().map(u64::to_string).collect();
        warnings.push(format!(
            "Reports of checks that cannot be read here, in leaves {}: no change counts as having passed its checks.",
            leaves.join(", ")
        ));
    }
    warnings.extend(set_back(recorded));
    let guards = recorded.earlier.forge.guards.last();
    warnings.extend(guards.and_then(unprotected::stands_in));
    warnings.extend(strange_mergers.iter().map(strange_merger));
    warnings
}

/// Requests that a warning names.
const MOST_NAMED: usize = 10;

fn strange_merger((account, requests): (&String, &BTreeSet<u64>)) -> String {
    let named = requests.iter().take(MOST_NAMED).map(u64::to_string);
    let named: Vec<String> = named.collect();
    let more = match requests.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let noun = if requests.len() == 1 {
        "request"
    } else {
        "requests"
    };
    format!(
        "{}, which stands for nobody in the program, let {noun} {}{more} land.",
        account.escape_debug(),
        named.join(", ")
    )
}

/// Returns what shows that the clock was set back.
fn set_back(recorded: &Recorded<'_>) -> Vec<String> {
    let earlier = recorded.earlier;
    let mut warnings = Vec::new();
    if let Some(leaf) = earlier.backwards {
        warnings.push(format!(
            "Leaf {leaf} of the log claims an earlier time than a leaf before it: the clock was set back, and waits are counted from the later time."
        ));
    }
    if earlier
        .latest
        .is_some_and(|latest| recorded.generated_at < latest)
    {
        warnings.push(
            "The log holds a leaf of a later time than this audit: the clock was set back since."
                .into(),
        );
    }
    warnings
}

/// Returns what else was observed, as the end of a sentence.
fn elsewhere(recorded: &Recorded<'_>) -> String {
    let elsewhere = recorded.earlier.elsewhere.keys();
    let names: Vec<String> = elsewhere
        .map(|(repository, branch)| {
            format!("{branch} of {repository}")
                .escape_debug()
                .to_string()
        })
        .collect();
    match names.is_empty() {
        true => String::new(),
        false => format!(" ({})", names.join(", ")),
    }
}

/// A history that is observed under another name is compared with nothing that was seen under the one before. What
/// was observed earlier than this branch may have been its name; a branch that was there first has none.
fn renamed(recorded: &Recorded<'_>) -> BTreeSet<String> {
    let now = &recorded.observation.query.repository;
    let repositories = &recorded.program.repositories;
    let is_named = |name: &String| repositories.iter().any(|one| one.name == *name);
    let first = recorded.earlier.sightings.first();
    let first = first.map_or(recorded.earlier.size, |sighting| sighting.leaf);
    let before = recorded
        .earlier
        .elsewhere
        .iter()
        .filter(|(_, leaf)| **leaf < first);
    let what = |((repository, branch), _): (&(String, String), &u64)| {
        // Somebody typed them, and they stand on a terminal too.
        if repository == now {
            Some(format!(
                "branch {} of this repository",
                branch.escape_debug()
            ))
        } else if !is_named(repository) {
            Some(format!(
                "repository {}, which the program does not name",
                repository.escape_debug()
            ))
        } else {
            None
        }
    };
    let told = |what: String| {
        format!(
            "Before it first observed this branch, the log observed {what}: if that was its name, what was seen under it is not compared with what is here."
        )
    };
    before.filter_map(what).map(told).collect()
}

fn observations(number: u64) -> String {
    count(number, "earlier observation", "earlier observations")
}
