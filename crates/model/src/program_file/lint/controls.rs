//! Remarks on controls: missing components, and reviews rarer than the catalogue asks for.

use super::{Remark, listed, note, warning};
use crate::catalogue;
use crate::program::{Control, Program};

pub(super) fn remark(program: &Program, remarks: &mut Vec<Remark>) {
    let used: Vec<&Control> = program
        .controls
        .values()
        .filter(|control| control.in_use)
        .collect();
    if used.is_empty() {
        let mend = "declare those that operate, as in `controls: {CR-4: in use}`".to_owned();
        remarks.push(warning("no control is declared in use".into(), mend));
    }
    remarks.extend(used.iter().filter_map(|control| incomplete(control)));
    remarks.extend(used.iter().filter_map(|control| rarer(control)));
}

fn incomplete(control: &Control) -> Option<Remark> {
    let components = [
        ("risk_statement", control.risk_statement.is_empty()),
        ("justification", control.justification.is_empty()),
        ("description", control.description.is_empty()),
        ("evidence", control.evidence.is_empty()),
    ];
    let missing: Vec<String> = components
        .into_iter()
        .filter(|(_, empty)| *empty)
        .map(|(name, _)| format!("`{name}`"))
        .collect();
    (!missing.is_empty()).then(|| {
        let text = format!("control {} lacks {}", control.id, listed(&missing));
        let mend = "an auditor asks for all four components".to_owned();
        warning(text, mend)
    })
}

/// Cadences order from continuous to annual.
fn rarer(control: &Control) -> Option<Remark> {
    let template = catalogue::shipped().controls.get(&control.id)?;
    (control.cadence > template.cadence).then(|| {
        let text = format!(
            "{} is {}; the catalogue asks for {}",
            control.id, control.cadence, template.cadence
        );
        note(text, None)
    })
}
