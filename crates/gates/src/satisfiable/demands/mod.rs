//! What each rule of the merge gate asks of the people, as the gate decides it.

mod approval;
mod grades;
mod people;
mod requests;

use super::team::Team;
use crate::rules::{Rules, is_in_use};
use model::outcome::Risk;
use model::program::{Principal, PrincipalId, Program};
use model::satisfiable::Rule;

/// Where the gate finds whom to ask of a request.
pub(super) const FORGE: &str =
    "write `forge: github:OWNER/NAME` or `forge: gitlab:GROUP/PROJECT` into the repository's entry";

/// One change by one author under the rules of a program.
pub(super) struct Scene<'p> {
    /// The program.
    pub(super) program: &'p Program,
    /// Its parameters.
    pub(super) rules: &'p Rules,
    /// Its principals.
    pub(super) team: &'p Team<'p>,
    /// The class of the change.
    pub(super) risk: Risk,
    /// Who writes it.
    pub(super) author: &'p Principal,
}

/// What one rule asks.
pub(super) struct Demand<'p> {
    /// The rule.
    pub(super) rule: Rule,
    /// What it needs, as a sentence says it behind `needs`.
    pub(super) needs: String,
    /// What the program has of it.
    pub(super) found: String,
    /// What could be done.
    pub(super) mend: String,
    /// All of them are to be taken.
    pub(super) seats: Vec<Seat<'p>>,
}

/// Something that one does.
pub(super) struct Seat<'p> {
    /// What is done.
    pub(super) does: String,
    /// Who could; `None` where a machine does it, empty where nobody can.
    pub(super) candidates: Option<Vec<&'p PrincipalId>>,
    /// Whether who sits here may sit in no other seat like it: nobody counts twice.
    pub(super) alone: bool,
}

/// What a rule asks, none or several things.
type Asks = for<'p> fn(&Scene<'p>) -> Vec<Demand<'p>>;

/// The rules of the merge gate, in the order in which their steps are told.
const TABLE: [(&str, Asks); 12] = [
    ("CR-1", requests::protected),
    ("CR-2", requests::unrewritten),
    ("CR-3", requests::checks_required),
    ("CR-4", requests::requested),
    ("CR-5", nobody),
    ("CR-6", nobody),
    ("CR-10", people::signed),
    ("CM-1", people::ticket),
    ("CM-2", approval::approved),
    ("CR-7", people::read_by_an_agent),
    ("CR-8", people::waited),
    ("CR-9", people::self_reviewed),
];

/// Returns whether any rule of the merge gate is in use.
pub(super) fn any_in_use(program: &Program) -> bool {
    TABLE.iter().any(|(control, _)| is_in_use(program, control))
}

/// Returns what the rules in use ask for one change.
pub(super) fn of<'p>(scene: &Scene<'p>) -> Vec<Demand<'p>> {
    TABLE
        .iter()
        .filter(|(control, _)| is_in_use(scene.program, control))
        .flat_map(|(_, asks)| asks(scene))
        .collect()
}

/// A machine runs the checks and reads their reports.
fn nobody<'p>(_: &Scene<'p>) -> Vec<Demand<'p>> {
    Vec::new()
}

impl Scene<'_> {
    /// Returns the hours that the change stays open.
    pub(super) fn wait_hours(&self) -> f64 {
        let request = match is_in_use(self.program, "CR-8") {
            true => self.rules.wait_hours.of(self.risk),
            false => 0.0,
        };
        let assessed = match self.risk {
            Risk::Medium if is_in_use(self.program, "CM-2") => self.rules.medium_wait_hours,
            Risk::Low | Risk::Medium | Risk::High => 0.0,
        };
        request.max(assessed)
    }

    /// Returns ` after 4 h`, or nothing where there is no wait.
    fn after_the_wait(&self) -> String {
        match self.wait_hours() {
            hours if hours > 0.0 => format!(" after {hours} h"),
            _ => String::new(),
        }
    }
}

impl<'p> Seat<'p> {
    /// Returns a seat for anyone of these.
    fn any_of(does: impl Into<String>, who: Vec<&'p Principal>) -> Seat<'p> {
        let ids = who.into_iter().map(|one| &one.id);
        Seat {
            does: does.into(),
            candidates: Some(ids.collect()),
            alone: false,
        }
    }

    /// Returns the seat as one whose holder has no other like it.
    fn alone(self) -> Seat<'p> {
        Seat {
            alone: true,
            ..self
        }
    }

    /// Returns what a machine does.
    fn machine(does: impl Into<String>) -> Seat<'p> {
        Seat {
            does: does.into(),
            candidates: None,
            alone: false,
        }
    }

    /// Returns a seat that nobody can take.
    fn empty() -> Seat<'p> {
        Seat::any_of("", Vec::new())
    }
}
