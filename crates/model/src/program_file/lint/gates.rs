//! Remarks on gates that nobody could pass.

use super::{Remark, listed, warning};
use crate::matrix;
use crate::program::{Control, ControlId, FunctionName, Parameter, PrincipalKind, Program};

pub(super) fn remark(program: &Program, remarks: &mut Vec<Remark>) {
    remarks.extend(high_risk_review(program));
    remarks.extend(signatures(program));
    remarks.extend(requests(program));
}

fn in_use<'a>(program: &'a Program, id: &str) -> Option<&'a Control> {
    let control = program.controls.get(&ControlId(id.into()))?;
    control.in_use.then_some(control)
}

fn has_outsider(program: &Program) -> bool {
    program
        .principals
        .iter()
        .any(|principal| principal.kind == PrincipalKind::Outsider && principal.has_key())
}

fn high_risk_review(program: &Program) -> Option<Remark> {
    let control = in_use(program, "CM-2")?;
    let accepted = Parameter::Text("accepted".into());
    let automated = control.parameters.get("automated_security_review") == Some(&accepted);
    (!automated && !has_outsider(program)).then(|| {
        warning(
            "no high-risk change can pass CM-2: it asks for an outsider's review, and no outsider with a key is named".into(),
            "name an outsider, or set CM-2's `automated_security_review: accepted`".to_owned(),
        )
    })
}

/// CR-9 and CR-10 ask for the author's own signature.
fn signatures(program: &Program) -> Option<Remark> {
    let asking: Vec<String> = ["CR-9", "CR-10"]
        .into_iter()
        .filter(|id| in_use(program, id).is_some())
        .map(str::to_owned)
        .collect();
    let authors = matrix::holders(program, &FunctionName("code authoring".into()));
    let keyless: Vec<String> = authors
        .iter()
        .filter_map(|id| program.principal(id))
        .filter(|principal| principal.ssh_keys.is_empty() && principal.openpgp_keys.is_empty())
        .map(|principal| format!("`{}`", principal.id))
        .collect();
    if asking.is_empty() || keyless.is_empty() {
        return None;
    }
    let text = format!(
        "nothing by {} can pass {}: no signing key is listed",
        listed(&keyless),
        listed(&asking)
    );
    let mend =
        "add the public half of the key that signs the commits, under `ssh_keys` or `openpgp_keys`";
    Some(warning(text, mend.to_owned()))
}

/// A forge that only rebases leaves no request in git.
fn requests(program: &Program) -> Option<Remark> {
    in_use(program, "CR-4")?;
    let rebases = |repository: &&crate::program::Repository| {
        let methods = repository.merge_methods.as_ref();
        methods.is_some_and(|methods| {
            methods.len() == 1 && methods.contains(&crate::program::MergeMethod::Rebase)
        })
    };
    let names: Vec<String> = program
        .repositories
        .iter()
        .filter(rebases)
        .map(|repository| format!("`{}`", repository.name))
        .collect();
    (!names.is_empty()).then(|| {
        let text = format!(
            "rebase merges in {} leave no request in git, so that CR-4 stays not evidenced there",
            listed(&names)
        );
        warning(
            text,
            "land requests by merge or squash, or read the forge's records".to_owned(),
        )
    })
}
