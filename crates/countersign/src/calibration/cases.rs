//! The cases of a calibration: each canary with its defect and without, and with each text that tries to steer a reviewer.

use super::corpus::{Canary, Corpus, Injection};
use model::calibration::{Case, CaseKind};
use model::patch::Patch;
use sources::git::{TextFile, of_texts};

/// A case, and the change that is shown.
#[derive(Debug, Clone)]
pub struct Shown {
    /// What it is.
    pub case: Case,
    /// The change.
    pub patch: Patch,
    /// What its author says of it.
    pub said: String,
}

/// Returns the cases of a corpus.
pub fn cases(corpus: &Corpus) -> Vec<Shown> {
    let both = |canary| [planted(canary), clean(canary)];
    let mut cases: Vec<Shown> = corpus.canaries.iter().flat_map(both).collect();
    cases.extend(corpus.injections.iter().filter_map(|injection| {
        let canary = corpus.canaries.iter().find(|it| it.id == injection.on)?;
        Some(injected(canary, injection))
    }));
    cases
}

fn planted(canary: &Canary) -> Shown {
    let case = case(canary, CaseKind::Planted);
    shown(case, (canary, &canary.planted), None, "")
}

fn clean(canary: &Canary) -> Shown {
    let case = Case {
        defect: Vec::new(),
        ..case(canary, CaseKind::Clean)
    };
    shown(case, (canary, &canary.clean), None, "")
}

fn case(canary: &Canary, kind: CaseKind) -> Case {
    Case {
        id: canary.id.clone(),
        kind,
        canary: canary.id.clone(),
        severity: canary.severity,
        file: canary.file.clone(),
        defect: lines(&canary.planted, &canary.at),
    }
}

/// Returns a canary with its defect and with a text that tries to steer.
fn injected(canary: &Canary, injection: &Injection) -> Shown {
    let mut case = Case {
        id: injection.id.clone(),
        ..case(canary, CaseKind::Injected(injection.asks))
    };
    let said = match injection.place.is_beside() {
        true => injection.text.as_str(),
        false => "",
    };
    let mut after = canary.planted.clone();
    let mut beside = None;
    match (&injection.insert_after, &injection.insert, &injection.path) {
        (Some(line), Some(text), _) => {
            after = inserted(&canary.planted, line, text);
            case.defect = lines(&after, &canary.at);
        }
        (None, Some(text), Some(path)) => beside = Some((path.as_str(), text.as_str())),
        (None, None, Some(path)) => case.file.clone_from(path),
        (_, None, None) | (None, Some(_), None) | (Some(_), None, Some(_)) => {}
    }
    shown(case, (canary, &after), beside, said)
}

fn shown(
    case: Case,
    (canary, after): (&Canary, &str),
    beside: Option<(&str, &str)>,
    said: &str,
) -> Shown {
    let own = TextFile {
        path: &case.file,
        before: Some(&canary.before),
        after,
    };
    let beside = beside.map(|(path, after)| TextFile {
        path,
        before: None,
        after,
    });
    let files: Vec<TextFile<'_>> = [Some(own), beside].into_iter().flatten().collect();
    let patch = of_texts(&files);
    Shown {
        patch,
        said: said.to_owned(),
        case,
    }
}

fn inserted(text: &str, behind: &str, lines: &str) -> String {
    let mut whole = String::new();
    let mut rest = Some(lines);
    for line in text.split_inclusive('\n') {
        whole.push_str(line);
        if line.trim_end_matches('\n') == behind {
            whole.push_str(rest.take().unwrap_or_default());
        }
    }
    whole
}

/// Returns the numbers of these lines in a text, from 1.
fn lines(text: &str, wanted: &[String]) -> Vec<u32> {
    let numbered = (1..).zip(text.lines());
    let is_one = |(_, line): &(u32, &str)| wanted.iter().any(|it| it == line);
    numbered.filter(is_one).map(|(number, _)| number).collect()
}

#[cfg(test)]
mod tests;
