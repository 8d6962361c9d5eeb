//! What a token may not see, and what nobody may.

use insta::assert_snapshot;
use model::request::Readable;
use sources::forge::error::ForgeError;
use sources::forge::token::Token;
use sources::gitlab::endpoint::Endpoint;
use sources::gitlab::{Credential, protection, readable};
use testkit::gitlab::{Content, FakeGitlab};

use super::{access, ask, job};

/// Returns what a token lacks.
fn needs(contents: &[(&str, Content)], token: Option<Token>, endpoint: Endpoint<'_>) -> String {
    let gitlab = FakeGitlab::start(contents);
    let credential = Credential::of(token.as_ref());
    match readable(ask(&gitlab, token, endpoint), credential) {
        Ok(Readable::Withheld { needs }) => needs,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_lacks_is_named() {
    let refused = |status, reason| [("/deploy_keys", Content::Refused(status, reason))];
    let forbidden = refused(403, "403 Forbidden");
    assert_snapshot!(needs(&forbidden, access(), Endpoint::DeployKeys), @"read_api and the role Maintainer");
    // The plan lacks it, or the project has none; GitLab does not say which.
    assert_snapshot!(needs(&[], access(), Endpoint::PushRule), @"read_api, the role Maintainer and the plan Premium");
    assert_snapshot!(needs(&[], None, Endpoint::Requests), @"read_api and the role Reporter");
}

#[test]
fn a_job_token_reads_no_merge_request() {
    assert_snapshot!(needs(&[], job(), Endpoint::Requests), @"a token other than a CI job's, which may not read this: read_api and the role Reporter");
    assert_snapshot!(needs(&[], job(), Endpoint::Approvals(7)), @"a token other than a CI job's, which may not read this: read_api and the role Reporter");
    let gitlab = FakeGitlab::start(&[]);
    let wrong = ask(&gitlab, Token::job("another").ok(), Endpoint::Request(7));
    let Ok(Readable::Withheld { needs }) = readable(wrong, Credential::Job) else {
        panic!("a 401 is withheld from a job");
    };
    assert_snapshot!(needs, @"a token other than a CI job's, which may not read this");
}

#[test]
fn a_token_that_gitlab_does_not_know_is_an_error() {
    let gitlab = FakeGitlab::start(&[]);
    let got = ask(&gitlab, Token::new("another").ok(), Endpoint::Request(7));
    let got = readable(got, Credential::Access);
    assert!(
        matches!(got, Err(ForgeError::Unauthorised { .. })),
        "{got:?}"
    );
}

#[test]
fn a_branch_without_protection_of_its_name_is_known() {
    let path = "/protected_branches/main";
    let of = |reason| {
        let gitlab = FakeGitlab::start(&[(path, Content::Refused(404, reason))]);
        let got = ask(&gitlab, access(), Endpoint::ProtectedBranch("main"));
        protection(got, Credential::Access).unwrap()
    };
    assert!(matches!(of("404 Not found"), Readable::Known(None)));
    let hidden = of("404 Project Not Found");
    assert!(matches!(hidden, Readable::Withheld { .. }), "{hidden:?}");
}
