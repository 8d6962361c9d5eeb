//! Signatures of git commits, over fixtures and over real repositories.

#[cfg(test)]
mod openpgp;
#[cfg(test)]
mod real_commits;
#[cfg(test)]
mod ssh;
#[cfg(test)]
mod support;
