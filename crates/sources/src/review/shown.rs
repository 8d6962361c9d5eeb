//! What a reader may see of each file of a difference: its lines without secrets, or why none.

use super::redact::{Struck, redact};
use model::patch::{Body, FilePatch, Patch, Text, generated_by};
use model::review::{Listed, Unread};

/// A difference without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown<'p> {
    /// Its files, in their order.
    pub files: Vec<ShownFile<'p>>,
    /// What was struck, by the place of its file and the side it stood on.
    pub struck: Vec<(usize, Side, Struck)>,
}

/// A file, and what is seen of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownFile<'p> {
    /// The file.
    pub file: &'p FilePatch,
    /// Its lines, or why none of them is seen.
    pub text: Result<Text, Hidden>,
}

/// Why the lines of a file are not seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hidden {
    /// It is named, which is enough.
    Listed(Listed),
    /// It should be read and cannot be.
    Unread(Unread),
}

/// A side of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What went.
    Before,
    /// What came.
    After,
}

/// Returns a difference without its secrets.
pub fn shown(patch: &Patch) -> Shown<'_> {
    let mut struck = Vec::new();
    let of = |(at, file)| ShownFile {
        file,
        text: sent(file).map(|text| without_secrets(text, at, &mut struck)),
    };
    let files = patch.files.iter().enumerate().map(of).collect();
    Shown { files, struck }
}

fn sent(file: &FilePatch) -> Result<&Text, Hidden> {
    match &file.body {
        Body::Text(text) if is_generated(file, text) => Err(Hidden::Listed(Listed::Generated)),
        Body::Text(text) => Ok(text),
        Body::Binary => Err(Hidden::Listed(Listed::Binary)),
        Body::Submodule => Err(Hidden::Listed(Listed::Submodule)),
        Body::TooLarge { bytes } => Err(Hidden::Unread(Unread::TooLarge { bytes: *bytes })),
        Body::Absent => Err(Hidden::Unread(Unread::Absent)),
    }
}

/// Files that tools write, by name.
const LOCK_FILES: [&str; 17] = [
    "Cargo.lock",
    "Gemfile.lock",
    "Package.resolved",
    "Pipfile.lock",
    "Podfile.lock",
    "bun.lock",
    "composer.lock",
    "flake.lock",
    "go.sum",
    "gradle.lockfile",
    "mix.lock",
    "npm-shrinkwrap.json",
    "package-lock.json",
    "packages.lock.json",
    "pnpm-lock.yaml",
    "poetry.lock",
    "uv.lock",
];
/// More of them.
const OTHER_LOCK_FILES: [&str; 3] = ["yarn.lock", ".terraform.lock.hcl", "pubspec.lock"];

/// Returns whether a name is that of a file in which a tool pins dependencies.
pub fn is_lock_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    LOCK_FILES.contains(&name) || OTHER_LOCK_FILES.contains(&name)
}

/// What a change says of itself hides nothing: only a file that was generated before it is.
fn is_generated(file: &FilePatch, text: &Text) -> bool {
    let is_marked = |text: &str| generated_by(text).is_some();
    is_lock_file(&file.path)
        || (file.before.is_some() && is_marked(&text.before) && is_marked(&text.after))
}

fn without_secrets(text: &Text, at: usize, struck: &mut Vec<(usize, Side, Struck)>) -> Text {
    let mut of = |text: &str, side: Side| {
        let redacted = redact(text);
        struck.extend(redacted.struck.into_iter().map(|it| (at, side, it)));
        redacted.text.into_owned()
    };
    Text {
        before: of(&text.before, Side::Before),
        after: of(&text.after, Side::After),
        hunks: text.hunks.clone(),
    }
}
