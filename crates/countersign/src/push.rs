//! `gate push`: whether a server of git may take a push, asked by its pre-receive hook.

mod lines;
mod recorded;

use self::lines::Line;
use self::recorded::Recorded;
use crate::collect;
use crate::gate::GateRecord;
use crate::home::{self, HomeError, Machine, Search};
use crate::log::LogError;
use crate::program::{self, LoadError, Loaded};
use crate::steady;
use jiff::Timestamp;
use ledger::place::Location;
use model::digest::CommitId;
use model::outcome::Outcome;
use sources::git::{self, Landing, Pushed, PushedError};
use std::fmt;
use std::path::Path;

/// The most lines that are read: git gives one for each reference of a push.
pub const MAX_LINES: usize = 100_000;
/// The longest line: two ids, and a name of 4096 bytes.
pub const MAX_BYTES: u64 = 16 << 20;

/// What is asked.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The repository of the server.
    pub repository: &'a Path,
    /// Where git holds the new objects apart, as `GIT_QUARANTINE_PATH` says.
    pub quarantine: Option<&'a Path>,
    /// The lines that git gives to the hook.
    pub lines: &'a str,
    /// The program; that of the protected branch where there is none.
    pub program: Option<&'a Path>,
    /// The protected branch; the repository's own where there is none.
    pub branch: Option<&'a str>,
    /// Where the ledger is; what the program says where there is none.
    pub ledger: Option<&'a Location>,
    /// What this machine brings to the ledger.
    pub machine: &'a Machine,
    /// The moment.
    pub now: Timestamp,
}

/// Why a push is not even judged.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    /// A line is none of git's.
    #[error("line {number} is none that git gives to a pre-receive hook")]
    Line {
        /// Its number, from 1.
        number: usize,
    },
    /// There is none.
    #[error("git gave no line of the push: something read standard input before")]
    NoLine,
    /// There are too many.
    #[error("the push moves more than {MAX_LINES} references")]
    TooMany,
    /// The repository cannot be opened.
    #[error("the repository cannot be opened")]
    Open(#[from] git::OpenError),
    /// The branch cannot be chosen.
    #[error("the protected branch cannot be told")]
    Branch(#[from] git::BranchError),
    /// It is none that a push moves.
    #[error("`{name}` is no branch of the server")]
    NoBranch {
        /// Its name.
        name: String,
    },
    /// The references cannot be read.
    #[error(transparent)]
    Refs(#[from] git::RefsError),
    /// The program on the branch cannot be read.
    #[error("the program on the branch cannot be read")]
    File(#[from] git::FileError),
    /// The program cannot be used.
    #[error("the program cannot be used")]
    Program(#[from] LoadError),
    /// There is no program.
    #[error("{branch} has no program to apply")]
    NoProgram {
        /// The branch.
        branch: String,
    },
    /// The ledger cannot be looked for.
    #[error("the ledger cannot be found")]
    Home(#[from] HomeError),
    /// The ledger cannot be used.
    #[error("the ledger cannot be used")]
    Ledger(#[from] LogError),
    /// What is pushed cannot be read.
    #[error("the push cannot be read")]
    Pushed(#[from] PushedError),
}

/// What is answered to one reference of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is not the protected branch.
    Other,
    /// It lands a request that the gate let pass.
    Landed {
        /// The request.
        request: u64,
        /// The leaf of the gate's record.
        leaf: u64,
    },
    /// It is refused.
    Refused(String),
}

/// What is answered to a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The protected branch.
    pub branch: String,
    /// What is answered to each reference, in the order of the lines.
    pub verdicts: Vec<(String, Verdict)>,
}

impl Answer {
    /// Returns whether git may take the push.
    pub fn is_taken(&self) -> bool {
        let refused = |verdict: &Verdict| matches!(verdict, Verdict::Refused(_));
        !self.verdicts.iter().any(|(_, verdict)| refused(verdict))
    }
}

/// Shows what is said of the protected branch, which git shows to whoever pushed.
impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (reference, verdict) in &self.verdicts {
            match verdict {
                Verdict::Other => {}
                Verdict::Landed { request, leaf } => {
                    writeln!(
                        f,
                        "{reference}: request {request} passed the gate, leaf {leaf}"
                    )?;
                }
                Verdict::Refused(why) => writeln!(f, "{reference}: refused: {why}")?,
            }
        }
        Ok(())
    }
}

/// Returns what is answered to a push. Whatever cannot be read is an error, and an error is a refusal.
pub fn judge(asked: &Asked<'_>) -> Result<Answer, PushError> {
    let lines = lines::parse(asked.lines)?;
    let repository = git::open(asked.repository)?;
    let branch = repository.branch(asked.branch)?;
    if !branch.full_name.starts_with("refs/heads/") {
        return Err(PushError::NoBranch {
            name: branch.full_name,
        });
    }
    let mut verdicts = Vec::new();
    let mut server = None;
    for line in lines {
        let verdict = match repository.leads_to(&line.reference)? == branch.full_name {
            false => Verdict::Other,
            true => {
                let server = match &server {
                    Some(server) => server,
                    None => server.insert(Server::open(asked, &repository, &branch)?),
                };
                server.verdict(asked, &line)?
            }
        };
        verdicts.push((line.reference, verdict));
    }
    Ok(Answer {
        branch: branch.name,
        verdicts,
    })
}

/// What the protected branch is judged with.
struct Server {
    recorded: Recorded,
    program: Loaded,
    named: String,
    branch: String,
}

impl Server {
    fn open(
        asked: &Asked<'_>,
        repository: &git::Repo,
        branch: &git::Branch,
    ) -> Result<Server, PushError> {
        let program = loaded(asked, repository, branch)?;
        let root = collect::root(repository);
        let folder = asked.program.and_then(Path::parent).unwrap_or(&root);
        let home = home::find(&Search {
            asked: asked.ledger,
            program: &program.program.ledger,
            folder,
            repository: asked.repository,
            machine: asked.machine,
            now: asked.now,
        })?;
        let named = collect::named(&program.program, Some(folder), repository);
        let place = (named.as_str(), branch.name.as_str());
        let recorded = steady::ask(&home, |reader| {
            Recorded::read(reader, &program.program, place)
        })?;
        Ok(Server {
            recorded,
            program,
            named,
            branch: branch.name.clone(),
        })
    }

    fn verdict(&self, asked: &Asked<'_>, line: &Line) -> Result<Verdict, PushError> {
        let refused = |why: &str| Ok(Verdict::Refused(why.to_owned()));
        let (Some(old), Some(new)) = (&line.old, &line.new) else {
            return refused("the protected branch is neither deleted nor made by a push");
        };
        let incoming = git::open(asked.repository)?.incoming(asked.quarantine)?;
        match incoming.pushed(old, new)? {
            Pushed::Rewound => refused("it takes commits away from the protected branch"),
            Pushed::Crossed => refused("it merges a side that crossed the branch, or never met it"),
            Pushed::Unknown(why) => refused(&why),
            Pushed::Landing(landing) => Ok(self.landed(&landing, new)),
        }
    }

    /// The last answer of the gate to each request is the one that counts.
    fn landed(&self, landing: &Landing, new: &CommitId) -> Verdict {
        let is_it = |record: &GateRecord| {
            record.merged_tree.as_ref() == Some(&landing.tree)
                && record.patch_digest == Some(landing.patch_digest)
                // A commit that squashed the request names no head.
                && landing.head.as_ref().is_none_or(|head| *head == record.head)
        };
        let mut found = self.recorded.last.iter().filter(|(_, (_, it))| is_it(it));
        let Some((request, (leaf, record))) = found.next() else {
            return Verdict::Refused(format!(
                "the ledger holds no answer of the gate to a request to {} of {} that brings {}",
                self.branch,
                self.named,
                new.short()
            ));
        };
        let (request, leaf) = (*request, *leaf);
        if record.program_sha256 != self.program.sha256() {
            let why = "the program changed since the gate answered";
            return Verdict::Refused(format!(
                "{why} request {request}, leaf {leaf}: ask it again"
            ));
        }
        if let Some(unread) = self.recorded.unread.filter(|unread| *unread > leaf) {
            return Verdict::Refused(format!(
                "leaf {unread}, a later answer of the gate, cannot be read: ask it again"
            ));
        }
        match (record.outcome, self.recorded.doubts.get(&leaf)) {
            (Outcome::Pass, None) => Verdict::Landed { request, leaf },
            (Outcome::Pass, Some(doubt)) => Verdict::Refused(format!(
                "the gate's record on request {request}, leaf {leaf}, does not follow from the records before it: {}",
                doubt.reason
            )),
            (outcome @ (Outcome::Fail | Outcome::Unknown), _) => Verdict::Refused(format!(
                "the gate's last answer to request {request} is {outcome}, leaf {leaf}"
            )),
        }
    }
}

fn loaded(
    asked: &Asked<'_>,
    repository: &git::Repo,
    branch: &git::Branch,
) -> Result<Loaded, PushError> {
    if let Some(file) = asked.program {
        return Ok(program::load(file)?);
    }
    match repository.file(branch, program::FILE_NAME)? {
        None => Err(PushError::NoProgram {
            branch: branch.name.clone(),
        }),
        Some(bytes) => {
            let name = format!("{}:{}", branch.name, program::FILE_NAME);
            Ok(program::of_bytes(Path::new(&name), bytes)?)
        }
    }
}
