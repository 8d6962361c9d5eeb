//! How far a long reading has come.

/// Is told how far the reading has come; whoever has a terminal implements it.
pub trait Progress: Sync {
    /// `commits` more commits were found.
    ///
    /// It MUST return at once; it is called from several threads, many times a second.
    fn found(&self, commits: u64);

    /// `commits` more commits were read in full.
    ///
    /// It MUST return at once; it is called from several threads, many times a second.
    fn read(&self, commits: u64);
}

/// Tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn found(&self, _commits: u64) {}

    fn read(&self, _commits: u64) {}
}
