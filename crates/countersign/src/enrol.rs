//! Names a witness in the program: a few lines are put into the file, and nothing else in it changes.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use model::outsiders::{Outsiders, Relation, Witness};
use model::program::Program;
use model::program_file::{self, Faults};
use tempfile::NamedTempFile;
use tlog::cosignature::key::CosignerKey;
use tlog::key::KeyError;

use crate::draft::quoted;
use crate::program::{self, LoadError};

/// The list of the program that names witnesses.
const LIST: &str = "witnesses:";

/// Why no witness was named.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// The program cannot be used.
    #[error(transparent)]
    Program(#[from] LoadError),
    /// The key is none of a witness.
    #[error("`{key}` is no key of a witness")]
    Key {
        /// What was given.
        key: String,
        /// Why.
        source: KeyError,
    },
    /// The program names another outsider so.
    #[error("{} names an outsider `{name}` already: change the entry there, or choose another name", path.display())]
    TakenName {
        /// The file of the program.
        path: PathBuf,
        /// The name.
        name: String,
    },
    /// The program has this key under another name.
    #[error("{} has this key already, as that of `{name}`", path.display())]
    TakenKey {
        /// The file of the program.
        path: PathBuf,
        /// The name of the witness.
        name: String,
    },
    /// The program would have faults with these lines.
    #[error("{} cannot name this witness", path.display())]
    Refused {
        /// The file of the program.
        path: PathBuf,
        /// What would be wrong.
        source: Faults,
    },
    /// The lines cannot be put into the file as it is written.
    #[error("{} lists its witnesses in a form that cannot be added to; add these lines to them:\n{lines}", path.display())]
    Form {
        /// The file of the program.
        path: PathBuf,
        /// What is to be added.
        lines: String,
    },
    /// The file cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Names a witness in the program at `path`, which is replaced whole or not at all.
pub fn witness(path: &Path, witness: &Witness) -> Result<(), EnrolError> {
    let key = witness.key.clone();
    if let Err(source) = key.parse::<CosignerKey>() {
        return Err(EnrolError::Key { key, source });
    }
    let loaded = program::load(path)?;
    refuse_taken(path, &loaded.program.outsiders, witness)?;
    let lines = lines(witness);
    let text = with_lines(&loaded.text, &lines);
    // The lines that a fault points at are in no file yet.
    let name = format!("{} with the new entry", path.display());
    let added = program_file::parse(&name, &text).map_err(|source| EnrolError::Refused {
        path: path.into(),
        source,
    })?;
    let mut expected = loaded.program;
    expected.outsiders.witnesses.push(witness.clone());
    if unplaced(added) != unplaced(expected) {
        return Err(EnrolError::Form {
            path: path.into(),
            lines,
        });
    }
    replace(path, &text).map_err(|source| EnrolError::Write {
        path: path.into(),
        source,
    })
}

fn refuse_taken(path: &Path, known: &Outsiders, witness: &Witness) -> Result<(), EnrolError> {
    let witnesses = known.witnesses.iter().map(|one| &one.name);
    let authorities = known.timestamp_authorities.iter().map(|one| &one.name);
    if witnesses
        .chain(authorities)
        .any(|name| *name == witness.name)
    {
        return Err(EnrolError::TakenName {
            path: path.into(),
            name: witness.name.escape_debug().to_string(),
        });
    }
    match known.witnesses.iter().find(|one| one.key == witness.key) {
        Some(one) => Err(EnrolError::TakenKey {
            path: path.into(),
            name: one.name.escape_debug().to_string(),
        }),
        None => Ok(()),
    }
}

fn lines(witness: &Witness) -> String {
    let relation = match witness.relation {
        Relation::Outside => "outside",
        Relation::Reciprocal => "reciprocal",
        Relation::Own => "own",
    };
    let url = witness.url.as_ref();
    let url = url.map(|url| format!("    url: {}\n", quoted(url)));
    format!(
        "  - name: {}\n    key: {}\n{}    run_by: {}\n    relation: {relation}\n",
        quoted(&witness.name),
        quoted(&witness.key),
        url.unwrap_or_default(),
        quoted(&witness.run_by),
    )
}

/// Returns the text with an entry more at the end of its witnesses; whether that is what it says now is for the
/// parser to tell.
fn with_lines(text: &str, entry: &str) -> String {
    let Some(list) = text.lines().position(|line| line.starts_with(LIST)) else {
        let end = if text.ends_with('\n') { "" } else { "\n" };
        return format!("{text}{end}{LIST}\n{entry}");
    };
    let below = text.lines().enumerate().skip(list + 1);
    let is_inside = |line: &str| line.is_empty() || line.starts_with([' ', '-', '#', '\r']);
    let inside = below.take_while(|(_, line)| is_inside(line));
    let of_entry = |line: &str| line.starts_with([' ', '-']) && !line.trim().starts_with('#');
    let last = inside.filter(|(_, line)| of_entry(line)).last();
    let after = last.map_or(list, |(index, _)| index);
    let first = text.lines().nth(list + 1).unwrap_or_default();
    let entry = match first.starts_with('-') {
        true => entry.replace("\n  ", "\n").trim_start().to_owned(),
        false => entry.to_owned(),
    };
    let mut with = String::with_capacity(text.len() + entry.len());
    for (index, line) in text.split_inclusive('\n').enumerate() {
        with.push_str(line);
        if index == after {
            if !line.ends_with('\n') {
                with.push('\n');
            }
            with.push_str(&entry);
        }
    }
    with
}

/// Returns the program without what says where in the file it stands.
fn unplaced(mut program: Program) -> Program {
    program.questions.clear();
    program.own_texts.clear();
    program
}

/// A link keeps pointing at the file that it points at.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = path.canonicalize()?;
    let folder = path.parent().unwrap_or(Path::new("/"));
    let mut file = NamedTempFile::with_prefix_in(".countersign.partial-", folder)?;
    file.as_file()
        .set_permissions(path.metadata()?.permissions())?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(&path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{lines, with_lines};
    use model::outsiders::{Relation, Witness};
    use model::program_file;

    const HEAD: &str =
        "version: 1\norganisation: {name: Larkspur Metrics}\nprincipals: [{id: ada}]\n";
    const KEY: &str = "noor.example/w+4f1b4d0b+BEGJ/UqGRGOiZCzUnQ3cR1MDP8dQ6ByOv6lmmMO1BAPu";

    fn names(text: &str) -> Vec<String> {
        let witness = Witness {
            name: "noor".into(),
            key: KEY.into(),
            url: Some("https://noor.example".into()),
            run_by: "Haddad Advisory".into(),
            relation: Relation::Outside,
        };
        let text = with_lines(text, &lines(&witness));
        let program = program_file::parse("p", &text);
        let program = program.unwrap_or_else(|faults| panic!("{text}\n{faults:?}"));
        let witnesses = program.outsiders.witnesses.into_iter();
        witnesses.map(|one| one.name).collect()
    }

    #[test]
    fn a_witness_joins_the_others_wherever_they_stand() {
        assert_eq!(names(HEAD), ["noor"]);
        assert_eq!(names(HEAD.trim_end()), ["noor"]);
        let key = KEY.replace("BEGJ", "BEGK");
        let bo = format!("{{name: bo, key: {key}, run_by: Quayside Books, relation: outside}}");
        for entry in [
            format!("witnesses:\n  - {bo}\n"),
            format!("witnesses: # who signs\n- {bo}\n"),
            format!("witnesses:\n\n  # a friend\n  - {bo}\n\n# nobody else\nperiod: 2026\n"),
        ] {
            assert_eq!(names(&format!("{HEAD}{entry}")), ["bo", "noor"], "{entry}");
        }
    }
}
