//! Why a forge did not say what it was asked.

use jiff::Timestamp;
use reqwest::Url;

use crate::http::{HttpError, without_login};

/// Why there is no answer, by what can be done about it.
#[derive(Debug, thiserror::Error)]
pub enum ForgeError {
    /// The token is none that the forge knows.
    #[error("the forge does not accept the token: {said}")]
    Unauthorised {
        /// What it said.
        said: String,
    },
    /// The token is known, and may not read this.
    #[error("{address} needs the permission {needs}: {said}")]
    Forbidden {
        /// The address.
        address: String,
        /// The permission, as the forge named it, else as its documentation does.
        needs: String,
        /// What it said.
        said: String,
    },
    /// It is not there; or it is, and the forge does not tell this token so.
    #[error("{address} is not there, or the token lacks the permission {needs}: {said}")]
    NotFound {
        /// The address.
        address: String,
        /// The permission, as the forge named it, else as its documentation does.
        needs: String,
        /// What it said.
        said: String,
    },
    /// Too many requests were made.
    #[error("the forge takes no more requests until {until}")]
    RateLimited {
        /// When it takes them again.
        until: Timestamp,
    },
    /// The answer is not one of this API.
    #[error("{address} did not answer as this API does: {why}")]
    Malformed {
        /// The address.
        address: String,
        /// What is wrong.
        why: String,
    },
    /// The answer leads to another server, which gets neither the token nor a question.
    #[error("{address} leads to {elsewhere}, which is not below the address of the API")]
    Elsewhere {
        /// The address.
        address: String,
        /// Where it leads.
        elsewhere: String,
    },
    /// All pages together are too long.
    #[error("the answer has more than {limit} bytes")]
    TooLong {
        /// The bytes that it may have.
        limit: u64,
    },
    /// There are more pages than are read.
    #[error("the answer has more than {limit} pages")]
    TooManyPages {
        /// The pages that it may have.
        limit: usize,
    },
    /// The forge failed, every time.
    #[error("{address} fails with status {status}")]
    Failing {
        /// The address.
        address: String,
        /// The HTTP status.
        status: u16,
    },
    /// Any other answer.
    #[error("{address} answered with status {status}: {said}")]
    Refused {
        /// The address.
        address: String,
        /// The HTTP status.
        status: u16,
        /// What it said.
        said: String,
    },
    /// Nobody answered, or no end of the answer came.
    #[error(transparent)]
    Unreachable(HttpError),
    /// What is asked for has no name that an address can hold.
    #[error("`{name}` names nothing that a forge has")]
    NoName {
        /// The name.
        name: String,
    },
    /// The entity tag of an earlier answer is none.
    #[error("what was kept as an entity tag is none")]
    NoEntityTag,
}

impl ForgeError {
    pub(super) fn malformed(address: &Url, why: &str) -> ForgeError {
        ForgeError::Malformed {
            address: shown(address),
            why: why.to_owned(),
        }
    }

    pub(super) fn cycle(address: &Url) -> ForgeError {
        ForgeError::malformed(address, "its pages lead back to it")
    }

    pub(super) fn elsewhere(address: &Url, elsewhere: &Url) -> ForgeError {
        ForgeError::Elsewhere {
            address: shown(address),
            elsewhere: without_login(elsewhere.as_str()),
        }
    }

    /// Returns whether the same request may be answered in a moment.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self, ForgeError::Failing { .. })
            || matches!(self, ForgeError::Unreachable(HttpError::Unreachable { .. }))
    }

    /// Returns whether the forge itself says that it does not do what it was asked.
    pub fn is_refusal(&self) -> bool {
        match self {
            ForgeError::Unauthorised { .. }
            | ForgeError::Forbidden { .. }
            | ForgeError::NotFound { .. }
            | ForgeError::RateLimited { .. }
            | ForgeError::Refused { .. }
            | ForgeError::NoName { .. }
            | ForgeError::NoEntityTag => true,
            ForgeError::Malformed { .. }
            | ForgeError::Elsewhere { .. }
            | ForgeError::TooLong { .. }
            | ForgeError::TooManyPages { .. }
            | ForgeError::Failing { .. }
            | ForgeError::Unreachable(_) => false,
        }
    }

    /// Returns whether what was answered so far is in doubt too.
    pub(super) fn is_distrust(&self) -> bool {
        matches!(
            self,
            ForgeError::Malformed { .. } | ForgeError::Elsewhere { .. }
        )
    }
}

/// Returns an address as an error shows it.
pub(super) fn shown(address: &Url) -> String {
    without_login(address.as_str())
}
