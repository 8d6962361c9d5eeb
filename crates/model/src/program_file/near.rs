//! The nearest known word to one that is not known.

/// Words longer than this are not compared.
const WORD_CHARS: usize = 80;

/// The most known words that are compared with one.
const CANDIDATES: usize = 256;

/// Likeness from which a word is proposed; 1 is equality.
const LIKENESS: f64 = 0.8;

/// Returns the known word that was most likely meant.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > WORD_CHARS {
        return None;
    }
    let word = word.to_lowercase();
    known
        .into_iter()
        .take(CANDIDATES)
        .map(|candidate| (likeness(&word, &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness >= LIKENESS)
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, candidate)| candidate)
}

/// Returns the mend for an unknown word.
pub(super) fn did_you_mean<'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(word, known).map(|candidate| format!("did you mean `{candidate}`?"))
}

fn likeness(word: &str, candidate: &str) -> f64 {
    let words: Vec<&str> = candidate.split([' ', '_', '-']).collect();
    let partial = word.len() > 2
        && word
            .split([' ', '_', '-'])
            .all(|part| words.contains(&part));
    let spelled = strsim::normalized_damerau_levenshtein(word, candidate)
        .max(strsim::jaro_winkler(word, candidate) - 0.05);
    if partial { spelled.max(0.9) } else { spelled }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(word: &str, expect: Option<&str>) {
        let known = [
            "production deployment",
            "code development",
            "code authoring",
            "CR-1",
            "CR-10",
        ];
        assert_eq!(nearest(word, known), expect, "{word}");
    }

    #[test]
    fn what_was_meant_is_found() {
        check("deployment", Some("production deployment"));
        check("code developement", Some("code development"));
        check("code-authoring", Some("code authoring"));
        check("CR-01", Some("CR-1"));
        check("cr-1", Some("CR-1"));
        check("gardening", None);
        check("", None);
    }
}
