//! What came of asking outsiders to sign the log.

use countersign::outsiders::{AskError, Asked, Signed};
use documents::text::{count, folded};

use crate::error::{causes, visible};
use crate::exit::Exit;

/// Returns the answer of one for people.
pub(super) fn line(asked: &Asked) -> String {
    folded(&text(asked))
}

fn text(asked: &Asked) -> String {
    let name = &asked.outsider;
    let text = match &asked.result {
        Ok(Signed::Now { size, leaf }) => {
            let leaves = count(*size, "leaf", "leaves");
            format!("{name}: signed {leaves}, kept in leaf {leaf}")
        }
        Ok(Signed::Before { size }) => {
            let leaves = count(*size, "leaf", "leaves");
            format!("{name}: nothing new since it signed {leaves}")
        }
        Ok(Signed::NoAddress) => format!("{name}: the program does not say where it answers"),
        Err(error) => {
            let chain: Vec<String> = causes(error).map(ToString::to_string).collect();
            let kept = asked
                .accuses_in
                .map(|leaf| format!("; leaf {leaf} keeps its answer"));
            format!("{name}: {}{}", chain.join(": "), kept.unwrap_or_default())
        }
    };
    visible(&text)
}

/// Tells standard error of those who signed beside another job, and of those who were asked in vain.
pub(super) fn tell(asked: &[Asked]) {
    for one in asked {
        match &one.result {
            Ok(Signed::Now { .. }) => anstream::eprintln!("{}", line(one)),
            Ok(Signed::Before { .. } | Signed::NoAddress) => {}
            Err(_) => anstream::eprintln!("{}", folded(&format!("warning: {}", text(one)))),
        }
    }
    let in_vain = |one: &Asked| {
        let error = one.result.as_ref().err();
        error.is_some_and(|error| !error.contradicts_log())
    };
    if asked.iter().any(lacks_key) {
        anstream::eprintln!(
            "hint: whoever runs it adds the key of the log with countersign witness log add;\n      countersign ledger key show prints it"
        );
        return;
    }
    if asked.iter().any(in_vain) {
        anstream::eprintln!("hint: countersign ledger cosign asks again");
    }
}

/// Returns whether a witness does not know the log, or another key of it (C2SP tlog-witness: 404, 403).
fn lacks_key(asked: &Asked) -> bool {
    let refused = asked.result.as_ref().err();
    matches!(refused, Some(AskError::UnknownKey { .. }))
}

/// Returns whether an outsider has seen another log under this name.
pub(super) fn contradict_log(asked: &[Asked]) -> bool {
    let errors = asked.iter().filter_map(|one| one.result.as_ref().err());
    errors.into_iter().any(|error| error.contradicts_log())
}

/// Returns the answer to whether all of them signed.
pub(super) fn verdict(asked: &[Asked]) -> Exit {
    let exit = |one: &Asked| match &one.result {
        Ok(Signed::Now { .. } | Signed::Before { .. }) => Exit::Pass,
        Ok(Signed::NoAddress) => Exit::Unknown,
        Err(error) if error.contradicts_log() => Exit::Fail,
        Err(_) => Exit::Unreachable,
    };
    let exits: Vec<Exit> = asked.iter().map(exit).collect();
    Exit::worst(&exits)
}
