//! The program that `init` drafts: what the repository shows, and questions where only the operator knows.

mod people;
mod yaml;

use crate::collect;
use crate::program::Loaded;
use jiff::Timestamp;
use model::change::Change;
use model::digest::Digest;
use model::period::Period;
use model::program::Question;
use model::program_file::Faults;
use sources::git::{self, NoKeys};
use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

pub(crate) use self::yaml::quoted;
pub use self::yaml::render;

/// A drafted program, not yet written.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The folder that it belongs in.
    pub root: PathBuf,
    /// Its text.
    pub text: String,
}

/// A draft that cannot be made or written.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// The repository cannot be opened.
    #[error("the repository cannot be opened")]
    Open(#[from] git::OpenError),
    /// The repository cannot be read.
    #[error("the repository cannot be read")]
    Survey(#[from] git::CensusError),
    /// The draft has faults: a bug.
    #[error("the draft has faults")]
    Faults(#[from] Faults),
    /// There is a file.
    #[error("{} exists and is not overwritten", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
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

/// Returns the draft for a repository.
pub fn of_repository(
    path: &Path,
    now: Timestamp,
    threads: usize,
    progress: &dyn git::Progress,
) -> Result<Draft, DraftError> {
    let repository = git::open(path)?;
    let survey = git::survey(&repository, None)?;
    let changes = changes(&repository, now, threads, progress)?;
    let draft = Draft {
        root: collect::root(&repository),
        text: render(&changes, &survey),
    };
    draft.questions()?;
    Ok(draft)
}

/// Returns the changes of the last year, of the whole history where that had none.
fn changes(
    repository: &git::Repo,
    now: Timestamp,
    threads: usize,
    progress: &dyn git::Progress,
) -> Result<Vec<Change>, git::CensusError> {
    let fetch = |period: &Period| {
        let options = git::Options {
            branch: None,
            period,
            repository_name: "",
            checker: &NoKeys,
            keys_sha256: Digest::of(b""),
            forge_addresses: &BTreeSet::new(),
            cache: None,
            threads,
            progress,
        };
        Ok(git::fetch(repository, &options)?.changes)
    };
    let recent = fetch(&Period::last_year(now))?;
    if recent.is_empty() {
        fetch(&Period::all())
    } else {
        Ok(recent)
    }
}

/// Returns an error where something is at `path` already.
pub fn refuse_existing(path: &Path) -> Result<(), DraftError> {
    match path.symlink_metadata() {
        Ok(_) => Err(DraftError::Exists { path: path.into() }),
        Err(_) => Ok(()),
    }
}

/// Writes a new file, whole or not at all; a file that appeared meanwhile is kept.
pub fn write_new(path: &Path, text: &str) -> Result<(), DraftError> {
    let fail = |source| DraftError::Write {
        path: path.into(),
        source,
    };
    let absolute = std::path::absolute(path).map_err(fail)?;
    let folder = absolute.parent().unwrap_or(Path::new("/"));
    let mut file = tempfile::Builder::new()
        .prefix(".countersign.partial-")
        .permissions(readable())
        .tempfile_in(folder)
        .map_err(fail)?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.as_file().sync_all())
        .map_err(fail)?;
    match file.persist_noclobber(&absolute) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
            Err(DraftError::Exists { path: path.into() })
        }
        Err(error) => Err(fail(error.error)),
    }
}

pub(crate) fn readable() -> std::fs::Permissions {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::Permissions::from_mode(0o644)
}

impl Draft {
    /// Returns the questions that are still open, each with its line.
    pub fn questions(&self) -> Result<Vec<Question>, Faults> {
        Ok(Loaded::draft(self.text.clone())?.program.questions)
    }

    /// Puts an answer in the place of its question, or returns why it does not fit there: as a text, else as
    /// the ids of controls in use, else as the YAML that it is.
    pub fn answer(&mut self, question: &Question, answer: &str) -> Result<(), Faults> {
        let answer = answer.trim();
        let ids = answer.split(',').map(str::trim);
        let in_use: Vec<String> = ids.map(|id| format!("{id}: in use")).collect();
        let in_use = format!("{{{}}}", in_use.join(", "));
        let as_text = self.put(question, &yaml::quoted(answer));
        as_text.or_else(|faults| {
            self.put(question, &in_use)
                .or_else(|_| self.put(question, answer))
                .map_err(|_| faults)
        })
    }

    fn put(&mut self, question: &Question, given: &str) -> Result<(), Faults> {
        let line = usize::try_from(question.line).unwrap_or(usize::MAX);
        let asked = yaml::quoted(&format!("?? {}", question.text));
        let lines = self
            .text
            .lines()
            .enumerate()
            .map(|(number, text)| match number + 1 == line {
                true => text.replacen(&asked, given, 1),
                false => text.to_owned(),
            });
        let text = lines.collect::<Vec<_>>().join("\n") + "\n";
        Loaded::draft(text.clone())?;
        self.text = text;
        Ok(())
    }

    /// Returns what was drafted, for people.
    pub fn summary(&self, path: &Path) -> String {
        let questions = self.questions().map_or(0, |questions| questions.len());
        let left = match questions {
            0 => "no question is left in it".to_owned(),
            1 => "1 question is left in it for you; it begins with ??".to_owned(),
            more => format!("{more} questions are left in it for you; each begins with ??"),
        };
        format!(
            "wrote {}\n{left}\nnext: countersign check {}",
            path.display(),
            path.display()
        )
    }
}
