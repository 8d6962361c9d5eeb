//! Errors at the edge: a kind, what happened, why, and what to do.

use crate::exit::Exit;
use anstream::eprintln;
use documents::text::folded;
use model::program_file::Faults;
use std::error::Error;

/// An error as the operator sees it.
#[derive(Debug)]
pub(crate) struct CliError {
    /// The exit code.
    pub(crate) exit: Exit,
    /// What happened and why.
    pub(crate) source: Box<dyn Error + Send + Sync>,
    /// What to do.
    pub(crate) hints: Vec<String>,
}

impl CliError {
    /// Returns an error without hints.
    pub(crate) fn new(exit: Exit, source: impl Into<Box<dyn Error + Send + Sync>>) -> CliError {
        CliError {
            exit,
            source: source.into(),
            hints: vec![],
        }
    }

    /// Adds what to do.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> CliError {
        self.hints.push(hint.into());
        self
    }

    /// Prints the error with its causes and hints; faults of a file are shown in place.
    pub(crate) fn print(&self) {
        let error: &(dyn Error + 'static) = &*self.source;
        if let Some(faults) = faults(error) {
            eprintln!(
                "{}",
                faults.render(crate::edge::colour_of_stderr()).trim_end()
            );
        } else {
            print_chain(error);
        }
        for hint in &self.hints {
            tell(&format!("hint: {hint}"));
        }
    }
}

/// A transparent error shows its source's words, so equal neighbours are printed once.
fn print_chain(error: &(dyn Error + 'static)) {
    let mut last = visible(&error.to_string());
    tell(&format!("error: {last}"));
    for cause in causes(error).skip(1) {
        let words = visible(&cause.to_string());
        if words != last {
            tell(&format!("caused by: {words}"));
        }
        last = words;
    }
}

/// A machine that reads it wants a line to be a line; a person wants no word broken.
pub(crate) fn tell(text: &str) {
    match crate::edge::is_read_by_people() {
        true => text.lines().for_each(|line| eprintln!("{}", folded(line))),
        false => eprintln!("{text}"),
    }
}

/// Names and texts of others reach a terminal only with their control characters spelled out.
pub(crate) fn visible(text: &str) -> String {
    let spelled = |c: char| (c.is_control() && c != '\n') || is_bidi(c);
    let shown = |c: char| {
        if spelled(c) {
            c.escape_default().to_string()
        } else {
            c.to_string()
        }
    };
    text.chars().map(shown).collect()
}

/// Unicode Standard Annex 9, section 2: what turns the direction of text, so that it reads as something else.
fn is_bidi(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn faults<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e Faults> {
    causes(error).find_map(|cause| cause.downcast_ref::<Faults>())
}

/// Returns an error and everything behind it.
pub(crate) fn causes<'e>(
    error: &'e (dyn Error + 'static),
) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        next = error.source();
        Some(error)
    })
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn what_would_hide_itself_is_spelled_out() {
        assert_eq!(visible("a\nb"), "a\nb");
        assert_eq!(visible("a\u{1b}[2J"), "a\\u{1b}[2J");
        assert_eq!(visible("main\u{202e}txt"), "main\\u{202e}txt");
        assert_eq!(visible("Zoë"), "Zoë");
    }
}
