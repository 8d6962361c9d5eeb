//! Who approved a merge request, and what was said about it.

use jiff::Timestamp;
use model::request::words::ReviewState;
use model::request::{Account, Comment, Review};
use serde::Deserialize;

use super::{AccountWire, Wire, list, object};
use crate::forge::answer::{Unreadable, nullable};

/// Returns the approvals of a merge request: none names a commit, and each account has one at most.
///
/// Whether GitLab holds the request for approved is left out: it counts as its own rules say.
pub fn approvals(pages: &[&[u8]]) -> Result<Vec<Review>, Unreadable> {
    object::<ApprovalsWire>("the approvals of a merge request", pages)
}

/// Returns the account whose token was shown.
pub fn account(pages: &[&[u8]]) -> Result<Account, Unreadable> {
    object::<AccountWire>("an account", pages)
}

/// Returns what people said about a merge request.
pub fn comments(pages: &[&[u8]]) -> Result<Vec<Comment>, Unreadable> {
    let notes = notes(pages)?.into_iter();
    Ok(notes
        .filter(|it| !it.is_of_system)
        .map(|it| it.comment)
        .collect())
}

/// Returns what GitLab wrote about a merge request in the name of who did it: approvals, pushes, changes of its target.
pub fn system_notes(pages: &[&[u8]]) -> Result<Vec<Comment>, Unreadable> {
    let notes = notes(pages)?.into_iter();
    Ok(notes
        .filter(|it| it.is_of_system)
        .map(|it| it.comment)
        .collect())
}

fn notes(pages: &[&[u8]]) -> Result<Vec<Note>, Unreadable> {
    list::<NoteWire>("the notes of a merge request", pages)
}

struct Note {
    is_of_system: bool,
    comment: Comment,
}

#[derive(Deserialize)]
struct ApprovalsWire {
    approved_by: Vec<ApprovalWire>,
}

#[derive(Deserialize)]
struct ApprovalWire {
    user: AccountWire,
    approved_at: Option<Timestamp>,
}

impl Wire for ApprovalsWire {
    type Fact = Vec<Review>;

    fn fact(self) -> Result<Vec<Review>, String> {
        let mut reviews: Vec<Review> = Vec::new();
        for ApprovalWire { user, approved_at } in self.approved_by {
            if reviews.iter().any(|review| review.id == user.id) {
                return Err(format!("the account {} approved it twice", user.id));
            }
            reviews.push(Review {
                id: user.id,
                account: Some(Account::from(user)),
                state: ReviewState::Approved,
                commit: None,
                submitted_at: approved_at,
            });
        }
        Ok(reviews)
    }
}

impl Wire for AccountWire {
    type Fact = Account;

    fn fact(self) -> Result<Account, String> {
        Ok(self.into())
    }
}

#[derive(Deserialize)]
struct NoteWire {
    id: u64,
    #[serde(deserialize_with = "nullable")]
    author: Option<AccountWire>,
    body: String,
    system: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl Wire for NoteWire {
    type Fact = Note;

    fn fact(self) -> Result<Note, String> {
        let comment = Comment {
            id: self.id,
            account: self.author.map(Account::from),
            app: None,
            created_at: self.created_at,
            updated_at: self.updated_at,
            body: self.body,
        };
        Ok(Note {
            is_of_system: self.system,
            comment,
        })
    }
}
