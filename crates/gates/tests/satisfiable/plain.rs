//! The rules said plainly, and a search that tries every principal in every role.
//!
//! It shares nothing with the solver: it reads the program's fields by itself and knows no seats, no candidates and no
//! augmenting paths. A rule that is false whatever the roles not yet given may be ends a branch, which no answer rests on.

use model::outcome::Risk;
use model::program::{
    ControlId, ForgeKind, FunctionName, MergeMethod, Parameter, PrincipalKind, Program,
};
use std::collections::BTreeSet;

/// Who has which role; a role may stay empty.
#[derive(Debug, Clone, Default)]
pub(crate) struct Roles {
    pub(crate) again: Option<usize>,
    pub(crate) reader: Option<usize>,
    pub(crate) ticket: Option<usize>,
    pub(crate) reason: Option<usize>,
    pub(crate) assessor: Option<usize>,
    pub(crate) outside: Option<usize>,
    pub(crate) machine: Option<usize>,
    pub(crate) approvers: BTreeSet<usize>,
}

/// The roles in the order in which they are given; approvers come last.
const SINGLE: usize = 7;

/// One change under a program.
pub(crate) struct Plain<'p> {
    pub(crate) program: &'p Program,
    pub(crate) risk: Risk,
    pub(crate) author: usize,
}

/// Returns who could write a change.
pub(crate) fn authors(program: &Program) -> Vec<usize> {
    let all = 0..program.principals.len();
    let writes = |one: &usize| has_duty(program, *one, "code authoring");
    let is_human = |one: &usize| program.principals[*one].kind == PrincipalKind::Human;
    let writing: Vec<usize> = all.clone().filter(writes).collect();
    if writing.is_empty() {
        return all.filter(is_human).collect();
    }
    writing
}

/// Returns the statements that the controls in use make.
pub(crate) fn statements(program: &Program) -> Vec<&'static str> {
    let all = [
        "CR-1",
        "CR-2",
        "CR-3",
        "CR-4",
        "CR-4 `minimum_grade`",
        "CR-5",
        "CR-6",
        "CR-7",
        "CR-8 `minimum_grade`",
        "CR-9",
        "CR-10",
        "CR-10 `minimum_grade`",
        "CM-1",
        "CM-2",
        "CM-2 `minimum_grade`",
        "CM-2 `approvals`",
    ];
    let in_use = |said: &&str| uses(program, said.split(' ').next().unwrap_or_default());
    all.into_iter().filter(in_use).collect()
}

impl Plain<'_> {
    /// Returns whether somebody can be found for every role so that each statement is true.
    pub(crate) fn satisfiable(&self, said: &[&str]) -> bool {
        self.search(said, &mut Roles::default(), 0)
    }

    /// Returns whether each statement is true of these roles.
    pub(crate) fn holds(&self, said: &[&str], roles: &Roles) -> bool {
        said.iter().all(|said| self.is_true(said, roles))
    }

    /// Gives the role at this depth to nobody and to everybody in turn.
    fn search(&self, said: &[&str], roles: &mut Roles, depth: usize) -> bool {
        let settled: Vec<&str> = said
            .iter()
            .copied()
            .filter(|it| self.last_role(it) < depth)
            .collect();
        if !self.holds(&settled, roles) {
            return false;
        }
        if depth > SINGLE {
            return true;
        }
        if said.iter().all(|it| !self.roles_of(it).contains(&depth)) {
            return self.search(said, roles, depth + 1);
        }
        let number = self.program.principals.len();
        if depth == SINGLE {
            return (0..1_u32 << number).any(|subset| {
                let chosen = |one: &usize| subset >> one & 1 == 1;
                roles.approvers = (0..number).filter(chosen).collect();
                self.search(said, roles, depth + 1)
            });
        }
        let mut choices = (0..number).map(Some).chain([None]);
        choices.any(|who| {
            *role(roles, depth) = who;
            self.search(said, roles, depth + 1)
        })
    }

    fn roles_of(&self, said: &str) -> &'static [usize] {
        match (said, self.risk) {
            ("CR-9", _) => &[0],
            ("CR-7", _) => &[1],
            ("CM-1", _) => &[2],
            ("CM-2", Risk::Low) => &[3],
            ("CM-2", Risk::Medium) => &[3, 4],
            ("CM-2", Risk::High) => &[5, 6],
            ("CM-2 `approvals`", _) => &[0, SINGLE],
            _ => &[],
        }
    }

    fn last_role(&self, said: &str) -> usize {
        self.roles_of(said).last().copied().unwrap_or(0)
    }

    fn is_true(&self, said: &str, roles: &Roles) -> bool {
        match said {
            "CR-1" | "CR-2" | "CR-3" => self.asks_forges(),
            "CR-4" => self.asks_forges() || !self.only_rebases(),
            "CR-4 `minimum_grade`" => match self.word("CR-4", "minimum_grade") {
                "attested" => true,
                "collected" => self.asks_forges(),
                _ => false,
            },
            "CR-5" | "CR-6" => true,
            "CR-7" => roles.reader.is_some_and(|one| self.reads(one)),
            "CR-8 `minimum_grade`" => match self.word("CR-8", "minimum_grade") {
                "attested" => true,
                _ => self.signed_outside(),
            },
            "CR-9" => roles.again.is_some_and(|one| self.reviews_again(one)),
            "CR-10" => self.has_key(self.author),
            "CR-10 `minimum_grade`" => self.word("CR-10", "minimum_grade") == "attested",
            "CM-1" => roles
                .ticket
                .is_some_and(|one| self.may("change request", one)),
            "CM-2" => self.approved(roles),
            "CM-2 `minimum_grade`" => self.strong_enough(),
            "CM-2 `approvals`" => self.enough_approve(roles),
            other => panic!("no such rule: {other}"),
        }
    }

    /// What the gate finds of an open request: a reason that its author wrote, a wait, and reviews at the forge.
    fn strong_enough(&self) -> bool {
        let minimum = self.word("CM-2", "minimum_grade");
        let by_forge = self.asks_forges() && minimum == "collected";
        let by_class = match self.risk {
            Risk::Low => false,
            Risk::Medium => self.signed_outside(),
            Risk::High => by_forge,
        };
        minimum == "attested" || by_class && (by_forge || self.approvals() == 0.0)
    }

    fn approved(&self, roles: &Roles) -> bool {
        let gives_reason = |one: usize| match self.is_person(self.author) {
            true => one == self.author,
            false => self.is_human(one),
        };
        let reason = roles.reason.is_some_and(gives_reason);
        let assessed = roles
            .assessor
            .is_some_and(|one| self.may("risk assessment", one));
        match self.risk {
            Risk::Low => reason,
            Risk::Medium => reason && assessed,
            Risk::High => {
                let outside = |one: usize| {
                    self.kind(one) == PrincipalKind::Outsider
                        && one != self.author
                        && self.is_heard(one)
                };
                let scanned = uses(self.program, "CR-5")
                    && self.word("CR-5", "required_checks").contains("sast");
                let read =
                    uses(self.program, "CR-7") && roles.machine.is_some_and(|one| self.reads(one));
                let accepted = self.word("CM-2", "automated_security_review") == "accepted";
                let machine = accepted && self.word("CM-2", "minimum_grade") == "attested";
                roles.outside.is_some_and(outside) || machine && (scanned || read)
            }
        }
    }

    fn approvals(&self) -> f64 {
        let parameters = &self.program.controls[&ControlId("CM-2".into())].parameters;
        match &parameters["approvals"] {
            Parameter::ByRisk(by_risk) => by_risk.of(self.risk),
            other => panic!("{other:?}"),
        }
    }

    fn enough_approve(&self, roles: &Roles) -> bool {
        let asked = self.approvals();
        let nobody_holds_anything = self.program.assignments.values().all(BTreeSet::is_empty);
        let approves = |one: &usize| {
            let may = nobody_holds_anything
                || has_duty(self.program, *one, "code review and approval")
                || has_duty(self.program, *one, "change approval");
            let answers = !self.is_person(self.author) && roles.again == Some(*one);
            self.is_person(*one) && may && self.has_account(*one) && *one != self.author && !answers
        };
        roles.approvers.iter().all(approves) && roles.approvers.len() as f64 >= asked
    }

    fn reads(&self, one: usize) -> bool {
        self.kind(one) == PrincipalKind::Agent
            && has_duty(self.program, one, "code review and approval")
            && one != self.author
            && (!self.asks_forges() || self.has_account(one))
    }

    fn reviews_again(&self, one: usize) -> bool {
        let right = match self.is_person(self.author) {
            true => one == self.author,
            false => self.is_human(one),
        };
        right && !self.program.principals[one].ssh_keys.is_empty()
    }

    /// A person who holds the duty; where no person does, any human.
    fn may(&self, duty: &str, one: usize) -> bool {
        let mut all = 0..self.program.principals.len();
        let holds = |one: usize| self.is_person(one) && has_duty(self.program, one, duty);
        match all.any(holds) {
            true => holds(one),
            false => self.is_human(one),
        }
    }

    fn kind(&self, one: usize) -> PrincipalKind {
        self.program.principals[one].kind
    }

    fn is_human(&self, one: usize) -> bool {
        self.kind(one) == PrincipalKind::Human
    }

    fn is_person(&self, one: usize) -> bool {
        self.is_human(one) || self.kind(one) == PrincipalKind::Outsider
    }

    fn has_key(&self, one: usize) -> bool {
        let one = &self.program.principals[one];
        one.ssh_keys.len() + one.openpgp_keys.len() > 0
    }

    /// Who reviews is known by an account; where nobody is asked, by the key that signed a merge.
    fn is_heard(&self, one: usize) -> bool {
        let by_key = self.word("CM-2", "minimum_grade") == "attested" && self.has_key(one);
        match self.asks_forges() {
            true => self.has_account(one),
            false => by_key,
        }
    }

    /// An account on each forge that is asked.
    fn has_account(&self, one: usize) -> bool {
        let accounts = &self.program.principals[one].accounts;
        let on = |prefix: &str| accounts.iter().any(|account| account.starts_with(prefix));
        let kinds = self.program.repositories.iter().map(|it| &it.forge);
        self.asks_forges()
            && kinds.flatten().all(|forge| match forge.kind {
                ForgeKind::Github => on("github:"),
                ForgeKind::Gitlab => on("gitlab:"),
            })
    }

    fn asks_forges(&self) -> bool {
        let repositories = &self.program.repositories;
        let silent = repositories.iter().filter(|it| it.forge.is_none());
        !repositories.is_empty() && silent.count() == 0
    }

    fn only_rebases(&self) -> bool {
        let mut all = self.program.repositories.iter();
        all.any(|it| it.merge_methods == Some(BTreeSet::from([MergeMethod::Rebase])))
    }

    /// The generated organisation runs what says `ours`.
    fn signed_outside(&self) -> bool {
        let outsiders = &self.program.outsiders;
        let witnesses = outsiders.witnesses.iter().map(|it| it.run_by.as_str());
        let authorities = outsiders
            .timestamp_authorities
            .iter()
            .map(|it| it.run_by.as_str());
        witnesses.chain(authorities).any(|run_by| run_by != "ours")
    }

    fn word(&self, control: &str, parameter: &str) -> &str {
        match &self.program.controls[&ControlId(control.into())].parameters[parameter] {
            Parameter::Text(text) => text,
            other => panic!("{other:?}"),
        }
    }
}

fn role(roles: &mut Roles, depth: usize) -> &mut Option<usize> {
    match depth {
        0 => &mut roles.again,
        1 => &mut roles.reader,
        2 => &mut roles.ticket,
        3 => &mut roles.reason,
        4 => &mut roles.assessor,
        5 => &mut roles.outside,
        _ => &mut roles.machine,
    }
}

fn uses(program: &Program, control: &str) -> bool {
    program.controls[&ControlId(control.into())].in_use
}

fn has_duty(program: &Program, one: usize, duty: &str) -> bool {
    let held = program.assignments.get(&program.principals[one].id);
    held.is_some_and(|held| held.contains(&FunctionName(duty.into())))
}
