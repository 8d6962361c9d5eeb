//! The edge of the program: the clock, the environment, the terminal and randomness.

use jiff::Timestamp;
use model::program_file::Colour;
use std::io::IsTerminal as _;

/// Returns the moment of this run, to the second.
#[expect(
    clippy::disallowed_methods,
    reason = "the edge reads the clock, once for each command"
)]
pub(crate) fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

/// Returns 32 random bytes of the operating system.
#[expect(clippy::disallowed_methods, reason = "the edge draws randomness")]
pub(crate) fn entropy() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the operating system has a random source");
    bytes
}

/// Returns the threads to read a repository with.
pub(crate) fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Returns whether questions can be asked.
pub(crate) fn is_interactive() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Returns whether what goes to standard error may be coloured.
pub(crate) fn colour_of_stderr() -> Colour {
    match anstream::AutoStream::choice(&std::io::stderr()) {
        anstream::ColorChoice::Never => Colour::Plain,
        anstream::ColorChoice::Auto
        | anstream::ColorChoice::AlwaysAnsi
        | anstream::ColorChoice::Always => Colour::Ansi,
    }
}
