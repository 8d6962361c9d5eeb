//! What a gate knows before it asks the forge: the program of the protected branch, and where requests are.

use super::GateError;
use crate::collect::{self, CollectError, Found, Request};
use crate::program::{self, Loaded};
use ledger::place::home::Place;
use model::program::{Program, RepositoryForge};
use model::request::dossier::ForgeFacts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sources::git;
use std::path::Path;

/// Where the program of a gate came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProgramFrom {
    /// The protected branch.
    Branch,
    /// A file that whoever ran the gate named.
    File(String),
}

/// What is known of a repository before its forge matters.
pub(crate) struct Ground {
    pub(crate) found: Found,
    pub(crate) program: Program,
    pub(crate) text: String,
    /// Where it came from.
    pub(crate) from: ProgramFrom,
    pub(crate) named: String,
    pub(crate) branch: String,
    /// Where its requests are, where the program says so.
    pub(crate) forge: Option<RepositoryForge>,
}

/// What is known before the forge is asked.
pub(crate) struct Scene {
    pub(crate) found: Found,
    pub(crate) program: Program,
    pub(crate) text: String,
    /// Where it came from.
    pub(crate) from: ProgramFrom,
    pub(crate) named: String,
    pub(crate) branch: String,
    pub(crate) forge: RepositoryForge,
}

/// Returns what a request for one change request is about.
pub(crate) fn scene(request: &Request<'_>, is_ci: bool) -> Result<Scene, GateError> {
    let ground = ground(request, is_ci)?;
    let Some(forge) = ground.forge else {
        return Err(GateError::NoForge {
            repository: ground.named,
        });
    };
    Ok(Scene {
        found: ground.found,
        program: ground.program,
        text: ground.text,
        from: ground.from,
        named: ground.named,
        branch: ground.branch,
        forge,
    })
}

/// Returns what is known of a repository by the program of its protected branch.
///
/// What lies here may be the program of a change, which chooses neither the rules nor the log nor the forge.
pub(crate) fn ground(request: &Request<'_>, is_ci: bool) -> Result<Ground, GateError> {
    let repository = git::open(request.repository).map_err(CollectError::from)?;
    let file = collect::root(&repository).join(program::FILE_NAME);
    let (file, loaded, branch) = match request.program {
        Some(file) => {
            let loaded = program::load(file).map_err(CollectError::from)?;
            let branch = branch(request, &repository, Some(&loaded))?;
            (file.to_owned(), loaded, branch)
        }
        None => {
            // The program here names the branch alone, so that its faults are told where they are applied.
            let here = file.is_file().then(|| program::load(&file).ok()).flatten();
            let here = here.or_else(|| on_branch(&repository, &repository.branch(None).ok()?).ok());
            let branch = branch(request, &repository, here.as_ref())?;
            let loaded = on_branch(&repository, &branch)?;
            (file, loaded, branch)
        }
    };
    let found = collect::found(request, repository, Some((file, loaded.clone())));
    let found = found?;
    if is_ci && matches!(found.home.place, Place::Folder) {
        return Err(GateError::NotShared);
    }
    let (program, named) = collect::program_of(&found, request)?;
    let entry = program
        .repositories
        .iter()
        .find(|entry| entry.name == named);
    let own = entry.and_then(|entry| entry.branch.as_deref());
    let branch = branch.name_at_origin().to_owned();
    if own.is_some_and(|own| own != branch) {
        return Err(GateError::OtherProgram { branch });
    }
    let forge = entry.and_then(|entry| entry.forge.clone());
    Ok(Ground {
        text: loaded.text,
        from: match request.program {
            Some(file) => ProgramFrom::File(file.display().to_string()),
            None => ProgramFrom::Branch,
        },
        program,
        named,
        branch,
        forge,
        found,
    })
}

/// Returns the protected branch: the one that is asked for, else that of the program here, else the default branch of `origin`,
/// else the one that is checked out.
fn branch(
    request: &Request<'_>,
    repository: &git::Repo,
    loaded: Option<&Loaded>,
) -> Result<git::Branch, GateError> {
    let entries = loaded.map(|loaded| loaded.program.repositories.as_slice());
    let lone = match entries {
        Some([entry]) => entry.branch.as_deref(),
        Some(entries) => {
            let here = repository.folder_name();
            let named = entries.iter().find(|entry| entry.name == here);
            named.and_then(|entry| entry.branch.as_deref())
        }
        None => None,
    };
    let of_error = |error| CollectError::from(git::CensusError::from(error));
    let named = request.branch.or(lone);
    if named.is_none()
        && let Some(branch) = repository.default_branch_at_origin().map_err(of_error)?
    {
        return Ok(branch);
    }
    Ok(repository.branch(named).map_err(of_error)?)
}

/// Returns the program as it stands on the protected branch.
fn on_branch(repository: &git::Repo, branch: &git::Branch) -> Result<Loaded, GateError> {
    let bytes = repository.file(branch, program::FILE_NAME)?;
    let bytes = bytes.ok_or_else(|| GateError::NoProgram {
        branch: branch.name.clone(),
    })?;
    let name = format!("{}:{}", branch.name, program::FILE_NAME);
    Ok(program::of_bytes(Path::new(&name), bytes).map_err(CollectError::from)?)
}

/// The tip that the forge names holds the program that was applied, or the branch here is behind, or another.
pub(super) fn is_of_the_forge(
    scene: &Scene,
    facts: &ForgeFacts,
    number: u64,
) -> Result<(), GateError> {
    let dossier = facts
        .requests
        .get(&number)
        .and_then(|dossiers| dossiers.last());
    let proposal = dossier.and_then(|dossier| dossier.proposal.as_ref().ok());
    let (Some(proposal), ProgramFrom::Branch) = (proposal, &scene.from) else {
        // Without a proposal nothing passes.
        return Ok(());
    };
    let repository = scene.found.repository();
    let there = repository.file_at(&proposal.base, program::FILE_NAME)?;
    match there.is_some_and(|text| text == scene.text.as_bytes()) {
        true => Ok(()),
        false => Err(GateError::StaleProgram {
            branch: scene.branch.clone(),
        }),
    }
}
