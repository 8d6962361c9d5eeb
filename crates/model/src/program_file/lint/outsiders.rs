//! Remarks on who signs the log besides the organisation.

use super::{Remark, listed, note, warning};
use crate::outsiders::Relation;
use crate::program::Program;

/// Hours that an outsider may be silent before an auditor would ask why: a week.
const LONG_SILENCE_HOURS: u32 = 168;

pub(super) fn remark(program: &Program, remarks: &mut Vec<Remark>) {
    let outsiders = outsiders(program);
    remarks.extend(own(&outsiders));
    remarks.extend(nobody(&outsiders));
    remarks.extend(reciprocal(&outsiders));
    remarks.extend(silence(program));
}

struct Named<'p> {
    name: &'p str,
    run_by: &'p str,
    declared: Relation,
    relation: Relation,
}

fn outsiders(program: &Program) -> Vec<Named<'_>> {
    let outsiders = &program.outsiders;
    let witnesses = outsiders.witnesses.iter();
    let witnesses = witnesses.map(|one| (&one.name, &one.run_by, one.relation));
    let authorities = outsiders.timestamp_authorities.iter();
    let authorities = authorities.map(|one| (&one.name, &one.run_by, one.relation));
    witnesses
        .chain(authorities)
        .map(|(name, run_by, declared)| Named {
            name,
            run_by,
            declared,
            relation: program.relation(run_by, declared),
        })
        .collect()
}

fn own(outsiders: &[Named<'_>]) -> Vec<Remark> {
    let mistaken = outsiders.iter().filter(|one| one.relation != one.declared);
    let remark = |one: &Named<'_>| {
        let text = format!(
            "`{}` counts as nobody: `{}`, who runs it, is of this organisation",
            one.name, one.run_by
        );
        warning(text, "write `relation: own`".to_owned())
    };
    mistaken.map(remark).collect()
}

fn nobody(outsiders: &[Named<'_>]) -> Option<Remark> {
    let all_own = outsiders.iter().all(|one| one.relation == Relation::Own);
    (all_own && !outsiders.is_empty()).then(|| {
        let text = "the log keeps the grade `self`: the organisation runs whoever signs it";
        let mend = "name a witness that another organisation runs, or a timestamp authority";
        warning(text.to_owned(), mend.to_owned())
    })
}

fn reciprocal(outsiders: &[Named<'_>]) -> Option<Remark> {
    let disclosed = outsiders
        .iter()
        .filter(|one| one.relation == Relation::Reciprocal);
    let names: Vec<String> = disclosed.map(|one| format!("`{}`", one.name)).collect();
    (!names.is_empty()).then(|| {
        let text = format!(
            "reports disclose that the log of whoever runs {} is witnessed in return",
            listed(&names)
        );
        note(text, None)
    })
}

fn silence(program: &Program) -> Option<Remark> {
    let hours = program.outsiders.silence_hours;
    (hours > LONG_SILENCE_HOURS).then(|| {
        let text = format!(
            "nobody outside need sign the log for {hours} hours, in which it could be made anew"
        );
        let mend = format!("set `outside_silence_hours` to {LONG_SILENCE_HOURS} or less");
        warning(text, mend)
    })
}
