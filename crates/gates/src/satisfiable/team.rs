//! Who of a program could do something, and how that is said.

use model::outsiders::Relation;
use model::program::{FunctionName, Principal, PrincipalKind, Program, RepositoryForge};

/// Names that one sentence lists.
const MOST_NAMED: usize = 4;

/// The principals of a program.
pub(super) struct Team<'p> {
    program: &'p Program,
}

impl<'p> Team<'p> {
    pub(super) fn new(program: &'p Program) -> Team<'p> {
        Team { program }
    }

    /// Returns who holds `code authoring`; where nobody does, the people of the organisation.
    pub(super) fn authors(&self) -> Vec<&'p Principal> {
        let authors = self.holding(&["code authoring"], |_| true);
        match authors.is_empty() {
            true => self.humans(),
            false => authors,
        }
    }

    /// Returns the people of the organisation.
    pub(super) fn humans(&self) -> Vec<&'p Principal> {
        self.program.humans().collect()
    }

    /// Returns the people of the organisation and those outside.
    pub(super) fn people(&self) -> Vec<&'p Principal> {
        self.those(is_person)
    }

    /// Returns those of a kind.
    pub(super) fn of_kind(&self, kind: PrincipalKind) -> Vec<&'p Principal> {
        self.those(|one| one.kind == kind)
    }

    /// Returns those who hold one of these duties and of whom `fits` holds.
    pub(super) fn holding(
        &self,
        duties: &[&str],
        fits: impl Fn(&Principal) -> bool,
    ) -> Vec<&'p Principal> {
        self.those(|one| {
            let duty = |duty: &&str| self.holds(one, duty);
            fits(one) && duties.iter().any(duty)
        })
    }

    /// Returns the people who hold a duty; where none does, the people of the organisation.
    pub(super) fn people_for(&self, duty: &str) -> Vec<&'p Principal> {
        let holders = self.holding(&[duty], is_person);
        match holders.is_empty() {
            true => self.humans(),
            false => holders,
        }
    }

    /// Returns the people who may approve: those who hold a duty for it; where nobody holds any duty, everybody.
    pub(super) fn approvers(&self) -> Vec<&'p Principal> {
        let mut held = self.program.assignments.values();
        match held.all(|held| held.is_empty()) {
            true => self.people(),
            false => self.holding(&["code review and approval", "change approval"], is_person),
        }
    }

    /// Returns whether the forge of every repository is named where the gate looks for it: in the repository's entry.
    ///
    /// A forge among `tools` is one that nobody asks.
    pub(super) fn is_forge_asked(&self) -> bool {
        let repositories = &self.program.repositories;
        !repositories.is_empty() && repositories.iter().all(|it| it.forge.is_some())
    }

    /// Returns the repositories of which no forge is named.
    pub(super) fn without_forge(&self) -> Vec<&'p str> {
        let repositories = self.program.repositories.iter();
        repositories
            .filter(|it| it.forge.is_none())
            .map(|it| it.name.as_str())
            .collect()
    }

    /// Returns whether somebody has an account on the forge of every repository.
    pub(super) fn is_on_the_forge(&self, one: &Principal) -> bool {
        let mut repositories = self.program.repositories.iter();
        let is_on = |forge: &RepositoryForge| {
            one.accounts.iter().any(|account| {
                let (system, _) = account.split_once(':').unwrap_or_default();
                forge.kind.name().eq_ignore_ascii_case(system)
            })
        };
        self.is_forge_asked() && repositories.all(|it| it.forge.as_ref().is_some_and(is_on))
    }

    /// Returns the names of those outside the organisation who sign the log.
    pub(super) fn outside_signers(&self) -> Vec<&'p str> {
        let outsiders = &self.program.outsiders;
        let witnesses = outsiders.witnesses.iter();
        let witnesses = witnesses.map(|it| (it.name.as_str(), &it.run_by, it.relation));
        let authorities = outsiders.timestamp_authorities.iter();
        let authorities = authorities.map(|it| (it.name.as_str(), &it.run_by, it.relation));
        let is_outside = |run_by: &str, declared| match self.program.relation(run_by, declared) {
            Relation::Outside | Relation::Reciprocal => true,
            Relation::Own => false,
        };
        witnesses
            .chain(authorities)
            .filter(|(_, run_by, relation)| is_outside(run_by, *relation))
            .map(|(name, _, _)| name)
            .collect()
    }

    fn those(&self, fits: impl Fn(&Principal) -> bool) -> Vec<&'p Principal> {
        let principals = self.program.principals.iter();
        principals.filter(|one| fits(one)).collect()
    }

    fn holds(&self, one: &Principal, duty: &str) -> bool {
        let held = self.program.assignments.get(&one.id);
        held.is_some_and(|held| held.contains(&FunctionName(duty.into())))
    }
}

/// Returns whether somebody is a person; an agent and an automation never are.
pub(super) fn is_person(one: &Principal) -> bool {
    match one.kind {
        PrincipalKind::Human | PrincipalKind::Outsider => true,
        PrincipalKind::Agent | PrincipalKind::Automation => false,
    }
}

/// Returns the ids of principals: `ada`, `bo` and `cy`.
pub(super) fn named(principals: &[&Principal]) -> String {
    let ids: Vec<&str> = principals.iter().map(|one| one.id.as_str()).collect();
    listed(&ids, "and")
}

/// Returns names in a sentence, of which no more than a few are told.
pub(super) fn listed(names: &[&str], last: &str) -> String {
    let quoted = |name: &&str| format!("`{name}`");
    let told: Vec<String> = names.iter().take(MOST_NAMED).map(quoted).collect();
    match told.as_slice() {
        [] => "nobody".into(),
        [one] => one.clone(),
        all if names.len() > all.len() => {
            format!("{} {last} {} more", all.join(", "), names.len() - all.len())
        }
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

/// Returns `no human`, `one human` or `3 humans`.
pub(super) fn counted(number: usize, one: &str, more: &str) -> String {
    match number {
        0 => format!("no {one}"),
        1 => format!("one {one}"),
        _ => format!("{number} {more}"),
    }
}
