//! Branches, tags, `HEAD`, remotes, replacements and linked worktrees.

use std::fs;
use std::path::PathBuf;

use super::Repo;
use super::object::ObjectKind;

impl Repo {
    /// Points a branch at a commit.
    pub fn branch(&self, name: &str, id: &str) {
        self.write_ref(&format!("refs/heads/{name}"), id);
    }

    /// Returns the commit that a branch points at.
    #[must_use]
    pub fn tip(&self, branch: &str) -> String {
        self.find_tip(branch)
            .unwrap_or_else(|| panic!("no branch {branch}"))
    }

    /// Points `HEAD` at a branch, born or not.
    pub fn head(&self, branch: &str) {
        let line = format!("ref: refs/heads/{branch}\n");
        self.write_git_file("HEAD", line.as_bytes());
    }

    /// Points `HEAD` at a commit.
    pub fn detach_head(&self, id: &str) {
        self.write_git_file("HEAD", format!("{id}\n").as_bytes());
    }

    /// Renames a branch; `HEAD` stays where it is.
    pub fn rename_branch(&self, from: &str, to: &str) {
        self.branch(to, &self.tip(from));
        fs::remove_file(self.git_dir().join("refs/heads").join(from)).expect("a loose branch");
    }

    /// Writes an annotated tag by Ada Marsh at that time, and returns the tag's own name.
    pub fn tag(&self, name: &str, target: &str, seconds: i64, message: &str) -> String {
        let body = format!(
            "object {target}\ntype commit\ntag {name}\n\
             tagger Ada Marsh <ada@larkspur.example> {seconds} +0000\n\n{message}"
        );
        let id = self.raw_object(ObjectKind::Tag, body);
        self.write_ref(&format!("refs/tags/{name}"), &id);
        id
    }

    /// Writes any ref, by its full name.
    pub fn write_ref(&self, name: &str, id: &str) {
        self.write_git_file(name, format!("{id}\n").as_bytes());
    }

    /// Adds a remote, its branch at a commit, and its `HEAD` on that branch, as a clone leaves them.
    pub fn remote(&self, name: &str, url: &str, branch: &str, id: &str) {
        let mut config = fs::read_to_string(self.git_dir().join("config")).expect("a config");
        config.push_str(&format!(
            "[remote \"{name}\"]\n\turl = {url}\n\tfetch = +refs/heads/*:refs/remotes/{name}/*\n"
        ));
        self.write_git_file("config", config.as_bytes());
        self.write_ref(&format!("refs/remotes/{name}/{branch}"), id);
        let head = format!("ref: refs/remotes/{name}/{branch}\n");
        self.write_git_file(&format!("refs/remotes/{name}/HEAD"), head.as_bytes());
    }

    /// Makes git show one object in the place of another, through `refs/replace`.
    pub fn replace(&self, original: &str, replacement: &str) {
        self.write_ref(&format!("refs/replace/{original}"), replacement);
    }

    /// Adds a linked worktree on a branch, empty of files, and returns its folder.
    pub fn linked_worktree(&self, name: &str, branch: &str) -> PathBuf {
        let folder = self.beside(name);
        let own = self.git_dir().join("worktrees").join(name);
        let link = format!("gitdir: {}\n", own.display());
        super::write_file(&folder.join(".git"), link.as_bytes());
        let back = format!("{}\n", folder.join(".git").display());
        super::write_file(&own.join("gitdir"), back.as_bytes());
        super::write_file(&own.join("commondir"), b"../..\n");
        let head = format!("ref: refs/heads/{branch}\n");
        super::write_file(&own.join("HEAD"), head.as_bytes());
        folder
    }

    pub(super) fn find_tip(&self, branch: &str) -> Option<String> {
        let file = self.git_dir().join("refs/heads").join(branch);
        let line = fs::read_to_string(file).ok()?;
        Some(line.trim_end().to_owned())
    }
}
