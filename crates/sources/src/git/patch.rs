//! A difference line by line, from the objects that its digest names.

use super::CensusError;
use super::batch::Raw;
use super::diff::{self, DiffError, Touched};
use super::header::Commit;
use super::objects::{COMMIT_BASES, Objects, ReadError, TREE_BASES};
use super::open::Repo;
use super::reader::{tree, verify};
use gix::ObjectId;
use gix::diff::blob::sources::byte_lines;
use gix::diff::blob::{Algorithm, InternedInput, diff_with_slider_heuristics};
use gix::objs::Kind;
use model::digest::{CommitId, Digest};
use model::patch::{Body, FileKind, FilePatch, Hunk, Patch, Side, Text};

/// The longest side of a file that is read.
pub const MAX_TEXT_BYTES: u64 = 8 << 20;
/// A side with a NUL among its first bytes is no text, as git has it (`buffer_is_binary`).
const LOOKED_AT: usize = 8_000;
/// What the digest of a difference begins with that no repository holds: none of a repository is the same.
const TEXTS: &[u8] = b"countersign texts v1\n";

/// What the repository tells of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Patched {
    /// The difference.
    Known(Patch),
    /// The repository does not tell, and why not.
    Unknown(String),
}

/// A difference that cannot be read although its objects are there.
#[derive(Debug, thiserror::Error)]
pub enum PatchError {
    /// An object cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A commit is not what its id says.
    #[error(transparent)]
    Commit(#[from] CensusError),
    /// Two trees cannot be compared.
    #[error("the difference cannot be told")]
    Diff(#[from] DiffError),
    /// A file is not what its id says.
    #[error("file {0} is not what its id says")]
    Altered(ObjectId),
    /// A file cannot be read.
    #[error("file {id} cannot be read")]
    File {
        /// Its content.
        id: ObjectId,
        /// What git's object store says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The history cannot be walked.
    #[error("the history of {0} cannot be walked")]
    Walk(CommitId, #[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Returns the commit from which two parted; `None` where there is none, or more than one.
pub fn merge_base(
    repo: &Repo,
    one: &CommitId,
    other: &CommitId,
) -> Result<Option<CommitId>, PatchError> {
    let local = repo.local();
    let found = local.merge_bases_many(object_id(one), &[object_id(other)]);
    let found = found.map_err(|error| PatchError::Walk(one.clone(), error.into()))?;
    Ok(match found.as_slice() {
        [only] => Some(super::facts::commit_id(only.detach())),
        _ => None,
    })
}

/// Returns what differs between two commits.
pub fn patch(repo: &Repo, from: &CommitId, to: &CommitId) -> Result<Patched, PatchError> {
    let mut local = repo.local();
    local.objects.ignore_replacements = true;
    let packs = repo.packs();
    let mut objects = Objects::new(&packs, local.clone(), COMMIT_BASES);
    let mut of = |id: &CommitId| tree_of(&mut objects, object_id(id));
    let (Some(old), Some(new)) = (of(from)?, of(to)?) else {
        return Ok(Patched::Unknown(format!(
            "the repository lacks {} or {}: fetch them",
            from.short(),
            to.short()
        )));
    };
    let mut objects = Objects::new(&packs, local.clone(), TREE_BASES);
    let paths = diff::paths(&mut objects, Some(old), new)?;
    let Some(digest) = paths.patch_digest() else {
        let why = "the repository lacks trees of the difference: fetch it whole";
        return Ok(Patched::Unknown(why.to_owned()));
    };
    let files = paths.touched();
    let files = files.iter().map(|touched| file(&local, touched));
    Ok(Patched::Known(Patch {
        digest,
        files: files.collect::<Result<_, _>>()?,
    }))
}

/// A file of a difference that no repository holds.
#[derive(Debug, Clone, Copy)]
pub struct TextFile<'a> {
    /// Its path.
    pub path: &'a str,
    /// What it was; none where it is new.
    pub before: Option<&'a str>,
    /// What it is.
    pub after: &'a str,
}

/// Returns the difference that these files make, in the order of their paths.
pub fn of_texts(files: &[TextFile<'_>]) -> Patch {
    let mut files = files.to_vec();
    files.sort_by_key(|file| file.path);
    let side = |text: &str| {
        let id = gix::objs::compute_hash(gix::hash::Kind::Sha1, Kind::Blob, text.as_bytes());
        Side {
            kind: FileKind::File,
            id: id.map_or_else(|_| String::new(), |id| id.to_string()),
        }
    };
    let of = |file: &TextFile<'_>| FilePatch {
        path: file.path.to_owned(),
        before: file.before.map(side),
        after: Some(side(file.after)),
        body: Body::Text(compared(
            file.before.unwrap_or_default().as_bytes(),
            file.after.as_bytes(),
        )),
    };
    let files: Vec<FilePatch> = files.iter().map(of).collect();
    let mut named = Vec::new();
    for file in &files {
        for part in [&file.path, &id_of(&file.before), &id_of(&file.after)] {
            named.extend_from_slice(&(part.len() as u64).to_be_bytes());
            named.extend_from_slice(part.as_bytes());
        }
    }
    Patch {
        digest: Digest::of_parts([TEXTS, &named]),
        files,
    }
}

fn id_of(side: &Option<Side>) -> String {
    side.as_ref().map_or_else(String::new, |it| it.id.clone())
}

fn object_id(id: &CommitId) -> ObjectId {
    ObjectId::from_bytes_or_panic(id.as_bytes())
}

fn tree_of(objects: &mut Objects<'_>, id: ObjectId) -> Result<Option<ObjectId>, PatchError> {
    let mut bytes = Vec::new();
    if !objects.commit(id, &mut bytes)? {
        return Ok(None);
    }
    let raw = Raw {
        node: 0,
        id,
        object: &bytes,
    };
    verify(&raw)?;
    Ok(tree(&Commit::parse(&bytes)))
}

fn file(repo: &gix::Repository, touched: &Touched<'_>) -> Result<FilePatch, PatchError> {
    let side = |side: Option<(u32, ObjectId)>| {
        side.map(|(mode, id)| Side {
            kind: kind(mode),
            id: id.to_string(),
        })
    };
    Ok(FilePatch {
        path: String::from_utf8_lossy(touched.path).into_owned(),
        before: side(touched.old),
        after: side(touched.new),
        body: body(repo, touched)?,
    })
}

/// Returns what a mode says, of those that the digest tells apart.
fn kind(mode: u32) -> FileKind {
    match mode {
        0o100_000 => FileKind::File,
        0o100_100 => FileKind::Executable,
        0o120_000 => FileKind::Link,
        0o160_000 => FileKind::Submodule,
        other => FileKind::Other(other),
    }
}

/// What a side of a file is.
enum Content {
    Text(Vec<u8>),
    /// Not to be compared, and why.
    Other(Body),
}

fn body(repo: &gix::Repository, touched: &Touched<'_>) -> Result<Body, PatchError> {
    let before = content(repo, touched.old)?;
    let after = content(repo, touched.new)?;
    Ok(match (before, after) {
        (Content::Text(before), Content::Text(after)) => Body::Text(compared(&before, &after)),
        (Content::Other(body), _) | (_, Content::Other(body)) => body,
    })
}

fn content(repo: &gix::Repository, side: Option<(u32, ObjectId)>) -> Result<Content, PatchError> {
    let Some((mode, id)) = side else {
        return Ok(Content::Text(Vec::new()));
    };
    if kind(mode) == FileKind::Submodule {
        return Ok(Content::Other(Body::Submodule));
    }
    let fail = |source: Box<dyn std::error::Error + Send + Sync>| PatchError::File { id, source };
    let Some(header) = repo
        .try_find_header(id)
        .map_err(|error| fail(error.into()))?
    else {
        return Ok(Content::Other(Body::Absent));
    };
    let bytes = header.size();
    if bytes > MAX_TEXT_BYTES {
        return Ok(Content::Other(Body::TooLarge { bytes }));
    }
    let object = repo.find_object(id).map_err(|error| fail(error.into()))?;
    let hash = gix::objs::compute_hash(id.kind(), Kind::Blob, &object.data);
    if hash.ok() != Some(id) {
        return Err(PatchError::Altered(id));
    }
    let data = object.detach().data;
    if data[..data.len().min(LOOKED_AT)].contains(&0) {
        return Ok(Content::Other(Body::Binary));
    }
    Ok(Content::Text(data))
}

/// Bytes are compared, for two that are no UTF-8 read the same.
fn compared(before: &[u8], after: &[u8]) -> Text {
    let input = InternedInput::new(byte_lines(before), byte_lines(after));
    let diff = diff_with_slider_heuristics(Algorithm::Histogram, &input);
    let hunks = diff.hunks().map(|hunk| Hunk {
        before: hunk.before,
        after: hunk.after,
    });
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Text {
        before: text(before),
        after: text(after),
        hunks: hunks.collect(),
    }
}
