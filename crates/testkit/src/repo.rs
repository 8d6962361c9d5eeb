//! A real git repository in a temporary folder, written without git.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use self::commit::CommitBuilder;
use self::history::History;
use self::object::{Hash, ObjectKind};
use self::tree::Entry;

pub(crate) mod commit;
mod history;
pub(crate) mod object;
mod refs;
mod tree;

/// Where the first commit's clock stands: 2026-01-05T09:00:00Z, a Monday.
const FIRST_COMMIT_SECONDS: i64 = 1_767_603_600;
/// How far the clock moves from one commit to the next.
const BETWEEN_COMMITS_SECONDS: i64 = 3_600;

/// Whether the repository has a folder of checked-out files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// `DIR/.git` beside the files.
    Worktree,
    /// `DIR` itself is the repository.
    Bare,
}

/// A repository that lives as long as this value.
///
/// Two tests that make the same calls get the same object names: nothing is read from the clock,
/// the environment or a configuration outside. Every method panics when the disk does not obey, as a test should.
#[derive(Debug)]
pub struct Repo {
    root: TempDir,
    layout: Layout,
    hash: Hash,
    history: RefCell<History>,
    next_commit_seconds: Cell<i64>,
}

impl Default for Repo {
    fn default() -> Self {
        Repo::new()
    }
}

impl Repo {
    /// Returns an empty SHA-1 repository with a worktree, `HEAD` on the unborn branch `main`.
    #[must_use]
    pub fn new() -> Repo {
        Repo::with(Layout::Worktree, Hash::Sha1)
    }

    /// Returns an empty repository of that layout and object format, `HEAD` on the unborn branch `main`.
    #[must_use]
    pub fn with(layout: Layout, hash: Hash) -> Repo {
        let root = tempfile::Builder::new()
            .prefix("testkit-")
            .tempdir()
            .expect("a temporary folder can be made");
        let repo = Repo {
            root,
            layout,
            hash,
            history: RefCell::default(),
            next_commit_seconds: Cell::new(FIRST_COMMIT_SECONDS),
        };
        fs::create_dir_all(repo.path()).expect("the repository's folder can be made");
        for folder in ["objects/info", "objects/pack", "refs/heads", "refs/tags"] {
            fs::create_dir_all(repo.git_dir().join(folder)).expect("git's folders can be made");
        }
        repo.write_git_file("config", config(layout, hash).as_bytes());
        repo.head("main");
        repo
    }

    /// Returns the folder that a user would name: the worktree, or the bare repository.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.root.path().join("repo")
    }

    /// Returns git's own folder.
    #[must_use]
    pub fn git_dir(&self) -> PathBuf {
        match self.layout {
            Layout::Worktree => self.path().join(".git"),
            Layout::Bare => self.path(),
        }
    }

    /// Returns an empty folder beside the repository, removed with it: for reports, ledgers, linked worktrees.
    #[must_use]
    pub fn beside(&self, name: &str) -> PathBuf {
        let folder = self.root.path().join(name);
        fs::create_dir_all(&folder).expect("a folder beside the repository can be made");
        folder
    }

    /// Returns the object format.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// Starts a commit on `main`, by Ada Marsh, an hour after the one before, with the tip of its branch as parent.
    pub fn commit(&self) -> CommitBuilder<'_> {
        let seconds = self.next_commit_seconds.get();
        self.next_commit_seconds
            .set(seconds + BETWEEN_COMMITS_SECONDS);
        CommitBuilder::new(self, seconds)
    }

    /// Starts a merge of the tip of `from` into the branch `into`.
    ///
    /// The tree is the first parent's with the changes that `from` made since the two met. A path that both changed
    /// takes the value of `from`.
    pub fn merge(&self, into: &str, from: &str) -> CommitBuilder<'_> {
        let (first, second) = (self.tip(into), self.tip(from));
        let files = self.history.borrow().merged(&first, &second);
        self.commit()
            .on(into)
            .parents([first, second])
            .starting_from(files)
    }

    /// Writes a commit of exactly these bytes, on no branch, whatever they mean, and returns its name.
    pub fn raw_commit(&self, bytes: impl AsRef<[u8]>) -> String {
        self.raw_object(ObjectKind::Commit, bytes)
    }

    /// Writes an object of exactly these bytes and returns its name.
    pub fn raw_object(&self, kind: ObjectKind, bytes: impl AsRef<[u8]>) -> String {
        object::write(&self.git_dir(), self.hash, kind, bytes.as_ref())
    }

    /// Returns the bytes of an object, as they are hashed but without the header of kind and length.
    #[must_use]
    pub fn read_object(&self, id: &str) -> Vec<u8> {
        object::read(&self.git_dir(), id)
    }

    /// Takes an object away, as a damaged disk or a partial clone does.
    pub fn remove_object(&self, id: &str) {
        fs::remove_file(object::path(&self.git_dir(), id))
            .expect("an object that this repository has");
    }

    /// Declares these commits to be the boundary of a shallow clone. Their parents stay until they are removed.
    pub fn shallow<I: AsRef<str>>(&self, boundary: impl IntoIterator<Item = I>) {
        let lines: String = boundary
            .into_iter()
            .map(|id| format!("{}\n", id.as_ref()))
            .collect();
        self.write_git_file("shallow", lines.as_bytes());
    }

    /// Gives a commit other parents through `info/grafts`.
    pub fn graft<I: AsRef<str>>(&self, commit: &str, parents: impl IntoIterator<Item = I>) {
        let file = self.git_dir().join("info/grafts");
        let mut text = fs::read_to_string(&file).unwrap_or_default();
        text.push_str(commit);
        for parent in parents {
            text.push(' ');
            text.push_str(parent.as_ref());
        }
        text.push('\n');
        self.write_git_file("info/grafts", text.as_bytes());
    }

    /// Writes a file of git's own folder: a ref that is no ref, a broken `HEAD`, a commit graph of another repository.
    pub fn write_git_file(&self, name: &str, bytes: &[u8]) {
        write_file(&self.git_dir().join(name), bytes);
    }

    /// Writes a file of the worktree that no commit has.
    pub fn write_file(&self, name: &str, content: impl AsRef<[u8]>) {
        assert_eq!(
            self.layout,
            Layout::Worktree,
            "a bare repository has no files"
        );
        write_file(&self.path().join(name), content.as_ref());
    }

    /// Writes the files of the branch that `HEAD` names into the worktree. It writes no index.
    pub fn checkout(&self) {
        let files = self.files_of_head();
        for (path, entry) in files {
            if let Some(content) = entry.content(&self.git_dir()) {
                let name = String::from_utf8(path).expect("a path that this disk can hold");
                self.write_file(&name, content);
            }
        }
    }

    fn files_of_head(&self) -> BTreeMap<Vec<u8>, Entry> {
        let head = fs::read_to_string(self.git_dir().join("HEAD")).expect("a HEAD");
        let branch = head
            .trim_end()
            .strip_prefix("ref: refs/heads/")
            .expect("HEAD on a branch")
            .to_owned();
        self.history.borrow().files(&self.tip(&branch))
    }
}

fn config(layout: Layout, hash: Hash) -> String {
    let version = match hash {
        Hash::Sha1 => 0,
        Hash::Sha256 => 1,
    };
    let bare = layout == Layout::Bare;
    let core = format!(
        "[core]\n\trepositoryformatversion = {version}\n\tfilemode = true\n\tbare = {bare}\n"
    );
    match hash {
        Hash::Sha1 => core,
        Hash::Sha256 => format!("{core}[extensions]\n\tobjectformat = sha256\n"),
    }
}

fn write_file(path: &Path, bytes: &[u8]) {
    let folder = path.parent().expect("a file lies in a folder");
    fs::create_dir_all(folder).expect("the file's folder can be made");
    fs::write(path, bytes).expect("the file can be written");
}
