//! Remarks on who holds what: conflicts that nothing compensates, duties and principals left open.

use super::{Remark, listed, note, warning};
use crate::matrix::{self, Row};
use crate::program::{Principal, PrincipalKind, Program};
use std::collections::{BTreeMap, BTreeSet};

/// Controls of the catalogue named in one mend.
const CONTROLS_NAMED: usize = 4;

pub(super) fn remark(program: &Program, remarks: &mut Vec<Remark>) {
    let matrix = matrix::compute(program, &BTreeMap::new());
    remarks.extend(
        matrix
            .uncompensated()
            .map(|row| uncompensated(program, row)),
    );
    remarks.extend(unassigned(program));
    let faceless = |principal| faceless(program, principal);
    remarks.extend(program.principals.iter().filter_map(faceless));
    if program.humans().next().is_none() {
        let mend = "list the people under `principals`".to_owned();
        remarks.push(warning(
            "no person of the organisation is named".into(),
            mend,
        ));
    }
    // Who only sends changes from outside looks at nothing.
    let looks = |principal: &Principal| {
        principal.kind == PrincipalKind::Outsider
            && (principal.has_key() || program.gives_duties_to(&principal.id))
    };
    if !program.principals.iter().any(looks) {
        let mend = "name the person who reviews each quarter, with their SSH key".to_owned();
        remarks.push(note(
            "no outsider with a key or a duty is named: nobody outside looks".into(),
            mend,
        ));
    }
}

fn uncompensated(program: &Program, row: &Row) -> Remark {
    let holders: Vec<String> = row.both.iter().map(|id| format!("`{id}`")).collect();
    let verb = if holders.len() == 1 { "holds" } else { "hold" };
    let conflict = &row.conflict;
    let text = format!(
        "{} {verb} both `{}` and `{}` ({} risk), and no control in use compensates it",
        listed(&holders),
        conflict.first,
        conflict.second,
        conflict.risk,
    );
    let controls = program.controls.values();
    let fitting: Vec<String> = controls
        .filter(|control| control.covers(conflict))
        .map(|control| control.id.to_string())
        .take(CONTROLS_NAMED)
        .collect();
    let mend = match fitting.as_slice() {
        [] => "declare a control of your own that `compensates` the pair".into(),
        ids => format!("these would, once they operate: {}", listed(ids)),
    };
    warning(text, mend)
}

fn unassigned(program: &Program) -> Option<Remark> {
    let held: BTreeSet<_> = program.assignments.values().flatten().collect();
    let open: Vec<String> = program
        .functions
        .keys()
        .filter(|name| !held.contains(name))
        .map(|name| format!("`{name}`"))
        .collect();
    let (verb, mend) = match open.len() {
        0 => return None,
        1 => ("has", "say who does it, under `assignments`"),
        _ => ("have", "say who does each, under `assignments`"),
    };
    Some(note(
        format!("{} {verb} no holder", listed(&open)),
        mend.to_owned(),
    ))
}

/// A principal by whom nothing can be recognised.
fn faceless(program: &Program, principal: &Principal) -> Option<Remark> {
    let keyless = !principal.has_key();
    let unreachable = principal.emails.is_empty() && principal.accounts.is_empty();
    let id = &principal.id;
    if unreachable && keyless {
        let text =
            format!("`{id}` has no address, account or key: nothing is recognised as theirs");
        return Some(warning(text, "list them under the principal".to_owned()));
    }
    let reviews = principal.kind == PrincipalKind::Outsider && program.gives_duties_to(id);
    (keyless && reviews).then(|| {
        let text = format!("the outsider `{id}` has no key, so that nothing they sign is believed");
        warning(text, "add their SSH or OpenPGP public key".to_owned())
    })
}
