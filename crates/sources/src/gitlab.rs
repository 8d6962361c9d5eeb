//! GitLab's REST API: what is asked of it, and what its answers say as typed facts.
//!
//! Not here: how it is asked (`forge`), what follows from the facts (`gates`).

use model::request::Readable;

use crate::forge::error::ForgeError;
use crate::forge::retrieval::Retrieval;
use crate::forge::token::Token;

pub mod endpoint;
pub mod order;
pub mod project;
pub mod read;
pub mod reviews;
pub mod webhook;

/// Sent with every request: the form of the answers. The version of the API stands in the address.
pub const HEADERS: [(&str, &str); 1] = [("accept", "application/json")];

/// What a job token needs in its place, for most endpoints take none.
const JOB_TOKEN_NEEDS: &str = "a token other than a CI job's, which may not read this";

/// With what GitLab is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// Nothing: it shows what everybody may see.
    Nothing,
    /// The token of a person, a project, a group or an application.
    Access,
    /// The token of a running CI job.
    Job,
}

impl Credential {
    /// Returns what a client with this token, or without one, asks with.
    pub fn of(token: Option<&Token>) -> Credential {
        match token {
            None => Credential::Nothing,
            Some(token) if token.is_of_job() => Credential::Job,
            Some(_) => Credential::Access,
        }
    }
}

/// Returns what was retrieved, or why this credential may not see it; every other failure stays one.
///
/// A 404 is read as withheld: GitLab gives it to those who may not know whether something is there, and for what the plan
/// lacks, of which it says no more. A 401 is too, where nothing or a job's token was sent; an access token that meets one
/// is not valid at all, which is no answer to any question.
pub fn readable(
    result: Result<Retrieval, ForgeError>,
    credential: Credential,
) -> Result<Readable<Retrieval>, ForgeError> {
    let needs = match result {
        Ok(retrieval) => return Ok(Readable::Known(retrieval)),
        Err(ForgeError::Forbidden { needs, .. } | ForgeError::NotFound { needs, .. }) => {
            Some(needs)
        }
        Err(ForgeError::Unauthorised { .. }) if credential != Credential::Access => None,
        Err(error) => return Err(error),
    };
    let needs = match (credential, needs) {
        (Credential::Job, Some(needs)) => format!("{JOB_TOKEN_NEEDS}: {needs}"),
        (Credential::Job, None) => JOB_TOKEN_NEEDS.to_owned(),
        (Credential::Nothing | Credential::Access, Some(needs)) => needs,
        (Credential::Nothing | Credential::Access, None) => "a token".to_owned(),
    };
    Ok(Readable::Withheld { needs })
}

/// Returns the protection of a branch, `Known(None)` where it is known that there is none of this very name.
///
/// A pattern may protect the branch all the same, so only the list of all protected branches says that nothing does.
/// "Get a single protected branch" answers `404 Not found` where there is none, and names the project where that is hidden.
pub fn protection(
    result: Result<Retrieval, ForgeError>,
    credential: Credential,
) -> Result<Readable<Option<Retrieval>>, ForgeError> {
    match result {
        Err(ForgeError::NotFound { said, .. }) if said == "404 Not found" => {
            Ok(Readable::Known(None))
        }
        other => Ok(match readable(other, credential)? {
            Readable::Known(retrieval) => Readable::Known(Some(retrieval)),
            Readable::Withheld { needs } => Readable::Withheld { needs },
            Readable::Unread { why } => Readable::Unread { why },
            Readable::NotOffered { said } => Readable::NotOffered { said },
        }),
    }
}

/// Returns the merge that GitLab tried; a request that cannot be merged has none, and GitLab answers 400.
pub fn merge_ref(
    result: Result<Retrieval, ForgeError>,
    credential: Credential,
) -> Result<Readable<Retrieval>, ForgeError> {
    match result {
        Err(ForgeError::Refused {
            status: 400, said, ..
        }) => Ok(Readable::Unread { why: said }),
        other => readable(other, credential),
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Credential, ForgeError, JOB_TOKEN_NEEDS, Readable, Token, merge_ref, protection, readable,
    };

    const NEEDS: &str = "read_api and the role Maintainer";

    fn not_found(said: &str) -> ForgeError {
        ForgeError::NotFound {
            address: String::new(),
            needs: NEEDS.to_owned(),
            said: said.to_owned(),
        }
    }

    fn unauthorised() -> ForgeError {
        ForgeError::Unauthorised {
            said: "401 Unauthorized".to_owned(),
        }
    }

    fn needs(error: ForgeError, credential: Credential) -> String {
        match readable(Err(error), credential) {
            Ok(Readable::Withheld { needs }) => needs,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_branch_is_unprotected_only_where_gitlab_says_so() {
        let check = |said| protection(Err(not_found(said)), Credential::Access).unwrap();
        assert!(matches!(check("404 Not found"), Readable::Known(None)));
        for said in [
            "404 Project Not Found",
            "404 Not Found",
            "it gives no reason",
        ] {
            assert!(matches!(check(said), Readable::Withheld { needs } if needs == NEEDS));
        }
    }

    #[test]
    fn what_cannot_be_merged_has_no_trial() {
        let check = |status| {
            let said = "Merge request is not mergeable".to_owned();
            let address = String::new();
            merge_ref(
                Err(ForgeError::Refused {
                    address,
                    status,
                    said,
                }),
                Credential::Access,
            )
        };
        assert!(matches!(check(400), Ok(Readable::Unread { why }) if why.contains("mergeable")));
        assert!(check(409).is_err());
    }

    #[test]
    fn a_job_token_is_told_that_it_is_one() {
        let job = Credential::Job;
        assert_eq!(needs(unauthorised(), job), JOB_TOKEN_NEEDS);
        let said = needs(not_found("404 Project Not Found"), job);
        assert_eq!(said, format!("{JOB_TOKEN_NEEDS}: {NEEDS}"));
        assert_eq!(needs(not_found(""), Credential::Access), NEEDS);
        assert_eq!(needs(unauthorised(), Credential::Nothing), "a token");
    }

    #[test]
    fn a_token_that_is_not_valid_withholds_nothing() {
        let refused = readable(Err(unauthorised()), Credential::Access);
        assert!(matches!(refused, Err(ForgeError::Unauthorised { .. })));
        let failing = ForgeError::Failing {
            address: String::new(),
            status: 500,
        };
        assert!(readable(Err(failing), Credential::Job).is_err());
    }

    #[test]
    fn a_credential_is_what_the_token_is() {
        let of = |token: Option<Token>| Credential::of(token.as_ref());
        assert_eq!(of(None), Credential::Nothing);
        assert_eq!(of(Token::new("glpat-1").ok()), Credential::Access);
        assert_eq!(of(Token::job("glcbt-1").ok()), Credential::Job);
    }
}
