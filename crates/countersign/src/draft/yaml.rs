//! The text of a draft.

use super::people::{self, Person};
use model::change::Change;
use model::program::{ForgeKind, PrincipalKind};
use sources::git::{RequestsAt, Survey};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Duties that a commit shows somebody to hold.
const AUTHORS: &str = "code development, code authoring, change request";
/// Duties that a change put on the protected branch shows somebody to hold.
const LANDERS: &str = "code review and approval, change approval";

/// Returns the draft for some changes and what a survey found.
pub fn render(changes: &[Change], survey: &Survey) -> String {
    let people = people::group(changes, survey);
    let staff: Vec<&Person> = people
        .iter()
        .filter(|person| person.is_staff(changes.len()))
        .collect();
    let mut text = String::from(HEAD);
    organisation(&mut text, &staff);
    repository(&mut text, survey);
    tools(&mut text, survey);
    principals(&mut text, changes, survey, &people);
    assignments(&mut text, &staff);
    text.push_str(CONTROLS);
    text
}

/// Returns a text as a YAML scalar in double quotes, which is also JSON.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

const HEAD: &str = "\
# What Countersign knows about this organisation, drafted from the repository.
# A text that begins with ?? is a question that only you can answer.
# countersign check lists those still open.
version: 1
";

const OWN_FORGE: &str = "    # Where collect and gate ask about requests, if this is its API:\n";

const MERGE_METHODS: &str = "    # Without rebase in this list a commit that names no request is a deviation:\n    # merge_methods: [merge, squash]\n";

const CONTROLS: &str = "\
# A control that is named here is declared to be in use and compensates conflicts, for example
#   controls: {CR-4: in use, CR-8: in use}
controls: \"?? Which controls of the catalogue are in use, as in CR-4, CR-8? countersign audit tests all of them\"
";

const GROUPED: &str = "\
# Grouped by address, account and full name: split or join where that guess is wrong.
";

const OUTSIDERS: &str = "\
# Whoever landed no change, and wrote fewer than three or than one in a hundred of them, counts as an outsider.
";

fn organisation(text: &mut String, staff: &[&Person]) {
    let name = quoted("?? What is the organisation called?");
    let seem = match staff.len() {
        1 => "1 person seems".to_owned(),
        more => format!("{more} people seem"),
    };
    let head_count = quoted(&format!("?? How many people work there? {seem} to"));
    let _infallible = write!(
        text,
        "organisation:\n  name: {name}\n  head_count: {head_count}\n"
    );
}

fn repository(text: &mut String, survey: &Survey) {
    let _infallible = write!(
        text,
        "repositories:\n  - name: {}\n    branch: {}\n",
        quoted(&survey.name),
        quoted(&survey.branch),
    );
    if let Some(at) = &survey.requests_at {
        forge(text, at);
    }
    text.push_str(MERGE_METHODS);
}

/// A forge of one's own is only proposed: its name alone tells what it is.
fn forge(text: &mut String, at: &RequestsAt) {
    let named = quoted(&format!("{}:{}", at.kind.name(), at.repository));
    let _infallible = match &at.own_host {
        None => writeln!(text, "    forge: {named}"),
        Some(host) => {
            let api = match at.kind {
                ForgeKind::Github => format!("https://{host}/api/v3"),
                ForgeKind::Gitlab => format!("https://{host}/api/v4"),
            };
            let api = quoted(&api);
            write!(
                text,
                "{OWN_FORGE}    # forge: {named}\n    # forge_api: {api}\n"
            )
        }
    };
}

fn tools(text: &mut String, survey: &Survey) {
    let found = [
        ("forge", &survey.forges),
        ("ci", &survey.ci),
        ("infrastructure", &survey.infrastructure),
        ("containers", &survey.containers),
        ("packages", &survey.lock_files),
        ("scanners", &survey.scanners),
    ];
    if found.iter().all(|(_, names)| names.is_empty()) {
        return;
    }
    text.push_str("tools:\n");
    for (purpose, names) in found.into_iter().filter(|(_, names)| !names.is_empty()) {
        let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
        let _infallible = writeln!(text, "  {purpose}: [{}]", names.join(", "));
    }
}

fn principals(text: &mut String, changes: &[Change], survey: &Survey, people: &[Person]) {
    text.push_str(GROUPED);
    let human = |person: &&Person| person.kind == PrincipalKind::Human;
    if people
        .iter()
        .filter(human)
        .any(|person| !person.is_staff(changes.len()))
    {
        text.push_str(OUTSIDERS);
    }
    text.push_str("principals:\n");
    if people.is_empty() {
        text.push_str("  - id: \"somebody\"\n    name: \"?? Who works here? Nobody appears in the changes of the period\"\n");
    }
    for person in people {
        let works_there = person.kind != PrincipalKind::Human || person.is_staff(changes.len());
        let forge = survey.forges.first().map(String::as_str);
        principal(text, person, works_there, forge);
    }
    let named = changes
        .iter()
        .flat_map(|change| change.assistants.iter().chain(&change.brought_assistants));
    for assistant in named.collect::<BTreeSet<_>>() {
        let id = people::slug(assistant);
        if !people.iter().any(|person| person.id == id) {
            let _infallible = write!(
                text,
                "  - id: {id}\n    name: {}\n    kind: agent\n",
                quoted(assistant)
            );
        }
    }
}

fn principal(text: &mut String, person: &Person, works_there: bool, forge: Option<&str>) {
    let _infallible = write!(
        text,
        "  - id: {}\n    name: {}\n",
        quoted(&person.id),
        quoted(&person.name)
    );
    match person.kind {
        PrincipalKind::Automation => text.push_str("    kind: automation\n"),
        PrincipalKind::Agent => text.push_str("    kind: agent\n"),
        PrincipalKind::Human if works_there => {}
        PrincipalKind::Human | PrincipalKind::Outsider => text.push_str("    kind: outsider\n"),
    }
    let list = |values: Vec<String>| {
        values
            .iter()
            .map(|value| quoted(value))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let _infallible = writeln!(
        text,
        "    emails: [{}]",
        list(person.addresses.iter().cloned().collect())
    );
    if let Some(forge) = forge.filter(|_| !person.accounts.is_empty()) {
        let accounts = person
            .accounts
            .iter()
            .map(|account| format!("{forge}:{account}"))
            .collect();
        let _infallible = writeln!(text, "    accounts: [{}]", list(accounts));
    }
}

/// Returns what git does not show of somebody, and only the operator knows.
fn further(person: &Person) -> String {
    format!(
        "?? Which other duties has {}, as in production deployment, access provisioning, financial transactions?",
        person.id
    )
}

fn assignments(text: &mut String, staff: &[&Person]) {
    text.push_str("assignments:\n");
    if let [only] = staff {
        let _infallible = writeln!(text, "  {}: all", quoted(&only.id));
        return;
    }
    for (place, person) in staff.iter().enumerate() {
        let mut held = vec![AUTHORS.to_owned()];
        held.extend((person.landed > 0).then(|| LANDERS.to_owned()));
        held.extend((place == 0).then(|| quoted(&further(person))));
        let _infallible = writeln!(text, "  {}: [{}]", quoted(&person.id), held.join(", "));
    }
    if staff.is_empty() {
        let _infallible = writeln!(text, "  {{}}");
    }
}
