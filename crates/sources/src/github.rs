//! GitHub's REST API: what is asked of it, and what its answers say as typed facts.
//!
//! Not here: how it is asked (`forge`), what follows from the facts (`gates`).

use model::request::Readable;

use crate::forge::error::ForgeError;
use crate::forge::retrieval::Retrieval;

pub mod app;
pub mod closing;
pub mod endpoint;
pub mod order;
pub mod read;
pub mod webhook;

/// Sent with every request: the form of the answers, and the version of the API that they follow.
pub const HEADERS: [(&str, &str); 2] = [
    ("accept", "application/vnd.github+json"),
    ("x-github-api-version", "2022-11-28"),
];

/// A repository of a forge.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Repository {
    owner: String,
    name: String,
}

/// A text that is no repository.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no repository: it is written `owner/name`")]
pub struct NoRepository {
    /// The text, cut short.
    pub text: String,
}

impl Repository {
    /// Returns the repository that `owner/name` names.
    pub fn parse(text: &str) -> Result<Repository, NoRepository> {
        let is_name = |part: &str| {
            let is_word = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
            (1..=100).contains(&part.len())
                && part.chars().all(is_word)
                && !matches!(part, "." | "..")
        };
        match text.split_once('/') {
            Some((owner, name)) if is_name(owner) && is_name(name) => Ok(Repository {
                owner: owner.to_owned(),
                name: name.to_owned(),
            }),
            Some(_) | None => Err(NoRepository {
                text: text.chars().take(80).collect(),
            }),
        }
    }
}

/// Returns what was retrieved, or why this token may not see it; every other failure stays one.
///
/// A 404 is read as withheld: GitHub gives it to those who may not know whether something is there.
pub fn readable(result: Result<Retrieval, ForgeError>) -> Result<Readable<Retrieval>, ForgeError> {
    match result {
        Ok(retrieval) => Ok(Readable::Known(retrieval)),
        Err(ForgeError::Forbidden { said, .. }) if is_of_plan(&said) => {
            Ok(Readable::NotOffered { said })
        }
        Err(ForgeError::Forbidden { needs, .. } | ForgeError::NotFound { needs, .. }) => {
            Ok(Readable::Withheld { needs })
        }
        Err(error) => Err(error),
    }
}

/// Returns the protection of a branch, `Known(None)` where it is known that there is none.
///
/// "Get branch protection" answers 404 both ways; only to an administrator does it say which.
pub fn protection(
    result: Result<Retrieval, ForgeError>,
) -> Result<Readable<Option<Retrieval>>, ForgeError> {
    match result {
        Err(ForgeError::NotFound { said, .. }) if said == "Branch not protected" => {
            Ok(Readable::Known(None))
        }
        other => Ok(match readable(other)? {
            Readable::Known(retrieval) => Readable::Known(Some(retrieval)),
            Readable::Withheld { needs } => Readable::Withheld { needs },
            Readable::Unread { why } => Readable::Unread { why },
            Readable::NotOffered { said } => Readable::NotOffered { said },
        }),
    }
}

/// Rulesets and protection of a private repository need a paid plan, and the answer then asks for one.
fn is_of_plan(said: &str) -> bool {
    said.starts_with("Upgrade to GitHub")
}

#[cfg(test)]
mod tests {
    use super::{ForgeError, Readable, Repository, protection, readable};

    fn not_found(said: &str) -> ForgeError {
        ForgeError::NotFound {
            address: String::new(),
            needs: "Administration: read".to_owned(),
            said: said.to_owned(),
        }
    }

    #[test]
    fn a_branch_is_unprotected_only_where_github_says_so() {
        let check = |said| protection(Err(not_found(said))).unwrap();
        assert!(matches!(
            check("Branch not protected"),
            Readable::Known(None)
        ));
        assert!(
            matches!(check("Not Found"), Readable::Withheld { needs } if needs == "Administration: read")
        );
    }

    #[test]
    fn what_the_plan_lacks_is_no_question_of_permission() {
        let forbidden = |said: &str| ForgeError::Forbidden {
            address: String::new(),
            needs: String::new(),
            said: said.to_owned(),
        };
        let upgrade =
            "Upgrade to GitHub Pro or make this repository public to enable this feature.";
        assert!(matches!(
            readable(Err(forbidden(upgrade))),
            Ok(Readable::NotOffered { .. })
        ));
        let check = readable(Err(forbidden("Resource not accessible by integration")));
        assert!(matches!(check, Ok(Readable::Withheld { .. })));
        let failing = ForgeError::Failing {
            address: String::new(),
            status: 500,
        };
        assert!(readable(Err(failing)).is_err());
    }

    #[test]
    fn a_repository_has_an_owner_and_a_name() {
        assert!(Repository::parse("larkspur/shop.js").is_ok());
        for text in [
            "",
            "shop",
            "a/b/c",
            "/shop",
            "larkspur/",
            "larkspur/..",
            "a b/c",
            "ä/b",
        ] {
            assert!(Repository::parse(text).is_err(), "{text:?}");
        }
    }
}
